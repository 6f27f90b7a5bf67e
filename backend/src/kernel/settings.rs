//! What an operator decides. Brands, hosts, phone numbers and mail domains are never written in the code that
//! uses them (SEC-7); the defaults are reserved names that no mail can reach.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::clock::Timestamp;

/// Everything an operator may set, with its default. `config.rs` reads it from a TOML file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The origin people see, without a trailing slash: links in mails and QR codes start with it.
    pub public_url: String,
    /// The sentence by which the operator accepts reserved names in certificates and mails, for a trial.
    pub specimen_consent: Option<String>,
    /// Names shown to people.
    pub brand: Brand,
    /// Housing agreements.
    pub hims: Hims,
    /// Identity checks.
    pub ekyc: Ekyc,
    /// PINs of signers.
    pub pin: PinPolicy,
    /// The certificate authority.
    pub pki: Pki,
    /// Outgoing mail.
    pub mail: Mail,
    /// True only in a demo world, whose database is marked: shows the mailbox page.
    #[serde(skip)]
    pub demo: bool,
}

/// Names shown to people.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Brand {
    /// The platform.
    pub platform: String,
    /// The agreement system (ACT-6).
    pub hims: String,
    /// The agreement system in full.
    pub hims_full: String,
    /// The phone app that shows codes (ACT-8); the label of SIGN-9 names it.
    pub app: String,
    /// Where the app is found; `None` for our own page `/app`.
    pub app_url: Option<String>,
    /// Where the app's guide to the identity check is found (EKYC-4); `None` for our own page `/panduan-ekyc`.
    pub guide_url: Option<String>,
    /// The lines that close every HIMS mail (MAIL-0).
    pub hims_signature: Vec<String>,
    /// The lines below them, a reminder of whoever owns the mail server (LEG-6); none for none.
    pub mail_footer: Vec<String>,
    /// Subjects of mails by the key of their message, where the operator wants others than ours (GAP-1):
    /// `mail-1-subject = "…"`.
    pub mail_subjects: BTreeMap<String, String>,
}

/// Housing agreements.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Hims {
    /// Hours a signer has to review and sign (HIMS-22).
    pub window_hours: u32,
    /// Invite a signer to make the certificate before the turn arrives (CON-11).
    pub invite_early: bool,
    /// Keep a complete agreement by a time stamp over all of it (PAdES B-LTA). Readers that do not know document time
    /// stamps show it as a signature that they cannot judge (poppler 22).
    pub archive: bool,
    /// The help line (CON-1).
    pub help_line: String,
    /// The help address.
    pub help_mail: String,
}

impl Hims {
    /// The review window.
    pub const fn window(&self) -> Duration {
        Duration::from_secs(self.window_hours as u64 * 3600)
    }
}

/// Identity checks.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ekyc {
    /// The text reader: a name on the path, or a path. Without it cases go to the reviewer unread.
    pub tesseract: std::path::PathBuf,
    /// A face verifier to ask (`adapters/face_verifier_http.rs` has its two questions); none: "tidak dinilai". What it
    /// says is a finding; a reviewer decides.
    pub verifier_url: Option<String>,
    /// Of a hundred cases, how many get a second look by a reviewer who does not know of the first.
    pub second_review_percent: u32,
    /// Days after the decision until pictures and findings are erased.
    pub keep_days: u32,
    /// Calendar months an approval counts (GAP-8). A change counts for approvals from then on.
    pub valid_months: u16,
    /// Whether the first certificate issued on an approval decides how long it counts: until that certificate ends
    /// (GAP-8), be it sooner or later than `valid_months`.
    pub ends_with_certificate: bool,
}

impl Ekyc {
    /// Until when an approval of now counts.
    pub fn valid_until(&self, now: Timestamp) -> Timestamp {
        now.plus_months(i32::from(self.valid_months))
    }

    /// How long pictures and findings are kept after the decision.
    pub const fn keep(&self) -> Duration {
        Duration::from_secs(self.keep_days as u64 * 86_400)
    }
}

impl Default for Ekyc {
    fn default() -> Self {
        Self {
            tesseract: "tesseract".into(),
            verifier_url: None,
            second_review_percent: 5,
            keep_days: 90,
            valid_months: 12,
            ends_with_certificate: false,
        }
    }
}

/// PINs of signers (PIN-5).
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PinPolicy {
    /// The symbols that a new PIN may use (CON-4). A PIN that was set before with others still opens its key.
    pub symbols: String,
}

