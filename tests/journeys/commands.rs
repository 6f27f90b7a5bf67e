//! The commands that the README names, as processes: what they leave, what they refuse and with which words, and how
//! they end.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mohor::config::Config;
use mohor::demo::{Browser, office};
use mohor::kernel::clock::SystemClock;
use mohor_tests::ground::{Ground, fresh_database};
use mohor_tests::judges;
use serde_json::Value as Json;

use crate::outsiders;
use crate::program::{Said, Serving, free_port, run};

/// What `demo --once` leaves, besides the certificates.
const FILES: [&str; 10] = [
    "espa-1.pdf",
    "espa-2.pdf",
    "espa-3.pdf",
    "espa-4.pdf",
    "espa.pdf",
    "root.pem",
    "issuing.pem",
    "crl.der",
    "root-crl.der",
    "journey.json",
];
const CERTIFICATES: [&str; 6] = ["party1.pem", "party2.pem", "party3.pem", "party4.pem", "seal.pem", "tsa.pem"];

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// Ended well.
#[track_caller]
fn fine(said: &Said) {
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
}

/// Ended badly, and says why.
#[track_caller]
fn refused(said: &Said, words: &str) {
    assert!(said.code > 0 && said.err.contains(words), "{words}: {said:#?}");
}

/// An empty database of the engine under test: the URL of a file in the folder, or of a new one on PostgreSQL.
async fn empty_database(folder: &Path) -> String {
    let embedded = || format!("sqlite://{}?mode=rwc", folder.join("mohor.db").display());
    fresh_database().await.unwrap_or_else(embedded)
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = entries.map(|name| name.into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

#[tokio::test]
async fn demo_once_leaves_every_file_of_a_whole_journey_and_never_uses_a_database_twice() {
    let ground = Ground::new();
    let (out, database) = (ground.path().join("out"), empty_database(ground.path()).await);
    let demo = ["demo", "--once", "--out", text(&out), "--database", &database];
    let said = run(&demo);
    fine(&said);
    assert!(said.out.contains("4 revisions, every signature accepted"), "{}", said.out);

    let mut wanted: Vec<_> = FILES.into_iter().chain(["certs"]).collect();
    wanted.sort_unstable();
    assert_eq!(names(&out), wanted);
    assert_eq!(names(&out.join("certs")), CERTIFICATES);
    assert_eq!(fs::read(out.join("espa.pdf")).expect("the last"), fs::read(out.join("espa-4.pdf")).expect("the 4th"));
    journey_is_told_in_order(&fs::read_to_string(out.join("journey.json")).expect("the journey"));
    verify_tells_valid_invalid_and_undecided(&ground, &out);
    outsiders::accept(&out);

    // The people of a demo are invented and their secrets known: nobody is served with them, nor a second demo.
    let again = ground.path().join("again");
    refused(&run(&["demo", "--once", "--out", text(&again), "--database", &database]), "give an empty one");
    assert!(!again.join("journey.json").exists());
    let config = configuration(ground.path(), &Wishes { database: Some(&database), ..Wishes::default() });
    refused(&run(&["serve", "--config", text(&config)]), "this database is a demo's");
}

/// Every step has its duration, every event its place, its time and the time since the one before.
#[track_caller]
fn journey_is_told_in_order(text: &str) {
    let journey: Json = serde_json::from_str(text).expect("JSON");
    let took = journey["took_ms"].as_u64().expect("the duration of the whole");
    let steps = journey["steps"].as_array().expect("steps");
    assert_eq!(steps.len(), 4 + 2 * 4, "{steps:#?}");
    assert!(steps.iter().all(|step| step["step"].is_string() && step["took_ms"].is_u64()), "{steps:#?}");
    assert!(steps.iter().map(|step| step["took_ms"].as_u64().unwrap_or(u64::MAX)).sum::<u64>() <= took);

    let events = journey["events"].as_array().expect("events");
    let begins: Vec<_> = events.iter().map(|event| event["since_begin_ms"].as_u64().expect("a time")).collect();
    assert!(begins.is_sorted(), "{begins:?}");
    for (pair, event) in begins.windows(2).zip(&events[1..]) {
        assert_eq!(event["took_ms"].as_u64(), Some(pair[1] - pair[0]), "{event}");
        let told = ["at", "kind", "subject", "actor"].iter().all(|member| event[member].is_string());
        assert!(told, "{event}");
    }
    let kinds: Vec<_> = events.iter().map(|event| event["kind"].as_str().unwrap_or_default()).collect();
    let count = |kind: &str| kinds.iter().filter(|other| **other == kind).count();
    assert_eq!((count("signing.intended"), count("signing.done"), count("espa.completed")), (4, 4, 1), "{kinds:?}");
    let first = |kind: &str| kinds.iter().position(|other| *other == kind);
    assert!(first("signing.intended") < first("signing.done") && first("signing.done") < first("espa.completed"));
    let verdicts = journey["verdicts"].as_array().expect("verdicts");
    assert!(verdicts.len() == 4 && verdicts.iter().all(|verdict| verdict == "VALID_EXTENDED"), "{verdicts:?}");
}

/// `mohor verify` on the agreement, on a changed copy, by another root, and on what is no document.
#[track_caller]
fn verify_tells_valid_invalid_and_undecided(ground: &Ground, out: &Path) {
    let (document, root) = (out.join("espa.pdf"), out.join("root.pem"));
    let verify =
        |file: &Path, root: &Path, more: &[&str]| run(&[&["verify", text(file), "--trust", text(root)], more].concat());
    let lists = [out.join("crl.der"), out.join("root-crl.der")];
    let genuine = verify(&document, &root, &["--crl", text(&lists[0]), "--crl", text(&lists[1])]);
    fine(&genuine);
    for field in ["Cert0", "Party1", "Party2", "Party3", "Party4"] {
        assert!(genuine.out.contains(&format!("{field} VALID")), "{field}: {}", genuine.out);
    }
    let json = verify(&document, &root, &["--json"]);
    fine(&json);
    let (from, to) = (json.out.find('{').expect("JSON"), json.out.rfind('}').expect("JSON"));
    let report: Json = serde_json::from_str(&json.out[from..=to]).expect("JSON");
    assert_eq!(report["signatures"].as_array().map(Vec::len), Some(5), "{report:#}");

    let mut bytes = fs::read(&document).expect("the document");
    let at = bytes.windows(6).position(|window| window == b"stream").expect("a stream") + 20;
    bytes[at] ^= 1;
    let changed = ground.path().join("changed.pdf");
    fs::write(&changed, bytes).expect("written");
    let said = verify(&changed, &root, &["--lang", "ms"]);
    assert!(said.code == 1 && said.out.contains("INVALID · Tidak tulen"), "{said:#?}");

    let (stranger, _) = judges::throw_away_certificate(ground.path(), "stranger", "localhost");
    for (lang, words) in [("ms", "Sila berikan sijil akar"), ("en", "Please give the root certificate")] {
        let said = verify(&document, &stranger, &["--lang", lang]);
        let told = said.out.contains("INDETERMINATE") && said.out.contains(words) && !said.out.contains(" VALID");
        assert!(said.code == 2 && told, "by a stranger's root: {said:#?}");
    }
    let said = verify(&out.join("nothing.pdf"), &root, &[]);
    assert!(said.code == 2 && said.out.contains("nothing.pdf"), "{said:#?}");
    assert_eq!(verify(&root, &root, &[]).code, 1, "a certificate is no document");
}

#[tokio::test]
async fn demo_once_refuses_a_database_that_is_somebody_elses_and_leaves_it_alone() {
    let ground = Ground::new();
    let database = empty_database(ground.path()).await;
    mohor::kernel::db::Db::open(&database).await.expect("a real one").close().await;
    let out = ground.path().join("out");
    let demo = run(&["demo", "--once", "--out", text(&out), "--database", &database]);
    refused(&demo, "this database is not a demo's");
    // A folder that cannot be made is named.
    let file = ground.path().join("file");
    fs::write(&file, "").expect("written");
    let demo = run(&["demo", "--once", "--out", text(&file.join("out"))]);
    refused(&demo, text(&file));
}

/// What a test wants of a configuration.
#[derive(Default)]
pub(crate) struct Wishes<'a> {
    /// Port; 0 for a free one.
    pub(crate) port: u16,
    /// Certificate and key of the listener.
    pub(crate) tls: Option<(&'a Path, &'a Path)>,
    /// A database instead of the one in the folder.
    pub(crate) database: Option<&'a str>,
    /// Lines below `[server]`.
    pub(crate) server: &'a str,
    /// What is replaced in the text, by what.
    pub(crate) change: Option<(&'a str, &'a str)>,
}

/// A configuration by which real people could be served, with a software key store, and one thing changed.
pub(crate) fn configuration(folder: &Path, wishes: &Wishes<'_>) -> PathBuf {
    let (port, world) = (wishes.port, folder.join("served"));
    let (scheme, tls) = match wishes.tls {
        Some((chain, key)) => ("https", format!("[server.tls]\nchain = {chain:?}\nkey = {key:?}\n")),
        None => ("http", String::new()),
    };
    let host = if wishes.tls.is_some() { "localhost" } else { "127.0.0.1" };
    let database = wishes.database.map(|url| format!("database = {url:?}\n")).unwrap_or_default();
    let whole = format!(
        "[server]\nlisten = \"127.0.0.1:{port}\"\nfolder = {world:?}\n{database}{}\
         [server.keystore]\nkind = \"software\"\nmaster = {:?}\nconsent = \"{}\"\n{tls}\
         [settings]\npublic_url = \"{scheme}://{host}:{port}\"\nspecimen_consent = \"{}\"\n\
         [settings.mail]\nsmtp_url = \"smtp://127.0.0.1:9\"\n",
        wishes.server,
        folder.join("master.key"),
        Config::SOFTWARE_CONSENT,
        Config::SPECIMEN_CONSENT,
    );
    let text = wishes.change.map_or_else(
        || whole.clone(),
        |(from, to)| {
            assert!(whole.contains(from), "{from} is not in the configuration");
            whole.replace(from, to)
        },
    );
    let path = folder.join("mohor.toml");
    fs::write(&path, text).expect("written");
    path
}

#[tokio::test]
async fn serve_says_in_words_why_it_does_not_start() {
    let ground = Ground::new();
    let folder = ground.path();
    let changes = [
        ("consent = \"I accept", "consent = \"I refuse", "must be one of: I accept"),
        ("127.0.0.1:0\"\nfolder", "0.0.0.0:0\"\nfolder", "plain HTTP is served on loopback only"),
        ("smtp_url = \"smtp://127.0.0.1:9\"", "", "people get their links and codes by mail"),
        ("smtp://127.0.0.1:9", "pigeon://127.0.0.1", "settings.mail.smtp_url"),
        ("public_url", "publik_url", "publik_url"),
        ("http://127.0.0.1:0", "http://mohor.internal", "people must come by https://"),
        ("specimen_consent = \"I accept that", "# \"", "example names that nobody owns"),
        ("specimen_consent = \"I accept that", "specimen_consent = \"I hope that", "must be one of: I accept"),
        ("folder = ", "folder ! ", "mohor.toml"),
    ];
    for (from, to, words) in changes {
        let config = configuration(folder, &Wishes { change: Some((from, to)), ..Wishes::default() });
        refused(&run(&["serve", "--config", text(&config)]), words);
    }
    refused(&run(&["serve", "--config", text(&folder.join("nowhere.toml"))]), "nowhere.toml");

    // A root is made by a ceremony, never in passing.
    let config = configuration(folder, &Wishes::default());
    refused(&run(&["serve", "--config", text(&config)]), "run `mohor ceremony --config FILE` once");
    refused(&run(&["first-admin", "--config", text(&config)]), "run `mohor ceremony --config FILE` once");

    // A master key that others may read, and a port that is taken.
    let made = run(&["ceremony", "--config", text(&config)]);
    fine(&made);
    let master = folder.join("master.key");
    let readable = |by: u32| fs::set_permissions(&master, fs::Permissions::from_mode(by)).expect("the owner may");
    readable(0o644);
    let config = configuration(folder, &Wishes::default());
    refused(&run(&["serve", "--config", text(&config)]), "others may read the secret file");
    readable(0o600);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let config = configuration(folder, &Wishes { port, ..Wishes::default() });
    refused(&run(&["serve", "--config", text(&config)]), &port.to_string());
}

#[tokio::test]
async fn serve_opens_for_the_first_administrator_and_ends_in_peace() {
    let ground = Ground::new();
    let (port, database) = (free_port(), empty_database(ground.path()).await);
    let config = configuration(ground.path(), &Wishes { port, database: Some(&database), ..Wishes::default() });
    let serving = Serving::open(&config, port).await;
    let base = format!("http://127.0.0.1:{port}");
    let stranger = Browser::open(&base).expect("a browser");
    stranger.visit("/sihat").await.expect("the server answers");
    assert_eq!(stranger.get("/mel").await.expect("an answer").status, 404, "nobody's mails are shown");

    let code = run(&["first-admin", "--config", text(&config)]);
    fine(&code);
    let at = code.out.find(&format!("{base}/masuk/pertama")).expect("the address");
    let code = code.out[at..].lines().nth(1).expect("the code").trim().to_owned();
    office::first_administrator(&base, &code, Arc::new(SystemClock)).await.expect("the administrator signs in");
    let again = run(&["first-admin", "--config", text(&config)]);
    assert!(again.code == 0 && again.out.contains("an administrator exists already"), "{again:#?}");
    assert!(!serving.log().contains(&code), "a code stands in the log");

    assert_eq!(serving.interrupt().await.code(), Some(0));
    let audit = run(&["audit", "verify", "--config", text(&config)]);
    assert!(audit.code == 0 && audit.out.contains("intact: "), "{audit:#?}");
}

#[tokio::test]
async fn a_ceremony_makes_one_root_under_the_names_of_the_configuration_and_never_a_second() {
    let ground = Ground::new();
    let database = empty_database(ground.path()).await;
    let config = configuration(ground.path(), &Wishes { database: Some(&database), ..Wishes::default() });
    let ceremony = || run(&["ceremony", "--config", text(&config)]);
    let fingerprint = |said: &Said| {
        fine(said);
        let at = said.out.find("root: SHA-256 ").expect("the fingerprint") + 14;
        said.out[at..at + 64].to_owned()
    };
    let first = ceremony();
    assert!(first.out.contains("organisation: Mohor SPESIMEN"), "{first:#?}");
    let made = fingerprint(&first);
    assert_eq!(fingerprint(&ceremony()), made, "again changes nothing");
    let audit = run(&["audit", "verify", "--config", text(&config)]);
    assert!(audit.code == 0 && audit.out.contains("intact: "), "witnessed from the first entry on: {audit:#?}");

    // The names that were refused are refused here as well, before anything is made.
    let other = Ground::new();
    let change = Some(("specimen_consent = \"I accept that", "# \""));
    let config = configuration(other.path(), &Wishes { change, ..Wishes::default() });
    refused(&run(&["ceremony", "--config", text(&config)]), "example names that nobody owns");
    assert_eq!(names(other.path()), ["mohor.toml"]);
}

#[tokio::test]
async fn a_supervisor_ends_it_in_peace_and_a_request_under_way_is_answered() {
    use std::io::{Read as _, Write as _};
    let ground = Ground::new();
    let (port, database) = (free_port(), empty_database(ground.path()).await);
    let config = configuration(ground.path(), &Wishes { port, database: Some(&database), ..Wishes::default() });
    let serving = Serving::open(&config, port).await;

    // Half of an upload, when SIGTERM arrives.
    let mut slow = std::net::TcpStream::connect(("127.0.0.1", port)).expect("a connection");
    slow.set_read_timeout(Some(std::time::Duration::from_secs(60))).expect("a limit");
    let body = "--b\r\ncontent-disposition: form-data; name=\"fail\"; filename=\"a.pdf\"\r\n\r\nnothing\r\n--b--\r\n";
    let (half, rest) = body.split_at(body.len() / 2);
    write!(
        slow,
        "POST /semak HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\norigin: http://127.0.0.1:{port}\r\n\
         accept: text/html\r\naccept-language: en\r\ncontent-type: multipart/form-data; boundary=b\r\n\
         content-length: {}\r\n\r\n{half}",
        body.len()
    )
    .expect("sent");
    // Answered after the half has been sent: the server has read that one as well.
    Browser::open(&format!("http://127.0.0.1:{port}")).expect("a browser").visit("/sihat").await.expect("an answer");
    serving.signal("TERM");
    serving.says("asked to end").await;
    slow.write_all(rest.as_bytes()).expect("sent");
    let mut answer = Vec::new();
    slow.read_to_end(&mut answer).expect("an answer, then the end");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 ") && answer.contains("</html>"), "{answer}");

    serving.says("ended").await;
    assert_eq!(serving.end().await.code(), Some(0));
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err(), "nobody listens any more");
    let audit = run(&["audit", "verify", "--config", text(&config)]);
    assert!(audit.code == 0 && audit.out.contains("intact: "), "{audit:#?}");
}
