//! Where the server keeps its things and what the operator decided, from one TOML file. What each key means and may be
//! stands in `config/keys.rs`; what is in force and where it comes from, `config/values.rs` tells.

mod keys;
mod specimen;
mod values;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub use values::{Fault, Shown, reference};

use crate::kernel::settings::Settings;

/// The configuration of `serve`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the server listens and keeps its things.
    pub server: Server,
    /// Names, hosts and windows.
    pub settings: Settings,
}

/// Where the server listens and keeps its things.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address to listen at. Without `tls`, only loopback is accepted.
    pub listen: SocketAddr,
    /// Certificate and key of the listener.
    pub tls: Option<Tls>,
    /// The proxy whose `X-Forwarded-For` is believed, and nobody else's.
    pub trusted_proxy: Option<IpAddr>,
    /// A second address, plain HTTP, for what the certificates point to (`/pki`) and nothing else.
    pub pki_listen: Option<SocketAddr>,
    /// `sqlite:///…` or `postgres://…`; by default SQLite in `folder`.
    pub database: Option<String>,
    /// Documents, audit heads and software keys.
    pub folder: PathBuf,
    /// Where private keys live.
    pub keystore: KeyStoreKind,
}

/// Certificate chain and private key of the listener, PEM.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Chain, leaf first.
    pub chain: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// Where private keys live.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum KeyStoreKind {
    /// In files under `folder`, sealed under a master key.
    Software {
        /// A file of mode 0600, or `/dev/fd/N`.
        master: PathBuf,
        /// `serve` refuses software keys unless this is the sentence [`Config::SOFTWARE_CONSENT`].
        consent: Option<String>,
    },
    /// In a token behind PKCS#11.
    Pkcs11 {
        /// The module, such as `/usr/lib/softhsm/libsofthsm2.so`.
        module: PathBuf,
        /// The token of the persons' keys and of everything sealed.
        persons: Token,
        /// The token of the authority's keys, best in a slot of its own; the same one when it is not named.
        authority: Option<Token>,
    },
}

/// A token and how to log in to it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Its label.
    pub token: String,
    /// The user PIN in a file of mode 0600, or `/dev/fd/N`. Tried once at each start.
    pub pin: PathBuf,
    /// The newest wrapping key, made when it is not there. Name `mohor-kek-2` to rotate: keys move when they are used.
    #[serde(default = "first_wrapping_key")]
    pub wrapping_key: String,
}

fn first_wrapping_key() -> String {
    "mohor-kek-1".to_owned()
}

impl Default for Server {
    fn default() -> Self {
        let folder = PathBuf::from(".mohor");
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls: None,
            trusted_proxy: None,
            pki_listen: None,
            database: None,
            keystore: KeyStoreKind::Software { master: folder.join("master.key"), consent: None },
            folder,
        }
    }
}

/// Why a configuration is refused. Malay first, English second: operators read it at a terminal.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "{0}: fail tidak dapat dibaca; namakan fail dengan --config · the file cannot be read; name it with --config: {1}"
    )]
    Unreadable(PathBuf, std::io::Error),
    /// The file does not say what it should.
    #[error(
        "{file}:{line}: baris ini tidak difahami; kunci yang ada disenaraikan dalam backend/docs/configuration.md · this \
         line is not understood; the keys are listed in backend/docs/configuration.md: {detail}",
        file = .file.display()
    )]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What the reader of TOML says, with the key.
        detail: String,
    },
    /// Values that cannot be.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<Fault>),
    /// Plain HTTP beyond this machine (SEC-6).
    #[error(
        "server.listen = {0}: HTTP biasa hanya untuk mesin ini sendiri; tetapkan server.tls.chain dan server.tls.key · \
         plain HTTP is served on loopback only; set server.tls.chain and server.tls.key"
    )]
    PlainHttp(SocketAddr),
    /// Links that people follow without TLS (SEC-6).
    #[error(
        "settings.public_url = {0}: orang mesti sampai melalui https://; http:// hanya untuk mesin ini sendiri · people \
         must come by https://; http:// is for this machine alone"
    )]
    PlainLinks(String),
    /// Reserved names in certificates and mails, without consent.
    #[error(
        "{keys}: nama contoh yang tidak dimiliki sesiapa; sijil dan e-mel membawanya buat selama-lamanya. Tetapkan nama \
         sendiri, atau untuk percubaan tulis ayat ini · example names that nobody owns; certificates and mails carry them \
         for good. Set your own, or for a trial write this sentence: settings.specimen_consent = \"{consent}\"",
        keys = .0.join(", "),
        consent = Config::SPECIMEN_CONSENT
    )]
    Specimen(Vec<String>),
    /// Keys in software without consent.
    #[error(
        "server.keystore: kunci perisian hanya untuk percubaan; untuk menggunakannya, tulis ayat ini · software keys are \
         for trials; to use them, write this sentence: consent = \"{}\"",
        Config::SOFTWARE_CONSENT
    )]
    SoftwareKeys,
    /// No mail server.
    #[error(
        "settings.mail.smtp_url tiada: orang menerima pautan dan kod melalui e-mel; tetapkannya · settings.mail.smtp_url \
         is missing: people get their links and codes by mail; set it"
    )]
    NoMail,
}

