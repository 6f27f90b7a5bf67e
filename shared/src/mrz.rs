//! The machine readable zone of a passport: TD3 of ICAO Doc 9303 part 4 section 4.2, two lines of 44 characters with
//! the check digits of part 3 section 4.9.
//!
//! [`Zone::find`] reads what a text reader made of a picture: it takes letters for digits where only digits can stand,
//! tolerates a filler too many or too few, and says by the check digits how much of it to believe.

/// The length of a line.
pub const WIDTH: usize = 44;

/// What the zone of one passport says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zone {
    /// The issuing state or organisation, three letters (ISO 3166-1 alpha-3, or one of ICAO's own).
    pub issuer: String,
    /// The primary identifier: surname, or everything where the issuer does not divide names.
    pub surname: String,
    /// The secondary identifier; may be empty.
    pub given: String,
    /// The number of the passport, up to nine letters and digits.
    pub number: String,
    /// The nationality, three letters.
    pub nationality: String,
    /// Date of birth, `YYMMDD`.
    pub birth: String,
    /// `M`, `F`, or `<` for unspecified.
    pub sex: char,
    /// Date of expiry, `YYMMDD`.
    pub expires: String,
    /// Personal number or other data, up to fourteen characters; may be empty.
    pub optional: String,
}

/// A zone that was read, and how much of it agrees with its check digits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// What it says.
    pub zone: Zone,
    /// The number agrees with its check digit, if need be after one letter was exchanged for the digit it looks like.
    pub number_holds: bool,
    /// The dates agree with theirs.
    pub dates_hold: bool,
    /// Every check digit agrees, the composite one included, and nothing was exchanged in the number.
    pub holds: bool,
}

/// The check digit of `field`: weights 7, 3, 1; letters count from 10, fillers nothing.
pub fn check_digit(field: &str) -> char {
    let sum: u32 =
        field.chars().zip([7, 3, 1].into_iter().cycle()).map(|(letter, weight)| value(letter) * weight).sum();
    char::from_digit(sum % 10, 10).unwrap_or('0')
}

fn value(letter: char) -> u32 {
    letter.to_digit(36).unwrap_or(0)
}

impl Zone {
    /// The two lines, as they are printed.
    pub fn lines(&self) -> [String; 2] {
        let spread = |name: &str| name.to_ascii_uppercase().replace([' ', '-'], "<").replace(['\'', '.'], "");
        let given = if self.given.is_empty() { String::new() } else { format!("<<{}", spread(&self.given)) };
        let first = padded(&format!("P<{}{}{given}", self.issuer, spread(&self.surname)), WIDTH);
        let number = with_digit(&padded(&self.number, 9));
        let (birth, expires) = (with_digit(&self.birth), with_digit(&self.expires));
        let optional = match self.optional.as_str() {
            "" => "<".repeat(15),
            optional => with_digit(&padded(optional, 14)),
        };
        let composite = check_digit(&format!("{number}{birth}{expires}{optional}"));
        [first, format!("{number}{}{birth}{}{expires}{optional}{composite}", self.nationality, self.sex)]
    }

    /// Looks for a zone in what a text reader wrote. `None`: nothing like one.
    pub fn find(text: &str) -> Option<Read> {
        let lines: Vec<String> = text.lines().map(plain).filter(|line| !line.is_empty()).collect();
        let pairs = lines.windows(2).filter(|pair| looks_like_first(&pair[0]) && near(pair[1].len()));
        pairs.map(|pair| read(&pair[0], &pair[1])).max_by_key(|read| (read.holds, read.number_holds, read.dates_hold))
    }
}

fn with_digit(field: &str) -> String {
    format!("{field}{}", check_digit(field))
}

fn padded(text: &str, width: usize) -> String {
    text.chars().chain(std::iter::repeat('<')).take(width).collect()
}

/// The letters of the zone, and nothing else.
fn plain(line: &str) -> String {
    let spread = line.replace(['«', '≪'], "<<").replace(['‹', '＜'], "<");
    spread.to_uppercase().chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '<').collect()
}

