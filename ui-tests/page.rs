//! ERRORS.md: each mistake, what is said to it, and what to write instead.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::Program;

const HEAD: &str = "\
# What the compiler says

Each way to go wrong with `underlock` that does not compile: the mistake, the message, and what to
write instead. Search it for the words of your message, or for what you meant to do. The whole
programs are in [`fail/`](fail) and [`pass/`](pass); the messages are those of rustc PINNED.

This page is made from them, and a test keeps it true.
";

/// The folders in the order in which to read them, with their titles.
const FOLDERS: [(&str, &str); 7] = [
    ("typestate", "Locks and conditions"),
    ("declared", "Declared conditions"),
    ("guarded", "`#[guarded]` structs"),
    ("sync_block", "`sync_block!`"),
    ("event", "Events"),
    ("semaphore", "Semaphores"),
    ("barrier", "Barriers"),
];

/// The rule that a program is about: its first lines.
pub(crate) fn rule(program: &str) -> String {
    let lines = program.lines().map_while(|line| line.strip_prefix("//! "));
    lines.collect::<Vec<_>>().join(" ")
}

/// The page.
pub(crate) fn errors(programs: &BTreeSet<Program>) -> String {
    let mut page = HEAD.replace("PINNED", super::PINNED);
    for (folder, title) in FOLDERS {
        let count = programs.iter().filter(|program| program.folder == folder).count();
        let link = title.replace(['`', '#', '[', ']', '!'], "").to_lowercase().replace(' ', "-");
        let lead = if folder == "typestate" { "\n" } else { "" };
        writeln!(page, "{lead}- [{title}](#{link}) ({count})").unwrap();
    }
    for (folder, title) in FOLDERS {
        writeln!(page, "\n## {title}").unwrap();
        for program in programs.iter().filter(|program| program.folder == folder) {
            entry(program, &mut page);
        }
    }
    let known = programs.iter().all(|program| FOLDERS.iter().any(|(it, _)| *it == program.folder));
    assert!(known, "each folder has a title in FOLDERS");
    page
}

fn entry(program: &Program, page: &mut String) {
    let (wrong, right) = (program.wrong(), program.right());
    let (removed, added) = difference(&wrong, &right);
    let name = program.name.replace('_', " ");
    let (first, rest) = name.split_at(1);
    writeln!(page, "\n### {}{rest}\n\n{}", first.to_uppercase(), rule(&wrong)).unwrap();
    if !removed.is_empty() {
        writeln!(page, "\n```rust\n{removed}\n```").unwrap();
    }
    writeln!(page, "\n```text\n{}\n```", program.message().trim_end()).unwrap();
    if added.is_empty() {
        writeln!(page, "\nLeave it out.").unwrap();
    } else {
        let instead = if removed.is_empty() { "Write:" } else { "Write instead:" };
        writeln!(page, "\n{instead}\n\n```rust\n{added}\n```").unwrap();
    }
}

/// The lines that only the one has, and those that only the other has.
fn difference(one: &str, other: &str) -> (String, String) {
    let one: Vec<&str> = one.lines().collect();
    let other: Vec<&str> = other.lines().collect();
    // The length of the longest common subsequence from here on.
    let mut common = vec![vec![0; other.len() + 1]; one.len() + 1];
    for i in (0..one.len()).rev() {
        for j in (0..other.len()).rev() {
            common[i][j] = if one[i] == other[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while i < one.len() || j < other.len() {
        if i < one.len() && j < other.len() && one[i] == other[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == other.len() || (i < one.len() && common[i + 1][j] >= common[i][j + 1]) {
            removed.push((i, one[i]));
            i += 1;
        } else {
            added.push((j, other[j]));
            j += 1;
        }
    }
    (shown(&removed), shown(&added))
}

/// Lines with their numbers, without what they are all indented by, and with `// …` where lines
/// between them are left out.
fn shown(lines: &[(usize, &str)]) -> String {
    let lines: Vec<_> = {
        let blank = |line: &&(usize, &str)| line.1.trim().is_empty();
        let start = lines.iter().take_while(blank).count();
        let end = lines.len() - lines[start..].iter().rev().take_while(blank).count();
        lines[start..end].to_vec()
    };
    let filled = lines.iter().filter(|(_, line)| !line.trim().is_empty());
    let indent = filled.map(|(_, line)| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let mut text = Vec::new();
    let mut last = None;
    for (number, line) in lines {
        if last.is_some_and(|last| last + 1 < number) {
            text.push("// …");
        }
        text.push(line.get(indent..).unwrap_or_default());
        last = Some(number);
    }
    text.join("\n")
}
