//! Reads a Rust file into tokens, exactly enough to see who names whom.
//!
//! Comments vanish, literals keep their text apart, code under `#[cfg(test)]` is marked: the walls are for
//! the program, while a test may lean on any door.

/// One token.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    /// An identifier, one punctuation mark (`::` counts as one), or the inside of a literal.
    pub(crate) text: String,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Whether `text` is the inside of a string literal.
    pub(crate) literal: bool,
    /// Whether the token stands under `#[cfg(test)]`.
    pub(crate) test: bool,
    /// How many inline modules (`mod x { … }`) enclose the token.
    pub(crate) inline: usize,
}

/// A file of the workspace.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Path from the top of the workspace, with slashes.
    pub(crate) path: String,
    /// Number of lines.
    pub(crate) lines: usize,
    /// The tokens.
    pub(crate) tokens: Vec<Token>,
}

impl Source {
    /// Reads `text` as the file `path`.
    pub(crate) fn new(path: &str, text: &str) -> Self {
        let mut tokens = tokenize(text);
        mark_inline_modules(&mut tokens);
        let file = path.rsplit('/').next().unwrap_or(path);
        if matches!(file, "tests.rs" | "testkit.rs") || path.contains("/tests/") {
            tokens.iter_mut().for_each(|token| token.test = true);
        } else {
            mark_tests(&mut tokens);
        }
        Self { path: path.to_owned(), lines: text.lines().count(), tokens }
    }

    /// The tokens of the program itself, without its tests.
    pub(crate) fn program(&self) -> impl Iterator<Item = (usize, &Token)> {
        self.tokens.iter().enumerate().filter(|(_, token)| !token.test)
    }

    /// Whether the tokens from `at` on read `pattern`.
    pub(crate) fn reads(&self, at: usize, pattern: &[&str]) -> bool {
        pattern.iter().enumerate().all(|(offset, word)| {
            self.tokens.get(at + offset).is_some_and(|token| !token.literal && token.text == *word)
        })
    }

    /// The names that stand directly under the crate's root in paths of the program: `crate::x`,
    /// `crate::{x, y::z}`, and `super::super::x` where that climbs to the root.
    pub(crate) fn crate_names(&self) -> Vec<(String, usize)> {
        self.names_under(&[])
    }

    /// The same for the names directly under the module `folder`, as its path below the crate's root: in a file of
    /// `web/pages`, `super::form::Form` and `crate::web::pages::form` both say `form`.
    pub(crate) fn names_under(&self, folder: &[&str]) -> Vec<(String, usize)> {
        let absolute: Vec<&str> = ["crate"].iter().chain(folder).flat_map(|part| [*part, "::"]).collect();
        let mut names = Vec::new();
        for (at, token) in self.program() {
            if self.continues_path(at) {
                continue;
            }
            if self.reads(at, &absolute) {
                self.names_after(at + absolute.len(), &mut names);
            } else if token.text == "super" && !token.literal {
                let climbs = (0..).take_while(|step| self.reads(at + 2 * step, &["super", "::"])).count();
                if climbs > 0 && climbs + folder.len() == self.depth() + token.inline {
                    self.names_after(at + 2 * climbs, &mut names);
                }
            }
        }
        names
    }

    /// How many `super::` lead from the top of this file to the crate's root.
    fn depth(&self) -> usize {
        let inner = self.path.split_once("/src/").map_or("", |(_, inner)| inner);
        let parts = inner.split('/').count();
        if matches!(inner, "lib.rs" | "main.rs") {
            0
        } else if inner.ends_with("/mod.rs") {
            parts - 1
        } else {
            parts
        }
    }

    fn continues_path(&self, at: usize) -> bool {
        // What follows `$` is the text of a macro: it names something only where the macro is called.
        at > 0 && matches!(self.tokens[at - 1].text.as_str(), "::" | "$")
    }

    fn names_after(&self, at: usize, names: &mut Vec<(String, usize)>) {
        let Some(first) = self.tokens.get(at) else { return };
        if first.text != "{" {
            names.push((first.text.clone(), first.line));
            return;
        }
        let mut depth = 0;
        let mut fresh = true;
        for token in &self.tokens[at..] {
            match token.text.as_str() {
                "{" => {
                    depth += 1;
                    fresh = depth == 1;
                    continue;
                }
                "}" => {
                    depth -= 1;
                    if depth == 0 {
                        break;
                    }
                }
                "," if depth == 1 => {
                    fresh = true;
                    continue;
                }
                word if fresh && depth == 1 => names.push((word.to_owned(), token.line)),
                _ => {}
            }
            fresh = false;
        }
    }
}

