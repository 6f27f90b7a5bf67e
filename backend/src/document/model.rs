//! What is drawn, filled, signed and added: plain data, no PDF syntax.

use std::collections::BTreeMap;

use crate::kernel::clock::Timestamp;

/// A form XObject and the objects it needs, numbered among themselves from 1; the increment writer renumbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance {
    /// Width of the box, in points.
    pub width: f32,
    /// Height of the box, in points.
    pub height: f32,
    /// The content stream, not compressed.
    pub content: Vec<u8>,
    /// `/Resources`; a reference `n 0 R` in it means `objects[n]`.
    pub resources: lopdf::Dictionary,
    /// Fonts and pictures; references among them mean each other.
    pub objects: BTreeMap<u32, lopdf::Object>,
}

/// One field filled in a revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Fill {
    /// The fully qualified name of the field.
    pub field: String,
    /// `/V`; `None` leaves it out (a push button has no value).
    pub value: Option<String>,
    /// What the widget shows.
    pub appearance: Appearance,
}

/// The part a signature plays in the life of the document (pdf-and-workflow section 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureRole {
    /// The system certifies the issued base: DocMDP, only form filling and further signatures after it.
    Certify,
    /// The first party: its own revision fills serial and QR, and it locks them (FieldMDP, Include).
    First {
        /// The fully qualified names of the fields that may not change any more.
        locks: Vec<String>,
    },
    /// Any party between the first and the last.
    Middle,
    /// The last party: after it only validation data may be added (`/P 1`).
    Last,
}

/// One signature to be prepared. The same head and the same request always give the same bytes.
#[derive(Clone, Debug)]
pub struct SignatureRequest<'a> {
    /// The fully qualified name of the pre-made signature field.
    pub field: &'a str,
    /// The part it plays.
    pub role: SignatureRole,
    /// `/Name`: the signer, in their own script.
    pub name: &'a str,
    /// `/Reason`.
    pub reason: &'a str,
    /// `/M`: the time claimed; the time stamp is what counts.
    pub time: Timestamp,
    /// Fields filled in the same revision, and so covered by the signature.
    pub fills: Vec<Fill>,
    /// What the signature field shows; `None` for an invisible one.
    pub appearance: Option<Appearance>,
}

/// What a verifier will need when the authorities are gone: DER, each item once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RevocationData {
    /// Certificates of every chain, the time-stamp authority's too.
    pub certs: Vec<Vec<u8>>,
    /// Certificate revocation lists.
    pub crls: Vec<Vec<u8>>,
    /// OCSP responses (`OCSPResponse`).
    pub ocsps: Vec<Vec<u8>>,
}
