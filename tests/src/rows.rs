//! Every row of every table as text, to see what changed and what stands where.

use std::collections::BTreeMap;

use mohor::kernel::db::{Db, Engine, Tx};

/// Every table by name, with its rows in one order; bytes are hexadecimal.
///
/// # Panics
/// When the database cannot be read.
pub async fn all(db: &Db) -> BTreeMap<String, String> {
    let mut tx = db.begin_read().await.expect("begins");
    let tables = match db.engine() {
        Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        Engine::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = 'public'"
        }
    };
    let mut rows = BTreeMap::new();
    for table in texts(&mut tx, tables, "name").await {
        let dump = match db.engine() {
            Engine::Sqlite => {
                let columns = format!("SELECT name FROM pragma_table_info('{table}')");
                let columns = texts(&mut tx, leaked(columns), "name").await;
                let line: Vec<_> = columns.iter().map(|name| format!("'{name}=' || quote(\"{name}\")")).collect();
                let line = line.join(" || ' ' || ");
                format!("SELECT CAST({line} AS TEXT) AS line FROM \"{table}\" ORDER BY 1")
            }
            Engine::Postgres => format!("SELECT CAST(t AS TEXT) AS line FROM \"{table}\" t ORDER BY 1"),
        };
        rows.insert(table, texts(&mut tx, leaked(dump), "line").await.join("\n"));
    }
    rows
}

async fn texts(tx: &mut Tx, sql: &'static str, column: &str) -> Vec<String> {
    let rows = tx.all(sql, Vec::new()).await.expect("reads");
    rows.iter().map(|row| row.text(column).expect("text")).collect()
}

/// Texts of statements live as long as the program; a test may make one.
fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
