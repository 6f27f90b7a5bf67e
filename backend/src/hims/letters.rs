//! Mails of the agreement: MAIL-1 to MAIL-3, the code for a new browser, and news for the developer.

mod body;

use body::{Completion, Reader};

use super::model::{AgreementId, CorrectionId, TurnId, TurnState, VersionState};
use super::record::{Agreement, Party, Turn};
use super::{link, store};
use crate::account;
use crate::device::{self, InvitationId, InviteRefused};
use crate::kernel::clock::Timestamp;
use crate::kernel::work::Work;
use crate::keystore::KeyStore;
use crate::outbox::{ComposeError, DueMail, Letter, Recipient};
use crate::person::{self, PersonId};
use crate::{args, audit};

/// What every letter of this room is composed from.
struct Desk<'a> {
    due: &'a DueMail<'a>,
    work: &'a Work,
    keys: &'a dyn KeyStore,
    to: Reader<'a>,
}

/// Composes the templates `hims.mail-1`, `hims.mail-2`, `hims.mail-3`, `hims.proof`,
/// `hims.window-extended`, `hims.window-over`, `hims.certificate-revoked`, `hims.signature-void`, `hims.correction`,
/// `hims.withdrawn` and `hims.completed`.
///
/// # Errors
/// [`ComposeError::Obsolete`] when the turn has moved on; [`ComposeError::Later`] while the audit trail has not
/// yet covered what the letter vouches for.
pub async fn compose(due: &DueMail<'_>, keys: &dyn KeyStore) -> Result<Letter, ComposeError> {
    let DueMail { work, stationery, recipient, .. } = *due;
    let (lang, to) = match person::mailbox(work, recipient).await? {
        Some((person, to)) => (person.lang, to),
        None => account::mailbox(work, recipient).await?.ok_or(ComposeError::Obsolete)?,
    };
    let desk = Desk { due, work, keys, to: Reader { stationery, lang, to } };
    match due.template {
        "hims.mail-1" => desk.identity().await,
        "hims.mail-2" => desk.certificate().await,
        "hims.mail-3" => desk.review().await,
        "hims.proof" => desk.proof().await,
        "hims.window-extended" => desk.window_extended().await,
        "hims.window-over" => desk.window_over().await,
        "hims.certificate-revoked" => desk.certificate_revoked().await,
        "hims.signature-void" => desk.signature_void().await,
        "hims.correction" => desk.correction().await,
        "hims.withdrawn" => desk.withdrawn().await,
        "hims.completed" => desk.completed().await,
        _ => Err(due.unknown()),
    }
}

