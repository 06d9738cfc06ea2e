//! CACHE_PUT, CACHE_ACK and CACHE_INVALIDATE from either side, schemas included
//! (tables 4.5 and 4.6; ).

use super::core::{Core, Out};
use super::link::Ask;
use crate::nnrp::cache::{Key, Limits, Owner, Put, Selector, Stored};
use crate::nnrp::connection::State as LinkState;
use crate::nnrp::session::admits;
use alloc::vec::Vec;
use wireproof_base::{Duration, Role};
use wireproof_wire::nnrp::cache::{CacheAck, CacheInvalidate, CachePut};
use wireproof_wire::nnrp::code::{
    INVALID_STATE, LEASE_POLICY_REJECTED, LIMIT_EXCEEDED, MALFORMED_BODY, UNSUPPORTED_CAPABILITY,
};
use wireproof_wire::nnrp::command::{self, Invalidate};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::schema::{self, SchemaHeader, dependencies};
use wireproof_wire::nnrp::{Event, Frame, Header, MessageType};

const ACCEPTED: u32 = 0;
const REJECTED: u32 = 1;
const REPLACED: u32 = 2;
const FIRST_SCHEMA_KIND: u32 = 8;

impl Core {
    /// CACHE_PUT arrived.
    pub fn on_put(&mut self, link: usize, frame: &Frame<'_>, put: &CachePut, out: &mut Out) {
        let (header, kind) = (&frame.header, MessageType::CachePut);
        let conn = self.links[link].conn;
        let at = self.bound(header.session_id, conn);
        let open = at.is_some_and(|at| admits(self.sessions[at].state, kind));
        if header.session_id != 0 && !open {
            return self.refuse(link, header, kind, INVALID_STATE, out);
        }
        let agreed = self.links[link].agreed;
        if agreed.cache_kinds & (1 << (put.object_kind - 1)) == 0 || agreed.cache_entries == 0 {
            return self.refuse(link, header, kind, UNSUPPORTED_CAPABILITY, out);
        }
        if at.is_some_and(|at| !self.sessions[at].leases()) {
            return self.answer_put(link, header, put, Err(LEASE_POLICY_REJECTED), 0, out);
        }
        let lease_ttl = at.map_or(self.setup.lease_ttl_ms, |at| self.sessions[at].lease_ttl_ms);
        let ttl = if put.ttl_ms == 0 { lease_ttl } else { put.ttl_ms };
        if put.object_kind < FIRST_SCHEMA_KIND {
            let stored = self.store(link, header, put, frame.body, ttl);
            return self.answer_put(link, header, put, stored, ttl, out);
        }
        let Some(schema) = schema_of(frame.body) else {
            return self.refuse(link, header, kind, MALFORMED_BODY, out);
        };
        let rest = &frame.body[SchemaHeader::LEN..];
        let needed: Vec<(u32, u32)> = dependencies(&schema, rest).collect();
        if let Err(code) = self.schemas.install(&schema, &needed) {
            return self.answer_put(link, header, put, Err(code), ttl, out);
        }
        let identity = (schema.schema_id, schema.schema_version);
        if self.schemas.is_cacheable(identity) != Some(true) {
            // Installed without a lease.
            return self.answer_put(link, header, put, Ok(ACCEPTED), 0, out);
        }
        let stored = self.store(link, header, put, frame.body, ttl);
        if stored.is_ok() {
            let key = self.key_of(link, header, put);
            self.schema_keys.retain(|(_, known)| *known != identity);
            self.schema_keys.push((key, identity));
        }
        self.answer_put(link, header, put, stored, ttl, out);
    }

    fn key_of(&self, link: usize, header: &Header, put: &CachePut) -> Key {
        Key {
            owner: self.owner(link, header.session_id),
            namespace: put.cache_namespace,
            key: u64::from(put.cache_key_hi) << 32 | u64::from(put.cache_key_lo),
            kind: put.object_kind as u16,
        }
    }

