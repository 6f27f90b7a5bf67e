//! The walls of the house, one function each.

use crate::source::Source;

/// A wall that was crossed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Crossing {
    /// Where: `path:line`.
    pub(crate) at: String,
    /// What is wrong, and what to do instead.
    pub(crate) why: String,
}

fn crossing(source: &Source, line: usize, why: impl Into<String>) -> Crossing {
    Crossing { at: format!("{}:{line}", source.path), why: why.into() }
}

/// The doors.
pub(crate) const DOORS: [&str; 3] = ["web", "jobs", "adapters"];
/// The roof.
pub(crate) const ROOF: [&str; 5] = ["main", "cli", "app", "config", "demo"];
const LONGEST_FILE: usize = 400;

/// Which part of `backend/src` a file belongs to: `backend/src/hims/sign.rs` → `hims`.
fn part(source: &Source) -> Option<&str> {
    let inner = source.path.strip_prefix("backend/src/")?;
    let first = inner.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

/// The order of the rooms, as the doc comment of `lib.rs` tells it between `Rooms, left to right:` and the full stop.
pub(crate) fn rooms_of(lib: &str) -> Vec<String> {
    let doc: String = lib.lines().filter_map(|line| line.strip_prefix("//!")).collect();
    let list = doc.split_once("Rooms, left to right:").map_or("", |(_, rest)| rest);
    let list = list.split_once('.').map_or(list, |(list, _)| list);
    list.split_whitespace().map(str::to_owned).collect()
}

/// Rooms import leftwards only; nothing below the doors imports a door; doors never import each other; the
/// kernel knows no room; nobody imports the roof.
pub(crate) fn floors(source: &Source, rooms: &[String]) -> Vec<Crossing> {
    let Some(own) = part(source) else { return Vec::new() };
    if ROOF.contains(&own) || own == "lib" {
        return Vec::new();
    }
    let place = |name: &str| rooms.iter().position(|room| room == name);
    let mut found = Vec::new();
    for (name, line) in source.crate_names() {
        let name = name.as_str();
        if name == own {
            continue;
        }
        let why = if ROOF.contains(&name) {
            Some(format!("{own} imports the roof ({name}): hand the value in"))
        } else if DOORS.contains(&name) {
            let what = if DOORS.contains(&own) { "another door" } else { "a door" };
            Some(format!("{own} imports {what} ({name}): declare a port in a room and let app.rs wire it"))
        } else if let Some(theirs) = place(name) {
            match place(own) {
                None if own == "kernel" => Some(format!("the kernel imports the room {name}")),
                Some(ours) if theirs > ours => {
                    Some(format!("{own} imports {name}, a room to its right: send an outbox event instead"))
                }
                _ => None,
            }
        } else {
            None
        };
        found.extend(why.map(|why| crossing(source, line, why)));
    }
    found
}

/// A word that may be said in few places only.
struct Reserved {
    words: &'static [&'static [&'static str]],
    places: &'static [&'static str],
    why: &'static str,
}

const RESERVED: [Reserved; 6] = [
    Reserved {
        words: &[&["sqlx"]],
        places: &["backend/src/kernel/db.rs", "backend/src/kernel/db/"],
        why: "only kernel/db speaks to the database driver",
    },
    Reserved {
        words: &[&["axum"], &["axum_extra"], &["axum_server"], &["tower_http"]],
        places: &["backend/src/web/", "backend/src/app.rs", "backend/src/app/"],
        why: "only web/ and app.rs know the HTTP framework",
    },
    Reserved {
        words: &[&["SystemTime"], &["Timestamp", "::", "now"], &["Zoned", "::", "now"]],
        places: &["backend/src/kernel/clock.rs"],
        why: "take the instant from Work: only kernel/clock.rs reads the system clock",
    },
    Reserved {
        words: &[&["SysRng"], &["thread_rng"], &["rand", "::", "rng"], &["rand", "::", "random"], &["getrandom"]],
        places: &["backend/src/kernel/rng.rs"],
        why: "take randomness from Work: only kernel/rng.rs asks the operating system",
    },
    Reserved {
        // The signing functions of aws-lc-rs demand their own source for blinding and nonces.
        words: &[&["SystemRandom"]],
        places: &["backend/src/kernel/rng.rs", "backend/src/adapters/keystore_"],
        why: "take randomness from Work: only a key store may hand aws-lc-rs its own generator",
    },
    Reserved {
        words: &[&["mohor_phone"]],
        places: &["backend/src/demo/"],
        why: "the phone is another program: only the demo drives it",
    },
];

/// Words that only one place may say.
pub(crate) fn reserved_words(source: &Source) -> Vec<Crossing> {
    if !source.path.starts_with("backend/src/") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for rule in RESERVED.iter().filter(|rule| !rule.places.iter().any(|place| source.path.starts_with(place))) {
        for (at, token) in source.program() {
            if rule.words.iter().any(|word| source.reads(at, word)) {
                found.push(crossing(source, token.line, format!("says {}: {}", token.text, rule.why)));
            }
        }
    }
    found
}

/// `document` is pure: no database, no clock, no network.
pub(crate) fn document_is_pure(source: &Source) -> Vec<Crossing> {
    if part(source) != Some("document") {
        return Vec::new();
    }
    const IMPURE: [&[&str]; 6] = [
        &["kernel", "::", "db"],
        &["kernel", "::", "work"],
        &["tokio"],
        &["reqwest"],
        &["std", "::", "fs"],
        &["async"],
    ];
    let said = source.program().filter(|(at, _)| IMPURE.iter().any(|word| source.reads(*at, word)));
    said.map(|(_, token)| crossing(source, token.line, format!("document says {}: it is pure", token.text))).collect()
}

/// SQL stands in the `sql!` block of a `store.rs`, where the schema test finds it.
pub(crate) fn sql_stands_in_stores(source: &Source) -> Vec<Crossing> {
    if part(source).is_none() || source.path.starts_with("backend/src/kernel/db") {
        return Vec::new();
    }
    const VERBS: [&str; 5] = ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "];
    let block = block_of(source, &["sql", "!", "{"]);
    let literals = source.program().filter(|(_, token)| token.literal);
    literals
        .filter(|(at, token)| {
            let text = token.text.trim_start();
            VERBS.iter().any(|verb| text.starts_with(verb)) && !block.as_ref().is_some_and(|block| block.contains(at))
        })
        .map(|(_, token)| {
            crossing(source, token.line, "SQL outside a sql! block: the schema test would never see this text")
        })
        .collect()
}

/// The tokens between the braces that `opening` opens.
fn block_of(source: &Source, opening: &[&str]) -> Option<std::ops::Range<usize>> {
    let start = (0..source.tokens.len()).find(|at| source.reads(*at, opening))? + opening.len();
    let mut depth = 1;
    for at in start..source.tokens.len() {
        let token = &source.tokens[at];
        match token.text.as_str() {
            "{" if !token.literal => depth += 1,
            "}" if !token.literal => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(start..at);
        }
    }
    None
}

/// Whether `code` has a function of exactly this name.
pub(crate) fn has_function(code: &str, name: &str) -> bool {
    definition(code, name).is_some()
}

/// Whether `code` has a test of this name: the lines of attributes above the function say so.
pub(crate) fn has_test(code: &str, name: &str) -> bool {
    let Some(at) = definition(code, name) else { return false };
    let above = code.lines().collect::<Vec<_>>()[..at].iter().rev().map(|line| line.trim()).collect::<Vec<_>>();
    let attributes = above.iter().take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    attributes.into_iter().any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
}

/// The line of `fn name(` or `fn name<`.
fn definition(code: &str, name: &str) -> Option<usize> {
    let [plain, generic] = ['(', '<'].map(|next| format!("fn {name}{next}"));
    code.lines().position(|line| {
        let line = line.trim_start();
        !line.starts_with("//") && (line.contains(&plain) || line.contains(&generic))
    })
}

/// `SELECT *` breaks when a column is added.
pub(crate) fn no_select_star(source: &Source) -> Vec<Crossing> {
    let said = source.tokens.iter().filter(|token| token.literal && token.text.contains("SELECT *"));
    said.map(|token| crossing(source, token.line, "SELECT *: name the columns")).collect()
}

/// The shared crate is for both ends: no server, no database, no window.
pub(crate) fn shared_is_light(source: &Source) -> Vec<Crossing> {
    if !source.path.starts_with("shared/") {
        return Vec::new();
    }
    const HEAVY: [&str; 4] = ["tokio", "sqlx", "axum", "tauri"];
    let said = source.tokens.iter().filter(|token| !token.literal && HEAVY.contains(&token.text.as_str()));
    said.map(|token| crossing(source, token.line, format!("shared says {}", token.text))).collect()
}

/// A file that outgrew a screenful of screens is two files.
pub(crate) fn short_files(source: &Source) -> Vec<Crossing> {
    let why = format!("{} lines, {LONGEST_FILE} at most: split it", source.lines);
    if source.lines > LONGEST_FILE { vec![crossing(source, source.lines, why)] } else { Vec::new() }
}

/// Columns are TEXT, BIGINT and BYTEA: everything else reads differently on the two engines.
pub(crate) fn portable_columns(path: &str, sql: &str) -> Vec<Crossing> {
    const FOREIGN: [&str; 14] = [
        "BOOLEAN",
        "TIMESTAMP",
        "TIMESTAMPTZ",
        "INTEGER",
        "INT",
        "SMALLINT",
        "VARCHAR",
        "BLOB",
        "JSON",
        "JSONB",
        "UUID",
        "NUMERIC",
        "REAL",
        "SERIAL",
    ];
    let mut found = Vec::new();
    for (number, line) in sql.lines().enumerate() {
        let code = line.split("--").next().unwrap_or_default();
        let code: String = code.split('\'').step_by(2).collect();
        // A type follows the name of its column; the same word elsewhere is a name (`serial TEXT`).
        let words: Vec<&str> = code.split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for pair in words.windows(2).filter(|pair| pair[0].ends_with(' ') && pair[0].len() > 1) {
            let word = pair[1].trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            if FOREIGN.contains(&word.to_ascii_uppercase().as_str()) {
                let why = format!("{word}: columns are TEXT, BIGINT or BYTEA, the same on both engines");
                found.push(Crossing { at: format!("{path}:{}", number + 1), why });
            }
        }
    }
    found
}

/// `path/file.rs:function` pairs that a text names in back quotes.
pub(crate) fn walkthrough_names(text: &str) -> Vec<(String, String)> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|quoted| {
            let (file, function) = quoted.split_once(".rs:")?;
            let named = function.trim_end_matches("()");
            let plain = !named.is_empty() && named.chars().all(|c| c.is_alphanumeric() || c == '_');
            plain.then(|| (format!("{file}.rs"), named.to_owned()))
        })
        .collect()
}
