use super::*;

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("t.db").display());
    let db = Db::open(&url).await.expect("opens");
    let mut tx = db.begin_write().await.expect("begins");
    tx.execute("CREATE TABLE t (a BIGINT)", args![]).await.expect("creates");
    drop(tx);
    let mut tx = db.begin_read().await.expect("begins");
    assert!(tx.all("SELECT a FROM t", args![]).await.is_err());
}

#[tokio::test]
async fn a_look_at_the_tables_makes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("t.db").display());
    assert!(tables(&url).await.expect("looks").is_empty());
    assert!(tables(&url).await.expect("looks again").is_empty());
    Db::open(&url).await.expect("opens").close().await;
    assert!(tables(&url).await.expect("looks").iter().any(|name| name == "audit_entry"));
}

#[tokio::test]
async fn a_full_disk_is_told_and_undone_and_the_writer_writes_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("t.db").display());
    let db = Db::open(&url).await.expect("opens");
    set(&db, "CREATE TABLE t (a BYTEA)").await;
    set(&db, "PRAGMA max_page_count = 1").await;
    let mut tx = db.begin_write().await.expect("begins");
    tx.execute("INSERT INTO t VALUES (x'01')", args![]).await.expect("a small row finds room in a page that is there");
    let refused = tx.execute("INSERT INTO t VALUES ($1)", args![vec![7_u8; 20_000]]).await;
    assert!(matches!(refused, Err(DbError::Full)), "{refused:?}");
    drop(tx);
    set(&db, "INSERT INTO t VALUES (x'07')").await;
    let rows = db.begin_read().await.expect("begins").all("SELECT a FROM t", args![]).await.expect("reads");
    assert_eq!(rows.len(), 1, "what did not fit left nothing");
}

async fn set(db: &Db, sql: &'static str) {
    let mut tx = db.begin_write().await.expect("begins");
    tx.first(sql, args![]).await.expect("runs");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn a_life_ends_between_two_commits_and_the_next_one_finds_the_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = crate::testkit::empty_database(&folder).await;
    let db = Db::open(&url).await.expect("opens");
    set(&db, "CREATE TABLE t (a BIGINT)").await;
    db.life.dies_before(2);
    let insert = async || {
        let mut tx = db.begin_write().await?;
        tx.execute("INSERT INTO t VALUES (1)", args![]).await?;
        tx.commit().await
    };
    insert().await.expect("the first");
    insert().await.expect_err("dies before the second");
    assert!(db.begin_read().await.is_err() && insert().await.is_err(), "the dead do nothing");
    assert!(db.life.again());
    let count = db.begin_read().await.expect("reads").one("SELECT COUNT(*) AS n FROM t", args![]).await;
    assert_eq!(count.expect("a row").int("n").expect("a number"), 1);
    insert().await.expect("the next life goes on");
    assert!(!db.life.again());
}
