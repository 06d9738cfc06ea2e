//! One request, one reply, and everything that can go wrong between them.

use super::Options;
use super::lines::Line;
use super::link::Link;
use crate::DriverError;
use crate::adapter::{Reply, UNSUPPORTED};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// Bytes of a line that an error shows.
const EXCERPT: usize = 160;
/// Time to speak up after the input has ended, as a program that forgot to flush will.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// Sends `request` with `id` and gives what its reply says under `ok`.
///
/// After any error but `Unsupported` and `Adapter` the link is of no further use.
pub fn exchange(
    link: &mut Link,
    id: u64,
    op: &str,
    mut request: Value,
    options: &Options,
    wait: Duration,
) -> Result<Value, DriverError> {
    if let Some(request) = request.as_object_mut() {
        request.insert("id".to_owned(), id.into());
        request.insert("op".to_owned(), op.into());
    }
    let mut line = request.to_string().into_bytes();
    line.push(b'\n');
    link.send(line);
    let line = match link.lines.recv_timeout(wait) {
        Ok(Line::Whole(line)) => line,
        Ok(Line::Giant) => return Err(DriverError::GiantLine { limit: options.max_line }),
        Ok(Line::End(_)) | Err(RecvTimeoutError::Disconnected) => return Err(crash(link, op)),
        Err(RecvTimeoutError::Timeout) => return Err(silence(link, op, wait)),
    };
    let reply: Reply = parse(&line).ok_or_else(|| garbage(op, &line, "a reply"))?;
    if reply.id != id {
        return Err(DriverError::WrongId { sent: id, got: reply.id });
    }
    match (reply.ok, reply.error) {
        (Some(ok), None) => Ok(ok),
        (None, Some(error)) if error.code == UNSUPPORTED => {
            // What the adapter says more closely than the name of the operation.
            let op = match error.message.as_str() {
                "" => op.to_owned(),
                same if same == op => op.to_owned(),
                what => format!("{op}: {what}"),
            };
            Err(DriverError::Unsupported { op, declared: false })
        }
        (None, Some(error)) => {
            Err(DriverError::Adapter { code: error.code, message: error.message })
        }
        _ => Err(garbage(op, &line, "a reply with either `ok` or `error`")),
    }
}

/// Reads what stands under `ok` as the answer that `op` has.
pub fn read<T: DeserializeOwned>(op: &str, ok: Value) -> Result<T, DriverError> {
    let excerpt = shorten(ok.to_string().as_bytes());
    serde_json::from_value(ok).map_err(|error| DriverError::Garbage {
        op: op.to_owned(),
        excerpt,
        expected: format!("the answer to `{op}` ({error})"),
    })
}

fn parse(line: &[u8]) -> Option<Reply> {
    serde_json::from_slice(line).ok()
}

/// An answer that is not what it should be.
pub fn garbage(op: &str, line: &[u8], expected: &str) -> DriverError {
    let (op, expected) = (op.to_owned(), expected.to_owned());
    DriverError::Garbage { op, excerpt: shorten(line), expected }
}

fn crash(link: &mut Link, op: &str) -> DriverError {
    let ended = link.ended();
    let status = ended.and_then(|status| status.code());
    #[cfg(unix)]
    let signal = ended.and_then(|status| std::os::unix::process::ExitStatusExt::signal(&status));
    #[cfg(not(unix))]
    let signal = None;
    DriverError::Crash { op: op.to_owned(), status, signal, stderr: link.stderr() }
}

/// Nothing came. If ending the input brings an answer out, it was only not flushed.
fn silence(link: &mut Link, op: &str, wait: Duration) -> DriverError {
    link.end_input();
    let mut words = last_words(link);
    if words.is_empty() {
        // A line without its end lies in the reader until the pipe is closed.
        link.end();
        words = last_words(link);
    }
    if !words.is_empty() {
        return DriverError::NoFlush { op: op.to_owned(), excerpt: shorten(&words) };
    }
    let after_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    DriverError::Hang { op: op.to_owned(), after_ms, stderr: link.stderr() }
}

fn last_words(link: &Link) -> Vec<u8> {
    match link.lines.recv_timeout(LAST_WORDS) {
        Ok(Line::Whole(words) | Line::End(words)) => words,
        Ok(Line::Giant) | Err(_) => Vec::new(),
    }
}

fn shorten(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(&line[..line.len().min(EXCERPT)]).into_owned();
    if line.len() > EXCERPT { format!("{text}…") } else { text }
}
