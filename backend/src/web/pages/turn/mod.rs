//! The signer's pages: a mailed link names the turn, the person proves themselves, makes the certificate,
//! reviews, confirms and signs (SCR-1 to SCR-6).

pub mod certificate;
pub mod consent;
pub mod correction;
pub mod gallery;
pub mod landing;
pub mod review;
pub mod sign;
pub mod standing;
pub mod told;
pub mod views;

use crate::hims::{self, Header, Title, TurnFacts};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::web::guard::AtTurn;
use crate::web::problem::Problem;

use views::{Head, Subject};

/// What the turn is about and how it stands, with the head of its pages.
async fn facts(at: &AtTurn) -> Result<(TurnFacts, Head), Problem> {
    let facts = hims::turn_facts(&at.work, &at.session).await?;
    let head = head(&at.token, &facts.header, facts.title, facts.deadline, at.work.now, at.visit.lang);
    Ok((facts, head))
}

fn head(token: &str, header: &Header, title: Title, deadline: Option<Timestamp>, now: Timestamp, lang: Lang) -> Head {
    Head {
        token: token.to_owned(),
        code: header.code.clone(),
        name: header.name.clone(),
        unit: header.unit.clone(),
        developer: header.developer.clone(),
        role: title.say(lang),
        deadline: deadline.map(|deadline| deadline.myt()),
        left: deadline.map(|deadline| time_left(deadline, now, lang)),
    }
}

/// The bytes that the turn is about.
fn subject(facts: &TurnFacts) -> Subject {
    Subject {
        serial: facts.serial.clone(),
        version: facts.version.to_string(),
        pages: facts.page_texts.len(),
        size: size(facts.head.length),
        digest: hex::encode(facts.head.sha256),
    }
}

/// `412 KB`, `1.3 MB`.
fn size(bytes: u64) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes.div_ceil(1000)) } else { format!("{:.1} MB", bytes as f64 / 1e6) }
}

/// `3 hari 4 jam`, `50 minit`: rounded down, so that nobody counts on a minute that is not there.
pub(in crate::web) fn time_left(deadline: Timestamp, now: Timestamp, lang: Lang) -> String {
    let minutes = deadline.since(now).as_secs() / 60;
    let count = |key: &str, n: u64| lang.say_with(key, &[("n", &n.to_string())]);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => lang.say("web-left-none"),
        (0, 0, minutes) => count("web-left-minutes", minutes),
        (0, hours, _) => count("web-left-hours", hours),
        (days, 0, _) => count("web-left-days", days),
        (days, hours, _) => format!("{} {}", count("web-left-days", days), count("web-left-hours", hours)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_left_is_said_in_days_hours_or_minutes() {
        let now = Timestamp::from_millis(1_760_000_000_000);
        let left = |seconds: i64| time_left(Timestamp::from_millis(1_760_000_000_000 + seconds * 1000), now, Lang::Ms);
        assert_eq!(left(3 * 86_400 + 4 * 3600 + 59), "3 hari 4 jam");
        assert_eq!(left(86_400), "1 hari");
        assert_eq!(left(2 * 3600 + 1800), "2 jam");
        assert_eq!(left(59 * 60 + 59), "59 minit");
        assert_eq!(left(30), "kurang seminit");
        assert_eq!(left(-30), "kurang seminit");
    }

    #[test]
    fn sizes_are_for_people() {
        assert_eq!(size(411_001), "412 KB");
        assert_eq!(size(1_340_000), "1.3 MB");
    }
}
