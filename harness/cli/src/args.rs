//! What can be typed.

use crate::exit;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;
use wireproof_runner::campaign::sweep::Shard;
use wireproof_runner::scenario::duration::parse as parse_duration;

/// Judges implementations of AI runtime protocols in simulated time.
#[derive(Debug, Parser)]
#[command(name = "wireproof", version, after_help = exit::TABLE, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Protocol that is judged, by its short or its full name.
    #[arg(long, short, global = true, value_enum, default_value_t = Protocol::Nnrp)]
    pub protocol: Protocol,
    /// Folder that holds scenarios/ and vectors/ [default: found from the working folder upwards].
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// Tell what happens inside, on standard error: error, warn, info, debug or trace.
    #[arg(long, global = true, value_name = "LEVEL")]
    pub log: Option<tracing::Level>,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// The protocols. Each has a folder of that name below scenarios/ and vectors/.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Protocol {
    /// NNRP/1-preview3.
    #[value(alias = "nnrp-1-preview3")]
    Nnrp,
    /// NPS NCP 0.4 and the frames of the suite around it.
    #[value(alias = "nps-ncp-0.4")]
    Ncp,
}

/// When to use colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge an implementation over vectors, machines and scenarios.
    Run(Run),
    /// Play many seeds over many scenarios, one execution each.
    Campaign(Campaign),
    /// Join the reports of the shards of a campaign.
    Merge(Merge),
    /// List scenarios, vectors, requirements, invariants or mutants.
    List(List),
    /// Explain a requirement and show who checks it.
    Explain(Explain),
    /// Show which requirements are checked, by area and level, and which are not and why.
    Coverage(Coverage),
    /// Run one recorded execution again and show it.
    Replay(Replay),
    /// Judge an implementation over the vectors alone.
    Vectors(Vectors),
    /// Run every mutant and show which check kills it.
    Mutants(Mutants),
    /// Offer an in-process driver over the adapter protocol on standard input and output.
    Serve(Serve),
}

/// Who is judged.
#[derive(Clone, Debug, Args)]
pub struct Target {
    /// The system under test: `reference`, `mutant:<name>`, `live:<address>` of a server that
    /// listens, or the command line of an adapter.
    #[arg(long, short, default_value = "reference", value_name = "DRIVER")]
    pub driver: String,
}

/// What is played and how, whatever comes of it.
#[derive(Debug, Args)]
pub struct Selection {
    #[command(flatten)]
    pub target: Target,
    /// Only cases whose id contains one of these texts, or that check one of these requirements.
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// First seed.
    #[arg(long, default_value_t = 0, value_name = "SEED")]
    pub seed: u64,
    /// Threads; the result does not depend on it [default: one per core].
    #[arg(long, short = 'j', value_name = "N")]
    pub threads: Option<usize>,
    /// Play everything twice and compare the trace hashes.
    #[arg(long)]
    pub verify: bool,
    /// Show no progress.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    pub selection: Selection,
    /// Drawn fault plans per scenario that admits faults [default: what the scenario says].
    #[arg(long, value_name = "N")]
    pub seeds: Option<u64>,
    /// Known failures; exit 0 if exactly these occur, 5 if one passes or fails differently.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the known failures of this run to a file, to be reviewed and given reasons.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
    /// Where to write run.json.
    #[arg(long, default_value = "reports/out/run.json", value_name = "FILE")]
    pub out: PathBuf,
    /// Leave out everything but this depth.
    #[arg(long, value_enum)]
    pub depth: Option<Depth>,
    /// Show at most this many failures in full.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub show: usize,
}

/// Arguments of `campaign`.
#[derive(Debug, Args)]
pub struct Campaign {
    #[command(flatten)]
    pub selection: Selection,
    /// Seeds to play, all shards together [default: 10000, or as many as the time allows].
    #[arg(long, value_name = "N")]
    pub seeds: Option<u64>,
    /// Play only this part of the seeds: 1/8 is the first of eight. Join with `merge`.
    #[arg(long, default_value = "1/1", value_name = "I/N")]
    pub shard: Shard,
    /// Stop after this time, such as 90s or 10min; what was played by then counts.
    #[arg(long, value_name = "LIMIT", value_parser = limit)]
    pub time: Option<Duration>,
    /// Where to write run.json.
    #[arg(long, default_value = "reports/out/campaign.json", value_name = "FILE")]
    pub out: PathBuf,
    /// Shrink and show at most this many kinds of failures.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub show: usize,
}

