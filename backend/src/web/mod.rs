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

use std::net::IpAddr;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::blob::BlobStore;
use crate::enrolment::Desk;
use crate::hims::Press;
use crate::kernel::settings::Settings;
use crate::kernel::work::Means;
use crate::keystore::KeyStore;
use crate::signing::Spine;

pub use guard::DoorKey;
pub use pages::public::mailbox::{KeptMail, Mailbox};
pub use pages::turn::gallery::Gallery;

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
    /// Pictures of pages.
    pub gallery: Gallery,
    /// Makes agreements.
    pub press: Press,
    /// Mails kept instead of sent, in a demo world.
    pub mailbox: Option<Arc<Mailbox>>,
    /// The proxy whose word on where a request comes from is taken.
    pub proxy: Option<IpAddr>,
}

impl Doors {
    /// Whether people reach these doors by TLS: decides cookie prefixes and HSTS.
    pub fn tls(&self) -> bool {
        self.settings.public_url.starts_with("https://")
    }
}

/// Every URL of the server.
pub fn routes(doors: Arc<Doors>) -> Router {
    let pages = guard::pages(public().merge(staff()).merge(developers()).merge(signers()), &doors);
    let uploads = guard::uploads(Router::new().route("/semak", post(pages::public::check::check)), &doors);
    let programs =
        Router::new().route("/aset/{name}", get(pages::assets::show)).merge(pki::routes(doors.office.clone()));
    let programs = programs.merge(api::phone::routes(&doors));
    let all = pages.merge(uploads).merge(programs).fallback(pages::missing::show);
    guard::everything(all, &doors).with_state(doors)
}

/// The URLs that stand in certificates, and nothing else: by plain HTTP, because a verifier that checks a certificate by
/// TLS would have to check a certificate first (RFC 5280 section 8).
pub fn pointers(doors: Arc<Doors>) -> Router {
    let all = pki::routes(doors.office.clone()).fallback(pages::missing::show);
    guard::without_tls(guard::everything(all, &doors)).with_state(doors)
}

/// Anybody.
fn public() -> Router<Arc<Doors>> {
    use pages::public::{article, check, enrol, links, mailbox, reset, serial, stop};
    Router::new()
        .route("/", get(pages::home::show))
        .route("/sihat", get(pages::health::show))
        .route("/semak", get(check::show))
        .route("/daftar/{token}", get(enrol::show).post(enrol::set))
        .route("/daftar/{token}/kod", post(enrol::again))
        .route("/v/{serial}", get(serial::show))
        .route("/set-semula-pin", get(reset::ask).post(reset::check))
        .route("/set-semula-pin/semakan", get(reset::checked))
        .route("/set-semula-pin/borang", get(reset::form).post(reset::prove))
        .route("/set-semula-pin/baharu/{proof}", get(reset::new).post(reset::submit))
        .route("/set-semula-pin/baharu/{proof}/sijil", get(reset::new).post(reset::revoke))
        .route("/set-semula-pin/sijil-dibatalkan", get(reset::revoked))
        .route("/set-semula-pin/batal/{token}", get(stop::pin).post(stop::stop_pin))
        .route("/bukan-saya/{token}", get(stop::phone).post(stop::stop_phone))
        .route("/set-semula-pin/{issuance}", get(reset::progress))
        .route("/panduan-ekyc", get(article::guide))
        .route("/app", get(article::app))
        .route("/privasi", get(article::privacy))
        .route("/pautan-saya", get(links::show).post(links::ask))
        .route("/pautan-saya/dihantar", get(links::sent))
        .route("/mel", get(mailbox::show))
        .route("/mel/{id}", get(mailbox::html))
}

