//! OpenSSL as the judge of what lies inside a PDF signature: the CMS, its time stamp, an OCSP answer.
//!
//! The signature is cut out by a reader of its own, far simpler than the one under test.

use std::fs;
use std::path::Path;

use super::tool::{Said, Tool, arg};

/// A signature as it lies in the file.
#[derive(Clone, Debug)]
pub struct EmbeddedSignature {
    /// `/ByteRange`.
    pub range: [usize; 4],
    /// The bytes that are signed.
    pub signed: Vec<u8>,
    /// The CMS (DER), without the padding of the placeholder.
    pub cms: Vec<u8>,
}

/// Every signature of a PDF, in file order; document time stamps are not among them.
pub fn embedded_signatures(pdf: &[u8]) -> Vec<EmbeddedSignature> {
    embedded(pdf, b"/SubFilter/ETSI.CAdES.detached")
}

/// Every document time stamp of a PDF, in file order: its CMS is an RFC 3161 token.
pub fn embedded_stamps(pdf: &[u8]) -> Vec<EmbeddedSignature> {
    embedded(pdf, b"/SubFilter/ETSI.RFC3161")
}

/// Whatever has a byte range behind these words, which our writer puts just before it.
fn embedded(pdf: &[u8], words: &[u8]) -> Vec<EmbeddedSignature> {
    let mark = [words, b"/ByteRange"].concat();
    let marks = (0..pdf.len().saturating_sub(mark.len())).filter(|at| pdf[*at..].starts_with(&mark));
    marks.filter_map(|at| cut(pdf, at + mark.len())).collect()
}

fn cut(pdf: &[u8], at: usize) -> Option<EmbeddedSignature> {
    let open = at + pdf[at..].iter().position(|byte| *byte == b'[')?;
    let close = open + pdf[open..].iter().position(|byte| *byte == b']')?;
    let numbers: Vec<usize> = std::str::from_utf8(&pdf[open + 1..close])
        .ok()?
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<_, _>>()
        .ok()?;
    let [start, length, resume, rest]: [usize; 4] = numbers.try_into().ok()?;
    let (head, tail) = (pdf.get(start..start + length)?, pdf.get(resume..resume + rest)?);
    let gap = pdf.get(start + length..resume)?;
    let hex: Vec<u8> = gap.iter().copied().filter(u8::is_ascii_hexdigit).collect();
    let bytes: Vec<u8> =
        hex.chunks_exact(2).filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect();
    let whole = Der::read(&bytes)?.whole;
    Some(EmbeddedSignature { range: [start, length, resume, rest], signed: [head, tail].concat(), cms: whole.to_vec() })
}

impl EmbeddedSignature {
    /// The signature value of the one signer, and the RFC 3161 token over it where there is one.
    pub fn value_and_token(&self) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
        const TOKEN: &[u8] = &[0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e];
        let signed_data = Der::read(Der::read(&self.cms)?.children().find(|child| child.tag == 0xa0)?.inside)?;
        let signer_infos = signed_data.children().filter(|child| child.tag == 0x31).last()?;
        let signer = signer_infos.children().next()?;
        let value = signer.children().find(|child| child.tag == 0x04)?.inside.to_vec();
        let unsigned = signer.children().find(|child| child.tag == 0xa1);
        let stamped = unsigned.and_then(|unsigned| unsigned.children().find(|each| each.inside.starts_with(TOKEN)));
        let token = stamped
            .and_then(|attribute| attribute.children().nth(1))
            .and_then(|values| values.children().next())
            .map(|token| token.whole.to_vec());
        Some((value, token))
    }
}

/// One DER element.
#[derive(Clone, Copy)]
struct Der<'a> {
    tag: u8,
    whole: &'a [u8],
    inside: &'a [u8],
}

impl<'a> Der<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let (&tag, &first) = (bytes.first()?, bytes.get(1)?);
        let (header, length) = if first < 0x80 {
            (2, usize::from(first))
        } else {
            let count = usize::from(first & 0x7f);
            let digits = bytes.get(2..2 + count)?;
            (2 + count, digits.iter().try_fold(0usize, |sum, digit| Some(sum.checked_mul(256)? + usize::from(*digit)))?)
        };
        Some(Self { tag, whole: bytes.get(..header + length)?, inside: &bytes[header..header + length] })
    }

    fn children(self) -> impl Iterator<Item = Self> {
        let mut rest = self.inside;
        std::iter::from_fn(move || {
            let next = Self::read(rest)?;
            rest = &rest[next.whole.len()..];
            Some(next)
        })
    }
}

