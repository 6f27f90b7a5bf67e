//! What every page shows around its content, and how templates speak.

use crate::account::{Role, Session};
use crate::kernel::settings::Settings;
use crate::kernel::words::Lang;
use crate::web::guard::Visit;

use super::assets;

/// What a role finds in the menu; its desk is the first entry, and a role without a desk finds nothing.
const fn menu_of(role: Role) -> &'static [(&'static str, &'static str)] {
    match role {
        Role::Admin => &[("/kakitangan", "web-menu-accounts"), ("/kakitangan/pemaju", "web-menu-developers")],
        Role::Pemaju => &[("/hims", "web-menu-agreements"), ("/hims/pembangunan", "web-menu-developments")],
        Role::EkycReviewer => &[("/kakitangan/ekyc", "web-menu-ekyc")],
        Role::RegistrationOfficer => &[("/kakitangan/kaunter", "web-menu-counter")],
        Role::VerificationSpecialist | Role::QcOfficer => &[],
    }
}

/// The roles that can be appointed: those whose desk is built.
pub fn appointable() -> impl Iterator<Item = Role> {
    Role::ALL.into_iter().filter(|role| !menu_of(*role).is_empty())
}

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The language of the page.
    pub lang: Lang,
    /// The path of the page, for the language switch.
    pub path: String,
    /// The query of the page without the language, for the same switch.
    pub query: String,
    /// The hidden token of every form.
    pub csrf: String,
    /// Names the request in the log.
    pub reference: String,
    /// Name of the platform.
    pub platform: String,
    /// Name of the agreement system.
    pub hims: String,
    /// Name of the phone app.
    pub app: String,
    /// The help line.
    pub help_line: String,
    /// The help address.
    pub help_mail: String,
    /// When the page was made, for whoever prints it; empty where no request was.
    pub made: String,
    /// The symbols that a new PIN may use.
    pub pin_symbols: String,
    /// Who runs the agreement system, line by line.
    pub owner: Vec<String>,
    /// A demo world: nothing here binds anybody.
    pub demo: bool,
    /// Who is signed in, by name.
    pub signed_in: Option<String>,
    /// Where the person signed in may go: address and key of the words.
    pub menu: Vec<(&'static str, &'static str)>,
    /// Where a signer who proved themselves finds the consent they gave.
    pub consent: Option<String>,
    /// Seconds after which the page asks again, while it waits for something.
    pub refresh: Option<u32>,
}

impl Frame {
    /// The frame of a visit.
    pub fn of(visit: &Visit) -> Self {
        let mut frame = Self::bare(visit.lang, &visit.doors().settings);
        frame.path.clone_from(&visit.path);
        frame.query.clone_from(&visit.query);
        frame.csrf = visit.form_token();
        frame.reference.clone_from(&visit.work.request);
        frame.made = visit.work.now.myt();
        frame
    }

    /// A frame that belongs to no request yet.
    pub fn bare(lang: Lang, settings: &Settings) -> Self {
        Self {
            lang,
            path: "/".to_owned(),
            query: String::new(),
            csrf: String::new(),
            reference: String::new(),
            platform: settings.brand.platform.clone(),
            hims: settings.brand.hims.clone(),
            app: settings.brand.app.clone(),
            help_line: settings.hims.help_line.clone(),
            help_mail: settings.hims.help_mail.clone(),
            made: String::new(),
            pin_symbols: settings.pin.symbols.clone(),
            owner: settings.brand.hims_signature.clone(),
            demo: settings.demo,
            signed_in: None,
            menu: Vec::new(),
            consent: None,
            refresh: None,
        }
    }

    /// The frame for somebody signed in.
    #[must_use]
    pub fn for_account(mut self, session: &Session) -> Self {
        self.signed_in = Some(session.name.clone());
        self.menu = session.roles().iter().flat_map(|role| menu_of(*role)).copied().collect();
        self
    }

    /// The frame of a page that waits.
    #[must_use]
    pub fn waiting(mut self, seconds: u32) -> Self {
        self.refresh = Some(seconds);
        self
    }

    /// Whether the operator accepts only some symbols in a new PIN, which are named then (CON-4).
    pub fn few_pin_symbols(&self) -> bool {
        self.pin_symbols.len() < mohor_shared::pin::SYMBOLS.len()
    }

    /// The words of `key`. `$app`, `$hims` and `$platform` are always known.
    pub fn say(&self, key: &str) -> String {
        self.lang.say_with(key, &self.names())
    }

    /// The words of `key` with one value.
    pub fn say1(&self, key: &str, name: &str, value: &str) -> String {
        let mut values = self.names().to_vec();
        values.push((name, value));
        self.lang.say_with(key, &values)
    }

    /// The words of `key` with two values.
    pub fn say2(&self, key: &str, name: &str, value: &str, other: &str, other_value: &str) -> String {
        let mut values = self.names().to_vec();
        values.extend([(name, value), (other, other_value)]);
        self.lang.say_with(key, &values)
    }

    /// The words of `key` with several values.
    pub fn say_with(&self, key: &str, more: &[(&str, &str)]) -> String {
        let mut values = self.names().to_vec();
        values.extend_from_slice(more);
        self.lang.say_with(key, &values)
    }

    /// The words of `<prefix>-<word>`, such as a state or a role.
    pub fn term(&self, prefix: &str, word: &str) -> String {
        self.say(&format!("{prefix}-{}", word.to_ascii_lowercase().replace('_', "-")))
    }

    /// Every language by its own name, Malay first.
    pub fn languages(&self) -> [(Lang, &'static str); 2] {
        [(Lang::Ms, "Bahasa Melayu"), (Lang::En, "English")]
    }

    /// This page in `lang`, with the filters it has.
    pub fn in_language(&self, lang: &Lang) -> String {
        if self.query.is_empty() { format!("?lang={lang}") } else { format!("?{}&lang={lang}", self.query) }
    }

    /// The other language, for what is said in both.
    pub fn other(&self) -> Lang {
        self.lang.other()
    }

    /// The address of an asset with the mark of its content.
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    fn names(&self) -> [(&str, &str); 3] {
        [("app", &self.app), ("hims", &self.hims), ("platform", &self.platform)]
    }
}
