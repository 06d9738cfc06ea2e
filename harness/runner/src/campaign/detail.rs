//! From executions to cases: failures are joined by signature, and the first execution of each is
//! played again for its dialogue and its smallest plan.

use super::jobs::{Execution, Jobs};
use super::shrink::{has, shrink};
use super::workers::{Bench, Done};
use crate::library::Library;
use crate::report::diagram::{Mark, draw};
use crate::report::model::{Failure, Shrunk};
use crate::report::{Case, CaseKind};
use crate::world::{Breach, Job, Outcome, rests, role_of};
use std::collections::BTreeMap;
use wireproof_base::{Level, Role, Seed, Verdict};
use wireproof_driver::Speaks;
use wireproof_oracle::Judged;
use wireproof_sim::{Fault, FaultKey, FaultSource, Plan};

/// What failures are described with.
pub struct Detail<'a, P: Speaks + Judged> {
    pub library: &'a Library<P>,
    /// The SUT, as the command line names it.
    pub driver: &'a str,
    /// Whether to keep dialogue and plan of failures, and to shrink.
    pub details: bool,
    pub jobs: &'a Jobs<'a, P>,
}

/// One way in which a case failed, before it is described.
pub struct Group {
    pub verdict: Verdict,
    /// The execution that shows it.
    pub execution: Execution,
    pub breach: Breach,
    pub times: u64,
}

/// Joins executions, given in order of their index, into cases.
pub fn join<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    detail: &Detail<'_, P>,
    done: Vec<Done>,
) -> Vec<Case> {
    let mut by_case: BTreeMap<usize, Vec<Done>> = BTreeMap::new();
    for done in done {
        by_case.entry(detail.jobs.execution(done.index).case).or_default().push(done);
    }
    by_case.into_iter().map(|(case, done)| join_case(bench, detail, case, done)).collect()
}

fn join_case<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    detail: &Detail<'_, P>,
    index: usize,
    done: Vec<Done>,
) -> Case {
    let job = &detail.jobs.cases[index];
    let mut verdict = Verdict::NotApplicable;
    let mut reason = None;
    let executions = done.len() as u64;
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut differing = None;
    for done in done {
        verdict = verdict.max(done.verdict);
        reason = reason.or(done.not_applicable);
        if done.differs && differing.is_none() {
            differing = Some(done.index);
        }
        for (verdict, breach) in done.breaches {
            let group = groups.entry(breach.signature()).or_insert_with(|| Group {
                verdict,
                execution: detail.jobs.execution(done.index),
                breach,
                times: 0,
            });
            group.times += 1;
        }
    }
    let mut failures: Vec<Failure> = groups
        .into_iter()
        .map(|(signature, group)| describe(bench, detail, &signature, &group))
        .collect();
    failures.sort_by_key(|failure| std::cmp::Reverse(failure.verdict));
    if let Some(index) = differing {
        verdict = Verdict::Error;
        failures.insert(0, irreproducible(detail.jobs.execution(index).seed, job.role));
    }
    Case {
        id: job.scenario.id.clone(),
        kind: CaseKind::Scenario,
        role: Some(job.role),
        title: job.scenario.title.clone(),
        requirements: job.scenario.requirements.clone(),
        verdict,
        executions,
        reason: reason.filter(|_| verdict == Verdict::NotApplicable),
        failures,
    }
}

/// One failure, with its dialogue and the smallest plan if these are wanted.
pub fn describe<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    detail: &Detail<'_, P>,
    signature: &str,
    group: &Group,
) -> Failure {
    let mut failure = plain(detail, signature, group);
    failure.also = group.times - 1;
    if !detail.details {
        return failure;
    }
    let execution = group.execution;
    failure.seed = Some(execution.seed.0);
    let first = bench.execute(detail.jobs, execution);
    let (source, faults, shrunk) = smallest(bench, detail, execution, &first, signature);
    let case = &detail.jobs.cases[execution.case];
    let job = Job {
        scenario: case.scenario,
        sut: case.role,
        seed: execution.seed,
        source: match &source {
            Some(faults) => FaultSource::Planned(faults),
            None => FaultSource::Neutral,
        },
    };
    let outcome = bench.play(&job);
    if let Some((_, breach)) =
        outcome.breaches.iter().find(|(_, breach)| breach.signature() == signature)
    {
        evidence(&mut failure, breach);
    }
    failure.shrunk = shrunk;
    failure.faults = faults;
    failure.hash = format!("{:016x}", outcome.hash);
    failure.diagram = dialogue(bench, failure.record);
    failure.replay = replay_line::<P>(detail.driver, &job, source.as_ref());
    failure
}

/// The plan to show: none for a calm execution, else the smallest that still fails.
fn smallest<P: Speaks + Judged>(
    bench: &mut Bench<P>,
    detail: &Detail<'_, P>,
    execution: Execution,
    first: &Outcome,
    signature: &str,
) -> (Option<BTreeMap<FaultKey, Fault>>, Vec<String>, Option<Shrunk>) {
    if !execution.drawn {
        return (None, Vec::new(), None);
    }
    let case = &detail.jobs.cases[execution.case];
    let calm = Job {
        scenario: case.scenario,
        sut: case.role,
        seed: execution.seed,
        source: FaultSource::Neutral,
    };
    if has(&bench.play(&calm), signature) {
        let before = first.faults.len() as u32;
        let shrunk = Shrunk { before, after: 0, executions: 1, minimal: true };
        return (None, Vec::new(), Some(shrunk));
    }
    let smaller = shrink(bench, &calm, &first.faults, signature);
    let words = smaller.faults.iter().map(|(key, fault)| format!("{key}  {fault}")).collect();
    (Some(smaller.faults), words, Some(smaller.shrunk))
}

