//! What stands on every page: the SPESIMEN mark, the place of the serial number, the number of the page.

use std::rc::Rc;

use parley::Alignment;

use super::block::{LEFT, PAGE, SMALL, WIDTH, look, span};
use super::fonts::{Family, Ink, Look, Typesetter};
use super::paginate::{Key, Mark, Pages, SEAL, SERIALS};
use super::sheet::Sheet;
use super::template::say;
use super::{GenerateError, SERIAL_SIZE};

/// Adds header, footer, watermark and, where there is one, the serial field to every page, and the certification field to
/// the first.
pub(super) fn dress(pages: &mut Pages, sheet: &Sheet, setter: &mut Typesetter) -> Result<(), GenerateError> {
    let red = Look { bold: true, align: Alignment::Center, ..look(Family::Sans, 7.6, 10.0, Ink::Warning) };
    let ghost = Look { bold: true, align: Alignment::Center, ..look(Family::Sans, 104.0, 130.0, Ink::Ghost) };
    let right = Look { align: Alignment::End, ..SMALL };
    let mut set = |words: &str, look: Look, width: f32| setter.set(&[span(words, look)], width).map(Rc::new);

    let pill = set(&sheet.mark, red, 58.0)?;
    let ghost = set(&sheet.mark, ghost, 700.0)?;
    let about = set(&sheet.about, SMALL, if sheet.serial.is_some() { 190.0 } else { 380.0 })?;
    let serial = match &sheet.serial {
        Some((label, tooltip)) => Some((set(label, right, 56.0)?, tooltip)),
        None => None,
    };
    let note = set(&sheet.footer, SMALL, 300.0)?;
    let count = pages.pages.len().to_string();
    for (index, page) in pages.pages.iter_mut().enumerate() {
        let number = (index + 1).to_string();
        let numbered = say(&sheet.numbered, &[("page", &number), ("pages", &count)])?;
        let numbered = set(&format!("{}  ·  {numbered}", sheet.version), right, 200.0)?;
        let text = |shaped: &Rc<_>, x: f32, y: f32, key: Option<Key>| {
            let shaped: Rc<super::fonts::Shaped> = Rc::clone(shaped);
            Mark::Text { lines: 0..shaped.lines.len(), shaped, x, y, key }
        };
        let rule =
            |y: f32| Mark::Line { from: (LEFT, y), to: (LEFT + WIDTH, y), ink: Ink::Line, width: 0.6, dotted: false };
        page.insert(0, Mark::Watermark { shaped: Rc::clone(&ghost) });
        page.push(Mark::Box { rect: [LEFT, 40.0, 58.0, 15.0], fill: None, stroke: Some(Ink::Warning) });
        page.push(text(&pill, LEFT, 42.4, None));
        page.push(text(&about, LEFT + 67.0, 47.5 - about.height() / 2.0, None));
        page.push(rule(66.0));
        if let Some((label, tooltip)) = &serial {
            let field = LEFT + WIDTH - SERIAL_SIZE.0;
            page.push(text(label, field - 60.0, 42.2, None));
            let tooltip = say(tooltip, &[("page", &number)])?;
            let key = Key { block: SERIALS, part: index };
            let rect = [field, 40.5, SERIAL_SIZE.0, SERIAL_SIZE.1];
            page.push(Mark::Field { name: format!("Serial{number}"), rect, tooltip, key });
        }
        page.push(rule(PAGE.1 - 50.0));
        page.push(text(&note, LEFT, PAGE.1 - 44.0, None));
        page.push(text(&numbered, LEFT + WIDTH - 200.0, PAGE.1 - 44.0, None));
        if index == 0 {
            let tooltip = sheet.seal.clone();
            let key = Key { block: SERIALS, part: SEAL };
            page.push(Mark::Field { name: "Cert0".into(), rect: [LEFT, 20.0, 1.0, 1.0], tooltip, key });
        }
    }
    Ok(())
}
