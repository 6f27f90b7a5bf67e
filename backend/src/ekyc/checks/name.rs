//! Names in a text that a program has read.

use unicode_normalization::UnicodeNormalization as _;

use super::Outcome;

/// Words that join names and are written in many ways, or not at all.
const JOINTS: [&str; 12] = ["BIN", "BINTI", "BT", "BTE", "BN", "B", "A/L", "A/P", "S/O", "D/O", "ANAK", "AK"];

/// The name in capital Latin letters without joints, accents and other scripts: what can be compared.
fn plain(name: &str) -> String {
    let upper = name.nfd().collect::<String>().to_uppercase();
    let words = upper.split_whitespace().filter(|word| !JOINTS.contains(word));
    words.flat_map(str::chars).filter(char::is_ascii_alphabetic).collect()
}

/// Looks for `name` in neighbouring lines of `text`. How near the nearest is, and what it says if it is not the
/// same. A name without Latin letters cannot be compared with a card.
pub(super) fn find(text: &str, name: &str) -> (Outcome, Option<String>) {
    let wanted = plain(name);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| plain(line).len() >= 3).collect();
    if wanted.is_empty() || lines.is_empty() {
        return (Outcome::NotRead, None);
    }
    let windows = (0..lines.len()).flat_map(|from| (1..=4).map(move |many| (from, from + many)));
    let texts = windows.filter(|(_, to)| *to <= lines.len()).map(|(from, to)| lines[from..to].join(" "));
    let scored = texts.map(|text| (strsim::normalized_levenshtein(&plain(&text), &wanted), text));
    let best = scored.max_by(|one, other| one.0.total_cmp(&other.0));
    match best {
        Some((score, _)) if score >= 0.999 => (Outcome::Match, None),
        Some((score, text)) if score >= 0.9 => (Outcome::Match, Some(text)),
        Some((score, text)) if score >= 0.6 => (Outcome::Unsure, Some(text)),
        Some((_, text)) => (Outcome::Differs, Some(text)),
        None => (Outcome::NotRead, None),
    }
}

/// Whether *bin*, *binti*, *a/l* or *a/p* agrees with what the document says.
pub(super) fn sex(name: &str, document_says_male: bool) -> Option<Outcome> {
    let upper = name.to_uppercase();
    let male = upper.split_whitespace().find_map(|word| match word {
        "BIN" | "A/L" | "S/O" => Some(true),
        "BINTI" | "BT" | "BTE" | "A/P" | "D/O" => Some(false),
        _ => None,
    })?;
    Some(if male == document_says_male { Outcome::Match } else { Outcome::Unsure })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(printed: &str, registered: &str) -> Outcome {
        find(&format!("KAD CONTOH\n900423-10-5484\n{printed}\n12, JALAN CONTOH 3"), registered).0
    }

    #[test]
    fn joints_accents_and_line_breaks_do_not_matter() {
        for (printed, registered) in [
            ("NUR AISHAH BT OMAR", "Nur A'ishah binti Omar"),
            ("KAVITHA A/P SUBRAMANIAM", "Kavitha a/p Subramaniam கவிதா"),
            ("KAVITHA SUBRAMANIAM", "Kavitha a/p Subramaniam"),
            ("TAN MEI LING", "Tan Mei Ling 陈美玲"),
            ("ANE LIM", "Äne Lim"),
            (
                "TUNKU PUTERI NUR AISYAH\nSOFEA BINTI TUNKU\nABDUL RAHMAN",
                "Tunku Puteri Nur Aisyah Sofea binti Tunku Abdul Rahman",
            ),
            ("ZULKIFLI BIN 0SMAN", "Zulkifli bin Osman"),
        ] {
            assert_eq!(outcome(printed, registered), Outcome::Match, "{printed}");
        }
    }

    #[test]
    fn another_name_differs_and_a_near_one_is_looked_at() {
        assert_eq!(outcome("TAN MEI LING", "Zulkifli bin Osman"), Outcome::Differs);
        assert_eq!(outcome("NUR AISYAH BINTI OSMAN", "Nur Aishah binti Omar"), Outcome::Unsure);
    }

    #[test]
    fn a_name_without_latin_letters_is_not_compared() {
        assert_eq!(outcome("TAN MEI LING", "陈美玲"), Outcome::NotRead);
        assert_eq!(find("", "Zulkifli bin Osman"), (Outcome::NotRead, None));
    }

    #[test]
    fn the_sex_goes_with_the_joint() {
        assert_eq!(sex("Zulkifli bin Osman", true), Some(Outcome::Match));
        assert_eq!(sex("Aina binti Rahman", true), Some(Outcome::Unsure));
        assert_eq!(sex("Tan Mei Ling", false), None);
    }
}
