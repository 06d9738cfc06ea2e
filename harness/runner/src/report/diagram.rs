//! A dialogue as a text sequence diagram, with the faults and the guilty arrow marked.

use std::fmt::Write as _;
use wireproof_base::{Carrier, Crossing, Instant, NodeId, Protocol, Trace};

/// Lines shown before and after the guilty record; a longer dialogue is cut.
const CONTEXT: usize = 24;
/// Columns between the two life lines.
const WIDTH: usize = 52;

/// A fault as the diagram shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// When it struck.
    pub at: Instant,
    /// What happened.
    pub text: String,
}

/// Draws `trace`. `label` names one packet, `packets` cuts a send into packets.
pub fn draw<P: Protocol>(
    trace: &Trace<P>,
    marks: &[Mark],
    guilty: Option<u32>,
    label: impl Fn(&[u8]) -> String,
    split: impl Fn(&[u8]) -> Option<usize>,
) -> Vec<String> {
    let mut rows: Vec<(Instant, bool, String)> = Vec::new();
    let mut marks = marks.iter().peekable();
    for record in trace.iter() {
        while let Some(mark) = marks.next_if(|mark| mark.at <= record.at) {
            rows.push((mark.at, false, center(&format!("~~ {} ~~", mark.text))));
        }
        let is_guilty = guilty == Some(record.index);
        for text in texts(record.node, &record.what, &label, &split) {
            rows.push((record.at, is_guilty, text));
        }
    }
    rows.extend(marks.map(|mark| (mark.at, false, center(&format!("~~ {} ~~", mark.text)))));
    render(&rows)
}

fn render(rows: &[(Instant, bool, String)]) -> Vec<String> {
    let center = rows.iter().position(|row| row.1).unwrap_or(rows.len());
    let first = center.saturating_sub(CONTEXT);
    let last = (center + CONTEXT / 2).min(rows.len());
    let mut lines = vec![format!("{:>12}  client{:>width$}", "", "server", width = WIDTH)];
    if first > 0 {
        lines.push(format!("{:>12}  ... {first} earlier lines", ""));
    }
    for (at, guilty, text) in &rows[first..last] {
        let mut line = format!("{:>12}  {text}", at.to_string());
        if *guilty {
            line.push_str("  <== here");
        }
        lines.push(line);
    }
    if last < rows.len() {
        lines.push(format!("{:>12}  ... {} later lines", "", rows.len() - last));
    }
    lines
}

/// What one record shows; arrivals repeat what was sent and show nothing.
fn texts<C, E: std::fmt::Debug>(
    node: NodeId,
    what: &Crossing<'_, C, E>,
    label: impl Fn(&[u8]) -> String,
    split: impl Fn(&[u8]) -> Option<usize>,
) -> Vec<String>
where
    C: std::fmt::Debug,
{
    match what {
        Crossing::Sent { conn, stream, bytes } => {
            let mut rest = *bytes;
            let mut lines = Vec::new();
            while !rest.is_empty() {
                let len = split(rest).unwrap_or(rest.len()).clamp(1, rest.len());
                let mut text = label(&rest[..len]);
                if conn.0 != 0 {
                    let _ = write!(text, " c{conn}");
                }
                if stream.0 != 0 {
                    let _ = write!(text, " #{}", stream.0);
                }
                lines.push(arrow(node, &text));
                rest = &rest[len..];
            }
            lines
        }
        Crossing::Connected { conn, carrier } if node.0 == 0 => {
            let carrier: Carrier = *carrier;
            vec![center(&format!("connection {conn} ({})", carrier.name()))]
        }
        Crossing::Disconnected { conn } => vec![side(node, &format!("connection {conn} is gone"))],
        Crossing::Shutdown { conn } => vec![side(node, &format!("ends connection {conn}"))],
        Crossing::Event(event) => vec![side(node, &format!("* {}", short(event)))],
        Crossing::Command(_) | Crossing::Received { .. } | Crossing::Connected { .. } => Vec::new(),
        Crossing::Timeout => vec![side(node, "(timer)")],
    }
}

fn arrow(from: NodeId, text: &str) -> String {
    let dashes = WIDTH.saturating_sub(text.chars().count() + 6).max(2);
    match from.0 {
        0 => format!("|-- {text} {}>|", "-".repeat(dashes)),
        _ => format!("|<{} {text} --|", "-".repeat(dashes)),
    }
}

fn center(text: &str) -> String {
    format!("|{text:^width$}|", width = WIDTH)
}

fn side(node: NodeId, text: &str) -> String {
    match node.0 {
        0 => format!("| {text:<width$}|", width = WIDTH - 1),
        _ => format!("|{text:>width$} |", width = WIDTH - 1),
    }
}

/// The first words of a debug text: enough to recognise an event.
fn short(event: &impl std::fmt::Debug) -> String {
    let text = format!("{event:?}");
    let limit = WIDTH - 6;
    if text.chars().count() <= limit {
        return text;
    }
    text.chars().take(limit - 1).chain(['…']).collect()
}
