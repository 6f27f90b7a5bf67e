//! Lines cut off, lines that are not ours, and a whole trail under attack.

use std::sync::Arc;

use super::*;
use crate::adapters::keystore_software::{MasterKey, SoftwareKeyStore};
use crate::adapters::notary::KeyStoreNotary;
use crate::args;
use crate::audit::verify::{Finding, verify};
use crate::audit::{self, Notary as _};
use crate::kernel::clock::Timestamp;
use crate::kernel::db::Engine;
use crate::testkit::{self, Bench};

fn head(size: u64) -> Head {
    Head { size, root: [7; 32], at: Timestamp::from_millis(5), signature: vec![1, 2] }
}

fn log() -> (tempfile::TempDir, CheckpointFile) {
    let folder = tempfile::tempdir().expect("a folder");
    let log = CheckpointFile::at(&folder.path().join("heads"));
    (folder, log)
}

async fn kept(log: &CheckpointFile) -> Kept {
    log.all().await.expect("reads")
}

fn add(log: &CheckpointFile, text: &[u8]) {
    OpenOptions::new().append(true).open(&log.0).expect("opens").write_all(text).expect("writes");
}

#[tokio::test]
async fn heads_come_back_in_order() {
    let (_folder, log) = log();
    assert_eq!(kept(&log).await, Kept::default());
    log.append(&head(1)).await.expect("appends");
    log.append(&head(2)).await.expect("appends");
    assert_eq!(kept(&log).await, Kept { heads: vec![head(1), head(2)], ..Kept::default() });
}

#[tokio::test]
async fn a_line_cut_off_anywhere_is_torn_and_the_next_head_stands_below_it() {
    let line = head(3).line();
    for cut in 1..=line.len() {
        let (_folder, log) = log();
        log.append(&head(1)).await.expect("appends");
        add(&log, &line.as_bytes()[..cut]);
        let found = kept(&log).await;
        assert_eq!(
            (found.heads, found.torn.as_slice()),
            (vec![head(1)], &[line[..cut].trim_end().to_owned()][..]),
            "{cut}"
        );
        log.append(&head(3)).await.expect("appends");
        let found = kept(&log).await;
        assert_eq!(found.heads, [head(1), head(3)], "{cut}");
        assert_eq!((found.torn, found.foreign), (vec![line[..cut].trim_end().to_owned()], vec![]), "{cut}");
    }
}

#[tokio::test]
async fn a_crash_while_a_torn_line_is_closed_is_a_torn_line_too() {
    let closed = format!("{TORN}\n{}\n", head(4).line());
    for cut in 1..closed.len() {
        let (_folder, log) = log();
        log.append(&head(1)).await.expect("appends");
        add(&log, b"3 0707");
        add(&log, &closed.as_bytes()[..cut]);
        log.append(&head(4)).await.expect("appends");
        let found = kept(&log).await;
        assert_eq!((found.heads.last(), found.foreign), (Some(&head(4)), vec![]), "{cut}");
        assert_eq!(found.torn[0], "3 0707", "{cut}");
    }
}

#[tokio::test]
async fn zeros_behind_the_end_are_torn() {
    let (_folder, log) = log();
    log.append(&head(1)).await.expect("appends");
    add(&log, b"2 07\0\0\0\0");
    log.append(&head(2)).await.expect("appends");
    let found = kept(&log).await;
    assert_eq!((found.heads, found.torn, found.foreign), (vec![head(1), head(2)], vec!["2 07".into()], vec![]));
}

#[tokio::test]
async fn a_foreign_line_is_foreign_even_if_it_says_that_it_is_torn() {
    let (_folder, log) = log();
    log.append(&head(1)).await.expect("appends");
    let half = "9 0707\n";
    for line in ["hello\n", "hello torn\n", half, "2 xyz torn\n", "1 2 3 4 5 torn\n", "\n", "\u{fffd}\n"] {
        add(&log, line.as_bytes());
    }
    let found = kept(&log).await;
    assert_eq!((found.heads, found.torn.len()), (vec![head(1)], 0));
    assert_eq!(found.foreign, [2, 3, 4, 5, 6, 7, 8]);
}

