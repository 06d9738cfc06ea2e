//! Nobody is certified for talking. This program is its own adapter: called with the name of a
//! role it speaks the adapter protocol, without one it has the command judge those roles.

use serde_json::{Value, json};
use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::process::{Command, ExitCode};

const PROTOCOLS: [&str; 2] = ["nnrp", "ncp"];

/// Ways to deserve no certificate.
const ROLES: [(&str, &str); 3] = [
    ("ignorant", "knows the adapter protocol and nothing else"),
    ("boaster", "takes every operation, even one that does not exist"),
    ("silent", "declares nothing at all"),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if let Some(role) = arguments.next().filter(|role| is_role(role)) {
        adapter(&role, &arguments.next().unwrap_or_default());
        return ExitCode::SUCCESS;
    }
    let trials = PROTOCOLS.iter().flat_map(|protocol| ROLES.map(|role| (*protocol, role)));
    let results: Vec<bool> =
        trials.map(|(protocol, (role, says))| is_refused(protocol, role, says)).collect();
    let failed = results.iter().filter(|refused| !**refused).count();
    println!("{} passed, {failed} failed", results.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_role(name: &str) -> bool {
    ROLES.iter().any(|(role, _)| *role == name)
}

/// Whether the whole suite against that role ends without a certificate and not with exit 0.
fn is_refused(protocol: &str, role: &str, says: &str) -> bool {
    let own = std::env::current_exe().expect("a running program has a path");
    let out =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("honesty-{protocol}-{role}.json"));
    let status = Command::new(env!("CARGO_BIN_EXE_wireproof"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .args(["run", "--protocol", protocol])
        .args(["--quiet", "--show", "0", "--seeds", "0", "--driver"])
        .arg(format!("'{}' {role} {protocol}", own.display()))
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the command was built");
    let text = std::fs::read_to_string(&out).unwrap_or_default();
    let report: Value = serde_json::from_str(&text).unwrap_or_default();
    let refused = report["certified"] == Value::Bool(false)
        && report["not_certified"].as_array().is_some_and(|reasons| !reasons.is_empty())
        && status.status.code() != Some(0);
    println!("{} {protocol}: {role}, which {says}", if refused { "ok    " } else { "FAILED" });
    if !refused {
        println!("{}", String::from_utf8_lossy(&status.stderr));
        println!("{}", String::from_utf8_lossy(&status.stdout));
    }
    refused
}

fn adapter(role: &str, protocol: &str) {
    for line in stdin().lock().lines() {
        let Ok(line) = line else { return };
        let request: Value = serde_json::from_str(&line).unwrap_or_default();
        let mut reply = answer(role, protocol, &request);
        reply["id"] = request["id"].clone();
        let mut out = stdout().lock();
        if writeln!(out, "{reply}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn answer(role: &str, protocol: &str, request: &Value) -> Value {
    match request["op"].as_str().unwrap_or_default() {
        "hello" => hello(role, protocol),
        "decode" => json!({"ok": {"refused": {"kind": "malformed"}}}),
        "encode" => json!({"ok": {"hex": ""}}),
        "create" => json!({"ok": {"machine": 0}}),
        "apply" => json!({"ok": {"result": {}}}),
        "state" => json!({"ok": {"state": {}}}),
        "start" => json!({"ok": {"timeout": null}}),
        "step" => json!({"ok": {"out": [], "timeout": null}}),
        _ if role == "boaster" => json!({"ok": {}}),
        op => json!({"error": {"code": "unsupported", "message": op}}),
    }
}

fn hello(role: &str, protocol: &str) -> Value {
    let (depths, capabilities) = match role {
        "silent" => (json!([]), json!([])),
        _ => (json!(["vectors", "machines", "stepped"]), claims(protocol)),
    };
    json!({"ok": {
        "version": 1, "name": role, "release": "0", "roles": ["client", "server"],
        "depths": depths, "capabilities": capabilities, "clock": "virtual",
    }})
}

/// Everything that can be claimed, as the reference claims it.
fn claims(protocol: &str) -> Value {
    let served = Command::new(env!("CARGO_BIN_EXE_wireproof"))
        .args(["list", "capabilities", "--protocol", protocol])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output();
    let text = served.map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().skip(1).map(str::trim).filter(|line| line.contains('.')).map(Value::from).collect()
}
