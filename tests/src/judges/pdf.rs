//! Judges of whole PDF files.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::tool::{Said, Tool, arg};

/// What pyHanko says of a file.
#[derive(Clone, Debug, Deserialize)]
pub struct PdfVerdict {
    /// Every signature, in file order; document time stamps are not among them.
    pub signatures: Vec<SignatureVerdict>,
    /// Every document time stamp, in file order.
    pub stamps: Vec<StampVerdict>,
    /// Signature fields that wait.
    pub empty_fields: Vec<String>,
    /// Why the file could not be read at all.
    pub unreadable: Option<String>,
}

/// What pyHanko says of one signature.
#[derive(Clone, Debug, Deserialize)]
pub struct SignatureVerdict {
    /// The field.
    pub field: String,
    /// The certificate's subject.
    pub subject: String,
    /// `/ETSI.CAdES.detached` for PAdES.
    pub sub_filter: String,
    /// The classic validation, `None` when pyHanko could not finish it.
    pub plain: Option<PlainVerdict>,
    /// The validation of ETSI EN 319 102-1, `None` when pyHanko could not finish it.
    pub ades: Option<AdesVerdict>,
    /// The validation of section 5.6.3 there, in a file with document time stamps.
    pub lta: Option<AdesVerdict>,
    /// What kept pyHanko from finishing.
    pub error: Option<String>,
}

/// The classic validation.
#[derive(Clone, Debug, Deserialize)]
pub struct PlainVerdict {
    /// The digest is right.
    pub intact: bool,
    /// The signature value is right.
    pub valid: bool,
    /// The chain ends at the root, with revocation material from the file.
    pub trusted: bool,
    /// The certificate is revoked.
    pub revoked: bool,
    /// All of it together.
    pub bottom_line: bool,
    /// `ENTIRE_FILE` or `ENTIRE_REVISION`; less is bad.
    pub coverage: String,
    /// What later revisions changed: `NONE`, `LTA_UPDATES`, `FORM_FILLING`, …
    pub modification: Option<String>,
    /// Later revisions changed only what the certification and the locks allow.
    pub permitted: bool,
    /// A trusted RFC 3161 time stamp covers the signature.
    pub time_stamped: bool,
    /// Its instant, ISO 8601.
    pub time_stamp_at: Option<String>,
    /// `sha256_rsa`, `sha256_ecdsa`.
    pub mechanism: String,
    /// pyHanko's own words.
    pub summary: String,
}

/// What pyHanko says of one document time stamp.
#[derive(Clone, Debug, Deserialize)]
pub struct StampVerdict {
    /// The field.
    pub field: String,
    /// Intact, valid and of a trusted authority.
    pub sound: bool,
    /// `ENTIRE_FILE` or `ENTIRE_REVISION`.
    pub coverage: String,
    /// Its instant, ISO 8601.
    pub at: String,
}

/// The validation of ETSI EN 319 102-1 section 5.5 or 5.6: signatures with time and validation data.
#[derive(Clone, Debug, Deserialize)]
pub struct AdesVerdict {
    /// TOTAL-PASSED.
    pub passed: bool,
    /// Indication and sub-indication.
    pub indication: String,
    /// Why not better.
    pub why: Option<String>,
    /// When the signature is proven to have existed.
    pub best_signature_time: String,
}

impl SignatureVerdict {
    /// Valid both ways, PAdES, time-stamped, chained to the root with revocation from the file itself, and
    /// changed later only as allowed: what PAdES B-LT promises.
    pub fn is_b_lt(&self) -> bool {
        self.sub_filter == "/ETSI.CAdES.detached"
            && self.plain.as_ref().is_some_and(|plain| plain.bottom_line && plain.permitted && plain.time_stamped)
            && self.ades.as_ref().is_some_and(|ades| ades.passed)
    }
}

impl PdfVerdict {
    /// Whether the file has `count` signatures and each of them is B-LT.
    pub fn all_b_lt(&self, count: usize) -> bool {
        self.unreadable.is_none()
            && self.signatures.len() == count
            && self.signatures.iter().all(SignatureVerdict::is_b_lt)
    }

