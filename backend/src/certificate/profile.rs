//! Profiles: what each kind of certificate carries. One function builds the TBS of all of them.

use const_oid::db::rfc5280::{ID_AD_CA_ISSUERS, ID_AD_OCSP, ID_KP_OCSP_SIGNING, ID_KP_TIME_STAMPING};
use der::asn1::{BitString, Ia5String, Null, ObjectIdentifier, OctetString};
use der::flagset::FlagSet;
use der::{Decode as _, Encode as _};
use sha1::{Digest as _, Sha1};
use spki::{AlgorithmIdentifierOwned, DynSignatureAlgorithmIdentifier, EncodePublicKey, SubjectPublicKeyInfoOwned};
use x509_cert::TbsCertificate;
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder as _, CertificateBuilder};
use x509_cert::ext::pkix::certpolicy::PolicyInformation;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::ext::{Extension, ToExtension as _};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::{Time, Validity};

use super::model::{Ca, CaSettings, Profile};
use crate::kernel::clock::Timestamp;
use crate::kernel::rng::Rng;
use crate::keystore::SignAlgorithm;

/// id-kp-documentSigning (RFC 9336).
pub(super) const DOCUMENT_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.36");
/// Authentic Documents Trust (Adobe Approved Trust List).
pub(super) const ADOBE_DOCUMENTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113583.1.1.5");
/// id-pkix-ocsp-nocheck (RFC 6960 section 4.2.2.2.1).
pub(super) const OCSP_NOCHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");

/// The addresses that certificates point to.
#[derive(Clone, Debug)]
pub(super) struct Addresses {
    pub(super) ocsp: String,
    host: String,
}

impl Addresses {
    pub(super) fn new(settings: &CaSettings) -> Self {
        Self { ocsp: format!("http://{}/pki/ocsp", settings.host), host: settings.host.clone() }
    }

    pub(super) fn certificate(&self, ca: Ca) -> String {
        format!("http://{}/pki/{}.cer", self.host, ca.as_str())
    }

    pub(super) fn crl(&self, ca: Ca) -> String {
        format!("http://{}/pki/{}.crl", self.host, ca.as_str())
    }
}

/// The policy identifier of a profile below the configured arc; `None` for the root, which asserts none.
pub(super) fn policy(settings: &CaSettings, profile: Profile) -> der::Result<Option<ObjectIdentifier>> {
    let number = match profile {
        Profile::Root | Profile::Issuing => return Ok(None),
        Profile::Signee => 1,
        Profile::Seal => 2,
        Profile::Tsa => 3,
        Profile::Ocsp => 4,
    };
    Ok(Some(ObjectIdentifier::new(&format!("{}.{number}", settings.policy_arc))?))
}

/// The key usages of a profile. Who signs documents does nothing else with the key: contentCommitment alone, type A
/// of EN 319 412-2 section 4.3.2, which the AATL allows as well.
pub(super) fn key_usage(profile: Profile) -> FlagSet<KeyUsages> {
    match profile {
        Profile::Root | Profile::Issuing => KeyUsages::KeyCertSign | KeyUsages::CRLSign,
        Profile::Signee | Profile::Seal => KeyUsages::NonRepudiation.into(),
        Profile::Tsa | Profile::Ocsp => KeyUsages::DigitalSignature.into(),
    }
}

/// The extended key usages of a profile.
pub(super) fn extended_key_usage(profile: Profile) -> Vec<ObjectIdentifier> {
    match profile {
        Profile::Root | Profile::Issuing => Vec::new(),
        Profile::Signee | Profile::Seal => vec![DOCUMENT_SIGNING, ADOBE_DOCUMENTS],
        Profile::Tsa => vec![ID_KP_TIME_STAMPING],
        Profile::Ocsp => vec![ID_KP_OCSP_SIGNING],
    }
}

/// Everything a certificate to be signed is made of.
pub(super) struct Draft<'a> {
    pub(super) settings: &'a CaSettings,
    pub(super) profile: Profile,
    pub(super) subject: Name,
    pub(super) spki: &'a [u8],
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
    pub(super) serial: [u8; 16],
    /// Name, public key and algorithm of the signing authority (of itself for the root).
    pub(super) issuer: &'a Issuer,
}

