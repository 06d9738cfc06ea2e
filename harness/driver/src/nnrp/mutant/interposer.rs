//! The driver of a mutant: the reference behind one defect.

use super::defect::Defect;
use super::depths::{BrokenBench, BrokenCodec};
use super::edit::{Added, Edit};
use super::memory::Memory;
use crate::nnrp::Reference;
use crate::{Driver, DriverError, Identity, Machines, Vectors};
use std::collections::BTreeMap;
use wireproof_base::{Carrier, ConnId, Input, Instant, Op, Outbox, Seed, StreamId};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::framing::{DEFAULT_MAX_BODY, Split, split};
use wireproof_wire::nnrp::header::HEADER_LEN;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::{Command, Event, Header, Nnrp};

/// Bytes of one stream that are no whole packet yet.
#[derive(Debug, Default)]
struct Pending {
    bytes: Vec<u8>,
    /// Whether the header at the start has been mended.
    mended: bool,
    /// The position is lost; everything goes through as it is.
    lost: bool,
}

/// The reference with one defect.
pub struct Mutant {
    inner: Reference,
    defect: &'static Defect,
    memory: Memory,
    pending: BTreeMap<(ConnId, StreamId), Pending>,
    /// Connections whose packets come one in a datagram.
    datagrams: Vec<ConnId>,
    added: Added,
    packet: Vec<u8>,
    produced: Outbox<Event>,
    codec: BrokenCodec,
    bench: BrokenBench,
}

impl Mutant {
    /// Around a reference of its own.
    pub fn new(defect: &'static Defect) -> Self {
        Self {
            inner: Reference::renamed(format!("mutant:{}", defect.info.name)),
            defect,
            memory: Memory::default(),
            pending: BTreeMap::new(),
            datagrams: Vec::new(),
            added: Added::default(),
            packet: Vec::new(),
            produced: Outbox::default(),
            codec: BrokenCodec(defect),
            bench: BrokenBench::new(defect.machine, defect.state),
        }
    }

    fn sits_in_front(&self) -> bool {
        self.defect.incoming.is_some() || self.defect.mend.is_some()
    }

