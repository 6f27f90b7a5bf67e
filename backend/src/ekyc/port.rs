//! What examines pictures for this room, and is somebody else's work.

use async_trait::async_trait;
use image::{GrayImage, RgbImage};

/// Why a text was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no reader on this server: the case says so and goes to the reviewer.
    #[error("no text reader is installed")]
    NotInstalled,
    /// The reader failed or took too long; tried again later.
    #[error("the text reader failed: {0}")]
    Failed(String),
}

/// What is printed on a picture that is to be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Print {
    /// Words in Malay and English, in columns, beside a portrait.
    Card,
    /// Two lines of capital letters, digits and fillers (ICAO Doc 9303).
    Zone,
}

/// Reads printed text (OCR).
#[async_trait]
pub trait Reader: Send + Sync {
    /// The text of a flat document or a part of one, line by line.
    async fn read(&self, page: GrayImage, print: Print) -> Result<String, ReadError>;
}

/// Compares faces. `None` means "tidak dinilai": no verifier is configured, and nobody may read it as a yes.
#[async_trait]
pub trait FaceVerifier: Send + Sync {
    /// Whether the portrait on the document and the picture show one person.
    async fn same_person(&self, document: &RgbImage, face: &RgbImage) -> Option<bool>;

    /// Whether the picture was taken of a living person who followed the prompts.
    async fn alive(&self, face: &RgbImage, prompts: &[String]) -> Option<bool>;
}

/// The reviewer's eyes alone: what runs unless a verifier is configured.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReviewerOnly;

#[async_trait]
impl FaceVerifier for ReviewerOnly {
    async fn same_person(&self, _document: &RgbImage, _face: &RgbImage) -> Option<bool> {
        None
    }

    async fn alive(&self, _face: &RgbImage, _prompts: &[String]) -> Option<bool> {
        None
    }
}
