//! Lint before signature, by type: [`Linted`] is made here alone, from the very bytes that will be signed.
//!
//! The rules read the encoded TBS with a parser, not the values it was built from: what they accept is what the
//! world will see. RFC 5280 rules bind every profile; our own practice (CPS) adds terms, keys, names and pointers.

use std::collections::BTreeSet;
use std::fmt;

use const_oid::db::rfc4519::{COMMON_NAME, COUNTRY_NAME, ORGANIZATION_NAME, SERIAL_NUMBER, SURNAME};
use const_oid::db::rfc5280::{ID_CE_BASIC_CONSTRAINTS, ID_CE_EXT_KEY_USAGE, ID_CE_KEY_USAGE};
use der::asn1::{ObjectIdentifier, Utf8StringRef};
use der::{Decode as _, Encode as _, Tag, Tagged as _};
use spki::SubjectPublicKeyInfoOwned;
use x509_cert::TbsCertificate;
use x509_cert::certificate::Version;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, CrlDistributionPoints,
    ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier,
};
use x509_cert::time::Time;

use super::model::{CaSettings, Profile};
use super::names::{LONGEST_COMMON_NAME, ORGANIZATION_IDENTIFIER};
use super::profile::{self, Addresses, Draft, Issuer, OCSP_NOCHECK};
use crate::kernel::clock::Timestamp;
use crate::kernel::error::{Fault, Kind};

/// Witness that these bytes passed every lint of their profile. Not `Clone`: one lint, one signature.
#[derive(Debug)]
pub struct Linted {
    tbs: Vec<u8>,
    pub(super) profile: Profile,
    pub(super) serial: String,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) spki: Vec<u8>,
    pub(super) request: [u8; 32],
    pub(super) person: Option<crate::person::PersonId>,
    pub(super) reason: &'static str,
}

impl Linted {
    /// The bytes that passed.
    pub fn tbs(&self) -> &[u8] {
        &self.tbs
    }
}

/// What the lints found: nothing is signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Findings(pub Vec<&'static str>);

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the certificate breaks {}", self.0.join(", "))
    }
}

impl std::error::Error for Findings {}

impl Fault for Findings {
    fn code(&self) -> &'static str {
        "certificate-refused"
    }

    fn kind(&self) -> Kind {
        Kind::Invalid
    }
}

/// Everything a lint may look at.
struct Case<'a> {
    tbs: &'a TbsCertificate,
    der: &'a [u8],
    profile: Profile,
    settings: &'a CaSettings,
    issuer: &'a Issuer,
}

type Lint = (&'static str, fn(&Case<'_>) -> bool);

/// The rules by name; each says whether it holds.
const LINTS: &[Lint] = &[
    ("rfc5280-encoding-is-der", |case| case.tbs.to_der().is_ok_and(|again| again == case.der)),
    ("rfc5280-version-3", |case| case.tbs.version() == Version::V3),
    ("rfc5280-no-unique-identifiers", |case| {
        case.tbs.issuer_unique_id().is_none() && case.tbs.subject_unique_id().is_none()
    }),
    ("rfc5280-issuer-is-the-authority", |case| *case.tbs.issuer() == case.issuer.name),
    ("rfc5280-no-extension-twice", |case| {
        let mut seen = BTreeSet::new();
        extensions(case).all(|extension| seen.insert(extension.extn_id))
    }),
    ("rfc5280-serial-is-positive-and-short", serial_fits),
    ("rfc5280-times-use-the-right-form", times_are_encoded_well),
    ("rfc5280-key-identifiers-match", key_identifiers_match),
    ("rfc5280-critical-extensions", criticality_fits),
    ("cps-signature-algorithm", |case| *case.tbs.signature() == profile::algorithm(case.issuer.algorithm)),
    ("cps-term", term_fits),
    ("cps-within-the-authority", within_issuer),
    ("cps-public-key", public_key_fits),
    ("cps-key-is-not-the-authority's", |case| {
        case.profile == Profile::Root || spki(case).is_some_and(|spki| spki != case.issuer.spki)
    }),
    ("cps-key-usage", |case| get::<KeyUsage>(case).is_some_and(|usage| usage.0 == profile::key_usage(case.profile))),
    ("cps-extended-key-usage", |case| {
        get::<ExtendedKeyUsage>(case).map(|usage| usage.0).unwrap_or_default()
            == profile::extended_key_usage(case.profile)
    }),
    ("cps-basic-constraints", constraints_fit),
    ("cps-policy", policy_fits),
    ("cps-pointers", pointers_fit),
    ("cps-extensions-known", extensions_known),
    ("cps-subject-attributes", subject_fits),
    ("cps-no-identity-number", no_identity_number),
];

