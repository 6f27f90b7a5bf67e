//! The door to the world by HTTP: pages for people, an API for phones, pointers for other people's verifiers.
//!
//! Invariants: every URL stands in [`routes`]; a GET changes nothing; a POST carries a token bound to the
//! browser and comes from this origin; no secret stands in a log line; every refusal leaves through
//! [`problem`], in the reader's language, with a remedy and a reference.

pub mod api;
pub mod guard;
pub mod pages;
pub mod pki;
pub mod problem;
#[cfg(test)]
mod testing;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::blob::BlobStore;
use crate::enrolment::Desk;
use crate::kernel::settings::Settings;
use crate::kernel::work::Means;
use crate::keystore::KeyStore;
use crate::signing::Spine;

pub use guard::DoorKey;
pub use pages::public::mailbox::{KeptMail, Mailbox};

/// What stands behind the doors; `app.rs` builds it once.
pub struct Doors {
    /// Database, clock, randomness.
    pub means: Means,
    /// What the operator decided.
    pub settings: Arc<Settings>,
    /// Private keys.
    pub keystore: Arc<dyn KeyStore>,
    /// Big bytes.
    pub blobs: Arc<dyn BlobStore>,
    /// Binds forms, turns and addresses to this installation.
    pub key: DoorKey,
    /// Root, issuing CA, time stamps.
    pub office: pki::Office,
    /// The signing ceremony.
    pub spine: Arc<Spine>,
    /// Certificates with a PIN, and new PINs.
    pub desk: Arc<Desk>,
    /// Mails kept instead of sent, in a demo world.
    pub mailbox: Option<Arc<Mailbox>>,
}

impl Doors {
    /// Whether people reach these doors by TLS: decides cookie prefixes and HSTS.
    pub fn tls(&self) -> bool {
        self.settings.public_url.starts_with("https://")
    }
}

/// Every URL of the server.
pub fn routes(doors: Arc<Doors>) -> Router {
    let pages = guard::pages(public().merge(staff()), &doors);
    let uploads = guard::uploads(Router::new().route("/semak", post(pages::public::check::check)), &doors);
    let programs =
        Router::new().route("/aset/{name}", get(pages::assets::show)).merge(pki::routes(doors.office.clone()));
    let programs = programs.merge(api::phone::routes(&doors));
    let all = pages.merge(uploads).merge(programs).fallback(pages::missing::show);
    guard::everything(all, &doors).with_state(doors)
}

/// Anybody.
fn public() -> Router<Arc<Doors>> {
    use pages::public::{check, enrol, mailbox};
    Router::new()
        .route("/", get(pages::home::show))
        .route("/sihat", get(pages::health::show))
        .route("/semak", get(check::show))
        .route("/daftar/{token}", get(enrol::show).post(enrol::set))
        .route("/daftar/{token}/kod", post(enrol::again))
        .route("/mel", get(mailbox::show))
}

/// Those who sign in.
fn staff() -> Router<Arc<Doors>> {
    use pages::staff::{accounts, developers, ekyc, invitation, sign_in};
    Router::new()
        .route("/masuk", get(sign_in::show).post(sign_in::enter))
        .route("/masuk/pertama", get(sign_in::first).post(sign_in::claim))
        .route("/keluar", post(sign_in::leave))
        .route("/jemputan/{token}", get(invitation::show).post(invitation::accept))
        .route("/jemputan/{token}/kod", post(invitation::confirm))
        .route("/kakitangan", get(accounts::show).post(accounts::invite))
        .route("/kakitangan/akaun/{id}/jemput", post(accounts::again))
        .route("/kakitangan/akaun/{id}/tamat", post(accounts::disable))
        .route("/kakitangan/ekyc", get(ekyc::queue))
        .route("/kakitangan/ekyc/{id}", get(ekyc::show).post(ekyc::decide))
        .route("/kakitangan/ekyc/{id}/imej/{slot}", get(ekyc::picture))
        .route("/kakitangan/pemaju", get(developers::show).post(developers::register))
}
