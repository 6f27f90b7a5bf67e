//! The developer's list of agreements, a page at a time.

use super::model::{AgreementId, AgreementState, TurnState};
use super::read::{AgreementLine, awaited, is_open};
use super::record::{Agreement, Turn};
use super::store;
use crate::account::DeveloperDesk;
use crate::args;
use crate::kernel::db::{DbError, Row, Tx};
use crate::kernel::search::folded;
use crate::kernel::work::Work;
use crate::organisation::{DevelopmentId, UnitId};

/// Lines of a page.
pub const PAGE: usize = 50;

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

    fn stored(row: &Row) -> Result<Self, DbError> {
        let place = usize::try_from(row.int("pile")?).ok();
        let pile = place.and_then(|place| Self::ALL.get(place)).copied();
        pile.ok_or_else(|| DbError::Inconsistent("pile".to_owned()))
    }
}

/// What the list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// One pile alone.
    pub pile: Option<Pile>,
    /// Part of a unit, a code, the name of a development or of a party; empty for everything.
    pub text: String,
    /// Behind this line: what [`Listed::next`] of the page before says.
    pub after: Option<Place>,
}

/// The place of a line in the order of the list: what ends first comes first, then the newest news.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    pile: i64,
    ends: i64,
    changed: i64,
    id: String,
}

impl Place {
    /// As it stands in an address.
    pub fn word(&self) -> String {
        format!("{}.{}.{}.{}", self.pile, self.ends, self.changed, self.id)
    }

    /// Reads the word of an address; `None` for anything else.
    pub fn parse(word: &str) -> Option<Self> {
        let mut parts = word.splitn(4, '.');
        let mut number = || parts.next()?.parse().ok();
        let (pile, ends, changed) = (number()?, number()?, number()?);
        Some(Self { pile, ends, changed, id: AgreementId::parse(parts.next()?)?.to_string() })
    }

    fn of(row: &Row) -> Result<Self, DbError> {
        let (pile, ends) = (row.int("pile")?, row.int("ends")?);
        Ok(Self { pile, ends, changed: row.int("changed_at")?, id: row.text("id")? })
    }
}

/// A page of the list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// At most [`PAGE`] lines with their piles, in order.
    pub lines: Vec<(Pile, AgreementLine)>,
    /// Where the next page begins, if there is one.
    pub next: Option<Place>,
    /// How many agreements each pile has in all.
    pub piles: [usize; 4],
}

/// The agreements of the developer, by pile; in each what ends first, then the newest news.
pub async fn agreements(work: &Work, desk: &DeveloperDesk, wanted: &Wanted) -> Result<Listed, DbError> {
    let mut tx = work.read().await?;
    let mut piles = [0; 4];
    for row in tx.all(store::PILES, args![desk.developer(), work.now]).await? {
        piles[Pile::stored(&row)? as usize] = usize::try_from(row.int("size")?).unwrap_or(0);
    }
    let mut rows = rows(work, &mut tx, desk, wanted).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(Place::of).transpose()?;
    let mut lines = Vec::new();
    for row in &rows {
        lines.push((Pile::stored(row)?, line(work, &mut tx, row.id("id")?).await?));
    }
    Ok(Listed { lines, next, piles })
}

async fn rows(work: &Work, tx: &mut Tx, desk: &DeveloperDesk, wanted: &Wanted) -> Result<Vec<Row>, DbError> {
    let first = Place { pile: -1, ends: 0, changed: 0, id: String::new() };
    let after = wanted.after.as_ref().unwrap_or(&first);
    let (from, to) = wanted.pile.map_or((0, 3), |pile| (pile as i64, pile as i64));
    let values = args![
        desk.developer(),
        work.now,
        from,
        to,
        like(&wanted.text),
        after.pile,
        after.ends,
        -after.changed,
        &after.id,
        i64::try_from(PAGE + 1).unwrap_or(i64::MAX)
    ];
    tx.all(store::LIST, values).await
}

/// A pattern that finds `text` anywhere; what is typed has no power over it.
fn like(text: &str) -> String {
    let plain = folded(text.trim()).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{plain}%")
}

async fn line(work: &Work, tx: &mut Tx, id: AgreementId) -> Result<AgreementLine, DbError> {
    let agreement = Agreement::get(tx, &id).await?;
    let turns = Turn::all(tx, &agreement.id, agreement.version).await?;
    let awaited = match turns.iter().find(|turn| is_open(turn)) {
        Some(turn) => Some(awaited(work, tx, turn).await?),
        None => None,
    };
    Ok(AgreementLine {
        signed: turns.iter().filter(|turn| turn.state == TurnState::Signed).count(),
        parties: turns.len(),
        awaited,
        id: agreement.id,
        header: agreement.header,
        state: agreement.state,
        version: agreement.version,
        changed_at: agreement.changed_at,
    })
}

/// The agreements in a development of the developer, the newest news first: unit, agreement, state.
pub async fn agreements_in(
    work: &Work,
    desk: &DeveloperDesk,
    development: &DevelopmentId,
) -> Result<Vec<(UnitId, AgreementId, AgreementState)>, DbError> {
    let rows = work.read().await?.all(store::IN_DEVELOPMENT, args![desk.developer(), development]).await?;
    let one = |row: &Row| {
        let state = AgreementState::from_stored(&row.text("state")?);
        let state = state.ok_or_else(|| DbError::Inconsistent("agreement state".to_owned()))?;
        Ok((row.id("unit")?, row.id("id")?, state))
    };
    rows.iter().map(one).collect()
}
