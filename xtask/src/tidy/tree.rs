//! The repository as the rules see it: text files and packages.

use serde_json::Value;
use std::path::Path;

/// A text file.
#[derive(Clone, Debug)]
pub struct File {
    /// Path from the top, with `/`.
    pub path: String,
    /// Content.
    pub text: String,
}

/// A package of the workspace.
#[derive(Clone, Debug)]
pub struct Package {
    /// Path of its manifest from the top.
    pub manifest: String,
    /// Name and kind (`normal`, `dev`, `build`) of what it depends on.
    pub dependencies: Vec<(String, String)>,
}

/// Everything the rules look at.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// Text files, sorted by path.
    pub files: Vec<File>,
    /// Packages of the workspace.
    pub packages: Vec<Package>,
}

const TEXT: [&str; 9] = ["rs", "md", "toml", "yaml", "yml", "json", "txt", "sh", "py"];
const SKIP: [&str; 5] = ["target", ".git", "reports/out", "fuzz/corpus", "fuzz/artifacts"];

impl Tree {
    /// Reads the repository at `root`.
    pub fn read(root: &Path) -> Result<Self, String> {
        let mut tree = Self::default();
        tree.walk(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        let words = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
        let text = crate::shell::output(root, "cargo", &words)?;
        let value: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let top = value["workspace_root"].as_str().unwrap_or("").to_owned();
        let packages = value["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        tree.packages = packages.iter().map(|package| parse(package, &top)).collect();
        Ok(tree)
    }

    fn walk(&mut self, root: &Path, folder: &str) -> Result<(), String> {
        let entries = std::fs::read_dir(root.join(folder));
        for entry in entries.map_err(|error| format!("{folder}: {error}"))? {
            let entry = entry.map_err(|error| format!("{folder}: {error}"))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if SKIP.contains(&path.as_str()) {
                continue;
            }
            // Files come and go while a tree is read; what is gone breaks no rule.
            if entry.path().is_dir() {
                self.walk(root, &path)?;
            } else if TEXT.iter().any(|end| path.ends_with(&format!(".{end}")))
                && let Ok(text) = std::fs::read_to_string(entry.path())
            {
                self.files.push(File { path, text });
            }
        }
        Ok(())
    }
}

fn parse(package: &Value, top: &str) -> Package {
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let dependency = |value: &Value| {
        let kind = value["kind"].as_str().unwrap_or("normal").to_owned();
        (text(&value["name"]), kind)
    };
    let list = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
    let manifest = text(&package["manifest_path"]);
    let manifest = manifest.strip_prefix(top).unwrap_or(&manifest).replace('\\', "/");
    Package {
        manifest: manifest.trim_start_matches('/').to_owned(),
        dependencies: list.iter().map(dependency).collect(),
    }
}

/// Crate folder under `harness/`, if the path lies in one.
pub fn harness_crate(path: &str) -> Option<&str> {
    path.strip_prefix("harness/")?.split('/').next()
}

/// Whether the file holds tests only.
pub fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/") || path.contains("/benches/")
}
