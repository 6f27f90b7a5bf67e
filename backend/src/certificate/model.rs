//! What a certificate is about, and how long it lives.

use std::time::Duration;

use crate::kernel::clock::Timestamp;
use crate::keystore::KeySpec;
use crate::person::{PersonId, PersonName};

/// What the authority calls itself and where it publishes. Everything here ends up in certificates (SEC-7).
#[derive(Clone, Debug)]
pub struct CaSettings {
    /// Host of the CRL, OCSP and AIA addresses, reached over plain HTTP as RFC 5280 section 8 advises.
    pub host: String,
    /// The organisation in the names of root, issuing CA and services.
    pub organisation: String,
    /// Organisation identifier of EN 319 412-1 section 5.1.4 for the services (`NTRMY-…`).
    pub organisation_id: String,
    /// The arc below which the policy identifiers lie. The default lies under 32473, reserved for examples (RFC 5612).
    pub policy_arc: String,
    /// Keys of the authority and its services.
    pub keys: KeySpec,
}

impl Default for CaSettings {
    fn default() -> Self {
        Self {
            host: "pki.example.com".to_owned(),
            organisation: "Mohor SPESIMEN".to_owned(),
            organisation_id: "NTRMY-000000000000".to_owned(),
            policy_arc: "1.3.6.1.4.1.32473.1".to_owned(),
            keys: KeySpec::P256,
        }
    }
}

/// Which authority signs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ca {
    /// The root: signs itself, the issuing CA and its own CRL.
    Root,
    /// The issuing CA: signs everything else.
    Issuing,
}

impl Ca {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Root, Self::Issuing];

    /// The word in the database, in key labels and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Issuing => "issuing",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ca| ca.as_str() == word)
    }
}

/// What a certificate is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Profile {
    /// Trust anchor, 10 years.
    Root,
    /// Issuing CA, 6 years, path length 0.
    Issuing,
    /// A natural person who signs agreements (CERT-1..10).
    Signee,
    /// The platform's certifying signature on an issued agreement.
    Seal,
    /// The time-stamp authority (RFC 3161 section 2.3).
    Tsa,
    /// The OCSP responder (RFC 6960 section 4.2.2.2).
    Ocsp,
}

impl Profile {
    pub(super) const ALL: [Self; 6] = [Self::Root, Self::Issuing, Self::Signee, Self::Seal, Self::Tsa, Self::Ocsp];

    /// The stored word; also the label of the key of an authority or a service.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Issuing => "issuing",
            Self::Signee => "signee",
            Self::Seal => "seal",
            Self::Tsa => "tsa",
            Self::Ocsp => "ocsp",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str() == word)
    }

    /// Who signs it.
    pub const fn issuer(self) -> Ca {
        match self {
            Self::Root | Self::Issuing => Ca::Root,
            Self::Signee | Self::Seal | Self::Tsa | Self::Ocsp => Ca::Issuing,
        }
    }

    /// The longest term in months. PUB-LAW-7: a subscriber's certificate never lives longer than three years.
    pub const fn longest_months(self) -> i32 {
        match self {
            Self::Root => 120,
            Self::Issuing => 72,
            Self::Signee | Self::Ocsp => 12,
            Self::Seal | Self::Tsa => 36,
        }
    }
}

/// How long a signee's certificate lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// One calendar month.
    Month,
    /// One calendar year.
    Year,
    /// The rest of a term already paid for (PIN reset): until these milliseconds since 1970 UTC.
    Until(i64),
}

impl Term {
    /// The last second of a certificate that begins at `start`.
    pub fn end(self, start: Timestamp) -> Timestamp {
        match self {
            Self::Month => months_later(start, 1),
            Self::Year => months_later(start, 12),
            Self::Until(millis) => Timestamp::from_seconds(Timestamp::from_millis(millis).seconds()),
        }
    }

    /// The stored word: `month`, `year`, `until:` and milliseconds.
    pub fn word(self) -> String {
        match self {
            Self::Month => "month".to_owned(),
            Self::Year => "year".to_owned(),
            Self::Until(millis) => format!("until:{millis}"),
        }
    }

    /// Reads [`word`](Self::word).
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "month" => Some(Self::Month),
            "year" => Some(Self::Year),
            _ => word.strip_prefix("until:")?.parse().ok().map(Self::Until),
        }
    }
}

/// The last second before the same clock time `months` calendar months later: RFC 5280 counts both ends.
pub(super) fn months_later(start: Timestamp, months: i32) -> Timestamp {
    // Beyond the year 9999 only: an empty term, which the lint refuses.
    Timestamp::from_seconds(start.seconds()).plus_months(months).minus(Duration::from_secs(1))
}

/// The person named in a certificate. The IC number is not among it: that belongs to the GPKI profile (FIN-23).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// Opaque, the same in every certificate of this person.
    pub person: PersonId,
    /// The name as the identity document prints it.
    pub name: PersonName,
}

/// A certificate that was issued.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Leaf {
    /// Lower-case hexadecimal, 32 digits, unique over both authorities.
    pub serial: String,
    /// What it is for.
    pub profile: Profile,
    /// The certificate.
    pub der: Vec<u8>,
    /// First second of validity.
    pub not_before: Timestamp,
    /// Last second of validity.
    pub not_after: Timestamp,
    /// Whose it is; `None` for authorities and services.
    pub person: Option<PersonId>,
    /// Set when it was revoked.
    pub revoked: Option<Revoked>,
}

impl Leaf {
    /// Whether it may be used at `at`: begun, not ended, not revoked.
    pub fn is_good(&self, at: Timestamp) -> bool {
        self.revoked.is_none() && self.not_before <= at && at <= self.not_after
    }
}

/// When and why a certificate was revoked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Revoked {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
}

/// Reasons of RFC 5280 section 5.3.1 that this authority uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevocationReason {
    /// No reason is given: the extension is left out.
    Unspecified,
    /// The key, the PIN or the phone may be in other hands.
    KeyCompromise,
    /// What the certificate says of the person is no longer true.
    AffiliationChanged,
    /// Another certificate replaces it.
    Superseded,
    /// The person or the service has ended.
    CessationOfOperation,
}

impl RevocationReason {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
    ];

    /// The number of RFC 5280 section 5.3.1.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
        }
    }

    /// The reason in one word, as pages and mails name it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "key-compromise",
            Self::AffiliationChanged => "affiliation-changed",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessation-of-operation",
        }
    }

    /// Reads [`word`](Self::word).
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.word() == word)
    }

    pub(super) fn from_code(code: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| i64::from(reason.code()) == code)
    }
}

/// What is known of a serial number, as OCSP says it (RFC 6960 section 2.2).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Issued and not revoked. It may have ended.
    Good,
    /// Revoked.
    Revoked(Revoked),
    /// Never issued here.
    Unknown,
}

/// What a verifier will need in decades: PAdES puts it into the DSS dictionary.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RevocationData {
    /// Certificates of every chain, leaves included, each once.
    pub certs: Vec<Vec<u8>>,
    /// The CRLs of root and issuing CA.
    pub crls: Vec<Vec<u8>>,
    /// OCSP responses; empty as long as the CRLs suffice.
    pub ocsps: Vec<Vec<u8>>,
}
