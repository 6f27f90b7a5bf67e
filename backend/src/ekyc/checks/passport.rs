//! What the page of a passport says, in print and in its machine readable zone.

use mohor_shared::mrz::{Read, Zone};

use super::{Check, Compared, Finding, Outcome, name, number, printed_name};

/// A citizen proves themselves with MyKad, never with a passport (MAN-9).
const MALAYSIA: &str = "MYS";

/// Every check of a passport that needs no verifier.
pub(super) fn compare(all: &Compared) -> Vec<Finding> {
    let (Some(front), Some(zone)) = (all.front, all.zone) else { return not_run() };
    let read = Zone::find(zone);
    let mut findings = vec![zone_finding(read.as_ref()), number_finding(front, read.as_ref(), all.number)];
    findings.push(name_finding(front, read.as_ref(), all.name));
    let Some(Read { zone, dates_hold, .. }) = read else {
        findings.extend(
            [Check::Nationality, Check::Expiry, Check::Birth].map(|check| Finding::new(check, Outcome::NotRead)),
        );
        return findings;
    };
    // A field of a zone that does not agree with its check digits says where to look, and proves nothing. The
    // nationality has none: it stands between number and dates.
    let told = |outcome| if dates_hold { outcome } else { Outcome::Unsure };
    let citizen = zone.nationality == MALAYSIA || zone.issuer == MALAYSIA;
    let nationality = told(if citizen { Outcome::Differs } else { Outcome::Match });
    findings.push(Finding { check: Check::Nationality, outcome: nationality, read: Some(zone.nationality) });
    let expiry = match expired(&zone.expires, all.today) {
        Some(true) => told(Outcome::Differs),
        Some(false) => told(Outcome::Match),
        None => Outcome::NotRead,
    };
    findings.push(Finding { check: Check::Expiry, outcome: expiry, read: date(&zone.expires) });
    findings.push(Finding {
        check: Check::Birth,
        outcome: told(adult(&zone.birth, all.today)),
        read: date(&zone.birth),
    });
    let told_sex = match zone.sex {
        'M' => Some(true),
        'F' => Some(false),
        _ => None,
    };
    let sex = told_sex.and_then(|male| name::sex(all.name, male));
    findings.extend(sex.map(|outcome| Finding::new(Check::Sex, outcome)));
    findings
}

fn not_run() -> Vec<Finding> {
    let checks = [Check::Zone, Check::Number, Check::Name, Check::Nationality, Check::Expiry, Check::Birth];
    checks.map(|check| Finding::new(check, Outcome::NotRun)).to_vec()
}

fn zone_finding(read: Option<&Read>) -> Finding {
    Finding::new(
        Check::Zone,
        match read {
            Some(read) if read.holds => Outcome::Match,
            Some(_) => Outcome::Unsure,
            None => Outcome::NotRead,
        },
    )
}

/// The zone decides when its check digit holds: of what is printed, only the very number is believed.
fn number_finding(front: &str, read: Option<&Read>, registered: &str) -> Finding {
    match read {
        Some(read) if read.number_holds && read.zone.number.eq_ignore_ascii_case(registered) => {
            Finding::new(Check::Number, Outcome::Match)
        }
        // A number longer than the field of the zone goes on nowhere: whoever looks must compare the print.
        Some(read) if read.number_holds && registered.len() > 9 && starts(registered, &read.zone.number) => {
            Finding { check: Check::Number, outcome: Outcome::Unsure, read: Some(read.zone.number.clone()) }
        }
        Some(read) if read.number_holds => {
            Finding { check: Check::Number, outcome: Outcome::Differs, read: Some(read.zone.number.clone()) }
        }
        _ if number::holds(front, registered) => Finding::new(Check::Number, Outcome::Match),
        _ => Finding::new(Check::Number, Outcome::NotRead),
    }
}

fn starts(registered: &str, read: &str) -> bool {
    registered.get(..read.len()).is_some_and(|head| head.eq_ignore_ascii_case(read))
}

/// Names stand in either order, in print and in the zone; the nearest counts.
fn name_finding(front: &str, read: Option<&Read>, registered: &str) -> Finding {
    let orders =
        read.map_or(String::new(), |Read { zone, .. }| format!("{0} {1}\n-----\n{1} {0}", zone.surname, zone.given));
    printed_name(&format!("{orders}\n-----\n{front}"), registered)
}

/// `YYMMDD` before the day of today. Passports last ten years: the century is that of today.
fn expired(short: &str, (year, month, day): (i16, i8, i8)) -> Option<bool> {
    let (y, m, d) = parts(short)?;
    Some((year - year % 100 + y, m, d) < (year, month, day))
}

