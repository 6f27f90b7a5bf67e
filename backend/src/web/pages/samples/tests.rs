//! Every page has words and is well formed.

use super::all;
use crate::kernel::words::Lang;

#[test]
fn every_page_speaks_both_languages_in_well_formed_html() {
    for lang in Lang::ALL {
        for (name, html) in all(lang) {
            assert!(!html.contains('⟦'), "{name} in {lang} lacks words: {}", around(&html, '⟦'));
            assert!(html.contains(&format!("lang=\"{lang}\"")), "{name} names its language");
            if let Err(why) = well_formed(&html) {
                panic!("{name} in {lang}: {why}");
            }
        }
    }
}

fn around(html: &str, mark: char) -> String {
    let at = html.find(mark).unwrap_or(0);
    html.get(at..).unwrap_or_default().chars().take(60).collect()
}

/// Every element that must be closed is closed in order, attributes are quoted, ids are unique, nothing
/// inline that the policy would refuse.
fn well_formed(html: &str) -> Result<(), String> {
    const VOID: [&str; 8] = ["meta", "link", "input", "br", "hr", "img", "col", "source"];
    let mut open: Vec<&str> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let tag = rest[start + 1..].split('>').next().unwrap_or_default();
        rest = &rest[start + 1 + tag.len()..];
        if tag.starts_with('!') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop();
            if last != Some(name.trim()) {
                return Err(format!("</{name}> closes {last:?}"));
            }
            continue;
        }
        let name = tag.split_whitespace().next().unwrap_or_default().trim_end_matches('/');
        if tag.contains(" style=") || tag.contains(" on") && tag.contains("=\"") && inline_handler(tag) {
            return Err(format!("inline style or handler in <{tag}>"));
        }
        if let Some(id) = tag.split(" id=\"").nth(1).and_then(|tail| tail.split('"').next())
            && !ids.insert(id.to_owned())
        {
            return Err(format!("id {id} twice"));
        }
        if tag.matches('"').count() % 2 == 1 {
            return Err(format!("odd quotes in <{tag}>"));
        }
        if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("left open: {open:?}")) }
}

fn inline_handler(tag: &str) -> bool {
    ["onclick", "onload", "onsubmit", "onchange", "oninput"].iter().any(|handler| tag.contains(&format!(" {handler}=")))
}
