//! A system asks for signatures.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use super::model::{BATCH_LIMIT, BY_MAIL, Channel, Facts, ON_PHONE, RequestId, Requester};
use super::store;
use crate::attempt::{self, TooMany};
use crate::factor::{self, MailRefused};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;
use crate::person::PersonId;
use crate::{args, audit, device, fault, vault};

/// Requests to one person without a signature, in five minutes (design 3.9).
const BURST: u32 = 3;
/// The same in an hour.
const HOURLY: u32 = 10;

/// What a system asks.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Who asks.
    pub requester: Requester,
    /// Who is to sign.
    pub person: PersonId,
    /// What the person is told: the words of the system.
    pub title: String,
    /// The sum of what is signed, in sen.
    pub amount: Option<i64>,
    /// Whether the documents behind the digests are known here.
    pub seen: bool,
    /// What is to be signed, in this order.
    pub digests: Vec<[u8; 32]>,
    /// Ends a request that stands already.
    pub supersede: bool,
}

/// A request that was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Asked {
    /// The request.
    pub id: RequestId,
    /// For the asker alone; comes back with the code.
    pub nonce: [u8; 32],
    /// Where the code goes.
    pub channel: Channel,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// Why nothing is asked.
#[derive(Debug, thiserror::Error)]
pub enum AskRefused {
    /// No digest, or more than [`BATCH_LIMIT`].
    #[error("a batch has 1 to 1,000 digests")]
    Size,
    /// The same digest twice.
    #[error("a digest stands twice in the batch")]
    Duplicate,
    /// Nothing, or too much, to show to the person.
    #[error("the title cannot be shown")]
    Title,
    /// The person has no key to sign with.
    #[error("the person has no roaming key")]
    NoKey,
    /// Another request waits for the person.
    #[error("another request waits for the person")]
    Standing,
    /// Asked too often without a signature.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// No phone may show the code and no mail may carry it.
    #[error(transparent)]
    Mail(#[from] MailRefused),
    /// The database refused.
    #[error(transparent)]
    Db(#[from] DbError),
}

fault! {
    AskRefused {
        Size => "roaming-batch-size", Invalid;
        Duplicate => "roaming-duplicate", Invalid;
        Title => "roaming-title", Invalid;
        NoKey => "roaming-no-key", Missing;
        Standing => "roaming-standing", Conflict;
    } transparent { TooMany, Mail, Db }
}

/// Asks `ask.person` to sign. Without a phone that may show codes the code is mailed at once (CON-20).
///
/// # Errors
/// [`AskRefused`]; nothing was asked then.
pub async fn ask(work: &Work, ask: &Ask) -> Result<Asked, AskRefused> {
    fits(ask)?;
    vault::active_key(&mut work.read().await?, &ask.person).await?.ok_or(AskRefused::NoKey)?;
    for (window, most, lasts) in windows(&ask.person) {
        attempt::limit(work, &window, most, lasts).await?;
    }
    let phone = device::current(work, &ask.person).await?.is_some_and(|phone| phone.may_sign());
    let channel = if phone { Channel::App } else { Channel::Mail };
    let asked = Asked {
        id: RequestId::new(work),
        nonce: work.rng().bytes(),
        channel,
        expires_at: work.now.plus(if phone { ON_PHONE } else { BY_MAIL }),
    };
    insert(work, ask, &asked).await?;
    if channel == Channel::Mail
        && let Err(refused) = factor::send(work, &ask.person, &target(ask, &asked)).await
    {
        super::end::over(work, &asked.id, "CANCELLED").await?;
        return Err(refused.into());
    }
    Ok(asked)
}

/// The windows of [`ask`], which a signature forgives.
pub(super) fn windows(person: &PersonId) -> [(String, u32, Duration); 2] {
    [
        (format!("roaming-ask:{person}"), BURST, Duration::from_secs(300)),
        (format!("roaming-ask-hour:{person}"), HOURLY, Duration::from_secs(3600)),
    ]
}

fn fits(ask: &Ask) -> Result<(), AskRefused> {
    if !(1..=BATCH_LIMIT).contains(&ask.digests.len()) {
        return Err(AskRefused::Size);
    }
    if ask.digests.iter().collect::<HashSet<_>>().len() != ask.digests.len() {
        return Err(AskRefused::Duplicate);
    }
    let shown = ask.title.trim();
    if shown.is_empty() || shown.chars().count() > 200 || shown.chars().any(char::is_control) {
        return Err(AskRefused::Title);
    }
    Ok(())
}

fn target(ask: &Ask, asked: &Asked) -> factor::Target {
    factor::Target::request(asked.id.as_str(), asked.nonce, &ask.digests, asked.expires_at)
}

async fn insert(work: &Work, ask: &Ask, asked: &Asked) -> Result<(), AskRefused> {
    let requester = ask.requester.name.clone();
    let facts = Facts { requester, title: ask.title.trim().to_owned(), amount: ask.amount, seen: ask.seen };
    let text = serde_json::to_string(&facts).map_err(|_| AskRefused::Title)?;
    let mut tx = work.write().await?;
    let stale = if ask.supersede { store::SUPERSEDE } else { store::SWEEP };
    tx.execute(stale, args![&ask.person, work.now]).await?;
    let row = args![
        &asked.id,
        &ask.requester.id,
        &ask.person,
        asked.channel.as_str(),
        text,
        asked.nonce.to_vec(),
        ask.digests.concat(),
        work.now,
        asked.expires_at,
    ];
    match tx.execute(store::ASK, row).await {
        Ok(_) => {}
        Err(DbError::Conflict { .. }) => return Err(AskRefused::Standing),
        Err(error) => return Err(error.into()),
    }
    let facts = json!({ "request": asked.id, "requester": ask.requester.id, "count": ask.digests.len(),
        "seen": ask.seen, "channel": asked.channel.as_str(),
        "digests": hex::encode(mohor_shared::binding::digests(&ask.digests)) });
    audit::record(work, &mut tx, "roaming.asked", ask.person.as_str(), facts).await?;
    Ok(tx.commit().await?)
}
