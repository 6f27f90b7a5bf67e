//! Pictures from outside: decoded within limits and written anew.
//!
//! What leaves this module is a JPEG that this program encoded: no metadata (position, device), no thumbnail of
//! something else, no second file behind the first.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use sha2::{Digest as _, Sha256};

use crate::kernel::error::{Fault, Kind};

/// The most bytes of one picture.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;
/// The most pixels of one picture: beyond what phones send, below what fills the memory.
const MAX_PIXELS: u64 = 50_000_000;
/// The least width and height on which a face or a card can be read.
const MIN_SIDE: u32 = 240;
/// Stored pictures are no larger: enough for a reviewer and a later comparison.
const STORED_SIDE: u32 = 2_400;

/// Why a picture was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PictureError {
    /// Not a JPEG or PNG picture, or a broken one.
    #[error("not a readable JPEG or PNG picture")]
    Unreadable,
    /// Another file is hidden behind the picture.
    #[error("something is attached to the picture")]
    Attached,
    /// More bytes or pixels than the limit.
    #[error("the picture is too large")]
    TooLarge,
    /// Too few pixels to read anything.
    #[error("the picture is too small")]
    TooSmall,
}

impl Fault for PictureError {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "picture-unreadable",
            Self::Attached => "picture-attached",
            Self::TooLarge => "picture-too-large",
            Self::TooSmall => "picture-too-small",
        }
    }

    fn kind(&self) -> Kind {
        Kind::Invalid
    }
}

/// A picture that this program wrote.
#[derive(Clone)]
pub struct Clean {
    /// JPEG.
    pub jpeg: Vec<u8>,
    /// SHA-256 of what was sent.
    pub original: [u8; 32],
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Decodes `sent` within limits and writes it anew, upright. Takes time: call it off the threads of the doors.
///
/// # Errors
/// [`PictureError`] with what to do better.
pub fn clean(sent: &[u8]) -> Result<Clean, PictureError> {
    if sent.len() > MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let format = match sent {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat::Png,
        _ => return Err(PictureError::Unreadable),
    };
    if !ends_as(format, sent) {
        return Err(PictureError::Attached);
    }
    let picture = decode(format, sent)?;
    let picture = if picture.width().max(picture.height()) > STORED_SIDE {
        picture.thumbnail(STORED_SIDE, STORED_SIDE)
    } else {
        picture
    };
    let rgb = picture.to_rgb8();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, 90).encode_image(&rgb).map_err(|_| PictureError::Unreadable)?;
    Ok(Clean { jpeg, original: Sha256::digest(sent).into(), width: rgb.width(), height: rgb.height() })
}

/// A picture that is only a picture ends with its own end mark.
fn ends_as(format: ImageFormat, sent: &[u8]) -> bool {
    match format {
        ImageFormat::Jpeg => sent.ends_with(&[0xFF, 0xD9]),
        _ => sent.ends_with(b"IEND\xAE\x42\x60\x82"),
    }
}

fn decode(format: ImageFormat, sent: &[u8]) -> Result<DynamicImage, PictureError> {
    let mut limits = Limits::default();
    // Four bytes a pixel, and as much again for the decoder itself.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    let mut reader = ImageReader::with_format(Cursor::new(sent), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| PictureError::Unreadable)?;
    // The header says the size: nothing is decoded that is too large.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge);
    }
    if width.min(height) < MIN_SIDE {
        return Err(PictureError::TooSmall);
    }
    let upright = decoder.orientation().map_err(|_| PictureError::Unreadable)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| PictureError::Unreadable)?;
    picture.apply_orientation(upright);
    Ok(picture)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A picture of `width` × `height` as a phone would send it.
    pub(crate) fn picture(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let grey = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(grey).write_to(&mut bytes, format).expect("encodes");
        bytes.into_inner()
    }

    #[test]
    fn a_picture_is_written_anew_without_metadata() {
        let sent = picture(ImageFormat::Png, 640, 400);
        let clean = clean(&sent).expect("cleans");
        assert_eq!((clean.width, clean.height), (640, 400));
        assert!(clean.jpeg.starts_with(&[0xFF, 0xD8]));
        assert!(!clean.jpeg.windows(4).any(|window| window == b"Exif"));
        assert_eq!(clean.original, <[u8; 32]>::from(Sha256::digest(&sent)));
    }

    #[test]
    fn a_file_behind_the_picture_is_refused() {
        let mut sent = picture(ImageFormat::Jpeg, 640, 400);
        sent.extend_from_slice(b"PK\x03\x04 an archive");
        assert_eq!(clean(&sent).err(), Some(PictureError::Attached));
        assert_eq!(clean(b"%PDF-1.7 not a picture").err(), Some(PictureError::Unreadable));
        assert_eq!(clean(b"GIF89a").err(), Some(PictureError::Unreadable));
    }

    #[test]
    fn a_hundred_megapixels_are_refused_by_the_header_alone() {
        // A PNG header that promises 10,100 × 10,000 pixels and then ends.
        let mut sent = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x27\x74\0\0\x27\x10\x08\x02\0\0\0".to_vec();
        sent.extend_from_slice(&crc(&sent[12..29]).to_be_bytes());
        // An empty IDAT lets the decoder finish reading the header.
        sent.extend_from_slice(b"\0\0\0\0IDAT\x35\xaf\x06\x1e\0\0\0\0IEND\xAE\x42\x60\x82");
        assert_eq!(clean(&sent).err(), Some(PictureError::TooLarge));
    }

    #[test]
    fn tiny_huge_and_cut_off_pictures_are_refused() {
        assert_eq!(clean(&picture(ImageFormat::Jpeg, 100, 400)).err(), Some(PictureError::TooSmall));
        assert_eq!(clean(&vec![0xFF; MAX_BYTES + 1]).err(), Some(PictureError::TooLarge));
        let mut cut = picture(ImageFormat::Png, 640, 400);
        cut.drain(200..cut.len() - 12);
        assert_eq!(clean(&cut).err(), Some(PictureError::Unreadable));
    }

    #[test]
    fn a_large_picture_is_stored_smaller() {
        let clean = clean(&picture(ImageFormat::Jpeg, 3_000, 1_000)).expect("cleans");
        assert_eq!((clean.width, clean.height), (2_400, 800));
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
        })
    }
}
