//! Files of one folder stand above and below each other: a file imports only what stands below it, so that it can be
//! read, tested and moved without the files that use it.

use std::collections::{BTreeMap, BTreeSet};

use crate::rules::Crossing;
use crate::source::Source;
use crate::{hold, sources};

/// A folder below `backend/src`, by its path there.
type Folder = Vec<String>;
/// Which file (or folder of files) of a folder imports which other one, and where first.
type Arrows = BTreeMap<(String, String), String>;

/// Files that do need each other, by folder. Whoever turns somebody away answers with a page, and a page is framed by the
/// visit that was let in.
const TOGETHER: [(&str, &[&str]); 1] = [("web", &["guard", "pages"])];

/// The folder and the part of it that `source` is in, for every folder on its way: `web/pages/form.rs` is `pages` in
/// `web` and `form` in `web/pages`. The face of a folder (`mod.rs`) hands names on and is no part of it.
fn places(source: &Source) -> Vec<(Folder, String)> {
    let Some(inner) = source.path.strip_prefix("backend/src/") else { return Vec::new() };
    let parts: Vec<String> = inner.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    (1..parts.len()).map(|at| (parts[..at].to_vec(), parts[at].clone())).filter(|(_, part)| part != "mod").collect()
}

/// The files, by their path below `backend/src`, that exist in tests only: `#[cfg(test)] mod tampered;`.
fn of_tests(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        let Some(inner) = source.path.strip_prefix("backend/src/") else { continue };
        let folder = inner.trim_end_matches(".rs").trim_end_matches("/mod");
        let declared = |at: usize| source.reads(at, &["mod"]) && source.reads(at + 2, &[";"]);
        let modules = (0..source.tokens.len()).filter(|at| source.tokens[*at].test && declared(*at));
        found.extend(modules.map(|at| format!("{folder}/{}", source.tokens[at + 1].text)));
    }
    found
}

fn arrows(sources: &[Source]) -> BTreeMap<Folder, Arrows> {
    let tests = of_tests(sources);
    let in_tests = |source: &Source| {
        let inner = source.path.strip_prefix("backend/src/").unwrap_or_default();
        tests.iter().any(|test| inner.strip_prefix(test.as_str()).is_some_and(|rest| rest.starts_with(['.', '/'])))
    };
    let sources: Vec<_> = sources.iter().filter(|source| !in_tests(source)).collect();
    let mut known: BTreeMap<Folder, BTreeSet<String>> = BTreeMap::new();
    for (folder, part) in sources.iter().flat_map(|source| places(source)) {
        known.entry(folder).or_default().insert(part);
    }
    let mut found: BTreeMap<Folder, Arrows> = BTreeMap::new();
    for source in sources {
        for (folder, own) in places(source) {
            let path: Vec<&str> = folder.iter().map(String::as_str).collect();
            for (name, line) in source.names_under(&path) {
                if name != own && known[&folder].contains(&name) {
                    let arrows = found.entry(folder.clone()).or_default();
                    arrows.entry((own.clone(), name)).or_insert_with(|| format!("{}:{line}", source.path));
                }
            }
        }
    }
    found
}

/// Whether arrows lead from `from` to `to`.
fn leads(arrows: &Arrows, from: &str, to: &str) -> bool {
    let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
    while let Some(here) = next.pop() {
        if here == to {
            return true;
        }
        if seen.insert(here) {
            next.extend(arrows.keys().filter(|(start, _)| start == here).map(|(_, end)| end.as_str()));
        }
    }
    false
}

/// Every import that closes a ring.
fn circles(sources: &[Source]) -> Vec<Crossing> {
    let mut found = Vec::new();
    for (folder, arrows) in arrows(sources) {
        let together = |one: &str, other: &str| {
            let among = |parts: &[&str]| parts.contains(&one) && parts.contains(&other);
            TOGETHER.iter().any(|(place, parts)| folder.join("/") == *place && among(parts))
        };
        let rings = arrows.iter().filter(|((from, to), _)| leads(&arrows, to, from) && !together(from, to));
        found.extend(rings.map(|((from, to), at)| Crossing {
            at: at.clone(),
            why: format!("{from} and {to} of {} need each other: put what both need below them", folder.join("/")),
        }));
    }
    found
}

#[test]
fn files_of_a_folder_stand_above_and_below_each_other() {
    let sources = sources();
    assert!(arrows(&sources).values().map(Arrows::len).sum::<usize>() > 300, "too few imports were understood");
    hold(circles(&sources));
}

#[test]
fn a_circle_is_caught_however_it_is_written() {
    let circle = |pairs: &[(&str, &str)]| {
        let sources: Vec<_> = pairs.iter().map(|(path, text)| Source::new(path, text)).collect();
        circles(&sources).iter().map(|crossing| crossing.at.clone()).collect::<Vec<_>>()
    };
    let (start, finish) = ("backend/src/device/start.rs", "backend/src/device/finish.rs");
    let both = [format!("{finish}:1"), format!("{start}:2")];
    for (one, other) in [
        ("use super::start::open;", "\nuse super::finish::Spent;"),
        ("use super::{model, start::open};", "\nfn f() { super::finish::spend() }"),
        ("use crate::device::start::open;", "\nuse crate::device::{finish::Spent, model};"),
        ("mod inner { use super::super::start::open; }", "\nuse super::finish;"),
    ] {
        assert_eq!(circle(&[(finish, one), (start, other)]), both, "{one}");
    }
    let third = ("backend/src/device/bind.rs", "use super::start;");
    assert_eq!(circle(&[(finish, "use super::bind;"), third, (start, "use super::finish;")]).len(), 3, "a longer ring");
    let (visit, frame) = ("backend/src/web/api/visit.rs", "backend/src/web/pages/frame.rs");
    let two = [(visit, "use crate::web::pages::frame::Frame;"), (frame, "use super::super::api::Visit;")];
    assert_eq!(circle(&two).len(), 2, "two folders");
}

#[test]
fn what_is_no_circle_is_let_through() {
    for text in [
        "use super::finish::Spent;",
        "#[cfg(test)]\nmod tests { use super::super::finish; }",
        "macro_rules! m { () => { $crate::device::finish::f() } }",
        "// use super::finish;",
        "use super::Finished;",
    ] {
        let sources = [
            Source::new("backend/src/device/start.rs", text),
            Source::new("backend/src/device/finish.rs", "#[cfg(test)]\nuse super::testing;\nuse super::model;"),
            Source::new("backend/src/device/model.rs", ""),
            Source::new("backend/src/device/mod.rs", "mod start;\n#[cfg(test)]\nmod testing;\nuse start::start;"),
            Source::new("backend/src/device/testing.rs", "use super::finish;"),
        ];
        assert_eq!(circles(&sources), [], "{text}");
    }
}
