//! # Jobs: what happens without anybody asking
//!
//! Each job takes no input, is idempotent, and runs again a little later whatever became of the last time.
//! They share the process with the doors and stop with it: between two ticks, never within one.
//!
//! | job | every | does |
//! |---|---|---|
//! | audit | 1 s | numbers entries, signs the head |
//! | outbox | 200 ms | composes and hands over mails, hands news to verbs |
//! | signing | 5 s | finishes or releases ceremonies that stand still |
//! | identity | 500 ms | reads the cards of identity checks |
//! | lists | 60 s | renews revocation lists |
//! | services | 60 s | renews the certificates of seal, time stamps and OCSP |
//! | windows | 15 s | ends review windows |
//! | payments | 5 s | verifies the signatures of payment documents, and posts |
//! | sweep | 10 min | forgets sessions, nonces and links that have ended; folds names from before they were |

mod outbox;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::audit::{self, CheckpointLog, Notary};
use crate::certificate::{self, Authority, Ca};
use crate::kernel::settings::Ekyc;
use crate::kernel::work::{Actor, Means, Work};
use crate::keystore::KeyStore;
use crate::outbox::{Postman, Stationery};
use crate::signing::{self, Left, Spine};
use crate::{account, attempt, device, ekyc, enrolment, hims, igfmas, organisation, person};

/// How long a ceremony stands still before the job looks at it: longer than any takes.
const STUCK: Duration = Duration::from_secs(60);

/// How old a counter must be before it is forgotten: older than any window or hold.
const FORGET: Duration = Duration::from_secs(7 * 86_400);

/// What the jobs work with; `app.rs` builds it once.
pub struct Jobs {
    /// Database, clock, randomness.
    pub means: Means,
    /// Names and addresses of the operator.
    pub stationery: Stationery,
    /// Sender of mails.
    pub sender: String,
    /// Private keys.
    pub keystore: Arc<dyn KeyStore>,
    /// Who carries mails.
    pub postman: Arc<dyn Postman>,
    /// Who signs audit heads.
    pub notary: Arc<dyn Notary>,
    /// Where audit heads are kept.
    pub checkpoints: Arc<dyn CheckpointLog>,
    /// The certificate authority.
    pub authority: Arc<Authority>,
    /// Ceremonies.
    pub spine: Arc<Spine>,
    /// Where certificates are applied for.
    pub desk: Arc<enrolment::Desk>,
    /// Whether mails wait for the mail server, as far as this process knows; true at the start.
    pub mails_wait: AtomicBool,
    /// Reads the cards of identity checks.
    pub examiner: ekyc::Examiner,
    /// How long identity checks count and their pictures are kept.
    pub identity: Ekyc,
}

/// One job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Job {
    Audit,
    Outbox,
    Signing,
    Identity,
    Lists,
    Services,
    Windows,
    Payments,
    Sweep,
}

impl Job {
    const ALL: [Self; 9] = [
        Self::Audit,
        Self::Outbox,
        Self::Signing,
        Self::Identity,
        Self::Lists,
        Self::Services,
        Self::Windows,
        Self::Payments,
        Self::Sweep,
    ];

    const fn every(self) -> Duration {
        match self {
            Self::Audit => Duration::from_secs(1),
            Self::Outbox => Duration::from_millis(200),
            Self::Signing | Self::Payments => Duration::from_secs(5),
            Self::Identity => Duration::from_millis(500),
            Self::Lists | Self::Services => Duration::from_secs(60),
            Self::Windows => Duration::from_secs(15),
            Self::Sweep => Duration::from_secs(600),
        }
    }
}

/// Any refusal inside a tick: it is logged, and the next tick tries again.
type Failed = Box<dyn std::error::Error + Send + Sync>;

impl Jobs {
    /// Runs every job until `stop` turns true.
    pub async fn run(self: Arc<Self>, stop: watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        for job in Job::ALL {
            running.spawn(repeat(self.clone(), job, stop.clone()));
        }
        running.join_all().await;
    }

    /// Runs every job once, in order: a test moves the clock and calls this.
    pub async fn once(&self) {
        for job in Job::ALL {
            self.attempt(job).await;
        }
    }

    async fn attempt(&self, job: Job) {
        if let Err(error) = self.tick(job).await {
            tracing::warn!(?job, %error, "a job failed and is tried again");
        }
    }

    async fn tick(&self, job: Job) -> Result<(), Failed> {
        let work = self.means.work(Actor::System);
        match job {
            Job::Audit => {
                audit::sequence(&work, &*self.notary, &*self.checkpoints).await?;
            }
            Job::Outbox => self.empty_outbox().await?,
            Job::Signing => {
                signing::recover(&work, &self.spine, Left::For(STUCK)).await?;
                enrolment::recover(&work, &self.desk).await?;
            }
            Job::Identity => while ekyc::examine(&self.means.work(Actor::System), &self.examiner).await? {},
            Job::Lists => self.renew_lists(&work).await?,
            Job::Services => {
                certificate::renew(&work, &self.authority).await?;
            }
            Job::Windows => {
                hims::expire_windows(&work).await?;
            }
            Job::Payments => {
                igfmas::verify_due(&work, &*self.authority).await?;
            }
            Job::Sweep => {
                sweep(&work).await?;
                ekyc::sweep(&work, &*self.examiner.blobs, self.identity.keep()).await?;
                person::fold_names(&work).await?;
                organisation::fold_names(&work).await?;
            }
        }
        Ok(())
    }

    async fn renew_lists(&self, work: &Work) -> Result<(), Failed> {
        certificate::recover(work, &self.authority).await?;
        for ca in Ca::ALL {
            certificate::refresh(work, &self.authority, ca).await?;
        }
        Ok(())
    }
}

async fn sweep(work: &Work) -> Result<(), Failed> {
    account::sweep(work).await?;
    device::sweep(work).await?;
    hims::sweep_sessions(work).await?;
    attempt::sweep(work, work.now.minus(FORGET)).await?;
    Ok(())
}

async fn repeat(jobs: Arc<Jobs>, job: Job, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let again = jobs.clone();
        alone(job, async move { again.attempt(job).await }).await;
        // A closed channel means that whoever ran the jobs is gone.
        if matches!(tokio::time::timeout(job.every(), stop.changed()).await, Ok(Err(_))) {
            return;
        }
    }
}

/// A tick that panics ends itself alone: neither the job nor the others stop, and the doors are never open without them.
async fn alone(job: Job, tick: impl Future<Output = ()> + Send + 'static) {
    let mut one = JoinSet::new();
    one.spawn(tick);
    if let Some(Err(error)) = one.join_next().await {
        tracing::error!(?job, %error, "a job panicked; it runs again");
    }
}

#[cfg(test)]
mod killed;
#[cfg(test)]
mod letters;
#[cfg(test)]
mod tests;
