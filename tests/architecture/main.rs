//! Guards the floors of the house: reads every source file and fails the build when a wall is crossed.
//!
//! Each rule also shows here that it catches its own violation, so that a rule cannot fall silent.

mod app;
mod circles;
mod rules;
mod source;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use rules::Crossing;
use source::Source;

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate stands in the workspace").to_owned()
}

fn files(folder: &Path, ending: &str, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the workspace").flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !matches!(path.file_name().and_then(|name| name.to_str()), Some("target" | "node_modules" | "gen")) {
                files(&path, ending, into);
            }
        } else if path.extension().is_some_and(|extension| extension == ending) {
            into.push(path);
        }
    }
}

fn name_of(path: &Path) -> String {
    path.strip_prefix(top()).expect("inside the workspace").to_str().expect("UTF-8 names").replace('\\', "/")
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    for folder in ["backend", "shared", "mobile-app", "tests"] {
        files(&top().join(folder), "rs", &mut found);
    }
    assert!(found.len() > 30, "only {} files found: the test looks at the wrong place", found.len());
    found.iter().map(|path| Source::new(&name_of(path), &fs::read_to_string(path).expect("readable"))).collect()
}

fn rooms() -> Vec<String> {
    rules::rooms_of(&fs::read_to_string(top().join("backend/src/lib.rs")).expect("lib.rs"))
}

fn hold(crossings: Vec<Crossing>) {
    let list: Vec<_> = crossings.iter().map(|crossing| format!("{}: {}", crossing.at, crossing.why)).collect();
    assert!(list.is_empty(), "{} walls crossed:\n{}", list.len(), list.join("\n"));
}

fn hold_everywhere(rule: impl Fn(&Source) -> Vec<Crossing>) {
    hold(sources().iter().flat_map(rule).collect());
}

#[test]
fn rooms_import_leftwards_and_floors_downwards() {
    let rooms = rooms();
    hold_everywhere(|source| rules::floors(source, &rooms));
}

#[test]
fn every_module_has_its_place_in_the_order() {
    let rooms = rooms();
    let lib = fs::read_to_string(top().join("backend/src/lib.rs")).expect("lib.rs");
    let known = |name: &str| {
        rooms.iter().any(|room| room == name)
            || rules::DOORS.contains(&name)
            || rules::ROOF.contains(&name)
            || matches!(name, "kernel" | "testkit")
    };
    let declared: Vec<_> = lib
        .lines()
        .filter_map(|line| line.trim_start_matches("pub ").trim_start_matches("pub(crate) ").strip_prefix("mod "))
        .filter_map(|line| line.strip_suffix(';'))
        .collect();
    assert!(declared.len() > 20, "the list of modules was not understood: {declared:?}");
    let strangers: Vec<_> = declared.iter().filter(|name| !known(name)).collect();
    assert!(strangers.is_empty(), "no floor or place in the order of lib.rs for {strangers:?}");
    let missing: Vec<_> = rooms.iter().filter(|room| !declared.contains(&room.as_str())).collect();
    assert!(missing.is_empty(), "lib.rs orders rooms that it does not declare: {missing:?}");
}

#[test]
fn reserved_words_stay_in_their_place() {
    hold_everywhere(rules::reserved_words);
}

#[test]
fn the_document_room_is_pure() {
    hold_everywhere(rules::document_is_pure);
}

#[test]
fn every_sql_text_stands_where_the_schema_test_sees_it() {
    hold_everywhere(rules::sql_stands_in_stores);
}

#[test]
fn nobody_selects_star() {
    hold_everywhere(|source| if source.path.starts_with("backend/") { rules::no_select_star(source) } else { vec![] });
}

#[test]
fn shared_needs_no_server_and_no_window() {
    hold_everywhere(rules::shared_is_light);
    let manifest = fs::read_to_string(top().join("shared/Cargo.toml")).expect("the manifest of shared");
    for heavy in ["tokio", "sqlx", "axum", "tauri"] {
        assert!(!manifest.contains(heavy), "shared/Cargo.toml depends on {heavy}");
    }
}

#[test]
fn no_file_outgrows_its_page() {
    hold_everywhere(rules::short_files);
}

#[test]
fn columns_are_the_same_on_both_engines() {
    let mut found = Vec::new();
    files(&top().join("migrations"), "sql", &mut found);
    hold(
        found
            .iter()
            .flat_map(|path| rules::portable_columns(&name_of(path), &fs::read_to_string(path).expect("readable")))
            .collect(),
    );
}

