//! What a signature costs from the second turn on, beside what it cannot do without: one SHA-256 pass over the file and
//! one raw RSA-2048 signature, measured in the same run; and beside pyHanko with its key cached.
//!
//! `cargo bench -p mohor --bench signing`. pyHanko is found in `MOHOR_JUDGES` or `target/judges`, where `tests/run`
//! puts it; without it the bench fails, as it does where a target is missed. The self-check (our verifier over the
//! result) is shown apart.
#![expect(clippy::print_stdout, clippy::expect_used, reason = "a bench prints and may fail loudly")]

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use criterion::Criterion;
use der::Encode as _;
use lopdf::{Dictionary, Document, Object, Stream, StringFormat, dictionary};
use mohor::document::cms::{self, Algorithm};
use mohor::document::generate::{AgreementData, agreement};
use mohor::document::verify::{Trust, verify};
use mohor::document::{Appearance, Fill, SignatureRequest, SignatureRole, embed, prepare};
use mohor::kernel::clock::Timestamp;
use pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder as _, CertificateBuilder};
use x509_cert::name::Name;

use table::{Table, Target, medians};

mod table;

const NOW: Timestamp = Timestamp::from_seconds(1_795_136_400);

/// What is signed.
enum Source {
    /// So many pages, so many bytes on all of them.
    Ballast(usize, usize),
    /// What the generator makes of the specimen.
    Agreement,
}

/// A document of the bench, and the targets of the project.
struct Case {
    name: &'static str,
    source: Source,
    /// At most so many times (one SHA-256 pass + one raw signature); for the large file, one SHA-256 pass alone.
    limit: f64,
    hash_alone: bool,
    /// At least so many times faster than pyHanko; 0: no target.
    faster: f64,
}

const CASES: [Case; 4] = [
    Case { name: "100 KB", source: Source::Ballast(8, 60 << 10), limit: 3.0, hash_alone: false, faster: 20.0 },
    Case { name: "500 pages", source: Source::Ballast(500, 500 << 10), limit: 5.0, hash_alone: false, faster: 8.0 },
    Case { name: "20 MB", source: Source::Ballast(20, 20 << 20), limit: 1.5, hash_alone: true, faster: 0.0 },
    Case { name: "eSPA", source: Source::Agreement, limit: 5.0, hash_alone: false, faster: 8.0 },
];

struct Signer {
    key: KeyPair,
    certificate: Vec<u8>,
    pem: (String, String),
    random: SystemRandom,
}

struct SelfSigned(Name);

impl BuilderProfile for SelfSigned {
    fn get_issuer(&self, _: &Name) -> Name {
        self.0.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        _: spki::SubjectPublicKeyInfoRef<'_>,
        _: spki::SubjectPublicKeyInfoRef<'_>,
        _: &x509_cert::TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<x509_cert::ext::Extension>> {
        Ok(Vec::new())
    }
}

impl Signer {
    fn new() -> Self {
        let key = KeyPair::generate(KeySize::Rsa2048).expect("a key");
        let der = key.as_der().expect("PKCS#8");
        let private = rsa::RsaPrivateKey::from_pkcs8_der(der.as_ref()).expect("the same key");
        let pem = private.to_pkcs8_pem(pkcs8::LineEnding::LF).expect("PEM").to_string();
        let by = rsa::pkcs1v15::SigningKey::<sha2::Sha256>::new(private);
        let spki = spki::SubjectPublicKeyInfoOwned::from_key(&signature::Keypair::verifying_key(&by)).expect("SPKI");
        let time = |at: Timestamp| {
            let span = Duration::from_secs(at.seconds() as u64);
            x509_cert::time::Time::UtcTime(der::asn1::UtcTime::from_unix_duration(span).expect("a time"))
        };
        let year = Duration::from_secs(365 * 86_400);
        let validity = x509_cert::time::Validity::new(time(NOW.minus(year)), time(NOW.plus(year)));
        let profile = SelfSigned("CN=Penanda Aras,C=MY".parse().expect("a name"));
        let builder = CertificateBuilder::new(profile, 1u32.into(), validity, spki).expect("a builder");
        let certificate = builder.build::<_, rsa::pkcs1v15::Signature>(&by).expect("a certificate");
        let certificate_pem = der::EncodePem::to_pem(&certificate, pkcs8::LineEnding::LF).expect("PEM");
        let certificate = certificate.to_der().expect("DER");
        Self { key, certificate, pem: (pem, certificate_pem), random: SystemRandom::new() }
    }

