//! The matrix of carriers and weathers is complete, and the markers that scenarios name exist.

use crate::command::wireproof;
use crate::root::some_scenarios;
use std::path::Path;
use std::sync::OnceLock;
use wireproof_base::{Carrier, Role};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_runner::library::Library;
use wireproof_runner::scenario::Faults;
use wireproof_sim::Preset;
use wireproof_wire::ncp::Ncp;
use wireproof_wire::nnrp::Nnrp;

fn library<P: Speaks + Judged>(name: &str) -> Library<P> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Library::load(&root, name)
        .unwrap_or_else(|errors| panic!("{}", wireproof_runner::scenario::render_all(&errors)))
}

/// Loaded once: it is large.
fn nnrp() -> &'static Library<Nnrp> {
    static LIBRARY: OnceLock<Library<Nnrp>> = OnceLock::new();
    LIBRARY.get_or_init(|| library("nnrp"))
}

#[test]
fn both_roles_meet_over_every_carrier_in_every_weather() {
    let library = nnrp();
    for carrier in [Carrier::Stream, Carrier::Multistream, Carrier::Datagram] {
        for weather in [Preset::Calm, Preset::Mild, Preset::Rough, Preset::Hostile] {
            let found = library.scenarios.iter().find(|scenario| {
                scenario.base == "workload.interop"
                    && scenario.carrier == carrier
                    && scenario.faults == Faults::Preset(weather)
            });
            let scenario = found.unwrap_or_else(|| panic!("{carrier:?} in {weather:?} is missing"));
            assert_eq!(scenario.sut, [Role::Client, Role::Server], "{}", scenario.id);
            let traffic = scenario.workload.as_ref().expect("generated traffic");
            assert_eq!(traffic["carrier"], carrier.name(), "{}", scenario.id);
        }
    }
}

#[test]
fn markers_that_scenarios_name_exist() {
    known_markers(nnrp());
    known_markers(&library::<Ncp>("ncp"));
}

fn known_markers<P: Speaks + Judged>(library: &Library<P>) {
    let named = library.scenarios.iter().flat_map(|scenario| &scenario.sometimes);
    let unknown: Vec<_> = named.filter(|name| !P::markers().contains(&name.as_str())).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_matrix_passes() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop.json");
    let out = out.to_string_lossy();
    let root = ["--root", some_scenarios()];
    let run = ["run", "workload.interop", "--seeds", "2", "-q", "--out", &out];
    let output = wireproof(&[&root[..], &run[..]].concat());
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
}