#[test]
fn documents_name_functions_that_exist() {
    let mut documents = vec![top().join("README.md"), top().join("backend/docs/coverage.md")];
    files(&top().join("backend/docs/adr"), "md", &mut documents);
    assert!(documents.len() > 20, "only {} documents found", documents.len());
    let mut missing = Vec::new();
    for document in documents {
        let text = fs::read_to_string(&document).expect("a document");
        for (file, function) in rules::walkthrough_names(&text) {
            if !code_of(&file).is_some_and(|code| rules::has_function(&code, &function)) {
                missing.push(format!("{}: {file}:{function}", name_of(&document)));
            }
        }
    }
    assert!(missing.is_empty(), "named and not there:\n{}", missing.join("\n"));
}

/// What shows that a requirement is fulfilled is a test, not a function of the same name.
#[test]
fn coverage_names_tests() {
    let coverage = fs::read_to_string(top().join("backend/docs/coverage.md")).expect("coverage.md");
    let shown_by = coverage.lines().filter_map(|row| row.trim().trim_end_matches('|').rsplit('|').next());
    let names: Vec<_> = shown_by.flat_map(rules::walkthrough_names).collect();
    assert!(names.len() > 100, "only {} tests are named", names.len());
    let none: Vec<_> = names
        .iter()
        .filter(|(file, function)| !code_of(file).is_some_and(|code| rules::has_test(&code, function)))
        .map(|(file, function)| format!("{file}:{function}"))
        .collect();
    assert!(none.is_empty(), "no tests:\n{}", none.join("\n"));
}

/// The code of a file as documents name it: from the top, or below `backend/src`.
fn code_of(file: &str) -> Option<String> {
    let path = top().join(file);
    let path = if path.exists() { path } else { top().join("backend/src").join(file) };
    fs::read_to_string(path).ok()
}

#[test]
fn the_readme_walks_through_the_code() {
    let readme = fs::read_to_string(top().join("README.md")).expect("README.md");
    assert!(!rules::walkthrough_names(&readme).is_empty(), "the README names no function");
}

// The rules catch what they are for.

fn order() -> Vec<String> {
    ["audit", "person", "hims"].map(str::to_owned).to_vec()
}

fn why(crossings: &[Crossing]) -> String {
    assert_eq!(crossings.len(), 1, "exactly one crossing expected: {crossings:?}");
    crossings[0].why.clone()
}

#[test]
fn a_room_that_imports_a_room_to_its_right_is_caught() {
    for text in [
        "use crate::hims::Turn;",
        "use crate::{\n kernel::work::Work,\n hims::{self, Turn},\n};",
        "fn f() { crate::hims::open(); }",
        "use super::super::hims::Turn;",
        "mod inner { use super::super::super::hims::Turn; }",
        "fn f<'a>(c: char) -> bool { let x = '\"'; crate::hims::g() }",
    ] {
        let source = Source::new("backend/src/person/register.rs", text);
        assert!(why(&rules::floors(&source, &order())).contains("to its right"), "{text}");
    }
    let door_plate = Source::new("backend/src/person/mod.rs", "use super::hims::Turn;");
    assert!(why(&rules::floors(&door_plate, &order())).contains("to its right"));
}

#[test]
fn a_room_may_import_leftwards_and_its_tests_may_lean_on_doors() {
    for text in [
        "use crate::audit::record;",
        "use crate::person::Person; use super::model::Name;",
        "// use crate::hims::Turn;\n/* crate::web */ const A: &str = \"crate::hims::Turn\";",
        "#[cfg(test)]\nmod tests { use crate::adapters::mailbox; use crate::hims::Turn; }",
        "pub(crate) fn hims() {}",
    ] {
        let source = Source::new("backend/src/person/register.rs", text);
        assert_eq!(rules::floors(&source, &order()), [], "{text}");
    }
}

#[test]
fn code_after_the_tests_of_a_file_is_still_guarded() {
    let text = "#[cfg(test)]\nmod tests { fn f() { if true {} } }\nuse crate::hims::Turn;";
    assert!(why(&rules::floors(&Source::new("backend/src/person/a.rs", text), &order())).contains("to its right"));
}

#[test]
fn doors_roof_and_kernel_are_guarded() {
    let caught = |path: &str, text: &str| why(&rules::floors(&Source::new(path, text), &order()));
    assert!(caught("backend/src/web/mod.rs", "use crate::adapters::smtp::Smtp;").contains("another door"));
    assert!(caught("backend/src/jobs/mail.rs", "use crate::web::Doors;").contains("another door"));
    assert!(caught("backend/src/person/mod.rs", "use crate::web::Doors;").contains("a door"));
    assert!(caught("backend/src/web/mod.rs", "use crate::config::Settings;").contains("the roof"));
    assert!(caught("backend/src/kernel/db.rs", "use crate::audit::record;").contains("the kernel"));
    let roof = Source::new("backend/src/app.rs", "use crate::{web, adapters, hims, config};");
    assert_eq!(rules::floors(&roof, &order()), []);
}