    fn raw(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature).expect("a signature");
        signature
    }

    /// Prepare, CMS, embed: what the bench is about.
    fn sign(&self, head: &[u8], request: &SignatureRequest<'_>) -> Vec<u8> {
        let prepared = prepare(head, request).expect("prepared");
        let attributes = cms::signed_attributes(&prepared.digest, &self.certificate).expect("attributes");
        let signature = self.raw(&attributes.der);
        let chain = std::slice::from_ref(&self.certificate);
        let cms = cms::assemble(&attributes, &signature, Algorithm::RsaPkcs1Sha256, chain, None).expect("CMS");
        embed(prepared, &cms).expect("it fits")
    }
}

/// A line of text, and under it a drawing of so many strokes.
fn appearance(text: &str, strokes: usize) -> Appearance {
    let mut content = format!("BT /F1 9 Tf 4 20 Td ({text}) Tj ET\n").into_bytes();
    content.extend((0..strokes).flat_map(|n| format!("{n} {} m {} {n} l S\n", n % 37, n % 53).into_bytes()));
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" };
    Appearance {
        width: 200.0,
        height: 60.0,
        content,
        resources: dictionary! { "Font" => dictionary! { "F1" => Object::Reference((1, 0)) } },
        objects: BTreeMap::from([(1, font.into())]),
    }
}

fn request(field: &str, role: SignatureRole) -> SignatureRequest<'_> {
    let (appearance, fills) = (Some(appearance("SPESIMEN", 100)), Vec::new());
    SignatureRequest { field, role, name: "Siti binti Ahmad", reason: "Setuju", time: NOW, fills, appearance }
}

/// A document with its fields, certified and signed by the first party: the head of the second turn.
fn head(case: &Case, signer: &Signer) -> Vec<u8> {
    let (bytes, pages) = match case.source {
        Source::Ballast(pages, bytes) => (ballast(pages, bytes), pages),
        Source::Agreement => {
            let base = agreement(&AgreementData::specimen()).expect("generates");
            (base.bytes, base.pages)
        }
    };
    let certified = signer.sign(&bytes, &request("Cert0", SignatureRole::Certify));
    let locks: Vec<String> = (1..=pages).map(|number| format!("Serial{number}")).collect();
    let fill = |field: &String| Fill {
        field: field.clone(),
        value: Some("eSPA-1".into()),
        appearance: appearance("eSPA-1", 0),
    };
    let fills = locks.iter().map(fill).collect();
    signer.sign(&certified, &SignatureRequest { fills, ..request("Party1", SignatureRole::First { locks }) })
}

/// A document of so many pages and bytes, in the shape of the generator's.
fn ballast(count: usize, size: usize) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let pages = document.new_object_id();
    let mut noise = 0x9E37_79B9_7F4A_7C15_u64;
    let mut serials = Vec::new();
    let kids: Vec<Object> = (1..=count)
        .map(|number| {
            let content: Vec<u8> = std::iter::repeat_with(|| {
                noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (noise >> 56) as u8
            })
            .take(size / count)
            .collect();
            // A picture that no page draws: bytes that must be hashed.
            let ballast = document.add_object(Stream::new(Dictionary::new(), content));
            let page = document.new_object_id();
            let rect = vec![40.into(), 20.into(), 300.into(), 36.into()];
            let serial = document.add_object(dictionary! {
                "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "Ff" => 1, "F" => 4, "P" => page, "Rect" => rect,
                "T" => Object::string_literal(format!("Serial{number}")),
            });
            serials.push(Object::Reference(serial));
            document.objects.insert(page, dictionary! {
                "Type" => "Page", "Parent" => pages, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
                "Annots" => vec![serial.into()], "Resources" => Dictionary::new(), "PieceInfo" => dictionary! { "B" => ballast },
            }.into());
            Object::Reference(page)
        })
        .collect();
    // In the order of the generator: the signature fields, then a serial number for each page.
    let mut fields = Vec::new();
    for (nth, name) in ["Cert0", "Party1", "Party2", "Party3"].into_iter().enumerate() {
        let rect = vec![60.into(), (100 * nth as i64).into(), 260.into(), (100 * nth as i64 + 60).into()];
        fields.push(Object::Reference(document.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "F" => 132, "P" => kids[0].clone(), "Rect" => rect,
            "T" => Object::string_literal(name),
        })));
    }
    document.objects.insert(pages, dictionary! { "Type" => "Pages", "Count" => count as i64, "Kids" => kids }.into());
    fields.extend(serials);
    let form = document.add_object(dictionary! { "Fields" => fields, "SigFlags" => 3 });
    let root = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages, "AcroForm" => form });
    document.trailer.set("Root", root);
    let half = || Object::String(vec![7; 16], StringFormat::Hexadecimal);
    document.trailer.set("ID", vec![half(), half()]);
    let mut bytes = Vec::new();
    document.save_modern(&mut bytes).expect("a document");
    bytes.push(b'\n');
    bytes
}

