//! The signer's pages: a mailed link names the turn, the person proves themselves, makes the certificate,
//! reviews, confirms and signs (SCR-1 to SCR-6).

pub mod certificate;
pub mod correction;
pub mod landing;
pub mod review;
pub mod sign;
pub mod standing;
pub mod views;

use crate::hims::{self, TurnFacts};
use crate::kernel::words::Lang;
use crate::web::guard::AtTurn;
use crate::web::problem::Problem;

use views::Head;

/// What the turn is about and how it stands, with the head of its pages.
async fn facts(at: &AtTurn) -> Result<(TurnFacts, Head), Problem> {
    let facts = hims::turn_facts(&at.work, &at.session).await?;
    let head = head(&at.token, &facts, at.visit.lang);
    Ok((facts, head))
}

fn head(token: &str, facts: &TurnFacts, lang: Lang) -> Head {
    Head {
        token: token.to_owned(),
        code: facts.header.code.clone(),
        name: facts.header.name.clone(),
        unit: facts.header.unit.clone(),
        developer: facts.header.developer.clone(),
        role: facts.title.say(lang),
        deadline: facts.deadline.map(|deadline| deadline.myt()),
        version: facts.version.to_string(),
    }
}
