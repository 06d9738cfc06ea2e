//! Cutting a byte stream into frames, NCP §3.1 (reference 2.4 row 1).
//!
//! Only the header decides here. A frame that rows 2 to 8 refuse is skipped without being kept, so
//! that no length makes a receiver hold more than the limit agreed on.

use alloc::vec::Vec;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::terms::{Terms, check};
use wireproof_wire::ncp::violation::Violation;

/// What was cut from a stream.
#[derive(Debug, PartialEq)]
pub enum Piece<'a> {
    /// A frame whose header is in order.
    Frame {
        /// The header.
        header: Header,
        /// The header as it came, for what it authenticates.
        head: &'a [u8],
        /// The payload, sealed if the header says so.
        payload: &'a [u8],
    },
    /// A frame whose header is not.
    Refused {
        /// The header.
        header: Header,
        /// What is wrong with it.
        violation: Violation,
    },
}

/// Collects the bytes of one stream and hands out frames.
///
/// Call [`Deframer::next`] until it gives nothing; frames that lie whole in the input are not
/// copied.
#[derive(Clone, Debug, Default)]
pub struct Deframer {
    pending: Vec<u8>,
    /// The frame in `pending` was handed out.
    taken: bool,
    skipping: Option<Skip>,
}

#[derive(Clone, Debug)]
struct Skip {
    header: Header,
    violation: Violation,
    left: u64,
}

impl Deframer {
    /// The next frame, from what was kept and the front of `input`, which moves on.
    ///
    /// `at_once`: a refused header is reported before its payload has come, because the
    /// connection will not survive it. A fatal one always is.
    pub fn next<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        terms: &Terms,
        at_once: bool,
    ) -> Option<Piece<'a>> {
        if self.taken {
            self.pending.clear();
            self.taken = false;
        }
        if self.skipping.is_some() {
            return self.skip(input);
        }
        if self.pending.is_empty() {
            return self.cut_input(input, terms, at_once);
        }
        self.cut_pending(input, terms, at_once)
    }

    /// Whether part of a frame has come.
    pub fn is_idle(&self) -> bool {
        (self.pending.is_empty() || self.taken) && self.skipping.is_none()
    }

    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        self.pending.clear();
        self.taken = false;
        self.skipping = None;
    }

    fn cut_input<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        terms: &Terms,
        at_once: bool,
    ) -> Option<Piece<'a>> {
        let Some((header, head_len)) = Header::read(input) else {
            self.pending.extend_from_slice(input);
            *input = &[];
            return None;
        };
        if let Err(violation) = check(&header, terms) {
            *input = &input[head_len..];
            return self.refuse(header, violation, input, at_once);
        }
        let total = head_len + header.len as usize;
        let Some((frame, rest)) = input.split_at_checked(total) else {
            self.pending.extend_from_slice(input);
            *input = &[];
            return None;
        };
        *input = rest;
        let (head, payload) = frame.split_at(head_len);
        Some(Piece::Frame { header, head, payload })
    }

    fn cut_pending<'a, 'i: 'a>(
        &'a mut self,
        input: &mut &'i [u8],
        terms: &Terms,
        at_once: bool,
    ) -> Option<Piece<'a>> {
        // Two bytes tell how long the header is, the header how long the frame is.
        while Header::read(&self.pending).is_none() {
            let (byte, rest) = input.split_first()?;
            self.pending.push(*byte);
            *input = rest;
        }
        let (header, head_len) = Header::read(&self.pending)?;
        if let Err(violation) = check(&header, terms) {
            self.pending.clear();
            return self.refuse(header, violation, input, at_once);
        }
        let missing = head_len + header.len as usize - self.pending.len();
        let (part, rest) = input.split_at(missing.min(input.len()));
        self.pending.extend_from_slice(part);
        *input = rest;
        if part.len() < missing {
            return None;
        }
        self.taken = true;
        let (head, payload) = self.pending.split_at(head_len);
        Some(Piece::Frame { header, head, payload })
    }

    fn refuse<'a>(
        &mut self,
        header: Header,
        violation: Violation,
        input: &mut &[u8],
        at_once: bool,
    ) -> Option<Piece<'a>> {
        if at_once || violation.is_fatal() {
            return Some(Piece::Refused { header, violation });
        }
        self.skipping = Some(Skip { header, violation, left: u64::from(header.len) });
        self.skip(input)
    }

    fn skip<'a>(&mut self, input: &mut &[u8]) -> Option<Piece<'a>> {
        let skip = self.skipping.as_mut()?;
        let len = usize::try_from(skip.left).unwrap_or(usize::MAX).min(input.len());
        *input = &input[len..];
        skip.left -= len as u64;
        if skip.left > 0 {
            return None;
        }
        let Skip { header, violation, .. } = self.skipping.take()?;
        Some(Piece::Refused { header, violation })
    }
}

#[cfg(test)]
mod tests;
