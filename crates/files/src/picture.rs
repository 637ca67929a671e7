//! Pictures are drawn anew: what a camera wrote beside the pixels (where, when, by whom) is not kept.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits};

use crate::examine::{Examined, Kind, Refusal};

/// Wide enough to read a page that was photographed, small enough to send over a phone's line.
const LONGEST_SIDE: u32 = 2000;
/// No phone makes longer sides, and no smaller file can ask for more memory than this.
const MOST_PIXELS_A_SIDE: u32 = 16_000;
const MOST_MEMORY: u64 = 320 * 1024 * 1024;
const QUALITY: u8 = 82;

/// The format of a picture; nothing when it is none that is kept.
pub(crate) fn format(bytes: &[u8]) -> Option<ImageFormat> {
    let format = image::guess_format(bytes).ok()?;
    [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP].contains(&format).then_some(format)
}

/// The same picture upright, not larger than needed, without anything but pixels.
pub(crate) fn redrawn(bytes: &[u8], format: ImageFormat) -> Result<Examined, Refusal> {
    let drawn = upright(bytes, format).map_err(refusal)?;
    let drawn = if drawn.width().max(drawn.height()) > LONGEST_SIDE {
        drawn.resize(LONGEST_SIDE, LONGEST_SIDE, image::imageops::FilterType::Triangle)
    } else {
        drawn
    };
    let mut written = Cursor::new(Vec::new());
    let kind = if format == ImageFormat::Jpeg || !drawn.color().has_alpha() && format == ImageFormat::WebP {
        let told = drawn.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut written, QUALITY));
        told.map_err(refusal)?;
        Kind::Jpeg
    } else {
        drawn.write_to(&mut written, ImageFormat::Png).map_err(refusal)?;
        Kind::Png
    };
    Ok(Examined { kind, bytes: written.into_inner() })
}

fn upright(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, ImageError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS_A_SIDE);
    limits.max_image_height = Some(MOST_PIXELS_A_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder()?;
    let orientation = decoder.orientation()?;
    let mut drawn = DynamicImage::from_decoder(decoder)?;
    drawn.apply_orientation(orientation);
    Ok(drawn)
}

fn refusal(error: ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::TooManyPixels,
        _ => Refusal::Broken,
    }
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::*;
    use crate::examine;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        // The left half is red, so that a turned picture shows.
        let drawn =
            RgbImage::from_fn(
                width,
                height,
                |x, _| if x < width / 2 { Rgb([230, 10, 10]) } else { Rgb([10, 10, 230]) },
            );
        let mut written = Cursor::new(Vec::new());
        drawn.write_to(&mut written, ImageFormat::Jpeg).unwrap();
        written.into_inner()
    }

    /// An EXIF part with an orientation and a note, as a camera writes it, put behind the first marker.
    fn with_exif(jpeg: &[u8], orientation: u8, note: &[u8]) -> Vec<u8> {
        let mut exif = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
        exif.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
        exif.extend([0x0e, 0x01, 2, 0]);
        exif.extend(u32::try_from(note.len()).unwrap().to_le_bytes());
        exif.extend(38_u32.to_le_bytes());
        exif.extend([0, 0, 0, 0]);
        exif.extend(note);
        let mut marked = jpeg[..2].to_vec();
        marked.extend([0xff, 0xe1]);
        marked.extend(u16::try_from(exif.len() + 2).unwrap().to_be_bytes());
        marked.extend(exif);
        marked.extend(&jpeg[2..]);
        marked
    }

    #[test]
    fn what_a_camera_wrote_is_gone_and_the_picture_stands_upright() {
        let sent = with_exif(&jpeg(64, 32), 6, b"GPS 21.32N 105.40E");
        let kept = examine(&sent).unwrap();
        assert_eq!(kept.kind, Kind::Jpeg);
        assert!(!kept.bytes.windows(4).any(|part| part == b"Exif" || part == b"GPS "));
        let drawn = image::load_from_memory(&kept.bytes).unwrap().to_rgb8();
        assert_eq!(drawn.dimensions(), (32, 64), "turned by a quarter");
        assert!(drawn.get_pixel(16, 5).0[0] > 150 && drawn.get_pixel(16, 60).0[2] > 150);
    }

    #[test]
    fn a_large_picture_is_made_smaller() {
        let kept = examine(&jpeg(3000, 1500)).unwrap();
        let drawn = image::load_from_memory(&kept.bytes).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (2000, 1000));
    }

    #[test]
    fn a_picture_that_lies_about_its_size_takes_no_memory() {
        let mut bomb = Cursor::new(Vec::new());
        RgbImage::new(1, 1).write_to(&mut bomb, ImageFormat::Png).unwrap();
        let mut bomb = bomb.into_inner();
        bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
        let told = examine(&bomb);
        assert!(matches!(told, Err(Refusal::TooManyPixels | Refusal::Broken)), "{told:?}");
    }

    #[test]
    fn half_a_picture_is_broken() {
        let whole = jpeg(64, 32);
        assert_eq!(examine(&whole[..20]), Err(Refusal::Broken));
    }
}
