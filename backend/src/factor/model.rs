//! Pure types: what a code is for, which kind it was, and how it is computed from a row.

use mohor_shared::binding::{self, Binding};
use mohor_shared::code::SixDigits;
use mohor_shared::otp;
use mohor_shared::transcript::lp_hash;

use crate::device::DeviceId;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Row};
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person::PersonId;
use crate::typed_id;

typed_id! {
    /// Names a code that was issued.
    CodeId
    /// Names a TOTP secret.
    TotpId
}

/// What a code authorises. A code for one target is worth nothing for another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    purpose: Purpose,
    label: String,
    subject: [u8; 32],
    /// Only for [`Target::request`].
    session: Option<Session>,
}

/// What a code for digests is bound to besides them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Session {
    /// Held by the system that asked (GPKI-16), and submitted by it together with the code.
    nonce: [u8; 32],
    /// When the request ends, and its code with it.
    until: Timestamp,
}

/// Why a code is asked for; decides the words of the mail and what blocks it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    /// A signature.
    Sign,
    /// Signatures over digests that a system asks for.
    Request,
    /// A browser that opens a mailed link for the first time.
    Browser,
    /// A new PIN.
    PinReset,
}

impl Purpose {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Sign => "sign",
            Self::Request => "request",
            Self::Browser => "browser",
            Self::PinReset => "pin-reset",
        }
    }

    pub(super) fn of_label(label: &str) -> Option<Self> {
        let word = label.split_once(':').map(|(word, _)| word)?;
        [Self::Sign, Self::Request, Self::Browser, Self::PinReset].into_iter().find(|purpose| purpose.word() == word)
    }

    /// What counts one code of a person at a time: all signatures together.
    pub(super) const fn shelf(self) -> &'static str {
        match self {
            Self::Sign | Self::Request => "sign",
            Self::Browser | Self::PinReset => self.word(),
        }
    }

    /// Whether a signature follows.
    pub(super) const fn signs(self) -> bool {
        matches!(self, Self::Sign | Self::Request)
    }
}

impl Target {
    /// The signature of `turn` on `version` of an agreement whose bytes have the SHA-256 `head`.
    pub fn turn(turn: &str, version: u32, head: &[u8; 32]) -> Self {
        Self::new(Purpose::Sign, turn, binding::turn(turn, version, head))
    }

    /// Showing a turn in a browser that has not proved itself yet.
    pub fn browser(turn: &str) -> Self {
        Self::new(Purpose::Browser, turn, lp_hash("mohor/browser/v1", &[turn.as_bytes()]))
    }

    /// Setting a new PIN.
    pub fn pin_reset(person: &PersonId) -> Self {
        let person = person.as_str();
        Self::new(Purpose::PinReset, person, lp_hash("mohor/pin-reset/v1", &[person.as_bytes()]))
    }

    /// Signatures over `digests`, in this order, asked for by the holder of `nonce` until `until` (GPKI-16; design 3.2).
    pub fn request(request: &str, nonce: [u8; 32], digests: &[[u8; 32]], until: Timestamp) -> Self {
        let target = Self::new(Purpose::Request, request, binding::digests(digests));
        Self { session: Some(Session { nonce, until }), ..target }
    }

    fn new(purpose: Purpose, of: &str, subject: [u8; 32]) -> Self {
        Self { purpose, label: format!("{}:{of}", purpose.word()), subject, session: None }
    }

    /// Whether only a code that is bound to this very target counts: the time-based code, bound to nothing, does not.
    pub(super) const fn is_bound(&self) -> bool {
        self.session.is_some()
    }

    /// The nonce that whoever asks holds; `None`: the code has one of its own.
    pub(super) fn nonce(&self) -> Option<[u8; 32]> {
        self.session.map(|session| session.nonce)
    }

    /// The end of a code that would live until `end`.
    pub(super) fn end(&self, end: Timestamp) -> Timestamp {
        self.session.map_or(end, |session| session.until.min(end))
    }

    pub(super) const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// What the code is for, without what it is bound to: `sign:01J…`.
    pub fn label(&self) -> &str {
        &self.label
    }

    pub(super) const fn subject(&self) -> &[u8; 32] {
        &self.subject
    }
}

/// Which kind of code was right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Shown on the phone for this very document.
    TurnCode,
    /// Made by the phone, bound to nothing.
    Totp,
    /// Sent by e-mail.
    MailCode,
}

