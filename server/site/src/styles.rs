//! The style sheets, bundled in the order of `style/index.css` and minified.

use std::fs;
use std::path::Path;

use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions, StyleSheet};
use lightningcss::targets::{Browsers, Targets};

use crate::publish::Site;
use crate::{Failure, Result, While};

/// One sheet: its name for messages, and its text.
pub struct Sheet {
    pub name: String,
    pub text: String,
}

/// The oldest browsers that know cascade layers, `:has()`, container queries, `color-mix()` and `popover`. They don't know
/// `light-dark()`, so lightningcss expands it.
fn browsers() -> Targets {
    let version = |major: u32, minor: u32| Some(major << 16 | minor << 8);
    Targets::from(Browsers {
        chrome: version(114, 0),
        edge: version(114, 0),
        firefox: version(125, 0),
        safari: version(17, 0),
        ios_saf: version(17, 0),
        ..Browsers::default()
    })
}

/// Reads `style/index.css` and what it imports. `@import "npm:…"` takes a sheet out of `node_modules`.
///
/// # Errors
/// A sheet is missing.
pub fn read(root: &Path) -> Result<Vec<Sheet>> {
    let folder = root.join("style");
    let index = folder.join("index.css");
    let (own, imported) = imports(&fs::read_to_string(&index).during(index.display())?);
    let mut sheets = vec![Sheet { name: "style/index.css".into(), text: own }];
    for name in imported {
        let path = match name.strip_prefix("npm:") {
            Some(module) => root.join("node_modules").join(module),
            None => folder.join(&name),
        };
        let text = fs::read_to_string(&path).map_err(|cause| match name.strip_prefix("npm:") {
            Some(module) => Failure(format!(
                "The npm package with {module} is missing. Run `npm ci` in the root of the repository, or `./run`, which does it."
            )),
            None => Failure(format!("style/index.css imports {name}: {cause}")),
        })?;
        sheets.push(Sheet { name, text });
    }
    Ok(sheets)
}

/// Splits the index into what stands in it and the names that it imports, one import a line.
fn imports(index: &str) -> (String, Vec<String>) {
    let mut own = String::new();
    let mut imported = Vec::new();
    for line in index.lines() {
        match line.trim().strip_prefix("@import \"").and_then(|rest| rest.strip_suffix("\";")) {
            Some(name) => imported.push(name.to_owned()),
            None => {
                own.push_str(line);
                own.push('\n');
            }
        }
    }
    (own, imported)
}

/// Minifies every sheet and joins them; `url("…")` names a file of `public/` and becomes its hashed name.
///
/// # Errors
/// A sheet has an error, imports another one, has a data URI (the content security policy forbids it), or names a file that is not there.
pub fn build(sheets: &[Sheet], site: &Site) -> Result<String> {
    let mut css = String::new();
    for sheet in sheets {
        let text = link(sheet, |path| site.hashed(path).map(str::to_owned))?;
        css.push_str(&minify(&sheet.name, &text)?);
    }
    Ok(css)
}

fn minify(name: &str, text: &str) -> Result<String> {
    let options = ParserOptions { filename: name.to_owned(), ..ParserOptions::default() };
    let mut parsed = StyleSheet::parse(text, options).map_err(|error| Failure(format!("The style sheet {error}")))?;
    let targets = browsers();
    parsed
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| Failure(format!("The style sheet {name}: {error}")))?;
    let printed = parsed
        .to_css(PrinterOptions { minify: true, targets, ..PrinterOptions::default() })
        .during(format_args!("The style sheet {name}"))?;
    Ok(printed.code)
}

fn link(sheet: &Sheet, hashed: impl Fn(&str) -> Option<String>) -> Result<String> {
    let fault = |what: &str| Failure(format!("The style sheet {}: {what}", sheet.name));
    if sheet.text.contains("@import") {
        return Err(fault("only style/index.css may import others."));
    }
    let mut text = String::with_capacity(sheet.text.len());
    let mut rest = sheet.text.as_str();
    while let Some(start) = rest.find("url(") {
        let (before, after) = rest.split_at(start + "url(".len());
        let end = after.find(')').ok_or_else(|| fault("url( without an end."))?;
        let path = after[..end].trim_matches(['"', '\'']);
        let target = hashed(path).ok_or_else(|| fault(&format!("url({path}) is no file of public/.")))?;
        text.push_str(before);
        text.push('"');
        text.push_str(&target);
        text.push('"');
        rest = &after[end..];
    }
    text.push_str(rest);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        Sheet { name: "probe.css".into(), text: text.into() }
    }

    fn known(path: &str) -> Option<String> {
        (path == "select.svg").then(|| "select.0123.svg".to_owned())
    }

    #[test]
    fn files_get_their_hashed_names() {
        let linked = link(&sheet(r#".a { background: url("select.svg") } .b { color: red }"#), known).unwrap();
        assert_eq!(linked, r#".a { background: url("select.0123.svg") } .b { color: red }"#);
    }

    #[test]
    fn missing_files_data_uris_and_nested_imports_stop_the_build() {
        for text in [r#"a { background: url("none.svg") }"#, "a { background: url('data:image/svg+xml,x') }", r#"@import "other.css";"#] {
            assert!(link(&sheet(text), known).is_err(), "{text}");
        }
        assert!(minify("probe.css", "a { color: red; } }").is_err());
    }

    #[test]
    fn light_dark_is_expanded_for_older_browsers_and_layers_stay() {
        let css =
            minify("probe.css", "@layer tokens { :root { color-scheme: light dark; --k-ink: light-dark(var(--a), var(--b)) } }").unwrap();
        assert!(css.starts_with("@layer tokens{"), "{css}");
        assert!(css.contains("--k-ink:var(--lightningcss-light,var(--a))var(--lightningcss-dark,var(--b))"), "{css}");
        assert!(css.contains("prefers-color-scheme:dark"), "{css}");
    }

    #[test]
    fn imports_keep_their_order() {
        let (own, imported) = imports("@layer a, b;\n@import \"npm:x/y.css\";\n@import \"z.css\";\n");
        assert_eq!((own.as_str(), imported), ("@layer a, b;\n", vec!["npm:x/y.css".to_owned(), "z.css".to_owned()]));
    }
}
