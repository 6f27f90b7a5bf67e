//! What other people's tools say beyond the main journey: to tampered copies, and to codes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mohor::cli::verify::{VerifyArgs, exit_code, run};
use mohor::demo::journey::CodeFrom;
use mohor::document::verify::{Report, Trust, verify};
use mohor::kernel::clock::{Clock as _, Timestamp};
use mohor::kernel::words::Lang;
use mohor_shared::card::TotpCard;
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::judges::{self, PdfVerdict, PopplerVerdict};
use mohor_tests::scene::{Scene, attempt, refused_in_both, signed};

/// Copies that pyHanko reads over: bytes that no revision and no signature reaches, and what a widget does.
const READ_OVER: [&str; 3] =
    ["an_invisible_field_with_a_script", "bytes_appended_without_a_revision", "the_end_cut_off"];

/// A tampered copy and what everybody says of it.
struct Copy {
    name: String,
    file: PathBuf,
    ours: Report,
    pyhanko: PdfVerdict,
    poppler: Result<Vec<PopplerVerdict>, String>,
}

impl Copy {
    /// The first fault that we find.
    fn code(&self) -> &str {
        let faults = self.ours.findings.iter().chain(self.ours.signatures.iter().flat_map(|one| &one.findings));
        faults.map(|fault| fault.code.as_str()).next().unwrap_or_default()
    }

    /// How many signatures poppler calls valid; it does not look at what was appended.
    fn valid_for_poppler(&self) -> usize {
        let verdicts = self.poppler.as_ref().map(Vec::as_slice).unwrap_or_default();
        verdicts.iter().filter(|verdict| verdict.signed && verdict.valid).count()
    }

    /// A line of the table.
    fn line(&self) -> String {
        let pyhanko = match &self.pyhanko.unreadable {
            Some(_) => "unreadable".to_owned(),
            None => {
                let good = self.pyhanko.signatures.iter().filter(|one| one.is_b_lt()).count();
                format!("{good} of {}", self.pyhanko.signatures.len())
            }
        };
        let (ours, code) = (format!("{:?}", self.ours.status), self.code());
        format!("{:<52} {ours:<13} {code:<24} {pyhanko:<11} {}", self.name, self.valid_for_poppler())
    }
}

/// Every tampered copy of `genuine` (three signatures), shown to us and to others.
fn shown(scene: &Scene, court: &Court, genuine: &Path, folder: &Path) -> Vec<Copy> {
    let root = scene.server.running.app.jobs.authority.root().der().to_vec();
    let files = judges::forged(genuine, folder);
    let pyhanko = judges::pyhanko_on(&files, &court.root(), &[]);
    let poppler = judges::pdfsig_on(&files, &court.root());
    let judged = files.into_iter().zip(pyhanko).zip(poppler).map(|((file, pyhanko), poppler)| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let trust = Trust { roots: vec![root.clone()], crls: Vec::new(), at: Some(scene.clock.now()) };
        let ours = verify(&std::fs::read(&file).expect("a copy"), &trust);
        Copy { name, file, ours, pyhanko, poppler }
    });
    judged.collect()
}

/// `mohor verify` on a copy: its exit code, and what it prints in `lang`.
fn told(scene: &Scene, copy: &Copy, court: &Court, lang: &str) -> (u8, String) {
    let args = VerifyArgs {
        file: copy.file.clone(),
        trust: vec![court.root()],
        crl: Vec::new(),
        at: None,
        json: false,
        lang: lang.to_owned(),
    };
    let mut out = Vec::new();
    let code = run(&args, &*scene.clock, &mut out);
    (code, String::from_utf8(out).expect("text"))
}

#[tokio::test]
async fn tampered_copies_of_every_kind_are_refused_by_us_in_both_languages_and_shown_to_others() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::ZERO).await;
    let world = &scene.world;
    for phone in &phones[..2] {
        let at = world.certify(phone).await.expect("a certificate");
        world.sign(&at, phone, CodeFrom::Phone).await.expect("signs");
    }
    let genuine = world.document().await.expect("the document");
    let court = Court::summon(&ground.path().join("out"), &scene.server, vec![genuine.clone()]).await;
    court.hear_revision("espa-1.pdf", 3);

    let copies = shown(&scene, &court, &court.file("espa-1.pdf"), &ground.path().join("forged"));
    let table: Vec<_> = copies.iter().map(Copy::line).collect();
    println!("{:<52} {:<13} {:<24} {:<11} poppler\n{}", "copy", "Mohor", "because", "pyHanko", table.join("\n"));
    assert_eq!(copies.len(), 46);
    for copy in &copies {
        let Copy { name, ours, .. } = copy;
        assert!(!ours.status.is_valid(), "{name}: we accept it: {ours:#?}");
        for (tag, lang) in [("ms", Lang::Ms), ("en", Lang::En)] {
            let (code, text) = told(&scene, copy, &court, tag);
            assert_eq!((code, exit_code(ours.status)), (1, 1), "{name}: {text}");
            let words = lang.try_say(&format!("finding-{}", copy.code()), &[]);
            assert!(words.is_some_and(|words| text.contains(&words)), "{name}: {} is not told: {text}", copy.code());
        }
        let accepted = copy.pyhanko.all_b_lt(3);
        assert_eq!(accepted, READ_OVER.contains(&name.as_str()), "{name}: pyHanko: {:#?}", copy.pyhanko);
        // Who exchanged signed bytes is found out by poppler too.
        let bytes = std::fs::read(&copy.file).expect("a copy");
        assert!(bytes.starts_with(&genuine) || accepted || copy.valid_for_poppler() < 3, "{name}: {:?}", copy.poppler);
    }
    every_judge_can_say_no(&court, &court.file("espa-1.pdf"), &copies);
    scene.end().await;
}

