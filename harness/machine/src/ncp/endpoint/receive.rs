//! The way of a frame from the carrier to the side that handles it (reference 2.4, 8.1).

use super::core::{Core, Out, noticed};
use crate::ncp::connection::{Event as Move, State};
use crate::ncp::framing::{Deframer, Piece};
use alloc::borrow::Cow;
use core::mem::take;
use wireproof_base::{Carrier, ConnId, Input, Instant, StreamId};
use wireproof_wire::ncp::Command;
use wireproof_wire::ncp::code::{NCP_ENC_AUTH_FAILED, NPS_CLIENT_BAD_FRAME};
use wireproof_wire::ncp::frame::{self, Frame};
use wireproof_wire::ncp::frames::Error;
use wireproof_wire::ncp::header::Header;
use wireproof_wire::ncp::violation::Violation;

/// What a role adds to [`Core`].
pub(crate) trait Side {
    fn core(&mut self) -> &mut Core;

    /// A transport stands.
    fn connected(&mut self, _link: usize) {}

    /// An input has been taken.
    fn settle(&mut self, _out: &mut Out) {}

    /// A message of HTTP mode.
    fn message(&mut self, link: usize, stream: StreamId, bytes: &[u8], out: &mut Out);

    /// A frame that came during the handshake.
    fn greeting(&mut self, link: usize, frame: Frame, out: &mut Out);

    /// A frame that came during the handshake and is not in order.
    fn misgreeting(&mut self, link: usize, header: &Header, violation: &Violation, out: &mut Out);

    /// A frame that came after it.
    fn frame(&mut self, link: usize, stream: StreamId, frame: Frame, out: &mut Out);

    fn command(&mut self, command: &Command, out: &mut Out);

    /// Deadlines that have passed.
    fn expire(&mut self, out: &mut Out);
}

/// Takes one input.
pub(crate) fn handle<S: Side>(
    side: &mut S,
    now: Instant,
    input: Input<'_, Command>,
    out: &mut Out,
) {
    side.core().now = now;
    match input {
        Input::Connected { conn, carrier } => {
            let core = side.core();
            let link = core.connect(conn, carrier);
            if carrier == Carrier::Exchange {
                core.open_http(link);
            } else {
                side.connected(link);
            }
        }
        Input::Bytes { conn, stream, bytes } => receive(side, conn, stream, bytes, out),
        Input::Disconnected { conn } => side.core().lose(conn, out),
        Input::Command(command) => side.command(command, out),
        Input::Timeout => side.expire(out),
    }
    side.settle(out);
}

fn receive<S: Side>(side: &mut S, conn: ConnId, stream: StreamId, bytes: &[u8], out: &mut Out) {
    let core = side.core();
    let Some(link) = core.link(conn) else { return };
    let entry = &mut core.links[link];
    if entry.carrier == Carrier::Exchange {
        // C13, C14: nobody listens any more.
        if !entry.told {
            side.message(link, stream, bytes, out);
        }
        return;
    }
    if entry.holds_back(stream) {
        match entry.early.iter_mut().find(|(id, _)| *id == stream) {
            Some((_, held)) => held.extend_from_slice(bytes),
            None => entry.early.push((stream, bytes.to_vec())),
        }
        return;
    }
    cut(side, link, stream, bytes, out);
    // What waited behind the handshake comes now that it is done.
    let entry = &mut side.core().links[link];
    if !entry.early.is_empty() && entry.is_established() {
        for (stream, bytes) in take(&mut entry.early) {
            cut(side, link, stream, &bytes, out);
        }
    }
}

fn cut<S: Side>(side: &mut S, link: usize, stream: StreamId, mut bytes: &[u8], out: &mut Out) {
    let mut deframer = take_deframer(side.core(), link, stream);
    loop {
        let entry = &side.core().links[link];
        // C13, C14: nobody listens any more.
        if entry.told {
            break;
        }
        let at_once = !entry.is_established();
        let terms = entry.terms;
        match deframer.next(&mut bytes, &terms, at_once) {
            None => break,
            Some(Piece::Refused { header, violation }) => {
                refused(side, link, &header, &violation, out);
            }
            Some(Piece::Frame { header, head, payload }) => {
                whole(side, link, stream, &header, head, payload, out);
            }
        }
    }
    keep_deframer(side.core(), link, stream, deframer);
}