    /// Whether a document time stamp keeps everything before it, and every signature passes by it: PAdES B-LTA.
    pub fn all_b_lta(&self, count: usize) -> bool {
        let kept = self.stamps.last().is_some_and(|stamp| stamp.sound && stamp.coverage == "ENTIRE_FILE");
        let passes = |one: &SignatureVerdict| one.lta.as_ref().is_some_and(|lta| lta.passed);
        kept && self.all_b_lt(count) && self.signatures.iter().all(passes)
    }
}

/// Asks pyHanko now, offline and with hard-fail revocation, trusting `root` alone. `lists` are those (DER) that the
/// authority publishes today, when the lists in the file have ended since: they speak for the time-stamp authority,
/// never for a signer.
#[track_caller]
pub fn pyhanko(file: &Path, root: &Path, lists: &[&Path]) -> PdfVerdict {
    pyhanko_on(&[file.to_owned()], root, lists).pop().expect("a verdict")
}

/// The same on many files.
#[track_caller]
pub fn pyhanko_on(files: &[PathBuf], root: &Path, lists: &[&Path]) -> Vec<PdfVerdict> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("judges/pdf.py");
    let mut args = vec![arg(&script), "--root", arg(root)];
    args.extend(lists.iter().flat_map(|list| ["--crl", arg(list)]));
    args.extend(files.iter().map(|file| arg(file)));
    let said = Tool::python("python").ask(&args).demand();
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{}: {error}: {}{}", said.asked, said.out, said.err))
}

/// What poppler's `pdfsig` says of one signature field.
#[derive(Clone, Debug, Default)]
pub struct PopplerVerdict {
    /// The field.
    pub field: String,
    /// Whether the field is signed.
    pub signed: bool,
    /// `ETSI.CAdES.detached`.
    pub kind: String,
    /// "Signature is Valid."
    pub valid: bool,
    /// "Certificate is Trusted." by NSS, with `root` as the only authority.
    pub trusted: bool,
}

/// Asks poppler, with an NSS store that trusts `root` alone. It does not look at later revisions.
#[track_caller]
pub fn pdfsig(file: &Path, root: &Path) -> Vec<PopplerVerdict> {
    let said = pdfsig_on(&[file.to_owned()], root).pop().expect("a verdict");
    said.unwrap_or_else(|words| panic!("{}: {words}", file.display()))
}

/// The same on many files; what it complains about is no verdict.
#[track_caller]
pub fn pdfsig_on(files: &[PathBuf], root: &Path) -> Vec<Result<Vec<PopplerVerdict>, String>> {
    let store = tempfile::tempdir().expect("a temporary folder");
    let place = format!("sql:{}", arg(store.path()));
    Tool::system("certutil").ask(&["-N", "-d", &place, "--empty-password"]).demand();
    Tool::system("certutil").ask(&["-A", "-d", &place, "-n", "root", "-t", "CT,C,C", "-a", "-i", arg(root)]).demand();
    let judge = |file: &PathBuf| {
        // pdfsig ends with 1 when one field is empty: what it prints is the verdict.
        let said = Tool::system("pdfsig").ask(&["-nssdir", &place, arg(file)]);
        let understood = said.out.contains("Digital Signature Info");
        if understood { Ok(read_pdfsig(&said.out)) } else { Err(format!("{}{}", said.out, said.err)) }
    };
    files.iter().map(judge).collect()
}

fn read_pdfsig(out: &str) -> Vec<PopplerVerdict> {
    let mut found: Vec<PopplerVerdict> = Vec::new();
    for line in out.lines().map(|line| line.trim().trim_start_matches("- ")) {
        if line.starts_with("Signature #") {
            found.push(PopplerVerdict { signed: true, ..PopplerVerdict::default() });
        }
        let Some(last) = found.last_mut() else { continue };
        if let Some(field) = line.strip_prefix("Signature Field Name: ") {
            field.clone_into(&mut last.field);
        } else if let Some(kind) = line.strip_prefix("Signature Type: ") {
            kind.clone_into(&mut last.kind);
        } else if line == "The signature form field is not signed." {
            last.signed = false;
        } else if let Some(verdict) = line.strip_prefix("Signature Validation: ") {
            last.valid = verdict == "Signature is Valid.";
        } else if let Some(verdict) = line.strip_prefix("Certificate Validation: ") {
            last.trusted = verdict == "Certificate is Trusted.";
        }
    }
    found
}