/// `openssl cms -verify -cades`: digest, signature, signing-certificate-v2 and chain to `root`.
/// `at` (Unix seconds) judges the chain at another instant.
#[track_caller]
pub fn openssl_cms(signature: &EmbeddedSignature, root: &Path, at: Option<i64>) -> Said {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (cms, content) = (folder.path().join("sig.der"), folder.path().join("signed.bin"));
    fs::write(&cms, &signature.cms).expect("written");
    fs::write(&content, &signature.signed).expect("written");
    let moment = at.map(|at| at.to_string());
    let mut args = vec!["cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", arg(&cms)];
    args.extend(["-content", arg(&content), "-CAfile", arg(root), "-no-CApath", "-no-CAstore", "-purpose", "any"]);
    args.extend(["-out", "/dev/null"]);
    if let Some(moment) = &moment {
        args.extend(["-attime", moment]);
    }
    Tool::system("openssl").ask(&args)
}

/// `openssl ts -verify` on the time stamp of a signature. `issuing` is the authority between `root` and the TSA.
#[track_caller]
pub fn openssl_ts(signature: &EmbeddedSignature, root: &Path, issuing: &Path) -> Said {
    let (value, token) = signature.value_and_token().expect("a CMS with one signer");
    verify_token(&token.expect("the signature carries a time stamp"), &value, root, issuing)
}

/// The same on a document time stamp.
#[track_caller]
pub fn openssl_stamp(stamp: &EmbeddedSignature, root: &Path, issuing: &Path) -> Said {
    verify_token(&stamp.cms, &stamp.signed, root, issuing)
}

#[track_caller]
fn verify_token(token: &[u8], stamped: &[u8], root: &Path, issuing: &Path) -> Said {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, stamp) = (folder.path().join("data.bin"), folder.path().join("token.der"));
    fs::write(&data, stamped).expect("written");
    fs::write(&stamp, token).expect("written");
    let mut args = vec!["ts", "-verify", "-token_in", "-in", arg(&stamp), "-data", arg(&data)];
    args.extend(["-CAfile", arg(root), "-untrusted", arg(issuing)]);
    Tool::system("openssl").ask(&args)
}

/// What a responder at `url` says to OpenSSL about `certificate` of `issuing`, asked with a nonce; the answer is kept
/// in `answer`.
#[track_caller]
pub fn ask_ocsp(url: &str, certificate: &Path, issuing: &Path, root: &Path, answer: &Path) -> Said {
    let mut args = vec!["ocsp", "-url", url, "-issuer", arg(issuing), "-cert", arg(certificate)];
    args.extend(["-CAfile", arg(root), "-respout", arg(answer)]);
    Tool::system("openssl").ask(&args)
}

/// OpenSSL's question about `certificate` of `issuing` (DER), without a nonce.
#[track_caller]
pub fn ocsp_question(certificate: &Path, issuing: &Path, question: &Path) -> Vec<u8> {
    let mut args = vec!["ocsp", "-no_nonce", "-issuer", arg(issuing), "-cert", arg(certificate)];
    args.extend(["-reqout", arg(question)]);
    Tool::system("openssl").ask(&args).demand();
    fs::read(question).expect("the question")
}

/// `openssl ocsp` on a stored answer about `certificate` of `issuing`.
#[track_caller]
pub fn openssl_ocsp(answer: &Path, certificate: &Path, issuing: &Path, root: &Path) -> Said {
    Tool::system("openssl").ask(&[
        "ocsp",
        "-issuer",
        arg(issuing),
        "-cert",
        arg(certificate),
        "-respin",
        arg(answer),
        "-CAfile",
        arg(root),
        "-no_nonce",
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_cut_out_of_its_file() {
        let pdf =
            b"%PDF /SubFilter/ETSI.CAdES.detached/ByteRange [0 38 48 8] /Contents <3003020105000000> trailer".to_vec();
        let at = pdf.iter().position(|byte| *byte == b'<').expect("a placeholder");
        let end = pdf.iter().position(|byte| *byte == b'>').expect("its end") + 1;
        let text = String::from_utf8(pdf.clone()).expect("text").replace("[0 38 48 8]", &format!("[0 {at} {end} 8]"));
        let found = embedded_signatures(text.as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].cms, [0x30, 3, 2, 1, 5]);
        assert!(found[0].signed.ends_with(b" trailer"));
    }

    #[test]
    fn an_unfilled_byte_range_is_no_signature() {
        assert!(embedded_signatures(b"/SubFilter/ETSI.CAdES.detached/ByteRange [0 ********** *** ***]").is_empty());
    }
}
