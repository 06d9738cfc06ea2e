//! What a campaign came to, as plain text.

use super::{CampaignReport, CaseKind, RunReport};
use std::fmt::Write as _;
use wireproof_base::Verdict;

/// Kinds of failures and cases listed before the rest is counted.
const LISTED: usize = 20;

/// The last thing printed: what was played, what was reached, what went wrong.
pub fn summary(report: &RunReport) -> String {
    let mut out = String::new();
    if let Some(campaign) = &report.campaign {
        // Writing to a string cannot fail.
        let _ = write_summary(&mut out, report, campaign);
    }
    out
}

fn write_summary(
    out: &mut String,
    report: &RunReport,
    campaign: &CampaignReport,
) -> std::fmt::Result {
    write_head(out, report, campaign)?;
    write_kinds(out, campaign)?;
    write_markers(out, report)?;
    write_never(out, report)
}

fn write_head(out: &mut String, report: &RunReport, campaign: &CampaignReport) -> std::fmt::Result {
    let sut = &report.sut;
    write!(out, "{} {} against {}, ", sut.name, sut.version, report.protocol)?;
    match campaign.seeds {
        Some(seeds) => write!(out, "campaign of {seeds} seeds from {}", campaign.first_seed)?,
        None => write!(out, "campaign from seed {}", campaign.first_seed)?,
    }
    if campaign.shards != ["1/1"] {
        write!(out, ", shards {}", campaign.shards.join(" "))?;
    }
    writeln!(out)?;
    let state = match (report.interrupted, campaign.complete) {
        (true, _) => " (interrupted)",
        (false, false) => " (stopped when the time was over)",
        (false, true) => "",
    };
    let played = report.cases.iter().filter(|case| case.executions > 0).count();
    writeln!(
        out,
        "  {} executions of {played} cases{state}, trace hash {}",
        report.executions, report.hash
    )?;
    writeln!(out, "  {} failing", campaign.failing)
}

fn write_kinds(out: &mut String, campaign: &CampaignReport) -> std::fmt::Result {
    if campaign.kinds.is_empty() {
        return Ok(());
    }
    writeln!(out, "  what went wrong:")?;
    for kind in campaign.kinds.iter().take(LISTED) {
        writeln!(
            out,
            "    {:<10} {:>9} seeds  {}  in {} cases, first by seed {} in {}",
            kind.verdict.name(),
            kind.seeds,
            kind.kind,
            kind.cases,
            kind.first_seed,
            kind.case
        )?;
    }
    match campaign.kinds.len().saturating_sub(LISTED) {
        0 => Ok(()),
        rest => writeln!(out, "    and {rest} more"),
    }
}

fn write_markers(out: &mut String, report: &RunReport) -> std::fmt::Result {
    let reached = report.markers.values().filter(|&&times| times > 0).count();
    writeln!(out, "  markers, {reached} of {} reached:", report.markers.len())?;
    let unreached = report.unreached();
    for (name, times) in &report.markers {
        let note = if unreached.contains(&name.as_str()) { "  <== never reached" } else { "" };
        writeln!(out, "    {times:>9} {name}{note}")?;
    }
    Ok(())
}

fn write_never(out: &mut String, report: &RunReport) -> std::fmt::Result {
    let never: Vec<String> = report
        .cases
        .iter()
        .filter(|case| case.kind == CaseKind::Scenario && case.executions == 0)
        .map(|case| match case.role {
            Some(role) => format!("{} [{role}]", case.id),
            None => case.id.clone(),
        })
        .collect();
    if !never.is_empty() {
        writeln!(out, "  {} cases never ran:", never.len())?;
        for case in never.iter().take(LISTED) {
            writeln!(out, "    {case}")?;
        }
        if never.len() > LISTED {
            writeln!(out, "    and {} more", never.len() - LISTED)?;
        }
    }
    let verdicts = [Verdict::NotApplicable, Verdict::Divergence, Verdict::PassWithWarning];
    for verdict in verdicts {
        if report.count(verdict) > 0 && verdict != Verdict::NotApplicable {
            writeln!(out, "  {:>6} cases with {verdict}", report.count(verdict))?;
        }
    }
    Ok(())
}
