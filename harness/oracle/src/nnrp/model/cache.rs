//! The objects and schemas that one node keeps for its peer, NNRP §8.1 (tables 4.5 and 4.6).

use super::Node;
use crate::nnrp::packet::Packet;
use wireproof_base::{ConnId, Duration, Instant};
use wireproof_wire::nnrp::cache::{CacheAck, CacheInvalidate, CachePut};
use wireproof_wire::nnrp::object::ObjectReference;
use wireproof_wire::nnrp::schema::{self, CACHEABLE, HASH_STABLE, SchemaHeader};

/// `CACHE_ACK.status`: not taken.
pub(in crate::nnrp) const REJECTED: u32 = 1;
/// `CACHE_ACK.status`: taken in place of another content.
pub(in crate::nnrp) const REPLACED: u32 = 2;

const FIRST_SCHEMA_KIND: u32 = 8;

/// Who holds the lease of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nnrp) enum Owner {
    /// A connection.
    Conn(ConnId),
    /// A session, wherever it is.
    Session(u32),
}

/// Logical identity of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::nnrp) struct Key {
    /// Who holds it.
    pub owner: Owner,
    /// Key space.
    pub namespace: u32,
    /// The key.
    pub key: u64,
    /// `object_kind`.
    pub kind: u32,
}

/// An object that was taken.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Object {
    /// What it is.
    pub key: Key,
    /// Its length.
    pub bytes: u32,
    /// Hash of its content.
    pub hash: u64,
    /// When its lease runs out.
    pub expiry: Instant,
    /// Whether its owner has invalidated it.
    pub removed: bool,
    /// Whether the node may have let go of it by itself (K12).
    pub unsure: bool,
    /// The schema it brought.
    pub schema: Option<(u32, u32)>,
}

/// A CACHE_PUT without an answer.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Put {
    /// The connection.
    pub conn: ConnId,
    /// What it is.
    pub key: Key,
    /// Its length.
    pub bytes: u32,
    /// Hash of its content.
    pub hash: u64,
    /// Its trace id.
    pub trace: u64,
    /// The schema it carries (`R-29`).
    pub schema: Option<SchemaHeader>,
    /// Whether it is a schema that is not to be kept as an object.
    pub fleeting: bool,
    /// Whether its connection and session took puts when it came.
    pub admitted: bool,
}

/// A schema that was installed.
#[derive(Clone, Copy, Debug)]
pub(in crate::nnrp) struct Identity {
    /// Id and version.
    pub id: (u32, u32),
    /// Its hash.
    pub hash: u64,
    /// Whether it promised to keep it.
    pub stable: bool,
    /// Whether it was invalidated.
    pub removed: bool,
}

/// What the references of a submit came to when it arrived, the worst one first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::nnrp) enum Lookup {
    /// It has none.
    #[default]
    Nothing,
    /// Every object is there.
    Live,
    /// Nobody can tell.
    Unsure,
    /// One is at the very instant of its expiry (`R-32`).
    Expiring,
    /// The lease of one has run out.
    Expired,
    /// One was invalidated.
    Invalidated,
    /// One is there for another session only (`R-33`).
    Foreign,
    /// One was never there.
    Missing,
}

/// What one node keeps for its peer.
#[derive(Debug, Default)]
pub(in crate::nnrp) struct Store {
    /// Objects, oldest first.
    pub objects: alloc::vec::Vec<Object>,
    /// Puts without an answer, oldest first.
    pub puts: alloc::vec::Vec<Put>,
    /// Schemas.
    pub schemas: alloc::vec::Vec<Identity>,
}