/// Whether somebody born on `YYMMDD` is between 18 and 110 in one of the centuries.
fn adult(short: &str, (year, month, day): (i16, i8, i8)) -> Outcome {
    let Some((y, m, d)) = parts(short) else { return Outcome::NotRead };
    let of_age = |born: i16| (18..=110).contains(&(year - born - i16::from((m, d) > (month, day))));
    if [1900 + y, 2000 + y].into_iter().any(of_age) { Outcome::Match } else { Outcome::Unsure }
}

fn parts(short: &str) -> Option<(i16, i8, i8)> {
    let (year, month, day) =
        (short.get(..2)?.parse().ok()?, short.get(2..4)?.parse().ok()?, short.get(4..)?.parse().ok()?);
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then_some((year, month, day))
}

/// `15/04/12`, as a reviewer reads it beside the picture.
fn date(short: &str) -> Option<String> {
    parts(short).map(|(year, month, day)| format!("{day:02}/{month:02}/{year:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::IdKind;

    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    const FRONT: &str = "PASPORT CONTOH\nNama / Name\nERIKSSON ANNA MARIA\nL898902C3";

    fn outcomes(name: &str, number: &str, zone: Option<&str>, today: (i16, i8, i8)) -> Vec<(Check, Outcome)> {
        let all = Compared {
            document: IdKind::Passport,
            name,
            number,
            front: zone.map(|_| FRONT),
            back: None,
            zone,
            same_file: false,
            today,
        };
        compare(&all).into_iter().map(|finding| (finding.check, finding.outcome)).collect()
    }

    #[test]
    fn a_passport_that_says_what_was_registered_agrees_everywhere() {
        for name in ["Anna Maria Eriksson", "Eriksson Anna Maria"] {
            let all = outcomes(name, "L898902C3", Some(ZONE), (2012, 4, 15));
            assert_eq!(all.len(), 6);
            assert!(all.iter().all(|(_, outcome)| *outcome == Outcome::Match), "{all:?}");
        }
    }

    #[test]
    fn an_expired_one_another_s_and_a_citizen_s_are_told() {
        let told = |all: &[(Check, Outcome)], check| all.contains(&(check, Outcome::Differs));
        let all = outcomes("Anna Maria Eriksson", "L898902C3", Some(ZONE), (2012, 4, 16));
        assert!(told(&all, Check::Expiry), "the day after: {all:?}");
        let all = outcomes("Tan Mei Ling", "L898902C4", Some(ZONE), (2012, 4, 15));
        assert!(told(&all, Check::Number) && told(&all, Check::Name), "{all:?}");
        let citizen = Zone::find(ZONE).expect("a zone").zone;
        let citizen = Zone { issuer: "MYS".to_owned(), nationality: "MYS".to_owned(), ..citizen }.lines().join("\n");
        let all = outcomes("Anna Maria Eriksson", "L898902C3", Some(&citizen), (2012, 4, 15));
        assert!(told(&all, Check::Nationality), "MAN-9: {all:?}");
    }

    #[test]
    fn a_zone_against_its_check_digits_proves_nothing() {
        let altered = ZONE.replace("1204159", "3204159");
        let all = outcomes("Anna Maria Eriksson", "L898902C3", Some(&altered), (2026, 11, 20));
        for check in [Check::Zone, Check::Expiry, Check::Birth, Check::Nationality] {
            assert!(all.contains(&(check, Outcome::Unsure)), "{check:?}: {all:?}");
        }
    }

    #[test]
    fn without_a_reader_or_a_zone_nothing_is_claimed() {
        let all = outcomes("Anna Maria Eriksson", "L898902C3", None, (2026, 11, 20));
        assert!(all.iter().all(|(_, outcome)| *outcome == Outcome::NotRun), "{all:?}");
        let all = outcomes("Anna Maria Eriksson", "L898902C3", Some("~~"), (2026, 11, 20));
        assert!(all.contains(&(Check::Zone, Outcome::NotRead)) && all.contains(&(Check::Number, Outcome::Match)));
    }

    #[test]
    fn a_child_is_looked_at() {
        assert_eq!(adult("081121", (2026, 11, 20)), Outcome::Unsure, "eighteen tomorrow");
        assert_eq!(adult("081120", (2026, 11, 20)), Outcome::Match);
        assert_eq!(adult("991340", (2026, 11, 20)), Outcome::NotRead);
    }
}
