//! Programs that must not compile, each with its twin that must.
//!
//! `fail/FOLDER/NAME.rs` makes one mistake, `fail/FOLDER/NAME.stderr` is what the compiler says to
//! it, and `pass/FOLDER/NAME.rs` differs in doing it right. The twins are modules of this very
//! test: that it compiles says that they do. See README.md.

#[allow(
    dead_code,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "they are as users write them"
)]
mod pass;

mod any_compiler;
mod page;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The compiler whose messages are in the `.stderr` files. On any other the programs must fail all
/// the same, for the same reason, but the exact text may differ.
const PINNED: &str = "1.95.0";

/// A mistake: a program that makes it, and its twin that does not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Program {
    folder: String,
    name: String,
}

impl Program {
    fn path(&self, root: &str, extension: &str) -> PathBuf {
        here(root).join(&self.folder).join(&self.name).with_extension(extension)
    }

    /// The program that makes the mistake.
    fn wrong(&self) -> String {
        read(&self.path("fail", "rs"))
    }

    /// The program that does it right.
    fn right(&self) -> String {
        read(&self.path("pass", "rs"))
    }

    fn message(&self) -> String {
        read(&self.path("fail", "stderr"))
    }
}

fn here(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether what is generated is to be written anew.
fn blessing() -> bool {
    std::env::var_os("UNDERLOCK_BLESS").is_some()
}

/// Compares a generated file with what it should be, or writes it.
fn generated(path: &str, expected: &str) {
    let file = here(path);
    if blessing() {
        fs::write(file, expected).unwrap();
    } else {
        assert!(
            fs::read_to_string(file).unwrap_or_default() == expected,
            "{path} is out of date: run `UNDERLOCK_BLESS=1 cargo test -p underlock-ui-tests`"
        );
    }
}

/// The files with this extension, one folder below `root`.
fn files(root: &str, extension: &str) -> BTreeSet<Program> {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(here(root)).unwrap() {
        let folder = folder.unwrap();
        for file in fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|is| is == extension) {
                found.insert(Program {
                    folder: folder.file_name().into_string().unwrap(),
                    name: file.file_stem().unwrap().to_str().unwrap().to_owned(),
                });
            }
        }
    }
    found
}

/// The compiler's answer to these arguments.
fn rustc(arguments: &[&str]) -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(arguments).output().expect("rustc runs");
    String::from_utf8(output.stdout).unwrap()
}

/// Where a message quotes the standard library, it does so only if that has been installed with its
/// source (`rust-src`). The messages here are those without.
fn quotes_std(program: &Program) -> bool {
    let sysroot = rustc(&["--print", "sysroot"]);
    let with_source = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library").exists();
    let message = fs::read_to_string(program.path("fail", "stderr"));
    with_source && message.is_ok_and(|message| message.contains("$RUST"))
}

#[test]
fn mistakes_do_not_compile() {
    let pinned = rustc(&["--version"]).split(' ').nth(1) == Some(PINNED);
    let (exactly, roughly): (Vec<_>, Vec<_>) =
        files("fail", "rs").into_iter().partition(|program| pinned && !quotes_std(program));
    if !exactly.is_empty() {
        let cases = trybuild::TestCases::new();
        for program in &exactly {
            cases.compile_fail(format!("fail/{}/{}.rs", program.folder, program.name));
        }
    }
    any_compiler::check(&roughly);
}

#[test]
fn each_mistake_has_its_twin_and_its_message() {
    let mistakes = files("fail", "rs");
    assert_eq!(mistakes, files("pass", "rs"), "fail/ and pass/ hold the same programs");
    assert_eq!(mistakes, files("fail", "stderr"), "each program in fail/ has its message");
    for program in &mistakes {
        let (wrong, right) = (program.wrong(), program.right());
        assert!(wrong != right, "{program:?} and its twin differ");
        assert_eq!(page::rule(&wrong), page::rule(&right), "{program:?} and its twin state a rule");
        assert!(!page::rule(&wrong).is_empty(), "{program:?} states its rule in its first line");
        let kept = right.lines().filter(|line| wrong.contains(line)).count();
        assert!(
            kept * 2 >= right.lines().count(),
            "{program:?} is like its twin, but for one thing"
        );
    }
}

