//! Other people's tools, each asked one question.
//!
//! Our own verifier never judges our own signer alone: pyHanko, poppler, qpdf, MuPDF, ZBar, OpenSSL, pkilint and
//! oathtool do. Every function answers with what the tool said, parsed; a tool that is missing or breaks
//! stops the test with its name, because a judge who stays at home has not acquitted anybody.

mod certificates;
mod cms;
mod mail;
mod pdf;
mod tls;
mod tool;

pub use certificates::{
    Finding, Key, certificate_text, chain, crl, crl_as_pem, etsi_natural_person, ocsp_answer, path, pkix, public_key,
    signer_and_signee,
};
pub use cms::{
    EmbeddedSignature, ask_ocsp, embedded_signatures, embedded_stamps, ocsp_question, openssl_cms, openssl_ocsp,
    openssl_stamp, openssl_ts,
};
pub use mail::{MailPart, mail_parts};
pub use pdf::{
    AdesVerdict, PdfVerdict, PlainVerdict, PopplerVerdict, SignatureVerdict, StampVerdict, archive_faults, forged,
    mutool, pdfsig, pdfsig_on, pictures, pyhanko, pyhanko_on, qpdf, qr_codes, qr_codes_in, text,
};
pub use tls::{openssl_handshake, throw_away_certificate};
pub use tool::{Said, python_folder};

/// SHA-256 after OpenSSL, hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("bytes");
    std::fs::write(&file, bytes).expect("written");
    let said = tool::Tool::system("openssl").ask(&["dgst", "-sha256", "-r", tool::arg(&file)]).demand();
    said.out.chars().take(64).collect()
}

/// The TOTP of `secret` at `unix_seconds` after `oathtool`: SHA-256, 30 s, 6 digits (phone-and-factors 3.5).
pub fn oathtool(secret: &[u8], unix_seconds: u64) -> String {
    let key: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let now = format!("@{unix_seconds}");
    tool::Tool::system("oathtool").ask(&["--totp=SHA256", "-d", "6", "-N", &now, &key]).demand().out.trim().to_owned()
}
