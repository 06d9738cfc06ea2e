//! The driver of a mutant: the reference behind one defect.

use super::defect::Defect;
use super::depths::{BrokenBench, BrokenCodec};
use super::edit::{Added, Edit};
use super::memory::Memory;
use super::report::Passing;
use crate::ncp::Reference;
use crate::{Driver, DriverError, Identity, Machines, Vectors};
use std::collections::{BTreeMap, BTreeSet};
use wireproof_base::{Carrier, ConnId, Duration, Input, Instant, Op, Outbox, Seed, StreamId};
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::header::{Header, Split, split};
use wireproof_wire::ncp::http::Message;
use wireproof_wire::ncp::seal::Key;
use wireproof_wire::ncp::terms::{self, Terms};
use wireproof_wire::ncp::{Command, Event, Ncp};

/// Where bytes come from or go.
type Place = (ConnId, StreamId);

/// Bytes of one stream that are no whole frame yet.
#[derive(Debug, Default)]
struct Pending {
    bytes: Vec<u8>,
    /// Bytes of a frame that is refused for its header, which go through as they come.
    passing: usize,
}

/// The reference with one defect.
pub struct Mutant {
    inner: Reference,
    identity: Identity,
    defect: &'static Defect,
    memory: Memory,
    key: Option<Key>,
    pending: BTreeMap<Place, Pending>,
    /// Connections in HTTP mode, whose bytes are messages.
    posts: BTreeSet<ConnId>,
    /// Frames that are held back, by the time at which they go and in order.
    late: BTreeMap<(Instant, u64), (Place, Vec<u8>)>,
    held: u64,
    codec: BrokenCodec,
    bench: BrokenBench,
}

/// What a defect made of a frame.
struct Edited {
    bytes: Vec<u8>,
    added: Added,
    dropped: bool,
    hang_up: bool,
    late: Duration,
    place: Place,
}

impl Edited {
    fn frames(&self) -> impl Iterator<Item = &Vec<u8>> {
        let own = (!self.dropped).then_some(&self.bytes);
        self.added.before.iter().chain(own).chain(&self.added.after)
    }
}

/// A stream of a carrier that the reference does not come to.
const SPARE: StreamId = StreamId(1_000_000);

impl Mutant {
    /// Around a reference of its own.
    pub fn new(defect: &'static Defect) -> Self {
        let inner = Reference::new();
        let name = format!("mutant:{}", defect.info.name);
        let identity = Identity { name, ..inner.identity().clone() };
        Self {
            inner,
            identity,
            defect,
            memory: Memory::default(),
            key: None,
            pending: BTreeMap::new(),
            posts: BTreeSet::new(),
            late: BTreeMap::new(),
            held: 0,
            codec: BrokenCodec(defect),
            bench: BrokenBench::new(defect.machine, defect.state),
        }
    }

    /// A defect of one side leaves the other side whole.
    fn is_active(&self) -> bool {
        self.memory.setup.role == self.defect.info.role
    }

