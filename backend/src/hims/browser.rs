//! From where a turn is open: what the phone shows before it shows a code.

use super::model::TurnId;
use super::store;
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::secret::digest;
use crate::kernel::work::Work;
use crate::person::PersonId;

/// The browser that a signer proves themselves in.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    /// Family and system, as it says of itself: `Firefox · Windows`.
    pub name: String,
    /// The random name that it keeps; a browser that keeps none is new every time.
    pub token: String,
}

/// Families by the mark in `User-Agent`; whoever pretends to be another comes before it.
const FAMILIES: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
];

/// Systems by their mark, in the same way.
const SYSTEMS: [(&str, &str); 7] = [
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];

impl Browser {
    /// Reads the header `User-Agent` (RFC 9110 section 10.1.5). Only words of ours come out of it.
    pub fn new(agent: &str, token: String) -> Self {
        let find =
            |marks: &[(&str, &'static str)]| marks.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
        let parts: Vec<_> = [find(&FAMILIES), find(&SYSTEMS)].into_iter().flatten().collect();
        Self { name: parts.join(" · "), token }
    }
}

/// A browser in which a turn is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenIn {
    /// Family and system; empty when unknown.
    pub name: String,
    /// Whether the person proved themselves in it before.
    pub known: bool,
    /// Since when.
    pub opened: Timestamp,
}

/// Notes the browser of `person`; whether they proved themselves in it before.
pub(super) async fn meet(work: &Work, tx: &mut Tx, person: &PersonId, browser: &Browser) -> Result<bool, DbError> {
    if browser.token.is_empty() {
        return Ok(false);
    }
    let values = args![person, digest(&browser.token), work.now];
    Ok(tx.first(store::NEW_BROWSER, values).await?.is_none())
}

/// Where a turn is open now, newest first.
pub(super) async fn open_in(work: &Work, tx: &mut Tx, turn: &TurnId) -> Result<Vec<OpenIn>, DbError> {
    let rows = tx.all(store::OPEN_IN, args![turn, work.now]).await?;
    let one = |row: &crate::kernel::db::Row| {
        let name = row.opt_text("browser")?.unwrap_or_default();
        Ok(OpenIn { name, known: row.int("known")? == 1, opened: row.time("opened_at")? })
    };
    rows.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_by_family_and_system_in_words_of_ours() {
        let name = |agent: &str| Browser::new(agent, String::new()).name;
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36";
        assert_eq!(name(windows), "Chrome · Windows");
        assert_eq!(name(&format!("{windows} Edg/141.0")), "Edge · Windows");
        assert_eq!(name("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"), "Firefox · Linux");
        let phone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1";
        assert_eq!(name(phone), "Safari · iOS");
        assert_eq!(name("curl/8 <script>alert(1)</script>"), "");
    }
}
