//! Counts again, in the simplest way: one thread, one file after another, and the definition of a
//! word without a shortcut.
//!
//! A file that changes between the two counts makes them differ, and rightly so: both are correct,
//! but of different files.

use std::fmt;

use indicatif::ProgressBar;

use super::counts::Counts;
use super::files::{self, Found, Skipped, Tree};
use super::index::Totals;
use super::report::Tally;

/// Counts all files in `tree`.
pub(crate) fn recount(tree: &Tree, progress: &ProgressBar) -> Totals {
    let mut totals = Totals::default();
    for found in tree.walk() {
        match found {
            Found::File(path) => {
                match files::read_text(&path) {
                    Ok(text) => add(&mut totals.counts, &text),
                    Err(reason) => totals.skipped.push(Skipped { path, reason }),
                }
                progress.inc(1);
            }
            Found::Directory => {}
            Found::Link => totals.links += 1,
            Found::Skipped(skipped) => totals.skipped.push(skipped),
        }
    }
    totals
}

fn add(counts: &mut Counts, text: &str) {
    counts.files += 1;
    counts.bytes += text.len() as u64;
    let mut word = String::new();
    for c in text.chars() {
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        } else if !word.is_empty() {
            counts.add_word(&word);
            word.clear();
        }
    }
    if !word.is_empty() {
        counts.add_word(&word);
    }
}

/// The differences between two counts of the same files.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The figures that differ, with their values in the first and the second count.
    figures: Vec<(&'static str, u64, u64)>,
    /// The words that do not occur equally often, in alphabetical order.
    words: Vec<(String, u64, u64)>,
}

/// Compares all figures and words of two counts.
pub(crate) fn compare(first: &Totals, second: &Totals) -> Result<(), Mismatch> {
    let figures = Tally::of(first).figures().into_iter().zip(Tally::of(second).figures());
    let figures = figures
        .filter(|(first, second)| first.1 != second.1)
        .map(|(first, second)| (first.0, first.1, second.1))
        .collect::<Vec<_>>();

    let (one, other) = (&first.counts, &second.counts);
    let both = one.words().chain(other.words().filter(|word| one.count_of(word) == 0));
    let mut words = both
        .map(|word| (word, one.count_of(word), other.count_of(word)))
        .filter(|(_, first, second)| first != second)
        .map(|(word, first, second)| (word.to_owned(), first, second))
        .collect::<Vec<_>>();
    words.sort_unstable();

    if figures.is_empty() && words.is_empty() { Ok(()) } else { Err(Mismatch { figures, words }) }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 10;
        for (name, first, second) in &self.figures {
            writeln!(f, "{name}: {first} at first, then {second}")?;
        }
        for (word, first, second) in self.words.iter().take(SHOWN) {
            writeln!(f, "the word {word:?}: {first} times at first, then {second}")?;
        }
        if self.words.len() > SHOWN {
            writeln!(f, "and {} more words", self.words.len() - SHOWN)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(text: &str) -> Totals {
        let mut totals = Totals::default();
        add(&mut totals.counts, text);
        totals
    }

    #[test]
    fn equal_counts_agree() {
        assert_eq!(compare(&totals("one Two, two"), &totals("two/one TWO.")), Ok(()));
    }

    #[test]
    fn a_word_too_many_is_found() {
        let mismatch = compare(&totals("one two"), &totals("one two two"));
        assert_eq!(
            mismatch,
            Err(Mismatch {
                figures: vec![("bytes", 7, 11), ("words", 2, 3)],
                words: vec![("two".to_owned(), 1, 2)],
            })
        );
    }

    #[test]
    fn a_word_for_another_is_found_though_all_figures_agree() {
        let mismatch = compare(&totals("one two"), &totals("one six")).unwrap_err();
        assert_eq!(mismatch.figures, []);
        assert_eq!(mismatch.words, [("six".to_owned(), 0, 1), ("two".to_owned(), 1, 0)]);
    }

    #[test]
    fn both_ways_of_counting_know_the_same_words() {
        let text = "Größe, ÉTÉ_x2; ΟΔΟΣ 東京 ٣ don't \u{130}stanbul İ end";
        let mut quick = Totals::default();
        quick.counts.files = 1;
        quick.counts.bytes = text.len() as u64;
        quick.counts.add_words(text);
        assert_eq!(compare(&quick, &totals(text)), Ok(()));
    }
}
