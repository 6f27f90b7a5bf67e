//! "Tiada liputan – hantar ke e-mel": the phone does not answer.

use serde_json::json;

use super::model::{BY_MAIL, Channel, RequestId, SILENCE};
use super::store::{self, load};
use crate::factor::{self, MailRefused, MailSent};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::error::{Fault, Kind, until_facts};
use crate::kernel::work::Work;
use crate::{args, audit};

/// Why no code is mailed.
#[derive(Debug, thiserror::Error)]
pub enum NoMail {
    /// No request of that id and nonce stands.
    #[error("the request is over")]
    Over,
    /// The phone has not had its time.
    #[error("the phone may still answer")]
    Early {
        /// When a mail may be asked for.
        until: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// The factor room refused.
    #[error(transparent)]
    Mail(#[from] MailRefused),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

impl Fault for NoMail {
    fn code(&self) -> &'static str {
        match self {
            Self::Over => "roaming-over",
            Self::Early { .. } => "roaming-mail-early",
            Self::Mail(refused) => refused.code(),
            Self::Db(error) => error.code(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Over => Kind::Gone,
            Self::Early { .. } => Kind::TooMany,
            Self::Mail(refused) => refused.kind(),
            Self::Db(error) => error.kind(),
        }
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Early { until, now } => until_facts(*until, *now),
            Self::Mail(refused) => refused.facts(),
            _ => Vec::new(),
        }
    }
}

/// Mails a new code for a request that `nonce` belongs to, and voids the one of the phone.
///
/// # Errors
/// [`NoMail`]; what the phone shows counts on then.
pub async fn to_mail(work: &Work, id: &RequestId, nonce: &[u8; 32]) -> Result<MailSent, NoMail> {
    let request = load(work, id).await?.filter(|request| request.is_held_by(nonce) && request.stands(work.now));
    let mut request = request.ok_or(NoMail::Over)?;
    let until = request.made_at.plus(SILENCE);
    if request.channel == Channel::App && until > work.now {
        return Err(NoMail::Early { until, now: work.now });
    }
    request.expires_at = work.now.plus(BY_MAIL);
    let sent = factor::send(work, &request.person, &request.own_target()).await?;
    let mut tx = work.write().await?;
    tx.first(store::TO_MAIL, args![id, work.now, request.expires_at]).await?.ok_or(NoMail::Over)?;
    factor::void_shown(&mut tx, &request.person).await?;
    audit::record(work, &mut tx, "roaming.mailed", id.as_str(), json!({ "loa": "low" })).await?;
    tx.commit().await?;
    Ok(sent)
}
