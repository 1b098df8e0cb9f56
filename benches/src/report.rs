//! Figures that don't depend on time: sizes, heap allocations and instructions per operation.

use std::collections::BTreeMap;
use std::error::Error;
use std::process;

use crate::allocations;
use crate::suite::{Batch, Case, Choice, Sizes, Suite, Work};

/// The scenarios whose instructions are counted by default.
const COUNTED: [&str; 9] = [
    "lock/uncontended/await",
    "lock/uncontended/try",
    "lock/handed/64",
    "lock/cancel/100",
    "condition/ping-pong",
    "condition/buffer/one-thread/4x4",
    "event/wait-on-set",
    "semaphore/uncontended/one",
    "barrier/one-thread/64",
];

/// Numbers of repetitions. The difference of the two excludes one-time costs.
const FEW: u64 = 8;
const MORE: u64 = 24;

/// Prints all three parts.
pub(crate) fn print(suite: &Suite, choice: &Choice) -> Result<(), Box<dyn Error>> {
    let mut scenarios = suite.choose(choice)?;
    scenarios.retain(|(name, _)| on_one_thread(name));
    sizes(suite, choice);
    allocations(&scenarios);
    scenarios.retain(|(name, _)| !choice.scenario.is_empty() || COUNTED.contains(name));
    instructions(&scenarios)
}

/// Whether it runs on one thread, and is short.
fn on_one_thread(scenario: &str) -> bool {
    !["two-workers", "fairness/", "scaling/"].iter().any(|part| scenario.contains(part))
}

fn sizes(suite: &Suite, choice: &Choice) {
    println!("Sizes in bytes. Locks of `()`, so without data.\n");
    println!("{:<38}{:>9} {:>6} {:>7}", "", "primitive", "guard", "future");
    for sizes in suite.sizes.iter().filter(|sizes| choice.includes(sizes.peer)) {
        let Sizes { peer, primitive, own, guard, future } = sizes;
        let guard = guard.map_or(String::new(), |guard| guard.to_string());
        println!("{:<26} {primitive:<11}{own:>9} {guard:>6} {future:>7}", peer.name);
    }
}

fn allocations(scenarios: &[(&str, Vec<&Case>)]) {
    println!("\nHeap allocations per operation.\n");
    for (scenario, cases) in scenarios {
        // Grouped by the number of allocations.
        let mut peers: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for case in cases {
            let Work::Timed(run) = &case.work else { continue };
            let count = |times| {
                let mut ops = 0;
                let count = allocations::during(|| ops = run(times).ops);
                (count, ops)
            };
            // The first run of all starts the runtime.
            count(1);
            let each = format!("{:.2}", per_operation(count(FEW), count(MORE)));
            peers.entry(each).or_default().push(case.peer.name);
        }
        println!("{scenario}");
        for (each, peers) in peers {
            println!("  {each:>6}  {}", peers.join(", "));
        }
    }
}

fn instructions(scenarios: &[(&str, Vec<&Case>)]) -> Result<(), Box<dyn Error>> {
    println!("\nInstructions per operation, and how many of them lock the bus (callgrind).\n");
    if process::Command::new("valgrind").arg("--version").output().is_err() {
        println!("Not counted: `valgrind` is not installed.");
        return Ok(());
    }
    for (scenario, cases) in scenarios {
        println!("{scenario}");
        for case in cases {
            let (few, more) = (callgrind(case, FEW)?, callgrind(case, MORE)?);
            let all = per_operation((few.instructions, few.ops), (more.instructions, more.ops));
            let locked = per_operation((few.locked, few.ops), (more.locked, more.ops));
            println!("  {:<26} {all:>9.0} {locked:>7.1}", case.peer.name);
        }
    }
    Ok(())
}

/// Per operation, from two runs with different numbers of operations.
fn per_operation(few: (u64, u64), more: (u64, u64)) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    let each = (more.0 as f64 - few.0 as f64) / (more.1 - few.1) as f64;
    each
}

struct Counts {
    instructions: u64,
    locked: u64,
    ops: u64,
}

/// Runs [`once`] in a process of its own and counts its instructions.
fn callgrind(case: &Case, times: u64) -> Result<Counts, Box<dyn Error>> {
    let output = process::Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-bus=yes", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["once", &case.scenario, case.peer.name, &times.to_string()])
        .output()?;
    let messages = String::from_utf8_lossy(&output.stderr);
    // As in `==1234== Collected : 27051208 1024`.
    let counts = || {
        let (_, counts) = messages.split_once("Collected : ")?;
        let (instructions, locked) = counts.lines().next()?.trim().split_once(' ')?;
        let ops = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
        let (instructions, locked) = (instructions.parse().ok()?, locked.parse().ok()?);
        Some(Counts { instructions, locked, ops })
    };
    counts().ok_or_else(|| format!("valgrind gives no counts:\n{messages}").into())
}

/// Runs one batch of one case and prints its number of operations.
pub(crate) fn once(
    suite: &Suite,
    scenario: &str,
    peer: &str,
    times: u64,
) -> Result<(), Box<dyn Error>> {
    let case = suite.cases.iter().find(|case| case.scenario == scenario && case.peer.name == peer);
    let Some(Case { work: Work::Timed(run), .. }) = case else {
        return Err(format!("{peer} does not take part in {scenario}").into());
    };
    let Batch { ops, .. } = run(times);
    println!("{ops}");
    Ok(())
}
