//! `audit verify`: what the trail says, and whether anybody can vouch for it.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | intact: every head agrees with the entries |
//! | 1 | broken: something was changed, cut off or forged |
//! | 2 | nothing could be checked: no such database, folder, key or file |
//! | 3 | unwitnessed: nobody holds a head, so nothing can be said |

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{ConfigArgs, say};
use crate::adapters::checkpoint_file::HeldHeads;
use crate::app::{StartError, Trail};
use crate::audit::CheckpointLog;
use crate::audit::verify::{Finding, verify};
use crate::config::Config;

/// What was given to `audit verify`.
#[derive(Debug, clap::Args)]
pub(super) struct AuditArgs {
    #[command(flatten)]
    config: ConfigArgs,
    /// Heads that somebody else holds, in a file: a copy of `audit-heads`, or a completion mail as it was saved. May be
    /// given again.
    #[arg(long, value_name = "FILE")]
    heads: Vec<PathBuf>,
    /// One head that somebody else holds: the line of a completion mail. May be given again.
    #[arg(long, value_name = "LINE")]
    head: Vec<String>,
}

/// Checks the trail and says what was found.
pub(super) async fn run(args: &AuditArgs) -> ExitCode {
    match check(args).await {
        Ok(finding) => ExitCode::from(match finding {
            Finding::Intact { .. } => 0,
            Finding::Unwitnessed { .. } => 3,
            _ => 1,
        }),
        Err(error) => {
            tracing::error!(%error, "nothing was checked");
            ExitCode::from(2)
        }
    }
}

async fn check(args: &AuditArgs) -> Result<Finding, StartError> {
    let held = held(args)?;
    let trail = Trail::open(&Config::read(&args.config.config)?).await?;
    let copies: Vec<_> = held.iter().map(|heads| heads as &dyn CheckpointLog).collect();
    let finding = verify(&trail.work, &*trail.notary, &*trail.log, &copies).await?;
    trail.work.db().close().await;
    say(&words(&finding))?;
    Ok(finding)
}

/// What others hold.
fn held(args: &AuditArgs) -> Result<Vec<HeldHeads>, StartError> {
    let files = args.heads.iter().map(|file| heads_in(file));
    let lines = args.head.iter().map(|line| {
        // A line that was copied out of a narrow window may have been broken.
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        HeldHeads::of(&line).ok_or_else(|| no_head("--head"))
    });
    files.chain(lines).collect()
}

fn heads_in(file: &Path) -> Result<HeldHeads, StartError> {
    let name = file.display().to_string();
    let text = std::fs::read(file).map_err(|error| format!("{name}: {error}"))?;
    HeldHeads::of(&String::from_utf8_lossy(&text)).ok_or_else(|| no_head(&name))
}

fn no_head(place: &str) -> StartError {
    format!("{place}: tiada baris kepala audit di sini · there is no line of an audit head here").into()
}

fn words(finding: &Finding) -> String {
    match finding {
        Finding::Intact { entries, heads, torn: 0 } => format!("intact: {entries} entries, {heads} signed heads"),
        Finding::Intact { entries, heads, torn } => {
            format!("intact: {entries} entries, {heads} signed heads, {torn} lines cut off by a crash and signed again")
        }
        Finding::Unwitnessed { entries } => format!(
            "UNWITNESSED: tiada kepala bertandatangan untuk dibandingkan; beri kepala daripada e-mel atau salinan dengan \
             --head atau --heads · there is no signed head to compare {entries} entries with; give one from a mail or a \
             copy by --head or --heads"
        ),
        Finding::Gap { at } => format!("BROKEN: entry {at} is missing"),
        Finding::ForgedHead { size } => format!("BROKEN: the head of size {size} is not the notary's"),
        Finding::ForeignLine { line } => format!("BROKEN: line {line} of the heads is not this program's"),
        Finding::MissingHead { size } => {
            format!("BROKEN: the head of size {size} was kept outside the database and is not there any more")
        }
        Finding::Contradiction { size } => format!("BROKEN: the entries contradict the signed head of size {size}"),
    }
}
