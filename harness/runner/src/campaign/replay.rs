//! One recorded execution, played again.

use super::detail::dialogue;
use super::workers::Bench;
use crate::library::Library;
use crate::scenario::error::nearest;
use crate::world::{Job, Outcome};
use std::fmt;
use wireproof_base::{Role, Seed};
use wireproof_driver::{Depth, DriverError, Speaks};
use wireproof_oracle::Judged;
use wireproof_sim::{FaultSource, Plan};

/// What came of it.
pub struct Replay {
    /// Role of the SUT.
    pub role: Role,
    /// The outcome.
    pub outcome: Outcome,
    /// The dialogue.
    pub diagram: Vec<String>,
    /// Every record of the trace, a line each.
    pub trace: Vec<String>,
    /// Whether playing it a second time gave the same trace; not looked at in real time.
    pub repeatable: bool,
}

/// Why it could not be played.
#[derive(Debug)]
pub enum ReplayError {
    /// No scenario has that id here.
    UnknownScenario {
        /// The id in the plan.
        id: String,
        /// The nearest one there is.
        near: Option<String>,
    },
    /// The scenario has no network, or not with that role under test.
    NotPlayable {
        /// Why.
        reason: String,
    },
    /// The driver did not start.
    Driver(DriverError),
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownScenario { id, near } => {
                write!(f, "the plan is for scenario `{id}`, which does not exist here")?;
                match near {
                    Some(near) => write!(f, "; the nearest is `{near}`"),
                    None => Ok(()),
                }
            }
            Self::NotPlayable { reason } => f.write_str(reason),
            Self::Driver(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ReplayError {}

/// Plays `plan` against the driver, twice.
pub fn replay<P: Speaks + Judged>(
    library: &Library<P>,
    plan: &Plan,
    driver: &str,
    role: Option<Role>,
) -> Result<Replay, ReplayError> {
    let Some(scenario) = library.scenarios.iter().find(|s| s.id == plan.scenario) else {
        let ids = library.scenarios.iter().map(|s| s.id.as_str());
        let near = nearest(&plan.scenario, ids);
        return Err(ReplayError::UnknownScenario { id: plan.scenario.clone(), near });
    };
    if scenario.depth != Depth::Stepped {
        let reason = format!("`{}` has no network to replay", scenario.id);
        return Err(ReplayError::NotPlayable { reason });
    }
    let role = role.or(scenario.sut.first().copied()).unwrap_or(Role::Server);
    if !scenario.sut.contains(&role) {
        let reason = format!("`{}` cannot have the {role} under test", scenario.id);
        return Err(ReplayError::NotPlayable { reason });
    }
    let mut bench = Bench::<P>::open(driver).map_err(ReplayError::Driver)?;
    let faulty = !plan.faults.is_empty() || plan.parameters.contains_key("network");
    let job = Job {
        scenario,
        sut: role,
        seed: Seed(plan.seed.unwrap_or(0)),
        source: match faulty {
            true => FaultSource::Planned(&plan.faults),
            false => FaultSource::Neutral,
        },
    };
    let first = bench.play(&job).hash;
    let outcome = bench.play(&job);
    let guilty = outcome.breaches.first().and_then(|(_, breach)| match breach {
        crate::world::Breach::Finding(finding) => Some(finding.record),
        _ => None,
    });
    let diagram = dialogue(&bench, guilty);
    let trace = bench.world.trace().iter().map(|record| line::<P>(&record)).collect();
    let repeatable = first == outcome.hash || bench.sut.identity().is_black_box();
    Ok(Replay { role, outcome, diagram, trace, repeatable })
}

fn line<P: Speaks>(record: &wireproof_base::Record<'_, P::Command, P::Event>) -> String {
    use wireproof_base::Crossing;
    let node = crate::world::role_of(record.node);
    let what = match &record.what {
        Crossing::Sent { conn, stream, bytes } => {
            format!("sent c{conn} #{} {} bytes  {}", stream.0, bytes.len(), P::label(bytes))
        }
        Crossing::Received { conn, stream, bytes } => {
            format!("received c{conn} #{} {} bytes", stream.0, bytes.len())
        }
        other => format!("{other:?}"),
    };
    format!("{:>6} {:>12} {node:<6} {what}", record.index, record.at.to_string())
}