impl Kind {
    /// The word in the audit trail and the evidence: `turn-code`, `totp`, `mail-code`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TurnCode => "turn-code",
            Self::Totp => "totp",
            Self::MailCode => "mail-code",
        }
    }

    /// How much it is worth: `bound`, `unbound` or `low`. E-mail is no authenticator (NIST SP 800-63B) and is
    /// labelled so wherever it was used.
    pub const fn assurance(self) -> &'static str {
        match self {
            Self::TurnCode => "bound",
            Self::Totp => "unbound",
            Self::MailCode => "low",
        }
    }
}

/// The fact that a person's identity was approved (eKYC status DILULUSKAN). Only the ekyc room, which knows,
/// makes one: `ekyc::Approved::vouch`.
#[derive(Debug)]
pub struct IdentityApproved {
    person: PersonId,
}

impl IdentityApproved {
    /// Vouches for `person`.
    pub const fn of(person: PersonId) -> Self {
        Self { person }
    }

    /// Whose identity.
    pub const fn person(&self) -> &PersonId {
        &self.person
    }
}

/// A code as stored: everything but the code.
#[derive(Clone, Debug)]
pub(super) struct Issued {
    pub(super) id: CodeId,
    pub(super) person: PersonId,
    pub(super) target: String,
    pub(super) subject: [u8; 32],
    pub(super) device: Option<DeviceId>,
    pub(super) nonce: [u8; 32],
    pub(super) generation: u8,
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl Issued {
    pub(super) fn from_row(row: &Row) -> Result<Self, DbError> {
        let bytes = |column: &str| -> Result<[u8; 32], DbError> {
            row.bytes(column)?.try_into().map_err(|_| DbError::Inconsistent(format!("code {column}")))
        };
        Ok(Self {
            id: row.id("id")?,
            person: row.id("person")?,
            target: row.text("target")?,
            subject: bytes("subject")?,
            device: DeviceId::parse(&row.text("device")?),
            nonce: bytes("nonce")?,
            generation: u8::try_from(row.int("generation")?)
                .map_err(|_| DbError::Inconsistent("code generation".to_owned()))?,
            issued_at: row.time("issued_at")?,
            expires_at: row.time("expires_at")?,
        })
    }

    /// The six digits, if the code was for `target`. Computed with what is submitted, not with what was
    /// noted: a code for one document, or under one nonce, gives other digits for another.
    pub(super) async fn digits_for(
        &self,
        keys: &dyn KeyStore,
        domain: &str,
        target: &Target,
    ) -> Result<SixDigits, KeyStoreError> {
        self.derived(keys, domain, target.subject(), &target.nonce().unwrap_or(self.nonce)).await
    }

    /// The six digits as noted, for the mail that carries them.
    pub(super) async fn digits(&self, keys: &dyn KeyStore, domain: &str) -> Result<SixDigits, KeyStoreError> {
        self.derived(keys, domain, &self.subject, &self.nonce).await
    }

    async fn derived(
        &self,
        keys: &dyn KeyStore,
        domain: &str,
        subject: &[u8; 32],
        nonce: &[u8; 32],
    ) -> Result<SixDigits, KeyStoreError> {
        let device = self.device.as_ref().map(|device| crate::device::id_bytes(device.as_str()));
        let binding = Binding {
            session: crate::device::id_bytes(self.id.as_str()),
            nonce: *nonce,
            subject: *subject,
            credential: format!("person:{}", self.person),
            device: device.unwrap_or_default(),
            expires: u64::try_from(self.expires_at.seconds()).unwrap_or(0),
        };
        // One key a day (design 3.3), named by the day of issue.
        let day = self.issued_at.rfc3339();
        let label = format!("mohor/otp/{}", day.get(..10).unwrap_or_default());
        let mac = keys.hmac(&label, &otp::message(domain, &binding.value(), self.generation)).await?;
        Ok(otp::from_mac(&mac))
    }

    /// Whether it was made for this very target.
    pub(super) fn is_for(&self, target: &Target) -> bool {
        self.target == target.label() && self.subject == *target.subject()
    }

    /// A tag that both screens show, so that nobody types the code of another pressing: `B7`.
    pub(super) fn tag(&self) -> String {
        let hash = lp_hash("mohor/code-tag/v1", &[self.id.as_str().as_bytes(), &[self.generation]]);
        // No letter that looks like a digit.
        let letters = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
        let letter = letters[usize::from(hash[0]) % letters.len()];
        format!("{}{}", char::from(letter), hash[1] % 8 + 2)
    }
}
