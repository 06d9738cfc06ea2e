//! The state of an endpoint, and the small steps everything else is written in.

use super::link::Link;
use crate::ncp::negotiation::Offer;
use crate::ncp::registry::Registry;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;
use wireproof_base::{Carrier, ConnId, Duration, Instant, Outbox, Role, Seed};
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::seal::Key;

pub(crate) type Out = Outbox<Event>;

#[derive(Debug)]
pub(crate) struct Core {
    pub role: Role,
    pub setup: Setup,
    /// What the setup brings into the handshake.
    pub offer: Offer,
    pub key: Option<Key>,
    pub seed: Seed,
    pub now: Instant,
    pub links: Vec<Link>,
    /// Schemas of a Node; empty at an Agent.
    pub registry: Registry,
    /// Payloads are written here before their length is known.
    pub scratch: Vec<u8>,
    ids: u64,
}

impl Core {
    pub fn new(setup: &Setup, seed: Seed, role: Role) -> Self {
        Self {
            role,
            setup: setup.clone(),
            offer: Offer::of(setup),
            key: Key::from_hex(&setup.key),
            seed,
            now: Instant::ZERO,
            links: Vec::new(),
            registry: Registry::default(),
            scratch: Vec::new(),
            ids: 0,
        }
    }

    /// As new, keeping memory.
    pub fn reset(&mut self, setup: &Setup, seed: Seed) {
        if self.setup != *setup {
            self.setup = setup.clone();
            self.offer = Offer::of(setup);
            self.key = Key::from_hex(&setup.key);
        }
        self.seed = seed;
        self.now = Instant::ZERO;
        self.links.clear();
        self.registry = Registry::default();
        self.ids = 0;
    }

    /// A transport stands.
    pub fn connect(&mut self, conn: ConnId, carrier: Carrier) -> usize {
        self.links.push(Link::new(conn, carrier, self.role, &self.setup));
        self.links.len() - 1
    }

    /// A transport is gone for good.
    pub fn forget_link(&mut self, at: usize) {
        self.links.remove(at);
    }

    /// Position of a connection.
    #[inline]
    pub fn link(&self, conn: ConnId) -> Option<usize> {
        self.links.iter().position(|link| link.conn == conn)
    }

    /// Position of a connection on which application frames flow (C06).
    pub fn ready(&self, conn: ConnId) -> Option<usize> {
        let link = self.link(conn)?;
        if self.role == Role::Server && self.links[link].carrier == Carrier::Exchange {
            // What is answered is a request, not the connection it came on.
            return self.links.iter().position(|link| link.conn == conn && link.is_exchange());
        }
        Some(link).filter(|at| self.links[*at].is_established())
    }

    /// Position of a connection for a command; says so if it cannot be used.
    pub fn usable(&self, conn: ConnId, stream: &str, out: &mut Out) -> Option<usize> {
        let link = self.ready(conn);
        if link.is_none() {
            blocked(conn, stream, Hold::State, out);
        }
        link
    }

    /// When a handshake timer that starts now has run out: a message at the limit itself is in
    /// time (`OP-49`).
    pub fn deadline(&self, ms: u32) -> Instant {
        self.now + Duration::from_millis(u64::from(ms)) + Duration::from_nanos(1)
    }

    /// The earliest handshake timer.
    pub fn wake(&self) -> Option<Instant> {
        self.links.iter().filter_map(|link| link.deadline).min()
    }

    /// A UUID of version 4 that this endpoint has not made before.
    pub fn uuid(&mut self) -> String {
        self.ids += 1;
        let high = mix(self.seed.0 ^ mix(self.ids << 1 | u64::from(self.role == Role::Server)));
        let low = mix(high ^ self.ids);
        let version = high & !0xf000 | 0x4000;
        let variant = low & !(0b11 << 62) | 0b10 << 62;
        let mut text = String::with_capacity(36);
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            version >> 32,
            version >> 16 & 0xffff,
            version & 0xffff,
            variant >> 48,
            variant & 0xffff_ffff_ffff
        );
        text
    }
}

/// Says why a command was not carried out.
pub(crate) fn blocked(conn: ConnId, stream: &str, why: Hold, out: &mut Out) {
    out.event(Event::Blocked { conn, stream_id: String::from(stream), why });
}

/// Says what was let pass.
pub(crate) fn noticed(conn: ConnId, what: &str, out: &mut Out) {
    out.event(Event::Noticed { conn, what: String::from(what) });
}

/// The finalizer of SplitMix64.
const fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}
