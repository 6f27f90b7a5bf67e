//! `/hims`: the agreements of the developer: what is wrong, who is waited for, until when.

use std::time::Duration;

use askama::Template;
use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};

use crate::hims::{self, AgreementLine, AgreementState, TurnState};
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

/// Where an agreement belongs on the desk. The order is the order of the list.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Pile {
    /// The developer has to act: a window is over, or a correction was asked for.
    Trouble,
    /// A signer has to act.
    Waiting,
    /// Not issued yet.
    Draft,
    /// Signed by everybody.
    Completed,
}

impl Pile {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Trouble, Self::Waiting, Self::Draft, Self::Completed];

    /// The word in the address and of the words.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Trouble => "tindakan",
            Self::Waiting => "menunggu",
            Self::Draft => "draf",
            Self::Completed => "selesai",
        }
    }

    /// The pile of an agreement.
    pub fn of(line: &AgreementLine) -> Self {
        let over = line.awaited.as_ref().is_some_and(|party| party.state == TurnState::Expired);
        match line.state {
            AgreementState::Returned | AgreementState::Expired => Self::Trouble,
            AgreementState::Completed => Self::Completed,
            AgreementState::Draft | AgreementState::Generating => Self::Draft,
            AgreementState::Issued | AgreementState::Signing if over => Self::Trouble,
            AgreementState::Issued | AgreementState::Signing => Self::Waiting,
        }
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
    pub(in crate::web) fn of(f: Frame, mut all: Vec<AgreementLine>, form: Form, now: Timestamp) -> Self {
        let chosen = form.value("tapis");
        let size = |pile: Pile| all.iter().filter(|line| Pile::of(line) == pile).count();
        let piles = Pile::ALL.map(|pile| (pile.word(), size(pile), pile.word() == chosen)).to_vec();
        let total = all.len();
        all.retain(|line| piles.iter().all(|(_, _, shown)| !shown) || Pile::of(line).word() == chosen);
        all.retain(|line| found(line, form.value("cari")));
        // What ends first comes first; what has no end keeps its order, the newest news first.
        all.sort_by_key(|line| (Pile::of(line), ends(line).map_or(i64::MAX, Timestamp::millis)));
        let lines = all.into_iter().map(|one| line(one, now, f.lang)).collect();
        Self { f, piles, total, form, lines }
    }

    /// Whether one pile is shown alone.
    fn filtered(&self) -> bool {
        self.piles.iter().any(|(_, _, shown)| *shown)
    }

    fn tone(&self, state: &str) -> &'static str {
        tone(state)
    }
}

/// Whether `line` has what is looked for in its unit, its development or the name of whom it waits for.
fn found(line: &AgreementLine, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    let name = line.awaited.as_ref().map_or("", |party| &party.name);
    let places = [line.header.unit.as_str(), &line.header.code, &line.header.name, name];
    wanted.is_empty() || places.iter().any(|place| place.to_lowercase().contains(&wanted))
}

fn ends(line: &AgreementLine) -> Option<Timestamp> {
    line.awaited.as_ref().and_then(|party| party.deadline)
}

fn line(line: AgreementLine, now: Timestamp, lang: Lang) -> Line {
    let trouble = Pile::of(&line) == Pile::Trouble;
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

/// Shows the agreements. `?tapis=` chooses a pile, `?cari=` looks for a unit, a development or a name: both stand
/// in the address, so that a desk can be kept as a bookmark.
pub async fn show(at: Pemaju, RawQuery(query): RawQuery) -> Result<Response, Problem> {
    let form = Form::decode(query.unwrap_or_default().as_bytes(), at.who.visit.lang);
    let lines = hims::agreements(&at.who.work, &at.desk).await?;
    Ok(Page(DashboardPage::of(at.who.frame(), lines, form, at.who.work.now)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hims::{AgreementId, AwaitedParty, Header, Role, Title, TurnId};
    use crate::kernel::settings::Settings;

    const NOW: i64 = 1_760_000_000_000;

    fn at(hours: i64) -> Timestamp {
        Timestamp::from_millis(NOW + hours * 3_600_000)
    }

    fn agreement(unit: &str, state: AgreementState, turn: Option<(TurnState, i64)>) -> AgreementLine {
        let header = Header {
            code: "20165-9".to_owned(),
            name: "PARKLAND AVENUE".to_owned(),
            unit: unit.to_owned(),
            developer: "PARKLAND AVENUE SDN. BHD.".to_owned(),
        };
        let awaited = turn.map(|(state, hours)| AwaitedParty {
            turn: TurnId::parse("01KA0000000000000000000000").expect("an id"),
            title: Title { role: Role::Pembeli, witnessed: None },
            name: "Tan Mei Ling".to_owned(),
            state,
            deadline: Some(at(hours)),
        });
        let id = AgreementId::parse("01KA0000000000000000000000").expect("an id");
        AgreementLine { id, header, state, version: 1, signed: 1, parties: 4, awaited, changed_at: at(0) }
    }

    fn desk() -> Vec<AgreementLine> {
        use AgreementState::{Completed, Draft, Returned, Signing};
        vec![
            agreement("A-1", Completed, None),
            agreement("A-2", Draft, None),
            agreement("A-3", Signing, Some((TurnState::Reviewing, 60))),
            agreement("A-4", Signing, Some((TurnState::Reviewing, 5))),
            agreement("A-5", Signing, Some((TurnState::Expired, -1))),
            agreement("B-6", Returned, None),
        ]
    }

    fn shown(query: &str) -> Vec<String> {
        let f = Frame::bare(Lang::Ms, &Settings::default());
        let page = DashboardPage::of(f, desk(), Form::decode(query.as_bytes(), Lang::Ms), at(0));
        assert_eq!(page.piles.iter().map(|pile| pile.1).collect::<Vec<_>>(), [2, 2, 1, 1], "counts ignore the filter");
        page.lines.into_iter().map(|line| line.unit).collect()
    }

    #[test]
    fn what_the_developer_must_mend_comes_first_then_what_ends_first() {
        assert_eq!(shown(""), ["A-5", "B-6", "A-4", "A-3", "A-2", "A-1"]);
    }

    #[test]
    fn the_address_chooses_a_pile_and_what_is_looked_for() {
        assert_eq!(shown("tapis=menunggu"), ["A-4", "A-3"]);
        assert_eq!(shown("cari=b-6"), ["B-6"]);
        assert_eq!(shown("tapis=tindakan&cari=mei+ling"), ["A-5"]);
        assert_eq!(shown("tapis=selesai&cari=b-6"), Vec::<String>::new());
        assert_eq!(shown("tapis=lain").len(), 6, "a word that is no pile filters nothing");
    }

    #[test]
    fn a_deadline_says_how_urgent_it_is() {
        assert_eq!(urgency(at(60), at(0), Lang::Ms).2, "");
        assert_eq!(urgency(at(5), at(0), Lang::Ms), (at(5).myt(), "5 jam".to_owned(), "warn"));
        assert_eq!(urgency(at(-1), at(0), Lang::Ms).2, "bad");
    }
}