#[test]
fn messages_show_no_machine() {
    for program in files("fail", "stderr") {
        let message = program.message();
        for line in message.lines() {
            let place = line.trim_start().strip_prefix("--> ").unwrap_or_default();
            assert!(!place.starts_with('/') && !line.contains("/home/"), "{program:?}: {line}");
        }
        assert!(message.starts_with("error"), "{program:?} begins with its error");
    }
}

#[test]
fn one_mistake_gives_one_error() {
    for program in files("fail", "stderr") {
        let message = program.message();
        let errors = message.lines().filter(|line| line.starts_with("error")).count();
        let expected = if program.name == "five_mistakes_at_once" { 5 } else { 1 };
        assert_eq!(errors, expected, "{program:?}");
        assert!(!message.contains("\nwarning"), "{program:?} gives a warning as well");
    }
}

/// A message that is clear where a crate has one guarded struct need not be where it has two.
#[test]
fn no_guarded_struct_is_alone() {
    for program in &files("fail", "rs") {
        let programs = [program.wrong(), program.right()];
        let is_guarded = |line: &str| line.trim_start().starts_with("#[guarded");
        let guards = programs.iter().any(|text| text.lines().any(is_guarded));
        for text in programs {
            let second = text.ends_with("\n\ninclude!(\"../../second.rs\");\n");
            assert_eq!(second, guards, "{program:?} includes `second.rs` if it guards something");
        }
    }
}

#[test]
fn all_twins_are_modules() {
    let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for program in files("pass", "rs") {
        folders.entry(program.folder).or_default().push(program.name);
    }
    let mut list = "//! The twins. This list is generated: see README.md.\n".to_owned();
    for (folder, mut names) in folders {
        names.sort();
        writeln!(list, "\nmod {folder} {{").unwrap();
        for name in names {
            writeln!(list, "    mod {name};").unwrap();
        }
        list.push_str("}\n");
    }
    generated("pass.rs", &list);
}

#[test]
fn the_page_of_errors_is_true() {
    generated("ERRORS.md", &page::errors(&files("fail", "rs")));
}

/// The README shows what the compiler really says, if not all of it.
#[test]
fn the_message_in_the_readme_is_true() {
    let message = read(&here("fail/guarded/field_added_to_without_its_lock.stderr"));
    let readme = read(&here("../README.md"));
    let (_, shown) = readme.split_once("```text\nerror").expect("the README shows a message");
    let (shown, _) = shown.split_once("```").expect("the message ends");
    let mut lines = message.lines();
    for line in format!("error{shown}").lines() {
        assert!(
            lines.any(|said| said == line),
            "the README shows {line:?}, and the message is\n{message}"
        );
    }
}

/// What asyncio answers with an error, or should: `asyncio.txt` lists each misuse with what becomes
/// of it in Rust, and README.md says which program stands for it.
#[test]
fn asyncio_misuses_are_covered() {
    let readme = read(&here("README.md"));
    let programs = files("fail", "rs");
    for line in read(&here("asyncio.txt")).lines() {
        let (id, kind) = line.split_once(' ').expect("each line is an id and a kind");
        let row = readme.lines().find_map(|row| row.strip_prefix(&format!("| `{id}` |")));
        let Some(row) = row else { panic!("README.md says nothing of {id}") };
        let column = row.split('|').next().unwrap_or_default();
        let mut named = column.split('`').skip(1).step_by(2).peekable();
        let must_fail = matches!(kind, "compile" | "constructor");
        assert_eq!(named.peek().is_some(), must_fail, "{id} is `{kind}`, and README.md says {row}");
        for name in named {
            let known = programs.iter().any(|it| name == format!("{}/{}", it.folder, it.name));
            assert!(known, "README.md names {name} for {id}, and there is no such program");
        }
    }
}
