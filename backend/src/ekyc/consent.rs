//! What a person agrees to before the first picture, and taking it back (PUB-LAW-15).

use serde_json::json;

use super::model::SubmissionId;
use super::retain::RetainError;
use super::store;
use crate::blob::BlobStore;
use crate::kernel::db::{DbError, Tx};
use crate::kernel::settings::Settings;
use crate::kernel::words::Lang;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit};

/// The version of the wording (`ekyc-consent` in the message files). Whoever changes the wording changes it.
const WORDING: &str = "2026-12";

/// The consent in force, as one person reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consent {
    /// The version: that of the wording, and the first digits of the hash of these very words. A phone sends it back:
    /// nobody agrees to words they did not see, of another language or another time of keeping.
    pub version: String,
    /// The language of the text.
    pub lang: Lang,
    /// The text.
    pub text: String,
}

impl Consent {
    /// The text in force for a reader of `lang`.
    pub fn in_force(lang: Lang, settings: &Settings) -> Self {
        let days = settings.ekyc.keep_days.to_string();
        let text = lang.say_with("ekyc-consent", &[("days", &days), ("hims", &settings.brand.hims)]);
        let version = format!("{WORDING}.{}", &digest(&text)[..8]);
        Self { version, lang, text }
    }

    /// Names the very words.
    pub(super) fn digest(&self) -> String {
        digest(&self.text)
    }

    /// Keeps the words, once for everybody who agrees to them.
    pub(super) async fn keep(&self, work: &Work, tx: &mut Tx) -> Result<(), DbError> {
        let values = args![self.digest(), &self.version, self.lang.tag(), &self.text, work.now];
        tx.execute(store::KEEP_CONSENT, values).await?;
        Ok(())
    }
}

fn digest(text: &str) -> String {
    hex::encode(mohor_shared::transcript::sha256(text.as_bytes()))
}

/// Whether anything is open, waits or is kept that taking the consent back would erase.
pub async fn withdrawable(work: &Work, person: &PersonId) -> Result<bool, DbError> {
    Ok(work.read().await?.one(store::KEPT, args![person]).await?.int("kept")? > 0)
}

/// The person takes the consent back: what is open or waits is over, and every picture and finding of theirs is erased
/// now. What was decided before stays decided, as does the record that they had agreed. How many checks it was about;
/// nothing to take back is no error.
///
/// # Errors
/// [`RetainError`]; once the keys are gone, a file that the disk did not let go is noise.
pub async fn withdraw(work: &Work, blobs: &dyn BlobStore, person: &PersonId) -> Result<usize, RetainError> {
    let mut tx = work.write().await?;
    let checks = tx.all(store::WITHDRAW, args![person, work.now]).await?;
    let mut files = Vec::new();
    for row in &checks {
        let id: SubmissionId = row.id("id")?;
        for picture in tx.all(store::FORGET_PICTURES, args![&id]).await? {
            files.push(picture.text("blob")?);
        }
        audit::record(work, &mut tx, "ekyc.withdrawn", person.as_str(), json!({ "submission": id })).await?;
    }
    tx.commit().await?;
    for file in files {
        blobs.remove(&file).await?;
    }
    Ok(checks.len())
}
