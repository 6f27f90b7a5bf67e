//! The words of every page, kept in one file for each language and part of the house: whoever changes a word, or lets
//! one appear where it was not meant, sees the pages that it changes.

use super::parts;
use crate::kernel::words::Lang;

/// The words of a review page are the same however many pages the agreement has.
const SAME_WORDS: [&str; 1] = ["t-semak-40"];

/// Elements inside a line; every other one begins a new line.
const INLINE: [&str; 12] = ["a", "b", "bdi", "br", "button", "code", "em", "i", "span", "strong", "th", "td"];

/// As many words of a list of choices as a reader wants to see.
const CHOICES: usize = 12;

/// What is read or heard of a page between its header and its footer: a line for each block; `[…]` is a field with what
/// it holds, `( )` a tick, `{…}` a picture.
pub(super) fn text_of(html: &str) -> String {
    let body = html.split_once("<main").map_or(html, |(_, body)| body);
    let body = body.split("</main>").next().unwrap_or_default();
    let mut lines = vec![String::new()];
    let mut unread = false;
    for part in body.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.trim_start_matches('/').split_whitespace().next().unwrap_or_default();
        if matches!(name, "svg" | "script" | "iframe") {
            unread = !tag.starts_with('/');
        }
        if unread {
            continue;
        }
        if !INLINE.contains(&name) && !matches!(name, "input" | "img" | "option") {
            lines.push(String::new());
        }
        let line = lines.last_mut().expect("there is one");
        *line += &shown(name, tag);
        *line += text;
    }
    let lines = lines.iter().map(|line| plain(line)).filter(|line| !line.is_empty());
    lines.map(|line| short(&line)).collect::<Vec<_>>().join("\n")
}

/// What an element itself shows.
fn shown(name: &str, tag: &str) -> String {
    let value = |name: &str| tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
    let opens = !tag.starts_with('/');
    match name {
        "input" => match value("type").unwrap_or("text") {
            "hidden" => String::new(),
            "checkbox" | "radio" => if tag.ends_with(" checked") { "(x) " } else { "( ) " }.to_owned(),
            _ => {
                let held = value("value").filter(|held| !held.is_empty()).or(value("placeholder"));
                format!(" [{}] ", held.unwrap_or_default())
            }
        },
        "img" => format!(" {{{}}} ", value("alt").unwrap_or_default()),
        "option" if opens => if tag.ends_with(" selected") { " / *" } else { " / " }.to_owned(),
        "td" | "th" if opens => " | ".to_owned(),
        "button" | "br" => " ".to_owned(),
        "a" if opens => value("aria-label").map_or_else(String::new, |label| format!("({label}) ")),
        _ => String::new(),
    }
}

/// Entities as what they mean, and one space where HTML sees one.
fn plain(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    text.replace("&#38;", "&").replace("&amp;", "&")
}

/// All countries of the world are not for reading.
fn short(line: &str) -> String {
    let choices: Vec<_> = line.split(" / ").collect();
    if choices.len() <= CHOICES {
        return line.to_owned();
    }
    format!("{} / … ({})", choices[..3].join(" / "), choices.len())
}

#[test]
fn every_page_reads_as_it_was_read_before() {
    for lang in Lang::ALL {
        for (part, pages) in parts(lang) {
            let pages = pages.into_iter().filter(|(name, _)| !SAME_WORDS.contains(name));
            let read: Vec<_> = pages.map(|(name, html)| format!("==== {name}\n{}\n", text_of(&html))).collect();
            insta::assert_snapshot!(format!("{part}-{lang}"), read.join("\n"));
        }
    }
}

#[test]
fn what_is_read_is_what_is_shown() {
    let page = "<html><title>x</title><main id=\"isi\"><h1>A &#38; B</h1><p>one <b>two</b>\n three</p>\
        <label for=\"x\">L</label><input id=\"x\" type=\"text\" value=\"v\"><input type=\"hidden\" value=\"no\">\
        <svg><title>no</title></svg><select><option>1</option><option selected>2</option></select>\
        <table><tr><td>a</td><td>b</td></tr></table><img alt=\"p\"></main><footer>no</footer>";
    assert_eq!(text_of(page), "A & B\none two three\nL\n[v]\n/ 1 / *2\n| a | b\n{p}");
}
