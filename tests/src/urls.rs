//! Every URL of the pages, read from the one table that the server has (`web/mod.rs`): a test that walks it forgets none.

use std::path::Path;

/// A URL and the methods it takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url {
    /// Its path, with `{names}` where something varies.
    pub path: String,
    /// Whether it is looked at.
    pub get: bool,
    /// Whether forms are sent to it.
    pub post: bool,
}

/// The URLs of the pages.
///
/// # Panics
/// When the table cannot be read.
pub fn pages() -> Vec<Url> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").join("backend/src/web/mod.rs");
    let urls = read(&std::fs::read_to_string(file).expect("the table of URLs"));
    assert!(urls.len() > 50, "only {} URLs: the table was not understood", urls.len());
    urls
}

fn read(table: &str) -> Vec<Url> {
    table.split(".route(").skip(1).map(route).collect()
}

/// `"/path", get(…).post(…))…`, whatever follows.
fn route(text: &str) -> Url {
    let (path, rest) = text.trim_start().trim_start_matches('"').split_once('"').expect("a path");
    let mut depth = 1;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth == 0
    });
    let methods = &rest[..end.expect("the end of the route")];
    let takes = |method: &str| methods.contains(&format!("{method}("));
    Url { path: path.to_owned(), get: takes("get"), post: takes("post") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_routes_is_read_as_it_is_written() {
        let table = "Router::new()\n.route(\"/a\", get(a::show))\n.route(\n\"/b/{id}\",\nget(b::show)\n.post(b::send),\n)\
                     \n.route(\"/c\", post(c::get_it))";
        let url = |path: &str, get, post| Url { path: path.to_owned(), get, post };
        assert_eq!(read(table), [url("/a", true, false), url("/b/{id}", true, true), url("/c", false, true)]);
    }
}
