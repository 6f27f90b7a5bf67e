//! The fourteen events of a signature, in their order and none left out (FIN-1 to FIN-14).

use serde_json::json;

use super::model::{DocumentState, StepId};
use super::record::{Document, DocumentStep};
use super::refused::{self, ActRefused, Wanted};
use super::store;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit};

macro_rules! events {
    ($($(#[$doc:meta])* $event:ident = $number:literal, $kind:literal;)+) => {
        /// One of the fourteen events of a signature. The number is that of its requirement.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Fin {
            $($(#[$doc])* $event = $number),+
        }

        impl Fin {
            /// All of them in order.
            pub const ALL: [Self; 14] = [$(Self::$event),+];

            /// Its name in the audit trail.
            pub const fn kind(self) -> &'static str {
                match self { $(Self::$event => $kind),+ }
            }
        }
    };
}

events! {
    /// The officer is signed in.
    SignedIn = 1, "igfmas.fin-01-signed-in";
    /// The document was opened from the task list and "sah peraku" was pressed.
    Opened = 2, "igfmas.fin-02-opened";
    /// Which medium the officer has is asked.
    MediumAsked = 3, "igfmas.fin-03-medium-asked";
    /// It is looked up.
    MediumLookedUp = 4, "igfmas.fin-04-medium-looked-up";
    /// It is known.
    MediumKnown = 5, "igfmas.fin-05-medium-known";
    /// A one-time code is asked for; for a token, its own unlocking.
    CodeAsked = 6, "igfmas.fin-06-code-asked";
    /// The code is on the phone or in the mail.
    CodeSent = 7, "igfmas.fin-07-code-sent";
    /// The signing screen is shown.
    ScreenShown = 8, "igfmas.fin-08-screen-shown";
    /// Whether the signature was made is asked.
    StatusAsked = 9, "igfmas.fin-09-status-asked";
    /// It was made.
    StatusKnown = 10, "igfmas.fin-10-status-known";
    /// The verification has begun.
    VerificationShown = 11, "igfmas.fin-11-verification-shown";
    /// The revocation list says nothing against it.
    Verified = 12, "igfmas.fin-12-verified";
    /// The signature counts.
    Accepted = 13, "igfmas.fin-13-accepted";
    /// The signing record is stored, and with the last signature the document is posted.
    Posted = 14, "igfmas.fin-14-posted";
}

/// The officer opens a document from the task list: FIN-1 and FIN-2. Opening it again begins anew.
///
/// # Errors
/// [`ActRefused`], by the same guard as the signature itself.
pub async fn open_step(work: &Work, officer: &PersonId, step: &StepId) -> Result<DocumentStep, ActRefused> {
    let mut tx = work.write().await?;
    let step = DocumentStep::find(&mut tx, step).await?.ok_or(ActRefused::Unknown)?;
    may_sign(work, &mut tx, officer, &step).await?;
    tx.first(store::BEGIN_RUN, args![&step.id, officer, work.now]).await?.ok_or(ActRefused::OutOfOrder)?;
    for event in [Fin::SignedIn, Fin::Opened] {
        told(work, &mut tx, &step, event).await?;
    }
    tx.commit().await?;
    Ok(step)
}

/// What happens between opening and signing: FIN-3 to FIN-8, one after the other.
///
/// # Errors
/// [`ActRefused::OutOfOrder`] when the event before is missing, this one has been, or it is another verb's.
pub async fn proceed(work: &Work, officer: &PersonId, step: &StepId, event: Fin) -> Result<(), ActRefused> {
    if !(Fin::MediumAsked..=Fin::ScreenShown).contains(&event) {
        return Err(ActRefused::OutOfOrder);
    }
    let mut tx = work.write().await?;
    let step = DocumentStep::find(&mut tx, step).await?.ok_or(ActRefused::Unknown)?;
    advance(work, &mut tx, &step, officer, event).await?;
    Ok(tx.commit().await?)
}

/// Records the next event, if it is the next.
pub(super) async fn advance(
    work: &Work,
    tx: &mut Tx,
    step: &DocumentStep,
    officer: &PersonId,
    event: Fin,
) -> Result<(), ActRefused> {
    let moved = tx.first(store::NEXT_FIN, args![&step.id, officer, event as i64, work.now]).await?;
    moved.ok_or(ActRefused::OutOfOrder)?;
    Ok(told(work, tx, step, event).await?)
}

/// Whether the step is this officer's now.
pub(super) async fn may_sign(
    work: &Work,
    tx: &mut Tx,
    officer: &PersonId,
    step: &DocumentStep,
) -> Result<(), ActRefused> {
    let values = args![&step.document, officer, work.now, step.version, step.seq];
    if tx.first(store::MAY_ACT, values).await?.is_some() {
        return Ok(());
    }
    Err(not_now(work, tx, officer, step).await?)
}

/// The number of the last event of this signature by this officer.
pub(super) async fn reached(tx: &mut Tx, step: &DocumentStep, officer: &PersonId) -> Result<Option<i64>, DbError> {
    tx.first(store::RUN, args![&step.id, officer]).await?.map(|row| row.int("fin")).transpose()
}

/// Whether the officer has been shown what they are about to sign (FIN-8) and nothing has happened since.
pub(super) async fn at_screen(tx: &mut Tx, step: &DocumentStep, officer: &PersonId) -> Result<(), ActRefused> {
    if reached(tx, step, officer).await? == Some(Fin::ScreenShown as i64) {
        Ok(())
    } else {
        Err(ActRefused::OutOfOrder)
    }
}

/// Why the step is not this officer's now.
pub(super) async fn not_now(
    work: &Work,
    tx: &mut Tx,
    officer: &PersonId,
    step: &DocumentStep,
) -> Result<ActRefused, DbError> {
    let document = Document::get(tx, &step.document).await?;
    let wanted = Wanted { version: step.version, step: Some(step.seq), states: &[DocumentState::Submitted] };
    refused::why(work, tx, &document, officer, wanted).await
}

async fn told(work: &Work, tx: &mut Tx, step: &DocumentStep, event: Fin) -> Result<(), DbError> {
    let facts = json!({ "step": step.id, "version": step.version, "seq": step.seq, "role": step.role.as_str() });
    audit::record(work, tx, event.kind(), step.document.as_str(), facts).await
}