/// Lints what would be signed and, only then, lets it through.
pub(super) fn lint(
    draft: &Draft<'_>,
    tbs: Vec<u8>,
    request: [u8; 32],
    person: Option<crate::person::PersonId>,
    reason: &'static str,
) -> Result<Linted, Findings> {
    let parsed = TbsCertificate::from_der(&tbs).map_err(|_| Findings(vec!["rfc5280-encoding-is-der"]))?;
    let findings = findings(&parsed, &tbs, draft.profile, draft.settings, draft.issuer);
    if !findings.is_empty() {
        return Err(Findings(findings));
    }
    Ok(Linted {
        tbs,
        profile: draft.profile,
        serial: hex::encode(draft.serial),
        not_before: draft.not_before,
        not_after: draft.not_after,
        spki: draft.spki.to_vec(),
        request,
        person,
        reason,
    })
}

/// The names of the rules that `tbs` breaks.
pub(super) fn findings(
    tbs: &TbsCertificate,
    der: &[u8],
    profile: Profile,
    settings: &CaSettings,
    issuer: &Issuer,
) -> Vec<&'static str> {
    let case = Case { tbs, der, profile, settings, issuer };
    LINTS.iter().filter(|(_, holds)| !holds(&case)).map(|(name, _)| *name).collect()
}

fn extensions<'a>(case: &'a Case<'_>) -> impl Iterator<Item = &'a x509_cert::ext::Extension> {
    case.tbs.extensions().into_iter().flatten()
}

fn get<'a, T: der::Decode<'a> + const_oid::AssociatedOid>(case: &'a Case<'_>) -> Option<T> {
    let extension = extensions(case).find(|extension| extension.extn_id == T::OID)?;
    T::from_der(extension.extn_value.as_bytes()).ok()
}

fn spki(case: &Case<'_>) -> Option<Vec<u8>> {
    case.tbs.subject_public_key_info().to_der().ok()
}

/// Positive, at most 20 octets, and long enough for 64 random bits.
fn serial_fits(case: &Case<'_>) -> bool {
    let bytes = case.tbs.serial_number().as_bytes();
    (9..=20).contains(&bytes.len()) && bytes.first().is_some_and(|first| (1..0x80).contains(first))
}

fn times_are_encoded_well(case: &Case<'_>) -> bool {
    let validity = case.tbs.validity();
    [validity.not_before, validity.not_after].into_iter().all(|time| match time {
        Time::UtcTime(_) => true,
        Time::GeneralTime(general) => general.to_date_time().year() >= 2050,
    })
}

fn key_identifiers_match(case: &Case<'_>) -> bool {
    let own = spki(case).and_then(|spki| profile::key_id(&spki).ok());
    let issuer = profile::key_id(&case.issuer.spki).ok();
    let subject_id = get::<SubjectKeyIdentifier>(case).map(|id| id.0.as_bytes().to_vec());
    let authority_id = get::<AuthorityKeyIdentifier>(case).and_then(|id| id.key_identifier);
    let subject_ok = subject_id.is_some() && subject_id == own.map(|id| id.to_vec());
    let authority_ok = match authority_id {
        Some(id) => issuer.is_some_and(|issuer| issuer == id.as_bytes()),
        None => case.profile == Profile::Root,
    };
    subject_ok && authority_ok
}

