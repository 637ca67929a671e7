//! What is this file? Its name is not asked: only its content tells.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::picture;

/// Nothing larger is kept.
const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Where the first line of a PDF must begin: some scanners write a few bytes before it.
const PDF_BEGINS_WITHIN: usize = 1024;
const MOST_PARTS: usize = 5000;

/// The kinds that are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Pdf,
    Docx,
    Xlsx,
    Odt,
    Ods,
    Jpeg,
    Png,
}

impl Kind {
    pub const ALL: [Kind; 7] = [Kind::Pdf, Kind::Docx, Kind::Xlsx, Kind::Odt, Kind::Ods, Kind::Jpeg, Kind::Png];

    /// The ending of its file name.
    pub fn ending(self) -> &'static str {
        match self {
            Kind::Pdf => "pdf",
            Kind::Docx => "docx",
            Kind::Xlsx => "xlsx",
            Kind::Odt => "odt",
            Kind::Ods => "ods",
            Kind::Jpeg => "jpg",
            Kind::Png => "png",
        }
    }

    /// Reads the ending.
    pub fn from_ending(ending: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.ending() == ending)
    }

    /// The media type.
    pub fn media(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Kind::Odt => "application/vnd.oasis.opendocument.text",
            Kind::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
        }
    }

    /// Is it a picture, which may stand in a page?
    pub fn is_picture(self) -> bool {
        match self {
            Kind::Jpeg | Kind::Png => true,
            Kind::Pdf | Kind::Docx | Kind::Xlsx | Kind::Odt | Kind::Ods => false,
        }
    }
}

/// Why a file is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {MOST_BYTES} bytes")]
    TooLarge,
    #[error("files of this kind are not kept")]
    Unknown,
    #[error("the document holds macros")]
    Macros,
    #[error("the file is broken")]
    Broken,
    #[error("the picture has too many pixels")]
    TooManyPixels,
}

/// A file that may be kept: pictures are drawn anew, other files are as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    pub kind: Kind,
    pub bytes: Vec<u8>,
}

/// Tells what a file is and makes it fit to be kept, or says why it is not.
pub fn examine(bytes: &[u8]) -> Result<Examined, Refusal> {
    if bytes.is_empty() {
        return Err(Refusal::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    if let Some(format) = picture::format(bytes) {
        return picture::redrawn(bytes, format);
    }
    let kind = if bytes.starts_with(b"PK\x03\x04") {
        office(bytes)?
    } else if bytes[..bytes.len().min(PDF_BEGINS_WITHIN)].windows(5).any(|begun| begun == b"%PDF-") {
        Kind::Pdf
    } else {
        return Err(Refusal::Unknown);
    };
    Ok(Examined { kind, bytes: bytes.to_vec() })
}

/// Documents of offices are zip files; one part of each tells which it is.
fn office(bytes: &[u8]) -> Result<Kind, Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Broken)?;
    if archive.len() > MOST_PARTS {
        return Err(Refusal::Broken);
    }
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.to_lowercase()).collect();
    if names.iter().any(|name| name.ends_with("vbaproject.bin") || name.starts_with("basic/")) {
        return Err(Refusal::Macros);
    }
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("[content_types].xml") && has("word/document.xml") {
        return Ok(Kind::Docx);
    }
    if has("[content_types].xml") && has("xl/workbook.xml") {
        return Ok(Kind::Xlsx);
    }
    match mimetype(&mut archive).as_str() {
        "application/vnd.oasis.opendocument.text" => Ok(Kind::Odt),
        "application/vnd.oasis.opendocument.spreadsheet" => Ok(Kind::Ods),
        _ => Err(Refusal::Unknown),
    }
}

fn mimetype(archive: &mut ZipArchive<Cursor<&[u8]>>) -> String {
    let mut told = String::new();
    if let Ok(part) = archive.by_name("mimetype") {
        // Longer than any media type: whatever it is, it is not one of ours.
        let _ = part.take(200).read_to_string(&mut told);
    }
    told.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip_of(parts: &[(&str, &str)]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn kind(bytes: &[u8]) -> Result<Kind, Refusal> {
        examine(bytes).map(|examined| examined.kind)
    }

    #[test]
    fn a_file_is_what_it_holds() {
        let docx = zip_of(&[("[Content_Types].xml", ""), ("word/document.xml", "")]);
        let xlsx = zip_of(&[("[Content_Types].xml", ""), ("xl/workbook.xml", "")]);
        let odt = zip_of(&[("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")]);
        let told = [kind(b"%PDF-1.7\n"), kind(b"\xef\xbb\xbf\n%PDF-1.4"), kind(&docx), kind(&xlsx), kind(&odt)];
        assert_eq!(told, [Ok(Kind::Pdf), Ok(Kind::Pdf), Ok(Kind::Docx), Ok(Kind::Xlsx), Ok(Kind::Odt)]);
    }

    #[test]
    fn what_could_run_or_be_shown_as_a_page_is_refused() {
        let macros = zip_of(&[("[Content_Types].xml", ""), ("word/document.xml", ""), ("word/vbaProject.bin", "")]);
        assert_eq!(kind(&macros), Err(Refusal::Macros));
        for bytes in [
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>".as_slice(),
            b"<!doctype html><script>1</script>",
            b"MZ\x90\x00",
            b"\x7fELF",
            b"GIF89a",
            &zip_of(&[("a.txt", "text")]),
        ] {
            assert_eq!(kind(bytes), Err(Refusal::Unknown), "{:?}", &bytes[..4]);
        }
    }

    #[test]
    fn broken_empty_and_huge_files_are_refused() {
        assert_eq!(kind(b""), Err(Refusal::Empty));
        assert_eq!(kind(b"PK\x03\x04nothing of a zip"), Err(Refusal::Broken));
        assert_eq!(kind(&vec![b'%'; MOST_BYTES + 1]), Err(Refusal::TooLarge));
    }
}
