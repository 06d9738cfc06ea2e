use super::run::{check, run};
use super::tree::{File, Package, Tree};
use std::path::Path;

/// Breaches of a tree that is one file, as `line rule`.
fn broken(path: &str, text: &str) -> Vec<String> {
    let file = File { path: path.to_owned(), text: text.to_owned() };
    let tree = Tree { files: vec![file], packages: Vec::new() };
    check(&tree).iter().map(|b| format!("{} {}", b.line, b.rule)).collect()
}

fn depends(manifest: &str, dependency: &str, kind: &str) -> Vec<String> {
    let package = Package {
        manifest: manifest.to_owned(),
        dependencies: vec![(dependency.to_owned(), kind.to_owned())],
    };
    let tree = Tree { files: Vec::new(), packages: vec![package] };
    check(&tree).into_iter().map(|breach| breach.text).collect()
}

#[test]
fn the_repository_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    assert_eq!(run(&root), Ok(()));
}

#[test]
fn sizes_have_two_sides() {
    let lines = |count: usize| "// x\n".repeat(count);
    assert!(broken("harness/wire/src/a.rs", &lines(400)).is_empty());
    assert_eq!(broken("harness/wire/src/a.rs", &lines(401)), ["0 file-size"]);
    assert_eq!(broken("harness/wire/src/a.rs", &lines(601)), ["0 file-size"]);
    let wide = |count: usize| format!("// {}\n", "x".repeat(count));
    assert!(broken("harness/wire/src/a.rs", &wide(97)).is_empty());
    assert_eq!(broken("harness/wire/src/a.rs", &wide(98)), ["1 line-length"]);
    assert!(broken("harness/wire/src/a.rs", &"//! x\n".repeat(15)).is_empty());
    assert_eq!(broken("harness/wire/src/a.rs", &"//! x\n".repeat(16)), ["1 module-header"]);
}

#[test]
fn warnings_do_not_fail_and_the_hard_stop_does() {
    let warning = |count: usize| {
        let text = "// x\n".repeat(count);
        let file = File { path: "harness/wire/src/a.rs".to_owned(), text };
        check(&Tree { files: vec![file], packages: Vec::new() }).iter().all(|b| b.warning)
    };
    assert!(warning(600));
    assert!(!warning(601));
}

#[test]
fn functions_are_measured_by_their_braces() {
    let function = |count: usize| {
        format!("fn a() -> [u8; 3]\nwhere\n    u8: Copy,\n{{\n{}}}\n", "    \"}\";\n".repeat(count))
    };
    assert!(broken("harness/wire/src/a.rs", &function(70)).is_empty());
    assert_eq!(broken("harness/wire/src/a.rs", &function(71)), ["1 function-size"]);
    let declared = format!("trait T {{ fn a(&self); }}\n{}", "// {\n".repeat(80));
    assert!(broken("harness/wire/src/a.rs", &declared).is_empty());
}

#[test]
fn library_roots_only_declare() {
    let good = "//! x\n#![no_std]\nextern crate alloc;\npub mod a;\npub(crate) use a::{\n    B, \
                C,\n};\n#[cfg(test)]\nmod tests;\n";
    assert!(broken("harness/wire/src/lib.rs", good).is_empty());
    for item in ["fn a() {}", "pub struct A;", "impl A {}", "const A: u8 = 0;", "pub fn b() {}"] {
        let said = broken("harness/wire/src/x/mod.rs", item);
        assert_eq!(said, ["1 declarations-only"], "{item}");
    }
}

#[test]
fn inner_crates_have_no_std() {
    assert_eq!(broken("harness/sim/src/lib.rs", "pub mod a;\n"), ["1 no-std"]);
    assert_eq!(broken("harness/sim/src/a.rs", "use std::vec::Vec;\n"), ["1 no-std"]);
    assert_eq!(broken("harness/sim/src/a.rs", "extern crate std;\n"), ["1 no-std"]);
    assert!(broken("harness/sim/src/a.rs", "// std::x\nlet s = \"std::x\";\n").is_empty());
    assert!(broken("harness/sim/src/tests.rs", "extern crate std;\n").is_empty());
    let test = "#[cfg(test)]\nmod tests {\n    extern crate std;\n}\nuse std::rc::Rc;\n";
    assert_eq!(broken("harness/sim/src/a.rs", test), ["5 no-std"]);
}

#[test]
fn neutral_crates_name_no_protocol() {
    for line in ["// the NNRP header", "let nnrp_x = 1;", "fn ncp() {}", "let s = \"nnrp\";"] {
        assert_eq!(broken("harness/runner/src/a.rs", line), ["1 neutral-crate"], "{line}");
    }
    assert!(broken("harness/runner/src/a.rs", "// inconception").is_empty());
    assert!(broken("harness/driver/src/a.rs", "// NNRP").is_empty());
    assert!(broken("harness/runner/src/tests.rs", "// NNRP").is_empty());
}

