//! Certificate revocation lists (RFC 5280 section 5): full, one per authority, numbered before they are signed.
//!
//! A revoked certificate stays on the list for good: agreements are checked long after certificates end.

use std::time::Duration;

use const_oid::db::rfc5280::{ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_CRL_NUMBER};
use der::asn1::OctetString;
use der::{Decode as _, Encode as _};
use x509_cert::certificate::Version;
use x509_cert::crl::{RevokedCert, TbsCertList};
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, CrlNumber, CrlReason};
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;

use super::authority::{Authority, Member, SignError};
use super::issue::IssueError;
use super::model::{Ca, RevocationReason, Revoked};
use super::{profile, store};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::kernel::work::Work;
use crate::{args, fault};

/// A published list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Crl {
    /// Its number: rises by at least one with each list.
    pub number: i64,
    /// When it was made.
    pub this_update: Timestamp,
    /// Until when it may be relied on.
    pub next_update: Timestamp,
    /// The list.
    pub der: Vec<u8>,
}

/// Why there is no list.
#[derive(Debug, thiserror::Error)]
pub enum CrlError {
    /// The list breaks our own lint; nothing was published.
    #[error("the list breaks {0}")]
    Lint(&'static str),
    /// The authority could not sign.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    CrlError {
        Lint => "authority-unavailable", Unavailable;
        Sign => "authority-unavailable", Unavailable;
    } transparent { Db }
}

impl From<CrlError> for IssueError {
    fn from(error: CrlError) -> Self {
        match error {
            CrlError::Lint(rule) => Self::Lint(super::Findings(vec![rule])),
            CrlError::Sign(error) => Self::Sign(error),
            CrlError::Db(error) => Self::Db(error),
        }
    }
}

/// How long a list may be relied on. The issuing CA's is made anew each day and at each revocation.
const fn lifetime(ca: Ca) -> Duration {
    match ca {
        Ca::Root => Duration::from_secs(180 * 86_400),
        Ca::Issuing => Duration::from_secs(7 * 86_400),
    }
}

/// The age at which a list is replaced although nothing was revoked.
const fn freshness(ca: Ca) -> Duration {
    match ca {
        Ca::Root => Duration::from_secs(30 * 86_400),
        Ca::Issuing => Duration::from_secs(86_400),
    }
}

/// The newest list of `ca`; made now when there is none or the newest has ended.
///
/// # Errors
/// [`CrlError`].
pub async fn crl(work: &Work, authority: &Authority, ca: Ca) -> Result<Crl, CrlError> {
    match newest(work, ca).await? {
        Some((crl, _)) if crl.next_update > work.now => Ok(crl),
        _ => generate(work, authority, ca).await,
    }
}

/// Makes a new list when the newest is missing, old, or lacks a revocation (a crash between the two). For the job.
///
/// # Errors
/// [`CrlError`].
pub async fn refresh(work: &Work, authority: &Authority, ca: Ca) -> Result<Crl, CrlError> {
    let revoked = {
        let mut tx = work.read().await?;
        tx.one(store::COUNT_REVOKED, args![ca.as_str()]).await?.int("number")?
    };
    match newest(work, ca).await? {
        Some((crl, entries)) if entries == revoked && crl.this_update.plus(freshness(ca)) > work.now => Ok(crl),
        _ => generate(work, authority, ca).await,
    }
}

async fn newest(work: &Work, ca: Ca) -> Result<Option<(Crl, i64)>, DbError> {
    let mut tx = work.read().await?;
    let Some(row) = tx.first(store::NEWEST_CRL, args![ca.as_str()]).await? else { return Ok(None) };
    let crl = Crl {
        number: row.int("number")?,
        this_update: row.time("this_update")?,
        next_update: row.time("next_update")?,
        der: row.bytes("der")?,
    };
    Ok(Some((crl, row.opt_int("entries")?.unwrap_or(0))))
}

