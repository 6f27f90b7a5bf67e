//! The only map from refusals to HTTP: a page for people, RFC 9457 for programs, the same words in both.

use std::error::Error;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::fault;
use crate::kernel::error::{Fault, Kind, RETRY_AFTER};
use crate::kernel::words::Lang;

/// Where a problem is explained: `<base><code>`.
const TYPE_BASE: &str = "urn:mohor:problem:";

/// A refusal on its way out. It answers as JSON in Malay until the guard dresses it for the asker.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Stable code.
    pub code: &'static str,
    /// Decides the status.
    pub kind: Kind,
    /// Values for the words.
    pub facts: Vec<(&'static str, String)>,
    /// For the log: the chain of causes. Never shown.
    pub cause: String,
}

impl<F: Fault> From<F> for Problem {
    fn from(fault: F) -> Self {
        Self { code: fault.code(), kind: fault.kind(), facts: fault.facts(), cause: chain(&fault) }
    }
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

impl Problem {
    /// The HTTP status of a kind.
    pub const fn status(&self) -> StatusCode {
        match self.kind {
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::Method => StatusCode::METHOD_NOT_ALLOWED,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Media => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Kind::Unproven => StatusCode::UNAUTHORIZED,
            Kind::Denied => StatusCode::FORBIDDEN,
            Kind::Missing => StatusCode::NOT_FOUND,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Gone => StatusCode::GONE,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Kind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What happened, in one line.
    pub fn title(&self, lang: Lang) -> String {
        self.say(lang, "")
    }

    /// What the reader can do about it.
    pub fn remedy(&self, lang: Lang) -> String {
        self.say(lang, ".remedy")
    }

    fn say(&self, lang: Lang, part: &str) -> String {
        let values: Vec<_> = self.facts.iter().map(|(name, value)| (*name, value.as_str())).collect();
        lang.say_with(&format!("problem-{}{part}", self.code), &values)
    }

    /// RFC 9457 for programs; `reference` names the request in the log.
    pub fn json(&self, lang: Lang, reference: &str) -> Response {
        let body = Details {
            kind: format!("{TYPE_BASE}{}", self.code),
            title: self.title(lang),
            status: self.status().as_u16(),
            detail: self.remedy(lang),
            code: self.code,
            instance: format!("urn:mohor:request:{reference}"),
            facts: self.facts.iter().map(|fact| said(fact, lang)).collect(),
        };
        let problem_json = HeaderValue::from_static("application/problem+json");
        let language = HeaderValue::from_static(lang.tag());
        let mut response = (self.status(), Json(body)).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, problem_json);
        response.headers_mut().insert(header::CONTENT_LANGUAGE, language);
        self.add_headers(&mut response);
        response
    }

    pub(super) fn add_headers(&self, response: &mut Response) {
        let facts = self.facts.iter().map(|(name, value)| (*name, value.as_str()));
        add_headers(self.status(), facts, response);
    }
}

/// Headers that a status demands (RFC 9110 sections 10.2.3 and 11.6.1). Whoever tried too often is told when to come back,
/// if time alone opens the door again.
pub(super) fn add_headers<'a>(
    status: StatusCode,
    mut facts: impl Iterator<Item = (&'a str, &'a str)>,
    response: &mut Response,
) {
    let fixed = |value| Some(HeaderValue::from_static(value));
    let (name, value) = match status {
        StatusCode::TOO_MANY_REQUESTS => {
            let seconds = facts.find(|(name, _)| *name == RETRY_AFTER);
            (header::RETRY_AFTER, seconds.and_then(|(_, seconds)| HeaderValue::from_str(seconds).ok()))
        }
        StatusCode::SERVICE_UNAVAILABLE => (header::RETRY_AFTER, fixed("5")),
        StatusCode::UNAUTHORIZED => (header::WWW_AUTHENTICATE, fixed("Session realm=\"mohor\"")),
        _ => return,
    };
    if let Some(value) = value {
        response.headers_mut().entry(name).or_insert(value);
    }
}

/// A fact in the reader's language.
fn said((name, value): &(&'static str, String), lang: Lang) -> (String, serde_json::Value) {
    match name.strip_prefix('@') {
        Some(name) => (name.to_owned(), lang.say_term(value).into()),
        None => ((*name).to_owned(), value.clone().into()),
    }
}

/// The members of RFC 9457 section 3.1 and ours.
#[derive(Serialize)]
struct Details {
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    instance: String,
    code: &'static str,
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    facts: serde_json::Map<String, serde_json::Value>,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.json(Lang::Ms, "");
        response.extensions_mut().insert(self);
        response
    }
}

/// Refusals of the door itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DoorFault {
    /// No page, or none that the asker may know of.
    #[error("no such page")]
    Missing,
    /// The path is known, the method is not.
    #[error("method not allowed")]
    Method,
    /// The form has no token of this browser.
    #[error("form token does not fit")]
    FormToken,
    /// The request comes from another site.
    #[error("foreign origin")]
    Origin,
    /// The body is not what the page sends.
    #[error("body cannot be read")]
    Body,
    /// The body is larger than the page accepts.
    #[error("body is too large")]
    TooLarge,
    /// The body is of a media type that is not read here.
    #[error("media type is not read here")]
    Media,
    /// Nobody is signed in.
    #[error("not signed in")]
    SignIn,
    /// Signed in, but this desk belongs to others.
    #[error("not allowed")]
    Role,
    /// The turn was not proved in this browser, or too long ago.
    #[error("turn not proved in this browser")]
    TurnProof,
    /// A fault of ours: a handler panicked or a page could not be rendered.
    #[error("the page failed")]
    Failed,
}