/// Rows 9 to 12 for a frame whose header is in order.
#[inline]
fn whole<S: Side>(
    side: &mut S,
    link: usize,
    stream: StreamId,
    header: &Header,
    head: &[u8],
    payload: &[u8],
    out: &mut Out,
) {
    let core = side.core();
    if header.has_reserved() {
        noticed(core.links[link].conn, "reserved_flags", out);
    }
    let plain = match unseal(core, link, header, head, payload, out) {
        Ok(plain) => plain,
        Err(violation) => return refused(side, link, header, &violation, out),
    };
    match frame::read(header, &plain) {
        Ok(frame) if side.core().links[link].is_established() => {
            side.frame(link, stream, frame, out);
        }
        Ok(frame) => side.greeting(link, frame, out),
        Err(violation) => refused(side, link, header, &violation, out),
    }
}

/// Row 9 and E07: the plaintext of a payload.
fn unseal<'a>(
    core: &mut Core,
    link: usize,
    header: &Header,
    head: &[u8],
    payload: &'a [u8],
    out: &mut Out,
) -> Result<Cow<'a, [u8]>, Violation> {
    let entry = &core.links[link];
    if header.is_sealed() {
        let failed = |_| Violation::new(9, NCP_ENC_AUTH_FAILED, "NCP-ENC-011", "payload");
        return entry.sealing.open(head, payload).map(Cow::Owned).map_err(failed);
    }
    if entry.sealing.is_on() {
        // OP-51: no code fits a frame that should have been encrypted.
        if !core.setup.development {
            return Err(Violation::bad_frame(9, "NCP-ENC-013", "enc").read("OP-51"));
        }
        noticed(entry.conn, "plaintext", out);
    }
    Ok(Cow::Borrowed(payload))
}

/// Answers a frame that is not in order (C04, C08, C09).
#[cold]
fn refused<S: Side>(
    side: &mut S,
    link: usize,
    header: &Header,
    violation: &Violation,
    out: &mut Out,
) {
    let core = side.core();
    match core.links[link].state {
        State::Established if violation.is_fatal() => {
            core.refuse_fatally(link, Error::of(violation.code), out);
        }
        State::Established => {
            core.links[link].step(Move::Fault);
            core.refuse(link, violation.code, out);
        }
        State::Closed | State::AnchorNegotiate => side.misgreeting(link, header, violation, out),
        State::Closing | State::Failed => {}
    }
}

impl Core {
    /// A frame that only the other side may send (C15, `OP-54`): answered where it would change
    /// what was agreed, otherwise dropped.
    pub fn foreign(&mut self, link: usize, answered: bool, out: &mut Out) {
        self.links[link].step(Move::Foreign);
        if answered {
            self.refuse(link, NPS_CLIENT_BAD_FRAME, out);
        } else {
            noticed(self.links[link].conn, "unusual_frame", out);
        }
    }
}

fn take_deframer(core: &mut Core, link: usize, stream: StreamId) -> Deframer {
    let entry = &mut core.links[link];
    if stream == StreamId::CONTROL {
        return take(&mut entry.control);
    }
    match entry.partial.iter().position(|(id, _)| *id == stream) {
        Some(at) => entry.partial.swap_remove(at).1,
        None => Deframer::default(),
    }
}

/// A byte stream that ends between frames needs no memory.
fn keep_deframer(core: &mut Core, link: usize, stream: StreamId, deframer: Deframer) {
    let entry = &mut core.links[link];
    if stream == StreamId::CONTROL {
        entry.control = deframer;
    } else if !deframer.is_idle() {
        entry.partial.push((stream, deframer));
    }
}