impl Desk<'_> {
    async fn turn(&self) -> Result<(Turn, Agreement, Party), ComposeError> {
        let id = self.due.id("turn", TurnId::parse)?;
        let mut tx = self.work.read().await?;
        let turn = Turn::find(&mut tx, &id).await?.ok_or(ComposeError::Obsolete)?;
        let agreement = Agreement::get(&mut tx, &turn.agreement).await?;
        let party = Party::get(&mut tx, &turn.party).await?;
        Ok((turn, agreement, party))
    }

    /// The address of a turn's page.
    async fn turn_path(&self, turn: &Turn) -> Result<String, ComposeError> {
        let token = link::token(self.keys, &turn.id, turn.generation).await?;
        Ok(format!("/t/{token}"))
    }

    /// MAIL-1.
    async fn identity(&self) -> Result<Letter, ComposeError> {
        let invitation = self.due.id("invitation", InvitationId::parse)?;
        let agreement = self.due.id("agreement", AgreementId::parse)?;
        let header = Agreement::get(&mut self.work.read().await?, &agreement).await?.header;
        if let Recipient::Person(id) = self.due.recipient
            && let Some(person) = PersonId::parse(id)
            && device::current(self.work, &person).await?.is_some()
        {
            return Ok(self.to.identity(&header, None));
        }
        let token = device::link(self.keys, &invitation).await?;
        // The address was put right before this letter went out: its link would lead nowhere.
        match device::invitation(self.work, self.keys, &token).await {
            Ok(_) => {}
            Err(InviteRefused::Link) => return Err(ComposeError::Obsolete),
            Err(error) => return Err(ComposeError::Later(error.to_string())),
        }
        Ok(self.to.identity(&header, Some(&format!("/daftar/{token}"))))
    }

    /// MAIL-2.
    async fn certificate(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        let arrived = match turn.state {
            TurnState::Invited => true,
            TurnState::Waiting => false,
            _ => return Err(ComposeError::Obsolete),
        };
        if turn.version_state != VersionState::Current {
            return Err(ComposeError::Obsolete);
        }
        Ok(self.to.certificate(&agreement.header, &party.title, arrived, &self.turn_path(&turn).await?))
    }

    /// MAIL-3 (EMEL 4).
    async fn review(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        let deadline = self.due.time("deadline");
        let running = matches!(turn.state, TurnState::Reviewing | TurnState::Ready);
        let deadline = deadline.filter(|deadline| running && turn.deadline == Some(*deadline));
        let deadline = deadline.ok_or(ComposeError::Obsolete)?;
        Ok(self.to.review(&agreement.header, &party.title, deadline, &self.turn_path(&turn).await?))
    }

    /// The code for a new browser.
    async fn proof(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, _) = self.turn().await?;
        let generation = self.due.generation()?;
        let row = self.work.read().await?.first(store::PROOF, args![&turn.id]).await?;
        let row = row.ok_or(ComposeError::Obsolete)?;
        if row.int("generation")? != generation || self.work.now >= row.time("until")? {
            return Err(ComposeError::Obsolete);
        }
        let code = link::proof_code(self.keys, &turn.id, generation).await?;
        Ok(self.to.proof(&agreement.header, code.expose()))
    }

    /// To the signer with the link of the turn, to the developer with the agreement.
    async fn window_extended(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        let deadline = self.due.time("deadline");
        if deadline.is_none() || turn.deadline != deadline || turn.window_over(self.work.now) {
            return Err(ComposeError::Obsolete);
        }
        let path = match self.due.recipient {
            Recipient::Account(_) => None,
            _ => Some(self.turn_path(&turn).await?),
        };
        let until = deadline.map(Timestamp::myt).unwrap_or_default();
        Ok(self.to.window_extended(&agreement.header, &party.title, &until, path.as_deref(), &agreement.id))
    }

    async fn window_over(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        if !turn.window_over(self.work.now) {
            return Err(ComposeError::Obsolete);
        }
        Ok(self.to.window_over(&agreement.header, &party.title, &agreement.id))
    }

    async fn certificate_revoked(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        if turn.signed_at.is_some() {
            return Err(ComposeError::Obsolete);
        }
        Ok(self.to.certificate_revoked(&agreement.header, &party.title, &agreement.id))
    }

    async fn signature_void(&self) -> Result<Letter, ComposeError> {
        let (turn, agreement, party) = self.turn().await?;
        if turn.signed_at.is_some() {
            return Err(ComposeError::Obsolete);
        }
        Ok(self.to.signature_void(&agreement.header, &party.title, &self.turn_path(&turn).await?))
    }

    async fn correction(&self) -> Result<Letter, ComposeError> {
        let id = self.due.id("correction", CorrectionId::parse)?;
        let mut tx = self.work.read().await?;
        let row = tx.first(store::CORRECTION, args![&id]).await?.ok_or(ComposeError::Obsolete)?;
        let agreement = Agreement::get(&mut tx, &row.id("agreement")?).await?;
        let title = Party::get(&mut tx, &row.id("party")?).await?.title;
        Ok(self.to.correction(&agreement.header, &title, &row.text("remark")?, &agreement.id))
    }

    async fn withdrawn(&self) -> Result<Letter, ComposeError> {
        let id = self.due.id("correction", CorrectionId::parse)?;
        let mut tx = self.work.read().await?;
        let row = tx.first(store::CORRECTION, args![&id]).await?.ok_or(ComposeError::Obsolete)?;
        let agreement = Agreement::get(&mut tx, &row.id("agreement")?).await?;
        Ok(self.to.withdrawn(&agreement.header, &row.text("remark")?))
    }

    /// The completion mail carries the signed head of the audit trail that covers the completion: whoever keeps
    /// the mail can hold us to it.
    async fn completed(&self) -> Result<Letter, ComposeError> {
        let id = self.due.id("agreement", AgreementId::parse)?;
        let version = u32::try_from(self.due.ids["version"].as_i64().unwrap_or(0)).unwrap_or(0);
        let mut tx = self.work.read().await?;
        let agreement = Agreement::get(&mut tx, &id).await?;
        let version = super::record::Version::get(&mut tx, &id, version).await?;
        let head = audit::covering(&mut tx, "espa.completed", id.as_str()).await?;
        drop(tx);
        let head = head.ok_or_else(|| ComposeError::Later("the audit head is older than the completion".to_owned()))?;
        let serial = version.serial.unwrap_or_default();
        let path = super::serial::path(self.keys, &serial).await?;
        Ok(self.to.completed(
            &agreement.header,
            &Completion { serial, path, digest: hex::encode(version.head.sha256), head: head.line() },
        ))
    }
}

#[cfg(test)]
pub(crate) use body::samples;
