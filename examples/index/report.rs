//! The output.

use std::io::{self, Write};

use super::files::{Reason, Skipped};
use super::index::Totals;

/// The figures of an index.
#[derive(Debug)]
pub(crate) struct Tally {
    files: u64,
    bytes: u64,
    words: u64,
    distinct_words: u64,
    not_utf8: u64,
    unreadable: u64,
    special: u64,
    links: u64,
}

impl Tally {
    pub(crate) fn of(totals: &Totals) -> Self {
        let skipped = |reason: fn(&Reason) -> bool| {
            totals.skipped.iter().filter(|skipped| reason(&skipped.reason)).count() as u64
        };
        Self {
            files: totals.counts.files,
            bytes: totals.counts.bytes,
            words: totals.counts.total_words(),
            distinct_words: totals.counts.distinct_words() as u64,
            not_utf8: skipped(|reason| matches!(reason, Reason::NotUtf8)),
            unreadable: skipped(|reason| matches!(reason, Reason::Unreadable(_))),
            special: skipped(|reason| matches!(reason, Reason::Special)),
            links: totals.links,
        }
    }

    /// All figures with their names: what was indexed, then what was not.
    pub(crate) fn figures(&self) -> [(&'static str, u64); 8] {
        [
            ("files", self.files),
            ("bytes", self.bytes),
            ("words", self.words),
            ("distinct words", self.distinct_words),
            ("not UTF-8", self.not_utf8),
            ("unreadable", self.unreadable),
            ("not regular files", self.special),
            ("links not followed", self.links),
        ]
    }
}

/// Prints the figures and the `top` most frequent words.
pub(crate) fn print(totals: &Totals, top: usize, out: &mut impl Write) -> io::Result<()> {
    for (name, figure) in Tally::of(totals).figures() {
        writeln!(out, "{name:18} {figure:>14}")?;
    }
    if top > 0 {
        writeln!(out, "\nmost frequent words")?;
    }
    for (word, count) in totals.counts.top(top) {
        writeln!(out, "{count:>14} {word}")?;
    }
    Ok(())
}

/// Names all paths that were not indexed, in order.
pub(crate) fn name_skipped(skipped: &mut [Skipped], out: &mut impl Write) -> io::Result<()> {
    skipped.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    skipped.iter().try_for_each(|skipped| writeln!(out, "skipped {skipped}"))
}
