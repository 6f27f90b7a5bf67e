//! A sample of every page, rendered in both languages; [`serve`] puts them before a browser.

#[cfg(test)]
mod complete;
#[cfg(test)]
mod forms;
mod hims;
#[cfg(test)]
mod labels;
mod names;
mod public;
mod reset;
mod serve;
#[cfg(test)]
mod speech;
mod staff;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod text;
mod turn;

pub use serve::serve;

use super::form::Form;
use super::frame::Frame;
use super::health::HealthPage;
use super::home::HomePage;
use super::missing::ProblemPage;
use crate::kernel::settings::Settings;
use crate::kernel::words::Lang;
use crate::web::problem::{DoorFault, Problem};

fn frame(lang: Lang) -> Frame {
    let settings = Settings { demo: true, ..Settings::default() };
    let mut frame = Frame::bare(lang, &settings);
    frame.made = "20/11/2026 09:00 MYT".to_owned();
    frame.reference = "01KA0000000000000000000000".to_owned();
    frame
}

fn show(page: &dyn askama::DynTemplate) -> String {
    page.dyn_render().expect("renders")
}

/// A form that was sent and refused at `field`.
fn wrong(lang: Lang, field: &str) -> Form {
    let mut form = Form::new(lang).with(field, "<script>\"salah\"</script>");
    form.refuse(field, DoorFault::Body);
    form
}

/// The name of a page and its HTML.
pub type Sample = (&'static str, String);

/// A sample of every page in `lang`.
pub fn all(lang: Lang) -> Vec<Sample> {
    parts(lang).into_iter().flat_map(|(_, pages)| pages).collect()
}

/// The same, by the part of the house that they belong to.
fn parts(lang: Lang) -> [(&'static str, Vec<Sample>); 7] {
    [
        ("own", own(lang)),
        ("turn", turn::all(lang)),
        ("hims", hims::all(lang)),
        ("staff", staff::all(lang)),
        ("public", public::all(lang)),
        ("reset", reset::all(lang)),
        ("names", names::all(lang)),
    ]
}

fn own(lang: Lang) -> Vec<Sample> {
    vec![
        ("utama", show(&HomePage { f: frame(lang) })),
        ("utama-tanpa-meja", show(&HomePage { f: Frame { signed_in: Some("Kwan".to_owned()), ..frame(lang) } })),
        ("sihat", show(&HealthPage { f: frame(lang), now: "20/11/2026 09:00 MYT".to_owned() })),
        ("masalah", show(&ProblemPage::new(&Problem::from(DoorFault::Missing), frame(lang)))),
    ]
}
