//! What holds for every form: what is wrong is said at the field and above the form, with a way to it; every field has
//! a name; nothing needs scripts.

use super::all;
use crate::kernel::words::Lang;

/// The elements of a page: name and the rest of the tag.
fn elements(html: &str) -> impl Iterator<Item = (&str, &str)> {
    html.split('<').skip(1).filter_map(|part| {
        let tag = part.split_once('>')?.0;
        (!tag.starts_with('/')).then(|| tag.split_once(char::is_whitespace).unwrap_or((tag, "")))
    })
}

fn attribute<'h>(tag: &'h str, name: &str) -> Option<&'h str> {
    let tag = tag.strip_prefix(&format!("{name}=\"")).or_else(|| Some(tag.split_once(&format!(" {name}=\""))?.1));
    tag?.split('"').next()
}

fn faults(html: &str) -> Vec<String> {
    let tags: Vec<_> = elements(html).collect();
    let every = |name: &str| -> Vec<&str> { tags.iter().filter_map(|(_, tag)| attribute(tag, name)).collect() };
    let (ids, labels) = (every("id"), every("for"));
    let mut faults = Vec::new();
    let mut points_at = |what: &str, id: &str| {
        if !ids.contains(&id) {
            faults.push(format!("{what} points at nothing: {id}"));
        }
    };
    labels.iter().for_each(|id| points_at("a label", id));
    every("aria-describedby").into_iter().flat_map(str::split_whitespace).for_each(|id| points_at("a field", id));
    every("href").into_iter().filter_map(|href| href.strip_prefix('#')).for_each(|id| points_at("a link", id));
    for (name, tag) in &tags {
        let field = matches!(*name, "select" | "textarea") || *name == "input" && !tag.contains("type=\"hidden\"");
        if field && attribute(tag, "id").is_none_or(|id| !labels.contains(&id)) {
            faults.push(format!("<{name} {tag}> has no label"));
        }
        if tag.contains("aria-invalid") && !html.contains("role=\"alert\"") {
            faults.push(format!("<{name} {tag}> is wrong, and no summary says so"));
        }
        if *name == "form" && tag.contains("method=\"post\"") && attribute(tag, "action").is_none_or(str::is_empty) {
            faults.push(format!("<form {tag}> leads nowhere"));
        }
    }
    faults
}

#[test]
fn every_form_says_what_is_wrong_and_leads_there() {
    for lang in Lang::ALL {
        for (name, html) in all(lang) {
            let faults = faults(&html);
            assert!(faults.is_empty(), "{name} in {lang}: {}", faults.join("\n"));
            let (forms, tokens) = (html.matches("method=\"post\"").count(), html.matches("name=\"csrf\"").count());
            assert!(tokens >= forms || name.starts_with("semak"), "{name} in {lang}: a form without its token");
        }
    }
}

#[test]
fn a_form_that_leaves_somebody_alone_is_caught() {
    for page in [
        "<label for=\"x\">A</label>",
        "<input name=\"x\">",
        "<a href=\"#x\">A</a>",
        "<label for=\"x\">A</label><input id=\"x\" aria-describedby=\"y\">",
        "<label for=\"x\">A</label><input id=\"x\" aria-invalid=\"true\">",
        "<form method=\"post\"></form>",
    ] {
        assert_eq!(faults(page).len(), 1, "{page}");
    }
    let good = "<label for=\"x\">A</label><p id=\"y\"></p><input id=\"x\" aria-describedby=\"y\"><a href=\"#x\">A</a>";
    assert!(faults(good).is_empty());
}
