//! pkilint and OpenSSL as judges of certificates, CRLs and OCSP answers.

use std::path::Path;

use serde::Deserialize;

use super::tool::{Said, Tool, arg};

/// One finding of pkilint, WARNING or above.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// Where in the structure.
    pub place: String,
    /// `WARNING`, `ERROR` or `FATAL`.
    pub severity: String,
    /// pkilint's name for it.
    pub code: String,
    /// pkilint's words.
    pub message: String,
}

#[derive(Deserialize)]
struct Answer {
    results: Vec<Place>,
}

#[derive(Deserialize)]
struct Place {
    node_path: String,
    finding_descriptions: Vec<Described>,
}

#[derive(Deserialize)]
struct Described {
    severity: String,
    code: String,
    message: Option<String>,
}

#[track_caller]
fn lint(program: &str, args: &[&str]) -> Vec<Finding> {
    let mut all = vec!["lint"];
    all.extend(args);
    let said = Tool::python(program).ask(&all);
    let Ok(answer) = serde_json::from_str::<Answer>(&said.out) else {
        panic!("{} gave no verdict ({}):\n{}{}", said.asked, said.code, said.out, said.err)
    };
    let findings = answer.results.into_iter().flat_map(|place| {
        place.finding_descriptions.into_iter().map(move |found| Finding {
            place: place.node_path.clone(),
            severity: found.severity,
            code: found.code,
            message: found.message.unwrap_or_default(),
        })
    });
    findings.collect()
}

/// A kind of key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Key {
    /// NIST P-256.
    P256,
    /// RSA of 2048 bits.
    Rsa2048,
    /// RSA of 3072 bits.
    Rsa3072,
}

/// The public half of a new key of OpenSSL's: DER `SubjectPublicKeyInfo`.
#[track_caller]
pub fn public_key(kind: Key) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let (private, public) = (folder.path().join("key.pem"), folder.path().join("key.der"));
    let (algorithm, option) = match kind {
        Key::P256 => ("EC", "ec_paramgen_curve:P-256"),
        Key::Rsa2048 => ("RSA", "rsa_keygen_bits:2048"),
        Key::Rsa3072 => ("RSA", "rsa_keygen_bits:3072"),
    };
    let openssl = Tool::system("openssl");
    openssl.ask(&["genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", arg(&private)]).demand();
    openssl.ask(&["pkey", "-in", arg(&private), "-pubout", "-outform", "DER", "-out", arg(&public)]).demand();
    std::fs::read(public).expect("the public key")
}

/// What OpenSSL reads in a certificate.
#[track_caller]
pub fn certificate_text(certificate: &Path) -> String {
    Tool::system("openssl").ask(&["x509", "-noout", "-text", "-in", arg(certificate)]).demand().out
}

/// A certificate after RFC 5280.
#[track_caller]
pub fn pkix(certificate: &Path) -> Vec<Finding> {
    lint("lint_pkix_cert", &["-s", "WARNING", "-f", "JSON", arg(certificate)])
}

/// A natural person's certificate after ETSI EN 319 412 (NCP).
#[track_caller]
pub fn etsi_natural_person(certificate: &Path) -> Vec<Finding> {
    let kind = "NCP-NATURAL-PERSON-CERTIFICATE";
    lint("lint_etsi_cert", &["-t", kind, "-s", "WARNING", "-f", "JSON", arg(certificate)])
}

/// Whether issuer and subject agree: names, key identifiers, policies.
#[track_caller]
pub fn signer_and_signee(issuer: &Path, certificate: &Path) -> Vec<Finding> {
    lint("lint_pkix_signer_signee_cert_chain", &["-s", "WARNING", "-f", "JSON", arg(issuer), arg(certificate)])
}

/// A CRL after RFC 5280.
#[track_caller]
pub fn crl(file: &Path) -> Vec<Finding> {
    lint("lint_crl", &["-t", "CRL", "-p", "PKIX", "-s", "WARNING", "-f", "JSON", arg(file)])
}

/// An OCSP answer after RFC 6960.
#[track_caller]
pub fn ocsp_answer(file: &Path) -> Vec<Finding> {
    lint("lint_ocsp_response", &["-s", "WARNING", "-f", "JSON", arg(file)])
}

/// `openssl verify` of `certificate` through `issuing` to `root`.
#[track_caller]
pub fn chain(certificate: &Path, issuing: &Path, root: &Path) -> Said {
    let args = ["verify", "-CAfile", arg(root), "-untrusted", arg(issuing), arg(certificate)];
    Tool::system("openssl").ask(&args)
}

/// The same with both CRLs (PEM), every link checked.
#[track_caller]
pub fn path(certificate: &Path, issuing: &Path, root: &Path, crls: &Path) -> Said {
    Tool::system("openssl").ask(&[
        "verify",
        "-crl_check_all",
        "-CRLfile",
        arg(crls),
        "-CAfile",
        arg(root),
        "-untrusted",
        arg(issuing),
        arg(certificate),
    ])
}

/// A CRL (DER) as PEM, for tools that read nothing else.
#[track_caller]
pub fn crl_as_pem(file: &Path) -> String {
    Tool::system("openssl").ask(&["crl", "-inform", "DER", "-in", arg(file), "-outform", "PEM"]).demand().out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judges::tool::Tool;

    #[test]
    fn pkilint_finds_what_is_wrong_with_a_careless_root() {
        let folder = tempfile::tempdir().expect("a folder");
        let (key, cert) = (folder.path().join("k.pem"), folder.path().join("c.pem"));
        let curve = "ec_paramgen_curve:P-256";
        let name = ["-subj", "/C=MY/O=SPESIMEN/CN=Careless", "-days", "30", "-nodes"];
        let mut args =
            vec!["req", "-x509", "-newkey", "ec", "-pkeyopt", curve, "-keyout", arg(&key), "-out", arg(&cert)];
        args.extend(name);
        Tool::system("openssl").ask(&args).demand();
        let findings = pkix(&cert);
        assert!(findings.iter().any(|found| found.code == "pkix.ca_certificate_no_ku_extension"), "{findings:?}");
        assert!(chain(&cert, &cert, &cert).fine());
    }

    #[test]
    fn oathtool_agrees_with_rfc_6238() {
        // RFC 6238 appendix B, SHA-256, T = 1111111109, the last six of its eight digits.
        let secret = b"12345678901234567890123456789012";
        assert_eq!(crate::judges::oathtool(secret, 1_111_111_109), "084774");
    }
}