/// What the signing authority lends to a draft.
#[derive(Clone)]
pub(super) struct Issuer {
    pub(super) name: Name,
    pub(super) spki: Vec<u8>,
    pub(super) algorithm: SignAlgorithm,
    pub(super) not_before: Timestamp,
    pub(super) not_after: Timestamp,
}

/// A serial number of 126 random bits, positive, always 16 octets (RFC 5280 section 4.1.2.2).
pub(super) fn fresh_serial(rng: &dyn Rng) -> [u8; 16] {
    let mut serial: [u8; 16] = rng.bytes();
    serial[0] = serial[0] & 0x3f | 0x40;
    serial
}

/// The algorithm identifier of a signature.
pub(super) fn algorithm(algorithm: SignAlgorithm) -> AlgorithmIdentifierOwned {
    match algorithm {
        SignAlgorithm::EcdsaSha256 => {
            AlgorithmIdentifierOwned { oid: const_oid::db::rfc5912::ECDSA_WITH_SHA_256, parameters: None }
        }
        SignAlgorithm::RsaPkcs1Sha256 => AlgorithmIdentifierOwned {
            oid: const_oid::db::rfc5912::SHA_256_WITH_RSA_ENCRYPTION,
            parameters: Some(Null.into()),
        },
    }
}

/// `instant` as UTCTime until 2049 and GeneralizedTime after it (RFC 5280 section 4.1.2.5).
pub(super) fn time(instant: Timestamp) -> der::Result<Time> {
    let seconds = u64::try_from(instant.seconds()).map_err(|_| der::ErrorKind::DateTime)?;
    Ok(Time::from(der::DateTime::from_unix_duration(std::time::Duration::from_secs(seconds))?))
}

/// Key identifier: SHA-1 of the public key bits (RFC 5280 section 4.2.1.2, method 1).
pub(super) fn key_id(spki: &[u8]) -> der::Result<[u8; 20]> {
    let key = SubjectPublicKeyInfoOwned::from_der(spki)?;
    Ok(Sha1::digest(key.subject_public_key.raw_bytes()).into())
}

/// The bytes to sign.
pub(super) fn tbs(draft: &Draft<'_>) -> x509_cert::builder::Result<Vec<u8>> {
    let validity = Validity::new(time(draft.not_before)?, time(draft.not_after)?);
    let spki = SubjectPublicKeyInfoOwned::from_der(draft.spki)?;
    let mut builder = CertificateBuilder::new(Shape(draft), SerialNumber::new(&draft.serial)?, validity, spki)?;
    builder.finalize(&Signatory(draft.issuer))
}

/// Gives a draft to the builder of x509-cert.
struct Shape<'a>(&'a Draft<'a>);

impl BuilderProfile for Shape<'_> {
    fn get_issuer(&self, _: &Name) -> Name {
        self.0.issuer.name.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.subject.clone()
    }

    fn build_extensions(
        &self,
        _: spki::SubjectPublicKeyInfoRef<'_>,
        _: spki::SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        Ok(extensions(self.0, tbs.subject())?)
    }
}

fn extensions(draft: &Draft<'_>, subject: &Name) -> der::Result<Vec<Extension>> {
    let profile = draft.profile;
    let mut all = Vec::new();
    if profile != Profile::Root {
        let authority = AuthorityKeyIdentifier {
            key_identifier: Some(OctetString::new(key_id(&draft.issuer.spki)?)?),
            authority_cert_issuer: None,
            authority_cert_serial_number: None,
        };
        all.push((&authority).to_extension(subject, &all)?);
    }
    let own = SubjectKeyIdentifier(OctetString::new(key_id(draft.spki)?)?);
    all.push((&own).to_extension(subject, &all)?);
    all.push((&KeyUsage(key_usage(profile))).to_extension(subject, &all)?);
    match profile {
        Profile::Root => all.push(constraints(None, subject)?),
        Profile::Issuing => all.push(constraints(Some(0), subject)?),
        Profile::Signee | Profile::Seal | Profile::Tsa | Profile::Ocsp => {
            all.push(usage_extension(profile, subject)?);
        }
    }
    if profile != Profile::Root {
        all.push(policies(draft)?.to_extension_of(subject)?);
    }
    // A responder with nocheck lives without revocation pointers, and nobody revokes the root by its own CRL.
    if !matches!(profile, Profile::Root | Profile::Ocsp) {
        all.push((&distribution(draft)?).to_extension(subject, &all)?);
    }
    if profile != Profile::Root {
        all.push((&access(draft)?).to_extension(subject, &all)?);
    }
    if profile == Profile::Ocsp {
        let value = OctetString::new(Null.to_der()?)?;
        all.push(Extension { extn_id: OCSP_NOCHECK, critical: false, extn_value: value });
    }
    Ok(all)
}

