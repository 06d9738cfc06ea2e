//! Runs all rules over the repository.

use super::breach::Breach;
use super::tree::Tree;
use super::{exceptions, lexer, reach, shape, size, words};
use std::path::Path;

/// Checks the repository at `root` and prints what breaks a rule.
pub fn run(root: &Path) -> Result<(), String> {
    let tree = Tree::read(root)?;
    let breaches = check(&tree);
    for breach in &breaches {
        println!("{breach}");
    }
    let errors = breaches.iter().filter(|breach| !breach.warning).count();
    println!("tidy: {} files, {errors} errors", tree.files.len());
    if errors == 0 { Ok(()) } else { Err(format!("{errors} rules broken")) }
}

/// All breaches of `tree`, sorted by place.
pub fn check(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    reach::packages(&tree.packages, &mut breaches);
    let mut listed = "";
    for file in &tree.files {
        words::check(file, &mut breaches);
        if file.path == exceptions::PATH {
            listed = &file.text;
        }
        if file.path.ends_with(".rs") {
            let code = lexer::read(&file.text);
            size::check(file, &code, &mut breaches);
            shape::check(file, &code, &mut breaches);
            reach::check(file, &code, &mut breaches);
        }
    }
    exceptions::apply(listed, &mut breaches);
    breaches.sort();
    breaches
}
