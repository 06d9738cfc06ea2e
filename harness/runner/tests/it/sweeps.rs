//! The codec of `wire` against the sweeps: two typings of one protocol text. A form must be
//! refused with the kind, in the part of the packet and for one of the rules that its group says.

use std::path::{Path, PathBuf};
use wireproof_driver::{Driver, Refused, Speaks};
use wireproof_runner::scenario::{LoadError, render_all};
use wireproof_runner::vectors::sweep::{self, Group, Sweep};
use wireproof_runner::{requirements, vectors};
use wireproof_wire::nnrp::{Frame, Nnrp};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What is wrong with the way in which a form is refused, if anything is.
fn wrong(sweep: &Sweep, group: &Group, bytes: &[u8], sut: &mut dyn Driver<Nnrp>) -> Option<String> {
    let codec = sut.vectors().expect("the reference has a codec");
    let decoded = codec.decode(&sweep.kind, &sweep.what, bytes).expect("the reference answers");
    let Err(Refused { kind, requirement, .. }) = decoded else { return Some("taken".to_owned()) };
    if !group.refusal.admits(&kind) {
        return Some(format!("refused with {kind}"));
    }
    let known = |id: &str| group.requirements.iter().any(|known| known == id);
    if let Some(requirement) = requirement.filter(|id| !known(id)) {
        return Some(format!("refused for {requirement}"));
    }
    if sweep.kind != "packet" || group.endpoint_only {
        return None;
    }
    match Frame::decode(bytes) {
        Ok(_) => Some("taken by the layout".to_owned()),
        Err(refusal) => {
            let layer = refusal.violation.layer.name();
            (layer != group.refusal.layer).then(|| format!("refused in the {layer}"))
        }
    }
}

/// Files that do not load are told with their places.
fn told<T>(errors: Vec<LoadError>) -> T {
    panic!("{}", render_all(&errors))
}

#[test]
fn the_reference_refuses_every_broken_form_for_its_reason() {
    let catalogue = root().join("scenarios/nnrp/requirements.yaml");
    let requirements = requirements::load(&catalogue).unwrap_or_else(told);
    let folder = root().join("vectors/nnrp");
    let all = vectors::load_dir(&folder, &requirements).unwrap_or_else(told);
    let sweeps = sweep::load_dir(&folder.join("sweeps"), &all, &requirements);
    let mut sut = Nnrp::open("reference").expect("the reference opens");
    let (mut forms, mut problems) = (0, Vec::new());
    let mut bytes = Vec::new();
    for sweep in &sweeps.unwrap_or_else(told) {
        for group in &sweep.groups {
            for &number in &group.numbers {
                bytes.clear();
                bytes.extend_from_slice(&sweep.bytes);
                group.apply(number, &mut bytes);
                forms += 1;
                if let Some(wrong) = wrong(sweep, group, &bytes, &mut *sut) {
                    problems.push(format!("{}[{number}]: {wrong}", group.id));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} of {forms}:\n{}", problems.len(), problems.join("\n"));
    assert!(forms > 10_000, "only {forms} forms");
}
