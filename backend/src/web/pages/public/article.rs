//! `/panduan-ekyc`, `/app` and `/privasi`: what people are told once and at length.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use crate::web::Doors;
use crate::web::guard::Visit;
use crate::web::pages::Page;
use crate::web::pages::frame::Frame;

const GUIDE: [&str; 10] = [
    "web-guide-app",
    "web-guide-link",
    "web-guide-password",
    "web-guide-phone",
    "web-guide-consent",
    "web-guide-card",
    "web-guide-face",
    "web-guide-wait",
    "web-guide-then",
    "web-guide-trouble",
];
const APP: [&str; 2] = ["web-app-what", "web-app-none"];
const APP_HERE: [&str; 3] = ["web-app-what", "web-app-get", "web-app-none"];
const PRIVACY: [&str; 8] = [
    "web-privacy-what",
    "web-privacy-why",
    "web-privacy-face",
    "web-privacy-who",
    "web-privacy-long",
    "web-privacy-rights",
    "web-privacy-breach",
    "web-privacy-contact",
];

/// A page to be read.
#[derive(Template)]
#[template(path = "public/article.html")]
pub struct ArticlePage {
    pub(in crate::web) f: Frame,
    /// The words of the page and of each part are `<key>-title` and `<key>-text`.
    key: &'static str,
    parts: &'static [&'static str],
    /// Steps are numbered.
    steps: bool,
    /// Days after which pictures of an identity check are erased.
    days: String,
    /// Where the app is found, when that is not here.
    elsewhere: Option<String>,
}

impl ArticlePage {
    fn words(&self, key: &str, kind: &str) -> String {
        let (line, mail, days) = (self.f.help_line.as_str(), self.f.help_mail.as_str(), self.days.as_str());
        self.f.say_with(&format!("{key}-{kind}"), &[("line", line), ("mail", mail), ("days", days)])
    }

    fn of(f: Frame, key: &'static str, parts: &'static [&'static str]) -> Self {
        Self { f, key, parts, steps: false, days: String::new(), elsewhere: None }
    }
}

/// The guide to the identity check (EKYC-4).
pub(in crate::web) fn guide_page(f: Frame) -> ArticlePage {
    ArticlePage { steps: true, ..ArticlePage::of(f, "web-guide", &GUIDE) }
}

/// Where the app is (EKYC-3).
pub(in crate::web) fn app_page(f: Frame, elsewhere: Option<String>) -> ArticlePage {
    let parts: &[&str] = if elsewhere.is_some() { &APP } else { &APP_HERE };
    ArticlePage { elsewhere, ..ArticlePage::of(f, "web-app", parts) }
}

/// What is kept of people, why and how long (PUB-LAW-15).
pub(in crate::web) fn privacy_page(f: Frame, days: u32) -> ArticlePage {
    ArticlePage { days: days.to_string(), ..ArticlePage::of(f, "web-privacy", &PRIVACY) }
}

/// Shows the guide.
pub async fn guide(visit: Visit) -> Response {
    Page(guide_page(visit.frame())).into_response()
}

/// Shows where the app is.
pub async fn app(State(doors): State<Arc<Doors>>, visit: Visit) -> Response {
    Page(app_page(visit.frame(), doors.settings.brand.app_url.clone())).into_response()
}

/// Shows what is kept.
pub async fn privacy(State(doors): State<Arc<Doors>>, visit: Visit) -> Response {
    Page(privacy_page(visit.frame(), doors.settings.ekyc.keep_days)).into_response()
}
