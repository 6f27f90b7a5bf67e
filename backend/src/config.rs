//! Where the server keeps its things and what the operator decided, from one TOML file.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::kernel::settings::Settings;

/// The configuration of `serve`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the server listens and keeps its things.
    pub server: Server,
    /// Names, hosts and windows.
    pub settings: Settings,
}

/// Where the server listens and keeps its things.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address to listen at. Without `tls`, only loopback is accepted.
    pub listen: SocketAddr,
    /// Certificate and key of the listener.
    pub tls: Option<Tls>,
    /// `sqlite:///…` or `postgres://…`; by default SQLite in `folder`.
    pub database: Option<String>,
    /// Documents, audit heads and software keys.
    pub folder: PathBuf,
    /// Where private keys live.
    pub keystore: KeyStoreKind,
}

/// Certificate chain and private key of the listener, PEM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// Chain, leaf first.
    pub chain: PathBuf,
    /// Private key.
    pub key: PathBuf,
}

/// Where private keys live.
#[derive(Clone, Debug, Deserialize)]
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
#[derive(Clone, Debug, Deserialize)]
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
            database: None,
            keystore: KeyStoreKind::Software { master: folder.join("master.key"), consent: None },
            folder,
        }
    }
}

/// Why a configuration is refused.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{0}: {1}")]
    Unreadable(PathBuf, std::io::Error),
    /// The file does not say what it should.
    #[error("{0}: {1}")]
    Malformed(PathBuf, toml::de::Error),
    /// Plain HTTP beyond this machine (SEC-6).
    #[error("plain HTTP is served on loopback only; {0} needs [server.tls] chain and key")]
    PlainHttp(SocketAddr),
    /// Keys in software without consent.
    #[error(
        "software keys are for trials; to use them, set server.keystore.consent = \"{}\"",
        Config::SOFTWARE_CONSENT
    )]
    SoftwareKeys,
    /// No mail server.
    #[error("settings.mail.smtp_url is missing: people get their links and codes by mail")]
    NoMail,
}

impl Config {
    /// The words by which an operator accepts keys in software.
    pub const SOFTWARE_CONSENT: &str = "I accept that whoever reads this machine's memory can sign for everybody";

    /// Reads `path`.
    ///
    /// # Errors
    /// [`ConfigError::Unreadable`], [`ConfigError::Malformed`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|error| ConfigError::Unreadable(path.to_owned(), error))?;
        toml::from_str(&text).map_err(|error| ConfigError::Malformed(path.to_owned(), error))
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

    fn consent() -> String {
        format!(
            "[server.keystore]\nkind = \"software\"\nmaster = \"/dev/fd/3\"\nconsent = \"{}\"\n\
             [settings.mail]\nsmtp_url = \"smtp://127.0.0.1:25\"\n",
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
        let config = config(text);
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

    #[test]
    fn a_misspelt_setting_is_refused() {
        assert!(toml::from_str::<Config>("[settings.hims]\nwindow_hour = 48\n").is_err());
    }
}
