//! The `wireproof` command.

mod args;
mod campaign_bar;
mod commands;
mod exit;
mod log;
mod output;
mod progress;

use args::Protocol;
use clap::Parser;
use std::process::ExitCode;
use wireproof_wire::ncp::Ncp;
use wireproof_wire::nnrp::Nnrp;

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
    ExitCode::from(match cli.protocol {
        Protocol::Nnrp => commands::dispatch::<Nnrp>(&cli, "nnrp"),
        Protocol::Ncp => commands::dispatch::<Ncp>(&cli, "ncp"),
    })
}
