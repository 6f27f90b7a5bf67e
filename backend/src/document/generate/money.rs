//! Amounts as an agreement prints them: in figures and in words.

use crate::kernel::words::Lang;

/// `RM528,000.00`.
pub(crate) fn ringgit(sen: i64) -> String {
    format!("RM{}", figures(sen))
}

/// `528,000.00`.
pub(crate) fn figures(sen: i64) -> String {
    let sign = if sen < 0 { "-" } else { "" };
    let sen = sen.unsigned_abs();
    format!("{sign}{}.{:02}", grouped(sen / 100), sen % 100)
}

/// Hundredths as a decimal with as few digits as it needs: `92.9`, `15`, `2.5`.
pub(crate) fn hundredths(value: i64) -> String {
    let text = format!("{}.{:02}", value / 100, value.unsigned_abs() % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `Ringgit Malaysia lima ratus dua puluh lapan ribu sahaja`.
pub(crate) fn words(sen: i64, lang: Lang) -> String {
    let sen = sen.unsigned_abs();
    let ringgit = number(sen / 100, lang);
    let rest = (!sen.is_multiple_of(100)).then(|| number(sen % 100, lang));
    match (lang, rest) {
        (Lang::Ms, None) => format!("Ringgit Malaysia {ringgit} sahaja"),
        (Lang::Ms, Some(sen)) => format!("Ringgit Malaysia {ringgit} dan sen {sen} sahaja"),
        (Lang::En, None) => format!("Ringgit Malaysia {ringgit} only"),
        (Lang::En, Some(sen)) => format!("Ringgit Malaysia {ringgit} and sen {sen} only"),
    }
}

fn number(value: u64, lang: Lang) -> String {
    if value == 0 {
        return match lang {
            Lang::Ms => "sifar".into(),
            Lang::En => "zero".into(),
        };
    }
    let scales: [(u64, &str, &str); 3] =
        [(1_000_000_000, "bilion", "billion"), (1_000_000, "juta", "million"), (1_000, "ribu", "thousand")];
    let mut parts = Vec::new();
    let mut left = value;
    for (scale, malay, english) in scales {
        let many = left / scale;
        left %= scale;
        match (many, lang) {
            (0, _) => {}
            (1, Lang::Ms) if scale == 1_000 => parts.push("seribu".to_owned()),
            (_, Lang::Ms) => parts.push(format!("{} {malay}", number(many, lang))),
            (_, Lang::En) => parts.push(format!("{} {english}", number(many, lang))),
        }
    }
    if left > 0 {
        parts.push(below_thousand(left, lang));
    }
    parts.join(" ")
}

const MALAY: [&str; 10] = ["", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "lapan", "sembilan"];
const ENGLISH: [&str; 20] = [
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

fn below_thousand(value: u64, lang: Lang) -> String {
    let (hundreds, rest) = ((value / 100) as usize % 10, (value % 100) as usize);
    let (ten, one) = (rest / 10, rest % 10);
    let mut parts: Vec<String> = Vec::new();
    match lang {
        Lang::Ms => {
            match hundreds {
                0 => {}
                1 => parts.push("seratus".into()),
                many => parts.push(format!("{} ratus", MALAY[many])),
            }
            match (ten, one) {
                (0, 0) => {}
                (0, one) => parts.push(MALAY[one].into()),
                (1, 0) => parts.push("sepuluh".into()),
                (1, 1) => parts.push("sebelas".into()),
                (1, one) => parts.push(format!("{} belas", MALAY[one])),
                (ten, 0) => parts.push(format!("{} puluh", MALAY[ten])),
                (ten, one) => parts.push(format!("{} puluh {}", MALAY[ten], MALAY[one])),
            }
        }
        Lang::En => {
            if hundreds > 0 {
                parts.push(format!("{} hundred", ENGLISH[hundreds]));
            }
            match (rest, one) {
                (0, _) => {}
                (1..=19, _) => parts.push(ENGLISH[rest].into()),
                (_, 0) => parts.push(TENS[ten].into()),
                _ => parts.push(format!("{}-{}", TENS[ten], ENGLISH[one])),
            }
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_written_as_malaysia_writes_it() {
        assert_eq!(ringgit(123_456), "RM1,234.56");
        assert_eq!(ringgit(52_800_000), "RM528,000.00");
        assert_eq!(ringgit(5), "RM0.05");
        assert_eq!((hundredths(9_290), hundredths(1_500), hundredths(250)), ("92.9".into(), "15".into(), "2.5".into()));
    }

    #[test]
    fn amounts_are_spelt_in_both_languages() {
        assert_eq!(words(52_800_000, Lang::Ms), "Ringgit Malaysia lima ratus dua puluh lapan ribu sahaja");
        assert_eq!(words(111_115, Lang::Ms), "Ringgit Malaysia seribu seratus sebelas dan sen lima belas sahaja");
        assert_eq!(
            words(52_842_100, Lang::En),
            "Ringgit Malaysia five hundred twenty-eight thousand four hundred twenty-one only"
        );
        assert_eq!(words(0, Lang::Ms), "Ringgit Malaysia sifar sahaja");
    }
}
