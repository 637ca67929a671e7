//! XLSX, ODS and DOCX are zip files. Nothing is given to a reader before it is known what it unpacks to.

use std::io::{self, Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::read::{Limits, ReadError};
use crate::{Sheet, docx, excel, ods};

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;

pub(crate) fn read(bytes: &[u8], limits: Limits) -> Result<Vec<Sheet>, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(refusal)?;
    weigh(&mut archive, limits.max_unzipped_bytes)?;
    if archive.file_names().flatten().any(|name| name == "xl/workbook.bin") {
        return Err(ReadError::not_a_sheet("XLSB"));
    }
    if archive.file_names().flatten().any(|name| name.starts_with("xl/")) {
        return excel::read_xlsx(bytes, limits);
    }
    if archive.file_names().flatten().any(|name| name == "word/document.xml") {
        return docx::read(&part(&mut archive, "word/document.xml")?, limits);
    }
    let kind = part(&mut archive, "mimetype").unwrap_or_default();
    if !kind.starts_with("application/vnd.oasis.opendocument.spreadsheet") {
        return Err(ReadError::not_a_sheet("zip without sheets"));
    }
    // An encrypted part is noise, and would be reported as broken.
    if part(&mut archive, "META-INF/manifest.xml").is_ok_and(|m| m.contains("encryption-data")) {
        return Err(ReadError::Encrypted);
    }
    ods::read(&part(&mut archive, "content.xml")?, limits)
}

/// Unpacks everything into nothing: the sizes a zip file declares need not be true.
fn weigh(archive: &mut Archive, max_bytes: u64) -> Result<(), ReadError> {
    if archive.decompressed_size().is_some_and(|n_bytes| n_bytes > u128::from(max_bytes)) {
        return Err(ReadError::ZipBomb);
    }
    let mut n_left = max_bytes;
    for i in 0..archive.len() {
        let entry = archive.by_index(i).map_err(refusal)?;
        let n_bytes =
            io::copy(&mut entry.take(n_left.saturating_add(1)), &mut io::sink()).map_err(ReadError::not_a_sheet)?;
        n_left = n_left.checked_sub(n_bytes).ok_or(ReadError::ZipBomb)?;
    }
    Ok(())
}

fn part(archive: &mut Archive, name: &str) -> Result<String, ReadError> {
    let entry = archive.by_name(name).map_err(refusal)?;
    io::read_to_string(entry).map_err(ReadError::not_a_sheet)
}

fn refusal(error: ZipError) -> ReadError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ReadError::Encrypted,
        other => ReadError::not_a_sheet(other),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn limits(max_unzipped_bytes: u64) -> Limits {
        Limits { max_unzipped_bytes, ..Limits::default() }
    }

    #[test]
    fn a_zip_bomb_is_not_unpacked() {
        let bomb = zip_of(&[("xl/workbook.xml", &vec![0; 1 << 20])]);
        assert!(bomb.len() < 10_000);
        assert_eq!(read(&bomb, limits(1 << 19)), Err(ReadError::ZipBomb));
    }

    #[test]
    fn a_zip_bomb_that_lies_about_its_size_is_not_unpacked() {
        let mut bomb = zip_of(&[("xl/workbook.xml", &vec![0; 1 << 20])]);
        let true_size = (1u32 << 20).to_le_bytes();
        while let Some(at) = bomb.windows(4).position(|bytes| bytes == true_size) {
            bomb[at..at + 4].copy_from_slice(&10u32.to_le_bytes());
        }
        assert!(matches!(read(&bomb, limits(1 << 19)), Err(ReadError::ZipBomb | ReadError::NotASheet(_))));
    }

    #[test]
    fn other_zip_files_are_not_sheets() {
        for parts in [
            &[("word/document.xml", b"<w><".as_slice())],
            &[("xl/workbook.bin", b"".as_slice())],
            &[("xl/workbook.xml", b"not xml at all <".as_slice())],
            &[("mimetype", b"application/vnd.oasis.opendocument.text".as_slice())],
        ] {
            let found = read(&zip_of(parts), Limits::default());
            assert!(matches!(found, Err(ReadError::NotASheet(_))), "{found:?}");
        }
    }

    #[test]
    fn an_encrypted_ods_is_told_from_a_broken_one() {
        let ods = zip_of(&[
            ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
            ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
            ("content.xml", b"\xff\xfe\x00"),
        ]);
        assert_eq!(read(&ods, Limits::default()), Err(ReadError::Encrypted));
    }
}
