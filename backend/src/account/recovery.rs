//! Recovery codes: for a day without the phone, on paper, each good once.

use serde_json::json;

use super::model::{AccountId, Fresh, Session};
use super::store;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::secret::Secret;
use crate::kernel::work::Work;
use crate::keystore::{KeyStore, KeyStoreError};
use crate::outbox::Recipient;
use crate::{args, audit, fault, outbox};

/// How many are made at once.
const HOW_MANY: usize = 8;
/// Letters and digits that nobody mistakes for one another: 32, five bits each.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// Characters of a code: 60 bits.
const LENGTH: usize = 12;

/// A recovery code as typed: `ABCD-EFGH-JKLM`; case, hyphens and spaces do not matter.
#[derive(Clone, Debug)]
pub struct RecoveryCode(Secret<String>);

impl RecoveryCode {
    /// Reads a code; `None` for anything that cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
        let plain = plain.to_ascii_uppercase();
        let fits = plain.len() == LENGTH && plain.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then(|| Self(Secret::new(plain)))
    }
}

/// Makes new codes for the holder of `session`; older ones are worth nothing from then on. They are shown once and
/// kept as keyed hashes.
///
/// # Errors
/// [`KeyStoreError`] when the key store or the database refuses.
pub async fn make_recovery_codes(
    work: &Work,
    keys: &dyn KeyStore,
    session: &Session,
    _proof: Fresh,
) -> Result<Vec<Secret<String>>, RecoveryError> {
    let account = &session.account;
    let (mut codes, mut hashes) = (Vec::new(), Vec::new());
    for _ in 0..HOW_MANY {
        let bytes: [u8; LENGTH] = work.rng().bytes();
        let plain: String = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect();
        hashes.push(hash(keys, account, &plain).await?);
        codes.push(Secret::new(format!("{}-{}-{}", &plain[..4], &plain[4..8], &plain[8..])));
    }
    let mut tx = work.write().await?;
    tx.execute(store::FORGET_RECOVERY, args![account]).await?;
    for hash in hashes {
        tx.execute(store::ADD_RECOVERY, args![account, hash, work.now]).await?;
    }
    audit::record(work, &mut tx, "account.recovery-made", account.as_str(), json!({ "codes": HOW_MANY })).await?;
    tx.commit().await?;
    Ok(codes)
}

/// How many codes of an account are left.
pub async fn recovery_codes_left(work: &Work, account: &AccountId) -> Result<i64, DbError> {
    work.read().await?.one(store::RECOVERY_LEFT, args![account]).await?.int("codes")
}

/// Spends a code; one of two who try at once. The holder is told by mail.
pub(super) async fn spend(work: &Work, tx: &mut Tx, account: &AccountId, hash: &str) -> Result<bool, DbError> {
    if tx.first(store::USE_RECOVERY, args![account, hash, work.now]).await?.is_none() {
        return Ok(false);
    }
    let ids = json!({ "account": account });
    outbox::mail(work, tx, "account.recovery-used", &Recipient::Account(account.to_string()), ids).await?;
    audit::record(work, tx, "account.recovery-used", account.as_str(), json!({})).await?;
    Ok(true)
}

/// The keyed hash of a code: without the key store nobody can try codes against it.
pub(super) async fn hash_of(
    keys: &dyn KeyStore,
    account: &AccountId,
    code: &RecoveryCode,
) -> Result<String, KeyStoreError> {
    hash(keys, account, code.0.expose()).await
}

async fn hash(keys: &dyn KeyStore, account: &AccountId, plain: &str) -> Result<String, KeyStoreError> {
    Ok(hex::encode(keys.hmac("account/recovery", format!("{account}:{plain}").as_bytes()).await?))
}

/// Why no codes were made.
#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    /// The key store refused.
    #[error(transparent)]
    Keys(#[from] KeyStoreError),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    RecoveryError {} transparent { Keys, Db }
}