#[test]
fn reserved_words_are_caught_outside_their_place() {
    let caught = |path: &str, text: &str| rules::reserved_words(&Source::new(path, text)).len();
    assert_eq!(caught("backend/src/person/store.rs", "use sqlx::Row;"), 1);
    assert_eq!(caught("backend/src/kernel/db.rs", "use sqlx::Row;"), 0);
    assert_eq!(caught("backend/src/person/mod.rs", "use axum::Router;"), 1);
    assert_eq!(caught("backend/src/web/mod.rs", "use axum::Router;"), 0);
    assert_eq!(caught("backend/src/jobs/mod.rs", "let a = jiff::Timestamp::now();"), 1);
    assert_eq!(caught("backend/src/jobs/mod.rs", "use std::time::SystemTime;"), 1);
    assert_eq!(caught("backend/src/vault/mod.rs", "let mut r = rand::rng();"), 1);
    assert_eq!(caught("backend/src/hims/mod.rs", "use mohor_phone::Phone;"), 1);
    assert_eq!(caught("backend/src/person/mod.rs", "#[cfg(test)] mod tests { use sqlx::Row; }"), 0);
}

#[test]
fn an_impure_document_is_caught() {
    let caught = |text: &str| rules::document_is_pure(&Source::new("backend/src/document/embed.rs", text)).len();
    assert_eq!(caught("use crate::kernel::db::Tx;"), 1);
    assert_eq!(caught("pub async fn embed() {}"), 1);
    assert_eq!(caught("use crate::kernel::clock::Timestamp;"), 0);
}

#[test]
fn stray_sql_is_caught() {
    let caught = |text: &str| rules::sql_stands_in_stores(&Source::new("backend/src/hims/store.rs", text)).len();
    assert_eq!(caught("fn f() { tx.execute(\"UPDATE turn SET state = 'x'\", args![]); }"), 1);
    assert_eq!(caught("sql! { OPEN = \"UPDATE turn SET state = 'x'\"; } const B: &str = \"DELETE FROM turn\";"), 1);
    assert_eq!(caught("sql! { OPEN = \"UPDATE turn\\\n SET state = 'x'\"; }"), 0);
    let star = Source::new("backend/src/hims/store.rs", "sql! { A = \"SELECT * FROM turn\"; }");
    assert_eq!(rules::no_select_star(&star).len(), 1);
}

#[test]
fn a_heavy_shared_crate_and_a_long_file_are_caught() {
    assert_eq!(rules::shared_is_light(&Source::new("shared/src/lib.rs", "use tokio::fs;")).len(), 1);
    assert_eq!(rules::short_files(&Source::new("shared/src/lib.rs", &"\n".repeat(401))).len(), 1);
    assert_eq!(rules::short_files(&Source::new("shared/src/lib.rs", &"\n".repeat(400))).len(), 0);
}

#[test]
fn columns_of_one_engine_are_caught() {
    let caught = |sql: &str| rules::portable_columns("migrations/0001_a.sql", sql).len();
    assert_eq!(caught("CREATE TABLE a (b BOOLEAN NOT NULL, c timestamp);"), 2);
    assert_eq!(caught("    serial TEXT PRIMARY KEY,\n    UNIQUE (serial, json)"), 0);
    assert_eq!(caught("CREATE TABLE a (b TEXT CHECK (b IN ('int', 'json'))); -- not INTEGER"), 0);
}

#[test]
fn a_function_is_named_whole_and_a_test_is_marked_as_one() {
    let code = "/// Says `fn open`.\nasync fn opens<T>() {}\n#[tokio::test(flavor = \"multi_thread\")]\n// Why.\n\
                async fn shows_it() {}\n#[test]\n#[should_panic(expected = \"x\")]\nfn panics() {}\n\nfn helps(a: u8) {}";
    assert!(rules::has_function(code, "opens") && rules::has_function(code, "helps"));
    assert!(!rules::has_function(code, "open") && !rules::has_function(code, "shows"));
    assert!(rules::has_test(code, "shows_it") && rules::has_test(code, "panics"));
    assert!(!rules::has_test(code, "helps") && !rules::has_test(code, "opens"));
}

#[test]
fn the_order_of_rooms_and_walkthrough_names_are_read() {
    let lib = "//! Rooms, left to right: audit outbox\n//! blob. More text.\nmod audit;";
    assert_eq!(rules::rooms_of(lib), ["audit", "outbox", "blob"]);
    let names = rules::walkthrough_names("see `vault/open.rs:open` and `web/mod.rs` and `a.rs:b c`");
    assert_eq!(names, [("vault/open.rs".to_owned(), "open".to_owned())]);
}