/// Each judge that agrees with us elsewhere disagrees here: a harness that always said yes would agree.
fn every_judge_can_say_no(court: &Court, genuine: &Path, copies: &[Copy]) {
    let copy = |name: &str| copies.iter().find(|copy| copy.name == name).expect("a copy").file.clone();
    let (root, issuing, strange) = (court.root(), court.issuing(), court.file("certs/tsa.pem"));
    assert!(!judges::qpdf(&copy("a_signed_end_moved_away")).fine(), "qpdf");
    let drawn = judges::mutool(&copy("a_byte_of_a_page_changed"));
    assert!(!drawn.err.is_empty(), "MuPDF: {drawn:?}");
    let altered = std::fs::read(copy("a_byte_of_a_page_changed")).expect("a copy");
    let altered = judges::embedded_signatures(&altered);
    assert!(altered.iter().all(|one| !judges::openssl_cms(one, &root, None).fine()), "OpenSSL on an altered page");

    let byte = copies.iter().find(|copy| copy.name == "a_byte_of_a_page_changed").expect("a copy");
    assert_eq!(byte.valid_for_poppler(), 0, "poppler: {:?}", byte.poppler);

    // The genuine document, by the word of somebody who is no root.
    let found = judges::embedded_signatures(&std::fs::read(genuine).expect("the document"));
    assert!(found.iter().all(|one| !judges::openssl_cms(one, &strange, None).fine()), "OpenSSL with a strange root");
    let verdict = judges::pyhanko(genuine, &strange, &[]);
    assert!(!verdict.signatures.iter().any(judges::SignatureVerdict::is_b_lt), "pyHanko: {verdict:#?}");

    // The time stamp of one signature under another.
    let stamps: Vec<_> = found.iter().filter_map(judges::EmbeddedSignature::value_and_token).collect();
    let (signed, cms) = (stamps[1].0.clone(), stamps[2].1.clone().expect("a time stamp"));
    let exchanged = judges::EmbeddedSignature { signed, cms, ..found[1].clone() };
    assert!(!judges::openssl_stamp(&exchanged, &root, &issuing).fine(), "OpenSSL on an exchanged time stamp");

    // Certificates shown as what they are not: the seal as a person's, a party as issued by the root.
    let (seal, party) = (court.file("certs/seal.pem"), court.file("certs/party1.pem"));
    assert!(!judges::etsi_natural_person(&seal).is_empty(), "pkilint on the seal as a natural person");
    assert!(!judges::signer_and_signee(&root, &party).is_empty(), "pkilint on a party below the root");
    assert!(!judges::chain(&party, &strange, &root).fine(), "OpenSSL on a chain with a gap");
}

#[tokio::test]
async fn the_code_that_oathtool_makes_of_the_phone_s_secret_is_the_phone_s_and_signs() {
    let ground = Ground::new();
    let (scene, phones) = Scene::issued(&ground, Duration::from_secs(3600)).await;
    let (world, buyer) = (&scene.world, &phones[0]);
    let at = world.certify(buyer).await.expect("a certificate");
    let card = buyer.store.get("totp").expect("reads").expect("a card");
    let secret = TotpCard::from_bytes(&card).expect("a card").secret;
    for _ in 0..3 {
        // The codes by which the phone was set up are used; each counts once.
        scene.clock.advance(Duration::from_secs(60));
        // In the middle of a step: the phone has learned the time to the second only.
        scene.clock.hold(Timestamp::from_seconds(scene.now().seconds() / 30 * 30 + 15));
        let seconds = u64::try_from(scene.now().seconds()).expect("after 1970");
        let theirs = judges::oathtool(secret.as_slice(), seconds);
        assert_eq!(buyer.phone.totp().expect("a code").code.expose(), theirs);
    }
    let seconds = u64::try_from(scene.now().seconds()).expect("after 1970");
    let theirs = judges::oathtool(secret.as_slice(), seconds);
    // With one bit of the secret changed, and for the day after, oathtool and the server both say no.
    let mut other = secret.to_vec();
    other[0] ^= 1;
    let wrong = [judges::oathtool(&other, seconds), judges::oathtool(secret.as_slice(), seconds + 86_400)];
    for wrong in wrong.into_iter().filter(|wrong| *wrong != theirs) {
        let answer = attempt(&at, &at.entry(&wrong)).await;
        let english = ["The code is wrong or has expired"];
        refused_in_both(&at.browser, &answer, &["Kod tidak betul atau telah tamat tempoh"], &english).await;
    }
    signed(&attempt(&at, &at.entry(&theirs)).await);
    assert_eq!(scene.signatures().await, 2);
    scene.end().await;
}
