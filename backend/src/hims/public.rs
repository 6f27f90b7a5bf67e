//! What anybody may know who has seen the document: the page behind its QR code.

use subtle::ConstantTimeEq as _;

use super::model::{Head, Header, Title, TurnState, VersionState};
use super::record::{Agreement, Party, Turn, Version};
use super::{serial, store};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::person;
use crate::{args, fault};

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
pub enum PublicRefused {
    /// No document has this serial number and token.
    #[error("no document has this number")]
    Unknown,
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    PublicRefused {
        Unknown => "serial-unknown", Missing;
    } transparent { Keys, Db }
}

/// A party as the public sees it.
#[derive(Clone, Debug)]
pub struct PublicParty {
    /// The role.
    pub title: Title,
    /// The name, masked.
    pub name: String,
    /// When it was signed, if it was.
    pub signed_at: Option<Timestamp>,
}

/// A version as the public sees it.
#[derive(Clone, Debug)]
pub struct PublicVersion {
    /// Counted from 1.
    pub number: u32,
    /// How it stands.
    pub state: VersionState,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was completed or sent back.
    pub ended_at: Option<Timestamp>,
}

/// A document as the public sees it.
#[derive(Clone, Debug)]
pub struct PublicFacts {
    /// The serial number.
    pub serial: String,
    /// Development and unit.
    pub header: Header,
    /// How this version stands.
    pub state: VersionState,
    /// The number of this version, and of the newest.
    pub version: (u32, u32),
    /// Every version there ever was, newest first.
    pub versions: Vec<PublicVersion>,
    /// Who signs, in order.
    pub parties: Vec<PublicParty>,
    /// The bytes of the newest revision.
    pub head: Head,
    /// SHA-256 of the newest revision, hexadecimal.
    pub sha256: String,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was completed or sent back.
    pub ended_at: Option<Timestamp>,
}

/// A file that is a revision of ours, byte for byte.
#[derive(Clone, Debug)]
pub struct Recognised {
    /// The document it belongs to.
    pub facts: PublicFacts,
    /// How many signatures of parties were in this revision.
    pub signatures: u32,
    /// Whether a newer revision of the same version exists.
    pub newest: bool,
}

/// The document behind a QR code. The token must fit, so that nobody can walk through the numbers.
///
/// # Errors
/// [`PublicRefused::Unknown`] for a wrong number and a wrong token alike.
pub async fn public_facts(
    work: &Work,
    keys: &dyn KeyStore,
    number: &str,
    token: &str,
) -> Result<PublicFacts, PublicRefused> {
    let right = serial::token(keys, number).await?;
    if !bool::from(right.as_bytes().ct_eq(token.as_bytes())) {
        return Err(PublicRefused::Unknown);
    }
    let mut tx = work.read().await?;
    let row = tx.first(store::BY_SERIAL, args![number]).await?.ok_or(PublicRefused::Unknown)?;
    Ok(facts(&mut tx, Version::read(&row)?).await?)
}

async fn facts(tx: &mut Tx, version: Version) -> Result<PublicFacts, DbError> {
    let agreement = Agreement::get(tx, &version.agreement).await?;
    let mut parties = Vec::new();
    for turn in Turn::all(tx, &version.agreement, version.number).await? {
        let party = Party::get(tx, &turn.party).await?;
        let person = person::by_id_in(tx, &turn.person).await?;
        parties.push(PublicParty {
            title: party.title,
            name: person.map_or_else(String::new, |person| person.name.masked()),
            signed_at: turn.signed_at.filter(|_| turn.state == TurnState::Signed),
        });
    }
    let versions = tx.all(store::VERSIONS, args![&version.agreement]).await?;
    let versions = versions.iter().map(Version::read).collect::<Result<Vec<_>, _>>()?.into_iter();
    let seen = |one: Version| PublicVersion {
        number: one.number,
        state: one.state,
        issued_at: one.issued_at,
        ended_at: one.ended_at,
    };
    Ok(PublicFacts {
        versions: versions.map(seen).collect(),
        serial: version.serial.unwrap_or_default(),
        header: agreement.header,
        state: version.state,
        version: (version.number, agreement.version),
        parties,
        sha256: hex::encode(version.head.sha256),
        head: version.head,
        issued_at: version.issued_at,
        ended_at: version.ended_at,
    })
}

/// What we know of an uploaded file by its SHA-256: only a file that is ours to the byte is recognised, and
/// whoever has it has everything we say.
pub async fn recognise(work: &Work, sha256: &[u8; 32]) -> Result<Option<Recognised>, DbError> {
    let mut tx = work.read().await?;
    let Some(row) = tx.first(store::BY_DIGEST, args![hex::encode(sha256)]).await? else { return Ok(None) };
    let number = u32::try_from(row.int("version")?).unwrap_or(0);
    let version = Version::get(&mut tx, &row.id("agreement")?, number).await?;
    let newest = version.head.sha256 == *sha256;
    let signatures = u32::try_from(row.int("seq")?).unwrap_or(0);
    Ok(Some(Recognised { facts: facts(&mut tx, version).await?, signatures, newest }))
}
