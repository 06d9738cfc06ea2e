//! Judges a codec by sweeps.

use super::super::case::{self, Mismatch};
use super::super::judge::{Raw, shown};
use super::model::{Group, Sweep};
use super::numbers;
use crate::report::{Case, CaseKind};
use crate::requirements::Requirements;
use wireproof_base::Protocol;
use wireproof_driver::{Driver, DriverError, Vectors};

/// One case per group that `takes` admits, in order. A SUT without this depth gets cases that do
/// not apply.
pub fn judge<P: Protocol>(
    sweeps: &[Sweep],
    takes: &dyn Fn(&Group) -> bool,
    sut: &mut dyn Driver<P>,
    requirements: &Requirements,
) -> Vec<Case> {
    let raw = Raw::of(sut);
    let mut codec = sut.vectors();
    let mut cases = Vec::new();
    for sweep in sweeps {
        // Who refuses what is right shows nothing by refusing what is wrong.
        let mut refuses = None;
        for group in sweep.groups.iter().filter(|group| takes(group)) {
            let case = case::case(CaseKind::Vector, &group.id, &group.note, &group.requirements);
            let Some(codec) = codec.as_deref_mut() else {
                let reason = "the SUT does not offer depth `vectors`";
                cases.push(case::not_applicable(case, reason));
                continue;
            };
            cases.push(match *refuses.get_or_insert_with(|| refused(sweep, codec)) {
                true => case::not_applicable(case, format!("the SUT refuses {}", sweep.base)),
                false => one((sweep, group), codec, raw, requirements, case),
            });
        }
    }
    cases
}

/// Whether the base itself is refused. What the driver cannot do shows again with the first form.
fn refused(sweep: &Sweep, codec: &mut dyn Vectors) -> bool {
    matches!(codec.decode(&sweep.kind, &sweep.what, &sweep.bytes), Ok(Err(_)))
}

/// What came of the forms of a group that were not refused as they must be.
#[derive(Default)]
struct Found {
    judged: usize,
    taken: Vec<i64>,
    other: Vec<i64>,
    kind: String,
}

fn one(
    (sweep, group): (&Sweep, &Group),
    codec: &mut dyn Vectors,
    raw: Raw,
    requirements: &Requirements,
    case: Case,
) -> Case {
    let requirement = group.requirements.first().map_or("", String::as_str);
    let found = match look(sweep, group, codec, raw) {
        Ok(found) => found,
        Err(error) => {
            return case::driver_error(case, requirements, requirement, &group.place, &error);
        }
    };
    if found.judged == 0 {
        return case::not_applicable(case, "the SUT does not read this part of the body");
    }
    let mut case = case;
    case.executions = found.judged as u64;
    let mut fail = |name: &str, forms: &[i64], observed: String, rests_on_kind: bool| {
        if forms.is_empty() {
            return;
        }
        let listed = numbers::write(forms);
        let (reading, diverges) = match rests_on_kind {
            true => (group.reading.clone().or_else(|| group.kind_reading.clone()), true),
            false => (group.reading.clone(), false),
        };
        let mismatch = Mismatch {
            // Which forms are taken is what makes a failure: another set is another failure.
            signature: format!("{name}[{listed}]"),
            expected: format!("{}, each refused with {}", group.note, group.refusal.kinds()),
            observed: format!("{} of {}: {observed} at {listed}", forms.len(), found.judged),
            requirement: requirement.to_owned(),
            reading,
            diverges,
            place: group.place.clone(),
        };
        case::fail(&mut case, requirements, mismatch);
    };
    fail("decode.taken", &found.taken, "taken".to_owned(), false);
    fail("decode.kind", &found.other, found.kind.clone(), true);
    case
}

fn look(
    sweep: &Sweep,
    group: &Group,
    codec: &mut dyn Vectors,
    raw: Raw,
) -> Result<Found, DriverError> {
    let mut found = Found::default();
    let in_the_body = sweep.kind == PACKET && group.refusal.layer == BODY;
    let mut bytes = Vec::with_capacity(sweep.bytes.len() + 8);
    for &number in &group.numbers {
        bytes.clear();
        bytes.extend_from_slice(&sweep.bytes);
        group.apply(number, &mut bytes);
        match codec.decode(&sweep.kind, &sweep.what, &bytes)? {
            // Only the body tells what is wrong, and it was left as it is.
            Ok(fields) if in_the_body && raw.skips(&fields, &bytes) => continue,
            Ok(_) if group.endpoint_only => {}
            Ok(_) => found.taken.push(number),
            // Not every codec knows the families of the wire.
            Err(refused) if refused.kind.is_empty() || group.refusal.admits(&refused.kind) => {}
            Err(refused) => {
                if found.other.is_empty() {
                    found.kind = shown(&refused);
                }
                found.other.push(number);
            }
        }
        found.judged += 1;
    }
    Ok(found)
}

const PACKET: &str = "packet";
const BODY: &str = "body";
