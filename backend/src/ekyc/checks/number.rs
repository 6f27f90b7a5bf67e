//! Numbers in a text that a program has read.

use super::Outcome;

/// A MyKad or MyPR number as printed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Printed {
    /// Twelve digits.
    pub(super) digits: String,
    /// Whether two more groups follow, as on the back.
    pub(super) with_tail: bool,
}

impl Printed {
    /// `900423-10-5484`.
    pub(super) fn dashed(&self) -> String {
        format!("{}-{}-{}", &self.digits[..6], &self.digits[6..8], &self.digits[8..])
    }
}

/// The first thing in `text` that is a number of a card: `YYMMDD-PB-NNNN`, on the back with `-NN-NN` behind it.
/// Readers mistake letters for digits, so a few letters that look like digits count as digits.
pub(super) fn find(text: &str) -> Option<Printed> {
    text.lines().find_map(|line| {
        let tokens: Vec<&str> = line.split_whitespace().collect();
        let joined = (0..tokens.len()).flat_map(|from| (from + 1..=tokens.len()).rev().map(move |to| (from, to)));
        joined.filter(|(from, to)| to - from <= 5).find_map(|(from, to)| printed(&tokens[from..to].concat()))
    })
}

fn printed(token: &str) -> Option<Printed> {
    let (mut digits, mut sure) = (String::new(), 0);
    for letter in token.chars() {
        match letter {
            '0'..='9' => {
                digits.push(letter);
                sure += 1;
            }
            '-' | '—' | '–' | '.' | '_' | '~' => {}
            _ => digits.push(looks_like(letter)?),
        }
    }
    let with_tail = match digits.len() {
        12 => false,
        16 => true,
        _ => return None,
    };
    if sure + 2 < digits.len() {
        return None;
    }
    digits.truncate(12);
    Some(Printed { digits, with_tail })
}

const fn looks_like(letter: char) -> Option<char> {
    Some(match letter {
        'O' | 'o' | 'D' | 'Q' => '0',
        'I' | 'l' | '|' | '!' => '1',
        'Z' => '2',
        'S' => '5',
        'G' => '6',
        'B' => '8',
        _ => return None,
    })
}

/// Whether the letters and digits of `number` stand in `text`.
pub(super) fn holds(text: &str, number: &str) -> bool {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    plain.to_ascii_uppercase().contains(&number.to_ascii_uppercase())
}

/// Whether the date in a number belongs to somebody between 18 and 110. The century is not printed: either will do.
pub(super) fn age(digits: &str, year: i16) -> Outcome {
    let Ok(short) = digits[..2].parse::<i16>() else { return Outcome::Unsure };
    let may = [1900, 2000].iter().any(|century| (18..=110).contains(&(year - century - short)));
    if may { Outcome::Match } else { Outcome::Unsure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_as_readers_write_them() {
        for (line, digits, with_tail) in [
            ("900423-10-5484", "900423105484", false),
            ("NO. 900423-10-5484 es", "900423105484", false),
            ("9OO423 - 10 - 5484", "900423105484", false),
            ("900423—10—5484", "900423105484", false),
            ("900423-10-5484-01-02", "900423105484", true),
            ("900423-10-5484 -01-02", "900423105484", true),
        ] {
            let found = find(&format!("KAD\n{line}\n")).expect(line);
            assert_eq!((found.digits.as_str(), found.with_tail), (digits, with_tail), "{line}");
        }
    }

    #[test]
    fn other_digits_are_no_number() {
        for text in ["", "40000 SHAH ALAM", "+60120000001", "SOLOISBOSSGO", "1234567890123456789"] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn children_and_the_very_old_are_looked_at() {
        assert_eq!(age("900423105484", 2026), Outcome::Match);
        assert_eq!(age("150101101234", 2026), Outcome::Unsure);
        assert_eq!(age("240405888916", 2026), Outcome::Match, "1924 or 2024: the number does not say");
    }

    #[test]
    fn a_passport_number_is_found_across_breaks() {
        assert!(holds("Passport No. A 1234\n5678", "a12345678"));
        assert!(!holds("A1234567", "A12345678"));
    }
}
