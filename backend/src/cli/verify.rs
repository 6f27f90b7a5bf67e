//! `mohor verify FILE.pdf --trust root.pem [--crl FILE]… [--json]`: the verdict per signature, for people and scripts.
//!
//! Exit code: 0 valid, 1 invalid, 2 undecided (without revocation data, for example) or the input cannot be read.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::document::verify::{Finding, Report, Status, Trust, Verdict, verify};
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
    lang.say(&format!("status-{key}"))
}

fn plain(report: &Report, lang: Lang) -> String {
    let mut text = String::new();
    for verdict in &report.signatures {
        signature(&mut text, verdict, lang);
    }
    for finding in &report.findings {
        _ = writeln!(text, "! {} ({})", lang.say(&format!("finding-{}", finding.code)), finding.detail);
    }
    if report.signatures.iter().flat_map(|verdict| &verdict.findings).any(Finding::asks_for_a_root) {
        _ = writeln!(text, "{}", lang.say("verify-give-root"));
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
            let time = Timestamp::from_millis(millis).myt();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::testing::{DAY, NOW, Use, World, base, request};
    use crate::document::{SignatureRole, extend};
    use crate::kernel::clock::FakeClock;

    struct Desk {
        folder: tempfile::TempDir,
        world: World,
    }

    impl Desk {
        fn new() -> Self {
            Self { folder: tempfile::tempdir().unwrap(), world: World::new() }
        }

        fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
            let path = self.folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        }

        fn ask(&self, bytes: &[u8], change: impl FnOnce(&mut VerifyArgs)) -> (u8, String) {
            let root =
                der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, &self.world.root.der()).unwrap();
            let mut args = VerifyArgs {
                file: self.put("file.pdf", bytes),
                trust: vec![self.put("root.pem", root.as_bytes())],
                crl: Vec::new(),
                at: None,
                json: false,
                lang: "en".to_owned(),
            };
            change(&mut args);
            let mut out = Vec::new();
            let code = run(&args, &FakeClock::at(NOW), &mut out);
            (code, String::from_utf8(out).unwrap())
        }
    }

    #[test]
    fn a_genuine_document_gives_zero_and_says_who_signed_when() {
        let desk = Desk::new();
        let bytes = desk.world.agreement(&base(false)).pop().unwrap();
        let (code, text) = desk.ask(&bytes, |_| ());
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("Party3 VALID_EXTENDED [B-LT]"), "{text}");
        assert!(text.contains("20/11/2026 09:00 MYT"), "{text}");
        assert!(!text.contains('⟦'), "{text}");
        let (code, _) = desk.ask(&bytes, |args| args.at = Some("2034-01-01T00:00:00Z".to_owned()));
        assert_eq!(code, 0, "the certificates have ended, the signatures have not");
    }

    #[test]
    fn a_tampered_document_gives_one() {
        let desk = Desk::new();
        let mut bytes = desk.world.agreement(&base(false)).pop().unwrap();
        let at = bytes.windows(8).position(|window| window == b"SPESIMEN").unwrap();
        bytes[at] = b'X';
        let (code, text) = desk.ask(&bytes, |args| args.lang = "ms".to_owned());
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("Dokumen telah diubah selepas ditandatangani"), "{text}");
    }

    #[test]
    fn without_revocation_data_two_and_with_the_lists_zero() {
        let desk = Desk::new();
        let seal = desk.world.person("Meterai", 20);
        let bytes = desk.world.sign_only(&base(true), &request("Cert0", SignatureRole::Certify), &seal);
        let (code, text) = desk.ask(&bytes, |_| ());
        assert_eq!(code, 2, "{text}");
        assert!(text.contains("there is no revocation data"), "{text}");
        let lists = desk.world.revocation(&seal).crls;
        let files = vec![desk.put("crl.der", &lists[0]), desk.put("root-crl.der", &lists[1])];
        assert_eq!(desk.ask(&bytes, |args| args.crl = files).0, 0);
        let extended = extend::dss(&bytes, &desk.world.revocation(&seal)).unwrap();
        assert_eq!(desk.ask(&extended, |_| ()).0, 0);
    }

    #[test]
    fn by_a_strange_root_two_and_what_to_give() {
        let desk = Desk::new();
        let bytes = desk.world.agreement(&base(true)).pop().unwrap();
        let stranger = desk.world.root.grow("Akar Lain", 77, Use::Root, NOW.minus(DAY), 100).der();
        for (lang, words) in [("ms", "Sila berikan sijil akar"), ("en", "Please give the root certificate")] {
            let (code, text) = desk.ask(&bytes, |args| {
                args.trust = vec![desk.put("strange.der", &stranger)];
                args.lang = lang.to_owned();
            });
            assert_eq!(code, 2, "{text}");
            assert!(text.contains("INDETERMINATE") && text.contains(words) && text.contains("--trust"), "{text}");
            assert!(!text.contains("MYT") && !text.contains('⟦'), "no time is proved: {text}");
        }
        let both = vec![desk.put("strange.der", &stranger), desk.put("root.der", &desk.world.root.der())];
        assert_eq!(desk.ask(&bytes, |args| args.trust = both).0, 0);
    }

    #[test]
    fn what_cannot_be_read_is_undecided_and_named() {
        let desk = Desk::new();
        let (code, text) = desk.ask(b"", |args| args.file = PathBuf::from("/nowhere/file.pdf"));
        assert_eq!((code, text.contains("/nowhere/file.pdf")), (2, true));
        let (code, text) = desk.ask(b"", |args| args.trust = vec![desk.put("empty.pem", b"nothing")]);
        assert_eq!((code, text.contains("empty.pem")), (2, true));
        assert_eq!(desk.ask(b"not a PDF", |_| ()).0, 1);
    }

    #[test]
    fn the_json_is_the_whole_report() {
        let desk = Desk::new();
        let bytes = desk.world.agreement(&base(true)).remove(0);
        let (code, text) = desk.ask(&bytes, |args| args.json = true);
        let report: Report = serde_json::from_str(&text).unwrap();
        assert_eq!((code, report.signatures.len()), (0, 1));
    }
}
