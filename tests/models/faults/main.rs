//! Checks that each model catches its faults: seeds them in the library, one at a time, and runs
//! the model.
//!
//! ```text
//! cargo run --release -p underlock-faults -- [--check] [MODEL…]
//! ```
//!
//! `--check` only lists faults that no longer fit the sources, as `cargo test` does. The full run
//! prints a table of what each model reported.

mod fault;
mod run;
mod source;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use std::{env, fs};

use fault::{Fault, Model};
use run::{Copy, Seen};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

fn main() -> ExitCode {
    let (flags, names): (Vec<_>, Vec<_>) =
        env::args().skip(1).partition(|argument| argument.starts_with('-'));
    let done = match &flags.iter().map(|flag| &**flag).collect::<Vec<_>>()[..] {
        [] => run(&names),
        ["--check"] => check(&names),
        _ => Err("usage: faults [--check] [MODEL…]".into()),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The models called `names`, or all.
fn models(names: &[String]) -> Result<Vec<Model>> {
    let mut models = Vec::new();
    for module in ["barrier", "condition", "declared", "event", "lock", "lock_map", "semaphore"] {
        let path = Path::new(ROOT).join("tests/models").join(module).with_extension("rs");
        models.extend(fault::read(module, &fs::read_to_string(path)?)?);
    }
    models.retain(|model| names.is_empty() || names.contains(&model.name));
    if models.is_empty() {
        return Err("no such model".into());
    }
    Ok(models)
}

/// The text of the file that `fault` changes, with the fault seeded.
fn seeded(fault: &Fault) -> Result<String> {
    let path = Path::new(ROOT).join("primitives/src").join(&fault.file);
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", fault.file))?;
    source::seed(&text, fault).map_err(|misfit| format!("{fault}\n    {misfit}").into())
}

/// The number of faults that fit the sources, and the errors of the others.
fn fits(models: &[Model]) -> (usize, Vec<String>) {
    let (mut fit, mut misfits) = (0, Vec::new());
    for model in models {
        for fault in &model.faults {
            match seeded(fault) {
                Ok(_) => fit += 1,
                Err(misfit) => misfits.push(format!("{}: {misfit}", model.name)),
            }
        }
    }
    (fit, misfits)
}

/// Prints the faults that don't fit the sources. Returns whether all fit.
fn check(names: &[String]) -> Result<bool> {
    let (fit, misfits) = fits(&models(names)?);
    for misfit in &misfits {
        println!("{misfit}");
    }
    println!("{fit} fit, {} do not", misfits.len());
    Ok(misfits.is_empty())
}

/// Runs models with their faults seeded. Returns whether every fault was caught.
fn run(names: &[String]) -> Result<bool> {
    let models = models(names)?;
    let copy = Copy::new()?;
    let names: Vec<&str> = models.iter().map(|model| &*model.name).collect();
    if let Seen::Failed(how) | Seen::Neither(how) = copy.run(&names)? {
        return Err(format!("a model fails without a fault: {how}").into());
    }
    let (mut caught, mut missed) = (0, 0);
    for model in &models {
        for fault in &model.faults {
            let start = Instant::now();
            let (ok, how) = match copy.run_seeded(fault, &model.name)? {
                Seen::Failed(how) => (true, how),
                Seen::Passed => (false, "NOT CAUGHT: passes".to_owned()),
                Seen::Neither(how) => (false, format!("NOT CAUGHT: {how}")),
            };
            *(if ok { &mut caught } else { &mut missed }) += 1;
            let (name, wrong, time) = (&model.name, &fault.wrong, start.elapsed().as_secs_f32());
            println!("{name:45} {wrong}\n{:39}{time:4.1}s {how}", "");
        }
    }
    println!("{caught} caught, {missed} not caught");
    Ok(missed == 0)
}

/// The faults keep up with the library.
#[test]
fn every_model_has_faults_that_fit() {
    let models = models(&[]).unwrap();
    for model in &models {
        assert!(!model.faults.is_empty(), "{} lists no faults", model.name);
    }
    let (_, misfits) = fits(&models);
    assert!(misfits.is_empty(), "faults that do not fit the sources:\n{}", misfits.join("\n"));
}