#[tokio::test]
async fn writers_at_once_tear_nothing() {
    let (_folder, log) = log();
    std::thread::scope(|scope| {
        for number in 0..8u64 {
            let log = &log;
            scope.spawn(move || (0..20).for_each(|turn| log.write(&head(number * 20 + turn).line()).expect("writes")));
        }
    });
    let found = kept(&log).await;
    assert_eq!((found.heads.len(), found.torn.len(), found.foreign.len()), (160, 0, 0));
}

#[tokio::test]
async fn a_head_is_found_in_whatever_a_person_holds_it_in() {
    let (one, two) = (head(1), head(2));
    let mail = format!(
        "Perjanjian anda telah selesai.\r\nSHA-256: {}\r\n{0}\r\n\r\n> {}  \r\n>\r\n{}\r\n8 {} 5 01 torn\r\n\r\nPentadbir\r\n",
        hex::encode([9; 32]),
        one.line(),
        two.line().replace(' ', "   "),
        hex::encode([1; 32]),
    );
    let kept = HeldHeads::of(&mail).expect("heads").all().await.expect("reads");
    assert_eq!((kept.heads, kept.torn.len(), kept.foreign.len()), (vec![one.clone(), two], 1, 0));
    // A line that lost its end is not passed over in silence.
    let line = one.line();
    let cut = HeldHeads::of(&line[..line.len() - 1]).expect("something").all().await.expect("reads");
    assert_eq!((cut.heads.len(), cut.foreign), (0, vec![1]));
    for nothing in ["", "hello\n9 0707\n"] {
        assert!(HeldHeads::of(nothing).is_none(), "{nothing}");
    }
}

/// A trail of three heads in a real file under a real key, and the database behind it.
struct Trail {
    bench: Bench,
    notary: KeyStoreNotary,
    folder: tempfile::TempDir,
}

impl Trail {
    async fn of_three_heads() -> Self {
        let notary = KeyStoreNotary::open(Arc::new(testkit::keys())).await.expect("a notary");
        let trail = Self { bench: testkit::bench().await, notary, folder: tempfile::tempdir().expect("a folder") };
        for _ in 0..3 {
            trail.grow().await;
        }
        trail
    }

    /// Two entries more, and a head over them.
    async fn grow(&self) {
        let work = self.bench.work();
        let mut tx = work.write().await.expect("begins");
        for _ in 0..2 {
            audit::record(&work, &mut tx, "test.happened", "thing", serde_json::json!({})).await.expect("records");
        }
        tx.commit().await.expect("commits");
        audit::sequence(&work, &self.notary, &self.log()).await.expect("sequences").expect("a head");
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("heads")
    }

    fn log(&self) -> CheckpointFile {
        CheckpointFile::at(&self.path())
    }

    fn text(&self) -> String {
        std::fs::read_to_string(self.path()).expect("reads")
    }

    fn put(&self, text: &str) {
        std::fs::write(self.path(), text).expect("writes");
    }

    async fn finding(&self) -> Finding {
        self.finding_beside(&[]).await
    }

    async fn finding_beside(&self, copies: &[&dyn CheckpointLog]) -> Finding {
        verify(&self.bench.work(), &self.notary, &self.log(), copies).await.expect("verifies")
    }

