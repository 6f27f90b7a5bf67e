//! Cookies: `__Host-` and `Secure` wherever people come by TLS, never readable by scripts.

use axum::http::{HeaderMap, HeaderValue, header};

/// What a cookie is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::web) enum Jar {
    /// Names the browser: forms are bound to it.
    Visitor,
    /// A signed-in account.
    Session,
    /// A turn whose person was proved in this browser.
    Turn,
    /// The language chosen.
    Lang,
    /// Names the browser for years: whether a signer has proved themselves in it before.
    Browser,
}

impl Jar {
    const fn name(self) -> &'static str {
        match self {
            Self::Visitor => "pelawat",
            Self::Session => "sesi",
            Self::Turn => "giliran",
            Self::Lang => "bahasa",
            Self::Browser => "pelayar",
        }
    }

    /// A mailed link is opened from another site: what must be there on that first click is `Lax`.
    const fn same_site(self) -> &'static str {
        match self {
            Self::Visitor | Self::Turn | Self::Lang | Self::Browser => "Lax",
            Self::Session => "Strict",
        }
    }

    fn full_name(self, tls: bool) -> String {
        if tls { format!("__Host-{}", self.name()) } else { self.name().to_owned() }
    }

    /// The value that the browser sent.
    pub(in crate::web) fn read(self, headers: &HeaderMap, tls: bool) -> Option<String> {
        let name = self.full_name(tls);
        let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
    }

    /// A `Set-Cookie` line; without `seconds` it ends with the browser.
    pub(in crate::web) fn set(self, value: &str, seconds: Option<u64>, tls: bool) -> Option<HeaderValue> {
        let secure = if tls { "; Secure" } else { "" };
        let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        let line =
            format!("{}={value}; Path=/; HttpOnly; SameSite={}{secure}{age}", self.full_name(tls), self.same_site());
        HeaderValue::from_str(&line).ok()
    }

    /// A `Set-Cookie` line that forgets the cookie.
    pub(in crate::web) fn forget(self, tls: bool) -> Option<HeaderValue> {
        self.set("", Some(0), tls)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        let line = Jar::Session.set("abc", None, true).expect("a line");
        assert_eq!(line, "__Host-sesi=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
        let plain = Jar::Session.set("abc", Some(60), false).expect("a line");
        assert_eq!(plain, "sesi=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; __Host-sesi=x=y; sesi=z"));
        assert_eq!(Jar::Session.read(&headers, true).as_deref(), Some("x=y"));
        assert_eq!(Jar::Session.read(&headers, false).as_deref(), Some("z"));
        assert_eq!(Jar::Turn.read(&headers, true), None);
    }
}
