//! Shows that each model catches what it says it catches: breaks the library and runs the model.
//!
//! ```text
//! cargo run --release -p underlock-models --bin broken [-- MODEL…]
//! ```
//!
//! A model's comment holds the breaks that it has to fail with, each as a block
//!
//! ````text
//! ```diff
//! --- queue.rs: what is wrong with it
//!      a line of primitives/src/queue.rs that says where
//! -    a line to leave out
//! +    a line to put in
//! ```
//! ````
//!
//! which has to fit in one place of the file, indentation aside. Each is applied to a copy of the
//! workspace on its own. The table says what the model saw.

use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
/// A model that takes longer than this has not failed.
const TIMEOUT: Duration = Duration::from_mins(2);
/// For a build that takes a second, of models that end at their first failure.
const QUICK: [(&str, &str); 4] = [
    ("RUSTFLAGS", "--cfg underlock_loom --cap-lints allow"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "true"),
];

/// A model, by its name in the test binary, and what it has to catch.
struct Model {
    name: String,
    breaks: Vec<Break>,
}

/// A change of one file that makes the library wrong.
#[derive(Default)]
struct Break {
    /// Below `primitives/src`.
    file: String,
    wrong: String,
    /// Lines as they are, and as they become.
    was: Vec<String>,
    becomes: Vec<String>,
}

fn main() -> ExitCode {
    let wanted: Vec<String> = env::args().skip(1).collect();
    match run(&wanted) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Breaks what the models named `wanted`, or all, say they catch. Whether they did.
fn run(wanted: &[String]) -> Result<bool> {
    let mut models = models()?;
    models.retain(|model| wanted.is_empty() || wanted.contains(&model.name));
    if models.is_empty() {
        return Err("no model has this name".into());
    }
    let copy = Copy::new()?;
    let names: Vec<&str> = models.iter().map(|model| &*model.name).collect();
    if let Seen::Failed(how) | Seen::Neither(how) = copy.run(&names)? {
        return Err(format!("a model fails without a break: {how}").into());
    }
    let (mut caught, mut missed) = (0, 0);
    for model in &models {
        for each in &model.breaks {
            let start = Instant::now();
            let (ok, how) = match copy.run_broken(each, &model.name)? {
                Seen::Failed(how) => (true, how),
                Seen::Passed => (false, "NOT CAUGHT: passes".to_owned()),
                Seen::Neither(how) => (false, format!("NOT CAUGHT: {how}")),
            };
            *(if ok { &mut caught } else { &mut missed }) += 1;
            let (name, wrong, time) = (&model.name, &each.wrong, start.elapsed().as_secs_f32());
            println!("{name:45} {wrong}\n{:39}{time:4.1}s {how}", "");
        }
    }
    println!("{caught} caught, {missed} not caught");
    Ok(missed == 0)
}

// === reading ===

/// All models, from their comments.
fn models() -> Result<Vec<Model>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut models = Vec::new();
    for module in ["barrier", "condition", "event", "lock", "semaphore"] {
        let text = fs::read_to_string(folder.join(module).with_extension("rs"))?;
        let mut comment = Vec::new();
        let mut is_model = false;
        for line in text.lines() {
            if let Some(line) = line.strip_prefix("///") {
                comment.push(line.strip_prefix(' ').unwrap_or(line));
            } else if line == "#[test]" {
                is_model = true;
            } else {
                let name = line.strip_prefix("fn ").and_then(|line| line.strip_suffix("() {"));
                if let (Some(name), true) = (name, is_model) {
                    let breaks = breaks(&comment).map_err(|error| format!("{name}: {error}"))?;
                    models.push(Model { name: format!("{module}::{name}"), breaks });
                }
                comment.clear();
                is_model = false;
            }
        }
    }
    Ok(models)
}

/// The breaks in the lines of a comment.
fn breaks(comment: &[&str]) -> Result<Vec<Break>> {
    let mut breaks = Vec::new();
    let mut lines = comment.iter();
    while lines.any(|line| *line == "```diff") {
        let mut each = Break::default();
        for line in lines.by_ref().take_while(|line| **line != "```") {
            if let Some(head) = line.strip_prefix("--- ") {
                let (file, wrong) = head.split_once(": ").ok_or("`--- file: what is wrong`")?;
                (each.file, each.wrong) = (file.to_owned(), wrong.to_owned());
                continue;
            }
            let (sign, code) = line.split_at_checked(1).ok_or("an empty line")?;
            let code = code.trim().to_owned();
            match sign {
                "-" => each.was.push(code),
                "+" => each.becomes.push(code),
                _ => {
                    each.was.push(code.clone());
                    each.becomes.push(code);
                }
            }
        }
        breaks.push(each);
    }
    Ok(breaks)
}

