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