fn criticality_fits(case: &Case<'_>) -> bool {
    extensions(case).all(|extension| {
        let expected = match extension.extn_id {
            ID_CE_KEY_USAGE | ID_CE_BASIC_CONSTRAINTS => true,
            ID_CE_EXT_KEY_USAGE => case.profile == Profile::Tsa,
            _ => false,
        };
        extension.critical == expected
    })
}

fn seconds(time: Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// Begins before it ends, and never lives longer than its profile allows (PUB-LAW-7: three years at most).
fn term_fits(case: &Case<'_>) -> bool {
    let validity = case.tbs.validity();
    let (start, end) = (seconds(validity.not_before), seconds(validity.not_after));
    let longest = super::model::months_later(Timestamp::from_seconds(start), case.profile.longest_months());
    start < end && end <= longest.seconds()
}

fn within_issuer(case: &Case<'_>) -> bool {
    let validity = case.tbs.validity();
    seconds(validity.not_before) >= case.issuer.not_before.seconds()
        && seconds(validity.not_after) <= case.issuer.not_after.seconds()
}

/// P-256 with a point on the curve, or RSA of 2048 to 4096 bits with the exponent 65537.
fn public_key_fits(case: &Case<'_>) -> bool {
    let key = case.tbs.subject_public_key_info();
    match key.algorithm.oid {
        const_oid::db::rfc5912::ID_EC_PUBLIC_KEY => curve_point(key),
        const_oid::db::rfc5912::RSA_ENCRYPTION => rsa_key(key),
        _ => false,
    }
}

fn curve_point(key: &SubjectPublicKeyInfoOwned) -> bool {
    let named = key.algorithm.parameters.as_ref().and_then(|any| any.decode_as::<ObjectIdentifier>().ok());
    named == Some(const_oid::db::rfc5912::SECP_256_R_1)
        && key
            .subject_public_key
            .as_bytes()
            .is_some_and(|point| point.len() == 65 && p256::PublicKey::from_sec1_bytes(point).is_ok())
}

fn rsa_key(key: &SubjectPublicKeyInfoOwned) -> bool {
    #[derive(der::Sequence)]
    struct RsaPublicKey {
        modulus: der::asn1::Uint,
        exponent: der::asn1::Uint,
    }
    let null = key.algorithm.parameters.as_ref().is_some_and(|any| any.tag() == Tag::Null && any.value().is_empty());
    let Some(bytes) = key.subject_public_key.as_bytes() else { return false };
    let Ok(key) = RsaPublicKey::from_der(bytes) else { return false };
    let modulus = key.modulus.as_bytes();
    let odd = modulus.last().is_some_and(|last| last & 1 == 1);
    let full = modulus.first().is_some_and(|first| *first >= 0x80);
    null && odd && full && matches!(modulus.len(), 256 | 384 | 512) && key.exponent.as_bytes() == [1, 0, 1]
}

fn constraints_fit(case: &Case<'_>) -> bool {
    let constraints = get::<BasicConstraints>(case);
    match case.profile {
        Profile::Root => constraints == Some(BasicConstraints { ca: true, path_len_constraint: None }),
        Profile::Issuing => constraints == Some(BasicConstraints { ca: true, path_len_constraint: Some(0) }),
        Profile::Signee | Profile::Seal | Profile::Tsa | Profile::Ocsp => constraints.is_none(),
    }
}

fn policy_fits(case: &Case<'_>) -> bool {
    let asserted: Vec<_> = get::<CertificatePolicies>(case)
        .map(|policies| policies.0.into_iter().map(|policy| policy.policy_identifier).collect())
        .unwrap_or_default();
    match (case.profile, profile::policy(case.settings, case.profile)) {
        (Profile::Root, _) => asserted.is_empty(),
        (Profile::Issuing, _) => asserted == [const_oid::db::rfc5280::ANY_POLICY],
        (_, Ok(Some(own))) => asserted == [own],
        _ => false,
    }
}

/// CRL and AIA point to this authority's own addresses and nowhere else.
fn pointers_fit(case: &Case<'_>) -> bool {
    let addresses = Addresses::new(case.settings);
    let issuer = case.profile.issuer();
    let crl: Vec<_> = get::<CrlDistributionPoints>(case)
        .map(|points| points.0)
        .unwrap_or_default()
        .into_iter()
        .flat_map(|point| match point.distribution_point {
            Some(DistributionPointName::FullName(names)) => names,
            _ => Vec::new(),
        })
        .filter_map(uri)
        .collect();
    let access: Vec<_> = get::<AuthorityInfoAccessSyntax>(case)
        .map(|access| access.0)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|place| uri(place.access_location))
        .collect();
    let (certificate, ocsp) = (addresses.certificate(issuer), addresses.ocsp.clone());
    match case.profile {
        Profile::Root => crl.is_empty() && access.is_empty(),
        Profile::Issuing => crl == [addresses.crl(issuer)] && access == [certificate],
        Profile::Ocsp => crl.is_empty() && access == [certificate],
        _ => crl == [addresses.crl(issuer)] && access == [ocsp, certificate],
    }
}