fault! {
    DoorFault {
        Missing => "page-missing", Missing;
        Method => "method-unknown", Method;
        FormToken => "form-expired", Denied;
        Origin => "foreign-origin", Denied;
        Body => "request-unreadable", Invalid;
        TooLarge => "request-too-large", TooLarge;
        Media => "media-unknown", Media;
        SignIn => "sign-in-needed", Unproven;
        Role => "desk-of-others", Denied;
        TurnProof => "turn-unproven", Unproven;
        Failed => "page-failed", Broken;
    }
}

impl DoorFault {
    /// All of them, for the test that renders each.
    pub const ALL: [Self; 11] = [
        Self::Missing,
        Self::Method,
        Self::FormToken,
        Self::Origin,
        Self::Body,
        Self::TooLarge,
        Self::Media,
        Self::SignIn,
        Self::Role,
        Self::TurnProof,
        Self::Failed,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hims::{PartyError, Role, Title, TurnRefused};
    use crate::kernel::words;

    #[test]
    fn every_refusal_of_the_door_has_a_title_and_a_remedy_in_both_languages() {
        for fault in DoorFault::ALL {
            let problem = Problem::from(fault);
            for lang in Lang::ALL {
                assert!(!problem.title(lang).contains('⟦'), "{fault:?} in {lang}");
                assert!(!problem.remedy(lang).contains('⟦'), "{fault:?} in {lang}");
            }
        }
    }

    #[test]
    fn every_problem_of_the_house_has_a_remedy() {
        for lang in Lang::ALL {
            let keys = words::keys(lang);
            for code in keys.iter().filter(|key| key.starts_with("problem-") && !key.contains('.')) {
                assert!(keys.contains(&format!("{code}.remedy")), "{code} in {lang}");
            }
        }
    }

    #[tokio::test]
    async fn a_role_is_named_in_the_reader_s_language_in_pages_and_for_programs() {
        let name = || "P******** B".to_owned();
        let roles = [
            (Title { role: Role::Pembeli, witnessed: None }, "Pembeli", "Buyer"),
            (
                Title { role: Role::Saksi, witnessed: Some(Role::TuanTanah) },
                "Saksi Tuan Tanah",
                "Witness of the Landowner",
            ),
            (Title { role: Role::Pemaju, witnessed: None }, "Pemaju", "Developer"),
        ];
        for (title, malay, english) in roles {
            for (lang, words) in [(Lang::Ms, malay), (Lang::En, english)] {
                let problem = Problem::from(TurnRefused::Waiting { title, name: name() });
                assert!(problem.remedy(lang).contains(&format!("{words} (P")), "{lang}: {}", problem.remedy(lang));
                let body = axum::body::to_bytes(problem.json(lang, "x").into_body(), 10_000).await.expect("a body");
                let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
                assert_eq!((&body["facts"]["role"], &body["facts"]["name"]), (&words.into(), &name().into()), "{body}");
            }
        }
        for (lang, words) in [(Lang::Ms, "peranan Saksi"), (Lang::En, "role Witness")] {
            let title = Problem::from(PartyError::RoleMissing(Role::Saksi)).title(lang);
            assert!(title.ends_with(words), "{title}");
        }
    }

    #[tokio::test]
    async fn a_problem_for_programs_follows_rfc_9457() {
        let response = Problem::from(DoorFault::SignIn).json(Lang::En, "01J");
        assert_eq!(response.status(), 401);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
        assert!(response.headers().contains_key(header::WWW_AUTHENTICATE));
        let body = axum::body::to_bytes(response.into_body(), 10_000).await.expect("a body");
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["type"], "urn:mohor:problem:sign-in-needed");
        assert_eq!(body["status"], 401);
        assert_eq!(body["instance"], "urn:mohor:request:01J");
    }
}
