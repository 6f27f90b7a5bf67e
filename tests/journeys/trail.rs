//! What the completion mail is for: one line in somebody's mailbox convicts whoever cuts the audit trail, even if they own
//! the server's database and its disk (What must work 8; ADR 0012, 0039).

use std::fs;
use std::path::{Path, PathBuf};

use mohor::app::Parts;
use mohor::audit::Head;
use mohor::demo::clerk;
use mohor::demo::home::Home;
use mohor::demo::journey::{CodeFrom, World};
use mohor::demo::server::Server;
use mohor::demo::world::SIGNEES;
use mohor::kernel::db::{Db, Engine};
use mohor_tests::ground::{Ground, fresh_database};

use crate::program::{Said, run};

/// A kept world in which one agreement was completed; the completion mail of the first signer as plain text.
async fn completed(home: &Home, database: Option<String>) -> String {
    let plot = home.plot(database, 0).expect("a new world");
    let mailbox = home.mailbox().expect("a mailbox");
    let parts = Parts { mailbox: Some(mailbox.clone()), ..Parts::default() };
    let server = Server::open(home.path(), &plot, parts).await.expect("the server opens");
    let code = server.console_code().await.expect("a console code");
    let world = World::prepare(&server, &code).await.expect("the office opens");
    home.remember(&plot, &server, &world).expect("the world is kept");
    clerk::generate(&world.clerk, &world.agreement).await.expect("Jana eSPA");
    for phone in world.equip().await.expect("four phones") {
        let at = world.certify(&phone).await.expect("a certificate");
        world.sign(&at, &phone, CodeFrom::Phone).await.expect("signs");
    }
    world.completion().await.expect("everybody hears that it is complete");
    server.running.stop().await.expect("the server stops");
    let mut mails = mailbox.mails().into_iter().filter(|mail| mail.to == SIGNEES[0].email && mail.text.contains("/v/"));
    mails.next_back().expect("the completion mail").text
}

fn verify(config: &Path, more: &[&str]) -> Said {
    run(&[&["audit", "verify", "--config", config.to_str().expect("UTF-8")], more].concat())
}

#[track_caller]
fn says(said: &Said, code: i32, words: &str) {
    assert!(said.code == code && format!("{}{}", said.out, said.err).contains(words), "{words}: {said:#?}");
}

