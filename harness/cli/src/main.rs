//! The `wireproof` command.

mod args;
mod campaign_bar;
mod commands;
mod exit;
mod log;
mod output;
mod progress;

use clap::Parser;
use std::process::ExitCode;
use wireproof_wire::nnrp::Nnrp;

/// Folder of the protocol below `scenarios/` and `vectors/`.
const FOLDER: &str = "nnrp";

fn main() -> ExitCode {
    let cli = match args::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no mistakes.
            let code = if error.use_stderr() { exit::USAGE } else { exit::CONFORMANT };
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    output::choose_colors(cli.color);
    log::start(cli.log);
    ExitCode::from(commands::dispatch::<Nnrp>(&cli, FOLDER))
}