fn near(length: usize) -> bool {
    (WIDTH - 4..=WIDTH + 4).contains(&length)
}

fn looks_like_first(line: &str) -> bool {
    line.starts_with('P') && line.contains("<<") && line.len() >= 20
}

fn read(first: &str, second: &str) -> Read {
    let first = padded(first, WIDTH);
    let second = fitted(second);
    let (number, number_holds) = number(&second[..9], &second[9..10]);
    let untouched = number == second[..9];
    let (birth, expires) = (digits(&second[13..19]), digits(&second[21..27]));
    let optional = &second[28..42];
    let check = |field: &str, at: usize| digits(&second[at..=at]) == check_digit(field).to_string();
    // An empty field may have a filler for its check digit (9303-4, 4.2.2.2).
    let empty = optional.bytes().all(|letter| letter == b'<') && &second[42..43] == "<";
    let dates_hold = check(&birth, 19) && check(&expires, 27);
    let optional_holds = empty || check(optional, 42);
    let all = [&number, &digits(&second[9..10]), &birth, &digits(&second[19..20]), &expires, &digits(&second[27..28])];
    let last = if empty { "<".to_owned() } else { digits(&second[42..43]) };
    let composite = check(&format!("{}{optional}{last}", all.map(String::as_str).concat()), 43);
    let mut names = first[5..].split("<<").map(|part| letters(part).replace('<', " ").trim().to_owned());
    let sex = second[20..21].chars().find(|letter| matches!(letter, 'M' | 'F')).unwrap_or('<');
    let zone = Zone {
        issuer: letters(&first[2..5]).replace('<', ""),
        surname: names.next().unwrap_or_default(),
        given: names.next().unwrap_or_default(),
        number: number.trim_end_matches('<').to_owned(),
        nationality: letters(&second[10..13]).replace('<', ""),
        birth,
        sex,
        expires,
        optional: optional.trim_end_matches('<').to_owned(),
    };
    let holds = number_holds && untouched && dates_hold && optional_holds && composite;
    Read { zone, number_holds, dates_hold, holds }
}

/// A second line of 44: what is too much or too little is among the fillers of the optional field.
fn fitted(line: &str) -> String {
    if line.len() == WIDTH {
        return line.to_owned();
    }
    let (head, tail) = (&line[..28], &line[line.len() - 2..]);
    let middle = padded(line[28..line.len() - 2].trim_end_matches('<'), WIDTH - 30);
    format!("{head}{middle}{tail}")
}

/// Letters that readers take for digits, and the digits.
const ALIKE: [(char, char); 8] =
    [('O', '0'), ('Q', '0'), ('D', '0'), ('I', '1'), ('Z', '2'), ('S', '5'), ('G', '6'), ('B', '8')];

fn digits(field: &str) -> String {
    let digit = |letter: char| ALIKE.iter().find(|(one, _)| *one == letter).map_or(letter, |(_, digit)| *digit);
    field.chars().map(digit).collect()
}

fn letters(field: &str) -> String {
    let letter = |digit: char| ALIKE.iter().find(|(_, one)| *one == digit).map_or(digit, |(letter, _)| *letter);
    field.chars().map(letter).collect()
}

