//! `mohor verify FILE.pdf --trust root.pem [--crl FILE]… [--json]`: the verdict per signature, for people and scripts.
//!
//! Exit code: 0 valid, 1 invalid, 2 undecided (without revocation data, for example) or the input cannot be read.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::document::verify::{Report, Status, Trust, Verdict, verify};
use crate::kernel::clock::{Clock, Timestamp};
use crate::kernel::words::Lang;

/// What to judge, and by whose word.
#[derive(Clone, Debug, clap::Args)]
pub struct VerifyArgs {
    /// The signed PDF.
    pub file: PathBuf,
    /// Root certificates to trust, PEM or DER.
    #[arg(long, required = true, value_name = "FILE")]
    pub trust: Vec<PathBuf>,
    /// Revocation lists besides those inside the document, PEM or DER.
    #[arg(long, value_name = "FILE")]
    pub crl: Vec<PathBuf>,
    /// Judge as on that day (RFC 3339, such as 2036-01-31T00:00:00Z) instead of today.
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// The whole report as JSON.
    #[arg(long)]
    pub json: bool,
    /// `ms` or `en`.
    #[arg(long, default_value = "en")]
    pub lang: String,
}

/// Judges the file and writes the verdicts to `out`; answers with the exit code.
pub fn run(args: &VerifyArgs, clock: &dyn Clock, out: &mut dyn Write) -> u8 {
    let lang = Lang::from_tag(&args.lang);
    match report(args, clock, lang) {
        Ok(report) => {
            let text = if args.json { json(&report) } else { plain(&report, lang) };
            if writeln!(out, "{text}").is_err() { 2 } else { exit_code(report.status) }
        }
        Err(why) => {
            // Nothing more can be said when even this cannot be written.
            _ = writeln!(out, "{why}");
            2
        }
    }
}

/// 0 valid, 1 invalid, 2 undecided.
pub fn exit_code(status: Status) -> u8 {
    match status {
        Status::Valid | Status::ValidExtended => 0,
        Status::Modified | Status::Invalid => 1,
        Status::Indeterminate => 2,
    }
}

fn report(args: &VerifyArgs, clock: &dyn Clock, lang: Lang) -> Result<Report, String> {
    let at = match &args.at {
        Some(text) => parse_time(text).ok_or_else(|| format!("--at {text}: RFC 3339"))?,
        None => clock.now(),
    };
    let bytes = read(&args.file, lang)?;
    let mut trust = Trust { roots: Vec::new(), crls: Vec::new(), at: Some(at) };
    for file in &args.trust {
        trust.roots.extend(ders(file, "CERTIFICATE", "verify-not-a-certificate", lang)?);
    }
    for file in &args.crl {
        trust.crls.extend(ders(file, "X509 CRL", "verify-not-a-list", lang)?);
    }
    Ok(verify(&bytes, &trust))
}

fn parse_time(text: &str) -> Option<Timestamp> {
    text.parse::<jiff::Timestamp>().ok().map(|time| Timestamp::from_millis(time.as_millisecond()))
}

fn read(file: &Path, lang: Lang) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error: io::Error| {
        lang.say_with("verify-cannot-read", &[("file", &file.to_string_lossy()), ("why", &error.to_string())])
    })
}

/// Every item of a PEM file with this label, or the one DER item of the file.
fn ders(file: &Path, label: &str, otherwise: &str, lang: Lang) -> Result<Vec<Vec<u8>>, String> {
    let bytes = read(file, lang)?;
    if bytes.first() == Some(&0x30) {
        return Ok(vec![bytes]);
    }
    let text = String::from_utf8_lossy(&bytes);
    let (begin, end) = (format!("-----BEGIN {label}-----"), format!("-----END {label}-----"));
    let mut items = Vec::new();
    for block in text.split(&begin).skip(1) {
        let block = block.split_once(&end).map(|(block, _)| format!("{begin}{block}{end}\n"));
        items.extend(block.and_then(|block| der::pem::decode_vec(block.as_bytes()).ok().map(|(_, der)| der)));
    }
    let file = file.to_string_lossy();
    if items.is_empty() { Err(lang.say_with(otherwise, &[("file", &file)])) } else { Ok(items) }
}

fn json(report: &Report) -> String {
    serde_json::to_string_pretty(report).unwrap_or_default()
}

/// The stable word of a status, as in the JSON.
fn word(status: Status) -> &'static str {
    match status {
        Status::Valid => "VALID",
        Status::ValidExtended => "VALID_EXTENDED",
        Status::Indeterminate => "INDETERMINATE",
        Status::Modified => "MODIFIED",
        Status::Invalid => "INVALID",
    }
}

fn sentence(status: Status, lang: Lang) -> String {
    let key = word(status).to_lowercase().replace('_', "-");
    lang.say(&format!("verdict-{key}"))
}

fn plain(report: &Report, lang: Lang) -> String {
    let mut text = String::new();
    for verdict in &report.signatures {
        signature(&mut text, verdict, lang);
    }
    for finding in &report.findings {
        _ = writeln!(text, "! {} ({})", lang.say(&format!("finding-{}", finding.code)), finding.detail);
    }
    let verdict = format!("{} · {}", word(report.status), sentence(report.status, lang));
    text + &lang.say_with("verify-document", &[("verdict", &verdict)])
}

fn signature(text: &mut String, verdict: &Verdict, lang: Lang) {
    let status = verdict.status;
    _ = writeln!(text, "{} {} [{}] {}", verdict.field, word(status), verdict.level, sentence(status, lang));
    let unknown = || "?".to_owned();
    let certificate = [
        ("signer", verdict.signer.clone().unwrap_or_else(unknown)),
        ("issuer", verdict.issuer.clone().unwrap_or_else(unknown)),
        ("serial", verdict.serial.clone().unwrap_or_else(unknown)),
    ];
    let certificate: Vec<(&str, &str)> = certificate.iter().map(|(key, value)| (*key, value.as_str())).collect();
    _ = writeln!(text, "  {}", lang.say_with("verify-certificate", &certificate));
    let time = match verdict.stamped_millis {
        Some(millis) => {
            let time = format!("{} MYT", Timestamp::from_millis(millis).myt_seconds());
            let by = verdict.stamped_by.as_deref().unwrap_or("?");
            lang.say_with("verify-time", &[("time", &time), ("by", by)])
        }
        None => lang.say_with("verify-no-time", &[("time", verdict.claimed_time.as_deref().unwrap_or("?"))]),
    };
    _ = writeln!(text, "  {time}");
    if !verdict.locks.is_empty() {
        _ = writeln!(text, "  {}", lang.say_with("verify-locks", &[("fields", &verdict.locks.join(", "))]));
    }
    for finding in &verdict.findings {
        _ = writeln!(text, "  ! {} ({})", lang.say(&format!("finding-{}", finding.code)), finding.detail);
    }
    for note in &verdict.notes {
        _ = writeln!(text, "  · {} ({})", lang.say(&format!("finding-{}", note.code)), note.detail);
    }
}