    fn edit(
        &mut self,
        change: Option<fn(&mut Edit<'_>, &mut Memory)>,
        place: Place,
        mut bytes: Vec<u8>,
    ) -> Edited {
        let mut added = Added::default();
        let mut edit = Edit {
            bytes: &mut bytes,
            added: &mut added,
            dropped: false,
            hang_up: false,
            late: Duration::ZERO,
            conn: place.0,
            stream: place.1,
            key: self.key.as_ref(),
        };
        if let Some(change) = change {
            change(&mut edit, &mut self.memory);
        }
        let Edit { dropped, hang_up, late, conn, stream, .. } = edit;
        Edited { bytes, added, dropped, hang_up, late, place: (conn, stream) }
    }

    /// Hands `input` to the reference and passes on what it produces.
    fn give(
        &mut self,
        now: Instant,
        input: Input<'_, Command>,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        let mut produced = Outbox::default();
        let result = self.inner.step(now, input, &mut produced);
        for op in produced.ops() {
            match op {
                Op::Bytes { conn, stream, start, end } => {
                    let bytes = produced.bytes(*start, *end).to_vec();
                    match self.posts.contains(conn) {
                        true => self.post((*conn, *stream), bytes, out),
                        false => self.leave(now, (*conn, *stream), bytes, out),
                    }
                }
                Op::Event(event) => {
                    let mut telling = Passing::new(event.clone());
                    if let Some(told) = self.defect.told {
                        told(&mut telling, &mut self.memory);
                    }
                    telling.all().for_each(|event| out.event(event));
                }
                Op::Shutdown { conn } => {
                    if self.defect.ends.is_none_or(|may| may(*conn, &mut self.memory)) {
                        out.shutdown(*conn);
                    }
                }
            }
        }
        result
    }

    /// A message of HTTP mode leaves.
    fn post(&mut self, (conn, stream): Place, mut bytes: Vec<u8>, out: &mut Outbox<Event>) {
        if let (Some(change), Ok(mut message)) = (self.defect.posted, Message::read(&bytes)) {
            change(&mut message, &mut self.memory);
            bytes.clear();
            message.write(&mut bytes);
        }
        out.send(conn, stream, |buffer| buffer.extend_from_slice(&bytes));
    }

    /// A message of HTTP mode arrives.
    fn fetch(&mut self, bytes: &mut Vec<u8>) {
        if let (Some(change), Ok(mut message)) = (self.defect.fetched, Message::read(bytes)) {
            change(&mut message, &mut self.memory);
            bytes.clear();
            message.write(bytes);
        }
    }

    /// A frame leaves.
    fn leave(&mut self, now: Instant, place: Place, frame: Vec<u8>, out: &mut Outbox<Event>) {
        let edited = self.edit(self.defect.outgoing, place, frame);
        edited.added.events.iter().for_each(|event| out.event(event.clone()));
        let (conn, stream) = edited.place;
        for frame in edited.frames() {
            if edited.late == Duration::ZERO {
                out.send(conn, stream, |buffer| buffer.extend_from_slice(frame));
            } else {
                self.held += 1;
                self.late.insert((now + edited.late, self.held), (edited.place, frame.clone()));
            }
        }
        if edited.hang_up {
            out.shutdown(conn);
        }
    }

    /// Cuts what arrived into frames and lets the defect at each.
    fn arrive(
        &mut self,
        now: Instant,
        place: Place,
        bytes: &[u8],
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        let mut pending = self.pending.remove(&place).unwrap_or_default();
        pending.bytes.extend_from_slice(bytes);
        let result = self.arrived(now, place, &mut pending, out);
        self.pending.insert(place, pending);
        result
    }

    fn arrived(
        &mut self,
        now: Instant,
        place: Place,
        pending: &mut Pending,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        while !pending.bytes.is_empty() {
            if pending.passing > 0 {
                let len = pending.passing.min(pending.bytes.len());
                pending.passing -= len;
                let raw: Vec<u8> = pending.bytes.drain(..len).collect();
                let (conn, stream) = place;
                self.give(now, Input::Bytes { conn, stream, bytes: &raw }, out)?;
                continue;
            }
            match split(&pending.bytes) {
                Split::Frame { header_len, payload_len } => {
                    let frame = pending.bytes.drain(..header_len + payload_len).collect();
                    self.frame(now, place, frame, out)?;
                }
                Split::Incomplete => match Header::read(&pending.bytes) {
                    // Nobody waits for the payload of such a frame.
                    Some((header, len)) if !self.is_awaited(&header) => {
                        pending.passing = len + header.len as usize;
                    }
                    _ => return Ok(()),
                },
            }
        }
        Ok(())
    }

    /// Whether a frame with that header is read to its end, whatever was agreed.
    fn is_awaited(&self, header: &Header) -> bool {
        let limit = self.memory.setup.max_frame_payload.max(Terms::HANDSHAKE.limit);
        let terms = Terms { ext: true, sealed: true, limit, ..Terms::HANDSHAKE };
        terms::check(header, &terms).is_ok()
    }

    /// A whole frame arrived.
    fn frame(
        &mut self,
        now: Instant,
        place: Place,
        frame: Vec<u8>,
        out: &mut Outbox<Event>,
    ) -> Result<(), DriverError> {
        let edited = self.edit(self.defect.incoming, place, frame);
        for reply in &edited.added.replies {
            out.send(place.0, place.1, |buffer| buffer.extend_from_slice(reply));
        }
        edited.added.events.iter().for_each(|event| out.event(event.clone()));
        let (conn, stream) = edited.place;
        for bytes in edited.frames() {
            self.give(now, Input::Bytes { conn, stream, bytes }, out)?;
        }
        if edited.hang_up {
            out.shutdown(conn);
        }
        Ok(())
    }

    /// Sends what was held back until now.
    fn send_late(&mut self, now: Instant, out: &mut Outbox<Event>) {
        while let Some(entry) = self.late.first_entry() {
            if entry.key().0 > now {
                break;
            }
            let ((conn, stream), frame) = entry.remove();
            out.send(conn, stream, |buffer| buffer.extend_from_slice(&frame));
        }
    }
}

impl Driver<Ncp> for Mutant {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn start(&mut self, setup: &Setup, seed: Seed) -> Result<(), DriverError> {
        self.memory = Memory { setup: setup.clone(), ..Memory::default() };
        self.key = Key::from_hex(&setup.key);
        self.pending.clear();
        self.posts.clear();
        self.late.clear();
        let mut setup = setup.clone();
        if let Some(change) = self.defect.setup
            && self.is_active()
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
        if !self.is_active() {
            return self.inner.step(now, input, out);
        }
        self.send_late(now, out);
        match input {
            Input::Connected { conn, carrier } => {
                if carrier == Carrier::Exchange {
                    self.posts.insert(conn);
                }
                self.give(now, input, out)?;
                if let Some(bytes) = self.defect.begins.and_then(|begins| begins(carrier)) {
                    out.send(conn, SPARE, |buffer| buffer.extend_from_slice(&bytes));
                }
                Ok(())
            }
            Input::Bytes { conn, stream, bytes } if self.posts.contains(&conn) => {
                let mut bytes = bytes.to_vec();
                self.fetch(&mut bytes);
                self.give(now, Input::Bytes { conn, stream, bytes: &bytes }, out)
            }
            Input::Bytes { conn, stream, bytes } => match (self.defect.reads, self.defect.incoming)
            {
                (None, None) => self.give(now, Input::Bytes { conn, stream, bytes }, out),
                (Some(change), _) => {
                    let mut read = bytes.to_vec();
                    change(&mut read);
                    self.give(now, Input::Bytes { conn, stream, bytes: &read }, out)
                }
                (None, Some(_)) => self.arrive(now, (conn, stream), bytes, out),
            },
            Input::Command(command) => {
                let mut asking = Passing::new(command.clone());
                if let Some(asked) = self.defect.asked {
                    asked(&mut asking, &mut self.memory);
                }
                for command in asking.all() {
                    self.give(now, Input::Command(&command), out)?;
                }
                Ok(())
            }
            Input::Disconnected { conn } => {
                self.pending.retain(|(of, _), _| *of != conn);
                self.late.retain(|_, ((of, _), _)| *of != conn);
                self.give(now, Input::Disconnected { conn }, out)
            }
            input => self.give(now, input, out),
        }
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        let wanted = self.inner.poll_timeout();
        if !self.is_active() {
            return wanted;
        }
        let wanted = match self.defect.wake {
            Some(change) => wanted.map(change),
            None => wanted,
        };
        let late = self.late.keys().next().map(|(at, _)| *at);
        wanted.into_iter().chain(late).min()
    }

    fn vectors(&mut self) -> Option<&mut dyn Vectors> {
        Some(&mut self.codec)
    }

    fn machines(&mut self) -> Option<&mut dyn Machines> {
        Some(&mut self.bench)
    }
}