/// Arguments of `merge`.
#[derive(Debug, Args)]
pub struct Merge {
    /// Reports of shards of one campaign.
    #[arg(required = true, value_name = "REPORT")]
    pub reports: Vec<PathBuf>,
    /// Where to write the joined report.
    #[arg(long, default_value = "reports/out/campaign.json", value_name = "FILE")]
    pub out: PathBuf,
    /// Show at most this many kinds of failures.
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub show: usize,
}

/// A span of time as scenarios write it.
fn limit(text: &str) -> Result<Duration, String> {
    let span = parse_duration(text).ok_or("write a whole number and its unit, as in 90s or 10min");
    span.map(|span| Duration::from_nanos(span.as_nanos())).map_err(str::to_owned)
}

/// Depths that can be selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Depth {
    /// Bytes and fields.
    Vectors,
    /// State machines called directly.
    Machines,
    /// Whole endpoints in virtual time.
    Stepped,
}

/// Arguments of `list`.
#[derive(Debug, Args)]
pub struct List {
    /// What to list.
    #[arg(value_enum, default_value_t = Listing::Scenarios)]
    pub what: Listing,
    /// Only lines that contain this text.
    #[arg(value_name = "FILTER")]
    pub filter: Option<String>,
}

/// What can be listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Listing {
    Scenarios,
    Vectors,
    Requirements,
    Invariants,
    Mutants,
    Capabilities,
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct Explain {
    /// Requirement id, such as NNRP-FLOW-020; case and the protocol prefix may be left out.
    pub requirement: String,
}

/// Arguments of `coverage`.
#[derive(Debug, Args)]
pub struct Coverage {
    /// Only this area, requirement by requirement: SES, FLOW, ...
    pub area: Option<String>,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub struct Replay {
    /// The token that the report printed, or a file with a plan as YAML.
    pub plan: String,
    #[command(flatten)]
    pub target: Target,
    /// Role of the SUT, where the scenario admits both.
    #[arg(long, value_name = "ROLE")]
    pub role: Option<String>,
    /// Show every record of the trace, not only the dialogue.
    #[arg(long)]
    pub trace: bool,
}

/// Arguments of `vectors`.
#[derive(Debug, Args)]
pub struct Vectors {
    #[command(flatten)]
    pub target: Target,
    /// Only vectors whose id contains one of these texts, or that check one of these requirements.
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
}

/// Arguments of `mutants`.
#[derive(Debug, Args)]
pub struct Mutants {
    /// Only mutants whose name contains one of these, or that break one of these requirements.
    #[arg(value_name = "FILTER")]
    pub filter: Vec<String>,
    /// Take every mutant over the whole suite, not only to the first check that shows its defect.
    #[arg(long)]
    pub full: bool,
    /// Also write the kill matrix as Markdown; with --full each kill is the first of all checks.
    #[arg(long, value_name = "FILE", conflicts_with = "filter")]
    pub write: Option<PathBuf>,
    /// Reasons why mutants survive and why requirements have no mutant
    /// [default: `reports/PROTOCOL-mutant-exceptions.yaml` beside scenarios/, if it is there].
    #[arg(long, value_name = "FILE")]
    pub exceptions: Option<PathBuf>,
    /// Drawn fault plans per scenario that admits faults [default: what the scenario says].
    #[arg(long, value_name = "N")]
    pub seeds: Option<u64>,
    /// Threads; the result does not depend on it [default: one per core].
    #[arg(long, short = 'j', value_name = "N")]
    pub threads: Option<usize>,
    /// Show no progress and no line for each mutant that is killed.
    #[arg(long, short)]
    pub quiet: bool,
}

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub target: Target,
    /// Declare the depth `live` alone: a server on loopback for each case, in real time.
    #[arg(long)]
    pub live: bool,
}
