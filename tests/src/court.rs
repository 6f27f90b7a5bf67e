//! All judges on everything that a journey left behind: no finding is explained away.
//!
//! A journey's folder holds `espa-1.pdf` … (one per signature), `espa.pdf`, `root.pem`, `issuing.pem`,
//! `certs/*.pem`, `crl.der`, `root-crl.der`.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mohor::demo::Browser;
use mohor::demo::evidence::Evidence;
use mohor::demo::server::Server;

use crate::judges::{self, EmbeddedSignature};

/// A journey's folder.
pub struct Court {
    folder: PathBuf,
}

impl Court {
    /// Opens the folder.
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// A file of the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The root.
    pub fn root(&self) -> PathBuf {
        self.file("root.pem")
    }

    /// The issuing authority.
    pub fn issuing(&self) -> PathBuf {
        self.file("issuing.pem")
    }

    /// Every certificate that the journey left, sorted by name.
    pub fn certificates(&self) -> Vec<PathBuf> {
        let mut found: Vec<_> =
            fs::read_dir(self.file("certs")).expect("the folder certs").flatten().map(|entry| entry.path()).collect();
        found.sort();
        assert!(!found.is_empty(), "the journey left no certificate");
        found
    }

    /// Writes a journey's folder: `revisions` in their order, and what the running server publishes now. Our own
    /// verifier has called every revision valid at the time of the server.
    pub async fn summon(folder: &Path, server: &Server, revisions: Vec<Vec<u8>>) -> Self {
        let mut evidence = Evidence::begin(folder).expect("a folder");
        for bytes in revisions {
            evidence.revision(bytes).expect("written");
        }
        evidence.conclude(server).await.expect("our verifier accepts every revision");
        Self::of(folder)
    }

    /// Every judge of PDF files on one revision with `signatures` signatures (the certification is one of them), by
    /// what the file itself holds.
    #[track_caller]
    pub fn hear_revision(&self, name: &str, signatures: usize) {
        self.hear(name, signatures, &[], None);
    }

    /// The same long after: the lists in the file have ended, and perhaps the certificates of the signers too.
    /// OpenSSL knows nothing of time stamps over signatures and is asked about `then` (Unix seconds).
    #[track_caller]
    pub fn hear_revision_later(&self, name: &str, signatures: usize, then: i64) {
        let lists = [self.file("crl.der"), self.file("root-crl.der")];
        self.hear(name, signatures, &[&lists[0], &lists[1]], Some(then));
    }

    #[track_caller]
    fn hear(&self, name: &str, signatures: usize, lists: &[&Path], then: Option<i64>) {
        let file = self.file(name);
        let verdict = judges::pyhanko(&file, &self.root(), lists);
        assert!(verdict.all_b_lt(signatures), "{name}: pyHanko: {verdict:#?}");
        let stamps = judges::embedded_stamps(&fs::read(&file).expect("the revision"));
        assert_eq!(verdict.stamps.len(), stamps.len(), "{name}: pyHanko: {verdict:#?}");
        assert!(stamps.is_empty() || verdict.all_b_lta(signatures), "{name}: pyHanko: {verdict:#?}");
        let poppler = judges::pdfsig(&file, &self.root());
        let (stamped, signed): (Vec<_>, Vec<_>) =
            // Poppler 22 knows no document time stamps and judges none.
            poppler.iter().filter(|verdict| verdict.signed).partition(|verdict| verdict.kind == "unknown");
        assert_eq!(stamped.len(), stamps.len(), "{name}: poppler counts other stamps: {poppler:#?}");
        assert_eq!(signed.len(), signatures, "{name}: poppler counts other signatures: {poppler:#?}");
        for verdict in signed {
            // NSS knows the purposes of TLS and S/MIME only: no certificate for signing documents (RFC 9336) is
            // "trusted" by it. The chain is judged by pyHanko and OpenSSL.
            assert!(verdict.valid, "{name}: poppler: {verdict:#?}");
            assert_eq!(verdict.kind, "ETSI.CAdES.detached", "{name}: poppler: {verdict:#?}");
        }
        let structure = judges::qpdf(&file).demand();
        assert!(!structure.out.contains("WARNING") && structure.err.is_empty(), "{name}: qpdf: {structure:#?}");
        let drawn = judges::mutool(&file).demand();
        assert!(drawn.err.is_empty(), "{name}: MuPDF complains: {}", drawn.err);
        self.hear_openssl(&file, signatures, then);
    }

    /// OpenSSL on each signature and each time stamp; `at` (Unix seconds) moves the judge in time.
    #[track_caller]
    pub fn hear_openssl(&self, file: &Path, signatures: usize, at: Option<i64>) {
        let found = judges::embedded_signatures(&fs::read(file).expect("the revision"));
        assert_eq!(found.len(), signatures, "{}: signatures in the bytes", file.display());
        for signature in &found {
            judges::openssl_cms(signature, &self.root(), at).demand();
            judges::openssl_ts(signature, &self.root(), &self.issuing()).demand();
        }
        for stamp in judges::embedded_stamps(&fs::read(file).expect("the revision")) {
            judges::openssl_stamp(&stamp, &self.root(), &self.issuing()).demand();
        }
        covers_everything_before(&found);
    }

    /// Each revision begins with the whole revision before it: earlier bytes never change.
    #[track_caller]
    pub fn hear_growth(&self, names: &[String]) {
        let revisions: Vec<_> = names.iter().map(|name| fs::read(self.file(name)).expect("a revision")).collect();
        for (pair, name) in revisions.windows(2).zip(&names[1..]) {
            assert!(pair[1].len() > pair[0].len() && pair[1].starts_with(&pair[0]), "{name} changed earlier bytes");
        }
    }

