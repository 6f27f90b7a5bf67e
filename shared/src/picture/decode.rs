//! Bytes from outside become pixels of ours, or are refused.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngDecoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage};
use sha2::{Digest as _, Sha256};

/// The most bytes of one picture.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// The most pixels of one picture: what phones send, and less than fills the memory.
pub const MAX_PIXELS: u64 = 50_000_000;
/// The least width and height on which a face or a card can be read.
const MIN_SIDE: u32 = 240;
/// Kept pictures are no larger: enough for a reviewer and for reading the card.
const KEPT_SIDE: u32 = 2_400;

/// Why a picture was not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PictureError {
    /// Not a JPEG or PNG picture, or a broken one.
    #[error("not a readable JPEG or PNG picture")]
    Unreadable,
    /// More than one picture in one file.
    #[error("the picture is animated")]
    Animated,
    /// More than [`MAX_BYTES`] bytes or [`MAX_PIXELS`] pixels.
    #[error("the picture is too large")]
    TooLarge,
    /// Too few pixels to read anything.
    #[error("the picture is too small")]
    TooSmall,
}

impl PictureError {
    /// The stable code, the same on the phone and at the server.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unreadable => "picture-unreadable",
            Self::Animated => "picture-animated",
            Self::TooLarge => "picture-too-large",
            Self::TooSmall => "picture-too-small",
        }
    }
}

/// Pixels, upright, and the hash of the file they came from. Metadata (place, device), thumbnails and whatever
/// was hidden behind the picture have not survived.
#[derive(Clone)]
pub struct Picture {
    pixels: RgbImage,
    original: [u8; 32],
}

impl Picture {
    /// Decodes a JPEG (also CMYK) or PNG within limits and turns it as its camera said. Takes tens of milliseconds.
    ///
    /// # Errors
    /// [`PictureError`]; a size beyond the limit is refused by the header, before anything is allocated for it.
    pub fn open(sent: &[u8]) -> Result<Self, PictureError> {
        if sent.len() > MAX_BYTES {
            return Err(PictureError::TooLarge);
        }
        let decoded = match sent {
            [0xFF, 0xD8, 0xFF, ..] => jpeg(sent)?,
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => png(sent)?,
            _ => return Err(PictureError::Unreadable),
        };
        let large = decoded.width().max(decoded.height()) > KEPT_SIDE;
        let kept = if large { decoded.thumbnail(KEPT_SIDE, KEPT_SIDE) } else { decoded };
        Ok(Self { pixels: kept.into_rgb8(), original: Sha256::digest(sent).into() })
    }

    /// The pixels.
    pub const fn pixels(&self) -> &RgbImage {
        &self.pixels
    }

    /// The pixels alone.
    pub fn into_pixels(self) -> RgbImage {
        self.pixels
    }

    /// SHA-256 of the file that was sent.
    pub const fn original(&self) -> &[u8; 32] {
        &self.original
    }

    /// A JPEG with nothing in it but the pixels.
    pub fn to_jpeg(&self) -> Vec<u8> {
        jpeg_of(&self.pixels)
    }
}

