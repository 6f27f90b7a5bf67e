//! Every rule refuses: for each a TBS that is right but for one thing, which only that rule names (SEC-8, GAP-10).

use std::time::Duration;

use const_oid::db::rfc5280::{ID_CE_CERTIFICATE_POLICIES, ID_CE_CRL_DISTRIBUTION_POINTS, ID_CE_SUBJECT_KEY_IDENTIFIER};
use const_oid::db::rfc5912::{SECP_256_R_1, SECP_384_R_1, SHA_256_WITH_RSA_ENCRYPTION};
use der::asn1::{BitString, GeneralizedTime, OctetString};
use der::flagset::FlagSet;
use der::{Any, Encode};
use spki::AlgorithmIdentifierOwned;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::KeyUsages;
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Validity;

use super::*;
use crate::certificate::{Authority, Subject, Term, names};
use crate::keystore::{Custody, KeySpec, KeyStore as _};
use crate::person::{PersonId, PersonName};
use crate::testkit;

/// A TBSCertificate whose parts can be exchanged one by one (RFC 5280 section 4.1).
#[derive(Clone, der::Sequence)]
struct Tbs {
    #[asn1(context_specific = "0", default = "Version::default")]
    version: Version,
    serial: SerialNumber,
    signature: AlgorithmIdentifierOwned,
    issuer: Name,
    /// Not `Validity`, which mends the form of its times when it is written.
    validity: Any,
    subject: Name,
    spki: SubjectPublicKeyInfoOwned,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", optional = "true")]
    issuer_id: Option<BitString>,
    #[asn1(context_specific = "2", tag_mode = "IMPLICIT", optional = "true")]
    subject_id: Option<BitString>,
    #[asn1(context_specific = "3", tag_mode = "EXPLICIT", optional = "true")]
    extensions: Option<Vec<Extension>>,
}

impl Tbs {
    fn of(draft: &Draft<'_>) -> Self {
        Self::from_der(&profile::tbs(draft).expect("a TBS")).expect("its parts")
    }

    fn der(&self) -> Vec<u8> {
        self.to_der().expect("DER")
    }

    fn all(&mut self) -> &mut Vec<Extension> {
        self.extensions.as_mut().expect("extensions")
    }

    fn extension(&mut self, id: ObjectIdentifier) -> &mut Extension {
        self.all().iter_mut().find(|extension| extension.extn_id == id).expect("the extension")
    }

    fn set(&mut self, id: ObjectIdentifier, value: &impl Encode) {
        self.extension(id).extn_value = octets(&value.to_der().expect("DER"));
    }

    /// Another key, with the identifier that belongs to it.
    fn key(&mut self, spki: &[u8]) {
        self.spki = SubjectPublicKeyInfoOwned::from_der(spki).expect("a key");
        self.set(ID_CE_SUBJECT_KEY_IDENTIFIER, &octets(&profile::key_id(spki).expect("an identifier")));
    }

    /// Begin and end, changed.
    fn term(&mut self, change: impl FnOnce(Timestamp, Timestamp) -> (Timestamp, Timestamp)) {
        let at = |time: Time| Timestamp::from_seconds(seconds(time));
        let validity: Validity = self.validity.decode_as().expect("two times");
        let (from, to) = change(at(validity.not_before), at(validity.not_after));
        let time = |at| profile::time(at).expect("a time");
        self.validity = Any::encode_from(&<Validity>::new(time(from), time(to))).expect("DER");
    }
}

fn octets(bytes: &[u8]) -> OctetString {
    OctetString::new(bytes).expect("short")
}

/// `der` with the first `from` exchanged for `to` of the same length.
fn patched(der: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = der.windows(from.len()).position(|window| window == from).expect("the bytes");
    [&der[..at], to, &der[at + to.len()..]].concat()
}

const DAY: Duration = Duration::from_secs(86_400);

type Deed = fn(&mut Tbs, &Authority);

