//! The developer's clerk: development, unit, parties, Jana eSPA (HIMS-2).

use super::error::{BrowserError, DemoError};
use super::office::Desk;
use super::page::Page;
use super::world::{DEVELOPER, DEVELOPMENT, DEVELOPMENT_CODE, SIGNEES};

/// An agreement as the clerk sees it.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// Its page: `/hims/perjanjian/{id}`.
    pub path: String,
}

/// Registers the development of TV-1, whose signers' certificates last a `year` or a `month`.
pub async fn register_development(clerk: &Desk, term: &str) -> Result<(), DemoError> {
    let page = clerk.browser.visit("/hims/pembangunan").await?;
    let form = page
        .need_form(&["kod_pemajuan", "nama_pemajuan", "jadual", "lokasi"])?
        .with("kod_pemajuan", DEVELOPMENT_CODE)
        .with("nama_pemajuan", DEVELOPMENT)
        .with("jadual", "H")
        .with("tempoh_sijil", term)
        .with("lokasi", "Mukim Contoh, Daerah Petaling, Selangor");
    clerk.browser.submit(&page, &form).await?.expect_fine()?;
    Ok(())
}

/// Registers a unit, drafts its agreement and names the parties.
pub async fn draft(clerk: &Desk, unit: &str) -> Result<Agreement, DemoError> {
    let list = clerk.browser.visit("/hims/pembangunan").await?;
    let development = list.link_in_row(DEVELOPMENT_CODE, "/hims/pembangunan/");
    let development = development.ok_or_else(|| list.unexpected(DEVELOPMENT_CODE))?;
    let page = clerk.browser.visit(&development).await?;
    let form = page
        .need_form(&["no_unit", "jenis", "tempat", "hakmilik", "keluasan", "harga"])?
        .with("no_unit", unit)
        .with("jenis", "Pangsapuri servis")
        .with("tempat", "Blok B, tingkat 10")
        .with("hakmilik", "Geran 00000 Lot 0000 (SPESIMEN)")
        .with("keluasan", "92.90")
        .with("harga", "480000.00");
    clerk.browser.submit(&page, &form).await?.expect_fine()?;
    let page = clerk.browser.visit(&development).await?;
    let form = page.form_in_row(unit, "/hims/perjanjian").ok_or_else(|| page.unexpected("a draft of the unit"))?;
    let page = clerk.browser.submit(&page, &form).await?.expect_fine()?;
    let agreement = Agreement { path: page.path.clone() };
    name_parties(clerk, &page).await?;
    Ok(agreement)
}

/// Fills one row per party, in the order of signing.
pub async fn name_parties(clerk: &Desk, page: &Page) -> Result<Page, BrowserError> {
    let mut form = page.need_form_to("/pihak")?.with("aksi", "simpan").with("susunan", "senarai");
    for (signee, n) in SIGNEES.iter().zip(1..) {
        let witness = signee.witness_of.map_or_else(String::new, |place| place.to_string());
        let company = if signee.role == "pemaju" { DEVELOPER.name } else { "" };
        for (column, value) in [
            ("nama", signee.name),
            ("ic", signee.ic),
            ("emel", signee.email),
            ("telefon", signee.phone),
            ("peranan", signee.role),
            ("saksi_kepada", &witness),
            ("syarikat", company),
        ] {
            form = form.with(&format!("{column}.{n}"), value);
        }
    }
    let page = clerk.browser.submit(page, &form).await?.expect_fine()?;
    if page.form_to("/jana").is_some() { Ok(page) } else { Err(page.unexpected("the button Jana eSPA")) }
}

/// Presses Jana eSPA.
pub async fn generate(clerk: &Desk, agreement: &Agreement) -> Result<Page, BrowserError> {
    let page = clerk.browser.visit(&agreement.path).await?;
    let form = page.need_form_to("/jana")?;
    clerk.browser.submit(&page, &form).await?.expect_fine()
}

/// The document of a version as it stands now.
pub async fn document(clerk: &Desk, agreement: &Agreement, version: u32) -> Result<Vec<u8>, BrowserError> {
    clerk.browser.download(&format!("{}/versi/{version}.pdf", agreement.path)).await
}
