//! Runs the examples as programs. The small ones assert their own results; the output of `index` is
//! checked here.

// Its unit tests: cargo builds an example's target either as a program or as tests.
#[expect(dead_code, reason = "what `main` calls is run as a program")]
#[path = "../index/main.rs"]
mod parts_of_index;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The program of an example: `cargo test` builds them all, unless it is told which targets to
/// test.
fn example(name: &str) -> Command {
    let mut path: PathBuf = env::current_exe().expect("this program has a path");
    path.pop();
    path.pop();
    path.extend(["examples", name]);
    path.set_extension(env::consts::EXE_EXTENSION);
    assert!(path.exists(), "not built: run `cargo build -p underlock-examples --examples` first");
    Command::new(path)
}

fn index(dir: &Path, arguments: &[&str]) -> Output {
    example("index").arg(dir).args(arguments).output().expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("the output is UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("the output is UTF-8")
}

/// The figure called `name` in the output of `index`.
fn figure(output: &str, name: &str) -> u64 {
    let line = output.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|figure| figure.trim().parse().ok())
        .unwrap_or_else(|| panic!("no {name:?} in {output}"))
}

fn tree(files: &[(&str, &[u8])]) -> TempDir {
    let dir = tempfile::tempdir().expect("a temporary directory");
    for (name, contents) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a relative path")).unwrap();
        fs::write(path, contents).unwrap();
    }
    dir
}

#[test]
fn every_small_example_runs() {
    for name in [
        "bounded_channel",
        "connection_pool",
        "graceful_shutdown",
        "bank_transfers",
        "phased_computation",
    ] {
        let output = example(name).output().expect("the program starts");
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        assert!(!output.stdout.is_empty(), "{name} shows nothing");
    }
}

