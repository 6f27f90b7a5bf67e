//! What is written is found by what is typed when both are folded alike: here, and not by an engine. SQLite folds the
//! letters of ASCII alone, PostgreSQL those of the locale that its database was made with.

use unicode_normalization::UnicodeNormalization as _;

use crate::args;
use crate::kernel::db::DbError;
use crate::kernel::work::Work;

/// How many rows from before are folded in one transaction.
const BATCH: usize = 500;

/// Small letters without accents, and one kind of apostrophe: `Ñandú` is found by `NANDU`, `D’Cruz` by `d'cruz`. The signs
/// of scripts without small letters stay as they are.
pub fn folded(text: &str) -> String {
    let small = text.nfkd().flat_map(char::to_lowercase);
    // What was made small may be composed again ('İ'); only the accents of Latin, Greek and Cyrillic are left out.
    let bare = small.nfkd().filter(|letter| !('\u{300}'..='\u{36f}').contains(letter));
    let plain = bare.map(|letter| match letter {
        '\u{2018}' | '\u{2019}' | '\u{2bb}' | '\u{2bc}' => '\'',
        'ς' => 'σ',
        other => other,
    });
    plain.nfc().collect()
}

/// Folds the names of rows from before they were (a job): `unfolded` finds `id` and `name` of so many, `fold` writes what the
/// name of an id is found by.
pub async fn fold_rows(work: &Work, unfolded: &'static str, fold: &'static str) -> Result<(), DbError> {
    loop {
        let rows = work.read().await?.all(unfolded, args![BATCH as i64]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let mut tx = work.write().await?;
        for row in &rows {
            let name = row.text("name")?;
            tx.execute(fold, args![row.text("id")?, &name, folded(&name)]).await?;
        }
        tx.commit().await?;
        if rows.len() < BATCH {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_accents_and_apostrophes_do_not_matter_and_other_scripts_stay() {
        for (written, typed) in [
            ("Ñandú O’Şahin-Ål", "NANDU O'SAHIN-AL"),
            ("JOSÉ PEÑA", "jose\u{301} pen\u{303}a"),
            ("İSTANBUL", "istanbul"),
            ("ΟΔΟΣ", "οδοσ"),
            ("ЁЛКИН", "елкин"),
        ] {
            assert_eq!(folded(written), folded(typed), "{written}");
        }
        for same in ["முருகன்", "陈大文", "نور عائشة", "한"] {
            assert_eq!(folded(same), same);
        }
        assert_ne!(folded("ந"), folded("நி"), "a vowel sign is no accent");
        let once = folded("Ǆ ﬁ ẞ Ⅷ Ḱ");
        assert_eq!(folded(&once), once);
    }
}
