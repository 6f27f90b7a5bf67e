//! Pure types: roles, sessions and the proof of a permission.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::kernel::work::Actor;
use crate::organisation::DeveloperId;
use crate::person::PersonId;
use crate::{fault, typed_id};

typed_id! {
    /// Names somebody who signs in: staff, a developer, an officer.
    AccountId
}

/// What an account may do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Makes accounts and developers.
    Admin,
    /// Acts for one housing developer (ACT-1).
    Pemaju,
    /// Decides identity checks.
    EkycReviewer,
    /// Verifies applicants by telephone (ACT-10).
    VerificationSpecialist,
    /// Approves and prepares certificates (ACT-10).
    RegistrationOfficer,
    /// Checks quality before issue (ACT-10).
    QcOfficer,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Admin,
        Self::Pemaju,
        Self::EkycReviewer,
        Self::VerificationSpecialist,
        Self::RegistrationOfficer,
        Self::QcOfficer,
    ];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Pemaju => "pemaju",
            Self::EkycReviewer => "ekyc-reviewer",
            Self::VerificationSpecialist => "verification-specialist",
            Self::RegistrationOfficer => "registration-officer",
            Self::QcOfficer => "qc-officer",
        }
    }

    /// Whether it decides about people, so that it must be known who its holder is (ADR 0046).
    pub const fn decides(self) -> bool {
        !matches!(self, Self::Admin | Self::Pemaju)
    }

    /// Reads the stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

/// A desk of the staff, as a type: `Officer<EkycReviewer>` is somebody who may sit at it.
pub trait Desk: Send + Sync + 'static {
    /// The role that may sit here.
    const ROLE: Role;
}

macro_rules! desks {
    ($($(#[$doc:meta])* $desk:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub enum $desk {}
        impl Desk for $desk {
            const ROLE: Role = Role::$desk;
        }
    )+};
}

desks! {
    /// The desk that makes accounts and developers.
    Admin
    /// The desk that decides identity checks.
    EkycReviewer
    /// The desk that telephones applicants.
    VerificationSpecialist
    /// The desk that prepares certificates.
    RegistrationOfficer
    /// The desk that checks quality.
    QcOfficer
}

/// The account does not have this permission.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotYours {
    /// The role is missing.
    #[error("the role {} is needed", .0.as_str())]
    Role(Role),
    /// The last full sign-in was too long ago for this step.
    #[error("sign in once more")]
    Stale,
    /// It is not recorded whose account this is, and the desk decides about people.
    #[error("it is not known who the officer is")]
    Unnamed,
}

fault! {
    NotYours {
        Role => "not-your-desk", Denied;
        Stale => "prove-again", Unproven;
        Unnamed => "officer-unnamed", Denied;
    }
}

/// Somebody who may sit at the desk `D`. Only a [`Session`] with the role makes one.
pub struct Officer<D: Desk> {
    account: AccountId,
    own: Vec<PersonId>,
    desk: PhantomData<D>,
}

impl<D: Desk> Officer<D> {
    /// The account.
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// The people the officer is, by the number of the identity document and by the mailbox: nobody decides about
    /// themselves.
    pub fn own(&self) -> &[PersonId] {
        &self.own
    }

    /// Whether the officer is `person`.
    pub fn is(&self, person: &PersonId) -> bool {
        self.own.contains(person)
    }
}

impl<D: Desk> fmt::Debug for Officer<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Officer<{}>({})", D::ROLE.as_str(), self.account)
    }
}

/// Somebody who may act for one developer (Pemaju). Only a [`Session`] with the role makes one.
#[derive(Debug)]
pub struct DeveloperDesk {
    account: AccountId,
    developer: DeveloperId,
}

impl DeveloperDesk {
    /// The account.
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// The developer acted for.
    pub const fn developer(&self) -> &DeveloperId {
        &self.developer
    }
}

/// Proof that the account holder signed in or proved themselves again within the last ten minutes.
#[derive(Debug)]
pub struct Fresh(());

/// How long a full sign-in counts as fresh.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Session {
    /// The hash of the session token: names the session without opening it (CSRF binding).
    pub key: String,
    /// The account.
    pub account: AccountId,
    /// The name shown.
    pub name: String,
    /// The language of pages.
    pub lang: Lang,
    /// When the holder last proved password and code.
    pub proven_at: Timestamp,
    /// When the session ends whatever happens.
    pub ends_at: Timestamp,
    pub(super) roles: Vec<Role>,
    pub(super) developer: Option<DeveloperId>,
    pub(super) named: bool,
    pub(super) own: Vec<PersonId>,
}

impl Session {
    /// Whether the account has `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The roles, for menus.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Who acts, for the audit trail.
    pub fn actor(&self) -> Actor {
        Actor::Account(self.account.to_string())
    }

    /// The permission to sit at the desk `D`.
    ///
    /// # Errors
    /// [`NotYours::Role`] when the account has not the role; [`NotYours::Unnamed`] when the desk decides about people and
    /// nobody recorded whose account it is.
    pub fn officer<D: Desk>(&self) -> Result<Officer<D>, NotYours> {
        if !self.has(D::ROLE) {
            return Err(NotYours::Role(D::ROLE));
        }
        if D::ROLE.decides() && !self.named {
            return Err(NotYours::Unnamed);
        }
        Ok(Officer { account: self.account.clone(), own: self.own.clone(), desk: PhantomData })
    }

    /// The permission to act for the account's developer.
    ///
    /// # Errors
    /// [`NotYours::Role`] when the account acts for none.
    pub fn developer(&self) -> Result<DeveloperDesk, NotYours> {
        match &self.developer {
            Some(developer) if self.has(Role::Pemaju) => {
                Ok(DeveloperDesk { account: self.account.clone(), developer: developer.clone() })
            }
            _ => Err(NotYours::Role(Role::Pemaju)),
        }
    }

    /// The proof that the holder was here within ten minutes of `now`.
    ///
    /// # Errors
    /// [`NotYours::Stale`] when they must prove themselves again.
    pub fn fresh(&self, now: Timestamp) -> Result<Fresh, NotYours> {
        if now.since(self.proven_at) <= FRESH { Ok(Fresh(())) } else { Err(NotYours::Stale) }
    }
}

#[cfg(test)]
impl<D: Desk> Officer<D> {
    /// An officer for the tests of rooms further right.
    pub(crate) fn for_test(work: &crate::kernel::work::Work, person: Option<PersonId>) -> Self {
        Self { account: AccountId::new(work), own: person.into_iter().collect(), desk: PhantomData }
    }
}

#[cfg(test)]
impl Fresh {
    /// A proof for the tests of rooms further right.
    pub(crate) const fn for_test() -> Self {
        Self(())
    }
}

#[cfg(test)]
impl DeveloperDesk {
    /// A developer's desk for the tests of rooms further right.
    pub(crate) fn for_test(work: &crate::kernel::work::Work, developer: DeveloperId) -> Self {
        Self { account: AccountId::new(work), developer }
    }
}
