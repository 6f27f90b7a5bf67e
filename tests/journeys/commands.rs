//! The commands that the README names, as processes: what they leave, what they refuse and with which words, and how
//! they end.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mohor::config::Config;
use mohor::demo::{Browser, office};
use mohor::kernel::clock::SystemClock;
use mohor_tests::ground::{Ground, fresh_database};

use crate::program::{Said, Serving, free_port, run};

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
        "[server]\nlisten = \"127.0.0.1:{port}\"\nfolder = {world:?}\n{database}\
         [server.keystore]\nkind = \"software\"\nmaster = {:?}\nconsent = \"{}\"\n{tls}\
         [settings]\npublic_url = \"{scheme}://{host}:{port}\"\n\
         [settings.mail]\nsmtp_url = \"smtp://127.0.0.1:9\"\n",
        folder.join("master.key"),
        Config::SOFTWARE_CONSENT
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
