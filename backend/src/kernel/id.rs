//! Typed identifiers: ULIDs as 26 characters of text, one Rust type for each noun.

/// Declares identifier types: `typed_id! { /// doc PersonId }`.
#[macro_export]
macro_rules! typed_id {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new identifier, sortable by the instant of `work`.
            pub fn new(work: &$crate::kernel::work::Work) -> Self {
                Self($crate::kernel::id::fresh(work.now, work.rng()))
            }

            /// Parses the text form; `None` unless it is a ULID.
            pub fn parse(text: &str) -> Option<Self> {
                $crate::kernel::id::canonical(text).map(Self)
            }

            /// The text form.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&$name> for $crate::kernel::db::Value {
            fn from(id: &$name) -> Self {
                Self::Text(Some(id.0.clone()))
            }
        }

        impl From<Option<&$name>> for $crate::kernel::db::Value {
            fn from(id: Option<&$name>) -> Self {
                Self::Text(id.map(|id| id.0.clone()))
            }
        }

        impl $crate::kernel::id::TypedId for $name {
            fn from_stored(text: String) -> Self {
                Self(text)
            }
        }
    )+};
}

/// What [`Row::id`](crate::kernel::db::Row::id) needs of an identifier type.
pub trait TypedId {
    /// Wraps text that this program stored.
    fn from_stored(text: String) -> Self;
}

/// A new ULID as text.
pub fn fresh(now: super::clock::Timestamp, rng: &dyn super::rng::Rng) -> String {
    let millis = u64::try_from(now.millis()).unwrap_or(0);
    ulid::Ulid::from_parts(millis, u128::from_le_bytes(rng.bytes())).to_string()
}

/// The canonical spelling of a ULID, or `None`.
pub fn canonical(text: &str) -> Option<String> {
    ulid::Ulid::from_string(text).ok().map(|id| id.to_string())
}
