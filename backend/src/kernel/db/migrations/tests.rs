//! A database that has been at work is brought to the newest schema as well as an empty one.
//!
//! `older.jsonl` holds one row of every table, as a world left them that was at work before (its longer texts and bytes are
//! cut): who adds a table adds a row. Only `audit_edge` has its one row from its migration.
//! Numbers are not the order in which migrations came to be, so the first version's schema is made first and the others
//! run over its rows; a table gets its row as soon as it is there, so the younger ones are run over as well.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};

use super::super::{Row, pool, settings};
use super::*;

/// The schema of the first version that was at work.
const FIRST: [i64; 15] = [1, 2, 3, 100, 200, 201, 202, 203, 300, 301, 400, 410, 420, 430, 440];

const OLDER: &str = include_str!("older.jsonl");

/// A row that was there before.
struct Old {
    into: String,
    row: Map<String, Json>,
}

fn rows() -> Vec<Old> {
    let line = |line: &str| {
        let line: Json = serde_json::from_str(line).expect("a line of JSON");
        let (Some(into), Some(row)) = (line["into"].as_str(), line["row"].as_object()) else { panic!("{line}") };
        Old { into: into.to_owned(), row: row.clone() }
    };
    OLDER.lines().map(line).collect()
}

fn bound<'q>(query: Query<'q, Any, AnyArguments>, value: &Json) -> Query<'q, Any, AnyArguments> {
    match (value.as_str(), value.as_i64(), value["hex"].as_str()) {
        (Some(text), ..) => query.bind(text.to_owned()),
        (_, Some(number), _) => query.bind(number),
        (.., Some(bytes)) => query.bind(hex::decode(bytes).expect("hexadecimal")),
        _ => panic!("{value} is no value of a column"),
    }
}

async fn lines(pool: &AnyPool, sql: &'static str) -> BTreeSet<String> {
    let rows = sqlx::query(sql).fetch_all(pool).await.expect("reads");
    rows.into_iter().map(|row| Row::from(row).text("line").expect("text")).collect()
}

/// `table.column` of every table.
async fn columns(engine: Engine, pool: &AnyPool) -> BTreeSet<String> {
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT m.name || '.' || c.name AS line FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'"
        }
        Engine::Postgres => {
            "SELECT CAST(c.table_name || '.' || c.column_name AS TEXT) AS line FROM information_schema.columns c
                JOIN information_schema.tables t ON t.table_name = c.table_name AND t.table_type = 'BASE TABLE'
                WHERE c.table_schema = 'public' AND t.table_schema = 'public'"
        }
    };
    lines(pool, sql).await
}

/// Tables, columns, indexes, constraints, triggers and views, a line each.
async fn schema(engine: Engine, pool: &AnyPool) -> BTreeSet<String> {
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk || ' '
                    || COALESCE(c.dflt_value, '') AS line FROM sqlite_master m JOIN pragma_table_info(m.name) c
            UNION ALL SELECT m.name || ' -> ' || f.\"table\" || '.' || f.\"to\" FROM sqlite_master m
                JOIN pragma_foreign_key_list(m.name) f
            UNION ALL SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_master WHERE type <> 'table'"
        }
        Engine::Postgres => {
            "SELECT CAST(table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' '
                    || COALESCE(column_default, '') AS TEXT) AS line
                FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
                WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
            UNION ALL SELECT viewname || ' ' || definition FROM pg_views WHERE schemaname = 'public'"
        }
    };
    lines(pool, sql).await
}

impl Old {
    /// Whether its table is there.
    fn fits(&self, columns: &BTreeSet<String>) -> bool {
        let table = format!("{}.", self.into);
        columns.iter().any(|column| column.starts_with(&table))
    }

    /// Writes as much of it as its table has columns.
    async fn write(&mut self, pool: &AnyPool, columns: &BTreeSet<String>) {
        self.row.retain(|name, _| columns.contains(&format!("{}.{name}", self.into)));
        let names: Vec<_> = self.row.keys().map(String::as_str).collect();
        let places: Vec<_> = (1..=names.len()).map(|place| format!("${place}")).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES ({})", self.into, names.join(", "), places.join(", "));
        let query = self.row.values().fold(sqlx::query(AssertSqlSafe(sql)), bound);
        let written = query.execute(pool).await;
        written.unwrap_or_else(|error| panic!("{} {:?}: {error}", self.into, self.row));
    }

    /// It stands there as it was written.
    async fn stands(&self, pool: &AnyPool) {
        let columns = self.row.keys().enumerate();
        let same: Vec<_> = columns.map(|(at, name)| format!("{name} = ${}", at + 1)).collect();
        let sql = format!("SELECT COUNT(*) AS same FROM {} WHERE {}", self.into, same.join(" AND "));
        let query = self.row.values().fold(sqlx::query(AssertSqlSafe(sql)), bound);
        let found = Row::from(query.fetch_one(pool).await.expect("reads")).int("same").expect("a number");
        assert_eq!(found, 1, "{} lost or changed {:?}", self.into, self.row);
    }
}

/// An empty database.
async fn ground(engine: Engine, folder: &tempfile::TempDir) -> AnyPool {
    sqlx::any::install_default_drivers();
    pool(1, &crate::testkit::empty_database(folder).await, settings(engine)).await.expect("connects")
}

async fn migrate(pool: &AnyPool, migrations: &[Migration]) {
    let newest = migrations.last().expect("one").version;
    let done = Migrator::with_migrations(migrations.to_vec()).run(pool).await;
    done.unwrap_or_else(|error| panic!("migration {newest} over rows: {error}"));
}

/// Over a database that holds rows of every table: whatever the newest schema asks, the rows of before have it, and none is
/// lost. The schema is that of an empty database that was made today.
#[tokio::test]
async fn migrations_run_over_a_database_that_already_holds_rows_of_every_table() {
    let engine = Engine::of(&std::env::var("MOHOR_TEST_DATABASE").unwrap_or_else(|_| "sqlite:".to_owned()));
    let (folder, another) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    let pool = ground(engine, &folder).await;
    let (mut done, later): (Vec<_>, Vec<_>) =
        all(engine).into_iter().partition(|migration| FIRST.contains(&migration.version));
    let (mut waiting, mut written) = (rows(), Vec::new());
    let mut steps = later.into_iter();
    loop {
        migrate(&pool, &done).await;
        let columns = columns(engine, &pool).await;
        let (now, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|row: &Old| row.fits(&columns));
        waiting = later;
        for mut row in now {
            row.write(&pool, &columns).await;
            written.push(row);
        }
        match steps.next() {
            Some(next) => done.push(next),
            None => break,
        }
    }
    assert!(waiting.is_empty(), "no table {}", waiting[0].into);
    for row in &written {
        row.stands(&pool).await;
    }
    if engine == Engine::Sqlite {
        let orphans = sqlx::query("PRAGMA foreign_key_check").fetch_all(&pool).await.expect("checks");
        assert_eq!(orphans.len(), 0, "a row refers to nothing");
    }
    let fresh = ground(engine, &another).await;
    run(engine, &fresh).await.expect("the newest schema");
    let (old, new) = (schema(engine, &pool).await, schema(engine, &fresh).await);
    assert_eq!(old.symmetric_difference(&new).collect::<Vec<_>>(), Vec::<&String>::new(), "one schema, on both ways");
}
