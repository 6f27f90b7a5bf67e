//! Names that stand for nobody: hosts that no one can own (RFC 2606, RFC 6761), the arc of examples (RFC 5612), and the
//! word that marks our defaults. A trial may carry them; what real people rely on may not.

use std::net::IpAddr;

use toml::Value;

use super::{Config, values};

/// Hosts that are reserved, with everything below them.
const RESERVED: [&str; 6] = ["example.com", "example.net", "example.org", "example", "test", "invalid"];
/// The arc of examples (RFC 5612).
const ARC: &str = "1.3.6.1.4.1.32473";
/// Marks a name as a specimen.
const MARK: &str = "SPESIMEN";

/// The keys of the settings whose values are specimens, in the order of the file.
pub(super) fn specimens(config: &Config) -> Vec<String> {
    let settings = values::effective(config, "").into_iter().filter(|shown| shown.path.starts_with("settings."));
    settings.filter(|shown| is_specimen(&shown.value)).map(|shown| shown.path).collect()
}

fn is_specimen(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let arc = text == ARC || text.strip_prefix(ARC).is_some_and(|below| below.starts_with('.'));
            arc || text.contains(MARK) || text.split(|c| !is_of_host(c)).any(is_reserved)
        }
        Value::Array(lines) => lines.iter().any(is_specimen),
        _ => false,
    }
}

const fn is_of_host(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-')
}

/// Whether `host` is a reserved name or below one. A word without a dot is no host.
fn is_reserved(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    host.contains('.')
        && RESERVED
            .iter()
            .any(|name| host.strip_suffix(name).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether the host of `url` is this machine.
pub(super) fn is_loopback(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ConfigError;

    type Change = fn(&mut Config);

    fn checked(change: impl FnOnce(&mut Config)) -> Result<(), ConfigError> {
        let mut config = Config::default();
        change(&mut config);
        config.check_names()
    }

    /// Names of an operator who exists.
    fn owned(config: &mut Config) {
        let settings = &mut config.settings;
        settings.public_url = "https://mohor.internal".to_owned();
        settings.hims.help_mail = "bantuan@mohor.internal".to_owned();
        settings.pki.host = "pki.mohor.internal".to_owned();
        settings.pki.organisation = "Jabatan Contoh".to_owned();
        settings.pki.policy_arc = "1.3.6.1.4.1.99999.1".to_owned();
        settings.mail.hims_sender = "HIMS <hims@mohor.internal>".to_owned();
    }

    #[test]
    fn names_of_ones_own_need_no_consent_and_every_reserved_one_is_named() {
        checked(owned).expect("names of one's own");
        let Err(ConfigError::Specimen(keys)) = checked(|_| {}) else { panic!("the defaults are specimens") };
        let defaults =
            ["hims.help_mail", "pki.host", "pki.organisation", "pki.policy_arc", "mail.hims_sender"].map(|key| {
                assert!(keys.contains(&format!("settings.{key}")), "{key}: {keys:?}");
                key
            });
        assert_eq!(keys.len(), defaults.len(), "{keys:?}");
        let changes: [(&str, Change); 4] = [
            ("settings.public_url", |config| config.settings.public_url = "https://mohor.example.test".to_owned()),
            ("settings.pki.host", |config| config.settings.pki.host = "PKI.EXAMPLE.ORG".to_owned()),
            ("settings.brand.platform", |config| config.settings.brand.platform = "Mohor SPESIMEN".to_owned()),
            ("settings.pki.policy_arc", |config| config.settings.pki.policy_arc = ARC.to_owned()),
        ];
        for (key, change) in changes {
            let refused = checked(|config| {
                owned(config);
                change(config);
            });
            let Err(ConfigError::Specimen(keys)) = &refused else { panic!("{key} is a specimen") };
            assert_eq!(keys, &[key.to_owned()]);
            let said = refused.expect_err("refused").to_string();
            assert!(said.contains("nama contoh") && said.contains("example names"), "{said}");
            assert!(said.contains(Config::SPECIMEN_CONSENT), "{said}");
        }
        let consent = |sentence: &str| checked(|config| config.settings.specimen_consent = Some(sentence.to_owned()));
        consent(Config::SPECIMEN_CONSENT).expect("a trial");
        consent("I accept").expect_err("not in these words");
    }

    #[test]
    fn links_without_tls_lead_to_this_machine_alone() {
        for url in
            ["http://mohor.internal", "http://10.0.0.1:8080", "http://127.0.0.1.mohor.internal", "http://[2001:db8::1]"]
        {
            let refused = checked(|config| {
                owned(config);
                config.settings.public_url = url.to_owned();
                // No consent helps.
                config.settings.specimen_consent = Some(Config::SPECIMEN_CONSENT.to_owned());
            });
            assert!(matches!(refused, Err(ConfigError::PlainLinks(_))), "{url}: {refused:?}");
        }
        for url in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]:80", "https://mohor.internal"] {
            checked(|config| {
                owned(config);
                config.settings.public_url = url.to_owned();
            })
            .expect(url);
        }
    }

    #[test]
    fn a_host_is_reserved_by_its_end_alone() {
        for host in ["a.test", "example.com", "pki.example.net.", "x.y.invalid"] {
            assert!(is_reserved(host), "{host}");
        }
        for host in ["test", "contest.my", "example.com.my", "myexample.com", "latest.example.my", ""] {
            assert!(!is_reserved(host), "{host}");
        }
    }
}