#[test]
fn index_counts_text_and_names_the_rest() {
    let dir = tree(&[
        ("one.txt", b"The quick brown fox. THE lazy dog!"),
        ("sub/two.txt", "Größe, größe; the end".as_bytes()),
        ("sub/empty", b""),
        ("sub/deep/latin1.txt", b"caf\xe9"),
        ("cut.txt", b"text \xf0\x9f\x98"),
    ]);
    for arguments in [
        ["--verify", "--workers=1", "--open-files=1", "--top=2"],
        ["--verify", "--workers=33", "--open-files=2", "--top=2"],
    ] {
        let output = index(dir.path(), &arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        let shown = stdout(&output);
        assert_eq!(figure(&shown, "files "), 3);
        assert_eq!(figure(&shown, "bytes"), 34 + 25);
        assert_eq!(figure(&shown, "words"), 11);
        assert_eq!(figure(&shown, "distinct words"), 8);
        assert_eq!(figure(&shown, "not UTF-8"), 2);
        let (_, words) = shown.split_once("most frequent words\n").expect("words are shown");
        let words: Vec<&str> = words.split_whitespace().take(4).collect();
        assert_eq!(words, ["3", "the", "2", "größe"]);
        assert!(shown.contains("verified"));

        let named = stderr(&output);
        assert!(named.contains("latin1.txt\": not UTF-8"), "{named}");
        assert!(named.contains("cut.txt\": not UTF-8"), "{named}");
    }
}

#[test]
fn index_leaves_out_hidden_files_and_build_output_unless_asked() {
    let dir = tree(&[
        (".gitignore", b"/target"),
        ("src/main.rs", b"code"),
        ("src/target/notes", b"not at the root"),
        ("target/debug/output", b"built"),
        (".hidden/file", b"unseen"),
    ]);
    for (arguments, files) in [
        (&["--verify"][..], 2),
        (&["--verify", "--no-ignore"], 3),
        (&["--verify", "--hidden"], 4),
        (&["--verify", "-.", "--no-ignore"], 5),
    ] {
        let output = index(dir.path(), arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(figure(&stdout(&output), "files "), files, "{arguments:?}");
        assert!(stdout(&output).contains("verified"));
    }
}

/// By default the program indexes this repository.
#[test]
fn index_leaves_out_the_build_output_of_this_repository() {
    let output = example("index").arg("--top=0").output().expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(figure(&stdout(&output), "files ") > 100, "{}", stdout(&output));
    // Programs and object files, which are not UTF-8, would be named.
    assert!(!stderr(&output).contains("/target/"), "{}", stderr(&output));
}

#[test]
fn index_of_an_empty_directory() {
    let dir = tree(&[]);
    let output = index(dir.path(), &["--verify"]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(figure(&stdout(&output), "words"), 0);
}

#[test]
fn index_refuses_wrong_arguments() {
    let dir = tree(&[("file", b"")]);
    for (arguments, message) in [
        (["--workers", "0"], "0 is not in 1..=65535"),
        (["--open-files", "0"], "0 is not in 1..=65535"),
        (["--top", "many"], "invalid digit"),
        (["--verify", "--quickly"], "--quickly"),
    ] {
        let output = index(dir.path(), &arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(message), "{}", stderr(&output));
    }
    let output = index(&dir.path().join("missing"), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("missing"), "{}", stderr(&output));
    let output = index(&dir.path().join("file"), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("it is not a directory"), "{}", stderr(&output));
}

/// File types that not all systems have.
#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io::{BufRead, BufReader, Read};
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::process::Stdio;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn index_reads_regular_files_only() {
        let dir = tree(&[("text", b"one")]);
        let at = |name: &str| dir.path().join(name);
        symlink("nowhere", at("dangling")).unwrap();
        symlink(".", at("circle")).unwrap();
        symlink("text", at("again")).unwrap();
        let _socket = UnixListener::bind(at("socket")).unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        fs::write(dir.path().join(OsStr::from_bytes(b"bad\xff\n")), b"\xff").unwrap();

        let output = index(dir.path(), &["--verify"]);
        assert!(output.status.success(), "{}", stderr(&output));
        let shown = stdout(&output);
        assert_eq!(figure(&shown, "files "), 1);
        assert_eq!(figure(&shown, "not regular files"), 2);
        assert_eq!(figure(&shown, "links not followed"), 3);
        let named = stderr(&output);
        assert!(named.contains(r#"bad\xFF\n": not UTF-8"#), "{named}");
        assert!(named.contains("pipe\": not a regular file"), "{named}");
        assert!(named.contains("socket\": not a regular file"), "{named}");
    }

    /// This file reads differently each time.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_difference_that_verifying_finds_is_an_error() {
        let output = index(Path::new("/proc/sys/kernel/random"), &["--verify"]);
        assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
        assert!(stderr(&output).contains("a second count differs"), "{}", stderr(&output));
        assert!(!stdout(&output).contains("verified"));
    }

    #[test]
    fn ctrl_c_ends_with_partial_totals() {
        const SMALL: u64 = 50;
        const LARGE: u64 = 8;
        let dir = tree(&[]);
        for file in 0..SMALL {
            fs::write(dir.path().join(format!("small{file}")), "one two three").unwrap();
        }
        // These take much longer to count than this test waits.
        for file in 0..LARGE {
            let large = File::create(dir.path().join(format!("large{file}"))).unwrap();
            large.set_len(128 << 20).unwrap();
        }

        let mut child = example("index")
            .arg(dir.path())
            .args(["--workers=2", "--open-files=1", "--verify"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        // Ctrl-C is handled before this line is printed.
        errors.read_line(&mut String::new()).unwrap();
        thread::sleep(Duration::from_millis(300));
        let pressed = Instant::now();
        let kill = Command::new("kill").arg("-INT").arg(child.id().to_string()).status();
        assert!(kill.unwrap().success());

        let mut shown = String::new();
        child.stdout.take().unwrap().read_to_string(&mut shown).unwrap();
        let status = child.wait().unwrap();
        assert!(pressed.elapsed() < Duration::from_secs(1), "{:?}", pressed.elapsed());
        assert_eq!(status.code(), Some(130), "{shown}");
        assert!(shown.starts_with("interrupted: partial totals"), "{shown}");
        assert!(figure(&shown, "files ") < SMALL + LARGE, "{shown}");
        assert!(figure(&shown, "words") <= 3 * SMALL, "{shown}");
    }
}
