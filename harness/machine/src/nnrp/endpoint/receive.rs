//! The way of a packet from the carrier to the side that handles it.

use super::core::{Core, Out};
use crate::nnrp::connection::{Admission, State, admits};
use core::mem::take;
use wireproof_base::{Carrier, ConnId, Input, Instant, Role, StreamId};
use wireproof_wire::nnrp::body::extension_block;
use wireproof_wire::nnrp::code::{INVALID_STATE, UNSUPPORTED_CAPABILITY};
use wireproof_wire::nnrp::extension::unknown_critical;
use wireproof_wire::nnrp::framing::Deframer;
use wireproof_wire::nnrp::violation::Kind;
use wireproof_wire::nnrp::{Command, Frame, Header, MessageType, Refusal, Violation};

/// What a role adds to [`Core`].
pub(crate) trait Side {
    fn core(&mut self) -> &mut Core;

    /// A message that the connection admits.
    fn message(&mut self, link: usize, frame: &Frame<'_>, out: &mut Out);

    /// A message that was refused: whatever waited for it has failed.
    fn spoiled(
        &mut self,
        link: usize,
        header: &Header,
        kind: MessageType,
        code: u32,
        out: &mut Out,
    );

    fn command(&mut self, command: &Command, out: &mut Out);
}

/// Takes one input, then sees to what it has finished.
pub(crate) fn handle<S: Side>(
    side: &mut S,
    now: Instant,
    input: Input<'_, Command>,
    out: &mut Out,
) {
    side.core().now = now;
    match input {
        Input::Connected { conn, carrier } => side.core().connect(conn, carrier),
        Input::Bytes { conn, stream, bytes } => receive(side, conn, stream, bytes, out),
        Input::Disconnected { conn } => side.core().lose(conn, out),
        Input::Command(command) => side.command(command, out),
        Input::Timeout => side.core().expire(out),
    }
    side.core().settle(out);
    side.core().rewind();
}

fn receive<S: Side>(side: &mut S, conn: ConnId, stream: StreamId, bytes: &[u8], out: &mut Out) {
    let core = side.core();
    let Some(link) = core.link(conn) else { return };
    let max_body = core.links[link].max_body;
    if core.links[link].carrier == Carrier::Datagram {
        return packet(side, link, bytes, out);
    }
    let mut deframer = take_deframer(core, link, stream);
    deframer.feed(bytes, max_body, |whole| match whole {
        Ok(bytes) => packet(side, link, bytes, out),
        Err(violation) => lost_position(side.core(), link, &violation, out),
    });
    keep_deframer(side.core(), link, stream, deframer);
}

fn take_deframer(core: &mut Core, link: usize, stream: StreamId) -> Deframer {
    let link = &mut core.links[link];
    if stream == StreamId::CONTROL {
        return take(&mut link.control);
    }
    match link.streams.iter().position(|(id, _)| *id == stream) {
        Some(at) => link.streams.swap_remove(at).1,
        None => Deframer::default(),
    }
}

/// A stream that ends between packets needs no memory.
fn keep_deframer(core: &mut Core, link: usize, stream: StreamId, deframer: Deframer) {
    let Some(link) = core.links.get_mut(link) else { return };
    if stream == StreamId::CONTROL {
        link.control = deframer;
    } else if deframer.pending() > 0 {
        link.streams.push((stream, deframer));
    }
}

fn lost_position(core: &mut Core, link: usize, violation: &Violation, out: &mut Out) {
    if core.links[link].state != State::Closed {
        core.refuse_packet(link, violation, None, None, out);
        core.settle(out);
    }
}

#[inline]
fn packet<S: Side>(side: &mut S, link: usize, bytes: &[u8], out: &mut Out) {
    let core = side.core();
    let (state, max_body) = (core.links[link].state, core.links[link].max_body);
    if state == State::Closed {
        return;
    }
    match Frame::decode_within(bytes, max_body) {
        Ok(frame) => admitted(side, link, state, &frame, out),
        Err(refusal) => refused(side, link, &refusal, out),
    }
    side.core().settle(out);
}

#[inline]
fn admitted<S: Side>(side: &mut S, link: usize, state: State, frame: &Frame<'_>, out: &mut Out) {
    let core = side.core();
    let (kind, header) = (frame.kind(), &frame.header);
    // What is refused shows just as well that the new token has arrived.
    if core.role == Role::Server && header.session_id != 0 {
        core.prove_token(link, header.session_id);
    }
    match admits(state, core.role, kind) {
        Admission::Process => {}
        Admission::Discard => return,
        Admission::Refuse => {
            core.refuse(link, header, kind, INVALID_STATE, out);
            return side.spoiled(link, header, kind, INVALID_STATE, out);
        }
        Admission::RefuseFatal => {
            return core.refuse_fatally(link, header.trace_id, INVALID_STATE, out);
        }
    }
    if !frame.body.is_empty() && unknown_critical(extension_block(frame)).is_some() {
        return unknown_extension(side, link, frame, out);
    }
    side.message(link, frame, out);
}

/// NNRP-EXT-003.
#[cold]
fn unknown_extension<S: Side>(side: &mut S, link: usize, frame: &Frame<'_>, out: &mut Out) {
    let (kind, header, core) = (frame.kind(), &frame.header, side.core());
    match kind {
        MessageType::ClientHello | MessageType::ServerHelloAck => {
            core.refuse_fatally(link, header.trace_id, UNSUPPORTED_CAPABILITY, out);
        }
        _ => {
            core.refuse(link, header, kind, UNSUPPORTED_CAPABILITY, out);
            side.spoiled(link, header, kind, UNSUPPORTED_CAPABILITY, out);
        }
    }
}

#[cold]
fn refused<S: Side>(side: &mut S, link: usize, refusal: &Refusal, out: &mut Out) {
    let core = side.core();
    let (header, kind) = (refusal.header.as_ref(), refusal.kind);
    // A cut datagram is not worth a connection; without a header there is nobody to answer.
    if header.is_none() && refusal.violation.kind == Kind::LengthMismatch {
        return;
    }
    core.refuse_packet(link, &refusal.violation, header, kind, out);
    if let (Some(header), Some(kind)) = (header, kind) {
        let code = super::error::code_of(refusal.violation.kind);
        side.spoiled(link, header, kind, code, out);
    }
}
