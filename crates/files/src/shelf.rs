//! A folder in which files are kept under their SHA-256: the same content once, and never changed.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// The SHA-256 of a file, as lower-case hexadecimal text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(String);

impl Hash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Reads a hash that was kept; nothing else is ever made a path.
    pub fn read(text: &str) -> Option<Hash> {
        let is_hash = text.len() == 64 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        is_hash.then(|| Hash(text.to_owned()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// An open folder of files.
#[derive(Clone, Debug)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The shelf of a folder, which is made when the first file is put there.
    pub fn new(folder: impl Into<PathBuf>) -> Shelf {
        Shelf { folder: folder.into() }
    }

    /// Where the files lie.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, hash: &Hash) -> PathBuf {
        self.folder.join(&hash.0[..2]).join(&hash.0)
    }

    /// Keeps these bytes; on the disk, safe from a power cut, when this returns.
    pub fn put(&self, bytes: &[u8]) -> io::Result<Hash> {
        let hash = Hash::of(bytes);
        let path = self.path(&hash);
        if path.exists() {
            return Ok(hash);
        }
        let folder = self.folder.join(&hash.0[..2]);
        fs::create_dir_all(&folder)?;
        // Named by the process and the content: two that put the same file do not meet.
        let unfinished = folder.join(format!("{}.{}.part", hash.0, std::process::id()));
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        File::open(&folder)?.sync_all()?;
        Ok(hash)
    }

    /// The bytes of a file.
    pub fn get(&self, hash: &Hash) -> io::Result<Vec<u8>> {
        fs::read(self.path(hash))
    }

    /// Is the file there, and still what it was?
    pub fn is_whole(&self, hash: &Hash) -> bool {
        self.get(hash).is_ok_and(|bytes| Hash::of(&bytes) == *hash)
    }

    /// Takes a file away for good.
    pub fn remove(&self, hash: &Hash) -> io::Result<()> {
        match fs::remove_file(self.path(hash)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Every file that is kept here.
    pub fn all(&self) -> io::Result<Vec<Hash>> {
        let mut found = Vec::new();
        if !self.folder.exists() {
            return Ok(found);
        }
        for group in fs::read_dir(&self.folder)? {
            let group = group?.path();
            if !group.is_dir() {
                continue;
            }
            for file in fs::read_dir(group)? {
                found.extend(Hash::read(&file?.file_name().to_string_lossy()));
            }
        }
        found.sort();
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(name: &str) -> Shelf {
        let folder = std::env::temp_dir().join(format!("files-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        Shelf::new(folder)
    }

    #[test]
    fn a_file_is_kept_once_and_found_by_its_hash() {
        let shelf = shelf("once");
        let hash = shelf.put(b"quy che").unwrap();
        assert_eq!(shelf.put(b"quy che").unwrap(), hash);
        assert_eq!(shelf.get(&hash).unwrap(), b"quy che");
        assert_eq!(shelf.all().unwrap(), std::slice::from_ref(&hash));
        shelf.remove(&hash).unwrap();
        shelf.remove(&hash).unwrap();
        assert!(shelf.all().unwrap().is_empty() && !shelf.is_whole(&hash));
        let _ = fs::remove_dir_all(shelf.folder());
    }

    #[test]
    fn a_file_that_was_altered_is_told() {
        let shelf = shelf("altered");
        let hash = shelf.put(b"quy uoc").unwrap();
        assert!(shelf.is_whole(&hash));
        fs::write(shelf.path(&hash), b"quy uoC").unwrap();
        assert!(!shelf.is_whole(&hash));
        let _ = fs::remove_dir_all(shelf.folder());
    }

    #[test]
    fn a_path_is_no_hash() {
        for text in ["", "../../etc/passwd", &"G".repeat(64), &"/".repeat(64)] {
            assert_eq!(Hash::read(text), None);
        }
        let hash = Hash::of(b"");
        assert_eq!(Hash::read(hash.text()), Some(hash));
    }
}
