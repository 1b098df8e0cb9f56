//! Replays of recorded asyncio runs: the observable state of each primitive is asyncio's, in
//! whichever order woken tasks run.

use std::path::{Path, PathBuf};
use std::process::Command;

use underlock_tests::{Api, Order, Replay, Scenario, Settle, load};

/// 300 scenarios of each kind.
const PUBLIC: &str = "oracle/public.jsonl.gz";
/// Scenarios in which Rust may differ, with the expected state.
const DIFFERENCES: &str = "oracle/differences.jsonl";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn scenarios(name: &str) -> Vec<Scenario> {
    load(&file(name)).expect("the recordings are readable")
}

#[track_caller]
fn all_pass(name: &str, order: Order, seed: u64, api: Api) {
    let replay = Replay { order, seed, api, settle: Settle::All };
    for scenario in scenarios(name) {
        if let Err(failure) = replay.run(&scenario) {
            panic!("{failure:#?}");
        }
    }
}

#[test]
fn the_public_set_is_complete() {
    assert_eq!(scenarios(PUBLIC).len(), 2100);
    assert_eq!(scenarios(DIFFERENCES).len(), 11);
}

#[test]
fn public_set_first_woken_first() {
    all_pass(PUBLIC, Order::Fifo, 0, Api::Borrowed);
}

#[test]
fn public_set_last_woken_first() {
    all_pass(PUBLIC, Order::Lifo, 0, Api::Borrowed);
}

#[test]
fn public_set_in_random_orders() {
    for seed in 1..=4 {
        all_pass(PUBLIC, Order::Random, seed, Api::Borrowed);
    }
}

#[test]
fn public_set_with_owned_guards() {
    all_pass(PUBLIC, Order::Fifo, 0, Api::Owned);
    all_pass(PUBLIC, Order::Lifo, 0, Api::Owned);
    all_pass(PUBLIC, Order::Random, 5, Api::Owned);
}

#[test]
fn differences_are_those_that_are_recorded() {
    for api in [Api::Borrowed, Api::Owned] {
        all_pass(DIFFERENCES, Order::Fifo, 0, api);
        all_pass(DIFFERENCES, Order::Lifo, 0, api);
    }
}

// === the command ===

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn replay(args: &[&str]) -> Run {
    let output =
        Command::new(env!("CARGO_BIN_EXE_replay")).args(args).output().expect("the command runs");
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("it writes text"),
        err: String::from_utf8(output.stderr).expect("it writes text"),
    }
}

/// Replays a temporary file with this text.
fn replay_text(name: &str, text: &str) -> Run {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("the build folder is writable");
    replay(&[path.to_str().expect("a plain path")])
}

const LOCKED: &str = r#"{"id":"one","tasks":1,"prims":{"L0":{"type":"lock"}},"steps":[{"do":
    [{"t":0,"op":"acquire","on":"L0"}],"see":{"done":[[0,"acquire","L0","ok"]],"blocked":[],
    "state":{"L0":{"locked":true,"holder":0}}}}]}"#;

fn recording(from: &str, to: &str) -> String {
    let text = LOCKED.replace('\n', "").replace(from, to);
    assert!(from == to || !LOCKED.replace('\n', "").eq(&text), "nothing was replaced");
    text
}

#[test]
fn replay_counts_and_succeeds() {
    let path = file(DIFFERENCES);
    let run = replay(&[path.to_str().expect("a plain path"), "--all-orders", "--seed", "7"]);
    assert_eq!(run.out, "11 passed, 0 failed\n");
    assert_eq!(run.code, Some(0));
}

#[test]
fn replay_reports_what_differs() {
    let wrong = recording(r#""locked":true"#, r#""locked":false"#);
    let run = replay_text("differs.jsonl", &format!("{}\n{wrong}\n", recording("", "")));
    assert_eq!(run.code, Some(1));
    let (report, summary) = run.out.split_once('\n').expect("two lines");
    assert_eq!(summary, "1 passed, 1 failed\n");
    let report: serde_json::Value = serde_json::from_str(report).expect("JSON");
    assert_eq!(report["id"], "one");
    assert_eq!(report["step"], 0);
    assert_eq!(report["expected"]["state"]["L0"]["locked"], false);
    assert_eq!(report["seen"]["state"]["L0"]["locked"], true);
}

#[test]
fn replay_reports_what_can_not_be_done() {
    let run = replay_text("not_held.jsonl", &recording("acquire\",\"on", "release\",\"on"));
    assert_eq!(run.code, Some(1));
    assert!(run.out.contains("worker 0 does not hold L0"), "{}", run.out);
}

#[test]
fn replay_rejects_what_is_no_recording() {
    for (name, text, why) in [
        ("syntax.jsonl", "{\"id\": ".to_owned(), "syntax.jsonl:1: EOF while parsing"),
        ("line.jsonl", recording("", "") + "\n[]\n", "line.jsonl:2: invalid length 0"),
        ("empty.jsonl", "\n".to_owned(), "no scenario in it"),
        ("op.jsonl", recording("acquire\",\"on", "grab\",\"on"), "unknown variant `grab`"),
        ("name.jsonl", recording("on\":\"L0", "on\":\"L1"), "step 0: no primitive L1"),
        ("worker.jsonl", recording("\"t\":0", "\"t\":1"), "no worker 1"),
        ("kind.jsonl", recording("acquire\",\"on", "set\",\"on"), "L0 does not support set"),
        (
            "permits.jsonl",
            recording(
                "lock\"}",
                "lock\"},\"S0\":{\"type\":\"semaphore\",\"value\":9223372036854775807}",
            ),
            "S0 has 9223372036854775807 permits",
        ),
        ("tasks.jsonl", recording("\"tasks\":1", "\"tasks\":1000000000000"), "1000000000000 tasks"),
        ("binary.jsonl", "\u{1F}\u{8B}".to_owned(), "binary.jsonl:1: expected value"),
    ] {
        let run = replay_text(name, &text);
        assert_eq!(run.code, Some(2), "{name}: {}{}", run.out, run.err);
        assert!(run.err.contains(why), "{name}: {}", run.err);
        assert_eq!(run.out, "", "{name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn replay_says_that_it_can_not_report() {
    let full = std::fs::File::create("/dev/full").expect("`/dev/full` exists");
    let output = Command::new(env!("CARGO_BIN_EXE_replay"))
        .arg(file(DIFFERENCES))
        .stdout(full)
        .output()
        .expect("the command runs");
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).expect("it writes text");
    assert!(error.contains("the report can't be written"), "{error}");
}

#[test]
fn replay_rejects_wrong_arguments() {
    for args in [
        &[][..],
        &["no such file.jsonl"],
        &["--order", "sideways", "x.jsonl"],
        &["--seed", "-1", "x.jsonl"],
        &["--all-orders", "--order", "fifo", "x.jsonl"],
    ] {
        let run = replay(args);
        assert_eq!(run.code, Some(2), "{args:?}: {}{}", run.out, run.err);
        assert_ne!(run.err, "", "{args:?}");
    }
}
