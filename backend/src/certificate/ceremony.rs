//! The ceremony: makes root, issuing CA and services, once. It may be run at every start: what is there is loaded,
//! what a crash left half-made is finished, a service that ends within thirty days gets its next certificate. A server
//! that runs for years does that last thing by a job ([`renew`]).

use std::sync::Arc;
use std::time::Duration;

use mohor_shared::transcript::lp_hash;

use super::authorise::Authorised;
use super::authority::{Authority, Member, Service, SignError, issuer_of};
use super::issue::{self, IssueError};
use super::lint;
use super::model::{Ca, CaSettings, Leaf, Profile, months_later};
use super::profile::{self, Draft, Issuer};
use super::{names, store};
use crate::args;
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault, Kind};
use crate::kernel::work::Work;
use crate::keystore::{Custody, KeyStore, KeyStoreError, TokenKey};

/// Why the authority is not ready.
#[derive(Debug, thiserror::Error)]
pub enum CeremonyError {
    /// A certificate is stored but its key is not in this key store: another key store is connected, or the key was lost.
    /// A second root is never made silently.
    #[error("the key of {0} is not in this key store")]
    KeyLost(&'static str),
    /// The settings cannot be written into a certificate.
    #[error("settings: {0}")]
    Settings(String),
    /// A certificate could not be issued.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The key store refused.
    #[error(transparent)]
    Key(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for CeremonyError {
    fn code(&self) -> &'static str {
        match self {
            Self::KeyLost(_) => "authority-key-lost",
            Self::Settings(_) => "certificate-refused",
            Self::Issue(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        Kind::Broken
    }
}

/// A service whose certificate ends sooner than this gets its next one.
const RENEW_BEFORE: Duration = Duration::from_secs(30 * 86_400);

/// Whether root and issuing CA are there: what a ceremony made once, and no start makes in passing.
pub async fn is_founded(work: &Work) -> Result<bool, DbError> {
    let (_, root) = stored(work, Profile::Root).await?;
    let (_, issuing) = stored(work, Profile::Issuing).await?;
    Ok(root.is_some() && issuing.is_some())
}

/// Makes or loads the authority.
///
/// # Errors
/// [`CeremonyError`]; running it again goes on where it stopped.
pub async fn ceremony(work: &Work, keys: Arc<dyn KeyStore>, settings: &CaSettings) -> Result<Authority, CeremonyError> {
    let root = member(work, &keys, settings, Profile::Root, None).await?;
    let issuing = member(work, &keys, settings, Profile::Issuing, Some(&root)).await?;
    let seal = member(work, &keys, settings, Profile::Seal, Some(&issuing)).await?;
    let tsa = member(work, &keys, settings, Profile::Tsa, Some(&issuing)).await?;
    let ocsp = member(work, &keys, settings, Profile::Ocsp, Some(&issuing)).await?;
    let [seal, tsa, ocsp] = [seal, tsa, ocsp].map(Service::held_by);
    let authority = Authority { settings: settings.clone(), root, issuing, seal, tsa, ocsp };
    for ca in Ca::ALL {
        super::crl::refresh(work, &authority, ca).await.map_err(IssueError::from)?;
    }
    Ok(authority)
}

/// Puts the newest certificate of each service in office: the one that another process made, or a new one when it ends
/// within thirty days or is revoked. Whoever is signing meanwhile goes on with the certificate it took. Says how many
/// changed.
///
/// # Errors
/// [`CeremonyError`]; the services that were not reached keep the certificates they have.
pub async fn renew(work: &Work, authority: &Authority) -> Result<usize, CeremonyError> {
    let services = [(Profile::Seal, &authority.seal), (Profile::Tsa, &authority.tsa), (Profile::Ocsp, &authority.ocsp)];
    let (keys, above) = (&authority.issuing.keys, &authority.issuing);
    let mut changed = 0;
    for (profile, service) in services {
        let next = member(work, keys, &authority.settings, profile, Some(above)).await?;
        let (serial, ends) = (next.leaf.serial.clone(), next.leaf.not_after);
        if service.hand_over(next) {
            changed += 1;
            tracing::info!(service = profile.as_str(), %serial, %ends, "a service has its next certificate");
        }
    }
    Ok(changed)
}

/// Loads one member, or makes its key and certificate.
async fn member(
    work: &Work,
    keys: &Arc<dyn KeyStore>,
    settings: &CaSettings,
    profile: Profile,
    above: Option<&Member>,
) -> Result<Member, CeremonyError> {
    let (step, stored) = stored(work, profile).await?;
    let key = key(keys, settings, profile, stored.is_some()).await?;
    let algorithm = key.handle.spec().algorithm();
    if let Some(leaf) = stored.filter(|leaf| lasts(work, leaf, above)) {
        let issuer = issuer_of(&leaf, algorithm).map_err(settings_error)?;
        if issuer.spki != key.spki {
            return Err(CeremonyError::KeyLost(profile.as_str()));
        }
        return Ok(Member { keys: Arc::clone(keys), handle: key.handle, leaf, issuer });
    }
    certify(work, keys, settings, profile, above, key, step).await
}

/// How many certificates `profile` has had, and the newest one that is not revoked. The count is read first: whoever
/// counts before another process finishes then meets its intent or its result, never neither.
async fn stored(work: &Work, profile: Profile) -> Result<(i64, Option<Leaf>), DbError> {
    let mut tx = work.read().await?;
    let step = tx.one(store::COUNT_OF_PROFILE, args![profile.as_str()]).await?.int("number")?;
    let rows = tx.all(store::OF_PROFILE, args![profile.as_str()]).await?;
    let leaves = rows.iter().map(store::leaf).collect::<Result<Vec<_>, _>>()?;
    Ok((step, leaves.into_iter().rfind(|leaf| leaf.revoked.is_none())))
}

/// Root and issuing CA are never replaced by a start: that is a decision of people. A service that ends with its
/// authority has nothing to gain by another certificate.
fn lasts(work: &Work, leaf: &Leaf, above: Option<&Member>) -> bool {
    matches!(leaf.profile, Profile::Root | Profile::Issuing)
        || leaf.not_after >= work.now.plus(RENEW_BEFORE)
        || above.is_some_and(|above| leaf.not_after >= above.issuer.not_after)
}

async fn key(
    keys: &Arc<dyn KeyStore>,
    settings: &CaSettings,
    profile: Profile,
    certified: bool,
) -> Result<TokenKey, CeremonyError> {
    let label = profile.label();
    if let Some(key) = keys.find(&label).await? {
        return Ok(key);
    }
    if certified {
        return Err(CeremonyError::KeyLost(profile.as_str()));
    }
    match keys.generate(settings.keys, Custody::Token { label: label.clone() }).await {
        Ok(made) => Ok(TokenKey { handle: made.handle, spki: made.spki }),
        // Another process was faster: its key is the key.
        Err(KeyStoreError::LabelTaken(_)) => keys.find(&label).await?.ok_or(CeremonyError::KeyLost(profile.as_str())),
        Err(error) => Err(error.into()),
    }
}

async fn certify(
    work: &Work,
    keys: &Arc<dyn KeyStore>,
    settings: &CaSettings,
    profile: Profile,
    above: Option<&Member>,
    key: TokenKey,
    step: i64,
) -> Result<Member, CeremonyError> {
    let algorithm = key.handle.spec().algorithm();
    let subject = names::service(settings, profile).map_err(settings_error)?;
    let start = Timestamp::from_seconds(work.now.seconds());
    // A service near the end of its authority lives as long as the authority does.
    let longest = months_later(start, profile.longest_months());
    let not_after = above.map_or(longest, |above| longest.min(above.issuer.not_after));
    let own = Issuer { name: subject.clone(), spki: key.spki.clone(), algorithm, not_before: start, not_after };
    let issuer = above.map_or(&own, |above| &above.issuer);
    let serial = profile::fresh_serial(work.rng());
    let draft = Draft { settings, profile, subject, spki: &key.spki, not_before: start, not_after, serial, issuer };
    let tbs = profile::tbs(&draft).map_err(settings_error)?;
    let (request, evidence) = approval(profile, &key.spki, step);
    let linted = lint::lint(&draft, tbs, request, None, "ceremony").map_err(IssueError::from)?;
    let authorised = Authorised::ceremony(request, evidence);
    let signer = Member {
        keys: Arc::clone(keys),
        handle: key.handle,
        leaf: Leaf {
            serial: String::new(),
            profile,
            der: Vec::new(),
            not_before: start,
            not_after,
            person: None,
            revoked: None,
        },
        issuer: own.clone(),
    };
    let outcome = issue::issue_by(work, above.unwrap_or(&signer), authorised, linted).await;
    let leaf = match outcome {
        Ok(leaf) => leaf,
        // This very step was begun before, here or by another process: take what it stored.
        Err(IssueError::ApprovalUsed) => resumed(work, above.unwrap_or(&signer), &evidence).await?,
        Err(error) => return Err(error.into()),
    };
    let issuer = issuer_of(&leaf, algorithm).map_err(settings_error)?;
    if issuer.spki != signer.issuer.spki {
        return Err(CeremonyError::KeyLost(profile.as_str()));
    }
    Ok(Member { leaf, issuer, ..signer })
}

/// What the ceremony approves, and its evidence: the same for every process that runs this step, so that of two
/// only one stores an intent.
fn approval(profile: Profile, spki: &[u8], step: i64) -> ([u8; 32], [u8; 32]) {
    let word = profile.as_str().as_bytes();
    let request = lp_hash("mohor/ceremony/request/v1", &[word, spki]);
    (request, lp_hash("mohor/ceremony/step/v1", &[word, &step.to_be_bytes()]))
}

/// Signs the bytes that an interrupted ceremony stored.
async fn resumed(work: &Work, signer: &Member, evidence: &[u8; 32]) -> Result<Leaf, CeremonyError> {
    Ok(issue::resume(work, signer, &hex::encode(evidence)).await?)
}

fn settings_error(error: impl std::fmt::Display) -> CeremonyError {
    CeremonyError::Settings(error.to_string())
}

impl From<SignError> for CeremonyError {
    fn from(error: SignError) -> Self {
        Self::Issue(IssueError::Sign(error))
    }
}
