//! Certificates, lists and answers of every kind before pkilint and OpenSSL: long names and names of several scripts,
//! each kind of key, term and reason (GAP-10, GAP-13, SEC-8).

use std::fs;
use std::path::Path;

use mohor::certificate::{IssueReason, IssueRequest, Leaf, RevocationReason, Subject, Term, revoke, testing};
use mohor::demo::Browser;
use mohor::demo::evidence::pem;
use mohor::demo::server::Server;
use mohor::kernel::work::Actor;
use mohor::person::{PersonId, PersonName};
use mohor_tests::court::Court;
use mohor_tests::ground::Ground;
use mohor_tests::judges::{self, Key};

const DAY: i64 = 86_400;

/// The longest name that a person may have here, of words as long as those of real ones.
fn longest() -> String {
    "NUR SYAFIQAH ".repeat(20).chars().take(PersonName::MAX_CHARS).collect::<String>().trim().to_owned()
}

/// A certificate of `server` for `name`, by the authority's own doors.
async fn issued(server: &Server, name: &str, key: Key, term: Term, reason: IssueReason) -> Leaf {
    let (work, authority) = (server.running.app.doors.means.work(Actor::System), &server.running.app.jobs.authority);
    let subject = Subject { person: PersonId::new(&work), name: PersonName::parse(name).expect("a name") };
    let request = IssueRequest::new(subject, judges::public_key(key), term, reason).expect("a request");
    testing::issued(&work, authority, &request).await.expect("issued")
}

/// The folder of a journey in which nothing was signed.
async fn court(folder: &Path, server: &Server, certificates: &[(String, Vec<u8>)]) -> Court {
    fs::create_dir_all(folder.join("certs")).expect("a folder");
    let browser = Browser::open(&server.base).expect("a browser");
    for (name, path) in [("crl.der", "/pki/issuing.crl"), ("root-crl.der", "/pki/root.crl")] {
        fs::write(folder.join(name), browser.download(path).await.expect("a list")).expect("written");
    }
    let authority = &server.running.app.jobs.authority;
    for (name, der) in [("root.pem", authority.root().der()), ("issuing.pem", authority.issuing().der())] {
        fs::write(folder.join(name), pem(der)).expect("written");
    }
    for (name, der) in certificates {
        fs::write(folder.join("certs").join(name), pem(der)).expect("written");
    }
    Court::of(folder)
}

/// The same judges about an answer that ends before it begins, and a list without a number.
fn they_can_say_no(court: &Court) {
    let spoiled = |name: &str, change: fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(court.file(name)).expect("read");
        change(&mut bytes);
        let file = court.file(&format!("spoiled-{name}"));
        fs::write(&file, bytes).expect("written");
        file
    };
    let told = |findings: Vec<judges::Finding>| findings.into_iter().map(|one| one.code).collect::<Vec<_>>();
    // producedAt, thisUpdate, nextUpdate.
    let answer = spoiled("got.der", |der| {
        let times: Vec<_> = (0..der.len() - 1).filter(|&at| der[at..at + 2] == [0x18, 0x0f]).collect();
        der[times[2] + 2..times[2] + 6].copy_from_slice(b"2001");
    });
    assert_eq!(told(judges::ocsp_answer(&answer)), ["pkix.ocsp_negative_validity_period"]);
    let party = court.file("certs/party0.pem");
    let said = judges::openssl_ocsp(&answer, &party, &court.issuing(), &court.root());
    assert!(!said.err.contains("Response verify OK"), "{said:?}");
    let list = spoiled("crl.der", |der| {
        let at = der.windows(3).position(|oid| oid == [0x55, 0x1d, 0x14]).expect("the number of the list");
        der[at + 2] = 0x7f;
    });
    assert!(told(judges::crl(&list)).contains(&"pkix.crl_number_missing".to_owned()));
}

#[tokio::test]
async fn certificates_of_every_kind_of_name_key_term_and_reason_are_clean_and_so_is_what_says_they_are_good() {
    let ground = Ground::new();
    let server = ground.server(mohor::app::Parts::default()).await;
    let until = Term::Until((server.clock.now().seconds() + 20 * DAY) * 1000);
    let longest = longest();
    let wanted = [
        (longest.as_str(), Key::P256, Term::Year, IssueReason::First),
        ("陈大文 (TAN TAI BOON)", Key::Rsa2048, Term::Month, IssueReason::First),
        ("முருகன் A/L SPESIMEN", Key::P256, Term::Month, IssueReason::Renewal),
        ("نور عائشة بنت عمر", Key::Rsa3072, Term::Year, IssueReason::Renewal),
        ("D'CRUZ, Ñandú O’Şahin-Ål", Key::P256, until, IssueReason::PinReset),
        ("李", Key::Rsa2048, until, IssueReason::PinReset),
    ];
    let mut leaves = Vec::new();
    for (name, key, term, reason) in wanted {
        leaves.push(issued(&server, name, key, term, reason).await);
    }
    let authority = &server.running.app.jobs.authority;
    let services = [("seal.pem", authority.seal()), ("tsa.pem", authority.tsa()), ("ocsp.pem", authority.ocsp())];
    let mut certificates: Vec<_> =
        services.into_iter().map(|(name, member)| (name.to_owned(), member.der().to_vec())).collect();
    let persons = leaves.iter().enumerate().map(|(at, leaf)| (format!("party{at}.pem"), leaf.der.clone()));
    certificates.extend(persons);

    let good = court(&ground.path().join("good"), &server, &certificates).await;
    good.hear_authority();
    good.hear_responder(&server).await;
    // A certificate that was never issued here: the responder does not know it.
    let (stranger, _) = judges::throw_away_certificate(ground.path(), "stranger", "localhost");
    good.hear_unknown(&server, &stranger).await;

    they_can_say_no(&good);

    // Each reason for a revocation, on the list and in the answers.
    let work = server.running.app.doors.means.work(Actor::System);
    for (leaf, reason) in leaves.iter().zip(RevocationReason::ALL) {
        revoke(&work, authority, &leaf.serial, reason).await.expect("revoked");
    }
    let revoked = court(&ground.path().join("revoked"), &server, &certificates).await;
    for at in 0..RevocationReason::ALL.len() {
        revoked.hear_revoked(&server, &format!("party{at}.pem")).await;
    }
    server.running.stop().await.expect("the server stops");
}