    /// Hands `input` to the reference and passes on what it produces.
    fn give(
        &mut self,
        now: Instant,
        input: Input<'_, Command>,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        let (change, told) = (self.defect.outgoing, self.defect.told);
        if change.is_none() && told.is_none() {
            return self.inner.step(now, input, out);
        }
        let mut produced = std::mem::take(&mut self.produced);
        produced.clear();
        let result = self.inner.step(now, input, &mut produced);
        for op in produced.ops() {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    self.packet.clear();
                    self.packet.extend_from_slice(produced.bytes(*start, *end));
                    self.added.clear();
                    let mut edit = Edit {
                        bytes: &mut self.packet,
                        added: &mut self.added,
                        dropped: false,
                        now,
                        conn: *conn,
                    };
                    if let Some(change) = change {
                        change(&mut edit, &mut self.memory);
                    }
                    let (dropped, path) = (edit.dropped, edit.conn);
                    let stream = if path == *conn { *stream } else { StreamId::CONTROL };
                    let own = (!dropped).then_some(&self.packet);
                    let all = self.added.before.iter().chain(own).chain(&self.added.after);
                    for packet in all {
                        out.send(path, stream, |buffer| buffer.extend_from_slice(packet));
                    }
                }
                Op::Event(event) => {
                    let mut event = *event;
                    if let Some(told) = told {
                        told(&mut event, &mut self.memory);
                    }
                    out.event(event);
                    if let Some(again) = self.memory.again.take() {
                        out.event(again);
                    }
                }
                Op::Shutdown { conn } => out.shutdown(*conn),
            }
        }
        self.produced = produced;
        result
    }

    /// Cuts what arrived into packets and lets the defect at each.
    fn arrive(
        &mut self,
        now: Instant,
        (conn, stream): (ConnId, StreamId),
        bytes: &[u8],
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        if self.datagrams.contains(&conn) {
            return self.datagram(now, (conn, stream), bytes, out);
        }
        let mut pending = self.pending.remove(&(conn, stream)).unwrap_or_default();
        pending.bytes.extend_from_slice(bytes);
        let result = self.arrived(now, (conn, stream), &mut pending, out);
        self.pending.insert((conn, stream), pending);
        result
    }

    /// A datagram is one packet, or damaged; nothing of it goes with the next one.
    fn datagram(
        &mut self,
        now: Instant,
        place: (ConnId, StreamId),
        bytes: &[u8],
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        let mut pending = Pending { bytes: bytes.to_vec(), ..Pending::default() };
        pending.mended = self.mend(&mut pending.bytes);
        let packet = split(&pending.bytes, self.limit());
        pending.lost = packet != Ok(Split::Packet(bytes.len()));
        self.arrived(now, place, &mut pending, out)
    }

    /// The largest body there can be.
    fn limit(&self) -> u32 {
        match self.memory.setup.max_body_bytes {
            0 => DEFAULT_MAX_BODY,
            limit => limit,
        }
    }

    fn arrived(
        &mut self,
        now: Instant,
        (conn, stream): (ConnId, StreamId),
        pending: &mut Pending,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        while !pending.bytes.is_empty() {
            if !pending.mended && !pending.lost {
                pending.mended = self.mend(&mut pending.bytes);
            }
            let len = match split(&pending.bytes, self.limit()) {
                _ if pending.lost => pending.bytes.len(),
                Ok(Split::Packet(len)) => len,
                Ok(Split::Incomplete(_)) => return Ok(()),
                Err(_) => {
                    pending.lost = true;
                    continue;
                }
            };
            let mut packet: Vec<u8> = pending.bytes.drain(..len).collect();
            pending.mended = false;
            if pending.lost {
                self.give(now, Input::Bytes { conn, stream, bytes: &packet }, out)?;
                continue;
            }
            let mut added = Added::default();
            let mut edit =
                Edit { bytes: &mut packet, added: &mut added, dropped: false, now, conn };
            if let Some(change) = self.defect.incoming {
                change(&mut edit, &mut self.memory);
            }
            let (dropped, path) = (edit.dropped, edit.conn);
            for reply in &added.replies {
                out.send(conn, stream, |buffer| buffer.extend_from_slice(reply));
            }
            let stream = if path == conn { stream } else { StreamId::CONTROL };
            let conn = path;
            let own = (!dropped).then_some(&packet);
            for bytes in added.before.iter().chain(own).chain(&added.after) {
                self.give(now, Input::Bytes { conn, stream, bytes }, out)?;
            }
        }
        Ok(())
    }

    /// Mends the header at the start, if it is there.
    fn mend(&self, bytes: &mut [u8]) -> bool {
        let (Some(change), Some(mut header)) = (self.defect.mend, Header::read(bytes)) else {
            return false;
        };
        change(&mut header);
        let mut mended = Vec::with_capacity(HEADER_LEN);
        header.write(&mut mended);
        bytes[..HEADER_LEN].copy_from_slice(&mended);
        true
    }
}

impl Driver<Nnrp> for Mutant {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    fn start(&mut self, setup: &Setup, seed: Seed) -> Result<(), DriverError> {
        self.memory = Memory { setup: setup.clone(), ..Memory::default() };
        self.pending.clear();
        self.datagrams.clear();
        let mut setup = setup.clone();
        // A defect of one side leaves the other side whole.
        if let Some(change) = self.defect.setup
            && setup.role == self.defect.info.role
        {
            change(&mut setup);
        }
        self.inner.start(&setup, seed)
    }

    fn step(
        &mut self,
        now: Instant,
        input: Input<'_, Command>,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        if self.memory.setup.role != self.defect.info.role {
            return self.inner.step(now, input, out);
        }
        if let (Some(change), Input::Bytes { conn, stream, bytes }) = (self.defect.reads, &input) {
            let (mut read, conn, stream) = (bytes.to_vec(), *conn, *stream);
            change(&mut read);
            return self.give(now, Input::Bytes { conn, stream, bytes: &read }, out);
        }
        match input {
            Input::Bytes { conn, stream, bytes } if self.sits_in_front() => {
                self.arrive(now, (conn, stream), bytes, out)
            }
            Input::Connected { conn, carrier: Carrier::Datagram } => {
                self.datagrams.push(conn);
                self.give(now, input, out)
            }
            Input::Disconnected { conn } => {
                self.pending.retain(|(of, _), _| *of != conn);
                self.give(now, Input::Disconnected { conn }, out)
            }
            input => self.give(now, input, out),
        }
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        let wanted = self.inner.poll_timeout()?;
        match self.defect.wake {
            Some(change) if self.memory.setup.role == self.defect.info.role => Some(change(wanted)),
            _ => Some(wanted),
        }
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        Some(&mut self.codec)
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        Some(&mut self.bench)
    }
}
