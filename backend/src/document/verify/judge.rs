//! One signature, from its bytes to its verdict.

use std::rc::Rc;

use lopdf::Object;

use super::super::cms::SIGNATURE_TIME_STAMP;
use super::super::reader::Reader;
use super::audit::{Change, Level};
use super::model::{Class, Finding, Status, Trust, Verdict};
use super::path::{Pool, Purpose};
use super::revocation::chain_standing;
use super::signatures::{Found, Lock, Promise, claim, promise};
use super::signed_data::{Signed, unpad};
use super::stamp::{self, Stamp, When};
use super::x509::{Cert, common_name};
use crate::kernel::clock::Timestamp;

/// What telling one thing costs (sixteenths of a unit of the budget): words are kept until the end.
const TOLD: usize = 256;

/// What all signatures of a document are judged with.
pub(super) struct Court<'r, 'a> {
    pub(super) reader: &'r Reader<'a>,
    pub(super) pool: Pool,
    pub(super) trust: &'r Trust,
    /// What each revision did to the one before; the first did nothing.
    pub(super) changes: Vec<Change>,
    /// Document time stamps that stand: the revision they cover and when.
    pub(super) archived: Vec<(usize, Timestamp)>,
    /// What was attached behind the last revision: after every signature.
    pub(super) trailing: Option<Finding>,
}

impl Court<'_, '_> {
    /// The bytes a signature signs.
    fn content(&self, found: &Found) -> [&[u8]; 2] {
        let bytes = self.reader.bytes();
        [bytes.get(..found.gap.start).unwrap_or_default(), bytes.get(found.gap.end..found.end).unwrap_or_default()]
    }

    /// The verdict on `found`.
    pub(super) fn judge(&self, found: &Found) -> Verdict {
        let mut verdict = blank(found);
        let outcome = match (&found.fault, found.class) {
            (Some(fault), _) => Err(fault.clone()),
            (None, Class::DocumentTimestamp) => self.judge_stamp(found, &mut verdict),
            (None, _) => self.judge_signature(found, &mut verdict),
        };
        verdict.findings.extend(outcome.err());
        match promise(&self.reader.at_revision(found.revision), &found.dictionary) {
            Ok(promise) => self.judge_later(found, &promise, &mut verdict),
            Err(finding) => verdict.findings.push(finding),
        }
        verdict.findings.extend(self.trailing.clone());
        let last = found.revision + 1 >= self.reader.revisions();
        let fine = if last { Status::Valid } else { Status::ValidExtended };
        verdict.status = verdict.findings.iter().map(Finding::weight).fold(fine, Status::max);
        verdict
    }

    /// The stamp of a document time stamp, if it stands.
    pub(super) fn stamp(&self, found: &Found) -> Result<Stamp, Finding> {
        let when = When { now: self.trust.at, existed: self.existed(found) };
        stamp::judge(&self.pool, unpad(&found.contents)?, &self.content(found), when)
    }

    /// The first instant at which a document time stamp over all of `found` stands.
    fn existed(&self, found: &Found) -> Option<Timestamp> {
        self.archived.iter().filter(|(revision, _)| *revision > found.revision).map(|&(_, at)| at).min()
    }

    fn judge_stamp(&self, found: &Found, verdict: &mut Verdict) -> Result<(), Finding> {
        if found.dictionary.get(b"SubFilter").and_then(Object::as_name).ok() != Some(b"ETSI.RFC3161") {
            return Err(Finding::new("algorithm-refused", "not ETSI.RFC3161"));
        }
        let stamp = self.stamp(found)?;
        name(verdict, &stamp.authority);
        verdict.level = "DTS".to_owned();
        if let Some(stamp) = proof(stamp, verdict) {
            verdict.notes.extend(self.ended(&stamp));
        }
        Ok(())
    }

    fn judge_signature(&self, found: &Found, verdict: &mut Verdict) -> Result<(), Finding> {
        let accepted: [&[u8]; 2] = [b"ETSI.CAdES.detached", b"adbe.pkcs7.detached"];
        let filter = found.dictionary.get(b"SubFilter").and_then(Object::as_name).unwrap_or_default();
        if !accepted.contains(&filter) {
            return Err(Finding::new("algorithm-refused", String::from_utf8_lossy(filter)));
        }
        let signed = Signed::parse(unpad(&found.contents)?)?;
        let signer = signed.signer()?;
        name(verdict, &signer);
        if signed.content.is_some() || signed.content_type != const_oid::db::rfc5911::ID_DATA {
            return Err(Finding::new("content-type-wrong", "the signature carries a content of its own"));
        }
        if !self.pool.budget.check(found.contents.len() + found.end) {
            return Err(Finding::new("too-much-work", "not looked at to the end"));
        }
        signed.judge(&signer, &self.content(found))?;
        let archived = self.existed(found);
        let stamp = self.signature_stamp(&signed, archived)?.and_then(|stamp| proof(stamp, verdict));
        // What follows is proved by the stamp at its own instant; a later stamp over all of it proves that anew.
        if archived.is_none() {
            verdict.notes.extend(stamp.as_ref().and_then(|stamp| self.ended(stamp)));
        }
        let proved = stamp.as_ref().map(|stamp| stamp.at).or(archived);
        let Some(at) = proved.or(self.trust.at) else {
            return Err(Finding::new("time-unknown", "no time stamp, and no present time to judge it at"));
        };
        let ended = |finding: &Finding| finding.code == "certificate-not-valid-then" && signer.validity().0 <= at;
        let inside = self.judge_chain(&signed, &signer, at, verdict).map_err(|finding| match proved {
            // Good once, ended today: nothing proves when it was used, nor that it was too late.
            None if ended(&finding) => Finding::new("time-unknown", finding.detail),
            _ => finding,
        })?;
        verdict.level = match (&stamp, archived) {
            (Some(stamp), Some(_)) if inside && stamp.inside => "B-LTA",
            (Some(stamp), None) if inside && stamp.inside => "B-LT",
            (Some(_), _) => "B-T",
            _ => "B-B",
        }
        .to_owned();
        Ok(())
    }

