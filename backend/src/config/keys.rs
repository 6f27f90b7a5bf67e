//! Every key of the file: what it means and what may stand there. `backend/docs/configuration.md` is made from it.

use toml::Value;

use crate::kernel::words::Lang;

/// What may stand behind a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rule {
    /// Whatever the type takes: an address, a path, yes or no.
    Typed,
    /// Text that says something.
    Text,
    /// Lines of text; none is fine.
    Lines,
    /// A whole number within bounds, both allowed.
    Between(i64, i64),
    /// `scheme://host[:port]` and nothing behind it, of one of these schemes.
    Origin(&'static [&'static str]),
    /// An absolute URL of one of these schemes.
    Url(&'static [&'static str]),
    /// An absolute URL over which pictures of people may travel: TLS, or this machine.
    Private,
    /// A host name, without scheme and path.
    Host,
    /// An object identifier, dotted.
    Oid,
    /// An organisation identifier of EN 319 412-1 section 5.1.4: three letters, a country, a hyphen, a reference.
    OrganisationId,
    /// `Name <local@host>` or `local@host`.
    Mailbox,
    /// ASCII punctuation, at least one mark.
    Symbols,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

impl Rule {
    /// Whether `value` may stand there.
    pub(super) fn allows(self, value: &Value) -> bool {
        match (self, value) {
            (Self::Typed | Self::Lines, _) => true,
            (Self::Between(from, until), Value::Integer(number)) => (from..=until).contains(number),
            (Self::Text, Value::String(text)) => !text.trim().is_empty(),
            (Self::Origin(schemes), Value::String(url)) => after_scheme(url, schemes).is_some_and(is_authority),
            (Self::Url(schemes), Value::String(url)) => {
                after_scheme(url, schemes).is_some_and(|rest| is_authority(rest.split(['/', '?']).next().unwrap_or("")))
            }
            (Self::Private, Value::String(url)) => {
                let homes = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
                let home = |home: &&str| url.strip_prefix(*home).is_some_and(|rest| rest.starts_with([':', '/']));
                Self::Url(&["https"]).allows(value) || (Self::Url(WEB).allows(value) && homes.iter().any(home))
            }
            (Self::Host, Value::String(host)) => is_host(host),
            (Self::Oid, Value::String(oid)) => const_oid::ObjectIdentifier::new(oid).is_ok(),
            (Self::OrganisationId, Value::String(id)) => is_organisation_id(id),
            (Self::Mailbox, Value::String(mailbox)) => is_mailbox(mailbox),
            (Self::Symbols, Value::String(marks)) => {
                !marks.is_empty() && marks.bytes().all(|byte| byte.is_ascii_punctuation())
            }
            (Self::OneOf(words), Value::String(word)) => words.contains(&word.as_str()),
            _ => false,
        }
    }

    /// What may stand there, in words.
    pub(super) fn say(self, lang: Lang) -> String {
        let schemes = |schemes: &[&str]| schemes.iter().map(|scheme| format!("{scheme}://")).collect::<Vec<_>>();
        match self {
            Self::Typed => String::new(),
            Self::Text => lang.say("config-rule-text"),
            Self::Lines => lang.say("config-rule-lines"),
            Self::Between(from, until) => {
                let (from, until) = (from.to_string(), until.to_string());
                lang.say_with("config-rule-between", &[("from", &from), ("until", &until)])
            }
            Self::Origin(of) => lang.say_with("config-rule-origin", &[("schemes", &schemes(of).join(", "))]),
            Self::Url(of) => lang.say_with("config-rule-url", &[("schemes", &schemes(of).join(", "))]),
            Self::Private => lang.say("config-rule-private"),
            Self::Host => lang.say("config-rule-host"),
            Self::Oid => lang.say("config-rule-oid"),
            Self::OrganisationId => lang.say("config-rule-organisation-id"),
            Self::Mailbox => lang.say("config-rule-mailbox"),
            Self::Symbols => lang.say("config-rule-symbols"),
            Self::OneOf(words) => lang.say_with("config-rule-one-of", &[("words", &words.join(", "))]),
        }
    }
}

fn after_scheme<'a>(url: &'a str, schemes: &[&str]) -> Option<&'a str> {
    let (scheme, rest) = url.split_once("://")?;
    schemes.contains(&scheme).then_some(rest)
}

