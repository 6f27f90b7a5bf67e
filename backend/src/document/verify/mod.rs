//! Judges each signature of a document separately, in plain facts, with nothing but the bytes and the trust given.

mod model;

pub use model::{Class, Finding, Report, Status, Trust, Verdict};

/// Judges `bytes`. Pure: the present comes with `trust`.
pub fn verify(bytes: &[u8], trust: &Trust) -> Report {
    let _ = trust;
    Report {
        status: Status::Indeterminate,
        findings: Vec::new(),
        revisions: 0,
        length: bytes.len(),
        sha256: String::new(),
        signatures: Vec::new(),
    }
}
