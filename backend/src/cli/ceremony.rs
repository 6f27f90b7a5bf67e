//! `ceremony`: the one act that makes root and issuing CA. Their names cannot be changed afterwards, so no start makes
//! them in passing (ADR 0039).

use std::process::ExitCode;

use mohor_shared::transcript::sha256;

use super::{say, without_mail};
use crate::app::{App, Parts, StartError};
use crate::config::Config;
use crate::kernel::work::Actor;
use crate::{audit, demo};

/// Makes the authority, or goes on where a crash stopped it, and prints by what people recognise the root. Run again it
/// changes nothing.
pub(super) async fn run(config: &Config) -> Result<ExitCode, StartError> {
    config.check()?;
    // SQLite makes the file of the first start, but not its folder.
    std::fs::create_dir_all(&config.server.folder)?;
    demo::refuse_marked(&config.database()).await?;
    let app = App::assemble(config, Parts { ceremony: true, ..without_mail() }).await?;
    let work = app.doors.means.work(Actor::System);
    // The trail has a witness from its first entries on.
    audit::sequence(&work, &*app.jobs.notary, &*app.jobs.checkpoints).await?;
    let (root, pki) = (app.jobs.authority.root(), &config.settings.pki);
    let fingerprint = hex::encode_upper(sha256(root.der()));
    say(&format!("organisation: {} ({})", pki.organisation, pki.organisation_id))?;
    say(&format!("certificates point to: http://{}", pki.host))?;
    say(&format!("root: valid until {}", root.leaf().not_after.myt()))?;
    say(&format!("root: SHA-256 {fingerprint}"))?;
    app.doors.means.db.close().await;
    Ok(ExitCode::SUCCESS)
}
