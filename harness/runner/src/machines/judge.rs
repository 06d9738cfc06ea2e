//! Judges machines event by event. The first thing that goes wrong ends a scenario, because what
//! follows would start from another state.
//!
//! A value that is up to the SUT gets a name: `{as: first}` keeps it, or asks for the kept one;
//! `{unlike: [first]}` asks for another.

use crate::report::{Case, CaseKind};
use crate::requirements::Requirements;
use crate::scenario::model::{Apply, Located, Outcome, Scenario, Step};
use crate::scenario::pattern::same;
use crate::vectors::case::{self, Mismatch};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use wireproof_base::Protocol;
use wireproof_driver::{Driver, DriverError, Machines};

/// One case per scenario, in order. A SUT without this depth gets cases that do not apply.
pub fn judge<'s, P: Protocol>(
    scenarios: impl IntoIterator<Item = &'s Scenario<P>>,
    sut: &mut dyn Driver<P>,
    requirements: &Requirements,
) -> Vec<Case> {
    let mut port = sut.machines();
    let mut cases = Vec::new();
    for scenario in scenarios {
        let case =
            case::case(CaseKind::Machine, &scenario.id, &scenario.title, &scenario.requirements);
        cases.push(match port.as_deref_mut() {
            Some(port) => one(scenario, port, requirements, case),
            None => case::not_applicable(case, "the SUT does not offer depth `machines`"),
        });
    }
    cases
}

fn one<P: Protocol>(
    scenario: &Scenario<P>,
    port: &mut dyn Machines,
    requirements: &Requirements,
    case: Case,
) -> Case {
    let mut case = case;
    let requirement = scenario.requirements.first().map_or("", String::as_str);
    let Some(machine) = &scenario.machine else {
        return case::not_applicable(case, "the scenario names no machine");
    };
    let id = match port.create(&machine.name, &machine.config) {
        Ok(id) => id,
        Err(error) => {
            return case::driver_error(case, requirements, requirement, &scenario.place, &error);
        }
    };
    let mut kept = Kept::new();
    for step in &scenario.steps {
        let Located { place, what: Step::Apply(apply) } = step else { continue };
        match check(port, id, apply, &mut kept) {
            Ok(None) => {}
            Ok(Some(difference)) => {
                let mismatch = Mismatch {
                    signature: format!("{}.{}", machine.name, difference.name),
                    expected: difference.expected,
                    observed: difference.observed,
                    requirement: apply.rests.requirement.clone(),
                    reading: apply.rests.reading.clone(),
                    diverges: false,
                    place: place.clone(),
                };
                case::fail(&mut case, requirements, mismatch);
                return case;
            }
            Err(error) => {
                let requirement = &apply.rests.requirement;
                return case::driver_error(case, requirements, requirement, place, &error);
            }
        }
    }
    case
}

struct Difference {
    name: &'static str,
    expected: String,
    observed: String,
}

fn check(
    port: &mut dyn Machines,
    id: u32,
    apply: &Apply,
    kept: &mut Kept,
) -> Result<Option<Difference>, DriverError> {
    let before = port.state(id)?;
    let answer = port.apply(id, &apply.event)?;
    let after = port.state(id)?;
    let difference = match (&apply.outcome, answer) {
        (Outcome::Taken(values), Ok(answer)) => wrong_values(values, &answer, &after, kept),
        (Outcome::Taken(_), Err(refused)) => Some(Difference {
            name: "refused",
            expected: format!("{} is taken", apply.event),
            observed: format!("refused with {}: {}", refused.kind, refused.detail),
        }),
        (Outcome::Refused(kinds), Ok(answer)) => Some(Difference {
            name: "taken",
            expected: refusal(&apply.event, kinds),
            observed: format!("taken: {answer}"),
        }),
        (Outcome::Either(_), Ok(_)) => None,
        (Outcome::Refused(kinds) | Outcome::Either(kinds), Err(refused)) => {
            if !kinds.is_empty() && !kinds.contains(&refused.kind) {
                Some(Difference {
                    name: "kind",
                    expected: refusal(&apply.event, kinds),
                    observed: format!("refused with {}: {}", refused.kind, refused.detail),
                })
            } else if before != after {
                Some(Difference {
                    name: "changed",
                    expected: format!("the refusal leaves the state at {before}"),
                    observed: format!("the state is {after}"),
                })
            } else {
                None
            }
        }
    };
    Ok(difference)
}

fn refusal(event: &Value, kinds: &[String]) -> String {
    match kinds {
        [] => format!("{event} is refused"),
        _ => format!("{event} is refused with {}", kinds.join(" or ")),
    }
}

/// Values are looked up in the answer and then in the state.
fn wrong_values(
    values: &Map<String, Value>,
    answer: &Value,
    state: &Value,
    kept: &mut Kept,
) -> Option<Difference> {
    values.iter().find_map(|(name, expected)| {
        let observed = answer.get(name).or_else(|| state.get(name));
        if observed.is_some_and(|observed| fits(expected, observed, kept)) {
            return None;
        }
        Some(Difference {
            name: "value",
            expected: format!("{name} is {}", told(expected, kept)),
            observed: observed
                .map_or_else(|| format!("there is no {name}"), |o| format!("{name} is {o}")),
        })
    })
}

/// Values of the SUT that were given a name.
type Kept = BTreeMap<String, Value>;

/// The name to keep a value under and the names of those it must not equal, if `expected` is about
/// a kept value at all.
fn about_kept(expected: &Value) -> Option<(Option<&str>, Vec<&str>)> {
    let about = expected.as_object().filter(|about| !about.is_empty())?;
    if about.keys().any(|key| key != "as" && key != "unlike") {
        return None;
    }
    let name = about.get("as").map(Value::as_str);
    let others = about.get("unlike").into_iter().flat_map(|others| match others {
        Value::Array(others) => others.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    });
    Some((name.flatten(), others.collect()))
}

fn fits(expected: &Value, observed: &Value, kept: &mut Kept) -> bool {
    let Some((name, others)) = about_kept(expected) else { return same(expected, observed) };
    // A name that was never kept cannot be met; the scenario shows at once that it is wrong.
    if others.iter().any(|other| kept.get(*other).is_none_or(|other| same(other, observed))) {
        return false;
    }
    let Some(name) = name else { return true };
    same(kept.entry(name.to_owned()).or_insert_with(|| observed.clone()), observed)
}

/// What was expected, in words.
fn told(expected: &Value, kept: &Kept) -> String {
    let Some((name, others)) = about_kept(expected) else { return expected.to_string() };
    let value = |name: &str| kept.get(name).map_or_else(|| "never seen".into(), Value::to_string);
    let same = name
        .filter(|name| kept.contains_key(*name))
        .map(|name| format!("the {name} one, {}", value(name)));
    let others = others.iter().map(|other| format!("not the {other} one, {}", value(other)));
    same.into_iter().chain(others).collect::<Vec<_>>().join(" and ")
}
