//! Distinguished names, built attribute by attribute.

use const_oid::db::rfc4519::{COMMON_NAME, COUNTRY_NAME, ORGANIZATION_NAME, SERIAL_NUMBER, SURNAME};
use der::asn1::{ObjectIdentifier, PrintableString, SetOfVec};
use der::{Any, Decode as _, Encode as _, Tag};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};

use super::model::{CaSettings, Profile, Subject};

/// organizationIdentifier (X.520, EN 319 412-3 section 4.2.1).
pub(super) const ORGANIZATION_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.97");

/// Upper bound of commonName in characters (RFC 5280 appendix A.1, ub-common-name).
pub(super) const LONGEST_COMMON_NAME: usize = 64;

/// The name of an authority or a service.
pub(super) fn service(settings: &CaSettings, profile: Profile) -> der::Result<Name> {
    let title = match profile {
        Profile::Root => "Root CA",
        Profile::Issuing => "Issuing CA",
        Profile::Seal => "Document Seal",
        Profile::Tsa => "Time-Stamp Authority",
        Profile::Ocsp => "OCSP Responder",
        Profile::Signee => return Err(der::ErrorKind::Failed.into()),
    };
    name(&[
        printable(COUNTRY_NAME, "MY")?,
        utf8(ORGANIZATION_NAME, &settings.organisation)?,
        utf8(ORGANIZATION_IDENTIFIER, &settings.organisation_id)?,
        utf8(COMMON_NAME, &format!("{} {title}", settings.organisation))?,
    ])
}

/// The name of a natural person as EN 319 412-2 section 4.2.4 asks: country, surname, commonName, serialNumber.
///
/// Malay, Chinese and Indian names are not cut into given name and surname here: the whole name is the primary
/// identifier, as ICAO 9303-3 section 4.6 does where an issuing state cannot tell the parts apart. The country is the context
/// in which the other attributes are to be read (this authority's), not a citizenship.
pub(super) fn person(subject: &Subject) -> der::Result<Name> {
    name(&[
        printable(COUNTRY_NAME, "MY")?,
        utf8(SURNAME, subject.name.as_str())?,
        printable(SERIAL_NUMBER, subject.person.as_str())?,
        utf8(COMMON_NAME, &shortened(subject.name.as_str()))?,
    ])
}

/// A name cut at the last word that fits into commonName. The surname attribute always carries the whole.
fn shortened(full: &str) -> String {
    if full.chars().count() <= LONGEST_COMMON_NAME {
        return full.to_owned();
    }
    let head: String = full.chars().take(LONGEST_COMMON_NAME).collect();
    head.rsplit_once(' ').map_or(head.clone(), |(words, _)| words.to_owned())
}

fn name(attributes: &[AttributeTypeAndValue]) -> der::Result<Name> {
    let parts = attributes
        .iter()
        .map(|attribute| SetOfVec::try_from(vec![attribute.clone()]).map(RelativeDistinguishedName::from))
        .collect::<der::Result<Vec<_>>>()?;
    Name::from_der(&RdnSequence::from(parts).to_der()?)
}

fn printable(oid: ObjectIdentifier, value: &str) -> der::Result<AttributeTypeAndValue> {
    Ok(AttributeTypeAndValue { oid, value: Any::from(&PrintableString::new(value)?) })
}

fn utf8(oid: ObjectIdentifier, value: &str) -> der::Result<AttributeTypeAndValue> {
    Ok(AttributeTypeAndValue { oid, value: Any::new(Tag::Utf8String, value.as_bytes())? })
}