/// Takes the end of the trail away, as whoever owns database and disk would: entries, heads, and the lines of the file.
async fn cut(url: &str, heads: &Path, size: u64) {
    let db = Db::open(url).await.expect("the database");
    let mut tx = db.begin_write().await.expect("begins");
    let disarm: &[&'static str] = match db.engine() {
        Engine::Sqlite => &["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
        Engine::Postgres => &["ALTER TABLE audit_entry DISABLE TRIGGER ALL"],
    };
    for statement in disarm {
        tx.execute(statement, Vec::new()).await.expect("the attack runs");
    }
    let entries = i64::try_from(size).expect("few");
    tx.execute("DELETE FROM audit_entry WHERE seq >= $1", mohor::args![entries]).await.expect("the attack runs");
    tx.execute("DELETE FROM audit_head WHERE size > $1", mohor::args![entries]).await.expect("the attack runs");
    tx.commit().await.expect("commits");
    db.close().await;
    let text = fs::read_to_string(heads).expect("the file");
    let kept = text.lines().filter(|line| Head::parse(line).is_some_and(|head| head.size <= size));
    let kept: Vec<_> = kept.collect();
    assert!(!kept.is_empty(), "something is left that agrees with itself");
    fs::write(heads, kept.join("\n") + "\n").expect("written");
}

#[tokio::test]
async fn the_line_of_a_completion_mail_convicts_whoever_cuts_the_trail() {
    let ground = Ground::new();
    let home = Home::kept(&ground.path().join("world")).expect("a folder");
    let database = fresh_database().await;
    let mail = completed(&home, database.clone()).await;
    let line = mail.lines().find(|line| Head::parse(line).is_some()).expect("a head in the mail").to_owned();
    let (config, heads) = (home.path().join("mohor.toml"), home.path().join("audit-heads"));
    let saved = ground.path().join("surat.txt");
    fs::write(&saved, &mail).expect("written");
    let saved = saved.to_str().expect("UTF-8");

    // The head of the mail is one of the trail, signed by the notary, by line and by mail.
    for given in [&["--head", &line][..], &["--heads", saved]] {
        says(&verify(&config, given), 0, "intact: ");
    }
    let forged = line.replacen(' ', "0 ", 1);
    says(&verify(&config, &["--head", &forged]), 1, "is not the notary's");
    says(&verify(&config, &["--head", "tiada apa-apa"]), 2, "there is no line of an audit head");

    // An older state that agrees with itself is found out by whoever kept the mail, and by nobody else.
    let url = database.unwrap_or_else(|| format!("sqlite://{}?mode=rwc", home.path().join("mohor.db").display()));
    let older = fs::read_to_string(&heads).expect("the file");
    let older = older.lines().filter_map(Head::parse).nth(3).expect("an early head").size;
    assert!(older < Head::parse(&line).expect("a head").size);
    cut(&url, &heads, older).await;
    says(&verify(&config, &[]), 0, "intact: ");
    says(&verify(&config, &["--head", &line]), 1, "BROKEN: the entries contradict the signed head");
    says(&verify(&config, &["--heads", saved]), 1, "BROKEN: the entries contradict the signed head");

    // Without any head nothing is called intact.
    fs::remove_file(&heads).expect("removed");
    says(&verify(&config, &[]), 1, "BROKEN: the head of size");
    let db = Db::open(&url).await.expect("the database");
    let mut tx = db.begin_write().await.expect("begins");
    tx.execute("DELETE FROM audit_head", Vec::new()).await.expect("the attack runs");
    tx.commit().await.expect("commits");
    db.close().await;
    says(&verify(&config, &[]), 3, "UNWITNESSED");
    says(&verify(&config, &["--head", &line]), 1, "BROKEN: the entries contradict the signed head");
}

/// Everything below a folder, with the length of each file. How SQLite lets many read at once (`-shm`, `-wal`) is its own.
fn below(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let about = entry.metadata().expect("about it");
        if about.is_dir() {
            found.extend(below(&entry.path()));
        } else if !["-shm", "-wal"].iter().any(|end| entry.path().display().to_string().ends_with(end)) {
            found.push((entry.path(), about.len()));
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn on_a_wrong_path_nothing_is_checked_and_nothing_is_made() {
    let ground = Ground::new();
    let (folder, world) = (ground.path(), ground.path().join("served"));
    let path = folder.join("mohor.toml");
    let write = |database: &str| {
        let text = format!(
            "[server]\nfolder = {world:?}\n{database}\n[server.keystore]\nkind = \"software\"\nmaster = {:?}\n",
            folder.join("master.key")
        );
        fs::write(&path, text).expect("written");
    };
    write("");
    says(&verify(&folder.join("nowhere.toml"), &[]), 2, "nowhere.toml");
    says(&verify(&path, &["--heads", "/nowhere/heads"]), 2, "/nowhere/heads");
    let before = below(folder);
    says(&verify(&path, &[]), 2, "no server has ever worked in this folder");
    assert_eq!(below(folder), before, "nothing was made");

    // A folder that a server named, and no database in it.
    fs::create_dir(&world).expect("a folder");
    fs::write(world.join("server.name"), "0123456789abcdef\n").expect("written");
    let before = below(folder);
    says(&verify(&path, &[]), 2, "there is no database here");
    assert_eq!(below(folder), before, "nothing was made");

    // Somebody else's database.
    let theirs = folder.join("theirs.db");
    fs::write(&theirs, "").expect("written");
    write(&format!("database = \"sqlite://{}?mode=rwc\"", theirs.display()));
    let before = below(folder);
    says(&verify(&path, &[]), 2, "this database is not Mohor's");
    assert_eq!(below(folder), before, "nothing was made");

    // Ours, and the keys are not where the configuration says.
    let ours = folder.join("ours.db");
    let url = format!("sqlite://{}?mode=rwc", ours.display());
    Db::open(&url).await.expect("a database").close().await;
    write(&format!("database = {url:?}"));
    let before = below(folder);
    says(&verify(&path, &[]), 2, "master.key");
    assert_eq!(below(folder), before, "nothing was made");
}