/// Numbers, signs and stores a list. A higher number never knows less: number and entries are read in one
/// transaction, and of two that take the same number one starts again.
pub(super) async fn generate(work: &Work, authority: &Authority, ca: Ca) -> Result<Crl, CrlError> {
    let (this_update, next_update) = (work.now, work.now.plus(lifetime(ca)));
    let (number, rows) = numbered(work, ca, this_update, next_update).await?;
    let entries = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let issuer = authority.ca(ca);
    let tbs = tbs(issuer, number, this_update, next_update, &rows).map_err(SignError::from)?;
    lint(issuer, &tbs)?;
    let der = issuer.sign_tbs(&tbs).await?;
    let mut tx = work.write().await?;
    tx.execute(store::KEEP_CRL, args![ca.as_str(), number, &der, entries]).await?;
    tx.commit().await?;
    Ok(Crl { number, this_update, next_update, der })
}

async fn numbered(
    work: &Work,
    ca: Ca,
    this_update: Timestamp,
    next_update: Timestamp,
) -> Result<(i64, Vec<(String, Revoked)>), DbError> {
    let mut tries = 0;
    loop {
        let mut tx = work.write().await?;
        match tx.one(store::NUMBER_CRL, args![ca.as_str(), this_update, next_update, ca.as_str()]).await {
            Ok(row) => {
                let number = row.int("number")?;
                let revoked = tx.all(store::REVOKED, args![ca.as_str()]).await?;
                tx.commit().await?;
                return Ok((number, revoked.iter().map(entry).collect::<Result<_, _>>()?));
            }
            Err(DbError::Conflict { .. }) if tries < 20 => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

fn entry(row: &Row) -> Result<(String, Revoked), DbError> {
    let serial = row.text("serial")?;
    let revoked = store::revoked(row)?
        .ok_or_else(|| DbError::Inconsistent(format!("certificate {serial}: revoked without a reason")))?;
    Ok((serial, revoked))
}

fn tbs(
    issuer: &Member,
    number: i64,
    this_update: Timestamp,
    next_update: Timestamp,
    revoked: &[(String, Revoked)],
) -> der::Result<Vec<u8>> {
    let key = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(profile::key_id(issuer.spki())?)?),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    };
    let number = CrlNumber::try_from(u64::try_from(number).unwrap_or(1))?;
    let nobody = Name::default();
    let entries = revoked.iter().map(revoked_cert).collect::<der::Result<Vec<_>>>()?;
    TbsCertList {
        version: Version::V2,
        signature: profile::algorithm(issuer.algorithm()),
        issuer: issuer.issuer.name.clone(),
        this_update: profile::time(this_update)?,
        next_update: Some(profile::time(next_update)?),
        // RFC 5280 section 5.1.2.6: when nothing is revoked the list is absent, not empty.
        revoked_certificates: (!entries.is_empty()).then_some(entries),
        crl_extensions: Some(vec![(&key).to_extension(&nobody, &[])?, (&number).to_extension(&nobody, &[])?]),
    }
    .to_der()
}

fn revoked_cert((serial, revoked): &(String, Revoked)) -> der::Result<RevokedCert> {
    let bytes = hex::decode(serial).map_err(|_| der::ErrorKind::Failed)?;
    Ok(RevokedCert {
        serial_number: SerialNumber::new(&bytes)?,
        revocation_date: profile::time(revoked.at)?,
        crl_entry_extensions: reason_extension(revoked.reason)?.map(|extension| vec![extension]),
    })
}

/// RFC 5280 section 5.3.1: an unspecified reason is left out.
fn reason_extension(reason: RevocationReason) -> der::Result<Option<Extension>> {
    let reason = match reason {
        RevocationReason::Unspecified => return Ok(None),
        RevocationReason::KeyCompromise => CrlReason::KeyCompromise,
        RevocationReason::AffiliationChanged => CrlReason::AffiliationChanged,
        RevocationReason::Superseded => CrlReason::Superseded,
        RevocationReason::CessationOfOperation => CrlReason::CessationOfOperation,
    };
    Ok(Some((&reason).to_extension(&Name::default(), &[])?))
}

type Rule = (&'static str, fn(&TbsCertList, &[u8], &Member) -> bool);

/// The rules of the `crl` profile by name; each says whether it holds.
const RULES: [Rule; 6] = [
    ("rfc5280-encoding-is-der", |list, der, _| list.to_der().is_ok_and(|again| again == der)),
    ("rfc5280-version-2", |list, _, _| list.version == Version::V2),
    ("rfc5280-issuer-is-the-authority", |list, _, by| list.issuer == by.issuer.name),
    ("cps-signature-algorithm", |list, _, by| list.signature == profile::algorithm(by.algorithm())),
    ("cps-next-update", |list, _, _| {
        list.next_update.is_some_and(|next| next.to_date_time() > list.this_update.to_date_time())
    }),
    ("cps-number-and-key", |list, _, by| carries_number_and_key(list, by)),
];

/// Exactly two extensions (RFC 5280 sections 5.2.1 and 5.2.3), not critical: a number, and the key that signs.
fn carries_number_and_key(list: &TbsCertList, by: &Member) -> bool {
    let [key, number] = list.crl_extensions.as_deref().unwrap_or_default() else { return false };
    let signs = AuthorityKeyIdentifier::from_der(key.extn_value.as_bytes());
    let signs = signs.ok().and_then(|key| key.key_identifier).map(|id| id.as_bytes().to_vec());
    let kinds = (key.extn_id, number.extn_id) == (ID_CE_AUTHORITY_KEY_IDENTIFIER, ID_CE_CRL_NUMBER);
    let counted = CrlNumber::from_der(number.extn_value.as_bytes()).is_ok();
    let own = profile::key_id(by.spki()).is_ok_and(|own| signs.as_deref() == Some(&own[..]));
    kinds && counted && own && !key.critical && !number.critical
}

/// The `crl` profile, read from the bytes to be signed.
fn lint(issuer: &Member, der: &[u8]) -> Result<(), CrlError> {
    let list = TbsCertList::from_der(der).map_err(|_| CrlError::Lint("rfc5280-encoding-is-der"))?;
    match RULES.iter().find(|(_, holds)| !holds(&list, der, issuer)) {
        Some((rule, _)) => Err(CrlError::Lint(rule)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testkit;

    type Deed = fn(&mut TbsCertList, &Authority);

    /// What is done to a list, and the rule that names it.
    const BROKEN: [(&str, Deed); 7] = [
        ("rfc5280-version-2", |list, _| list.version = Version::V1),
        ("rfc5280-issuer-is-the-authority", |list, authority| list.issuer = authority.root.issuer.name.clone()),
        ("cps-signature-algorithm", |list, _| list.signature.parameters = Some(der::asn1::Null.into())),
        ("cps-next-update", |list, _| list.next_update = None),
        ("cps-next-update", |list, _| list.next_update = Some(list.this_update)),
        ("cps-number-and-key", |list, _| _ = list.crl_extensions.as_mut().and_then(Vec::pop)),
        ("cps-number-and-key", |list, authority| {
            let key_identifier = profile::key_id(authority.root.spki()).and_then(OctetString::new).ok();
            let other = AuthorityKeyIdentifier {
                key_identifier,
                authority_cert_issuer: None,
                authority_cert_serial_number: None,
            };
            let all = list.crl_extensions.as_mut().expect("extensions");
            all[0] = (&other).to_extension(&Name::default(), &[]).expect("an extension");
        }),
    ];

    #[tokio::test]
    async fn every_rule_of_a_list_names_what_it_sees() {
        let bench = testkit::bench().await;
        let authority = testkit::authority(&bench).await;
        let issuer = &authority.issuing;
        let now = bench.work().now;
        let good = tbs(issuer, 7, now, now.plus(lifetime(Ca::Issuing)), &[]).expect("a list");
        assert!(lint(issuer, &good).is_ok());
        let told = |der: &[u8]| match lint(issuer, der) {
            Err(CrlError::Lint(rule)) => rule,
            other => panic!("{other:?}"),
        };
        let mut seen = BTreeSet::from([told(&[good.clone(), vec![0]].concat())]);
        assert_eq!(seen.first(), Some(&"rfc5280-encoding-is-der"));
        for (rule, deed) in BROKEN {
            let mut list = TbsCertList::from_der(&good).expect("reads");
            deed(&mut list, &authority);
            assert_eq!(told(&list.to_der().expect("DER")), rule);
            seen.insert(rule);
        }
        assert_eq!(seen.len(), RULES.len(), "every rule has a case: {seen:?}");
        assert!(RULES.iter().all(|(rule, _)| seen.contains(rule)));
    }
}