/// A JPEG of `pixels` without metadata.
pub(crate) fn jpeg_of(pixels: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Fails for sides over 65,535 pixels only, which no picture here has.
    match JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(pixels) {
        Ok(()) => bytes,
        Err(_) => Vec::new(),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    // Four bytes a pixel, and as much again for the decoder itself.
    limits.max_alloc = Some(MAX_PIXELS * 8);
    limits
}

/// Whether the last scan of a JPEG is whole: decoders fill up what is missing, and a grey half is no picture. The end
/// mark cannot occur inside a scan.
fn is_whole(sent: &[u8]) -> bool {
    let scan = sent.windows(2).rposition(|mark| mark == [0xFF, 0xDA]);
    scan.is_some_and(|scan| sent[scan..].windows(2).any(|mark| mark == [0xFF, 0xD9]))
}

fn jpeg(sent: &[u8]) -> Result<DynamicImage, PictureError> {
    if !is_whole(sent) {
        return Err(PictureError::Unreadable);
    }
    let mut reader = ImageReader::with_format(Cursor::new(sent), ImageFormat::Jpeg);
    reader.limits(limits());
    upright(reader.into_decoder().map_err(refusal)?)
}

fn png(sent: &[u8]) -> Result<DynamicImage, PictureError> {
    let decoder = PngDecoder::with_limits(Cursor::new(sent), limits()).map_err(refusal)?;
    if decoder.is_apng().map_err(refusal)? {
        return Err(PictureError::Animated);
    }
    upright(decoder)
}

fn upright(mut decoder: impl ImageDecoder) -> Result<DynamicImage, PictureError> {
    // The header says the size: nothing is decoded that is too large.
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooLarge);
    }
    if width.min(height) < MIN_SIDE {
        return Err(PictureError::TooSmall);
    }
    let orientation = decoder.orientation().map_err(refusal)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refusal)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn refusal(error: ImageError) -> PictureError {
    match error {
        ImageError::Limits(_) => PictureError::TooLarge,
        _ => PictureError::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(format: ImageFormat, width: u32, height: u32) -> Vec<u8> {
        let pixels = RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 90]));
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(pixels).write_to(&mut bytes, format).expect("encodes");
        bytes.into_inner()
    }

    fn refused(sent: &[u8]) -> PictureError {
        Picture::open(sent).err().expect("refused")
    }

    fn crc(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
        })
    }

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let body = [kind.as_slice(), data].concat();
        [(data.len() as u32).to_be_bytes().as_slice(), &body, &crc(&body).to_be_bytes()].concat()
    }

    #[test]
    fn a_picture_is_written_anew_without_metadata() {
        let sent = sent(ImageFormat::Png, 640, 400);
        let picture = Picture::open(&sent).expect("opens");
        assert_eq!(picture.pixels().dimensions(), (640, 400));
        let jpeg = picture.to_jpeg();
        assert!(jpeg.starts_with(&[0xFF, 0xD8]) && jpeg.ends_with(&[0xFF, 0xD9]));
        assert!(!jpeg.windows(4).any(|window| window == b"Exif"));
        assert_eq!(picture.original(), &<[u8; 32]>::from(Sha256::digest(&sent)));
    }

    #[test]
    fn what_hides_behind_a_picture_does_not_survive() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let mut sent = sent(format, 640, 400);
            sent.extend_from_slice(b"PK\x03\x04 <script>alert(1)</script>");
            let jpeg = Picture::open(&sent).expect("the picture itself is fine").to_jpeg();
            assert!(!jpeg.windows(4).any(|window| window == b"PK\x03\x04"));
            assert!(!jpeg.windows(7).any(|window| window == b"<script"));
        }
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for sent in [b"".as_slice(), b"%PDF-1.7", b"GIF89a", b"<svg/>", b"\xFF\xD8\xFF\xD9", b"RIFF\0\0\0\0WEBP"] {
            assert_eq!(refused(sent), PictureError::Unreadable);
        }
    }

    #[test]
    fn a_hundred_megapixels_are_refused_by_the_header_alone() {
        let header = [10_100_u32.to_be_bytes(), 10_000_u32.to_be_bytes()].concat();
        let mut sent = b"\x89PNG\r\n\x1a\n".to_vec();
        sent.extend(chunk(b"IHDR", &[header.as_slice(), &[8, 2, 0, 0, 0]].concat()));
        sent.extend(chunk(b"IDAT", b""));
        sent.extend(chunk(b"IEND", b""));
        assert_eq!(refused(&sent), PictureError::TooLarge);
    }

    #[test]
    fn an_animation_is_refused() {
        let mut sent = sent(ImageFormat::Png, 320, 320);
        let two_frames = chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
        sent.splice(33..33, two_frames);
        assert_eq!(refused(&sent), PictureError::Animated);
    }

    #[test]
    fn tiny_huge_and_cut_off_pictures_are_refused() {
        assert_eq!(refused(&sent(ImageFormat::Jpeg, 100, 400)), PictureError::TooSmall);
        assert_eq!(refused(&vec![0xFF; MAX_BYTES + 1]), PictureError::TooLarge);
        let mut png = sent(ImageFormat::Png, 640, 400);
        png.truncate(png.len() / 2);
        assert_eq!(refused(&png), PictureError::Unreadable);
        let jpeg = sent(ImageFormat::Jpeg, 640, 400);
        for kept in [200, jpeg.len() / 2, jpeg.len() - 2] {
            assert_eq!(refused(&jpeg[..kept]), PictureError::Unreadable);
        }
    }

    #[test]
    fn a_large_picture_is_kept_smaller() {
        let picture = Picture::open(&sent(ImageFormat::Jpeg, 3_000, 1_000)).expect("opens");
        assert_eq!(picture.pixels().dimensions(), (2_400, 800));
    }

    #[test]
    fn a_picture_is_turned_as_its_camera_said() {
        // An APP1 segment with one entry: orientation (0x0112) = 6, "turn by 90 degrees clockwise".
        let exif = b"\xFF\xE1\x00\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let mut sent = sent(ImageFormat::Jpeg, 640, 400);
        sent.splice(2..2, exif.iter().copied());
        assert_eq!(Picture::open(&sent).expect("opens").pixels().dimensions(), (400, 640));
    }

    #[test]
    fn four_inks_are_read_as_colours() {
        let picture = Picture::open(include_bytes!("../../tests/data/four-inks.jpg")).expect("opens");
        let [red, green, blue] = picture.pixels().get_pixel(160, 160).0;
        assert!(red > 150 && green < 110 && blue < 110, "{red} {green} {blue}");
    }
}
