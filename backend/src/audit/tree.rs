//! The Merkle tree of RFC 9162 section 2.1, kept as the roots of its perfect subtrees.

use sha2::{Digest as _, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The hash of a leaf: `SHA-256(0x00 ‖ data)`.
pub fn leaf(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// The hash of an inner node: `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// The right-hand edge of a growing tree: one root for each set bit of `size`, largest subtree first.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frontier {
    size: u64,
    roots: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree of `size` leaves from its stored form; `None` when the two do not fit.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let (roots, rest) = bytes.as_chunks::<32>();
        (rest.is_empty() && roots.len() as u32 == size.count_ones()).then(|| Self { size, roots: roots.to_vec() })
    }

    /// The stored form: the roots one after the other.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.roots.concat()
    }

    /// How many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut root = leaf;
        // Every trailing one bit is a subtree of the same height that now has its right half.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.roots.pop() {
                root = node(&left, &root);
            }
        }
        self.roots.push(root);
        self.size += 1;
    }

    /// The root of the whole tree; of the empty tree, `SHA-256("")`.
    pub fn root(&self) -> Hash {
        let mut roots = self.roots.iter().rev().copied();
        roots
            .next()
            .map_or_else(|| Sha256::digest([]).into(), |last| roots.fold(last, |right, left| node(&left, &right)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The recursive definition of RFC 9162 section 2.1.1.
    fn definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Sha256::digest([]).into(),
            [one] => *one,
            _ => {
                let split = leaves.len().next_power_of_two() / 2;
                node(&definition(&leaves[..split]), &definition(&leaves[split..]))
            }
        }
    }

    #[test]
    fn the_edge_has_the_root_that_the_definition_gives() {
        let leaves: Vec<Hash> = (0u8..70).map(|byte| leaf(&[byte])).collect();
        let mut frontier = Frontier::default();
        for size in 0..leaves.len() {
            assert_eq!(frontier.root(), definition(&leaves[..size]), "{size} leaves");
            let stored = Frontier::from_bytes(frontier.size(), &frontier.to_bytes());
            assert_eq!(stored.as_ref(), Some(&frontier));
            frontier.push(leaves[size]);
        }
    }

    #[test]
    fn an_edge_of_another_size_is_refused() {
        assert_eq!(Frontier::from_bytes(3, &[0; 32]), None);
        assert_eq!(Frontier::from_bytes(1, &[0; 33]), None);
    }
}