/// Asks qpdf whether syntax and cross-references are sound, without a warning.
#[track_caller]
pub fn qpdf(file: &Path) -> Said {
    Tool::system("qpdf").ask(&["--check", arg(file)])
}

/// Asks MuPDF to draw every page; its complaints are in `err`. Debian builds it without colour management and
/// it says so about every file with an output intent: that line is not about the file.
#[track_caller]
pub fn mutool(file: &Path) -> Said {
    let mut said = Tool::system("mutool").ask(&["draw", "-q", "-r", "36", "-F", "pnm", "-o", "/dev/null", arg(file)]);
    said.err = said.err.lines().filter(|line| *line != "warning: ICC support is not available").collect();
    said
}

/// The words of a file as poppler reads them.
#[track_caller]
pub fn text(file: &Path) -> String {
    Tool::system("pdftotext").ask(&["-layout", arg(file), "-"]).demand().out
}

/// Tampered copies of `file` by somebody who knows PDF well, one per kind, in `folder`; sorted by name.
#[track_caller]
pub fn forged(file: &Path, folder: &Path) -> Vec<PathBuf> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("judges/forge.py");
    Tool::python("python").ask(&[arg(&script), arg(file), arg(folder)]).demand();
    let mut copies: Vec<_> = std::fs::read_dir(folder).expect("the copies").flatten().map(|one| one.path()).collect();
    copies.sort();
    copies
}

/// The rules of PDF/A-2a that a file breaks, a line each: those that an incremental update could break (ISO 19005-2). They
/// are our reading of the standard, on pyHanko's reader.
#[track_caller]
pub fn archive_faults(file: &Path) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("judges/archive.py");
    let said = Tool::python("python").ask(&[arg(&script), arg(file)]);
    assert!(said.err.is_empty(), "{}: {}", said.asked, said.err);
    said.out.trim().to_owned()
}

/// What the QR codes of a file say, as a phone's camera would read them from a print: MuPDF draws, ZBar reads.
#[track_caller]
pub fn qr_codes(file: &Path) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let pages = folder.path().join("%d.png");
    Tool::system("mutool").ask(&["draw", "-q", "-r", "200", "-c", "gray", "-o", arg(&pages), arg(file)]).demand();
    let drawn = std::fs::read_dir(folder.path()).expect("the pages").flatten();
    drawn.flat_map(|page| zbar(&page.path())).collect()
}

/// What the QR codes of a picture (PNG) say.
#[track_caller]
pub fn qr_codes_in(png: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("kod.png");
    std::fs::write(&file, png).expect("written");
    zbar(&file)
}

/// It ends with 4 when a picture has no code.
#[track_caller]
fn zbar(picture: &Path) -> Vec<String> {
    let said = Tool::system("zbarimg").ask(&["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", arg(picture)]);
    said.out.lines().map(str::to_owned).collect()
}

/// Every page of `file` as poppler draws it: PNG, `width` pixels wide, in order.
#[track_caller]
pub fn pictures(file: &Path, width: u32) -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (width, to) = (width.to_string(), folder.path().join("p"));
    let args = ["-png", "-scale-to-x", &width, "-scale-to-y", "-1", arg(file), arg(&to)];
    Tool::system("pdftoppm").ask(&args).demand();
    let mut names: Vec<_> = std::fs::read_dir(&folder).expect("the pages").flatten().map(|page| page.path()).collect();
    names.sort();
    names.into_iter().map(|name| std::fs::read(name).expect("a picture")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_pdfsig_are_understood() {
        let said = "Digital Signature Info of: a.pdf\nSignature #1:\n  - Signature Field Name: Party1\n  \
                    - Signature Type: ETSI.CAdES.detached\n  - Not total document signed\n  \
                    - Signature Validation: Signature is Valid.\n  - Certificate Validation: Certificate is Trusted.\n\
                    Signature #2:\n  - Signature Field Name: Party2\n  The signature form field is not signed.\n";
        let verdicts = read_pdfsig(said);
        assert_eq!(verdicts.len(), 2);
        assert!(
            verdicts[0].valid && verdicts[0].trusted && verdicts[0].signed && verdicts[0].kind == "ETSI.CAdES.detached"
        );
        assert!(!verdicts[1].signed && !verdicts[1].valid && verdicts[1].field == "Party2");
    }
}
