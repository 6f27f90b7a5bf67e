//! Time stamp tokens (RFC 3161): judged by themselves, without asking who made them.

use std::rc::Rc;

use const_oid::ObjectIdentifier;
use der::asn1::AnyRef;
use der::{Decode as _, Tag, Tagged as _};
use spki::AlgorithmIdentifierOwned;

use super::model::Finding;
use super::path::{Pool, Purpose};
use super::revocation::{chain_standing, stolen};
use super::signed_data::{Signed, TST_INFO};
use super::x509::{Cert, common_name, digest};
use crate::kernel::clock::Timestamp;

/// A token over the right content, with a signature that is in order.
#[derive(Clone, Debug)]
pub(super) struct Stamp {
    /// When the imprint existed.
    pub(super) at: Timestamp,
    /// Who says so.
    pub(super) by: String,
    /// The authority's certificate.
    pub(super) authority: Rc<Cert>,
    /// Whether its chain leads to a root that is trusted; otherwise the token proves nothing (ADR 0041).
    pub(super) trusted: bool,
    /// What is missing to be sure of the authority, if anything.
    pub(super) doubt: Option<Finding>,
    /// Whether the document alone proves that the authority was not revoked.
    pub(super) inside: bool,
}

fn wrong(detail: impl Into<String>) -> Finding {
    Finding::new("timestamp-wrong", detail)
}

/// When to judge a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    /// The present, when known.
    pub(super) now: Option<Timestamp>,
    /// A later stamp over all of it proves that the token existed then.
    pub(super) existed: Option<Timestamp>,
}

/// Judges `token` (DER ContentInfo) over `content`.
pub(super) fn judge(pool: &Pool, token: &[u8], content: &[&[u8]], when: When) -> Result<Stamp, Finding> {
    let inner = |finding: Finding| wrong(format!("{}: {}", finding.code, finding.detail));
    let length = token.len() + content.iter().map(|part| part.len()).sum::<usize>();
    if !pool.budget.check(length) {
        return Err(wrong("not looked at to the end"));
    }
    let signed = Signed::parse(token).map_err(inner)?;
    let info = signed.content.as_deref().filter(|_| signed.content_type == TST_INFO);
    let info = info.ok_or_else(|| wrong("not a time stamp token"))?;
    let (algorithm, imprint, at) = tst_info(info).ok_or_else(|| wrong("TSTInfo cannot be read"))?;
    if digest(&algorithm, content).is_none_or(|actual| actual != imprint) {
        return Err(wrong("it stamps something else"));
    }
    let signer = signed.signer().map_err(inner)?;
    signed.judge(&signer, &[info]).map_err(inner)?;
    let mut pool = pool.clone();
    signed.certs.iter().for_each(|cert| pool.add(cert));
    let by = common_name(signer.subject());
    let chain = match pool.chain(&signer, Purpose::TimeStamp, at) {
        Err(finding) if finding.code == "chain-not-trusted" => {
            let doubt = Some(Finding::new("timestamp-not-trusted", finding.detail));
            return Ok(Stamp { at, by, authority: signer, trusted: false, doubt, inside: false });
        }
        chain => chain.map_err(inner)?,
    };
    let (doubt, inside) = chain_standing(&pool, &chain, at, when.now);
    if let Some(finding) = doubt.as_ref().filter(|finding| finding.code != "revocation-unknown") {
        return Err(inner(finding.clone()));
    }
    // Whoever has the key stamps the past: what it made proves no time, unless it is known to be older (RFC 3161
    // section 4).
    let stolen = chain.get(1).and_then(|issuer| stolen(&pool, &signer, issuer));
    if let Some(since) = stolen.filter(|&since| when.existed.is_none_or(|existed| existed >= since)) {
        let doubt = Some(Finding::new("timestamp-authority-stolen", format!("{by}: since {since}")));
        return Ok(Stamp { at, by, authority: signer, trusted: false, doubt, inside: false });
    }
    Ok(Stamp { at, by, authority: signer, trusted: true, doubt, inside })
}

/// The imprint with its algorithm, and the time.
fn tst_info(der: &[u8]) -> Option<(ObjectIdentifier, Vec<u8>, Timestamp)> {
    let mut reader = der::SliceReader::new(AnyRef::from_der(der).ok()?.value()).ok()?;
    let version = AnyRef::decode(&mut reader).ok()?;
    if version.tag() != Tag::Integer || version.value() != [1] {
        return None;
    }
    let _policy = AnyRef::decode(&mut reader).ok()?;
    let imprint = AnyRef::decode(&mut reader).ok()?.value();
    let _serial = AnyRef::decode(&mut reader).ok()?;
    let time = AnyRef::decode(&mut reader).ok()?;
    if time.tag() != Tag::GeneralizedTime {
        return None;
    }
    let mut imprint = der::SliceReader::new(imprint).ok()?;
    let algorithm = AlgorithmIdentifierOwned::decode(&mut imprint).ok()?;
    let hash = AnyRef::decode(&mut imprint).ok()?;
    Some((algorithm.oid, hash.value().to_vec(), generalized(time.value())?))
}

/// `YYYYMMDDHHMMSS[.fff]Z`: RFC 3161 allows fractions, which the X.509 type does not read.
fn generalized(text: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if whole.len() != 14 || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |range: std::ops::Range<usize>| whole.get(range).and_then(|digits| digits.parse::<u16>().ok());
    let small = |range: std::ops::Range<usize>| number(range).and_then(|value| u8::try_from(value).ok());
    let date =
        der::DateTime::new(number(0..4)?, small(4..6)?, small(6..8)?, small(8..10)?, small(10..12)?, small(12..14)?);
    let seconds = i64::try_from(date.ok()?.unix_duration().as_secs()).ok()?;
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some(Timestamp::from_millis(seconds * 1000 + millis))
}