    /// Puts the database back to `entries` entries, as a restored backup would.
    async fn roll_back(&self, entries: i64) {
        let work = self.bench.work();
        let mut tx = work.write().await.expect("begins");
        let disarm: &[&'static str] = match tx.engine() {
            Engine::Sqlite => &["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
            Engine::Postgres => &["ALTER TABLE audit_entry DISABLE TRIGGER ALL"],
        };
        for statement in disarm {
            tx.execute(statement, args![]).await.expect("the attack runs");
        }
        tx.execute("DELETE FROM audit_entry WHERE seq >= $1", args![entries]).await.expect("the attack runs");
        tx.execute("DELETE FROM audit_head WHERE size > $1", args![entries]).await.expect("the attack runs");
        tx.commit().await.expect("commits");
    }
}

#[tokio::test]
async fn a_crash_in_the_middle_of_a_head_is_mended_by_the_next_one() {
    let trail = Trail::of_three_heads().await;
    // The process died while it wrote the head of size 8: nobody stored that one.
    add(&trail.log(), b"8 0badc0de");
    assert_eq!(trail.finding().await, Finding::Intact { entries: 6, heads: 3, torn: 1 });
    trail.grow().await;
    assert_eq!(trail.finding().await, Finding::Intact { entries: 8, heads: 4, torn: 1 });
    assert!(trail.text().contains("8 0badc0de torn\n"), "what was torn stays readable");
}

#[tokio::test]
async fn a_stored_head_cut_off_by_half_a_line_or_a_whole_one_is_missed() {
    let trail = Trail::of_three_heads().await;
    let text = trail.text();
    let last = text.trim_end().rfind('\n').expect("lines") + 1;
    for end in [last, last + 1, last + (text.len() - last) / 2, text.len() - 2] {
        trail.put(&text[..end]);
        assert_eq!(trail.finding().await, Finding::MissingHead { size: 6 }, "cut at {end}");
    }
    // Calling the last head torn does not unsign it, and growing on does not heal the file.
    trail.put(&format!("{} torn\n", text.trim_end()));
    assert_eq!(trail.finding().await, Finding::Intact { entries: 6, heads: 3, torn: 1 });
    trail.put(&format!("{} torn\n", &text[..text.len() - 4]));
    trail.grow().await;
    assert_eq!(trail.finding().await, Finding::MissingHead { size: 6 });
}

#[tokio::test]
async fn only_the_line_break_lost_loses_nothing() {
    let trail = Trail::of_three_heads().await;
    trail.put(trail.text().trim_end());
    assert_eq!(trail.finding().await, Finding::Intact { entries: 6, heads: 3, torn: 1 });
}

#[tokio::test]
async fn a_head_under_a_foreign_key_is_forged() {
    let trail = Trail::of_three_heads().await;
    let stranger = SoftwareKeyStore::in_memory(&MasterKey::new([9; 32])).expect("a key store");
    let stranger = KeyStoreNotary::open(Arc::new(stranger)).await.expect("another notary");
    let text = trail.text();
    let mut heads: Vec<_> = text.lines().map(|line| Head::parse(line).expect("a head")).collect();
    let last = heads.last_mut().expect("a head");
    let note = Head::note(last.size, &last.root, last.at);
    last.signature = stranger.sign(note.as_bytes()).await.expect("signs");
    trail.put(&heads.iter().map(|head| head.line() + "\n").collect::<String>());
    assert_eq!(trail.finding().await, Finding::ForgedHead { size: 6 });
}

#[tokio::test]
async fn a_rolled_back_database_contradicts_the_file() {
    let trail = Trail::of_three_heads().await;
    trail.roll_back(4).await;
    assert_eq!(trail.finding().await, Finding::Contradiction { size: 6 });
    // A torn line behind it hides nothing.
    add(&trail.log(), b"8 0707");
    assert_eq!(trail.finding().await, Finding::Contradiction { size: 6 });
}

#[tokio::test]
async fn both_rolled_back_agree_with_each_other_and_contradict_whoever_holds_a_copy() {
    let trail = Trail::of_three_heads().await;
    let (text, elsewhere) = (trail.text(), trail.folder.path().join("elsewhere"));
    // What the completion mails of the parties say, a line each.
    std::fs::write(&elsewhere, &text).expect("writes");
    let kept: Vec<_> = text.lines().take(2).collect();
    trail.put(&(kept.join("\n") + "\n"));
    trail.roll_back(4).await;
    assert_eq!(trail.finding().await, Finding::Intact { entries: 4, heads: 2, torn: 0 });
    let copy = CheckpointFile::at(&elsewhere);
    assert_eq!(trail.finding_beside(&[&copy]).await, Finding::Contradiction { size: 6 });
}

#[tokio::test]
async fn the_heads_of_another_server_on_the_database_are_not_missed_in_this_file() {
    let trail = Trail::of_three_heads().await;
    let other = CheckpointFile::at(&trail.folder.path().join("other"));
    let work = trail.bench.elsewhere();
    audit::refused(&work, "test.happened", "thing", serde_json::json!({})).await.expect("records");
    audit::sequence(&work, &trail.notary, &other).await.expect("sequences").expect("a head");
    assert_eq!(trail.finding().await, Finding::Intact { entries: 7, heads: 3, torn: 0 });
    let there = verify(&work, &trail.notary, &other, &[&trail.log()]).await.expect("verifies");
    assert_eq!(there, Finding::Intact { entries: 7, heads: 4, torn: 0 });
}
