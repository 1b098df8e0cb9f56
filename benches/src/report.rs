//! What does not depend on time: sizes, heap allocations and instructions per operation.

use std::collections::BTreeMap;
use std::error::Error;
use std::process::Command;

use crate::allocations;
use crate::suite::{Batch, Case, Suite, Work};

/// Where instructions are counted unless asked for others.
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

/// How often the work is repeated. What the difference is divided by leaves out what happens once.
const FEW: u64 = 2;
const MORE: u64 = 6;

/// Prints all three parts. `scenario` and `peers` choose among the cases, as for a run.
pub(crate) fn print(suite: &Suite, scenario: &str, peers: &[String]) -> Result<(), Box<dyn Error>> {
    let wanted = |case: &&Case| {
        case.scenario.starts_with(scenario)
            && (peers.is_empty() || peers.iter().any(|peer| peer == case.peer.name))
    };
    sizes(suite, peers);
    allocations(suite.cases.iter().filter(wanted));
    let counted = |case: &&Case| !scenario.is_empty() || COUNTED.contains(&&*case.scenario);
    instructions(suite.cases.iter().filter(wanted).filter(counted))
}

fn sizes(suite: &Suite, peers: &[String]) {
    println!("Sizes in bytes. Locks of nothing, so without the data.\n");
    println!("{:<26} {:<10} {:>9} {:>6} {:>7}", "", "", "primitive", "guard", "future");
    for sizes in &suite.sizes {
        if peers.is_empty() || peers.iter().any(|peer| peer == sizes.peer.name) {
            let guard = sizes.guard.map_or(String::new(), |guard| guard.to_string());
            println!(
                "{:<26} {:<10} {:>9} {guard:>6} {:>7}",
                sizes.peer.name, sizes.primitive, sizes.own, sizes.future
            );
        }
    }
}

fn allocations<'a>(cases: impl Iterator<Item = &'a Case>) {
    println!("\nHeap allocations per operation, on one thread.\n");
    let mut scenarios: Vec<(&str, BTreeMap<String, Vec<&str>>)> = Vec::new();
    for case in cases.filter(|case| on_one_thread(case)) {
        let Work::Timed(run) = &case.work else { continue };
        let count = |times| {
            let mut ops = 0;
            let count = allocations::during(|| ops = run(times).ops);
            (count, ops)
        };
        // The first of all starts the runtime.
        count(1);
        let (few, more) = (count(FEW), count(MORE));
        let each = per_operation(few, more);
        let known = scenarios.iter().position(|(scenario, _)| *scenario == case.scenario);
        let known = known.unwrap_or_else(|| {
            scenarios.push((&case.scenario, BTreeMap::new()));
            scenarios.len() - 1
        });
        scenarios[known].1.entry(format!("{each:.2}")).or_default().push(case.peer.name);
    }
    for (scenario, peers) in scenarios {
        let peers: Vec<_> =
            peers.iter().map(|(each, peers)| format!("{each}: {}", peers.join(", "))).collect();
        println!("{scenario:<36} {}", peers.join("   "));
    }
}

/// Whether all of it runs on one thread, and within a moment.
fn on_one_thread(case: &Case) -> bool {
    !case.scenario.contains("two-workers") && !case.scenario.starts_with("scaling/")
}

/// Per operation, of two counts with the operations that they are of.
fn per_operation(few: (u64, u64), more: (u64, u64)) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a measurement")]
    let each = (more.0 as f64 - few.0 as f64) / (more.1 - few.1) as f64;
    each
}

fn instructions<'a>(cases: impl Iterator<Item = &'a Case>) -> Result<(), Box<dyn Error>> {
    println!("\nInstructions per operation, and how many of them lock the bus (callgrind).\n");
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("Not counted: there is no `valgrind` here. Install it and run this again.");
        return Ok(());
    }
    for case in cases.filter(|case| on_one_thread(case)) {
        let (few, more) = (callgrind(case, FEW)?, callgrind(case, MORE)?);
        let instructions =
            per_operation((few.instructions, few.ops), (more.instructions, more.ops));
        let locked = per_operation((few.locked, few.ops), (more.locked, more.ops));
        println!("{:<36} {:<26} {instructions:>9.0} {locked:>7.1}", case.scenario, case.peer.name);
    }
    Ok(())
}

struct Counts {
    instructions: u64,
    locked: u64,
    ops: u64,
}

/// Runs [`once`] in a process of its own and counts its instructions.
fn callgrind(case: &Case, times: u64) -> Result<Counts, Box<dyn Error>> {
    let output = Command::new("valgrind")
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

/// Does one batch of one case, without more, and prints how many operations it was.
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