#[test]
fn only_some_reach_outside() {
    for (path, line) in [
        ("harness/runner/src/a.rs", "use std::process::Command;"),
        ("harness/cli/src/a.rs", "use std::process::Command;"),
        ("harness/cli/src/a.rs", "use std::{io, fs};"),
        ("harness/runner/src/a.rs", "let x = std::net::TcpStream::connect(a);"),
        ("harness/driver/src/a.rs", "use std::{collections::BTreeMap, fs::File};"),
    ] {
        assert_eq!(broken(path, line), ["1 std-reach"], "{path} {line}");
    }
    let spread = "use std::{\n    io,\n    fs::{File, read},\n};\n";
    assert_eq!(broken("harness/driver/src/a.rs", spread), ["3 std-reach"]);
    for (path, line) in [
        ("harness/driver/src/a.rs", "use std::process::Command;"),
        ("harness/runner/src/a.rs", "use std::fs;"),
        ("harness/cli/src/main.rs", "use std::process::ExitCode;"),
        ("harness/adapters/x/src/main.rs", "use std::net::TcpStream;"),
        ("harness/driver/tests/it/a.rs", "use std::fs;"),
    ] {
        assert!(broken(path, line).is_empty(), "{path} {line}");
    }
}

#[test]
fn only_cli_prints_and_exits() {
    let path = "harness/runner/src/a.rs";
    assert_eq!(broken(path, "println!(\"x\");"), ["1 only-cli-prints"]);
    assert_eq!(broken(path, "eprint!(\"x\");"), ["1 only-cli-prints"]);
    let exit = broken(path, "std::process::exit(1);");
    assert_eq!(exit, ["1 only-cli-exits", "1 std-reach"]);
    assert!(broken("harness/cli/src/a.rs", "println!(\"x\"); std::process::exit(1);").is_empty());
    assert!(broken(path, "// println!(x)").is_empty());
}

#[test]
fn dependencies_point_inwards() {
    let machine = "harness/machine/Cargo.toml";
    assert_eq!(
        depends(machine, "wireproof-oracle", "normal"),
        ["machine must not depend on oracle"]
    );
    assert_eq!(
        depends("harness/oracle/Cargo.toml", "wireproof-machine", "dev"),
        ["oracle must not depend on machine"]
    );
    assert_eq!(depends("harness/sim/Cargo.toml", "wireproof-wire", "normal").len(), 1);
    assert_eq!(depends("harness/runner/Cargo.toml", "wireproof-cli", "normal").len(), 1);
    assert_eq!(depends("harness/driver/Cargo.toml", "nnrp-core", "normal").len(), 1);
    assert!(depends("harness/adapters/x/Cargo.toml", "nnrp-core", "normal").is_empty());
    assert!(depends(machine, "wireproof-wire", "normal").is_empty());
    assert!(depends("xtask/Cargo.toml", "wireproof-wire", "normal").is_empty());
}

#[test]
fn no_text_holds_a_path_of_one_machine() {
    let home = ["see /hom", "e/me/x"].concat();
    assert_eq!(broken("README.md", &home), ["1 machine-path"]);
    assert_eq!(broken("vectors/a.json", &["\"/tm", "p/x\""].concat()), ["1 machine-path"]);
    assert!(broken("README.md", &["https://example.org/hom", "e/x"].concat()).is_empty());
}

#[test]
fn the_second_source_stays_apart() {
    let line = "use wireproof_wire::nnrp::Header;";
    assert_eq!(broken("xtask/src/vectors/a.rs", line), ["1 second-source"]);
    assert!(broken("xtask/src/crosscheck.rs", line).is_empty());
}

#[test]
fn exceptions_need_a_reason_and_a_use() {
    let files = |list: &str| {
        let file = |path: &str, text: String| File { path: path.to_owned(), text };
        let tree = Tree {
            files: vec![
                file("harness/wire/src/a.rs", "// x\n".repeat(601)),
                file("xtask/tidy-exceptions.txt", list.to_owned()),
            ],
            packages: Vec::new(),
        };
        check(&tree).iter().map(|b| format!("{} {}", b.line, b.rule)).collect::<Vec<_>>()
    };
    let good = "harness/wire/src/a.rs | file-size | generated from the field tables\n";
    assert!(files(good).is_empty());
    assert_eq!(files("harness/wire/src/a.rs | file-size |\n"), ["1 exception"]);
    let stale = format!("{good}harness/wire/src/b.rs | file-size | generated long ago\n");
    assert_eq!(files(&stale), ["2 exception"]);
    assert_eq!(files(&format!("{good}nonsense\n")), ["2 exception"]);
}

#[test]
fn literals_and_comments_are_no_code() {
    let text = "/* fs /* std::fs */ std::fs */ let a = r#\"std::fs \" \"#; let b = 'x'; let c: \
                &'static str = b\"std::fs\\\"std::fs\"; let d = '\\''; let e = '\"'; std::fs::f();";
    assert_eq!(broken("harness/driver/src/a.rs", text), ["1 line-length", "1 std-reach"]);
    let quiet = text.replace("std::fs::f();", "");
    assert_eq!(broken("harness/driver/src/a.rs", &quiet), ["1 line-length"]);
}
