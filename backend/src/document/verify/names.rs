//! Name constraints (RFC 5280 section 4.2.1.10): whom an authority may issue to. Directory names, mail addresses and
//! host names are understood; a constraint of another kind forbids names of that kind, as section 6.1.4 (g) allows.

use std::mem::discriminant;
use std::rc::Rc;

use const_oid::ObjectIdentifier;
use der::asn1::{Any, Ia5StringRef, PrintableStringRef, Utf8StringRef};
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{NameConstraints, SubjectAltName};
use x509_cert::name::{Name, RelativeDistinguishedName};

use super::model::Finding;
use super::x509::{Cert, unfit};

/// `emailAddress` (PKCS #9), which RFC 5280 section 4.2.1.10 counts as a mail address.
const EMAIL_ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1");

/// Whether every authority of `chain` (the leaf first) was allowed to name those below it.
pub(super) fn allowed(chain: &[Rc<Cert>]) -> Result<(), Finding> {
    for (above, authority) in chain.iter().enumerate().skip(1) {
        let Some(constraints) = authority.extension::<NameConstraints>()? else { continue };
        for (place, cert) in chain.iter().enumerate().take(above) {
            // A certificate by which an authority renews itself is not held to its own rules, a leaf always is.
            if place == 0 || cert.subject() != cert.issuer() {
                one(authority, &constraints, cert)?;
            }
        }
    }
    Ok(())
}

fn one(authority: &Cert, constraints: &NameConstraints, cert: &Cert) -> Result<(), Finding> {
    let permitted = subtrees(authority, constraints.permitted_subtrees.as_deref())?;
    let excluded = subtrees(authority, constraints.excluded_subtrees.as_deref())?;
    for name in names(cert)? {
        let of_its_kind = |subtree: &&GeneralSubtree| discriminant(&subtree.base) == discriminant(&name);
        let outside = |subtree: &GeneralSubtree| within(&name, &subtree.base) == Some(false);
        let inside = |subtree: &GeneralSubtree| within(&name, &subtree.base) == Some(true);
        let mut fitting = permitted.iter().filter(of_its_kind).peekable();
        let admitted = fitting.peek().is_none() || fitting.any(inside);
        if !admitted || !excluded.iter().filter(of_its_kind).all(outside) {
            return Err(unfit(cert, "its issuer was not allowed to name it so"));
        }
    }
    Ok(())
}

fn subtrees<'c>(authority: &Cert, subtrees: Option<&'c [GeneralSubtree]>) -> Result<&'c [GeneralSubtree], Finding> {
    let subtrees = subtrees.unwrap_or_default();
    // RFC 5280: the minimum is always zero, and a maximum is never there.
    if subtrees.iter().any(|subtree| subtree.minimum != 0 || subtree.maximum.is_some()) {
        return Err(unfit(authority, "its name constraints cannot be read"));
    }
    Ok(subtrees)
}

/// Everything a certificate calls its holder.
fn names(cert: &Cert) -> Result<Vec<GeneralName>, Finding> {
    let subject = cert.subject();
    let mut names = cert.extension::<SubjectAltName>()?.map(|names| names.0).unwrap_or_default();
    if !subject.is_empty() {
        names.push(GeneralName::DirectoryName(subject.clone()));
    }
    for attribute in subject.iter().filter(|attribute| attribute.oid == EMAIL_ADDRESS) {
        let address = attribute.value.decode_as::<der::asn1::Ia5String>();
        names.push(GeneralName::Rfc822Name(address.map_err(|_| unfit(cert, "its mail address cannot be read"))?));
    }
    Ok(names)
}

/// Whether `name` lies in the subtree of `base`; `None` for a kind that is not understood.
fn within(name: &GeneralName, base: &GeneralName) -> Option<bool> {
    use GeneralName::{DirectoryName, DnsName, Rfc822Name};
    match (name, base) {
        (DirectoryName(name), DirectoryName(base)) => Some(directory(name, base)),
        (Rfc822Name(name), Rfc822Name(base)) => Some(mail(name.as_str(), base.as_str())),
        (DnsName(name), DnsName(base)) => Some(host(name.as_str(), base.as_str())),
        _ => None,
    }
}

fn directory(name: &Name, base: &Name) -> bool {
    base.len() <= name.len() && name.iter_rdn().zip(base.iter_rdn()).all(|(one, other)| plain(one) == plain(other))
}

/// An RDN for comparison: letters of one case, runs of spaces as one (RFC 5280 section 7.1).
fn plain(rdn: &RelativeDistinguishedName) -> Vec<(ObjectIdentifier, String)> {
    let mut parts: Vec<_> = rdn.iter().map(|one| (one.oid, text(&one.value))).collect();
    parts.sort();
    parts
}

fn text(value: &Any) -> String {
    let utf8 = value.decode_as::<Utf8StringRef<'_>>().map(|text| text.as_str().to_owned());
    let text = utf8
        .or_else(|_| value.decode_as::<PrintableStringRef<'_>>().map(|text| text.as_str().to_owned()))
        .or_else(|_| value.decode_as::<Ia5StringRef<'_>>().map(|text| text.as_str().to_owned()));
    let words = |text: String| text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ");
    text.map_or_else(|_| hex::encode(value.value()), words)
}

fn mail(address: &str, base: &str) -> bool {
    let Some((person, at)) = address.rsplit_once('@') else { return false };
    match base.rsplit_once('@') {
        Some((wanted, there)) => person == wanted && at.eq_ignore_ascii_case(there),
        None if base.starts_with('.') => ends_with(at, base),
        None => at.eq_ignore_ascii_case(base),
    }
}

fn host(name: &str, base: &str) -> bool {
    base.is_empty() || name.eq_ignore_ascii_case(base) || ends_with(name, &format!(".{base}"))
}

fn ends_with(name: &str, end: &str) -> bool {
    name.to_ascii_lowercase().ends_with(&end.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_hosts_lie_within_their_own_domain_only() {
        assert!(mail("siti@contoh.test", "contoh.test") && mail("siti@a.contoh.test", ".CONTOH.test"));
        assert!(mail("siti@Contoh.test", "siti@contoh.test") && !mail("Siti@contoh.test", "siti@contoh.test"));
        assert!(!mail("siti@a.contoh.test", "contoh.test") && !mail("siti@contoh.test", ".contoh.test"));
        assert!(!mail("contoh.test", "contoh.test"), "no address at all");
        assert!(host("pki.contoh.test", "contoh.test") && host("contoh.test", "Contoh.test") && host("x", ""));
        assert!(!host("bukancontoh.test", "contoh.test") && !host("test", "contoh.test"));
    }

    #[test]
    fn a_directory_name_begins_with_its_subtree_however_it_is_written() {
        let name = |text: &str| text.parse::<Name>().expect("a name");
        let siti = name("CN=Siti,O=Contoh  Sdn Bhd,C=MY");
        assert!(directory(&siti, &name("O=CONTOH sdn bhd,C=MY")) && directory(&siti, &name("C=MY")));
        assert!(!directory(&siti, &name("C=SG")) && !directory(&name("C=MY"), &siti));
        assert!(!directory(&siti, &name("CN=Siti")), "a subtree is counted from the country on");
    }
}