/// What can be said without playing anything again.
pub fn plain<P: Speaks + Judged>(
    detail: &Detail<'_, P>,
    signature: &str,
    group: &Group,
) -> Failure {
    let case = &detail.jobs.cases[group.execution.case];
    let scenario = case.scenario;
    let first = scenario.requirements.first().cloned().unwrap_or_default();
    let (requirement, level, reading, step) = match &group.breach {
        Breach::Finding(finding) => {
            let reading = finding.citation.reading.map(str::to_owned);
            (finding.citation.id.to_owned(), finding.citation.level, reading, None)
        }
        Breach::Missed { step, form: Some(form), .. } => {
            let rests = &form.rests;
            (rests.requirement.clone(), scenario.level, rests.reading.clone(), Some(*step))
        }
        Breach::Missed { step, .. } | Breach::Scenario { step, .. } => match rests(scenario, *step)
        {
            Some(rests) => {
                (rests.requirement.clone(), scenario.level, rests.reading.clone(), Some(*step))
            }
            None => (first, scenario.level, None, Some(*step)),
        },
        Breach::Driver { .. } => (first, Level::Must, None, None),
    };
    let known = detail.library.requirements.get(&requirement);
    let place =
        step.and_then(|step| scenario.steps.get(step)).map_or(&scenario.place, |s| &s.place);
    let mut failure = Failure {
        signature: signature.to_owned(),
        verdict: group.verdict,
        says: known.map_or_else(String::new, |known| known.says.clone()),
        clause: known.map_or_else(String::new, |known| known.clause.clone()),
        requirement,
        level,
        reading,
        place: Some(place.to_string()),
        line: Some(place.text.to_string()),
        ..Failure::blank()
    };
    evidence(&mut failure, &group.breach);
    failure
}

/// What a breach itself says: culprit, expected, observed, when.
fn evidence(failure: &mut Failure, breach: &Breach) {
    failure.at = Some(breach.at().to_string());
    match breach {
        Breach::Finding(finding) => {
            failure.culprit = role_of(finding.node).name().to_owned();
            failure.expected.clone_from(&finding.expected);
            failure.observed.clone_from(&finding.observed);
            failure.record = Some(finding.record);
        }
        Breach::Missed { expected, observed, form, .. } => {
            failure.culprit = "sut".to_owned();
            failure.expected.clone_from(expected);
            failure.observed.clone_from(observed);
            if let Some(form) = form {
                failure.expected.push_str(&format!(" after {}[{}]", form.group, form.number));
            }
        }
        Breach::Driver { node, error, .. } => {
            failure.culprit = role_of(*node).name().to_owned();
            failure.expected = "an answer of the driver".to_owned();
            failure.observed = error.to_string();
            if let Some(stderr) = error.stderr().filter(|text| !text.is_empty()) {
                failure.observed.push_str(&format!("; stderr ends: {}", stderr.trim_end()));
            }
        }
        Breach::Scenario { problem, .. } => {
            failure.culprit = "scenario".to_owned();
            failure.expected = "a scenario that can be played".to_owned();
            failure.observed.clone_from(problem);
        }
    }
}

/// The dialogue of the last execution.
pub(super) fn dialogue<P: Speaks + Judged>(bench: &Bench<P>, guilty: Option<u32>) -> Vec<String> {
    let marks: Vec<Mark> = bench
        .world
        .network()
        .applied()
        .iter()
        .map(|applied| Mark { at: applied.at, text: format!("{} {}", applied.key, applied.fault) })
        .collect();
    draw(bench.world.trace(), &marks, guilty, P::label, P::split)
}

fn replay_line<P: Speaks>(
    driver: &str,
    job: &Job<'_, P>,
    faults: Option<&BTreeMap<FaultKey, Fault>>,
) -> String {
    let plan = Plan {
        scenario: job.scenario.id.clone(),
        seed: Some(job.seed.0),
        parameters: match faults {
            // Under faults expectations have until the deadline, even if no fault is left.
            Some(_) => BTreeMap::from([("network".to_owned(), "faulty".to_owned())]),
            None => BTreeMap::new(),
        },
        faults: faults.cloned().unwrap_or_default(),
    };
    let token = plan.token();
    let (driver, role) = (quoted(driver), job.sut);
    format!("cargo wireproof replay {token} --driver {driver} --role {role}{}", protocol::<P>())
}

/// The line that runs one case without a network again.
pub(super) fn rerun_line<P: Speaks>(driver: &str, case: &str) -> String {
    let (driver, case) = (quoted(driver), quoted(case));
    format!("cargo wireproof run --driver {driver} {case}{}", protocol::<P>())
}

/// The flag that names the protocol.
fn protocol<P: Speaks>() -> String {
    format!(" --protocol {}", P::NAME)
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The same execution came out differently.
pub fn irreproducible(seed: Seed, role: Role) -> Failure {
    Failure {
        signature: "determinism/sut".to_owned(),
        verdict: Verdict::Error,
        culprit: role.name().to_owned(),
        expected: "the same trace when the same execution is repeated".to_owned(),
        observed: "another trace hash".to_owned(),
        seed: Some(seed.0),
        ..Failure::blank()
    }
}
