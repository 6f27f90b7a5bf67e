//! What stands on every page of a document and in its metadata, whatever the document is.

use super::template::{Template, say, text as word};
use super::{AgreementData, GenerateError};
use crate::kernel::clock::Timestamp;
use crate::kernel::words::Lang;

/// What stands on every page and in the metadata.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) lang: Lang,
    /// `SPESIMEN`.
    pub(super) mark: String,
    /// The document in one line, at the head of each page.
    pub(super) about: String,
    /// What it is not, at the foot of each page.
    pub(super) footer: String,
    pub(super) version: String,
    /// `Muka {page} daripada {pages}`.
    pub(super) numbered: String,
    /// The name of the field of the certifying signature.
    pub(super) seal: String,
    /// Label and tooltip (`{page}`) of the serial number on each page, where the document has one.
    pub(super) serial: Option<(String, String)>,
    pub(super) author: String,
    pub(super) issued: Timestamp,
    /// Names the file.
    pub(super) id: String,
}

impl Sheet {
    /// The sheet of an agreement.
    pub(super) fn of_agreement(data: &AgreementData, template: &Template) -> Result<Self, GenerateError> {
        let labels = &template.labels;
        Ok(Self {
            lang: data.lang,
            mark: word(labels, "mark")?.to_owned(),
            about: format!("{} · {} · {}", word(labels, "short")?, data.project.name, data.unit.number),
            footer: word(labels, "footer")?.to_owned(),
            version: say(word(labels, "version")?, &[("version", &data.version.to_string())])?,
            numbered: word(labels, "page")?.to_owned(),
            seal: word(&template.cover, "seal_tooltip")?.to_owned(),
            serial: Some((
                format!("{}:", word(labels, "serial")?),
                word(&template.cover, "serial_tooltip")?.to_owned(),
            )),
            author: data.developer.name.clone(),
            issued: data.issued,
            id: data.id.clone(),
        })
    }
}
