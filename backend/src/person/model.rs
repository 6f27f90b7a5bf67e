//! What the platform knows of a person.

use mohor_shared::ic::{IcNumber, IdNumber, Passport};

use super::contact::Contact;
use super::id::PersonId;
use super::name::PersonName;
use super::place::{Country, PostalAddress, Postcode};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::keystore::{self, KeyStore, KeyStoreError};

/// What the platform knows of a person, without the number of the identity document.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// The name on the identity document.
    pub name: PersonName,
    /// The language of mails and pages.
    pub lang: Lang,
    /// Country of citizenship (CERT-5), once told.
    pub nationality: Option<Country>,
    /// Postal address (CERT-4), once told.
    pub address: Option<PostalAddress>,
    /// Postcode (CERT-4), once told.
    pub postcode: Option<Postcode>,
    /// The e-mail address in use: the proven one, else the latest proposed.
    pub email: Option<Contact>,
    /// The phone number in use: the proven one, else the latest proposed.
    pub phone: Option<Contact>,
    /// When a proven contact was last replaced by another; the first proof is no change.
    pub contact_changed_at: Option<Timestamp>,
    /// Which document proves the person.
    pub id_kind: IdKind,
    pub(super) id_sealed: Vec<u8>,
}

impl Person {
    /// The number of the identity document, opened from its seal.
    ///
    /// # Errors
    /// [`KeyStoreError::Integrity`] when the stored seal was changed or belongs to another person.
    pub async fn identity(&self, keys: &dyn KeyStore) -> Result<IdNumber, KeyStoreError> {
        let opened = keystore::open(keys, SEAL, self.id.as_str().as_bytes(), &self.id_sealed).await?;
        let number = std::str::from_utf8(opened.expose()).map_err(|_| KeyStoreError::Integrity)?;
        match self.id_kind {
            IdKind::Ic => IcNumber::parse(number).map(IdNumber::Ic).map_err(|_| KeyStoreError::Integrity),
            IdKind::Passport => Passport::parse(number).map(IdNumber::Passport).map_err(|_| KeyStoreError::Integrity),
        }
    }

    /// The number of the identity document as it may be shown: `900423-**-**84`.
    ///
    /// # Errors
    /// As [`Person::identity`].
    pub async fn masked_id(&self, keys: &dyn KeyStore) -> Result<String, KeyStoreError> {
        Ok(self.identity(keys).await?.masked())
    }
}

/// The purpose of the seal over the number of an identity document.
pub(super) const SEAL: &str = "person/id-number";

/// Which identity document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdKind {
    /// MyKad.
    Ic,
    /// Passport.
    Passport,
}

impl IdKind {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ic => "ic",
            Self::Passport => "passport",
        }
    }

    /// The kind of `number`.
    pub const fn of(number: &IdNumber) -> Self {
        match number {
            IdNumber::Ic(_) => Self::Ic,
            IdNumber::Passport(_) => Self::Passport,
        }
    }

    /// Reads the stored word.
    pub fn from_stored(word: &str) -> Option<Self> {
        [Self::Ic, Self::Passport].into_iter().find(|kind| kind.as_str() == word)
    }
}
