//! Cross-checks: what was registered against what is printed. Pure, and never a decision: they tell the reviewer
//! where to look.

mod name;
mod number;
mod passport;

use mohor_shared::ic::IcNumber;
use serde::{Deserialize, Serialize};

use crate::person::IdKind;

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Each picture shows the side it is meant to show.
    Sides,
    /// The number on the front.
    Number,
    /// The number on the back.
    BackNumber,
    /// The name.
    Name,
    /// The date in the number belongs to somebody who may sign.
    Birth,
    /// The sex in the number or the zone agrees with *bin*, *binti*, *a/l*, *a/p*.
    Sex,
    /// The machine readable zone of a passport agrees with its own check digits.
    Zone,
    /// A passport is for those who have no MyKad (MAN-9).
    Nationality,
    /// The passport has not expired.
    Expiry,
    /// The face and the portrait are one person.
    Face,
    /// The face is a living person's.
    Liveness,
}

impl Check {
    /// `ekyc-check-<word>` is its message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sides => "sides",
            Self::Number => "number",
            Self::BackNumber => "back-number",
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Zone => "zone",
            Self::Nationality => "nationality",
            Self::Expiry => "expiry",
            Self::Face => "face",
            Self::Liveness => "liveness",
        }
    }
}

/// How it came out.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// They agree.
    Match,
    /// Close, or unusual: look.
    Unsure,
    /// They do not agree.
    Differs,
    /// Nothing like it could be read.
    NotRead,
    /// There is no reader on this server.
    NotRun,
    /// "Tidak dinilai": no verifier is configured.
    NotAssessed,
}

impl Outcome {
    /// `ekyc-outcome-<word>` is its message.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Unsure => "unsure",
            Self::Differs => "differs",
            Self::NotRead => "not-read",
            Self::NotRun => "not-run",
            Self::NotAssessed => "not-assessed",
        }
    }

    /// What a verifier said.
    pub const fn of(verdict: Option<bool>) -> Self {
        match verdict {
            Some(true) => Self::Match,
            Some(false) => Self::Differs,
            None => Self::NotAssessed,
        }
    }
}

/// One result.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Finding {
    /// What was compared.
    pub check: Check,
    /// How it came out.
    pub outcome: Outcome,
    /// What was read, where it is not what was registered.
    pub read: Option<String>,
}

impl Finding {
    pub(super) const fn new(check: Check, outcome: Outcome) -> Self {
        Self { check, outcome, read: None }
    }
}

/// What is known of the person and what was read on the document.
pub struct Compared<'a> {
    /// The document.
    pub document: IdKind,
    /// The registered name.
    pub name: &'a str,
    /// The registered number, twelve digits or a passport number.
    pub number: &'a str,
    /// The text of the front; `None` when no reader ran.
    pub front: Option<&'a str>,
    /// The text of the back.
    pub back: Option<&'a str>,
    /// The text of the machine readable zone of a passport.
    pub zone: Option<&'a str>,
    /// Whether one file was sent for both sides.
    pub same_file: bool,
    /// The year, month and day of today in Malaysia.
    pub today: (i16, i8, i8),
}

/// Whether a number of a card stands in `text`.
pub(super) fn has_number(text: &str) -> bool {
    number::find(text).is_some()
}

/// Every check that needs no verifier.
pub fn compare(all: &Compared) -> Vec<Finding> {
    if all.document == IdKind::Passport {
        return passport::compare(all);
    }
    let mut findings = card(all);
    findings.push(all.front.map_or(Finding::new(Check::Name, Outcome::NotRun), |front| printed_name(front, all.name)));
    if let Ok(number) = IcNumber::parse(all.number) {
        let digits = number.expose();
        findings.push(Finding::new(Check::Birth, number::age(digits, all.today.0)));
        // The last digit is odd for men (PUB-ID-1).
        let male = digits.bytes().last().is_some_and(|digit| digit % 2 == 1);
        findings.extend(name::sex(all.name, male).map(|outcome| Finding::new(Check::Sex, outcome)));
    }
    findings
}

