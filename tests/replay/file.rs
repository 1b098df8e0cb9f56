//! Reads files of recordings.

use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::Scenario;

/// The magic bytes of gzip, whatever the file's name.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Why a file can't be replayed.
#[derive(Debug)]
pub struct Unreadable {
    path: PathBuf,
    what: What,
}

#[derive(Debug)]
enum What {
    Io(io::Error),
    /// Line number, counted from 1, and the error.
    Line(usize, String),
    Empty,
}

/// Reads all recordings of a file, one a line, gzipped or not.
///
/// # Errors
///
/// If the file can't be read, or anything in it is not a recording.
pub fn load(path: &Path) -> Result<Vec<Scenario>, Unreadable> {
    let fail = |what| Unreadable { path: path.to_owned(), what };
    let text = read(path).map_err(|error| fail(What::Io(error)))?;
    let mut scenarios = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if !line.trim().is_empty() {
            let scenario = Scenario::parse(line).map_err(|why| fail(What::Line(index + 1, why)))?;
            scenarios.push(scenario);
        }
    }
    // An empty replay would look like a success.
    if scenarios.is_empty() { Err(fail(What::Empty)) } else { Ok(scenarios) }
}

fn read(path: &Path) -> io::Result<String> {
    let bytes = fs::read(path)?;
    let mut text = String::new();
    if bytes.starts_with(&GZIP) {
        MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text)?;
    } else {
        (&bytes[..]).read_to_string(&mut text)?;
    }
    Ok(text)
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.what {
            What::Io(error) => write!(f, "{path}: {error}"),
            What::Line(number, why) => write!(f, "{path}:{number}: {why}"),
            What::Empty => write!(f, "{path}: no scenario in it"),
        }
    }
}

impl Error for Unreadable {}
