//! Hash transcripts: length-prefixed, so that no two lists of parts give the same bytes.

use sha2::{Digest as _, Sha256};

/// `LP(domain, parts…)`: for each element a big-endian `u32` length and then its bytes. The first element is
/// the ASCII name of what is hashed, so that a value of one purpose never stands for another.
pub fn lp(domain: &str, parts: &[&[u8]]) -> Vec<u8> {
    let total: usize = parts.iter().map(|part| part.len() + 4).sum();
    let mut bytes = Vec::with_capacity(4 + domain.len() + total);
    for part in std::iter::once(domain.as_bytes()).chain(parts.iter().copied()) {
        let length = u32::try_from(part.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// SHA-256 of [`lp`].
pub fn lp_hash(domain: &str, parts: &[&[u8]]) -> [u8; 32] {
    sha256(&lp(domain, parts))
}

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_boundary_changes_the_bytes() {
        assert_ne!(lp("d", &[b"ab", b"c"]), lp("d", &[b"a", b"bc"]));
        assert_eq!(lp("d", &[b"ab"]), b"\0\0\0\x01d\0\0\0\x02ab");
    }
}
