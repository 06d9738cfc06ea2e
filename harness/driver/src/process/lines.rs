//! Lines from a process, bounded in length and in number.

use std::io::Read;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// What a reader came upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line without its end.
    Whole(Vec<u8>),
    /// More bytes than a line may have.
    Giant,
    /// The end, with what stood behind the last line end.
    End(Vec<u8>),
}

/// Lines waiting to be looked at; a flood beyond that stops at the pipe.
const WAITING: usize = 8;

/// Reads `from` in a thread of its own until it ends or says too much.
pub fn read(from: impl Read + Send + 'static, max_line: usize) -> Receiver<Line> {
    let (sender, receiver) = sync_channel(WAITING);
    thread::spawn(move || read_all(from, max_line, &sender));
    receiver
}

fn read_all(mut from: impl Read, max_line: usize, sender: &SyncSender<Line>) {
    let mut pending = Vec::new();
    let mut chunk = [0; 16 << 10];
    loop {
        let len = match from.read(&mut chunk) {
            Ok(len @ 1..) => len,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Ok(_) | Err(_) => {
                // Nobody may be listening any more.
                let _ = sender.send(Line::End(pending));
                return;
            }
        };
        let mut rest = &chunk[..len];
        while let Some(end) = rest.iter().position(|&byte| byte == b'\n') {
            pending.extend_from_slice(&rest[..end]);
            rest = &rest[end + 1..];
            let line = std::mem::take(&mut pending);
            let line = if line.len() > max_line { Line::Giant } else { Line::Whole(line) };
            if sender.send(line).is_err() {
                return;
            }
        }
        pending.extend_from_slice(rest);
        if pending.len() > max_line {
            let _ = sender.send(Line::Giant);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, read};

    #[test]
    fn a_line_may_be_as_long_as_the_limit_and_no_longer() {
        let lines: Vec<Line> = read(&b"abc\nabcd\n"[..], 3).iter().collect();
        assert_eq!(lines, [Line::Whole(b"abc".to_vec()), Line::Giant, Line::End(vec![])]);
        let lines: Vec<Line> = read(&b"abcd"[..], 3).iter().collect();
        assert_eq!(lines, [Line::Giant]);
    }

    #[test]
    fn what_stands_behind_the_last_line_end_is_kept() {
        let lines: Vec<Line> = read(&b"a\n\nb"[..], 3).iter().collect();
        let (a, none) = (Line::Whole(b"a".to_vec()), Line::Whole(vec![]));
        assert_eq!(lines, [a, none, Line::End(b"b".to_vec())]);
    }
}
