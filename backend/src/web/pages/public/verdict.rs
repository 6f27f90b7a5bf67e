//! A verdict in plain words: is the data unchanged, whose signature is it, was the certificate good
//! (the three answers of the Digital Signature Regulations, PUB-LAW-10).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::document::verify::{Class, Finding, Report, Status, Verdict};
use crate::hims::Recognised;
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;
use crate::web::pages::frame::Frame;

use super::serial::force;

/// Findings that say the data is not what was signed.
const CHANGED: [&str; 10] = [
    "digest-wrong",
    "changed-afterwards",
    "block-covered",
    "lock-broken",
    "permission-exceeded",
    "byte-range-wrong",
    "signature-wrong",
    "hidden-bytes",
    "trailing-bytes",
    "structure-broken",
];
/// Findings that say it cannot be told whose signature it is.
const NOBODY: [&str; 6] = [
    "chain-not-trusted",
    "stranger-among-trusted",
    "signing-certificate-mismatch",
    "signer-certificate-missing",
    "signature-unreadable",
    "signature-wrong",
];
/// Findings that say the certificate was not good at the time.
const NOT_GOOD: [&str; 3] = ["certificate-revoked", "certificate-not-valid-then", "certificate-unfit"];
/// Findings that leave the last question open.
const UNSURE: [&str; 6] = [
    "revocation-unknown",
    "time-unknown",
    "timestamp-wrong",
    "timestamp-not-trusted",
    "timestamp-authority-stolen",
    "chain-not-trusted",
];

/// One answer: how it looks, and its words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// `yes`, `no` or `unsure`.
    pub tone: &'static str,
    /// The sentence.
    pub text: String,
}

/// One signature as shown.
#[derive(Clone, Debug)]
pub struct Judged {
    /// `good`, `bad` or `warn`.
    pub tone: &'static str,
    /// One or two words.
    pub badge: String,
    /// Whose signature, or what kind.
    pub title: String,
    /// The verdict in a sentence, in the page's language.
    pub sentence: String,
    /// The verdict in a sentence, in the other language.
    pub other_sentence: String,
    /// The three answers.
    pub answers: Vec<Answer>,
    /// What was found, worst first.
    pub findings: Vec<String>,
    /// What came later and is no reason for doubt.
    pub notes: Vec<String>,
    /// Field, time stamp, authority, level: for the expert.
    pub facts: Vec<(String, String)>,
}

/// A document as judged.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// `good`, `bad` or `warn`.
    pub tone: &'static str,
    /// The verdict on the whole in a sentence.
    pub sentence: String,
    /// The same in the other language.
    pub other_sentence: String,
    /// Faults of the document as a whole.
    pub findings: Vec<String>,
    /// Whether the file is one that was registered here: how it looks, and the sentences.
    pub registered: (&'static str, Vec<String>),
    /// SHA-256 of the file.
    pub sha256: String,
    /// Each signature.
    pub signatures: Vec<Judged>,
    /// The report as a link that is its own file.
    pub report_url: String,
}

/// The report of an upload, as a program gets it.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// When it was judged, RFC 3339 in UTC.
    pub judged_at: String,
    /// The version it is, when it is one of ours to the byte.
    pub registered: Option<Registered>,
    /// The verdicts.
    #[serde(flatten)]
    pub report: Report,
}

/// A file that is a revision of ours, byte for byte.
#[derive(Clone, Debug, Serialize)]
pub struct Registered {
    /// The serial number; empty before the first signature.
    pub serial: String,
    /// The number of its version.
    pub version: u32,
    /// The number of the newest version of the agreement.
    pub newest_version: u32,
    /// How its version stands.
    pub state: &'static str,
    /// How many parties have signed in this copy.
    pub signatures: u32,
    /// Whether nothing was added to its version since.
    pub newest: bool,
}

impl Checked {
    /// The report of a file that is known, or not.
    pub fn of(report: Report, known: Option<&Recognised>, at: Timestamp) -> Self {
        let registered = known.map(|known| Registered {
            serial: known.facts.serial.clone(),
            version: known.facts.version.0,
            newest_version: known.facts.version.1,
            state: known.facts.state.as_str(),
            signatures: known.signatures,
            newest: known.newest,
        });
        Self { judged_at: at.rfc3339(), registered, report }
    }

    fn url(&self) -> String {
        let json = serde_json::to_vec_pretty(self).unwrap_or_default();
        format!("data:application/json;base64,{}", STANDARD.encode(json))
    }
}

const fn word(status: Status) -> (&'static str, &'static str) {
    match status {
        Status::Valid | Status::ValidExtended => ("good", "valid"),
        Status::Indeterminate => ("warn", "undecided"),
        Status::Modified => ("bad", "modified"),
        Status::Invalid => ("bad", "invalid"),
    }
}