    fn owner(&self, link: usize, session: u32) -> Owner {
        match session {
            0 => Owner::Connection(self.links[link].conn.0),
            session => Owner::Session(session),
        }
    }

    fn store(
        &mut self,
        link: usize,
        header: &Header,
        put: &CachePut,
        content: &[u8],
        ttl_ms: u32,
    ) -> Result<u32, u32> {
        let agreed = self.links[link].agreed;
        let limits = Limits { entries: agreed.cache_entries, bytes: agreed.cache_bytes };
        let put = Put {
            key: self.key_of(link, header, put),
            bytes: content.len() as u32,
            hash: schema::hash(content),
            ttl: Duration::from_millis(u64::from(ttl_ms)),
            profile: 0,
            schema: (0, 0),
            depends: &[],
        };
        let conn = self.links[link].conn;
        let sessions = &self.sessions;
        let shares = |owner| match owner {
            Owner::Connection(other) => other == conn.0,
            Owner::Session(id) | Owner::Operation(id, _) => {
                sessions.iter().any(|session| session.id == id && session.conn == conn)
            }
        };
        self.cache.put(self.now, &put, limits, shares).map(|stored| match stored {
            Stored::Accepted | Stored::Renewed => ACCEPTED,
            Stored::Replaced => REPLACED,
        })
    }

    fn answer_put(
        &self,
        link: usize,
        header: &Header,
        put: &CachePut,
        stored: Result<u32, u32>,
        ttl_ms: u32,
        out: &mut Out,
    ) {
        let meta = CacheAck {
            cache_namespace: put.cache_namespace,
            cache_key_hi: put.cache_key_hi,
            cache_key_lo: put.cache_key_lo,
            status: stored.unwrap_or(REJECTED),
            accepted_ttl_ms: if stored.is_ok() { ttl_ms } else { 0 },
            max_object_bytes: self.links[link].agreed.cache_bytes,
            detail_code: stored.err().unwrap_or(0),
        };
        let frame = Frame::new(meta, &[]).at(header.session_id, 0, 0).traced(header.trace_id);
        self.send(link, &frame, out);
    }

    /// CACHE_ACK arrived; without a matching put it is dropped.
    pub fn on_put_ack(&mut self, link: usize, header: &Header, ack: &CacheAck, out: &mut Out) {
        let (session, namespace) = (header.session_id, ack.cache_namespace);
        let key = u64::from(ack.cache_key_hi) << 32 | u64::from(ack.cache_key_lo);
        let wanted = Ask::Put { session, namespace, key };
        let matching = self.links[link].take(|pending| (pending.ask == wanted).then_some(()));
        if matching.is_some() {
            let (status, detail) = (ack.status, ack.detail_code);
            out.event(Event::Cached { session, namespace, key, status, detail });
        }
    }

    /// CACHE_INVALIDATE arrived.
    pub fn on_invalidate(
        &mut self,
        link: usize,
        header: &Header,
        meta: &CacheInvalidate,
        out: &mut Out,
    ) {
        let conn = self.links[link].conn;
        let live = self
            .bound(header.session_id, conn)
            .is_some_and(|at| admits(self.sessions[at].state, MessageType::CacheInvalidate));
        if header.session_id != 0 && !live {
            return self.refuse(link, header, MessageType::CacheInvalidate, INVALID_STATE, out);
        }
        if self.links[link].agreed.cache_entries == 0 {
            let code = UNSUPPORTED_CAPABILITY;
            return self.refuse(link, header, MessageType::CacheInvalidate, code, out);
        }
        let owner = self.owner(link, header.session_id);
        let key = u64::from(meta.cache_key_hi) << 32 | u64::from(meta.cache_key_lo);
        let selector = match meta.invalidate_scope {
            0 => Selector::Whole,
            1 => Selector::Namespace(meta.cache_namespace),
            2 => Selector::Kind(meta.cache_namespace, meta.cache_key_hi),
            _ => Selector::Key(meta.cache_namespace, key),
        };
        let objects = self.cache.invalidate(owner, selector);
        self.bury_schemas();
        out.event(Event::Invalidated { session: header.session_id, objects });
    }

