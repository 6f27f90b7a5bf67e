//! A page as a browser without a window reads it: forms with their fields, links, the text a person sees.
//!
//! The journey fills in the forms that the server really sent, hidden fields included: a form that a person
//! could not use, the demo cannot use either.

/// An HTML page.
#[derive(Clone, Debug)]
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Where the page was found, after redirects: path and query.
    pub path: String,
    /// The HTML.
    pub body: String,
}

/// A form of a page.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Form {
    /// Where it goes; empty means the page itself.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// `multipart/form-data` where files travel.
    pub multipart: bool,
    /// Names and values, as the page filled them.
    pub fields: Vec<(String, String)>,
    /// The names of all fields that can be filled, check boxes and files included.
    pub names: Vec<String>,
}

impl Form {
    /// Whether the form has a field `name`.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// The form with `name` set to `value`, whatever it was.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Page {
    /// The forms, in order.
    pub fn forms(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        let mut open = false;
        let mut select: Option<(String, Option<String>, bool)> = None;
        for tag in tags(&self.body) {
            match (tag.name.as_str(), open) {
                ("form", _) => {
                    let multipart = tag.get("enctype") == Some("multipart/form-data");
                    let method = tag.get("method").unwrap_or("get").to_ascii_lowercase();
                    let action = tag.get("action").unwrap_or_default().to_owned();
                    forms.push(Form { action, method, multipart, ..Form::default() });
                    open = true;
                }
                ("/form", _) => open = false,
                ("input" | "button", true) => forms.last_mut().into_iter().for_each(|form| fill(form, &tag)),
                ("textarea", true) => {
                    forms.last_mut().into_iter().for_each(|form| add(form, tag.get("name"), Some(tag.text.trim())));
                }
                ("select", true) => select = tag.get("name").map(|name| (name.to_owned(), None, false)),
                ("option", true) => {
                    let value = tag.get("value").unwrap_or(tag.text.trim()).to_owned();
                    if let Some((_, chosen, fixed)) = &mut select
                        && (chosen.is_none() || (tag.get("selected").is_some() && !*fixed))
                    {
                        *fixed = tag.get("selected").is_some();
                        *chosen = Some(value);
                    }
                }
                ("/select", true) => {
                    if let Some((name, chosen, _)) = select.take() {
                        forms.last_mut().into_iter().for_each(|form| add(form, Some(&name), chosen.as_deref()));
                    }
                }
                _ => {}
            }
        }
        forms
    }

    /// The first form that has every field of `names`.
    pub fn form_with(&self, names: &[&str]) -> Option<Form> {
        self.forms().into_iter().find(|form| names.iter().all(|name| form.has(name)))
    }

    /// The first form whose action ends with `ending`.
    pub fn form_to(&self, ending: &str) -> Option<Form> {
        self.forms().into_iter().find(|form| form.action.trim_end_matches('/').ends_with(ending))
    }

    /// The value of the first option of `select` whose label contains `label`.
    pub fn option(&self, select: &str, label: &str) -> Option<String> {
        let after =
            tags(&self.body).into_iter().skip_while(|tag| tag.name != "select" || tag.get("name") != Some(select));
        let mut options = after.take_while(|tag| tag.name != "/select").filter(|tag| tag.name == "option");
        options.find(|tag| tag.text.contains(label)).and_then(|tag| tag.take("value"))
    }

    /// Every link target.
    pub fn links(&self) -> Vec<String> {
        tags(&self.body).into_iter().filter(|tag| tag.name == "a").filter_map(|tag| tag.take("href")).collect()
    }

    /// The first link target that contains `part`.
    pub fn link(&self, part: &str) -> Option<String> {
        self.links().into_iter().find(|link| link.contains(part))
    }

    /// The first link with `part` in the table row that shows `text`.
    pub fn link_in_row(&self, text: &str, part: &str) -> Option<String> {
        self.rows_with(text).find_map(|row| row.link(part))
    }

    /// Whether a table row shows `text`.
    pub fn row_says(&self, text: &str) -> bool {
        self.rows_with(text).next().is_some()
    }

    /// The first form whose action ends with `ending` in the table row that shows `text`.
    pub fn form_in_row(&self, text: &str, ending: &str) -> Option<Form> {
        self.rows_with(text).find_map(|row| row.form_to(ending))
    }

    fn rows_with(&self, text: &str) -> impl Iterator<Item = Self> {
        let rows = self.body.split("<tr").map(|row| row.split("</tr").next().unwrap_or_default());
        let rows = rows.map(|row| Self { body: format!("<tr{row}"), ..self.clone() });
        rows.filter(move |row| row.text().contains(text))
    }

