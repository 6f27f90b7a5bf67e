//! States and other short words as the database spells them.

/// Gives an enum its stored words: `stored_words!(State: Draft = "DRAFT", Posted = "POSTED")`.
#[macro_export]
macro_rules! stored_words {
    ($type:ident: $($variant:ident = $word:literal),+ $(,)?) => {
        impl $type {
            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Reads the stored word.
            pub fn from_stored(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}
