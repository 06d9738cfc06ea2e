//! Printing: the only place that knows about colours.

use crate::args::Color;
use anstream::ColorChoice;
use anstyle::{AnsiColor, Style};
use wireproof_base::Verdict;

/// Applies `--color`; NO_COLOR and non-terminals are respected by `auto`.
pub fn choose_colors(color: Color) {
    match color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
}

/// Prints to standard output. A closed pipe ends the output, not the work.
pub fn print(text: &str) {
    use std::io::Write as _;
    let _ = anstream::stdout().write_all(text.as_bytes());
}

/// Prints to standard error.
pub fn complain(text: &str) {
    use std::io::Write as _;
    let _ = writeln!(anstream::stderr(), "{}", text.trim_end());
}

/// Colours the first line of a failure and the arrow that is guilty.
pub fn paint_failure(text: &str, verdict: Verdict) -> String {
    let head = style(verdict).bold();
    let guilty = Style::new().fg_color(Some(AnsiColor::Red.into())).bold();
    let mut out = String::with_capacity(text.len() + 64);
    for (index, line) in text.lines().enumerate() {
        let painted = match index {
            0 => format!("{head}{line}{head:#}"),
            _ if line.ends_with("<== here") => format!("{guilty}{line}{guilty:#}"),
            _ => line.to_owned(),
        };
        out.push_str(&painted);
        out.push('\n');
    }
    out
}

fn style(verdict: Verdict) -> Style {
    let color = match verdict {
        Verdict::Pass => AnsiColor::Green,
        Verdict::NotApplicable => AnsiColor::BrightBlack,
        Verdict::PassWithWarning | Verdict::Divergence | Verdict::Inconclusive => AnsiColor::Yellow,
        Verdict::Fail | Verdict::Error => AnsiColor::Red,
    };
    Style::new().fg_color(Some(color.into()))
}
