//! The check for compilers other than the pinned one: the program fails, and for the same reason.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::{Program, here};

/// What the compiler says in words of its own, with no error's number to know it by.
const COMPILERS_WORDS: [&str; 6] = [
    "error: unused ",
    "error: non-binding let",
    "error: future cannot be sent",
    "error: lifetime",
    "error: cannot find attribute",
    "error: expected non-macro attribute",
];

/// An error's code, if it has one, and its first line.
#[derive(Debug, PartialEq)]
struct Found {
    code: Option<String>,
    first_line: String,
}

/// Checks that all of them fail to compile as their messages say.
///
/// They are the binaries of one package, so that one run of cargo does.
pub(crate) fn check(programs: &[Program]) {
    if programs.is_empty() {
        return;
    }
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mistakes");
    fs::create_dir_all(&package).unwrap();
    fs::write(package.join("Cargo.toml"), manifest(programs)).unwrap();
    fs::copy(here("../Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["check", "--bins", "--keep-going", "--offline", "--message-format=json"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let mut found: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let message = &line["message"];
        if message["level"] == "error" {
            let name = line["target"]["name"].as_str().unwrap_or_default().to_owned();
            let code = message["code"]["code"].as_str().map(ToOwned::to_owned);
            let first_line = message["message"].as_str().unwrap_or_default();
            let first_line = first_line.lines().next().unwrap_or_default().to_owned();
            found.entry(name).or_default().push(Found { code, first_line });
        }
    }
    let wrong: Vec<String> = programs
        .iter()
        .filter_map(|program| {
            let found = found.get(&binary(program)).map_or(&[][..], Vec::as_slice);
            let expected = expected(&program.message());
            let met = found.iter().any(|found| meets(&expected, found));
            (!met).then(|| format!("{program:?}\n  expected {expected:?}\n  found {found:?}"))
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {} programs do not fail as they should:\n{}\n{}",
        wrong.len(),
        programs.len(),
        wrong.join("\n"),
        String::from_utf8_lossy(&output.stderr).lines().take(20).collect::<Vec<_>>().join("\n"),
    );
}

fn binary(program: &Program) -> String {
    format!("{}__{}", program.folder, program.name)
}

fn manifest(programs: &[Program]) -> String {
    let mut manifest = format!(
        "[package]\nname = \"mistakes\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         underlock = {{ path = '{}' }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\", \"time\"] }}\n",
        here("../primitives").display(),
    );
    for program in programs {
        let (name, path) = (binary(program), program.path("fail", "rs"));
        writeln!(manifest, "[[bin]]\nname = \"{name}\"\npath = '{}'", path.display()).unwrap();
    }
    manifest
}

/// The code and the first line of a message's first error.
fn expected(message: &str) -> Found {
    let line = message.lines().find(|line| line.starts_with("error")).expect("there is an error");
    match line.strip_prefix("error[").and_then(|line| line.split_once("]: ")) {
        Some((code, line)) => Found { code: Some(code.to_owned()), first_line: line.to_owned() },
        None => Found { code: None, first_line: line["error: ".len()..].to_owned() },
    }
}

/// Whether it is the error that was expected. Where the words are the compiler's they may change.
fn meets(expected: &Found, found: &Found) -> bool {
    match &expected.code {
        // Said by a bound's `on_unimplemented`: the first line is this library's.
        Some(code) if code == "E0277" => expected == found,
        Some(_) => expected.code == found.code,
        None => {
            let line = format!("error: {}", expected.first_line);
            COMPILERS_WORDS.iter().any(|words| line.starts_with(words))
                || expected.first_line == found.first_line
        }
    }
}
