//! Runs models in a copy of the workspace.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::fault::Fault;
use crate::{ROOT, Result, seeded};

/// A model that takes longer has not failed.
const TIMEOUT: Duration = Duration::from_mins(2);
/// Favours build time, since models end at their first failure. A fault may leave code unused.
const QUICK: [(&str, &str); 4] = [
    ("RUSTFLAGS", "--cap-lints allow"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "true"),
];

/// A copy of the workspace, in which faults are seeded.
pub(crate) struct Copy {
    root: PathBuf,
    target: PathBuf,
    output: PathBuf,
}

/// The outcome of a run.
pub(crate) enum Seen {
    Passed,
    /// With the message of the first panic.
    Failed(String),
    /// No verdict.
    Neither(String),
}

impl Copy {
    pub(crate) fn new() -> Result<Self> {
        let exe = env::current_exe()?;
        let target = exe.ancestors().nth(2).ok_or("this program is not in a target folder")?;
        let folder = target.join("faults");
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

    /// Runs `model` with `fault` in the library.
    pub(crate) fn run_seeded(&self, fault: &Fault, model: &str) -> Result<Seen> {
        let path = self.root.join("primitives/src").join(&fault.file);
        let whole = fs::read(&path)?;
        fs::write(&path, seeded(fault)?)?;
        let seen = self.run(&[model]);
        fs::write(&path, whole)?;
        seen
    }

    pub(crate) fn run(&self, models: &[&str]) -> Result<Seen> {
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

/// Copies a folder except hidden files and build output.
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