impl Break {
    /// The text of the file with the break.
    fn apply(&self) -> Result<String> {
        let path = Path::new(ROOT).join("primitives/src").join(&self.file);
        let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", self.file))?;
        let lines: Vec<&str> = text.lines().collect();
        let fits = |at: &usize| {
            lines[*at..].iter().map(|line| line.trim()).take(self.was.len()).eq(&self.was)
        };
        let places: Vec<usize> = (0..lines.len()).filter(fits).collect();
        let [at] = places[..] else {
            let (file, wrong, count) = (&self.file, &self.wrong, places.len());
            return Err(format!("fits {count} places of {file}: {wrong}").into());
        };
        let mut broken = String::new();
        let becomes = self.becomes.iter().map(|line| &**line);
        for line in lines[..at]
            .iter()
            .copied()
            .chain(becomes)
            .chain(lines[at + self.was.len()..].iter().copied())
        {
            writeln!(broken, "{line}")?;
        }
        Ok(broken)
    }
}

// === running ===

/// A copy of the workspace, to be broken.
struct Copy {
    root: PathBuf,
    target: PathBuf,
    output: PathBuf,
}

/// What models have shown.
enum Seen {
    Passed,
    /// With the words of the first panic.
    Failed(String),
    /// No verdict.
    Neither(String),
}

impl Copy {
    fn new() -> Result<Self> {
        let exe = env::current_exe()?;
        let target = exe.ancestors().nth(2).ok_or("this program is not in a target folder")?;
        let folder = target.join("broken");
        let copy = Self {
            root: folder.join("workspace"),
            target: folder.join("target"),
            output: folder.join("output"),
        };
        if copy.root.exists() {
            fs::remove_dir_all(&copy.root)?;
        }
        copy_folder(Path::new(ROOT), &copy.root)?;
        Ok(copy)
    }

    fn run_broken(&self, each: &Break, model: &str) -> Result<Seen> {
        let path = self.root.join("primitives/src").join(&each.file);
        let whole = fs::read(&path)?;
        fs::write(&path, each.apply()?)?;
        let seen = self.run(&[model]);
        fs::write(&path, whole)?;
        seen
    }

    fn run(&self, models: &[&str]) -> Result<Seen> {
        let build = Command::new(env!("CARGO"))
            .args(["test", "--release", "--package", "underlock-models", "--test", "models"])
            .args(["--no-run", "--quiet", "--message-format", "json-render-diagnostics"])
            .arg("--target-dir")
            .arg(&self.target)
            .envs(QUICK)
            .current_dir(&self.root)
            .stderr(Stdio::inherit())
            .output()?;
        let messages = String::from_utf8(build.stdout)?;
        // This program is built as well.
        let program = messages
            .lines()
            .find(|line| line.contains(r#""kind":["test"]"#))
            .and_then(|line| line.split_once(r#""executable":""#)?.1.split_once('"'));
        let Some((program, _)) = program.filter(|_| build.status.success()) else {
            return Ok(Seen::Neither("does not compile".to_owned()));
        };
        let output = File::create(&self.output)?;
        let mut child = Command::new(program)
            .arg("--exact")
            .args(models)
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if start.elapsed() > TIMEOUT * u32::try_from(models.len())? {
                child.kill()?;
                child.wait()?;
                return Ok(Seen::Neither("takes too long".to_owned()));
            }
            thread::sleep(Duration::from_millis(10));
        };
        let output = fs::read_to_string(&self.output)?;
        let panic = output.lines().skip_while(|line| !line.contains("panicked at ")).nth(1);
        Ok(match panic {
            _ if status.success() => Seen::Passed,
            Some(said) => Seen::Failed(said.to_owned()),
            None => Seen::Neither(status.to_string()),
        })
    }
}

/// Copies a folder without what is hidden or built.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (name, path) = (entry.file_name(), entry.path());
        if !entry.file_type()?.is_dir() {
            fs::copy(&path, to.join(name))?;
        } else if name != ".git" && !path.join("CACHEDIR.TAG").exists() {
            copy_folder(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// The comments keep up with the library.
#[test]
fn every_model_has_breaks_that_fit() {
    for model in models().unwrap() {
        assert!(!model.breaks.is_empty(), "{} does not say what it catches", model.name);
        for each in &model.breaks {
            each.apply().unwrap_or_else(|error| panic!("{}: {error}", model.name));
            assert_ne!(each.was, each.becomes, "{} breaks nothing", model.name);
        }
    }
}
