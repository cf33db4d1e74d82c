//! Builds the browser part of Kraj108 into `target/site`: the hydration entry as WebAssembly, the style sheet,
//! fonts and images, all under content-hashed names, and a manifest that the server reads.
//!
//! ```text
//! cargo run -p site -- [--profile wasm-release|wasm-dev] [--bench]
//! ```
//!
//! | name in `manifest.json` | from |
//! |---|---|
//! | `frontend.js`, `frontend.wasm`, `snippets/…` | the crate `frontend` through cargo, wasm-bindgen and wasm-opt |
//! | `style.css` | `style/index.css` and what it imports |
//! | every other name | the file of `public/` |
//!
//! Files of `public/root/` keep their names and stand at the root of the site.
//!
//! `wasm-release` (default) goes to `target/site`, optimised and precompressed; `wasm-dev` goes to `target/site-dev`, as fast
//! as possible. `--bench` builds the calculation alone into `target/site-bench`, in the same way. A step that fails or takes longer than its limit ends the build with one sentence and exit code 1.

mod bundle;
mod files;
mod publish;
mod steps;
mod styles;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use files::Files;
use steps::Steps;

/// Why the build stopped, as one sentence for the person at the terminal.
#[derive(Debug)]
pub struct Failure(pub String);

/// The result of a build step.
pub type Result<T> = std::result::Result<T, Failure>;

/// Puts what was being done in front of the cause of a failure.
pub trait While<T> {
    /// `what` names the file or step, in the words of the message.
    fn during(self, what: impl std::fmt::Display) -> Result<T>;
}

impl<T, E: std::fmt::Display> While<T> for std::result::Result<T, E> {
    fn during(self, what: impl std::fmt::Display) -> Result<T> {
        self.map_err(|cause| Failure(format!("{what}: {cause}")))
    }
}

/// How much work goes into the browser part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// Small and precompressed, for everybody who uses the application.
    Release,
    /// Quick to build, for developers and browser tests.
    Dev,
}

impl Profile {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "wasm-release" => Some(Self::Release),
            "wasm-dev" => Some(Self::Dev),
            _ => None,
        }
    }

    /// The name of the cargo profile.
    pub fn cargo(self) -> &'static str {
        match self {
            Self::Release => "wasm-release",
            Self::Dev => "wasm-dev",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Self::Release => "site",
            Self::Dev => "site-dev",
        }
    }
}

/// Where things are.
pub struct Places {
    /// The root of the repository.
    pub root: PathBuf,
    /// Cargo's target folder.
    pub target: PathBuf,
    /// Where the result goes.
    pub site: PathBuf,
}

impl Places {
    fn find(profile: Profile) -> Result<Self> {
        let here = std::env::current_dir().during("the current folder")?;
        let root = here
            .ancestors()
            .find(|folder| folder.join("Cargo.lock").is_file() && folder.join("frontend").is_dir())
            .ok_or_else(|| Failure("Run this inside the repository: no Cargo.lock with a frontend folder beside it was found.".into()))?
            .to_path_buf();
        let exe = std::env::current_exe().during("the path of this program")?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => exe.parent().and_then(Path::parent).map_or_else(|| root.join("target"), Path::to_path_buf),
        };
        Ok(Self { site: target.join(profile.folder()), root, target })
    }
}

fn main() -> ExitCode {
    let arguments = match Arguments::read(std::env::args().skip(1)) {
        Ok(Some(arguments)) => arguments,
        Ok(None) => {
            println!(
                "Usage: site [--profile wasm-release|wasm-dev] [--bench]\nBuilds the browser part into target/site (wasm-dev: target/site-dev), or with --bench the calculation alone into target/site-bench."
            );
            return ExitCode::SUCCESS;
        }
        Err(Failure(sentence)) => {
            eprintln!("site: {sentence}");
            return ExitCode::from(2);
        }
    };
    let built = if arguments.is_bench { build_bench(arguments.profile) } else { build(arguments.profile) };
    match built {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(sentence)) => {
            eprintln!("site: {sentence}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for.
struct Arguments {
    profile: Profile,
    is_bench: bool,
}

impl Arguments {
    /// Reads the command line; nothing where only help is wanted.
    fn read(mut arguments: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut read = Self { profile: Profile::Release, is_bench: false };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Ok(None),
                "--bench" => read.is_bench = true,
                "--profile" => {
                    let name = arguments.next().unwrap_or_default();
                    read.profile = Profile::parse(&name)
                        .ok_or_else(|| Failure(format!("--profile takes wasm-release or wasm-dev, not \"{name}\".")))?;
                }
                other => return Err(Failure(format!("unknown argument \"{other}\", see --help."))),
            }
        }
        Ok(Some(read))
    }
}

/// A crate as its WebAssembly module, optimised where the profile wants it.
fn module(places: &Places, steps: &mut Steps, name: &str, profile: Profile, wasm: Vec<u8>) -> Result<bundle::Module> {
    let module = bundle::bind(places, name, wasm)?;
    steps.done("wasm-bindgen");
    if profile == Profile::Dev {
        return Ok(module);
    }
    let smaller = bundle::optimise(places, module)?;
    steps.done("wasm-opt");
    Ok(smaller)
}

fn build_bench(profile: Profile) -> Result<()> {
    let places = Places::find(profile)?;
    let mut steps = Steps::start();
    let wasm = bundle::compile(&places, bundle::BENCH, profile)?;
    steps.done("compile to WebAssembly");
    let folder = places.target.join("site-bench");
    module(&places, &mut steps, bundle::BENCH, profile, wasm)?.write(&folder)?;
    steps.total(&folder);
    Ok(())
}

fn build(profile: Profile) -> Result<()> {
    let places = Places::find(profile)?;
    let mut steps = Steps::start();

    let wasm = bundle::compile(&places, bundle::FRONTEND, profile)?;
    steps.done("compile to WebAssembly");

    let sheets = styles::read(&places.root)?;
    let assets = Files::read(&places.root.join("public"))?;
    let inputs = publish::digest(profile, &wasm, &sheets, &assets);
    if publish::is_current(&places.site, &inputs) {
        steps.done("compare with the last build: nothing changed");
        return Ok(());
    }

    let mut site = publish::Site::new(profile, inputs);
    for (name, bytes) in assets.iter() {
        match name.strip_prefix("root/") {
            Some(name) => site.add_root(name, bytes.to_vec()),
            None => {
                site.add(name, bytes.to_vec());
            }
        }
    }
    steps.done("fonts and images");
    site.add("style.css", styles::build(&sheets, &site)?.into_bytes());
    steps.done("style sheets");
    module(&places, &mut steps, bundle::FRONTEND, profile, wasm)?.add_to(&mut site)?;
    let report = site.write(&places.site)?;
    steps.done("compress and write");
    print!("{report}");
    steps.total(&places.site);
    Ok(())
}