/// Those who sign in.
fn staff() -> Router<Arc<Doors>> {
    use pages::staff::{
        accounts, counter, developers, ekyc, ekyc_report, invitation, my_account, prove_again, sign_in,
    };
    Router::new()
        .route("/masuk", get(sign_in::show).post(sign_in::enter))
        .route("/masuk/pertama", get(sign_in::first).post(sign_in::claim))
        .route("/masuk/semula", get(prove_again::show).post(prove_again::prove))
        .route("/keluar", post(sign_in::leave))
        .route("/jemputan/{token}", get(invitation::show).post(invitation::accept))
        .route("/jemputan/{token}/kod", post(invitation::confirm))
        .route("/kakitangan", get(accounts::show).post(accounts::invite))
        .route("/kakitangan/akaun/{id}/jemput", post(accounts::again))
        .route("/kakitangan/akaun/{id}/tamat", get(accounts::show).post(accounts::disable))
        .route("/kakitangan/akaun/{id}/nombor", get(accounts::naming).post(accounts::name))
        .route("/kakitangan/akaun/{id}/set-semula", get(accounts::resetting).post(accounts::reset))
        .route("/akaun", get(my_account::show).post(my_account::make))
        .route("/kakitangan/ekyc", get(ekyc::desk))
        .route("/kakitangan/ekyc/seterusnya", post(ekyc::next))
        .route("/kakitangan/ekyc/laporan", get(ekyc_report::show))
        .route("/kakitangan/ekyc/{id}", get(ekyc::show).post(ekyc::decide))
        .route("/kakitangan/ekyc/{id}/lepas", post(ekyc::release))
        .route("/kakitangan/ekyc/{id}/sambung", get(ekyc::show).post(ekyc::renew))
        .route("/kakitangan/ekyc/{id}/imej/{slot}", get(ekyc::picture))
        .route("/kakitangan/kaunter", get(counter::show).post(counter::find))
        .route("/kakitangan/kaunter/{id}", get(counter::person).post(counter::act))
        .route("/kakitangan/pemaju", get(developers::show).post(developers::register))
}

/// Housing developers (Pemaju).
fn developers() -> Router<Arc<Doors>> {
    use pages::hims::{agreement, amend, dashboard, development, mend};
    Router::new()
        .route("/hims", get(dashboard::show))
        .route("/hims/pembangunan", get(development::show).post(development::register))
        .route("/hims/pembangunan/{id}", get(development::units).post(development::add_unit))
        .route("/hims/pembangunan/{id}/butiran", get(amend::details).post(amend::change_details))
        .route("/hims/unit/{id}", get(amend::unit).post(amend::change_unit))
        .route("/hims/perjanjian", post(agreement::draft))
        .route("/hims/perjanjian/{id}", get(agreement::show))
        .route("/hims/perjanjian/{id}/pihak", get(agreement::show).post(agreement::set_parties))
        .route("/hims/perjanjian/{id}/jana", get(agreement::show).post(agreement::generate))
        .route("/hims/perjanjian/{id}/buka-semula/{turn}", post(agreement::reopen))
        .route("/hims/perjanjian/{id}/hantar-semula/{turn}", post(mend::remind))
        .route("/hims/perjanjian/{id}/dihantar", get(mend::sent))
        .route("/hims/perjanjian/{id}/hubungan/{turn}", get(mend::contact).post(mend::correct))
        .route("/hims/perjanjian/{id}/tarik-balik", get(mend::ask).post(mend::withdraw))
        .route("/hims/perjanjian/{id}/versi/{file}", get(agreement::document))
}

/// Whoever follows the link of a turn.
fn signers() -> Router<Arc<Doors>> {
    use pages::turn::{certificate, consent, correction, gallery, landing, review, sign, standing, told};
    Router::new()
        .route("/t/{token}", get(landing::show))
        .route("/t/{token}/bukti", get(landing::again).post(landing::ask))
        .route("/t/{token}/kod", get(landing::again).post(landing::prove))
        .route("/t/{token}/sijil", get(certificate::show).post(certificate::send))
        .route("/t/{token}/sijil/{issuance}", get(certificate::progress))
        .route("/t/{token}/semak", get(review::show).post(review::agree))
        .route("/t/{token}/sah", get(review::confirming).post(review::confirm))
        .route("/t/{token}/tandatangan", get(sign::show).post(sign::send))
        .route("/t/{token}/tandatangan/keputusan", get(told::show))
        .route("/t/{token}/berjaya", get(standing::signed))
        .route("/t/{token}/pembetulan", get(correction::show).post(correction::send))
        .route("/t/{token}/persetujuan", get(consent::show).post(consent::withdraw))
        .route("/t/{token}/pautan", post(standing::remind))
        .route("/t/{token}/dihantar", get(standing::sent))
        .route("/t/{token}/halaman/{number}", get(gallery::show))
        .route("/t/{token}/dokumen.pdf", get(standing::document))
        .route("/t/{token}/teks", get(standing::text))
}
