//! Finding files, and reading those that are text.

use std::fmt;
use std::fs::{File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

/// An entry that the walk finds.
#[derive(Debug)]
pub(crate) enum Found {
    /// A regular file.
    File(PathBuf),
    Directory,
    /// A symbolic link. None is followed, so files are counted once and the walk ends.
    Link,
    /// An entry that can't be walked or read.
    Skipped(Skipped),
}

/// A path that was not indexed, and why.
#[derive(Debug)]
pub(crate) struct Skipped {
    pub(crate) path: PathBuf,
    pub(crate) reason: Reason,
}

#[derive(Debug)]
pub(crate) enum Reason {
    Unreadable(io::Error),
    NotUtf8,
    /// A pipe, a socket or a device: reading one may never end.
    Special,
}

/// A directory to walk.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) dir: PathBuf,
    /// Hidden files and directories too.
    pub(crate) hidden: bool,
    /// Also paths that ignore files (`.gitignore`, `.ignore`) exclude.
    pub(crate) no_ignore: bool,
}

impl Tree {
    /// Walks the tree. A link given as the directory itself is followed.
    pub(crate) fn walk(&self) -> impl Iterator<Item = Found> + Send + use<> {
        let root = self.dir.clone();
        let walk = WalkBuilder::new(&root)
            .standard_filters(!self.no_ignore)
            .hidden(!self.hidden)
            // Ignore files apply to a copy of a repository without its history, too.
            .require_git(false)
            .build();
        walk.map(move |entry| match entry {
            Ok(entry) => found(entry.file_type(), entry.into_path()),
            Err(error) => {
                let path = path_of(&error).unwrap_or(&root).to_owned();
                let error = error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into());
                Found::Skipped(Skipped { path, reason: Reason::Unreadable(error) })
            }
        })
    }
}

fn found(kind: Option<FileType>, path: PathBuf) -> Found {
    match kind {
        Some(kind) if kind.is_file() => Found::File(path),
        Some(kind) if kind.is_dir() => Found::Directory,
        Some(kind) if kind.is_symlink() => Found::Link,
        _ => Found::Skipped(Skipped { path, reason: Reason::Special }),
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

/// Reads a whole text file.
pub(crate) fn read_text(path: &Path) -> Result<String, Reason> {
    // Binary files are mostly recognized by their first bytes, and not read to the end.
    const SAMPLE: u64 = 16 * 1024;

    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    file.by_ref().take(SAMPLE).read_to_end(&mut bytes)?;
    // An error without a length is a character that is cut by the end of the sample.
    if std::str::from_utf8(&bytes).is_err_and(|error| error.error_len().is_some()) {
        return Err(Reason::NotUtf8);
    }
    file.read_to_end(&mut bytes)?;
    String::from_utf8(bytes).map_err(|_| Reason::NotUtf8)
}

impl From<io::Error> for Reason {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl fmt::Display for Skipped {
    #[expect(
        clippy::unnecessary_debug_formatting,
        reason = "a name may hold line ends, terminal commands and broken UTF-8: they are escaped"
    )]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.path, self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => error.fmt(f),
            Self::NotUtf8 => f.write_str("not UTF-8"),
            Self::Special => f.write_str("not a regular file"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(contents: &[u8]) -> Result<String, Reason> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, contents).unwrap();
        read_text(&path)
    }

    #[test]
    fn a_character_may_straddle_the_sample() {
        for shift in 0..4 {
            let text = "x".repeat(shift) + &"東".repeat(10_000);
            assert_eq!(read(text.as_bytes()).unwrap(), text);
        }
    }

    #[test]
    fn broken_utf8_is_found_wherever_it_is() {
        for at in [0, 1000, 16 * 1024, 39_999] {
            let mut bytes = vec![b'x'; 40_000];
            bytes[at] = 0xff;
            assert!(matches!(read(&bytes), Err(Reason::NotUtf8)));
        }
        let cut_short = &"東".as_bytes()[..2];
        assert!(matches!(read(cut_short), Err(Reason::NotUtf8)));
    }

    #[test]
    fn a_missing_file_is_unreadable() {
        assert!(matches!(read_text(Path::new("no such file")), Err(Reason::Unreadable(_))));
    }
}
