//! What the blind second looks tell about the first ones, month by month.

use std::collections::BTreeMap;

use super::store;
use crate::account::{EkycReviewer, Officer};
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;

/// One month of the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Cases with at least one look.
    pub cases: u32,
    /// Cases whose first look approved, rejected, asked again.
    pub approved: u32,
    /// See `approved`.
    pub rejected: u32,
    /// See `approved`.
    pub retaken: u32,
    /// Cases drawn for the sample.
    pub sampled: u32,
    /// Of these, looked at a second time.
    pub looked_twice: u32,
    /// Of these, where the second look did not agree.
    pub disagreed: u32,
    /// Of these, where the first look approved and the case was not approved in the end.
    pub wrongly_approved: u32,
    /// Cases whose pictures and findings were erased, whenever they were decided.
    pub erased: i64,
    /// Of these, because the person took the consent back.
    pub withdrawn: i64,
}

impl Report {
    /// Disagreements among the cases of the sample that were looked at twice, in per mille.
    pub const fn disagreement(&self) -> Option<u32> {
        (self.disagreed * 1000).checked_div(self.looked_twice)
    }
}

/// The report of the looks from `from` until before `to`.
pub async fn report(
    work: &Work,
    _by: &Officer<EkycReviewer>,
    from: Timestamp,
    to: Timestamp,
) -> Result<Report, DbError> {
    let mut cases: BTreeMap<(String, i64), (bool, Vec<String>)> = BTreeMap::new();
    let mut tx = work.read().await?;
    for row in tx.all(store::MONTH, args![from, to]).await? {
        let case = cases.entry((row.text("submission")?, row.int("attempt")?)).or_default();
        case.0 = row.flag("sampled")?;
        case.1.push(row.text("decision")?);
    }
    let erasures = tx.one(store::ERASURES, args![from, to]).await?;
    let (erased, withdrawn) = (erasures.int("erased")?, erasures.int("withdrawn")?);
    let mut report = Report { erased, withdrawn, ..Report::default() };
    for (sampled, looks) in cases.values() {
        report.count(*sampled, looks);
    }
    Ok(report)
}

impl Report {
    fn count(&mut self, sampled: bool, looks: &[String]) {
        let Some(first) = looks.first() else { return };
        self.cases += 1;
        match first.as_str() {
            "APPROVED" => self.approved += 1,
            "REJECTED" => self.rejected += 1,
            _ => self.retaken += 1,
        }
        if !sampled {
            return;
        }
        self.sampled += 1;
        if looks.len() > 1 {
            self.looked_twice += 1;
            self.disagreed += u32::from(looks[1] != *first);
            self.wrongly_approved += u32::from(first == "APPROVED" && looks.last() != Some(first));
        }
    }
}
