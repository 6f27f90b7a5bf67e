//! What a journey leaves behind: revisions, certificates, lists, and the journey as the audit trail tells it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value as Json, json};

use super::browser::Browser;
use super::error::DemoError;
use super::server::Server;
use crate::document::verify::{Class, Report, Trust, verify};
use crate::kernel::clock::{Clock as _, SystemClock, Timestamp};
use crate::kernel::work::Actor;
use crate::{audit, certificate};

/// The folder of a journey.
pub struct Evidence {
    folder: PathBuf,
    began: Timestamp,
    steps: Vec<Json>,
    revisions: Vec<Vec<u8>>,
}

impl Evidence {
    /// Makes the folder; the journey begins now.
    pub fn begin(folder: &Path) -> Result<Self, DemoError> {
        let evidence = Self { folder: folder.to_owned(), began: SystemClock.now(), steps: vec![], revisions: vec![] };
        let certs = folder.join("certs");
        fs::create_dir_all(&certs).map_err(|source| DemoError::File { path: certs.display().to_string(), source })?;
        Ok(evidence)
    }

    /// Notes that a step of the journey, begun at `since`, is done.
    pub fn step(&mut self, name: &str, since: Timestamp) {
        let took = SystemClock.now().since(since).as_millis() as u64;
        tracing::info!(step = name, took, "done");
        self.steps.push(json!({ "step": name, "took_ms": took }));
    }

    /// Keeps the document after a signature.
    pub fn revision(&mut self, bytes: Vec<u8>) -> Result<(), DemoError> {
        self.write(&format!("espa-{}.pdf", self.revisions.len() + 1), &bytes)?;
        self.revisions.push(bytes);
        Ok(())
    }

    /// Fetches what the authority publishes, writes everything, and has our verifier judge each revision.
    pub async fn conclude(self, server: &Server) -> Result<Vec<Report>, DemoError> {
        let last = self.revisions.last().ok_or_else(|| DemoError::Wrong("nothing was signed".to_owned()))?;
        self.write("espa.pdf", last)?;
        let browser = Browser::open(&server.base)?;
        let root = browser.download("/pki/root.cer").await?;
        self.write("root.pem", pem(&root).as_bytes())?;
        self.write("issuing.pem", pem(&browser.download("/pki/issuing.cer").await?).as_bytes())?;
        let crls = [browser.download("/pki/issuing.crl").await?, browser.download("/pki/root.crl").await?];
        self.write("crl.der", &crls[0])?;
        self.write("root-crl.der", &crls[1])?;
        let trust = Trust { roots: vec![root], crls: crls.into(), at: Some(server.clock.now()) };
        let reports: Vec<_> = self.revisions.iter().map(|bytes| verify(bytes, &trust)).collect();
        self.certificates(server, reports.last()).await?;
        self.journal(server, &reports).await?;
        self.judge(&reports)?;
        Ok(reports)
    }

    /// The certificates that signed, and the one of the time-stamp authority.
    async fn certificates(&self, server: &Server, report: Option<&Report>) -> Result<(), DemoError> {
        let work = server.running.app.doors.means.work(Actor::System);
        let signatures = report.iter().flat_map(|report| &report.signatures);
        for verdict in signatures.filter(|verdict| verdict.class != Class::DocumentTimestamp) {
            let serial = verdict.serial.as_deref().unwrap_or_default();
            let leaf =
                certificate::by_serial(&work, serial).await.map_err(|error| DemoError::Wrong(error.to_string()))?;
            let leaf = leaf.ok_or_else(|| DemoError::Wrong(format!("no certificate {serial} was issued here")))?;
            let name = if verdict.field == "Cert0" { "seal".to_owned() } else { verdict.field.to_lowercase() };
            self.write(&format!("certs/{name}.pem"), pem(&leaf.der).as_bytes())?;
        }
        self.write("certs/tsa.pem", pem(server.running.app.jobs.authority.tsa().der()).as_bytes())
    }

    /// `journey.json`: every audit event in order, with the time since the one before.
    async fn journal(&self, server: &Server, reports: &[Report]) -> Result<(), DemoError> {
        let work = server.running.app.doors.means.work(Actor::System);
        let (mut events, mut after, mut before) = (Vec::new(), String::new(), self.began);
        loop {
            let page = audit::recent(&work, &after).await.map_err(|error| DemoError::Wrong(error.to_string()))?;
            let Some(last) = page.last() else { break };
            after.clone_from(&last.id);
            for entry in &page {
                events.push(json!({
                    "at": entry.at.rfc3339(), "since_begin_ms": entry.at.since(self.began).as_millis() as u64,
                    "took_ms": entry.at.since(before).as_millis() as u64,
                    "kind": entry.kind, "subject": entry.subject, "actor": entry.actor,
                }));
                before = entry.at;
            }
        }
        let took = SystemClock.now().since(self.began).as_millis() as u64;
        let verdicts: Vec<_> = reports.iter().map(|report| json!(report.status)).collect();
        let journey = json!({ "took_ms": took, "steps": self.steps, "events": events, "verdicts": verdicts });
        self.write("journey.json", format!("{journey:#}\n").as_bytes())
    }

    fn judge(&self, reports: &[Report]) -> Result<(), DemoError> {
        for (number, report) in reports.iter().enumerate() {
            if !report.status.is_valid() {
                let report = serde_json::to_string_pretty(report).unwrap_or_default();
                return Err(DemoError::Wrong(format!("our verifier refuses espa-{}.pdf: {report}", number + 1)));
            }
        }
        Ok(())
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), DemoError> {
        let path = self.folder.join(name);
        fs::write(&path, bytes).map_err(|source| DemoError::File { path: path.display().to_string(), source })
    }
}

/// A certificate as PEM (RFC 7468).
pub fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default());
    let body = lines.fold(String::new(), |mut body, line| {
        _ = writeln!(body, "{line}");
        body
    });
    format!("-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n")
}