    /// Each revision keeps the rules of PDF/A-2a that an incremental update could break.
    #[track_caller]
    pub fn hear_archive(&self, names: &[String]) {
        for name in names {
            assert_eq!(judges::archive_faults(&self.file(name)), "", "{name}");
        }
    }

    /// pkilint and OpenSSL on the authority, on every certificate and on both CRLs.
    #[track_caller]
    pub fn hear_authority(&self) {
        let (root, issuing) = (self.root(), self.issuing());
        self.clean("root", judges::pkix(&root));
        self.clean("issuing", judges::pkix(&issuing));
        self.clean("root and issuing", judges::signer_and_signee(&root, &issuing));
        for crl in ["crl.der", "root-crl.der"] {
            self.clean(crl, judges::crl(&self.file(crl)));
        }
        let crls = self.crls_as_pem();
        for certificate in self.certificates() {
            let name = certificate.file_name().unwrap_or_default().to_string_lossy().into_owned();
            self.clean(&name, judges::pkix(&certificate));
            self.clean(&name, judges::signer_and_signee(&issuing, &certificate));
            if name.starts_with("party") {
                self.clean(&name, judges::etsi_natural_person(&certificate));
            }
            judges::path(&certificate, &issuing, &root, &crls).demand();
        }
    }

    /// The running responder about every certificate, asked by OpenSSL with a nonce and, as caches do, by GET
    /// without one: good, signed by a responder of this authority, and clean after RFC 6960.
    pub async fn hear_responder(&self, server: &Server) {
        for certificate in self.certificates() {
            let said = self.ask_responder(server, &certificate).await;
            assert!(said.iter().all(|said| said.contains(": good")), "{}: {said:?}", certificate.display());
        }
    }

    /// The certificate `name` is revoked: the list says so, and the responder does, to OpenSSL.
    pub async fn hear_revoked(&self, server: &Server, name: &str) {
        let certificate = self.file("certs").join(name);
        let (root, issuing) = (self.root(), self.issuing());
        self.clean("crl.der", judges::crl(&self.file("crl.der")));
        let path = judges::path(&certificate, &issuing, &root, &self.crls_as_pem());
        assert!(!path.fine() && path.err.contains("certificate revoked"), "{path:?}");
        let said = self.ask_responder(server, &certificate).await;
        assert!(said.iter().all(|said| said.contains(": revoked")), "{name}: {said:?}");
    }

    /// A certificate that this authority never issued: the responder answers for nobody else's (RFC 5019 section 2.2.3).
    pub async fn hear_unknown(&self, server: &Server, certificate: &Path) {
        let url = format!("{}/pki/ocsp", server.base);
        let words = [certificate, &self.issuing(), &self.root(), &self.file("unknown.der")].map(Path::to_owned);
        let asked = tokio::task::spawn_blocking(move || {
            let [certificate, issuing, root, answer] = &words;
            judges::ask_ocsp(&url, certificate, issuing, root, answer)
        });
        let said = asked.await.expect("OpenSSL was asked");
        assert!(!said.fine() && said.out.contains("unauthorized"), "{said:?}");
    }

    /// What OpenSSL reads in the answers of the responder, which pkilint has found nothing wrong with.
    async fn ask_responder(&self, server: &Server, certificate: &Path) -> [String; 2] {
        let (root, issuing) = (self.root(), self.issuing());
        let [posted, got, question] = ["posted.der", "got.der", "question.der"].map(|name| self.file(name));
        let url = format!("{}/pki/ocsp", server.base);
        let words = [certificate, &issuing, &root, &posted].map(Path::to_owned);
        // The judge waits for the server, which runs on the thread of the test.
        let asked = tokio::task::spawn_blocking(move || {
            let [certificate, issuing, root, posted] = &words;
            judges::ask_ocsp(&url, certificate, issuing, root, posted).demand()
        });
        let asked = asked.await.expect("OpenSSL was asked");
        let question = STANDARD.encode(judges::ocsp_question(certificate, &issuing, &question));
        let question = question.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let browser = Browser::open(&server.base).expect("a browser");
        fs::write(&got, browser.download(&format!("/pki/ocsp/{question}")).await.expect("an answer")).expect("written");
        let read = judges::openssl_ocsp(&got, certificate, &issuing, &root).demand();
        for (answer, said) in [(&posted, &asked), (&got, &read)] {
            assert!(said.err.contains("Response verify OK") && !said.err.contains("WARNING"), "{said:?}");
            self.clean("an OCSP answer", judges::ocsp_answer(answer));
        }
        [asked.out, read.out]
    }

    #[track_caller]
    fn clean(&self, what: &str, findings: Vec<judges::Finding>) {
        assert!(findings.is_empty(), "pkilint on {what}: {findings:#?}");
    }

    fn crls_as_pem(&self) -> PathBuf {
        let both = self.file("crls.pem");
        let texts = ["crl.der", "root-crl.der"].map(|name| judges::crl_as_pem(&self.file(name)));
        fs::write(&both, texts.concat()).expect("written");
        both
    }
}

/// Every signature begins at the first byte and reaches further than the one before it.
#[track_caller]
fn covers_everything_before(signatures: &[EmbeddedSignature]) {
    let ends: Vec<_> = signatures.iter().map(|signature| signature.range[2] + signature.range[3]).collect();
    assert!(signatures.iter().all(|signature| signature.range[0] == 0), "a signature skips the beginning");
    assert!(ends.windows(2).all(|pair| pair[0] < pair[1]), "signatures do not grow: {ends:?}");
}