/// What is done to a certificate of `Profile`, and the rules that name it.
const BROKEN: &[(&[&str], Profile, Deed)] = &[
    (&["rfc5280-version-3"], Profile::Signee, |tbs, _| tbs.version = Version::V2),
    (&["rfc5280-no-unique-identifiers"], Profile::Signee, |tbs, _| {
        tbs.issuer_id = Some(BitString::from_bytes(&[1]).expect("bits"));
    }),
    (&["rfc5280-no-unique-identifiers"], Profile::Signee, |tbs, _| {
        tbs.subject_id = Some(BitString::from_bytes(&[1]).expect("bits"));
    }),
    (&["rfc5280-issuer-is-the-authority"], Profile::Signee, |tbs, authority| {
        tbs.issuer = authority.root().issuer.name.clone();
    }),
    // Seven different extensions are all there are: one twice is one too many as well.
    (&["rfc5280-no-extension-twice", "cps-extensions-known"], Profile::Signee, |tbs, _| {
        let twice = tbs.all()[0].clone();
        tbs.all().push(twice);
    }),
    (&["rfc5280-serial-is-positive-and-short"], Profile::Signee, |tbs, _| {
        tbs.serial = SerialNumber::new(&[0x41; 8]).expect("a number");
    }),
    // The parser's own writer would mend this form: what it writes is not what it read.
    (&["rfc5280-encoding-is-der", "rfc5280-times-use-the-right-form"], Profile::Signee, |tbs, _| {
        let validity: Validity = tbs.validity.decode_as().expect("two times");
        let times = [validity.not_before, validity.not_after].map(|time| {
            let general = GeneralizedTime::from_unix_duration(time.to_unix_duration()).expect("a time");
            general.to_der().expect("DER")
        });
        tbs.validity = Any::new(Tag::Sequence, times.concat()).expect("two times");
    }),
    (&["rfc5280-key-identifiers-match"], Profile::Signee, |tbs, _| {
        tbs.set(ID_CE_SUBJECT_KEY_IDENTIFIER, &octets(&[7; 20]));
    }),
    (&["rfc5280-key-identifiers-match"], Profile::Signee, |tbs, authority| {
        let id = profile::key_id(authority.root().spki()).expect("an identifier");
        let key_identifier = Some(octets(&id));
        let other =
            AuthorityKeyIdentifier { key_identifier, authority_cert_issuer: None, authority_cert_serial_number: None };
        tbs.set(const_oid::db::rfc5280::ID_CE_AUTHORITY_KEY_IDENTIFIER, &other);
    }),
    (&["rfc5280-critical-extensions"], Profile::Signee, |tbs, _| tbs.extension(ID_CE_KEY_USAGE).critical = false),
    (&["rfc5280-critical-extensions"], Profile::Signee, |tbs, _| {
        tbs.extension(ID_CE_CERTIFICATE_POLICIES).critical = true;
    }),
    (&["rfc5280-critical-extensions"], Profile::Tsa, |tbs, _| tbs.extension(ID_CE_EXT_KEY_USAGE).critical = false),
    (&["cps-signature-algorithm"], Profile::Signee, |tbs, _| {
        tbs.signature =
            AlgorithmIdentifierOwned { oid: SHA_256_WITH_RSA_ENCRYPTION, parameters: Some(der::asn1::Null.into()) };
    }),
    (&["cps-term"], Profile::Signee, |tbs, _| tbs.term(|from, to| (from, to.plus(Duration::from_secs(1))))),
    (&["cps-term"], Profile::Signee, |tbs, _| tbs.term(|from, _| (from, from))),
    (&["cps-within-the-authority"], Profile::Signee, |tbs, _| tbs.term(|from, to| (from.minus(DAY), to.minus(DAY)))),
    (&["cps-public-key"], Profile::Signee, |tbs, _| {
        assert_eq!(tbs.spki.algorithm.parameters, Some(Any::from(SECP_256_R_1)));
        tbs.spki.algorithm.parameters = Some(Any::from(SECP_384_R_1));
    }),
    (&["cps-key-is-not-the-authority's"], Profile::Signee, |tbs, authority| tbs.key(authority.issuing().spki())),
    (&["cps-key-usage"], Profile::Signee, |tbs, _| {
        let more: FlagSet<KeyUsages> = KeyUsages::NonRepudiation | KeyUsages::KeyCertSign;
        tbs.set(ID_CE_KEY_USAGE, &KeyUsage(more));
    }),
    (&["cps-extended-key-usage"], Profile::Signee, |tbs, _| {
        let server = const_oid::db::rfc5280::ID_KP_SERVER_AUTH;
        tbs.set(ID_CE_EXT_KEY_USAGE, &ExtendedKeyUsage(vec![profile::DOCUMENT_SIGNING, server]));
    }),
    (&["cps-basic-constraints"], Profile::Issuing, |tbs, _| {
        tbs.set(ID_CE_BASIC_CONSTRAINTS, &BasicConstraints { ca: true, path_len_constraint: None });
    }),
    (&["cps-policy"], Profile::Signee, |tbs, _| {
        let mut policies =
            CertificatePolicies::from_der(tbs.extension(ID_CE_CERTIFICATE_POLICIES).extn_value.as_bytes())
                .expect("policies");
        policies.0[0].policy_identifier = const_oid::db::rfc5280::ANY_POLICY;
        tbs.set(ID_CE_CERTIFICATE_POLICIES, &policies);
    }),
    (&["cps-pointers"], Profile::Signee, |tbs, _| {
        let extension = tbs.extension(ID_CE_CRL_DISTRIBUTION_POINTS);
        extension.extn_value = octets(&patched(extension.extn_value.as_bytes(), b"/pki/", b"/pka/"));
    }),
    (&["cps-extensions-known"], Profile::Signee, |tbs, _| {
        let extn_id = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.9");
        tbs.all().push(Extension { extn_id, critical: false, extn_value: octets(&[5, 0]) });
    }),
    (&["cps-subject-attributes"], Profile::Signee, |tbs, _| {
        tbs.subject = "CN=AMINAH BINTI SPESIMEN,C=MY".parse().expect("a name");
    }),
    (&["cps-no-identity-number"], Profile::Signee, |tbs, _| {
        let der = tbs.subject.to_der().expect("DER");
        // Twice, as surname and as common name; the second is enough.
        let name = b"AMINAH BINTI SPESIMEN";
        tbs.subject = Name::from_der(&patched(&der, name, b"A 900423-14-5678 BINT")).expect("a name");
    }),
];

