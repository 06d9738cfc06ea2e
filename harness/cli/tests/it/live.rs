//! Servers in real time, reached over TCP on loopback and through bytes alone.

use crate::command::{report, wireproof};
use crate::root::root_of;
use serde_json::Value;
use std::sync::OnceLock;
use wireproof_base::Role;
use wireproof_driver::live::Server;
use wireproof_driver::{Driver, Speaks};
use wireproof_wire::nnrp::Nnrp;
use wireproof_wire::nnrp::command::Setup;

fn adapter(driver: &str) -> String {
    format!("exec '{}' serve --live --driver {driver}", env!("CARGO_BIN_EXE_wireproof"))
}

fn server(spec: &str) -> Server {
    let driver: Box<dyn Driver<Nnrp>> = Nnrp::open(spec).expect("in this process");
    let setup = Setup { role: Role::Server, ..Setup::default() };
    Server::start(driver, &setup).expect("a free port")
}

/// A root with the cases about headers alone.
fn headers() -> &'static str {
    static ROOT: OnceLock<String> = OnceLock::new();
    let make =
        || root_of("live-root", "nnrp", &["common", "header"]).to_string_lossy().into_owned();
    ROOT.get_or_init(make)
}

/// Ids of the cases with that verdict.
fn with<'r>(report: &'r Value, verdict: &str) -> Vec<&'r str> {
    let cases = report["cases"].as_array().expect("cases").iter();
    let those = cases.filter(|case| case["verdict"] == verdict);
    those.filter_map(|case| case["id"].as_str()).collect()
}

fn is_clean(report: &Value, at_least: usize) {
    let passed = with(report, "pass");
    assert!(passed.len() >= at_least, "{passed:?}");
    let others = with(report, "not-applicable").len();
    assert_eq!(passed.len() + others, report["cases"].as_array().expect("cases").len(), "{report}");
    assert!(passed.contains(&"header.flags_unassigned[sut=server,flags=0x40]"), "{passed:?}");
    assert_eq!(report["sut"]["clock"], "wall");
    assert_eq!(report["certified"], false);
}

#[test]
fn the_reference_passes_behind_an_adapter_that_listens() {
    let (_, report) = report(
        "live-adapter",
        &["--root", headers(), "--depth", "stepped", "--driver", &adapter("reference"), "header"],
    );
    is_clean(&report, 40);
    let hidden = report["cases"].as_array().expect("cases").iter().find(|case| {
        case["id"].as_str().is_some_and(|id| id.starts_with("header.body_at_the_limit"))
    });
    let reason = hidden.expect("a case of the suite")["reason"].as_str().expect("a reason");
    assert!(reason.contains("events of the SUT"), "{reason}");
}

#[test]
fn the_reference_passes_where_it_listens_already() {
    let server = server("reference");
    let driver = format!("live:{}", server.address());
    let (_, report) =
        report("live-server", &["--root", headers(), "--driver", &driver, "header.flags"]);
    is_clean(&report, 10);
}

#[test]
fn a_mutant_fails_over_the_wire() {
    let spec = "mutant:accepts_unassigned_header_flags";
    let case = "header.flags_unassigned[sut=server,flags=0x40]";
    let (code, behind) = report(
        "live-mutant",
        &[
            "--root",
            headers(),
            "--driver",
            &adapter(spec),
            "flags_unassigned[sut=server,flags=0x40]",
        ],
    );
    assert_eq!((code, with(&behind, "fail")), (1, vec![case]), "{behind}");
    let server = server(spec);
    let driver = format!("live:{}", server.address());
    let (code, direct) = report(
        "live-mutant-server",
        &["--root", headers(), "--driver", &driver, "flags_unassigned[sut=server,flags=0x40]"],
    );
    assert_eq!((code, with(&direct, "fail")), (1, vec![case]), "{direct}");
}

#[test]
fn a_server_that_is_not_there_is_a_driver_that_does_not_start() {
    let address = server("reference").address();
    let driver = format!("live:{address}");
    let output = wireproof(&["--root", headers(), "run", "--quiet", "--driver", &driver]);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(6), "{stderr}");
    assert!(stderr.contains("could not be reached"), "{stderr}");
}