fn card(all: &Compared) -> Vec<Finding> {
    let (Some(front), Some(back)) = (all.front, all.back) else {
        let sides = if all.same_file { Outcome::Differs } else { Outcome::NotRun };
        return vec![
            Finding::new(Check::Sides, sides),
            Finding::new(Check::Number, Outcome::NotRun),
            Finding::new(Check::BackNumber, Outcome::NotRun),
        ];
    };
    let (on_front, on_back) = (number::find(front), number::find(back));
    let turned = on_front.as_ref().is_some_and(|found| found.with_tail);
    let sides = match (all.same_file || turned, on_back.as_ref().map(|found| found.with_tail)) {
        (true, _) | (false, Some(false)) => Outcome::Differs,
        (false, Some(true)) => Outcome::Match,
        (false, None) => Outcome::NotRead,
    };
    vec![
        Finding::new(Check::Sides, sides),
        printed(Check::Number, on_front, all.number),
        printed(Check::BackNumber, on_back, all.number),
    ]
}

fn printed(check: Check, found: Option<number::Printed>, registered: &str) -> Finding {
    match found {
        None => Finding::new(check, Outcome::NotRead),
        Some(found) if found.digits == registered => Finding::new(check, Outcome::Match),
        Some(found) => Finding { check, outcome: Outcome::Differs, read: Some(found.dashed()) },
    }
}

fn printed_name(text: &str, registered: &str) -> Finding {
    let (outcome, read) = name::find(text, registered);
    Finding { check: Check::Name, outcome, read }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRONT: &str = "KAD CONTOH\n900423-10-5484\n\nNUR A'ISHAH BINTI OMAR\n12, JALAN CONTOH\nWARGANEGARA";
    const BACK: &str = "BELAKANG\n900423-10-5484-01-01\nSPESIMEN";

    fn outcomes(front: Option<&str>, back: Option<&str>) -> Vec<(Check, Outcome)> {
        let all = Compared {
            document: IdKind::Ic,
            name: "Nur A'ishah binti Omar",
            number: "900423105484",
            front,
            back,
            zone: None,
            same_file: false,
            today: (2026, 11, 20),
        };
        compare(&all).into_iter().map(|finding| (finding.check, finding.outcome)).collect()
    }

    #[test]
    fn a_card_that_says_what_was_registered_agrees_everywhere() {
        let all = outcomes(Some(FRONT), Some(BACK));
        assert!(all.iter().all(|(_, outcome)| *outcome == Outcome::Match), "{all:?}");
        assert_eq!(all.len(), 6);
    }

    #[test]
    fn sides_that_were_swapped_are_told() {
        let all = outcomes(Some(BACK), Some(FRONT));
        assert!(all.contains(&(Check::Sides, Outcome::Differs)), "{all:?}");
        let all = outcomes(Some(FRONT), Some(FRONT));
        assert!(all.contains(&(Check::Sides, Outcome::Differs)), "{all:?}");
    }

    #[test]
    fn one_changed_digit_and_another_person_s_card_are_told() {
        let altered = FRONT.replace("5484", "5486");
        assert!(outcomes(Some(&altered), Some(BACK)).contains(&(Check::Number, Outcome::Differs)));
        let other = "880930-14-0004\nTAN MEI LING\nWARGANEGARA";
        let all = outcomes(Some(other), Some("880930-14-0004-02-01"));
        for check in [Check::Number, Check::BackNumber, Check::Name] {
            assert!(all.contains(&(check, Outcome::Differs)), "{all:?}");
        }
    }

    #[test]
    fn without_a_reader_nothing_is_claimed() {
        for (check, outcome) in outcomes(None, None) {
            let own = matches!(check, Check::Birth | Check::Sex);
            assert!(own || outcome == Outcome::NotRun, "{check:?} {outcome:?}");
        }
    }

    #[test]
    fn nothing_read_is_not_nothing_wrong() {
        let all = outcomes(Some("~~ ||"), Some(""));
        for check in [Check::Sides, Check::Number, Check::BackNumber, Check::Name] {
            assert!(all.contains(&(check, Outcome::NotRead)), "{all:?}");
        }
    }
}
