//! Nobody is certified for talking. This program is its own adapter: called with the name of a
//! role it speaks the adapter protocol, without one it has the command judge those roles.

use serde_json::{Value, json};
use std::io::{BufRead, Write, stdin, stdout};
use std::path::Path;
use std::process::{Command, ExitCode};

/// Ways to deserve no certificate.
const ROLES: [(&str, &str); 3] = [
    ("ignorant", "knows the adapter protocol and nothing of NNRP"),
    ("boaster", "takes every operation, even one that does not exist"),
    ("silent", "declares nothing at all"),
];

fn main() -> ExitCode {
    if let Some(role) = std::env::args().nth(1).filter(|role| is_role(role)) {
        adapter(&role);
        return ExitCode::SUCCESS;
    }
    let failed: Vec<&str> = ROLES
        .iter()
        .filter(|(role, says)| !is_refused(role, says))
        .map(|(role, _)| *role)
        .collect();
    println!("{} passed, {} failed", ROLES.len() - failed.len(), failed.len());
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn is_role(name: &str) -> bool {
    ROLES.iter().any(|(role, _)| *role == name)
}

/// Whether the whole suite against that role ends without a certificate and not with exit 0.
fn is_refused(role: &str, says: &str) -> bool {
    let own = std::env::current_exe().expect("a running program has a path");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("honesty-{role}.json"));
    let status = Command::new(env!("CARGO_BIN_EXE_wireproof"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .args(["run", "--quiet", "--show", "0", "--seeds", "0", "--driver"])
        .arg(format!("'{}' {role}", own.display()))
        .arg("--out")
        .arg(&out)
        .output()
        .expect("the command was built");
    let text = std::fs::read_to_string(&out).unwrap_or_default();
    let report: Value = serde_json::from_str(&text).unwrap_or_default();
    let refused = report["certified"] == Value::Bool(false)
        && report["not_certified"].as_array().is_some_and(|reasons| !reasons.is_empty())
        && status.status.code() != Some(0);
    println!("{} {role}, which {says}", if refused { "ok    " } else { "FAILED" });
    if !refused {
        println!("{}", String::from_utf8_lossy(&status.stderr));
        println!("{}", String::from_utf8_lossy(&status.stdout));
    }
    refused
}

fn adapter(role: &str) {
    for line in stdin().lock().lines() {
        let Ok(line) = line else { return };
        let request: Value = serde_json::from_str(&line).unwrap_or_default();
        let mut reply = answer(role, &request);
        reply["id"] = request["id"].clone();
        let mut out = stdout().lock();
        if writeln!(out, "{reply}").and_then(|()| out.flush()).is_err() {
            return;
        }
    }
}

fn answer(role: &str, request: &Value) -> Value {
    match request["op"].as_str().unwrap_or_default() {
        "hello" => hello(role),
        "decode" => json!({"ok": {"refused": {"kind": "malformed_body"}}}),
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

fn hello(role: &str) -> Value {
    let (depths, capabilities) = match role {
        "silent" => (json!([]), json!([])),
        _ => (json!(["vectors", "machines", "stepped"]), claims()),
    };
    json!({"ok": {
        "version": 1, "name": role, "release": "0", "roles": ["client", "server"],
        "depths": depths, "capabilities": capabilities, "clock": "virtual",
    }})
}

/// Everything that can be claimed, as the reference claims it.
fn claims() -> Value {
    let served = Command::new(env!("CARGO_BIN_EXE_wireproof"))
        .args(["list", "capabilities"])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .output();
    let text = served.map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    text.lines().skip(1).map(str::trim).filter(|line| line.contains('.')).map(Value::from).collect()
}