/// `[user[:password]@]host[:port]`
fn is_authority(text: &str) -> bool {
    let host = text.rsplit_once('@').map_or(text, |(_, host)| host);
    if let Some(rest) = host.strip_prefix('[') {
        let Some((address, port)) = rest.split_once(']') else { return false };
        let port = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        return address.parse::<std::net::Ipv6Addr>().is_ok() && port;
    }
    match host.split_once(':') {
        Some((host, port)) => is_host(host) && port.parse::<u16>().is_ok(),
        None => is_host(host),
    }
}

/// Labels of letters, digits and hyphens (RFC 1123 section 2.1).
fn is_host(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    host.len() <= 253 && host.split('.').all(label)
}

fn is_organisation_id(id: &str) -> bool {
    let Some((scheme, reference)) = id.split_once('-') else { return false };
    scheme.len() == 5 && scheme.bytes().all(|byte| byte.is_ascii_uppercase()) && !reference.is_empty()
}

fn is_mailbox(text: &str) -> bool {
    let address = match text.rsplit_once('<') {
        Some((name, rest)) => match rest.strip_suffix('>') {
            Some(address) if !name.contains(['<', '>', '"']) => address,
            _ => return false,
        },
        None => text,
    };
    crate::person::Email::parse(address).is_ok()
}

/// A key of the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// Its dotted path.
    pub(super) path: &'static str,
    /// What may stand there.
    pub(super) rule: Rule,
    /// What it means.
    pub(super) says: &'static str,
}

const fn key(path: &'static str, rule: Rule, says: &'static str) -> Key {
    Key { path, rule, says }
}

const WEB: &[&str] = &["http", "https"];
const KEY_KINDS: &[&str] = &["p256", "rsa2048", "rsa3072"];

