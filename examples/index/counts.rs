//! Counts of files, bytes and words: each worker's share, and their sum.

use std::cmp::Ordering;
use std::mem;

use hashbrown::HashMap;

use super::words::each_word;

/// What was counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
    words: HashMap<String, u64>,
}

impl Counts {
    /// Counts the words of a text.
    pub(crate) fn add_words(&mut self, text: &str) {
        each_word(text, |word| self.add_word(word));
    }

    pub(crate) fn add_word(&mut self, word: &str) {
        *self.words.entry_ref(word).or_insert(0) += 1;
    }

    /// Adds another share.
    pub(crate) fn absorb(&mut self, mut other: Self) {
        self.files += other.files;
        self.bytes += other.bytes;
        if other.words.len() > self.words.len() {
            mem::swap(&mut self.words, &mut other.words);
        }
        for (word, count) in other.words {
            *self.words.entry(word).or_insert(0) += count;
        }
    }

    /// The number of words, repetitions included.
    pub(crate) fn total_words(&self) -> u64 {
        self.words.values().sum()
    }

    pub(crate) fn distinct_words(&self) -> usize {
        self.words.len()
    }

    /// How often a word occurs.
    pub(crate) fn count_of(&self, word: &str) -> u64 {
        self.words.get(word).copied().unwrap_or(0)
    }

    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// The `k` most frequent words with their counts; equally frequent ones in alphabetical order.
    pub(crate) fn top(&self, k: usize) -> Vec<(&str, u64)> {
        let mut words: Vec<(&str, u64)> =
            self.words.iter().map(|(word, &count)| (word.as_str(), count)).collect();
        if k < words.len() {
            // No need to sort the hundreds of thousands that are not shown.
            words.select_nth_unstable_by(k, by_frequency);
            words.truncate(k);
        }
        words.sort_unstable_by(by_frequency);
        words
    }
}

fn by_frequency(one: &(&str, u64), other: &(&str, u64)) -> Ordering {
    other.1.cmp(&one.1).then_with(|| one.0.cmp(other.0))
}

impl Extend<Self> for Counts {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, shares: I) {
        shares.into_iter().for_each(|share| self.absorb(share));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(text: &str) -> Counts {
        let mut counts = Counts { files: 1, bytes: text.len() as u64, ..Counts::default() };
        counts.add_words(text);
        counts
    }

    #[test]
    fn shares_add_up_in_any_order() {
        let texts = ["one two two", "two Three", "", "three three four"];
        let mut forwards = Counts::default();
        forwards.extend(texts.iter().map(|text| counted(text)));
        let mut backwards = Counts::default();
        backwards.extend(texts.iter().rev().map(|text| counted(text)));
        assert_eq!(forwards, backwards);
        assert_eq!((forwards.files, forwards.bytes), (4, 36));
        assert_eq!((forwards.total_words(), forwards.distinct_words()), (8, 4));
    }

    #[test]
    fn the_most_frequent_come_first_and_ties_by_the_alphabet() {
        let counts = counted("c b a c b c d");
        assert_eq!(counts.top(3), [("c", 3), ("b", 2), ("a", 1)]);
        assert_eq!(counts.top(9), [("c", 3), ("b", 2), ("a", 1), ("d", 1)]);
        assert_eq!(counts.top(0), []);
    }
}