/// The number, in which both letters and digits may stand: when its check digit does not agree, and one exchange of a
/// letter for the digit it looks like (or the other way) makes it agree, and no other does, that one was likely read
/// wrongly. One altered number in ten looks the same, so such a zone does not hold as a whole.
fn number(field: &str, check: &str) -> (String, bool) {
    let holds = |field: &str| digits(check) == check_digit(field).to_string();
    if holds(field) {
        return (field.to_owned(), true);
    }
    let exchanged = ALIKE.iter().flat_map(|(letter, digit)| [(*letter, *digit), (*digit, *letter)]);
    let mut mended: Vec<String> = exchanged
        .flat_map(|(from, to)| {
            field.match_indices(from).map(move |(at, _)| format!("{}{to}{}", &field[..at], &field[at + 1..]))
        })
        .filter(|field| holds(field))
        .collect();
    mended.dedup();
    match mended.as_slice() {
        [only] => (only.clone(), true),
        _ => (field.to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The specimen of Doc 9303 part 4, appendix B.
    const ICAO: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";

    fn anna() -> Zone {
        Zone {
            issuer: "UTO".to_owned(),
            surname: "ERIKSSON".to_owned(),
            given: "ANNA MARIA".to_owned(),
            number: "L898902C3".to_owned(),
            nationality: "UTO".to_owned(),
            birth: "740812".to_owned(),
            sex: 'F',
            expires: "120415".to_owned(),
            optional: "ZE184226B".to_owned(),
        }
    }

    #[test]
    fn the_specimen_of_icao_is_read_and_written() {
        let read = Zone::find(ICAO).expect("a zone");
        assert_eq!(read, Read { zone: anna(), number_holds: true, dates_hold: true, holds: true });
        assert_eq!(anna().lines().join("\n"), ICAO);
    }

    #[test]
    fn check_digits_are_those_of_doc_9303() {
        // Part 3, section 4.9 and appendix A; part 4, appendix B.
        for (field, digit) in [
            ("520727", '3'),
            ("AB2134<<<", '5'),
            ("L898902C3", '6'),
            ("740812", '2'),
            ("120415", '9'),
            ("ZE184226B<<<<<", '1'),
            ("HA672242<658022549601086<<<<<<<<<<<<<<0", '8'),
            ("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<", '2'),
        ] {
            assert_eq!(check_digit(field), digit, "{field}");
        }
    }

    #[test]
    fn what_readers_mistake_is_mended_where_only_one_reading_holds() {
        let blurred = "P<UTOERIKS5ON<<ANNA<MARIA<<<<<<<K<<<<<<<<<<<\nL8989O2C36UT07408I22F12O4I59ZE184226B<<<<<10";
        let read = Zone::find(&format!("PASPORT\n{blurred}\n")).expect("a zone");
        assert!(read.number_holds && read.dates_hold && !read.holds, "told, and not believed as a whole: {read:?}");
        assert_eq!(read.zone, anna());
        let read = Zone::find(&blurred.replace("8989O2", "898902")).expect("a zone");
        assert!(read.holds, "only digits stand in dates: {read:?}");
    }

    #[test]
    fn a_filler_too_many_or_too_few_does_not_matter() {
        for second in ["L898902C36UTO7408122F1204159ZE184226B<<<<10", "L898902C36UTO7408122F1204159ZE184226B<<<<<<10"] {
            let read = Zone::find(&format!("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<\n{second}")).expect("a zone");
            assert_eq!((read.zone, read.holds), (anna(), true));
        }
    }

    #[test]
    fn a_changed_digit_does_not_hold() {
        for changed in [
            ICAO.replace("L898902C3", "L898903C3"),
            ICAO.replace("7408122", "7508122"),
            ICAO.replace("1204159", "3204159"),
            ICAO.replace("<<<<<10", "<<<<<14"),
        ] {
            assert!(!Zone::find(&changed).expect("a zone").holds, "{changed}");
        }
    }

    #[test]
    fn other_texts_have_no_zone() {
        for text in ["", "PASPORT\nPASSPORT", "KAD CONTOH\n900423-10-5484\nANE LIM", "P<<\n1234", "P<UTOERIKSSON<<ANNA"]
        {
            assert_eq!(Zone::find(text), None, "{text}");
        }
        // Whatever a reader writes: no panic.
        let noise = format!("{}\n{}", "P<".repeat(22), "«é".repeat(22));
        let _ = Zone::find(&noise);
    }

    #[test]
    fn an_empty_optional_field_has_one_line_like_any_other() {
        let zone = Zone { optional: String::new(), given: String::new(), ..anna() };
        let read = Zone::find(&zone.lines().join("\n")).expect("a zone");
        assert_eq!((read.zone, read.holds), (zone, true));
    }
}