fn python() -> PathBuf {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new("."));
    let judges = std::env::var_os("MOHOR_JUDGES").map_or_else(|| top.join("target/judges"), PathBuf::from);
    judges.join("bin/python")
}

/// pyHanko's median in seconds on the same head, or why there is none.
fn pyhanko(head: &[u8], signer: &Signer) -> Result<f64, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).map(|()| path).map_err(|error| error.to_string())
    };
    let file = put("head.pdf", head)?;
    let (key, certificate) = (put("key.pem", signer.pem.0.as_bytes())?, put("cert.pem", signer.pem.1.as_bytes())?);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/pyhanko_sign.py");
    let mut command = Command::new(python());
    let output = command.arg(script).args([file, key, certificate]).args(["Party2", "15"]).output();
    let output = output.map_err(|error| format!("{}: {error}", python().display()))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().parse();
    said.map_err(|_| String::from_utf8_lossy(&output.stderr).trim().to_owned())
}

fn compare(table: &mut Table, case: &Case, head: &[u8], signer: &Signer) {
    let middle = request("Party2", SignatureRole::Middle);
    let signed = signer.sign(head, &middle);
    let trust = Trust { roots: vec![signer.certificate.clone()], crls: Vec::new(), at: Some(NOW) };
    let [sign, hash, raw] = medians([
        &mut || _ = black_box(signer.sign(head, &middle)),
        &mut || _ = black_box(digest(&SHA256, head)),
        &mut || _ = black_box(signer.raw(b"SPESIMEN")),
    ]);
    let [check] = medians([&mut || _ = black_box(verify(&signed, &trust))]);
    let both = "SHA-256 pass + raw RSA-2048 signature";
    let (took, what) = if case.hash_alone { (hash, "SHA-256 pass") } else { (hash + raw, both) };
    table.add(&format!("{}, sign", case.name), sign, what, Some(took), Target::Times(case.limit));
    table.add(&format!("{}, sign", case.name), sign, both, Some(hash + raw), Target::Stretch(2.0));
    let theirs = pyhanko(head, signer);
    if let Err(why) = &theirs {
        println!("!!! pyHanko IS ABSENT, NOT COMPARED: {why}");
    }
    let target = if case.faster > 0.0 { Target::Faster(case.faster) } else { Target::Nothing };
    table.add(&format!("{}, sign", case.name), sign, "pyHanko, key cached", theirs.ok(), target);
    table.add(&format!("{}, self-check, apart", case.name), check, "sign", Some(sign), Target::Nothing);
}

fn main() {
    let signer = Signer::new();
    let (mut criterion, mut table) = (Criterion::default().sample_size(20).configure_from_args(), Table::default());
    for case in &CASES {
        let head = head(case, &signer);
        let mut group = criterion.benchmark_group(case.name);
        group.bench_function("sign", |bench| {
            bench.iter(|| signer.sign(&head, &request("Party2", SignatureRole::Middle)));
        });
        group.bench_function("yardstick: SHA-256 pass", |bench| bench.iter(|| digest(&SHA256, &head)));
        group.bench_function("yardstick: raw signature", |bench| bench.iter(|| signer.raw(b"SPESIMEN")));
        group.finish();
        compare(&mut table, case, &head, &signer);
    }
    criterion.final_summary();
    println!("\nSecond turn, RSA-2048, medians:");
    table.conclude();
}
