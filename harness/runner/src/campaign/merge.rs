//! The parts of a campaign, joined into one report.

use crate::report::{CampaignReport, Case, Failure, FailureKind, RunReport};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use wireproof_base::{Role, Verdict};

/// Why two reports do not belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MergeError {
    /// There is nothing to join.
    Nothing,
    /// It is no report of a campaign.
    NoCampaign(String),
    /// They are about different things.
    Differ {
        /// The report that does not fit the first one.
        name: String,
        /// In what.
        what: &'static str,
    },
    /// A shard is there twice.
    Twice(String),
}

impl fmt::Display for MergeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("there is nothing to merge"),
            Self::NoCampaign(name) => write!(f, "{name}: not the report of a campaign"),
            Self::Differ { name, what } => {
                write!(f, "{name}: another {what} than in the first report")
            }
            Self::Twice(shard) => write!(f, "shard {shard} is there twice"),
        }
    }
}

impl std::error::Error for MergeError {}

/// Joins shards, given with the names of their files. Their order does not matter.
pub fn merge(parts: Vec<(String, RunReport)>) -> Result<RunReport, MergeError> {
    let mut parts = parts.into_iter();
    let (name, mut whole) = parts.next().ok_or(MergeError::Nothing)?;
    let mut campaign = whole.campaign.take().ok_or(MergeError::NoCampaign(name))?;
    let mut hash = bits(&whole.hash);
    for (name, mut part) in parts {
        let more = part.campaign.take().ok_or_else(|| MergeError::NoCampaign(name.clone()))?;
        if let Some(what) = difference(&whole, &campaign, &part, &more) {
            return Err(MergeError::Differ { name, what });
        }
        if let Some(shard) = more.shards.iter().find(|shard| campaign.shards.contains(shard)) {
            return Err(MergeError::Twice(shard.clone()));
        }
        hash = hash.wrapping_add(bits(&part.hash));
        whole.interrupted |= part.interrupted;
        for (marker, times) in part.markers {
            *whole.markers.entry(marker).or_default() += times;
        }
        whole.cases = join_cases(whole.cases, part.cases);
        join_campaigns(&mut campaign, more);
    }
    whole.hash = format!("{hash:016x}");
    whole.campaign = Some(campaign);
    whole.settle();
    Ok(whole)
}

fn bits(hash: &str) -> u64 {
    u64::from_str_radix(hash, 16).unwrap_or(0)
}

fn difference(
    a: &RunReport,
    of_a: &CampaignReport,
    b: &RunReport,
    of_b: &CampaignReport,
) -> Option<&'static str> {
    let total = |campaign: &CampaignReport| {
        let shard = campaign.shards.first().map(String::as_str).unwrap_or_default();
        shard.split_once('/').map(|(_, of)| of.to_owned())
    };
    let same = [
        (a.format == b.format, "format"),
        (a.tool == b.tool, "version of this tool"),
        (a.protocol == b.protocol, "protocol"),
        (a.sut == b.sut, "system under test"),
        (of_a.first_seed == of_b.first_seed, "first seed"),
        (of_a.seeds == of_b.seeds, "number of seeds"),
        (of_a.required == of_b.required, "selection"),
        (total(of_a) == total(of_b), "number of shards"),
    ];
    same.into_iter().find(|(same, _)| !same).map(|(_, what)| what)
}

fn join_campaigns(whole: &mut CampaignReport, part: CampaignReport) {
    whole.shards.extend(part.shards);
    whole.shards.sort_by_key(|shard| {
        shard.split_once('/').and_then(|(index, _)| index.parse::<u32>().ok())
    });
    whole.complete &= part.complete;
    whole.failing += part.failing;
    let mut kinds: BTreeMap<String, FailureKind> = BTreeMap::new();
    for kind in whole.kinds.drain(..).chain(part.kinds) {
        match kinds.get_mut(&kind.kind) {
            None => {
                kinds.insert(kind.kind.clone(), kind);
            }
            Some(known) => {
                known.seeds += kind.seeds;
                known.cases = known.cases.max(kind.cases);
                known.verdict = known.verdict.max(kind.verdict);
                if kind.first_seed < known.first_seed {
                    (known.first_seed, known.case) = (kind.first_seed, kind.case);
                }
            }
        }
    }
    whole.kinds = kinds.into_values().collect();
    whole.kinds.sort_by_key(|kind| (std::cmp::Reverse(kind.verdict), kind.first_seed));
}

fn join_cases(whole: Vec<Case>, part: Vec<Case>) -> Vec<Case> {
    let mut cases: BTreeMap<(String, Option<Role>), Case> = BTreeMap::new();
    for case in whole.into_iter().chain(part) {
        match cases.get_mut(&(case.id.clone(), case.role)) {
            None => {
                cases.insert((case.id.clone(), case.role), case);
            }
            Some(known) => join_case(known, case),
        }
    }
    cases.into_values().collect()
}

fn join_case(known: &mut Case, more: Case) {
    known.executions += more.executions;
    known.verdict = known.verdict.max(more.verdict);
    known.reason = match known.verdict {
        Verdict::NotApplicable => known.reason.take().or(more.reason),
        _ => None,
    };
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for failure in more.failures {
        let place = known.failures.iter().position(|own| own.signature == failure.signature);
        match place.filter(|&place| seen.insert(place)) {
            None => known.failures.push(failure),
            Some(place) => join_failure(&mut known.failures[place], failure),
        }
    }
}

/// The lowest seed keeps its description.
fn join_failure(known: &mut Failure, mut more: Failure) {
    let executions = known.also + more.also + 1;
    if more.seed < known.seed {
        std::mem::swap(known, &mut more);
    }
    known.also = executions;
    known.verdict = known.verdict.max(more.verdict);
}
