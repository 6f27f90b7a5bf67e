//! One visit: the work of the request, its language, the browser it comes from.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::hims::Browser;
use crate::kernel::words::Lang;
use crate::kernel::work::{Actor, Work};
use crate::web::Doors;
use crate::web::pages::frame::Frame;

use super::cookie::Jar;

/// A year, in seconds: how long a browser keeps the language and its name.
pub(super) const YEAR: u64 = 31_536_000;

/// What every handler knows of the request.
#[derive(Clone)]
pub struct Visit {
    /// The work, acting as nobody until somebody is proved.
    pub work: Work,
    /// The language to answer in.
    pub lang: Lang,
    /// The path, for links back to this page.
    pub path: String,
    /// The query without the language, for the same links.
    pub query: String,
    /// Names the browser.
    pub(in crate::web) visitor: String,
    /// The session cookie as sent: forms are bound to it too.
    pub(in crate::web) session: Option<String>,
    /// The turn cookie as sent.
    pub(in crate::web) turn: Option<String>,
    /// What the browser says it is, and the name it keeps.
    pub(in crate::web) browser: Browser,
    doors: Arc<Doors>,
}

impl Visit {
    /// The work, acting as `actor`.
    pub fn acting_as(&self, actor: Actor) -> Work {
        self.work.acting_as(actor)
    }

    /// The doors.
    pub fn doors(&self) -> &Arc<Doors> {
        &self.doors
    }

    /// The token that every form of this browser carries.
    pub fn form_token(&self) -> String {
        self.doors.key.token("form", &[&self.visitor, self.session.as_deref().unwrap_or_default()])
    }

    /// Whether a form's token is the one of this browser.
    pub(super) fn accepts_form(&self, token: &str) -> bool {
        let parts = [self.visitor.as_str(), self.session.as_deref().unwrap_or_default()];
        self.doors.key.fits(token, "form", &parts)
    }

    /// What every page shows around its content.
    pub fn frame(&self) -> Frame {
        Frame::of(self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    #[expect(clippy::expect_used, reason = "routes() puts welcome around every URL; a test would stop at once")]
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get::<Self>().cloned().expect("welcome ran"))
    }
}

/// Starts the visit; gives a new browser its name and remembers a chosen language.
pub(super) async fn welcome(State(doors): State<Arc<Doors>>, mut request: Request, next: Next) -> Response {
    let tls = doors.tls();
    let known = Jar::Visitor.read(request.headers(), tls).filter(|name| name.len() == 43);
    let work = doors.means.work(Actor::Anonymous);
    let chosen = chosen_lang(request.uri().query().unwrap_or_default());
    let visit = Visit {
        lang: chosen.unwrap_or_else(|| preferred_lang(request.headers(), tls)),
        path: request.uri().path().to_owned(),
        query: without_lang(request.uri().query().unwrap_or_default()),
        visitor: known.clone().unwrap_or_else(|| work.rng().token()),
        session: Jar::Session.read(request.headers(), tls),
        turn: Jar::Turn.read(request.headers(), tls),
        browser: browser(request.headers(), tls, &work),
        work,
        doors,
    };
    let programs = ["/aset/", "/pki/"].iter().any(|prefix| visit.path.starts_with(prefix));
    let page = request.method() == Method::GET && !programs;
    let (visitor, lang) = (visit.visitor.clone(), visit.lang);
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    let newcomer = (known.is_none() && page).then(|| Jar::Visitor.set(&visitor, None, tls)).flatten();
    let language = chosen.and_then(|_| Jar::Lang.set(lang.tag(), Some(YEAR), tls));
    for line in [newcomer, language].into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, line);
    }
    response
}

/// The browser as the signer's phone will name it; a new one gets a name when its signer is proved.
fn browser(headers: &HeaderMap, tls: bool, work: &Work) -> Browser {
    let agent = headers.get(header::USER_AGENT).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let kept = Jar::Browser.read(headers, tls).filter(|name| name.len() == 43);
    Browser::new(agent, kept.unwrap_or_else(|| work.rng().token()))
}

/// `?lang=en` on any page.
fn chosen_lang(query: &str) -> Option<Lang> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    Lang::ALL.into_iter().find(|lang| lang.tag() == value)
}

/// Everything else that the address says.
fn without_lang(query: &str) -> String {
    query.split('&').filter(|pair| !pair.starts_with("lang=")).collect::<Vec<_>>().join("&")
}

/// The cookie, else the first language of the browser that we speak, else Malay.
fn preferred_lang(headers: &HeaderMap, tls: bool) -> Lang {
    if let Some(tag) = Jar::Lang.read(headers, tls) {
        return Lang::from_tag(&tag);
    }
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|line| line.to_str().ok()).unwrap_or_default();
    let mut tags = accepted.split(',').map(|range| range.trim().get(..2).unwrap_or_default());
    tags.find(|tag| ["ms", "en"].contains(tag)).map_or(Lang::Ms, Lang::from_tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn malay_is_spoken_unless_somebody_asks_for_english() {
        let mut headers = HeaderMap::new();
        assert_eq!(preferred_lang(&headers, true), Lang::Ms);
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("de, en-GB;q=0.8, ms;q=0.5"));
        assert_eq!(preferred_lang(&headers, true), Lang::En);
        headers.insert(header::COOKIE, HeaderValue::from_static("__Host-bahasa=ms"));
        assert_eq!(preferred_lang(&headers, true), Lang::Ms);
        assert_eq!(chosen_lang("a=1&lang=en"), Some(Lang::En));
        assert_eq!(chosen_lang("lang=xx"), None);
        assert_eq!(without_lang("lang=en&tapis=masalah&halaman=2"), "tapis=masalah&halaman=2");
    }
}
