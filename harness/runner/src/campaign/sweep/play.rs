//! From seeds to a report.

use super::groups;
use super::options::Campaign;
use super::tally::Tally;
use super::wheel::Wheel;
use crate::campaign::RunError;
use crate::campaign::detail::Detail;
use crate::campaign::jobs::Jobs;
use crate::campaign::judge::{Selection, absent, empty};
use crate::campaign::workers::Bench;
use crate::library::Library;
use crate::report::{CampaignReport, RunReport};
use crate::scenario::Scenario;
use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use wireproof_driver::{Clock, Depth, Speaks};
use wireproof_oracle::Judged;

/// Plays the seeds of a campaign and reports what they showed.
pub fn play<P: Speaks + Judged>(
    library: &Library<P>,
    campaign: &Campaign<'_>,
) -> Result<RunReport, RunError> {
    let selection = Selection { filter: campaign.filter, depth: Some(Depth::Stepped) };
    let scenarios: Vec<_> = selection.scenarios(library, Depth::Stepped).collect();
    let mut bench = Bench::<P>::open(campaign.driver)?;
    let identity = bench.sut.identity().clone();
    let jobs = Jobs::uncounted(scenarios.iter().copied(), &identity.roles);
    if jobs.cases.is_empty() || campaign.is_empty() {
        return Err(RunError::NothingSelected);
    }
    if !identity.depths.contains(&Depth::Stepped) || identity.clock == Clock::Wall {
        return Err(RunError::NotStepped);
    }
    let wheel = Wheel::new(&jobs);
    campaign.progress.start(campaign.seeds.map(|_| campaign.len()));
    let tally = super::crowd::run(&jobs, &wheel, campaign)?;
    let detail =
        Detail { library, driver: campaign.driver, details: campaign.described > 0, jobs: &jobs };
    let kinds = groups::kinds(&detail, &tally);
    campaign.progress.look_into(kinds.len());
    let mut report = empty::<P>(campaign.driver, &identity);
    report.cases = groups::cases(&mut bench, &detail, &wheel, campaign, &tally, &kinds);
    for scenario in &scenarios {
        if !scenario.sut.iter().any(|role| identity.roles.contains(role)) {
            report.cases.push(absent(scenario, "the SUT takes none of its roles"));
        }
    }
    campaign.progress.finish();
    report.campaign = Some(CampaignReport {
        first_seed: campaign.first,
        seeds: campaign.seeds,
        shards: vec![campaign.shard.to_string()],
        complete: tally.executions == campaign.len(),
        failing: tally.failing,
        kinds,
        required: required::<P>(&scenarios, campaign.filter.is_empty()),
    });
    report.interrupted = campaign.interrupt.load(Ordering::Relaxed);
    count::<P>(&mut report, &tally);
    Ok(report)
}

/// Markers that must be reached: all of them by everything, by a part those it names.
fn required<P: Speaks + Judged>(scenarios: &[&Scenario<P>], whole: bool) -> Vec<String> {
    if whole {
        return P::markers().iter().map(|&name| name.to_owned()).collect();
    }
    let named: BTreeSet<&String> =
        scenarios.iter().flat_map(|scenario| &scenario.sometimes).collect();
    named.into_iter().cloned().collect()
}

fn count<P: Speaks + Judged>(report: &mut RunReport, tally: &Tally) {
    report.markers = P::markers()
        .iter()
        .map(|&name| (name.to_owned(), tally.markers.get(name).copied().unwrap_or(0)))
        .collect();
    report.hash = format!("{:016x}", tally.hash);
    report.not_certified = vec!["a campaign looks for failures; `run` certifies".to_owned()];
    report.settle();
}
