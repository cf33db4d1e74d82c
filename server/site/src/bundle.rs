//! A WebAssembly module and its JavaScript: cargo, wasm-bindgen, wasm-opt.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use wasm_bindgen_cli_support::Bindgen;

use crate::files::Files;
use crate::publish::Site;
use crate::{Failure, Places, Profile, Result, While, steps};

/// The browser part of the application.
pub const FRONTEND: &str = "frontend";
/// The calculation alone, for `./bench`.
pub const BENCH: &str = "frontend-bench";
const COMPILE_LIMIT: Duration = Duration::from_secs(45 * 60);
const BIND_LIMIT: Duration = Duration::from_secs(5 * 60);
const OPTIMISE_LIMIT: Duration = Duration::from_secs(15 * 60);

/// What today's rustc emits and every supported browser understands; `strip` removed the section that would say so.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The module with its glue, as wasm-bindgen wrote them.
pub struct Module {
    name: String,
    wasm: Vec<u8>,
    glue: String,
    snippets: Files,
}

/// Compiles a crate for the browser and returns the raw module.
///
/// # Errors
/// The compiler's; it has printed them.
pub fn compile(places: &Places, name: &str, profile: Profile) -> Result<Vec<u8>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.current_dir(&places.root).env("CARGO_TARGET_DIR", &places.target).args([
        "build",
        "--locked",
        "--package",
        name,
        "--target",
        "wasm32-unknown-unknown",
        "--profile",
        profile.cargo(),
    ]);
    steps::run("The compilation to WebAssembly", &mut command, COMPILE_LIMIT)?;
    let path = places.target.join("wasm32-unknown-unknown").join(profile.cargo()).join(format!("{}.wasm", name.replace('-', "_")));
    fs::read(&path).during(path.display())
}

/// Makes the JavaScript for the module.
///
/// # Errors
/// wasm-bindgen's own, most often a version that differs from the one in `Cargo.lock`.
pub fn bind(places: &Places, name: &str, wasm: Vec<u8>) -> Result<Module> {
    let name = name.replace('-', "_");
    let out = scratch(places, "bindgen")?;
    let (folder, own) = (out.clone(), name.clone());
    steps::within("wasm-bindgen", BIND_LIMIT, move || {
        let mut bindgen = Bindgen::new();
        bindgen.input_bytes(&own, wasm).out_name(&own).typescript(false).omit_default_module_path(false);
        bindgen.web(true).and_then(|bindgen| bindgen.generate(&folder)).map_err(|cause| Failure(format!("wasm-bindgen: {cause:#}")))
    })?;
    let wasm = out.join(format!("{name}_bg.wasm"));
    let glue = out.join(format!("{name}.js"));
    let module = Module {
        name,
        wasm: fs::read(&wasm).during(wasm.display())?,
        glue: fs::read_to_string(&glue).during(glue.display())?,
        snippets: Files::read(&out.join("snippets"))?,
    };
    fs::remove_dir_all(&out).during(out.display())?;
    Ok(module)
}

/// Makes the module smaller with binaryen's wasm-opt.
///
/// # Errors
/// It is not installed, fails, or takes too long.
pub fn optimise(places: &Places, module: Module) -> Result<Module> {
    let tool = places.root.join("node_modules/binaryen/bin/wasm-opt");
    if !tool.is_file() {
        return Err(Failure("wasm-opt is missing. Run `npm ci` in the root of the repository, or `./run`, which does it.".into()));
    }
    let out = scratch(places, "wasm-opt")?;
    let (from, to) = (out.join("in.wasm"), out.join("out.wasm"));
    fs::write(&from, &module.wasm).during(from.display())?;
    let mut command = Command::new("node");
    command.arg(&tool).args(WASM_FEATURES).args(["-Oz", "--strip-debug", "--strip-producers", "-o"]).arg(&to).arg(&from);
    steps::run("wasm-opt", &mut command, OPTIMISE_LIMIT)?;
    let wasm = fs::read(&to).during(to.display())?;
    fs::remove_dir_all(&out).during(out.display())?;
    Ok(Module { wasm, ..module })
}

fn scratch(places: &Places, name: &str) -> Result<PathBuf> {
    let folder = places.target.join(format!("site-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).during(folder.display())?;
    Ok(folder)
}

impl Module {
    /// Writes module and glue into a folder under the names that the glue uses.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).during(folder.display())?;
        for (name, bytes) in [(format!("{}_bg.wasm", self.name), self.wasm.as_slice()), (format!("{}.js", self.name), self.glue.as_bytes())]
        {
            let path = folder.join(name);
            fs::write(&path, bytes).during(path.display())?;
        }
        Ok(())
    }

    /// Adds module, snippets and glue to the site; the glue then names the others by their hashed names.
    ///
    /// # Errors
    /// The glue does not name them as expected (a new wasm-bindgen writes it differently).
    pub fn add_to(self, site: &mut Site) -> Result<()> {
        let Self { name, mut glue, .. } = self;
        let hashed = site.add(&format!("{name}.wasm"), self.wasm);
        rename(&mut glue, &format!("'{name}_bg.wasm'"), &format!("'{hashed}'"))?;
        for (name, bytes) in self.snippets.iter() {
            let path = format!("snippets/{name}");
            let hashed = site.add(&path, bytes.to_vec());
            // Not every snippet is named: one that no function uses is written all the same.
            glue = glue.replace(&format!("./{path}"), &format!("./{hashed}"));
        }
        site.add(&format!("{name}.js"), glue.into_bytes());
        Ok(())
    }
}

fn rename(glue: &mut String, from: &str, to: &str) -> Result<()> {
    if !glue.contains(from) {
        return Err(Failure(format!(
            "The JavaScript of wasm-bindgen does not name {from} any more: adapt server/site to the new version."
        )));
    }
    *glue = glue.replace(from, to);
    Ok(())
}