impl Store {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        self.objects.clear();
        self.puts.clear();
        self.schemas.clear();
    }

    /// The object with that identity, if it is there.
    pub fn find(&self, key: &Key) -> Option<&Object> {
        self.objects.iter().find(|object| object.key == *key)
    }

    /// The schema with that identity.
    pub fn schema(&self, id: (u32, u32)) -> Option<&Identity> {
        self.schemas.iter().find(|schema| schema.id == id)
    }

    /// An owner has ended, and its leases with it (K11).
    pub fn end_owner(&mut self, owner: Owner) {
        if !self.objects.is_empty() {
            self.objects.retain(|object| object.key.owner != owner);
        }
    }

    /// The put that an acknowledgement answers.
    pub fn answered(&self, packet: &Packet<'_>, ack: &CacheAck) -> Option<usize> {
        let owner = owner(packet);
        let (namespace, key) = (ack.cache_namespace, wide(ack.cache_key_hi, ack.cache_key_lo));
        let same = |put: &Put| {
            put.conn == packet.conn
                && (put.key.owner, put.key.namespace, put.key.key) == (owner, namespace, key)
        };
        let trace = packet.header().trace_id;
        let traced = self.puts.iter().position(|put| same(put) && put.trace == trace && trace != 0);
        traced.or_else(|| self.puts.iter().position(same))
    }

    fn take(&mut self, put: &Put, ttl_ms: u32, at: Instant) {
        let schema = put.schema.map(|header| (header.schema_id, header.schema_version));
        if let (Some(header), Some(id)) = (put.schema, schema) {
            let hash = header.schema_hash;
            let stable = header.schema_flags & HASH_STABLE != 0;
            self.schemas.retain(|known| known.id != id);
            self.schemas.push(Identity { id, hash, stable, removed: false });
        }
        if put.fleeting {
            return;
        }
        let expiry = match ttl_ms {
            0 => Instant::MAX,
            ms => at + Duration::from_millis(u64::from(ms)),
        };
        let Put { key, bytes, hash, .. } = *put;
        let (removed, unsure) = (false, false);
        let object = Object { key, bytes, hash, expiry, removed, unsure, schema };
        match self.objects.iter_mut().find(|known| known.key == key) {
            Some(known) => *known = object,
            None => self.objects.push(object),
        }
    }

    fn look(&self, owner: Owner, reference: &ObjectReference, at: Instant) -> Lookup {
        let key = Key {
            owner,
            namespace: reference.cache_namespace,
            key: wide(reference.cache_key_hi, reference.cache_key_lo),
            kind: u32::from(reference.object_kind),
        };
        match self.find(&key) {
            None => Lookup::Missing,
            Some(object) if object.removed => Lookup::Invalidated,
            Some(object) if object.unsure => Lookup::Unsure,
            Some(object) if at > object.expiry => Lookup::Expired,
            Some(object) if at == object.expiry => Lookup::Expiring,
            Some(_) => Lookup::Live,
        }
    }

    /// Whether session and connection both hold, or have held, what a reference names: either may
    /// be taken for it (`R-33`).
    pub fn doubly_held(&self, session: u32, conn: ConnId, reference: &ObjectReference) -> bool {
        let by = |owner| {
            let key = wide(reference.cache_key_hi, reference.cache_key_lo);
            let kind = u32::from(reference.object_kind);
            self.find(&Key { owner, namespace: reference.cache_namespace, key, kind }).is_some()
        };
        by(Owner::Session(session)) && by(Owner::Conn(conn))
    }

    /// What a reference of `session` on `conn` finds: its own object or else the one of the
    /// connection (`R-33`).
    pub fn resolve(
        &self,
        session: u32,
        conn: ConnId,
        reference: &ObjectReference,
        at: Instant,
    ) -> Lookup {
        let own = self.look(Owner::Session(session), reference, at);
        let shared = self.look(Owner::Conn(conn), reference, at);
        let found = own.min(shared);
        let elsewhere = |object: &Object| {
            !object.removed
                && object.key.namespace == reference.cache_namespace
                && object.key.key == wide(reference.cache_key_hi, reference.cache_key_lo)
                && object.key.kind == u32::from(reference.object_kind)
        };
        match found {
            Lookup::Missing if self.objects.iter().any(elsewhere) => Lookup::Foreign,
            found => found,
        }
    }
}

impl Node {
    /// CACHE_PUT was received.
    pub(super) fn put(&mut self, packet: &Packet<'_>, put: &CachePut) {
        let object = packet.frame.body;
        let header = match put.object_kind {
            kind if kind >= FIRST_SCHEMA_KIND => schema::decode(object).ok(),
            _ => None,
        };
        let open = packet.session_in(self).is_none_or(|session| session.state.takes_work());
        let admitted = open && !self.conns[packet.conn.0 as usize].closing();
        self.store.puts.push(Put {
            conn: packet.conn,
            key: Key {
                owner: owner(packet),
                namespace: put.cache_namespace,
                key: wide(put.cache_key_hi, put.cache_key_lo),
                kind: put.object_kind,
            },
            bytes: object.len() as u32,
            hash: schema::hash(object),
            trace: packet.header().trace_id,
            schema: header,
            admitted,
            fleeting: put.object_kind >= FIRST_SCHEMA_KIND
                && header.is_none_or(|header| header.schema_flags & CACHEABLE == 0),
        });
    }

    /// CACHE_ACK was sent.
    pub(super) fn answer_put(&mut self, packet: &Packet<'_>, ack: &CacheAck, at: Instant) {
        let Some(index) = self.store.answered(packet, ack) else { return };
        let put = self.store.puts.remove(index);
        if ack.status != REJECTED {
            self.store.take(&put, ack.accepted_ttl_ms, at);
        }
    }

    /// An ERROR was sent: a put that it refuses waits for nothing more.
    pub(super) fn refuse_put(&mut self, packet: &Packet<'_>) {
        let trace = packet.header().trace_id;
        let same = |put: &Put| put.conn == packet.conn && put.trace == trace && trace != 0;
        self.store.puts.retain(|put| !same(put));
    }

    /// CACHE_INVALIDATE passed; gives how many objects it can have removed.
    pub(super) fn invalidate(&mut self, packet: &Packet<'_>, meta: &CacheInvalidate) -> u32 {
        let owner = owner(packet);
        // What the node itself says may be about what it had put or what it lets go of (K12), and
        // what comes where the session is not may be refused or heeded.
        let astray = packet.session_in(self).is_some_and(|session| session.conn != packet.conn);
        let doubtful = packet.mine || astray;
        let mut count = 0;
        for object in &mut self.store.objects {
            if object.key.owner != owner || object.removed || !selects(meta, &object.key) {
                continue;
            }
            count += 1;
            if doubtful {
                object.unsure = true;
                continue;
            }
            object.removed = true;
            if let Some(id) = object.schema {
                let known = self.store.schemas.iter_mut().find(|known| known.id == id);
                known.into_iter().for_each(|known| known.removed = true);
            }
        }
        count
    }
}

/// Whether an invalidation names an object (`R-33` for the selectors).
fn selects(meta: &CacheInvalidate, key: &Key) -> bool {
    let namespace = key.namespace == meta.cache_namespace;
    match meta.invalidate_scope {
        0 => true,
        1 => namespace,
        2 => namespace && key.kind == meta.cache_key_hi,
        _ => namespace && key.key == wide(meta.cache_key_hi, meta.cache_key_lo),
    }
}

/// Who holds what a cache message is about.
pub(in crate::nnrp) fn owner(packet: &Packet<'_>) -> Owner {
    match packet.header().session_id {
        0 => Owner::Conn(packet.conn),
        session => Owner::Session(session),
    }
}

const fn wide(hi: u32, lo: u32) -> u64 {
    (hi as u64) << 32 | lo as u64
}
