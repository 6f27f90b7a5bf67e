//! `/hims`: the agreements of the developer: what is wrong, who is waited for, until when.

use std::time::Duration;

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, AgreementLine, Listed, Pile, Place, Wanted};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::web::guard::Pemaju;
use crate::web::pages::Page;
use crate::web::pages::form::Form;
use crate::web::pages::frame::Frame;
use crate::web::pages::turn::time_left;
use crate::web::problem::Problem;

/// A window that ends within this time is shown as urgent.
const SOON: Duration = Duration::from_secs(24 * 3600);

/// The word of a pile in the address, and of its words.
const fn word(pile: Pile) -> &'static str {
    match pile {
        Pile::Trouble => "tindakan",
        Pile::Waiting => "menunggu",
        Pile::Draft => "draf",
        Pile::Completed => "selesai",
    }
}

/// One agreement as shown.
#[derive(Clone, Debug)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// Development, by code and name.
    pub development: String,
    /// Unit.
    pub unit: String,
    /// Stored word of the state.
    pub state: String,
    /// The developer has to act.
    pub trouble: bool,
    /// How many of how many have signed.
    pub signed: (usize, usize),
    /// Who is waited for: role, name, stored word of the turn.
    pub awaited: Option<(String, String, String)>,
    /// Until when, how long that is, and how urgent that looks.
    pub deadline: Option<(String, String, &'static str)>,
}

/// The list.
#[derive(Template)]
#[template(path = "hims/dashboard.html")]
pub struct DashboardPage {
    pub(in crate::web) f: Frame,
    /// Each pile with its size, and whether it is the one shown.
    pub(in crate::web) piles: Vec<(&'static str, usize, bool)>,
    /// How many there are in all.
    pub(in crate::web) total: usize,
    /// The pile shown, if one was chosen, and what is looked for.
    pub(in crate::web) form: Form,
    pub(in crate::web) lines: Vec<Line>,
    /// The address of the next page, if there is one.
    pub(in crate::web) next: Option<String>,
}

/// How good a state looks.
pub(in crate::web) fn tone(state: &str) -> &'static str {
    match state {
        "COMPLETED" | "SIGNED" | "CURRENT" => "good",
        "EXPIRED" | "RETURNED" => "bad",
        "SIGNING" | "ISSUED" | "REVIEWING" | "READY" => "info",
        _ => "",
    }
}

impl DashboardPage {
    pub(in crate::web) fn of(f: Frame, listed: Listed, form: Form, now: Timestamp) -> Self {
        let chosen = form.value("tapis");
        let size = |pile: Pile| listed.piles[pile as usize];
        let piles = Pile::ALL.map(|pile| (word(pile), size(pile), word(pile) == chosen)).to_vec();
        let total = listed.piles.iter().sum();
        let next = listed.next.map(|place| address(&form, &place));
        let lines = listed.lines.into_iter().map(|(pile, one)| line(pile, one, now, f.lang)).collect();
        Self { f, piles, total, form, lines, next }
    }

    /// Whether one pile is shown alone.
    fn filtered(&self) -> bool {
        self.piles.iter().any(|(_, _, shown)| *shown)
    }

    fn tone(&self, state: &str) -> &'static str {
        tone(state)
    }
}

/// The address of the next page: the same pile, the same words looked for.
fn address(form: &Form, place: &Place) -> String {
    let mut address = format!("/hims?selepas={}", place.word());
    for field in ["tapis", "cari"] {
        if !form.value(field).is_empty() {
            address.push_str(&format!("&{field}={}", encoded(form.value(field))));
        }
    }
    address
}

/// Percent-encodes everything but letters and digits (RFC 3986).
fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

fn ends(line: &AgreementLine) -> Option<Timestamp> {
    line.awaited.as_ref().and_then(|party| party.deadline)
}

fn line(pile: Pile, line: AgreementLine, now: Timestamp, lang: Lang) -> Line {
    let trouble = pile == Pile::Trouble;
    let awaited = line.awaited.as_ref();
    Line {
        id: line.id.to_string(),
        development: format!("{} · {}", line.header.code, line.header.name),
        unit: line.header.unit.clone(),
        state: line.state.as_str().to_owned(),
        trouble,
        signed: (line.signed, line.parties),
        awaited: awaited.map(|party| (party.title.say(lang), party.name.clone(), party.state.as_str().to_owned())),
        deadline: ends(&line).map(|deadline| urgency(deadline, now, lang)),
    }
}

fn urgency(deadline: Timestamp, now: Timestamp, lang: Lang) -> (String, String, &'static str) {
    if deadline <= now {
        return (deadline.myt(), lang.say("web-left-over"), "bad");
    }
    let tone = if deadline.since(now) < SOON { "warn" } else { "" };
    (deadline.myt(), time_left(deadline, now, lang), tone)
}

/// Shows the agreements, fifty at a time. `?tapis=` chooses a pile, `?cari=` looks for a unit, a development or a
/// name, `?selepas=` goes on behind a line: all stand in the address, so that a desk can be kept as a bookmark.
pub async fn show(at: Pemaju, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let form = Form::decode(query.unwrap_or_default().as_bytes(), at.who.visit.lang);
    let wanted = wanted(&form);
    let listed = hims::agreements(&at.who.work, &at.desk, &wanted).await?;
    Ok(Page(DashboardPage::of(at.who.frame(), listed, form, at.who.work.now)).into_response())
}

fn wanted(form: &Form) -> Wanted {
    let pile = Pile::ALL.into_iter().find(|pile| form.holds("tapis", word(*pile)));
    Wanted { pile, text: form.value("cari").to_owned(), after: Place::parse(form.value("selepas")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::settings::Settings;

    const NOW: i64 = 1_760_000_000_000;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_millis(NOW + hours * 3_600_000)
    }

    #[test]
    fn the_address_of_the_next_page_keeps_pile_and_search() {
        let place = Place::parse("1.1760000000000.1759.01KA0000000000000000000000").expect("a place");
        let form = Form::new(Lang::Ms).with("tapis", "menunggu").with("cari", "B-1 & Ravi");
        let next = address(&form, &place);
        assert_eq!(next, format!("/hims?selepas={}&tapis=menunggu&cari=B%2D1%20%26%20Ravi", place.word()));
        let again = wanted(&Form::decode(next.split_once('?').expect("a query").1.as_bytes(), Lang::Ms));
        assert_eq!((again.pile, again.text.as_str(), again.after), (Some(Pile::Waiting), "B-1 & Ravi", Some(place)));
        assert!(wanted(&Form::new(Lang::Ms).with("tapis", "lain").with("selepas", "1.x")).after.is_none());
    }

    #[test]
    fn a_pile_keeps_what_is_looked_for() {
        let (f, form) = (Frame::bare(Lang::Ms, &Settings::default()), Form::decode(b"cari=mei+%26+ling", Lang::Ms));
        let listed = Listed { lines: Vec::new(), next: None, piles: [1; 4] };
        let html = DashboardPage::of(f, listed, form, at(0)).render().expect("renders");
        assert!(html.contains("href=\"/hims?tapis=menunggu&amp;cari=mei%20%26%20ling\""), "{html}");
    }

    #[test]
    fn a_deadline_says_how_urgent_it_is() {
        assert_eq!(urgency(at(60), at(0), Lang::Ms).2, "");
        assert_eq!(urgency(at(5), at(0), Lang::Ms), (at(5).myt(), "5 jam".to_owned(), "warn"));
        assert_eq!(urgency(at(-1), at(0), Lang::Ms).2, "bad");
    }
}