    /// The value of the first attribute `name` in the page (`data-…` facts that scripts read).
    pub fn attribute(&self, name: &str) -> Option<String> {
        tags(&self.body).into_iter().find_map(|tag| tag.take(name))
    }

    /// What a person reads, white space folded.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut rest = self.body.as_str();
        while let Some((before, after)) = rest.split_once('<') {
            text.push_str(before);
            text.push(' ');
            const SILENT: [(&str, &str); 4] =
                [("!--", "-->"), ("script", "</script>"), ("style", "</style>"), ("svg", "</svg>")];
            let end = SILENT.into_iter().find(|(start, _)| after.starts_with(start)).map_or(">", |(_, end)| end);
            rest = after.split_once(end).map_or("", |(_, after)| after);
        }
        text.push_str(rest);
        unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// One tag, with the text up to the next one.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn take(self, name: &str) -> Option<String> {
        self.attributes.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }
}

fn fill(form: &mut Form, tag: &Tag) {
    let kind = tag.get("type").unwrap_or(if tag.name == "button" { "submit" } else { "text" });
    let unchosen = matches!(kind, "checkbox" | "radio") && tag.get("checked").is_none();
    let silent = unchosen || matches!(kind, "file" | "submit" | "button" | "reset" | "image");
    let value = tag.get("value").unwrap_or(if kind == "checkbox" { "on" } else { "" });
    add(form, tag.get("name"), (!silent).then_some(value));
}

fn add(form: &mut Form, name: Option<&str>, value: Option<&str>) {
    let Some(name) = name else { return };
    form.names.push(name.to_owned());
    form.fields.extend(value.map(|value| (name.to_owned(), value.to_owned())));
}

fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        if let Some(comment) = after.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let end = end_of_tag(after);
        let (inside, after) = after.split_at(end);
        rest = after.strip_prefix('>').unwrap_or(after);
        let text = unescape(rest.split('<').next().unwrap_or_default());
        let inside = inside.trim_end_matches('/');
        let cut = inside.find(char::is_whitespace).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(cut);
        found.push(Tag { name: name.to_ascii_lowercase(), attributes: attributes_of(attributes), text });
    }
    found
}

/// The `>` that ends a tag, not one inside quotes.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (None, '>') => return at,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn attributes_of(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let cut = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let (name, after) = rest.split_at(cut);
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('=').map(str::trim_start) {
            None => ("", after),
            Some(quoted) if quoted.starts_with(['"', '\'']) => {
                let (open, inside) = quoted.split_at(1);
                inside.split_once(open).unwrap_or((inside, ""))
            }
            Some(bare) => bare.split_at(bare.find(char::is_whitespace).unwrap_or(bare.len())),
        };
        if !name.is_empty() {
            found.push((name.to_ascii_lowercase(), unescape(value)));
        }
        rest = after.trim_start();
        // A stray `=` or quote must not stop the reading.
        if name.is_empty() {
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    found
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        plain.push_str(before);
        let named = after.split_once(';').and_then(|(name, after)| Some((character(name)?, after)));
        match named {
            Some((character, after)) => {
                plain.push(character);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some(' '),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> Page {
        Page { status: 200, path: "/".to_owned(), body: body.to_owned() }
    }

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let page = page(
            "<form method=POST action='/masuk?a=1&amp;b=2'><input type=hidden name=csrf value='a&quot;b'>\
             <input name=emel value=\"x>y\"><input type=checkbox name=setuju><input type=checkbox name=ya checked>\
             <select name=peranan><option value=a>A</option><option value=b selected>B</option></select>\
             <textarea name=nota>dua &lt; tiga</textarea><button name=buat value=x>Hantar</button></form>",
        );
        let form = page.form_with(&["csrf", "setuju"]).expect("the form");
        assert_eq!(form.action, "/masuk?a=1&b=2");
        assert_eq!(form.method, "post");
        let expected = [("csrf", "a\"b"), ("emel", "x>y"), ("ya", "on"), ("peranan", "b"), ("nota", "dua < tiga")];
        assert_eq!(form.fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(form.has("buat"));
        assert_eq!(page.option("peranan", "A").as_deref(), Some("a"));
        assert_eq!(page.option("peranan", "C"), None);
        let filled = form.with("emel", "z");
        assert_eq!(filled.fields.iter().filter(|(name, _)| name == "emel").count(), 1);
    }

    #[test]
    fn text_and_links_are_what_a_person_sees() {
        let page = page(
            "<style>a{}</style><p>Kod&nbsp;anda: <b>123&#52;</b></p><!-- <a href=x> --><a href='/t/abc'>ke sini</a>",
        );
        assert_eq!(page.text(), "Kod anda: 1234 ke sini");
        assert_eq!(page.links(), ["/t/abc"]);
    }
}
