//! Indexes every text file below a directory: the number of files, bytes and words, and the most
//! frequent words.
//!
//! ```text
//! cargo run --release --example index -- [DIR] [--verify] [--hidden] [--no-ignore]
//! ```
//!
//! A walking task pushes paths into a bounded queue ([`queue`]), worker tasks read and count
//! ([`crawl`]), and the index merges their counts ([`index`]). Hidden files and those named in
//! ignore files are left out by default. Files that can't be read or are not UTF-8 are counted and
//! named, as are pipes, sockets and devices; symbolic links are not followed. A file is held in
//! memory while it is counted.
//!
//! Ctrl-C ends it with the totals so far; a second one ends it immediately.
//!
//! Exit codes: 0, 1 if `--verify` finds a difference or the results can't be written, 2 for wrong
//! arguments, 130 after Ctrl-C.

mod counts;
mod crawl;
mod files;
mod index;
mod queue;
mod report;
mod verify;
mod words;

use std::io::{self, Write};
use std::num::NonZero;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use indicatif::{ProgressBar, ProgressStyle};
use underlock::Event;

use self::crawl::Limits;
use self::files::Tree;
use self::index::Totals;

const INTERRUPTED: u8 = 130;

/// Index every text file below a directory and show its most frequent words.
///
/// A word is a run of letters and digits, lowercased. Hidden files, and those that .gitignore and
/// .ignore files name, are left out. Symbolic links are not followed. Files that can't be read or are
/// not UTF-8 are counted and named. Ctrl-C ends with the totals so far.
#[derive(Debug, Parser)]
#[command(name = "index")]
struct Args {
    /// The directory [default: this repository]
    dir: Option<PathBuf>,

    /// How many tasks read and count
    #[arg(long, value_name = "N", default_value_t = 2 * cores(), value_parser = at_least_one())]
    workers: u16,

    /// How many files may be open at once (no more than 512 ever are)
    #[arg(long, value_name = "N", default_value_t = cores(), value_parser = at_least_one())]
    open_files: u16,

    /// How many of the most frequent words to show
    #[arg(long, value_name = "K", default_value_t = 20)]
    top: usize,

    /// Count again on one thread, and compare (exit code 1 if anything differs)
    #[arg(long)]
    verify: bool,

    /// Index hidden files and directories too
    #[arg(long, short = '.')]
    hidden: bool,

    /// Index files named in ignore files too, such as build output
    #[arg(long)]
    no_ignore: bool,
}

fn at_least_one() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(1..)
}

fn cores() -> u16 {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    cores.try_into().unwrap_or(u16::MAX / 2)
}

/// The directory to index, if it is one.
fn directory(args: &mut Args) -> Result<PathBuf, clap::Error> {
    let dir = args.dir.take().unwrap_or_else(|| {
        let member = Path::new(env!("CARGO_MANIFEST_DIR"));
        let repository = member.parent().filter(|repository| repository.is_dir());
        repository.unwrap_or(Path::new(".")).to_owned()
    });
    let problem = match dir.metadata() {
        Ok(found) if found.is_dir() => return Ok(dir),
        Ok(_) => "it is not a directory".to_owned(),
        Err(error) => error.to_string(),
    };
    let message = format!("can't index {}: {problem}", dir.display());
    Err(Args::command().error(ErrorKind::ValueValidation, message))
}

fn main() -> ExitCode {
    let mut args = Args::parse();
    let dir = directory(&mut args).unwrap_or_else(|error| error.exit());
    let tree = Tree { dir, hidden: args.hidden, no_ignore: args.no_ignore };
    let ended = tokio::runtime::Runtime::new().and_then(|runtime| {
        let ended = runtime.block_on(run(&args, tree));
        // A file that is being read when Ctrl-C comes is not waited for.
        runtime.shutdown_background();
        ended
    });
    match ended {
        Ok(code) => code,
        // The reader of the results has closed the pipe.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: &Args, tree: Tree) -> io::Result<ExitCode> {
    let stop = Arc::new(Event::new());
    tokio::select! {
        // In this order: Ctrl-C is handled before anything else is done.
        biased;
        ended = heed_ctrl_c(&stop) => ended,
        ended = index_and_report(args, tree, &stop) => ended,
    }
}

/// Sets `stop` at Ctrl-C, and returns at the second one.
async fn heed_ctrl_c(stop: &Event) -> io::Result<ExitCode> {
    loop {
        tokio::signal::ctrl_c().await?;
        if stop.is_set() {
            return Ok(ExitCode::from(INTERRUPTED));
        }
        stop.set();
    }
}

async fn index_and_report(args: &Args, tree: Tree, stop: &Arc<Event>) -> io::Result<ExitCode> {
    eprintln!("indexing {}, Ctrl-C ends with what is done", tree.dir.display());
    let limits =
        Limits { workers: usize::from(args.workers), open_files: usize::from(args.open_files) };
    let progress = progress_bar("indexing", 0);
    let mut totals = crawl::index(&tree, &limits, Arc::clone(stop), progress.clone()).await;
    let interrupted = stop.is_set();
    let found = progress.length().unwrap_or(0);
    progress.finish_and_clear();

    // If that fails there is no one to tell, and the totals are still worth printing.
    let _ = report::name_skipped(&mut totals.skipped, &mut io::stderr().lock());
    let mut out = io::stdout().lock();
    if interrupted {
        writeln!(out, "interrupted: partial totals ({found} files had been found)")?;
    }
    report::print(&totals, args.top, &mut out)?;
    drop(out);
    if interrupted {
        return Ok(ExitCode::from(INTERRUPTED));
    }
    if args.verify { verify(tree, totals, stop, found).await } else { Ok(ExitCode::SUCCESS) }
}

/// Counts again and prints the comparison.
async fn verify(tree: Tree, totals: Totals, stop: &Event, files: u64) -> io::Result<ExitCode> {
    let progress = progress_bar("verifying", files);
    let recount = {
        let progress = progress.clone();
        blocking(move || verify::recount(&tree, &progress))
    };
    let recount = tokio::select! {
        recount = recount => Some(recount),
        () = stop.wait() => None,
    };
    progress.finish_and_clear();
    let Some(recount) = recount else {
        eprintln!("interrupted: the totals are not verified");
        return Ok(ExitCode::from(INTERRUPTED));
    };
    if let Err(mismatch) = verify::compare(&totals, &recount) {
        eprint!("error: a second count differs\n{mismatch}");
        eprintln!("either files have changed in between, or one of the counts is wrong");
        return Ok(ExitCode::FAILURE);
    }
    writeln!(io::stdout(), "\nverified: a second count on one thread is the same")?;
    Ok(ExitCode::SUCCESS)
}

/// A progress bar on a terminal, hidden elsewhere.
fn progress_bar(what: &'static str, files: u64) -> ProgressBar {
    let style = "{msg} [{bar:40}] {human_pos}/{human_len} files, {elapsed}";
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(files).with_style(style.progress_chars("=> ")).with_message(what);
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}

/// Runs blocking work off the runtime's threads. Propagates its panic.
async fn blocking<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => panic::resume_unwind(error.into_panic()),
    }
}