impl Default for PinPolicy {
    fn default() -> Self {
        Self { symbols: mohor_shared::pin::SYMBOLS.to_owned() }
    }
}

/// A kind of key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyKind {
    /// ECDSA on NIST P-256.
    #[default]
    P256,
    /// RSA with 2048 bits.
    Rsa2048,
    /// RSA with 3072 bits.
    Rsa3072,
}

/// The certificate authority.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pki {
    /// Host of CRL, OCSP and AIA pointers inside certificates, reached over plain HTTP.
    pub host: String,
    /// Organisation name in the names of the authorities.
    pub organisation: String,
    /// Organisation identifier of EN 319 412-1 section 5.1.4.
    pub organisation_id: String,
    /// The arc (dotted) below which the policy identifiers lie.
    pub policy_arc: String,
    /// Time-stamp authority to ask over HTTP (RFC 3161 section 3.4) instead of calling the one inside: an instance
    /// of this program with the same authority, on a machine of its own.
    pub tsa_url: Option<String>,
    /// Keys of the authorities and of the time stamps: `p256`, `rsa2048` or `rsa3072`. Counts once, when they are made.
    pub authority_keys: KeyKind,
    /// Keys that signers get from now on: the same three.
    pub signee_keys: KeyKind,
}

/// Outgoing mail.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// `smtp://host:port` or `smtps://…`; none keeps every mail in the built-in mailbox.
    pub smtp_url: Option<String>,
    /// Certificate (PEM) under which the mail server's is trusted, instead of the public authorities.
    pub smtp_root: Option<std::path::PathBuf>,
    /// Sender of HIMS mails (MAIL-0).
    pub hims_sender: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://127.0.0.1:8080".to_owned(),
            specimen_consent: None,
            brand: Brand::default(),
            hims: Hims::default(),
            ekyc: Ekyc::default(),
            pin: PinPolicy::default(),
            pki: Pki::default(),
            mail: Mail::default(),
            demo: false,
        }
    }
}

impl Brand {
    /// Where people are sent for the app: as configured, else our own page below `public_url`.
    pub fn app_page(&self, public_url: &str) -> String {
        self.app_url.clone().unwrap_or_else(|| format!("{public_url}/app"))
    }

    /// Where people read how the identity check goes: as configured, else our own page below `public_url`.
    pub fn guide_page(&self, public_url: &str) -> String {
        self.guide_url.clone().unwrap_or_else(|| format!("{public_url}/panduan-ekyc"))
    }
}

impl Default for Brand {
    fn default() -> Self {
        Self {
            platform: "Mohor".to_owned(),
            hims: "HIMS".to_owned(),
            hims_full: "Housing Integrated Management System (HIMS)".to_owned(),
            app: "iDsaya".to_owned(),
            app_url: None,
            guide_url: None,
            hims_signature: vec![
                "Pentadbir HIMS".to_owned(),
                "Jabatan Perumahan Negara".to_owned(),
                "Kementerian Perumahan dan Kerajaan Tempatan".to_owned(),
            ],
            mail_footer: vec![
                "Peringatan: e-mel ini untuk penerimanya sahaja dan mungkin mengandungi maklumat rasmi. Jika tersalah \
                 terima, sila padamkan dan jangan sebarkan."
                    .to_owned(),
                "Reminder: this e-mail is for its addressee only and may hold official information. If it reached you \
                 by mistake, please delete it and do not pass it on."
                    .to_owned(),
            ],
            mail_subjects: BTreeMap::new(),
        }
    }
}

impl Default for Hims {
    fn default() -> Self {
        Self {
            window_hours: 48,
            invite_early: false,
            archive: false,
            help_line: "03-8891 4797".to_owned(),
            help_mail: "hims.aduan@example.test".to_owned(),
        }
    }
}

impl Default for Pki {
    fn default() -> Self {
        Self {
            host: "pki.example.com".to_owned(),
            organisation: "Mohor SPESIMEN".to_owned(),
            organisation_id: "NTRMY-000000000000".to_owned(),
            // Below 32473, which RFC 5612 reserves for examples.
            policy_arc: "1.3.6.1.4.1.32473.1".to_owned(),
            tsa_url: None,
            authority_keys: KeyKind::default(),
            signee_keys: KeyKind::default(),
        }
    }
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            smtp_url: None,
            smtp_root: None,
            hims_sender: "[JPN-KPKT] HIMS ADMIN <hims.admin@example.test>".to_owned(),
        }
    }
}