/// Every key, in the order of the file.
pub(super) const KEYS: &[Key] = &[
    key("server.listen", Rule::Typed, "Address and port to listen at. Without `server.tls`, loopback only (SEC-6)."),
    key("server.tls.chain", Rule::Typed, "Certificate chain of the listener, PEM, leaf first."),
    key("server.tls.key", Rule::Typed, "Private key of the listener, PEM."),
    key(
        "server.trusted_proxy",
        Rule::Typed,
        "The address of the proxy before the server: its `X-Forwarded-For` says where a request comes from, nobody else's.",
    ),
    key(
        "server.pki_listen",
        Rule::Typed,
        "A second address and port, plain HTTP, for certificates, lists, OCSP and time stamps (`/pki`) alone: \
         certificates point there (`settings.pki.host`).",
    ),
    key(
        "server.database",
        Rule::Text,
        "`sqlite:///path/mohor.db?mode=rwc` or `postgres://user@host/name`; by default SQLite in the folder.",
    ),
    key("server.folder", Rule::Typed, "Documents, audit heads, software keys. One server at a time works in a folder."),
    key("server.keystore.kind", Rule::OneOf(&["software", "pkcs11"]), "Where private keys live."),
    key("server.keystore.master", Rule::Typed, "Software keys: the master key, a file of mode 0600 or `/dev/fd/N`."),
    key(
        "server.keystore.consent",
        Rule::OneOf(&[super::Config::SOFTWARE_CONSENT]),
        "Software keys: the sentence without which `serve` refuses them.",
    ),
    key("server.keystore.module", Rule::Typed, "PKCS#11: the module of the token."),
    key("server.keystore.persons.token", Rule::Text, "PKCS#11: label of the token of the persons' keys and seals."),
    key("server.keystore.persons.pin", Rule::Typed, "PKCS#11: the user PIN, a file of mode 0600 or `/dev/fd/N`."),
    key(
        "server.keystore.persons.wrapping_key",
        Rule::Text,
        "PKCS#11: the newest wrapping key; another name rotates, and keys move when they are used.",
    ),
    key(
        "server.keystore.authority.token",
        Rule::Text,
        "PKCS#11: label of the authority's token, best in a slot of its own; without it, that of the persons.",
    ),
    key("server.keystore.authority.pin", Rule::Typed, "PKCS#11: its user PIN."),
    key("server.keystore.authority.wrapping_key", Rule::Text, "PKCS#11: its wrapping key."),
    key(
        "settings.public_url",
        Rule::Origin(WEB),
        "The origin people see, without a slash at the end: links in mails and QR codes begin with it. `serve` wants \
         https, but for this machine alone (SEC-6).",
    ),
    key(
        "settings.specimen_consent",
        Rule::OneOf(&[super::Config::SPECIMEN_CONSENT]),
        "The sentence without which `serve` and `ceremony` refuse names that are reserved for examples, such as the \
         defaults: certificates and mails carry them for good.",
    ),
    key("settings.brand.platform", Rule::Text, "Name of the platform."),
    key("settings.brand.hims", Rule::Text, "Name of the agreement system (ACT-6)."),
    key("settings.brand.hims_full", Rule::Text, "The agreement system in full."),
    key("settings.brand.app", Rule::Text, "Name of the phone app that shows codes (ACT-8)."),
    key("settings.brand.app_url", Rule::Url(WEB), "Where the app is found."),
    key("settings.brand.guide_url", Rule::Url(WEB), "Where the guide to the identity check is found (EKYC-4)."),
    key("settings.brand.hims_signature", Rule::Lines, "Lines that close every HIMS mail (MAIL-0)."),
    key("settings.brand.mail_footer", Rule::Lines, "Lines below them, of whoever owns the mail server (LEG-6)."),
    key(
        "settings.brand.mail_subjects",
        Rule::Lines,
        "Subjects of mails by the key of their message, where others than ours are wanted (GAP-1): \
         `mail-1-subject = \"…\"`.",
    ),
    key("settings.hims.window_hours", Rule::Between(1, 720), "Hours a signer has to review and sign (HIMS-22)."),
    key("settings.hims.invite_early", Rule::Typed, "Invite to the certificate before the turn arrives (CON-11)."),
    key(
        "settings.hims.archive",
        Rule::Typed,
        "Keep a complete agreement by a time stamp over all of it (PAdES B-LTA).",
    ),
    key("settings.hims.help_line", Rule::Text, "The help line (CON-1)."),
    key("settings.hims.help_mail", Rule::Mailbox, "The help address."),
    key(
        "settings.ekyc.tesseract",
        Rule::Typed,
        "The text reader: a name on the path, or a path. Without it cards go to the reviewer unread.",
    ),
    key(
        "settings.ekyc.verifier_url",
        Rule::Private,
        "A face verifier to ask. What it says is a finding; without one faces are \"tidak dinilai\". A reviewer decides.",
    ),
    key(
        "settings.ekyc.second_review_percent",
        Rule::Between(0, 100),
        "Of a hundred cases, how many get a second look by a reviewer who does not know of the first.",
    ),
    key("settings.ekyc.keep_days", Rule::Between(1, 3650), "Days until pictures and findings are erased."),
    key("settings.ekyc.valid_months", Rule::Between(1, 120), "Calendar months an approval counts (GAP-8)."),
    key(
        "settings.ekyc.ends_with_certificate",
        Rule::Typed,
        "The first certificate on an approval decides how long it counts (GAP-8).",
    ),
    key(
        "settings.pin.symbols",
        Rule::Symbols,
        "The symbols that a new PIN may use (CON-4). A PIN that was set before with others still opens its key.",
    ),
    key("settings.pki.host", Rule::Host, "Host of the CRL, OCSP and AIA addresses in certificates, plain HTTP."),
    key("settings.pki.organisation", Rule::Text, "Organisation in the names of the authorities."),
    key("settings.pki.organisation_id", Rule::OrganisationId, "Its identifier (EN 319 412-1 section 5.1.4)."),
    key("settings.pki.policy_arc", Rule::Oid, "The arc below which the policy identifiers lie."),
    key(
        "settings.pki.tsa_url",
        Rule::Url(WEB),
        "A time-stamp authority to ask over HTTP instead of the one inside: an instance with the same authority.",
    ),
    key(
        "settings.pki.authority_keys",
        Rule::OneOf(KEY_KINDS),
        "Keys of the authorities and of the time stamps. Counts once, when they are made.",
    ),
    key("settings.pki.signee_keys", Rule::OneOf(KEY_KINDS), "Keys that signers get from now on."),
    key("settings.mail.smtp_url", Rule::Url(&["smtp", "smtps"]), "The mail server; `serve` wants one."),
    key(
        "settings.mail.smtp_root",
        Rule::Typed,
        "Certificate (PEM) under which the mail server's own is trusted, instead of the public authorities.",
    ),
    key("settings.mail.hims_sender", Rule::Mailbox, "Sender of HIMS mails (MAIL-0)."),
];

/// The key at `path`; keys of a map are covered by the map's.
pub(super) fn at(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path || path.strip_prefix(key.path).is_some_and(|rest| rest.starts_with('.')))
}