    /// A schema whose object was removed by its owner is invalidated with it.
    fn bury_schemas(&mut self) {
        let (cache, schemas) = (&self.cache, &mut self.schemas);
        self.schema_keys.retain(|(key, identity)| {
            let there = cache.lease(key).is_some();
            if !there {
                // Already invalid through a dependency, or the anchor: nothing to do.
                let _ = schemas.invalidate(*identity);
            }
            there
        });
    }

    /// K11. A schema outlives the lease it came with: other owners may have bound to it.
    pub fn end_owner(&mut self, owner: Owner) {
        self.cache.end_owner(owner);
        self.schema_keys.retain(|(key, _)| key.owner != owner);
    }

    /// Command: put an object.
    pub fn put(&mut self, put: &command::Put, out: &mut Out) {
        let (session, namespace, key) = (put.session, put.namespace, put.key);
        let place = self.cache_place(put.conn, session, MessageType::CachePut);
        let Some(content) = decode_hex(&put.hex) else { return };
        let fits = |&link: &usize| self.links[link].carries(content.len());
        let Some(link) = place.filter(fits) else {
            let detail = if place.is_none() { INVALID_STATE } else { LIMIT_EXCEEDED };
            let status = REJECTED;
            return out.event(Event::Cached { session, namespace, key, status, detail });
        };
        let meta = CachePut {
            cache_namespace: namespace,
            cache_key_hi: (key >> 32) as u32,
            cache_key_lo: key as u32,
            object_kind: put.kind,
            ttl_ms: put.ttl_ms,
            object_bytes: content.len() as u32,
            ..CachePut::default()
        };
        let frame = Frame::new(meta, &content).at(session, 0, 0);
        self.ask(link, frame, Ask::Put { session, namespace, key }, out);
    }

    /// Command: invalidate objects.
    pub fn invalidate(&mut self, command: &Invalidate, out: &mut Out) {
        let session = command.session;
        let place = self.cache_place(command.conn, session, MessageType::CacheInvalidate);
        let Some(link) = place else { return };
        let meta = CacheInvalidate {
            invalidate_scope: command.scope,
            cache_namespace: command.namespace,
            cache_key_hi: (command.key >> 32) as u32,
            cache_key_lo: command.key as u32,
            reason_code: 0,
        };
        let trace = self.trace();
        self.send(link, &Frame::new(meta, &[]).at(session, 0, 0).traced(trace), out);
    }

    /// Where a cache message may be sent, if anywhere.
    fn cache_place(
        &self,
        conn: wireproof_base::ConnId,
        session: u32,
        kind: MessageType,
    ) -> Option<usize> {
        let link = match session {
            0 => self.link(conn)?,
            id => {
                let at = self.session(id)?;
                let session = &self.sessions[at];
                // Without background results, cache events wait for an operation.
                let waits = self.role == Role::Server && !session.flows();
                if !admits(session.state, kind) || waits {
                    return None;
                }
                self.link_of(at)?
            }
        };
        let entry = &self.links[link];
        let open = match kind {
            MessageType::CachePut => entry.state == LinkState::Active,
            _ => matches!(entry.state, LinkState::Active | LinkState::Draining),
        };
        (open && entry.agreed.cache_entries != 0).then_some(link)
    }
}

/// The header of a well-formed schema object (G1).
fn schema_of(object: &[u8]) -> Option<SchemaHeader> {
    let header = schema::decode(object).ok()?;
    let body = object.len() - SchemaHeader::LEN;
    let fits =
        header.body_bytes as usize == body && usize::from(header.dependency_count) * 8 <= body;
    fits.then_some(header)
}

fn decode_hex(digits: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).map(|value| value as u8);
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair.first()?)? << 4 | digit(pair.get(1)?)?)).collect()
}