/// The words of a report.
pub fn judgement(checked: &Checked, known: Option<&Recognised>, f: &Frame) -> Judgement {
    let (report, lang) = (&checked.report, f.lang);
    let (tone, status) = word(report.status);
    let found = |codes: &[&str]| report.findings.iter().any(|one| codes.contains(&one.code.as_str()));
    let unknown = report.signatures.iter().any(|verdict| found_in(verdict, &["chain-not-trusted"]));
    let key = match report.signatures.is_empty() {
        true if found(&["no-signature"]) => "verdict-document-unsigned".to_owned(),
        true if found(&["structure-broken", "not-supported"]) => "verdict-document-unreadable".to_owned(),
        _ if status == "undecided" && unknown => "verdict-document-unknown-authority".to_owned(),
        _ => format!("verdict-document-{status}"),
    };
    let mut faults = findings(&report.findings, lang);
    if report.signatures.iter().flat_map(|verdict| &verdict.findings).any(Finding::asks_for_a_root) {
        faults.push(lang.say("verdict-strange-authority"));
    }
    Judgement {
        tone,
        sentence: lang.say(&key),
        other_sentence: lang.other().say(&key),
        findings: faults,
        registered: registered(known, f),
        sha256: report.sha256.clone(),
        signatures: report.signatures.iter().map(|verdict| judged(verdict, lang)).collect(),
        report_url: checked.url(),
    }
}

/// "This is exactly version 2 as registered", and whether that version counts; or not.
fn registered(known: Option<&Recognised>, f: &Frame) -> (&'static str, Vec<String>) {
    let Some(known) = known else { return ("warn", vec![f.say("web-registered-no")]) };
    let (facts, number) = (&known.facts, known.facts.version.0.to_string());
    let serial = if facts.serial.is_empty() { facts.header.to_string() } else { facts.serial.clone() };
    let (tone, force) = force(f, facts);
    let mut sentences = vec![f.say2("web-registered-yes", "version", &number, "serial", &serial), force];
    if !known.newest {
        sentences.push(f.say("web-registered-earlier"));
    }
    (if known.newest { tone } else { "warn" }, sentences)
}

/// Each finding in words, once, with how often it was made.
fn findings(found: &[Finding], lang: Lang) -> Vec<String> {
    let words = |one: &Finding| {
        let known = lang.try_say(&format!("finding-{}", one.code), &[]);
        known.unwrap_or_else(|| lang.say_with("verdict-finding-other", &[("code", &one.code)]))
    };
    let mut counted: Vec<(String, u32)> = Vec::new();
    for words in found.iter().map(words) {
        match counted.iter_mut().find(|(known, _)| *known == words) {
            Some((_, count)) => *count += 1,
            None => counted.push((words, 1)),
        }
    }
    counted.into_iter().map(|(words, count)| if count > 1 { format!("{words} ({count})") } else { words }).collect()
}

/// Whether one of `codes` was found.
fn found_in(verdict: &Verdict, codes: &[&str]) -> bool {
    verdict.findings.iter().any(|one| codes.contains(&one.code.as_str()))
}

fn judged(verdict: &Verdict, lang: Lang) -> Judged {
    let (tone, status) = word(verdict.status);
    let signer = verdict.signer.clone().unwrap_or_else(|| lang.say("verdict-unknown"));
    let class = match verdict.class {
        Class::Certification => "certification",
        Class::Approval => "approval",
        Class::DocumentTimestamp => "timestamp",
    };
    let title = lang.say_with(&format!("verdict-class-{class}"), &[("name", &signer)]);
    // "Nothing speaks against the signature of …" would lend a stranger the name in the certificate.
    let unknown = status == "undecided" && found_in(verdict, &["chain-not-trusted"]);
    let key = if unknown { "unknown-authority" } else { status };
    let sentence = |lang: Lang| lang.say_with(&format!("verdict-of-{key}"), &[("name", &signer)]);
    Judged {
        tone,
        badge: lang.say(&format!("verdict-badge-{status}")),
        title,
        sentence: sentence(lang),
        other_sentence: sentence(lang.other()),
        answers: answers(verdict, &signer, lang),
        findings: findings(&verdict.findings, lang),
        notes: findings(&verdict.notes, lang),
        facts: facts(verdict, lang),
    }
}