fn uri(name: GeneralName) -> Option<String> {
    match name {
        GeneralName::UniformResourceIdentifier(uri) => Some(uri.as_str().to_owned()),
        _ => None,
    }
}

fn extensions_known(case: &Case<'_>) -> bool {
    let nocheck = extensions(case).any(|extension| extension.extn_id == OCSP_NOCHECK);
    let expected = match case.profile {
        Profile::Root => 3,
        Profile::Issuing => 7,
        Profile::Signee | Profile::Seal | Profile::Tsa => 7,
        Profile::Ocsp => 7,
    };
    extensions(case).count() == expected && nocheck == (case.profile == Profile::Ocsp)
}

/// Exactly the attributes of the profile, one per RDN, none empty, none longer than its upper bound.
fn subject_fits(case: &Case<'_>) -> bool {
    let expected: &[ObjectIdentifier] = match case.profile {
        Profile::Signee => &[COUNTRY_NAME, SURNAME, SERIAL_NUMBER, COMMON_NAME],
        _ => &[COUNTRY_NAME, ORGANIZATION_NAME, ORGANIZATION_IDENTIFIER, COMMON_NAME],
    };
    let subject = case.tbs.subject();
    let single = subject.iter_rdn().all(|rdn| rdn.len() == 1);
    let oids: Vec<_> = subject.iter().map(|attribute| attribute.oid).collect();
    single
        && oids == expected
        && subject.iter().all(|attribute| {
            let text = text(&attribute.value);
            let (tag, longest) = match attribute.oid {
                COUNTRY_NAME => (Tag::PrintableString, 2),
                SERIAL_NUMBER => (Tag::PrintableString, 64),
                SURNAME => (Tag::Utf8String, 32_768),
                _ => (Tag::Utf8String, LONGEST_COMMON_NAME),
            };
            attribute.value.tag() == tag
                && text.is_some_and(|text| !text.trim().is_empty() && text.chars().count() <= longest)
        })
}

fn text(value: &der::Any) -> Option<String> {
    std::str::from_utf8(value.value()).ok().map(str::to_owned)
}

/// The subject of an agreement certificate carries an opaque person identifier: nothing that looks like an IC number
/// (twelve digits, with or without separators) may slip into it.
fn no_identity_number(case: &Case<'_>) -> bool {
    case.profile != Profile::Signee
        || case.tbs.subject().iter().all(|attribute| {
            let Ok(text) = attribute.value.decode_as::<Utf8StringRef<'_>>() else { return true };
            let packed: String = text.as_str().chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '/')).collect();
            !packed.as_bytes().windows(12).any(|window| window.iter().all(u8::is_ascii_digit))
        })
}

#[cfg(test)]
mod tests;
