//! The document `run.json`. Everything else that is printed derives from it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use wireproof_base::{Level, Role, Verdict};

/// Format of the document; a change of meaning changes the number.
pub const FORMAT: &str = "wireproof-run/1";

/// One run of the judge over one SUT.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// [`FORMAT`].
    pub format: String,
    /// Version of this tool.
    pub tool: String,
    /// Name of the protocol.
    pub protocol: String,
    /// Who was judged.
    pub sut: Sut,
    /// The worst verdict of all cases.
    pub verdict: Verdict,
    /// Whether nothing was filtered out.
    pub whole: bool,
    /// Whether nothing mandatory was missing, wrong or refused.
    pub certified: bool,
    /// Why not, if not.
    pub not_certified: Vec<String>,
    /// Cases per verdict.
    pub totals: BTreeMap<String, u64>,
    /// Single executions, seeds included.
    pub executions: u64,
    /// Fold of the trace hashes of all executions, in order, as hexadecimal digits.
    pub hash: String,
    /// How many executions reached each `sometimes` marker of the judge; a zero means that the
    /// suite never got there.
    pub markers: BTreeMap<String, u64>,
    /// Whether the run was cut short; what is here is valid all the same.
    pub interrupted: bool,
    /// What there is to say about a campaign over seeds; absent in a run of the suite.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignReport>,
    /// The cases, in order of their ids.
    pub cases: Vec<Case>,
}

/// A campaign, or the part of it that was played. Cases hold the first seed of each of their
/// failures; here they are counted across cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignReport {
    /// The first seed.
    pub first_seed: u64,
    /// How many seeds were asked for, all shards together; absent if it went on until stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seeds: Option<u64>,
    /// The shards that are in here, as `1/8`; `1/1` is all of it.
    pub shards: Vec<String>,
    /// Whether every seed of these shards was played.
    pub complete: bool,
    /// Executions with a failure or an error.
    pub failing: u64,
    /// Different ways in which something went wrong, the worst and then the earliest first.
    pub kinds: Vec<FailureKind>,
    /// Markers that had to be reached by what was selected.
    pub required: Vec<String>,
}

/// One way in which any number of cases went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureKind {
    /// The signature, with the scenario before it where it is about a step.
    pub kind: String,
    /// The worst it came to.
    pub verdict: Verdict,
    /// Executions that show it.
    pub seeds: u64,
    /// The lowest seed among them.
    pub first_seed: u64,
    /// The case that seed plays, where the failure is described.
    pub case: String,
    /// Cases that show it.
    pub cases: u64,
}

/// The system under test, as it presented itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sut {
    /// What was given to `--driver`.
    pub driver: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Roles it takes.
    pub roles: Vec<Role>,
    /// Depths it offers.
    pub depths: Vec<String>,
    /// What it declares.
    pub capabilities: Vec<String>,
    /// `virtual`, or `wall` if its runs cannot be repeated exactly.
    pub clock: String,
}

/// Where a case comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseKind {
    /// A vector: bytes and fields.
    Vector,
    /// A state machine called directly.
    Machine,
    /// A scenario in virtual time.
    Scenario,
}

/// One case: a vector, or a scenario in one variant with all its seeds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// Id, with the variant in brackets.
    pub id: String,
    /// Where it comes from.
    pub kind: CaseKind,
    /// Role of the SUT.
    pub role: Option<Role>,
    /// What it is about.
    pub title: String,
    /// Requirements it checks.
    pub requirements: Vec<String>,
    /// The worst verdict of its executions.
    pub verdict: Verdict,
    /// Number of executions.
    pub executions: u64,
    /// Why it is not applicable or inconclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What went wrong, one entry per signature.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<Failure>,
}

/// One way in which a case went wrong, shown by its first execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What makes two failures the same: invariant, culprit and its protocol state.
    pub signature: String,
    /// What it comes to.
    pub verdict: Verdict,
    /// The first requirement broken.
    pub requirement: String,
    /// How binding it is.
    pub level: Level,
    /// The requirement in words.
    pub says: String,
    /// The clause it comes from.
    pub clause: String,
    /// The reading it rests on, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// Who broke it: `client`, `server`, or `sut` where there are no roles.
    pub culprit: String,
    /// What had to be.
    pub expected: String,
    /// What was.
    pub observed: String,
    /// Virtual time, with its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// Index of the guilty record in the trace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<u32>,
    /// The seed of the execution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// The faults that are needed for it, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
    /// How far the plan shrank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shrunk: Option<Shrunk>,
    /// One line that reproduces it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub replay: String,
    /// The dialogue, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagram: Vec<String>,
    /// Where the check stands: `file:line:column`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// That line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Other executions with the same signature.
    pub also: u64,
    /// Trace hash of the execution.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
}

impl Failure {
    /// A failure about which nothing has been said; an error unless the verdict is set.
    pub const fn blank() -> Self {
        Self {
            signature: String::new(),
            verdict: Verdict::Error,
            requirement: String::new(),
            level: Level::Must,
            says: String::new(),
            clause: String::new(),
            reading: None,
            culprit: String::new(),
            expected: String::new(),
            observed: String::new(),
            at: None,
            record: None,
            seed: None,
            faults: Vec::new(),
            shrunk: None,
            replay: String::new(),
            diagram: Vec::new(),
            place: None,
            line: None,
            also: 0,
            hash: String::new(),
        }
    }
}

/// What shrinking came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shrunk {
    /// Faults of the plan that was found.
    pub before: u32,
    /// Faults that are left.
    pub after: u32,
    /// Executions it took.
    pub executions: u32,
    /// Whether taking any single fault away makes the failure disappear.
    pub minimal: bool,
}

impl RunReport {
    /// Counts verdicts and finds the worst.
    pub fn settle(&mut self) {
        self.cases.sort_by(|a, b| (a.kind, &a.id, a.role).cmp(&(b.kind, &b.id, b.role)));
        self.totals.clear();
        self.verdict = Verdict::NotApplicable;
        self.executions = 0;
        for case in &self.cases {
            *self.totals.entry(case.verdict.name().to_owned()).or_default() += 1;
            self.verdict = self.verdict.max(case.verdict);
            self.executions += case.executions;
        }
    }

    /// Markers that had to be reached and were not.
    pub fn unreached(&self) -> Vec<&str> {
        let required = self.campaign.iter().flat_map(|campaign| &campaign.required);
        let reached = |name: &str| self.markers.get(name).is_some_and(|&times| times > 0);
        required.map(String::as_str).filter(|name| !reached(name)).collect()
    }

    /// How many cases came to `verdict`.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.totals.get(verdict.name()).copied().unwrap_or(0)
    }
}