impl Config {
    /// The words by which an operator accepts keys in software.
    pub const SOFTWARE_CONSENT: &str = "I accept that whoever reads this machine's memory can sign for everybody";

    /// The words by which an operator accepts reserved names in certificates and mails.
    pub const SPECIMEN_CONSENT: &str = "I accept that nobody may rely on certificates and mails with specimen names";

    /// Reads `path` and checks every value in it.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`], [`ConfigError::Malformed`], [`ConfigError::Faults`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
        Self::parse(path, &text).map(|(config, _)| config)
    }

    /// What `path` puts in force, value by value with the line each comes from.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn explained(path: &Path) -> Result<(Self, Vec<Shown>), ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
        Self::parse(path, &text)
    }

    fn parse(file: &Path, text: &str) -> Result<(Self, Vec<Shown>), ConfigError> {
        let config: Self = toml::from_str(text).map_err(|error| {
            let line = values::line_at(text, error.span().map_or(0, |span| span.start));
            // The key alone: the value may be a password.
            let said = text.lines().nth(line - 1).unwrap_or_default().split('=').next().unwrap_or_default().trim();
            let detail = format!("{said}: {}", error.message());
            ConfigError::Malformed { file: file.to_owned(), line, detail }
        })?;
        let faults = values::faults(&config, text, file);
        if !faults.is_empty() {
            return Err(ConfigError::Faults(faults));
        }
        let shown = values::effective(&config, text);
        Ok((config, shown))
    }

    /// Whether real people may be served with this.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self) -> Result<(), ConfigError> {
        if self.server.tls.is_none() && !self.server.listen.ip().is_loopback() {
            return Err(ConfigError::PlainHttp(self.server.listen));
        }
        if let KeyStoreKind::Software { consent, .. } = &self.server.keystore
            && consent.as_deref() != Some(Self::SOFTWARE_CONSENT)
        {
            return Err(ConfigError::SoftwareKeys);
        }
        if self.settings.mail.smtp_url.is_none() {
            return Err(ConfigError::NoMail);
        }
        self.check_names()
    }

    /// What people and certificates are told to go to.
    fn check_names(&self) -> Result<(), ConfigError> {
        let public_url = &self.settings.public_url;
        if public_url.starts_with("http://") && !specimen::is_loopback(public_url) {
            return Err(ConfigError::PlainLinks(public_url.clone()));
        }
        let specimens = specimen::specimens(self);
        if !specimens.is_empty() && self.settings.specimen_consent.as_deref() != Some(Self::SPECIMEN_CONSENT) {
            return Err(ConfigError::Specimen(specimens));
        }
        Ok(())
    }

    /// The URL of the database.
    pub fn database(&self) -> String {
        let embedded = || format!("sqlite://{}?mode=rwc", self.server.folder.join("mohor.db").display());
        self.server.database.clone().unwrap_or_else(embedded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        toml::from_str(text).expect("a configuration")
    }

    fn trial() -> String {
        format!("[settings]\nspecimen_consent = \"{}\"\n", Config::SPECIMEN_CONSENT)
    }

    fn consent() -> String {
        format!(
            "{}[server.keystore]\nkind = \"software\"\nmaster = \"/dev/fd/3\"\nconsent = \"{}\"\n\
             [settings.mail]\nsmtp_url = \"smtp://127.0.0.1:25\"\n",
            trial(),
            Config::SOFTWARE_CONSENT
        )
    }

    #[test]
    fn software_keys_need_consent_in_words() {
        assert!(matches!(Config::default().check(), Err(ConfigError::SoftwareKeys)));
        assert!(config(&consent()).check().is_ok());
        assert!(matches!(config(&consent().replace("everybody", "all")).check(), Err(ConfigError::SoftwareKeys)));
    }

    #[test]
    fn a_token_needs_no_consent() {
        let text = "[settings.mail]\nsmtp_url = \"smtp://127.0.0.1:25\"\n\
                    [server.keystore]\nkind = \"pkcs11\"\nmodule = \"/usr/lib/softhsm/libsofthsm2.so\"\n\
                    [server.keystore.persons]\ntoken = \"persons\"\npin = \"/dev/fd/3\"\n";
        let config = config(&format!("{}{text}", trial()));
        assert!(config.check().is_ok());
        let KeyStoreKind::Pkcs11 { persons, authority, .. } = config.server.keystore else { panic!("a token") };
        assert_eq!(persons.wrapping_key, "mohor-kek-1");
        assert!(authority.is_none());
    }

    #[test]
    fn plain_http_beyond_loopback_is_refused() {
        let text = format!("[server]\nlisten = \"0.0.0.0:8080\"\n{}", consent());
        assert!(matches!(config(&text).check(), Err(ConfigError::PlainHttp(_))));
    }

    #[test]
    fn a_server_without_mail_is_refused() {
        let text = consent().replace("smtp_url = \"smtp://127.0.0.1:25\"", "");
        assert!(matches!(config(&text).check(), Err(ConfigError::NoMail)));
    }

    fn refused(text: &str) -> String {
        Config::parse(Path::new("mohor.toml"), text).expect_err("refused").to_string()
    }

    #[test]
    fn a_misspelt_setting_is_refused_by_its_line() {
        let said = refused("[settings.hims]\n# hours\nwindow_hour = 48\n");
        for words in ["mohor.toml:3:", "window_hour:", "tidak difahami", "not understood", "`window_hours`"] {
            assert!(said.contains(words), "{words}: {said}");
        }
        let said = refused("[settings.hims]\nwindow_hours = \"empat puluh\"\n");
        assert!(said.starts_with("mohor.toml:2:"), "{said}");
    }

    #[test]
    fn every_bad_value_is_named_with_file_line_key_and_remedy_in_both_languages() {
        for (line, key) in [
            ("settings.public_url = \"https://mohor.example.test/\"", "settings.public_url"),
            ("settings.public_url = \"mohor.example.test\"", "settings.public_url"),
            ("settings.brand.platform = \"  \"", "settings.brand.platform"),
            ("settings.brand.app_url = \"ftp://app.example.test\"", "settings.brand.app_url"),
            ("settings.hims.window_hours = 0", "settings.hims.window_hours"),
            ("settings.hims.window_hours = 721", "settings.hims.window_hours"),
            ("settings.hims.help_mail = \"bantuan\"", "settings.hims.help_mail"),
            ("settings.ekyc.second_review_percent = 101", "settings.ekyc.second_review_percent"),
            ("settings.ekyc.keep_days = 0", "settings.ekyc.keep_days"),
            ("settings.ekyc.verifier_url = \"http://faces.example.test/v1\"", "settings.ekyc.verifier_url"),
            ("settings.ekyc.verifier_url = \"http://127.0.0.1.example.test/\"", "settings.ekyc.verifier_url"),
            ("settings.pin.symbols = ''", "settings.pin.symbols"),
            ("settings.pin.symbols = '#é'", "settings.pin.symbols"),
            ("settings.ekyc.valid_months = 0", "settings.ekyc.valid_months"),
            ("settings.pki.host = \"http://pki.example.com\"", "settings.pki.host"),
            ("settings.pki.organisation_id = \"12345\"", "settings.pki.organisation_id"),
            ("settings.pki.policy_arc = \"1.3.six\"", "settings.pki.policy_arc"),
            ("settings.pki.tsa_url = \"tsa.example.com\"", "settings.pki.tsa_url"),
            ("settings.mail.smtp_url = \"smtp://\"", "settings.mail.smtp_url"),
            ("settings.mail.hims_sender = \"HIMS <hims>\"", "settings.mail.hims_sender"),
            ("server.database = \"\"", "server.database"),
        ] {
            let said = refused(&format!("# fail\n{line}\n"));
            assert!(said.starts_with(&format!("mohor.toml:2: {key} = ")), "{line}: {said}");
            assert!(said.contains("mesti") && said.contains("must"), "{line}: {said}");
        }
        let both = refused("settings.ekyc.keep_days = 0\nsettings.hims.window_hours = 0\n");
        assert_eq!(both.lines().count(), 2, "all faults at once: {both}");
    }

    #[test]
    fn what_is_in_force_is_shown_with_its_line_and_without_passwords() {
        let text = format!(
            "{}hims_sender = \"HIMS <hims@example.test>\"\n[server]\ndatabase = \"postgres://app:s3cret@db/mohor\"\n",
            consent().replace("smtp://127.0.0.1:25", "smtp://user:s3cret@mail.example.test:587")
        );
        let (_, shown) = Config::parse(Path::new("mohor.toml"), &text).expect("in force");
        let of = |path: &str| shown.iter().find(|shown| shown.path == path).expect("shown");
        assert_eq!(
            (of("settings.hims.window_hours").text(), of("settings.hims.window_hours").line),
            ("48".into(), None)
        );
        let (database, smtp) = (of("server.database"), of("settings.mail.smtp_url"));
        assert_eq!((database.text(), database.line), ("\"postgres://app:…@db/mohor\"".into(), Some(11)));
        assert_eq!(smtp.text(), "\"smtp://user:…@mail.example.test:587\"");
        assert!(shown.iter().all(|shown| !shown.text().contains("s3cret")));
    }

    #[test]
    fn the_defaults_are_good_and_every_key_is_in_the_reference() {
        assert_eq!(values::faults(&Config::default(), "", Path::new("x")).len(), 0);
        let everything = "[server.tls]\nchain = \"c\"\nkey = \"k\"\n[server]\ndatabase = \"d\"\n\
            trusted_proxy = \"127.0.0.1\"\npki_listen = \"127.0.0.1:80\"\n\
            [server.keystore]\nkind = \"pkcs11\"\nmodule = \"m\"\npersons = { token = \"t\", pin = \"p\" }\n\
            authority = { token = \"t\", pin = \"p\" }\n[settings.mail]\nsmtp_url = \"smtp://mail.example.test\"\n\
            smtp_root = \"r\"\n[settings.pki]\ntsa_url = \"http://tsa.example.test\"\n\
            [settings.brand]\napp_url = \"https://app.example.test\"\nguide_url = \"https://app.example.test/g\"\n\
            [settings.ekyc]\nverifier_url = \"https://faces.example.test/v1\"\n";
        let mut found = Vec::new();
        for text in [everything, &consent()] {
            values::leaves("", toml::Value::try_from(config(text)).expect("a table"), &mut found);
        }
        for (path, _) in &found {
            assert!(keys::at(path).is_some(), "{path} is in config/keys.rs");
        }
        for key in keys::KEYS {
            assert!(found.iter().any(|(path, _)| path == key.path), "{} is a key of the file", key.path);
        }
    }

    #[test]
    fn the_reference_of_the_documents_is_the_one_that_the_program_prints() {
        let kept =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/configuration.md")).expect("reads");
        assert_eq!(kept, reference(), "mohor config --reference > backend/docs/configuration.md");
    }
}