fn constraints(path_len_constraint: Option<u8>, subject: &Name) -> der::Result<Extension> {
    (&BasicConstraints { ca: true, path_len_constraint }).to_extension(subject, &[])
}

/// Critical for a time-stamp authority (RFC 3161 section 2.3), not critical elsewhere.
fn usage_extension(profile: Profile, subject: &Name) -> der::Result<Extension> {
    let mut extension = (&ExtendedKeyUsage(extended_key_usage(profile))).to_extension(subject, &[])?;
    extension.critical = profile == Profile::Tsa;
    Ok(extension)
}

struct Policies(CertificatePolicies);

impl Policies {
    fn to_extension_of(&self, subject: &Name) -> der::Result<Extension> {
        (&self.0).to_extension(subject, &[])
    }
}

/// The issuing CA may assert any policy: what is issued below says which.
fn policies(draft: &Draft<'_>) -> der::Result<Policies> {
    let any = const_oid::db::rfc5280::ANY_POLICY;
    let policy_identifier = policy(draft.settings, draft.profile)?.unwrap_or(any);
    Ok(Policies(CertificatePolicies(vec![PolicyInformation { policy_identifier, policy_qualifiers: None }])))
}

fn distribution(draft: &Draft<'_>) -> der::Result<CrlDistributionPoints> {
    let address = Addresses::new(draft.settings).crl(draft.profile.issuer());
    let name = DistributionPointName::FullName(vec![uri(&address)?]);
    Ok(CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(name),
        reasons: None,
        crl_issuer: None,
    }]))
}

fn access(draft: &Draft<'_>) -> der::Result<AuthorityInfoAccessSyntax> {
    let addresses = Addresses::new(draft.settings);
    let issuer = draft.profile.issuer();
    let mut places = Vec::new();
    // The responder answers for the issuing CA alone, and never for itself.
    if issuer == Ca::Issuing && draft.profile != Profile::Ocsp {
        places.push(AccessDescription { access_method: ID_AD_OCSP, access_location: uri(&addresses.ocsp)? });
    }
    let certificate = uri(&addresses.certificate(issuer))?;
    places.push(AccessDescription { access_method: ID_AD_CA_ISSUERS, access_location: certificate });
    Ok(AuthorityInfoAccessSyntax(places))
}

fn uri(address: &str) -> der::Result<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(address)?))
}

/// Stands in for the signer while the builder writes the TBS: the key itself stays in the key store.
#[derive(Clone)]
struct Signatory<'a>(&'a Issuer);

#[derive(Clone)]
struct PublicDer(Vec<u8>);

impl signature::Keypair for Signatory<'_> {
    type VerifyingKey = PublicDer;

    fn verifying_key(&self) -> PublicDer {
        PublicDer(self.0.spki.clone())
    }
}

impl EncodePublicKey for PublicDer {
    fn to_public_key_der(&self) -> spki::Result<der::Document> {
        Ok(der::Document::from_der(&self.0)?)
    }
}

impl DynSignatureAlgorithmIdentifier for Signatory<'_> {
    fn signature_algorithm_identifier(&self) -> spki::Result<AlgorithmIdentifierOwned> {
        Ok(algorithm(self.0.algorithm))
    }
}

/// Joins the signed bytes, exactly as they were stored and signed, with their signature.
pub(super) fn assemble(tbs: &[u8], signed_with: SignAlgorithm, signature: &[u8]) -> der::Result<Vec<u8>> {
    #[derive(der::Sequence)]
    struct Signed<'a> {
        tbs: der::asn1::AnyRef<'a>,
        algorithm: AlgorithmIdentifierOwned,
        signature: BitString,
    }
    let signature = BitString::from_bytes(signature)?;
    Signed { tbs: der::asn1::AnyRef::from_der(tbs)?, algorithm: algorithm(signed_with), signature }.to_der()
}