    /// The authority of `stamp` has ended since: no reason for doubt here, but for stricter validators (ADR 0016).
    fn ended(&self, stamp: &Stamp) -> Option<Finding> {
        let end = stamp.authority.validity().1;
        let now = self.trust.at.filter(|&now| now > end)?;
        Some(Finding::new("timestamp-authority-ended", format!("{}: ended {end}, today {now}", stamp.by)))
    }

    fn signature_stamp(&self, signed: &Signed, existed: Option<Timestamp>) -> Result<Option<Stamp>, Finding> {
        let Some(token) = signed.unsigned(&SIGNATURE_TIME_STAMP)? else { return Ok(None) };
        let token = der::Encode::to_der(token).map_err(|_| Finding::new("timestamp-wrong", "not DER"))?;
        let when = When { now: self.trust.at, existed };
        stamp::judge(&self.pool, &token, &[signed.info.signature.as_bytes()], when).map(Some)
    }

    /// Chain and revocation at `at`; answers whether the document alone proves it.
    fn judge_chain(
        &self,
        signed: &Signed,
        signer: &Rc<Cert>,
        at: Timestamp,
        verdict: &mut Verdict,
    ) -> Result<bool, Finding> {
        let mut pool = self.pool.clone();
        signed.certs.iter().for_each(|cert| pool.add(cert));
        signed.crls.iter().for_each(|list| pool.lists.add_list(list, true));
        let chain = pool.chain(signer, Purpose::Document, at)?;
        if let Some(now) = self.trust.at.filter(|&now| now > signer.validity().1) {
            let detail = format!("ended {}, judged at {at}, today {now}", signer.validity().1);
            verdict.notes.push(Finding::new("certificate-ended-since", detail));
        }
        let (doubt, inside) = chain_standing(&pool, &chain, at, self.trust.at);
        verdict.findings.extend(doubt);
        Ok(inside)
    }

    /// What came after, against what this signature allows.
    fn judge_later(&self, found: &Found, promise: &Promise, verdict: &mut Verdict) {
        verdict.permission = promise.permission;
        verdict.locks = match &promise.lock {
            Lock::Nothing => Vec::new(),
            Lock::All => vec!["*".to_owned()],
            Lock::Include(names) => names.clone(),
            Lock::Exclude(names) => names.iter().map(|name| format!("!{name}")).collect(),
        };
        for (revision, change) in self.changes.iter().enumerate().skip(found.revision + 1) {
            let at = |text: &str| format!("revision {revision}: {text}");
            let findings = &mut verdict.findings;
            let told = change.covers.len() + change.faults.len() + change.deeds.len() + change.fields.len();
            if self.pool.budget.pairs(told, TOLD).is_err() {
                return;
            }
            findings.extend(change.covers.iter().map(|cover| Finding::new("block-covered", at(cover))));
            findings.extend(change.faults.iter().map(|fault| Finding::new("changed-afterwards", at(fault))));
            if promise.permission == Some(1) && change.level > Level::Archive {
                findings.push(Finding::new("permission-exceeded", at(&change.deeds.join(", "))));
            }
            let locked = change.fields.iter().filter(|field| promise.lock.covers(field));
            findings.extend(locked.map(|field| Finding::new("lock-broken", at(field))));
            verdict.notes.extend(change.deeds.iter().map(|deed| Finding::new("later-revision", at(deed))));
        }
    }
}

/// Writes down what `stamp` says; hands it on when it proves a time.
fn proof(stamp: Stamp, verdict: &mut Verdict) -> Option<Stamp> {
    verdict.findings.extend(stamp.doubt.clone());
    if stamp.trusted {
        verdict.stamped_millis = Some(stamp.at.millis());
        verdict.stamped_by = Some(stamp.by.clone());
    }
    stamp.trusted.then_some(stamp)
}

fn name(verdict: &mut Verdict, signer: &Cert) {
    verdict.signer = Some(common_name(signer.subject()));
    verdict.issuer = Some(common_name(signer.issuer()));
    verdict.serial = Some(signer.serial());
}

fn blank(found: &Found) -> Verdict {
    Verdict {
        field: found.field.clone(),
        class: found.class,
        status: Status::Invalid,
        findings: Vec::new(),
        notes: Vec::new(),
        signer: None,
        issuer: None,
        serial: None,
        name: claim(&found.dictionary, "Name"),
        reason: claim(&found.dictionary, "Reason"),
        claimed_time: claim(&found.dictionary, "M"),
        stamped_millis: None,
        stamped_by: None,
        level: "B-B".to_owned(),
        revision: found.revision,
        covers: found.end,
        locks: Vec::new(),
        permission: None,
    }
}