fn tokenize(text: &str) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(&here) = chars.get(at) {
        let start = at;
        let mut literal = false;
        let mut word = String::new();
        if here.is_whitespace() {
            at += 1;
        } else if starts(&chars, at, "//") {
            at = seek(&chars, at, "\n");
        } else if starts(&chars, at, "/*") {
            at = end_of_comment(&chars, at);
        } else if let Some((end, inside)) = string(&chars, at) {
            (at, word, literal) = (end, inside, true);
        } else if here == '\'' {
            at = end_of_quote(&chars, at);
        } else if here.is_alphanumeric() || here == '_' {
            at += chars[at..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
            word = chars[start..at].iter().collect();
        } else {
            at += if starts(&chars, at, "::") { 2 } else { 1 };
            word = chars[start..at].iter().collect();
        }
        if literal || !word.is_empty() {
            tokens.push(Token { text: word, line, literal, test: false, inline: 0 });
        }
        line += chars[start..at].iter().filter(|c| **c == '\n').count();
    }
    tokens
}

fn starts(chars: &[char], at: usize, with: &str) -> bool {
    with.chars().enumerate().all(|(offset, c)| chars.get(at + offset) == Some(&c))
}

/// Where `what` begins, from `at` on; the end of the file when it is not there.
fn seek(chars: &[char], at: usize, what: &str) -> usize {
    (at..chars.len()).find(|&here| starts(chars, here, what)).unwrap_or(chars.len())
}

fn end_of_comment(chars: &[char], mut at: usize) -> usize {
    let mut depth = 0;
    while at < chars.len() {
        if starts(chars, at, "/*") {
            depth += 1;
            at += 2;
        } else if starts(chars, at, "*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// A string literal that begins at `at`: where it ends, and what it says. Continued lines are joined.
fn string(chars: &[char], at: usize) -> Option<(usize, String)> {
    let mut open = at;
    if chars.get(open) == Some(&'b') || chars.get(open) == Some(&'c') {
        open += 1;
    }
    if chars.get(open) == Some(&'r') {
        let hashes = chars[open + 1..].iter().take_while(|c| **c == '#').count();
        if chars.get(open + 1 + hashes) == Some(&'"') {
            let inside = open + 2 + hashes;
            let close = seek(chars, inside, &format!("\"{}", "#".repeat(hashes)));
            return Some(((close + 1 + hashes).min(chars.len()), chars[inside..close].iter().collect()));
        }
        return None;
    }
    if chars.get(open) != Some(&'"') {
        return None;
    }
    let mut said = String::new();
    let mut here = open + 1;
    while let Some(&c) = chars.get(here) {
        match c {
            '"' => break,
            '\\' if chars.get(here + 1) == Some(&'\n') => {
                here += 1 + chars[here + 1..].iter().take_while(|c| c.is_whitespace()).count();
                continue;
            }
            '\\' => {
                said.extend(chars.get(here + 1));
                here += 2;
                continue;
            }
            _ => said.push(c),
        }
        here += 1;
    }
    Some(((here + 1).min(chars.len()), said))
}

/// The end of a character literal or of a lifetime.
fn end_of_quote(chars: &[char], at: usize) -> usize {
    if chars.get(at + 1) == Some(&'\\') {
        return (seek(chars, at + 3, "'") + 1).min(chars.len());
    }
    if chars.get(at + 2) == Some(&'\'') {
        return at + 3;
    }
    at + 1 + chars[at + 1..].iter().take_while(|c| c.is_alphanumeric() || **c == '_').count()
}

fn mark_inline_modules(tokens: &mut [Token]) {
    let mut braces: Vec<bool> = Vec::new();
    for at in 0..tokens.len() {
        tokens[at].inline = braces.iter().filter(|module| **module).count();
        if tokens[at].literal {
            continue;
        }
        match tokens[at].text.as_str() {
            "{" => braces.push(at >= 2 && tokens[at - 2].text == "mod"),
            "}" => drop(braces.pop()),
            _ => {}
        }
    }
}

/// Marks each item that stands behind `#[cfg(test)]`.
fn mark_tests(tokens: &mut [Token]) {
    let mut at = 0;
    while at < tokens.len() {
        let here: Vec<&str> = tokens[at..].iter().take(6).map(|token| token.text.as_str()).collect();
        if here != ["#", "[", "cfg", "(", "test", ")"] {
            at += 1;
            continue;
        }
        let end = end_of_item(tokens, at + 7);
        tokens[at..end].iter_mut().for_each(|token| token.test = true);
        at = end;
    }
}

fn end_of_item(tokens: &[Token], from: usize) -> usize {
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        if token.literal {
            continue;
        }
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.text == "}" {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}
