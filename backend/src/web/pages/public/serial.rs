//! `/v/{serial}?t=…`: what a QR code leads to: how the agreement stands, which version is in force, and how our own
//! copy of this version is judged now, signature by signature.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};

use crate::document::verify::{Class, Report, Status, Verdict};
use crate::hims::{self, PublicFacts, VersionState};
use crate::kernel::clock::Timestamp;
use crate::web::Doors;
use crate::web::guard::{Address, Rate, Visit, limit};
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;
use crate::web::problem::Problem;

use super::judge::{judge, seat};

const RATE: Rate = Rate::ten_minutes("v", 300);

/// A party as shown.
#[derive(Clone, Debug)]
pub struct Signer {
    /// In words.
    pub role: String,
    /// Masked.
    pub name: String,
    /// When it was signed, in Malaysian time.
    pub at: Option<String>,
    /// `good`, `bad` or `warn`, and what it means; none before the signature.
    pub standing: Option<(&'static str, String)>,
}

impl Signer {
    /// Signed, but our own copy does not bear it out.
    fn doubtful(&self) -> bool {
        self.standing.as_ref().is_some_and(|(tone, _)| *tone != "good")
    }
}

/// A version as shown.
#[derive(Clone, Debug)]
pub struct VersionLine {
    /// Counted from 1.
    pub number: String,
    /// Its stored word.
    pub state: String,
    /// When it was issued.
    pub issued: String,
    /// Whether it is the one of the QR code.
    pub this: bool,
}

/// A document as the public sees it.
#[derive(Template)]
#[template(path = "public/serial.html")]
pub struct SerialPage {
    pub(in crate::web) f: Frame,
    pub(in crate::web) serial: String,
    pub(in crate::web) code: String,
    pub(in crate::web) name: String,
    pub(in crate::web) unit: String,
    pub(in crate::web) state: String,
    /// How it looks, and whether this version counts.
    pub(in crate::web) force: (&'static str, String),
    pub(in crate::web) version: String,
    pub(in crate::web) issued: String,
    pub(in crate::web) ended: Option<String>,
    pub(in crate::web) sha256: String,
    pub(in crate::web) signers: Vec<Signer>,
    pub(in crate::web) versions: Vec<VersionLine>,
}

impl SerialPage {
    /// The page of `facts`, with the verdict on our copy if there is one.
    pub fn of(f: Frame, facts: PublicFacts, report: Option<&Report>) -> Self {
        let version = |one: &hims::PublicVersion| VersionLine {
            number: one.number.to_string(),
            state: one.state.as_str().to_owned(),
            issued: one.issued_at.myt(),
            this: one.number == facts.version.0,
        };
        let signers = signers(&f, &facts, report);
        let doubtful = signers.iter().any(Signer::doubtful);
        Self {
            // What the register says is worth no more than the signatures on our copy.
            force: if doubtful { ("bad", f.say("web-force-doubt")) } else { force(&f, &facts) },
            signers,
            versions: facts.versions.iter().map(version).collect(),
            serial: facts.serial,
            code: facts.header.code,
            name: facts.header.name,
            unit: facts.header.unit,
            state: facts.state.as_str().to_owned(),
            version: facts.version.0.to_string(),
            issued: facts.issued_at.myt(),
            ended: facts.ended_at.map(Timestamp::myt),
            sha256: facts.sha256,
            f,
        }
    }
}

/// Whether this version counts, in a sentence.
pub(super) fn force(f: &Frame, facts: &PublicFacts) -> (&'static str, String) {
    let signed = facts.parties.iter().filter(|party| party.signed_at.is_some()).count().to_string();
    let (of, newest) = (facts.parties.len().to_string(), facts.version.1.to_string());
    match facts.state {
        VersionState::Completed => ("good", f.say("web-force-completed")),
        VersionState::Current => ("info", f.say2("web-force-current", "n", &signed, "of", &of)),
        VersionState::Returned => ("bad", f.say("web-force-returned")),
        VersionState::Superseded => ("bad", f.say1("web-force-superseded", "newest", &newest)),
    }
}

/// Parties sign strictly in order, each once: the n-th signature of the file is that of the n-th who signed.
fn signers(f: &Frame, facts: &PublicFacts, report: Option<&Report>) -> Vec<Signer> {
    let approvals = report.map_or(&[][..], |report| &report.signatures).iter();
    let mut approvals = approvals.filter(|verdict| verdict.class == Class::Approval);
    let parties = facts.parties.iter();
    let shown = parties.map(|party| {
        let verdict = party.signed_at.and_then(|_| approvals.next());
        let stamped = verdict.and_then(|verdict| verdict.stamped_millis).map(Timestamp::from_millis);
        Signer {
            role: party.title.say(f.lang),
            name: party.name.clone(),
            at: party.signed_at.map(|at| stamped.unwrap_or(at).myt()),
            standing: verdict.map(|verdict| standing(f, verdict)),
        }
    });
    shown.collect()
}

fn standing(f: &Frame, verdict: &Verdict) -> (&'static str, String) {
    match verdict.status {
        Status::Valid | Status::ValidExtended => ("good", f.say("web-signer-good")),
        Status::Indeterminate => ("warn", f.say("web-signer-undecided")),
        Status::Modified | Status::Invalid => ("bad", f.say("web-signer-bad")),
    }
}

/// Shows the document of a serial number, to whoever has its token.
pub async fn show(
    State(doors): State<Arc<Doors>>,
    visit: Visit,
    address: Address,
    Path(serial): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    limit(&visit, &address, RATE).await?;
    let query = query.unwrap_or_default();
    let token = query.split('&').find_map(|pair| pair.strip_prefix("t=")).unwrap_or_default();
    let facts = hims::public_facts(&visit.work, &*doors.keystore, &serial, token).await?;
    let seat = seat().await?;
    let report = match doors.blobs.read(&facts.head.document, facts.head.length).await {
        Ok(bytes) => Some(judge(&doors, &visit, seat, bytes).await?),
        // What we know of the agreement is worth showing without a verdict on the file.
        Err(error) => {
            tracing::warn!(%error, "the copy behind a QR code cannot be read");
            None
        }
    };
    Ok(Page(SerialPage::of(visit.frame(), facts, report.as_ref())).into_response())
}
