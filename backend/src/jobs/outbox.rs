//! Emptying the outbox: mails are composed and handed over, news is handed to the verb that waits for it.

use std::sync::atomic::Ordering;

use serde_json::Value as Json;

use super::{Failed, Jobs};
use crate::hims::TurnId;
use crate::kernel::clock::Timestamp;
use crate::kernel::work::{Actor, Work};
use crate::outbox::{self, Claimed, ComposeError, DueMail, Job, Letter, PostError, Recipient};
use crate::person::PersonId;
use crate::{account, certificate, device, ekyc, enrolment, factor, hims, person};

/// What became of a job.
enum End {
    Done,
    /// A mail was taken by the mail server.
    Sent,
    /// The mail server did not take it.
    Delayed(String),
    Again(String),
}

impl Jobs {
    /// Does what is due, one after the other, until nothing is.
    pub(super) async fn empty_outbox(&self) -> Result<(), Failed> {
        loop {
            let work = self.means.work(Actor::System);
            let Some(claimed) = outbox::claim(&work).await? else { return Ok(()) };
            match self.perform(&work, &claimed).await {
                End::Done => outbox::done(&work, &claimed).await?,
                End::Sent => {
                    outbox::done(&work, &claimed).await?;
                    if self.mails_wait.swap(false, Ordering::Relaxed) {
                        outbox::wake(&work.later()).await?;
                    }
                }
                End::Delayed(status) => {
                    tracing::warn!(row = %claimed.id, attempt = claimed.attempt, status, "a mail waits for the server");
                    self.mails_wait.store(true, Ordering::Relaxed);
                    outbox::delayed(&work.later(), &claimed, &status).await?;
                }
                End::Again(reason) => {
                    tracing::warn!(row = %claimed.id, attempt = claimed.attempt, reason, "outbox job failed");
                    outbox::failed(&work.later(), &claimed, &reason).await?;
                }
            }
        }
    }

    async fn perform(&self, work: &Work, claimed: &Claimed) -> End {
        match &claimed.job {
            Job::Mail { template, to, ids } => self.post(work, claimed, template, to, ids).await,
            Job::Event { kind, ids } => match self.hand_over(work, kind, ids).await {
                Ok(()) => End::Done,
                Err(error) => End::Again(format!("{kind}: {error}")),
            },
        }
    }

    async fn post(&self, work: &Work, claimed: &Claimed, template: &str, recipient: &Recipient, ids: &Json) -> End {
        let due = DueMail { work, stationery: &self.stationery, template, recipient, ids };
        let letter = match self.compose(&due).await {
            Ok(letter) => letter,
            Err(ComposeError::Obsolete) => return End::Done,
            Err(error) => return End::Again(format!("{template}: {error}")),
        };
        let mail = outbox::render(&letter, &self.sender, claimed.id.as_str());
        match self.postman.deliver(&mail).await {
            Ok(()) => End::Sent,
            Err(PostError::Later(status)) => End::Delayed(status),
            Err(PostError::Never(reason)) => End::Again(format!("{template}: {reason}")),
        }
    }

    /// The room that owns the template composes the letter.
    async fn compose(&self, due: &DueMail<'_>) -> Result<Letter, ComposeError> {
        let keys = &*self.keystore;
        match due.template.split('.').next().unwrap_or_default() {
            "account" => account::letters::compose(due, keys).await,
            "certificate" => certificate::letters::compose(due).await,
            "device" => device::letters::compose(due, keys).await,
            "ekyc" => ekyc::letters::compose(due).await,
            "enrolment" => enrolment::letters::compose(due, keys).await,
            "factor" => factor::letters::compose(due, keys).await,
            "hims" => hims::letters::compose(due, keys).await,
            "person" => person::letters::compose(due, keys).await,
            _ => Err(due.unknown()),
        }
    }

    /// News travels right: each kind has one verb that waits for it, or none.
    async fn hand_over(&self, work: &Work, kind: &str, ids: &Json) -> Result<(), Failed> {
        let settings = &self.stationery.hims;
        let person = ids["person"].as_str().and_then(PersonId::parse);
        let turn = ids["turn"].as_str().and_then(TurnId::parse);
        if let Some(approval) = ids["approval"].as_str().and_then(device::ApprovalId::parse) {
            match kind {
                "device.approved" => enrolment::approved(work, &self.desk, &approval).await?,
                "device.declined" => enrolment::declined(work, &approval).await?,
                _ => {}
            }
        }
        match (kind, person, turn) {
            ("ekyc.approved", Some(person), _) => {
                if let Some(taken) = ekyc::taken_at(work, ids["submission"].as_str().unwrap_or_default()).await? {
                    device::vouched_by_pictures(work, &person, taken).await?;
                }
                hims::on_ekyc_approved(work, settings, &person).await?;
            }
            ("ekyc.ended", Some(person), _) => hims::on_ekyc_ended(work, settings, &person).await?,
            ("device.bound" | "enrolment.reset-waits", Some(person), _) => {
                if let (Some(since), Some(until)) = (time(ids, "since"), time(ids, "until")) {
                    hims::on_signer_held_up(work, &person, since, until).await?;
                }
            }
            ("device.not-me", Some(person), _) => enrolment::on_not_me(work, &person).await?,
            ("certificate.revoked", Some(person), _) => hims::on_certificate_revoked(work, &person).await?,
            ("enrolment.reset-asked", Some(person), _) => enrolment::mail_reset_code(work, &person).await?,
            ("enrolment.certificate-active", Some(person), _) => {
                if let Some(leaf) = certificate::current_for(work, &person).await? {
                    ekyc::on_certificate(work, &self.identity, &person, leaf.not_after).await?;
                }
                hims::on_certificate_active(work, settings, &person).await?;
            }
            ("hims.links-asked", Some(person), _) => hims::on_links_asked(work, &person).await?,
            ("hims.turn-arrived", _, Some(turn)) => hims::on_turn_arrived(work, settings, &turn).await?,
            _ => {}
        }
        Ok(())
    }
}

/// An instant among the identifiers of a piece of news.
fn time(ids: &Json, name: &str) -> Option<Timestamp> {
    ids[name].as_i64().map(Timestamp::from_millis)
}
