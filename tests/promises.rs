//! What `docs/promises.md` names is there.

use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Whether there is a file or folder `name`, or a test or module of tests `name`.
fn exists(name: &str) -> bool {
    if name.contains('/') {
        return Path::new(ROOT).join(name).exists();
    }
    let parts: Vec<&str> = name.split("::").collect();
    // The file of the innermost module that has one, and what is in it.
    (1..=parts.len()).rev().any(|modules| {
        let mut file = Path::new(ROOT).join("tests");
        file.extend(&parts[..modules]);
        fs::read_to_string(file.with_extension("rs"))
            .is_ok_and(|text| parts[modules..].iter().all(|name| has_word(&text, name)))
    })
}

/// A test may be made by a macro, so its name is looked for and not `fn`.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|each| each == word)
}

#[test]
fn each_promise_names_what_holds_it() {
    let page = fs::read_to_string(PathBuf::from_iter([ROOT, "docs", "promises.md"])).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let mut promises = 0;
    for row in rows.filter(|row| *row != "promise | held by") {
        let (promise, held_by) = row.rsplit_once(" | ").unwrap();
        let names: Vec<&str> = held_by.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "nothing holds: {promise}");
        for name in names {
            assert!(exists(name), "there is no `{name}`, which is to hold: {promise}");
        }
        promises += 1;
    }
    assert!(promises > 30, "only {promises} promises were read");
}

#[test]
fn what_is_not_there_is_not_found() {
    assert!(exists("budget") && exists("budget::a_free_lock") && exists("tests/no-std"));
    assert!(!exists("budget::another_lock") && !exists("budgets") && !exists("tests/std"));
}