fn answers(verdict: &Verdict, signer: &str, lang: Lang) -> Vec<Answer> {
    let found = |codes: &[&str]| found_in(verdict, codes);
    // A modified document holds a signature that is genuine in its own revision: whose it is, and the
    // certificate, stand; what was added afterwards does not.
    let otherwise = if verdict.status == Status::Invalid { "unsure" } else { "yes" };
    let unchanged = if found(&CHANGED) { "no" } else { otherwise };
    let whose = if found(&NOBODY) { "no" } else { otherwise };
    let good = match (found(&NOT_GOOD), found(&UNSURE)) {
        (true, _) => "no",
        (false, true) => "unsure",
        (false, false) => otherwise,
    };
    let issuer = verdict.issuer.clone().unwrap_or_else(|| lang.say("verdict-unknown"));
    let values = [("name", signer), ("issuer", issuer.as_str())];
    let say =
        |tone, question: &str| Answer { tone, text: lang.say_with(&format!("verdict-{question}-{tone}"), &values) };
    vec![say(unchanged, "unchanged"), say(whose, "whose"), say(good, "certificate")]
}

fn facts(verdict: &Verdict, lang: Lang) -> Vec<(String, String)> {
    let stamped = verdict.stamped_millis.map(|millis| Timestamp::from_millis(millis).myt());
    let facts = [
        ("verdict-fact-time", stamped),
        ("verdict-fact-stamped-by", verdict.stamped_by.clone()),
        ("verdict-fact-issuer", verdict.issuer.clone()),
        ("verdict-fact-serial", verdict.serial.clone()),
        ("verdict-fact-level", Some(format!("PAdES {}", verdict.level))),
        ("verdict-fact-field", Some(verdict.field.clone())),
    ];
    facts.into_iter().filter_map(|(key, value)| Some((lang.say(key), value?))).collect()
}

#[cfg(any(test, feature = "samples"))]
pub(in crate::web) mod samples {
    use super::*;

    /// A verdict of `status` with `codes` found.
    pub(in crate::web) fn verdict(status: Status, codes: &[&str]) -> Verdict {
        Verdict {
            field: "Party1".to_owned(),
            class: Class::Approval,
            status,
            findings: codes.iter().map(|code| Finding { code: (*code).to_owned(), detail: String::new() }).collect(),
            notes: Vec::new(),
            signer: Some("Nur A'ishah binti Omar".to_owned()),
            issuer: Some("Mohor SPESIMEN Issuing CA".to_owned()),
            serial: Some("0a1b2c".to_owned()),
            name: None,
            reason: None,
            claimed_time: None,
            stamped_millis: Some(1_795_136_400_000),
            stamped_by: Some("Mohor SPESIMEN TSA".to_owned()),
            level: "B-LT".to_owned(),
            revision: 1,
            covers: 1000,
            locks: Vec::new(),
            permission: None,
        }
    }

    /// A report of a signature by the certificate and the time stamp of authorities that nobody here knows.
    pub(in crate::web) fn of_strangers() -> Report {
        let mut stranger = verdict(Status::Indeterminate, &["timestamp-not-trusted", "chain-not-trusted"]);
        (stranger.stamped_millis, stranger.stamped_by, stranger.level) = (None, None, "B-B".to_owned());
        Report { status: Status::Indeterminate, signatures: vec![stranger], revisions: 2, ..report() }
    }

    /// A report of one good and one bad signature.
    pub(in crate::web) fn report() -> Report {
        let signatures = vec![verdict(Status::ValidExtended, &[]), verdict(Status::Modified, &["changed-afterwards"])];
        let sha256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned();
        Report { status: Status::Modified, findings: Vec::new(), revisions: 3, length: 4321, sha256, signatures }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use samples::verdict;

    fn tones(status: Status, codes: &[&str]) -> Vec<&'static str> {
        answers(&verdict(status, codes), "A", Lang::Ms).into_iter().map(|answer| answer.tone).collect()
    }

    #[test]
    fn three_questions_are_answered_separately() {
        assert_eq!(tones(Status::Valid, &[]), ["yes", "yes", "yes"]);
        assert_eq!(tones(Status::Modified, &["changed-afterwards"]), ["no", "yes", "yes"]);
        assert_eq!(tones(Status::Indeterminate, &["revocation-unknown"]), ["yes", "yes", "unsure"]);
        assert_eq!(tones(Status::Invalid, &["certificate-revoked"])[2], "no");
        assert_eq!(tones(Status::Indeterminate, &["chain-not-trusted"]), ["yes", "no", "unsure"]);
        assert_eq!(tones(Status::Indeterminate, &["timestamp-not-trusted"]), ["yes", "yes", "unsure"]);
        assert_eq!(tones(Status::Invalid, &["something-new"]), ["unsure", "unsure", "unsure"]);
    }

    #[test]
    fn every_verdict_has_its_words_in_both_languages() {
        for lang in Lang::ALL {
            for status in
                [Status::Valid, Status::ValidExtended, Status::Indeterminate, Status::Modified, Status::Invalid]
            {
                let shown = judged(&verdict(status, &["revocation-unknown"]), lang);
                let text = format!("{shown:?}");
                assert!(!text.contains('⟦'), "{text}");
            }
        }
    }
}
