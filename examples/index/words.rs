//! The definition of a word: a maximal run of alphanumeric characters (in Unicode's sense: letters
//! and numerals of any script), each lowercased by itself.

/// Calls `visit` with every word of the text, lowercased.
pub(crate) fn each_word(text: &str, mut visit: impl FnMut(&str)) {
    let mut lowercased = String::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            // By far the most words are lowercase ASCII, and need no copy.
            if !word.is_empty() {
                visit(word);
            }
        } else {
            lowercased.clear();
            lowercased.extend(word.chars().flat_map(char::to_lowercase));
            visit(&lowercased);
        }
    }
}

/// Cuts a text between words into slices of at least `size` bytes (one or more).
pub(crate) fn slices(text: &str, size: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let from = (size..rest.len()).find(|&at| rest.is_char_boundary(at)).unwrap_or(rest.len());
        let gap = rest[from..].find(|c: char| !c.is_alphanumeric());
        let (slice, after) = rest.split_at(gap.map_or(rest.len(), |gap| from + gap));
        rest = after;
        Some(slice)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        each_word(text, |word| words.push(word.to_owned()));
        words
    }

    #[test]
    fn words_are_runs_of_alphanumeric_characters() {
        assert_eq!(words("fn main() { x2 += 0xFF; }"), ["fn", "main", "x2", "0xff"]);
        assert_eq!(words("don't snake_case"), ["don", "t", "snake", "case"]);
        assert_eq!(words("Größe, ÉTÉ; ΟΔΟΣ 東京 ٣"), ["größe", "été", "οδοσ", "東京", "٣"]);
        assert_eq!(words("\u{feff}\0 \n--"), [""; 0]);
    }

    #[test]
    fn slicing_cuts_no_word() {
        let text = "Größe alpha  ΟΔΟΣ\n\nomega0123456789 x 東京東京 end";
        for size in 1..=text.len() + 1 {
            let slices: Vec<&str> = slices(text, size).collect();
            assert_eq!(slices.concat(), text);
            let found: Vec<String> = slices.iter().flat_map(|slice| words(slice)).collect();
            assert_eq!(found, words(text));
        }
    }
}