/// A right draft of `profile`, for a fresh key.
fn draft<'a>(authority: &'a Authority, profile: Profile, subject: &Name, spki: &'a [u8], now: Timestamp) -> Draft<'a> {
    let issuer = if profile == Profile::Issuing { authority.root() } else { authority.issuing() };
    Draft {
        settings: authority.settings(),
        profile,
        subject: subject.clone(),
        spki,
        not_before: now,
        not_after: Term::Year.end(now),
        serial: [0x42; 16],
        issuer: &issuer.issuer,
    }
}

#[tokio::test]
async fn every_rule_names_what_it_alone_sees() {
    let bench = testkit::bench().await;
    let authority = testkit::authority(&bench).await;
    let now = Timestamp::from_seconds(bench.work().now.seconds());
    let keys = testkit::keys();
    let key = keys.generate(KeySpec::P256, Custody::Session).await.expect("a key");
    let person = Subject {
        person: PersonId::new(&bench.work()),
        name: PersonName::parse("AMINAH BINTI SPESIMEN").expect("a name"),
    };
    let person = names::person(&person).expect("a name");
    let told = |profile: Profile, deed: Deed| {
        let service = names::service(authority.settings(), profile);
        let draft = draft(&authority, profile, &service.unwrap_or_else(|_| person.clone()), &key.spki, now);
        let mut tbs = Tbs::of(&draft);
        deed(&mut tbs, &authority);
        lint(&draft, tbs.der(), [0; 32], None, "test").err().map(|findings| findings.0).unwrap_or_default()
    };
    for profile in [Profile::Signee, Profile::Tsa, Profile::Issuing] {
        assert_eq!(told(profile, |_, _| ()), [""; 0], "{profile:?}: untouched");
    }
    for (number, (rules, profile, deed)) in BROKEN.iter().enumerate() {
        assert_eq!(told(*profile, *deed), *rules, "case {number}");
    }
    // FALSE is the default of `critical`, which DER leaves out; a careless encoder writes it.
    let draft = draft(&authority, Profile::Signee, &person, &key.spki, now);
    let explicit = written_out(&Tbs::of(&draft));
    for bytes in [explicit, [profile::tbs(&draft).expect("a TBS"), vec![0]].concat()] {
        let findings = lint(&draft, bytes, [0; 32], None, "test").expect_err("refused");
        assert_eq!(findings.0, ["rfc5280-encoding-is-der"]);
    }
    let seen: BTreeSet<_> = BROKEN.iter().flat_map(|(rules, ..)| *rules).chain(&["rfc5280-encoding-is-der"]).collect();
    assert_eq!(seen, LINTS.iter().map(|(name, _)| name).collect(), "every rule has a case");
}

/// The same TBS with `critical FALSE` written out in its first extension.
fn written_out(tbs: &Tbs) -> Vec<u8> {
    #[derive(der::Sequence)]
    struct Explicit {
        extn_id: ObjectIdentifier,
        critical: bool,
        extn_value: OctetString,
    }
    let first = &tbs.extensions.as_ref().expect("extensions")[0];
    let Extension { extn_id, critical, extn_value } = first.clone();
    let longer = Explicit { extn_id, critical, extn_value }.to_der().expect("DER");
    let mut parts = Vec::new();
    let whole = Any::from_der(&tbs.der()).expect("a sequence");
    let mut reader = der::SliceReader::new(whole.value()).expect("a reader");
    while !der::Reader::is_finished(&reader) {
        parts.push(Any::decode(&mut reader).expect("a part"));
    }
    let mut all = longer;
    for extension in &tbs.extensions.as_ref().expect("extensions")[1..] {
        extension.encode_to_vec(&mut all).expect("DER");
    }
    let list = Any::new(Tag::Sequence, all).expect("a list").to_der().expect("DER");
    let last = parts.last_mut().expect("the extensions");
    *last = Any::new(last.tag(), list).expect("tagged");
    let content: Vec<u8> = parts.iter().flat_map(|part| part.to_der().expect("DER")).collect();
    Any::new(Tag::Sequence, content).expect("a TBS").to_der().expect("DER")
}
