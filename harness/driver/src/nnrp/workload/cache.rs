//! Objects that either side puts into the cache of the other, and what becomes of them.

use super::link::by;
use super::traffic::Traffic;
use crate::Action;
use crate::hex::encode;
use wireproof_base::{ConnId, Role};
use wireproof_wire::nnrp::command::{Invalidate, Put, Submit};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::schema::{CACHEABLE, DEFAULT_BINDABLE, SchemaHeader};
use wireproof_wire::nnrp::{Command, Nnrp};

/// Schema descriptors in the cache.
const SCHEMA_KIND: u32 = 8;
/// Kinds that are neither schemas nor standard slots of a tensor body.
const PLAIN_KINDS: [u32; 3] = [4, 5, 7];
/// Few names, so that they are met again.
const NAMESPACES: u32 = 2;
const KEYS: u32 = 3;
/// Names kept to refer to.
const KEPT: usize = 16;
/// The first of our own schemas.
const FIRST_SCHEMA: u32 = 0x2001;

/// An object that the client has put, by the name a reference gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    kind: u32,
    namespace: u32,
    key: u64,
}

impl Traffic {
    /// One object from either side, for a session or for the connection.
    pub(super) fn put(&mut self) -> Option<Action<Nnrp>> {
        let (conn, session) = self.owner()?;
        let node = self.some_side();
        let schema = self.words.chance(1, 8);
        let kind = match schema {
            true => SCHEMA_KIND,
            false => PLAIN_KINDS[self.words.below(PLAIN_KINDS.len() as u32) as usize],
        };
        let object = Object {
            kind,
            namespace: self.words.below(NAMESPACES),
            key: u64::from(self.words.below(KEYS)) << (32 * self.words.below(2)),
        };
        let hex = if schema { self.schema() } else { self.content() };
        let ttl_ms = if self.words.chance(1, 3) { 1 + self.words.below(80) } else { 0 };
        if node == Role::Client && !schema && !self.objects.contains(&object) {
            if self.objects.len() == KEPT {
                self.objects.remove(0);
            }
            self.objects.push(object);
        }
        let Object { namespace, key, .. } = object;
        Some(by(node, Command::Put(Put { conn, session, namespace, key, kind, ttl_ms, hex })))
    }

    /// One of few contents, so that an object is renewed as often as it is replaced.
    fn content(&mut self) -> String {
        let (byte, length) = (self.words.below(2) as u8, 4 + self.words.below(2) as usize * 60);
        encode(&vec![byte; length])
    }

    /// A schema of ours. One identity has one hash, whoever sends it.
    fn schema(&mut self) -> String {
        let (schema_id, schema_version) =
            (FIRST_SCHEMA + self.words.below(2), 1 + self.words.below(2));
        let flags = if schema_id == FIRST_SCHEMA { CACHEABLE } else { 0 };
        let header = SchemaHeader {
            schema_id,
            schema_version,
            profile_id: 2,
            schema_flags: flags | DEFAULT_BINDABLE,
            min_version_major: 1,
            max_version_major: 1,
            schema_hash: u64::from(schema_id) << 32 | u64::from(schema_version),
            ..SchemaHeader::default()
        };
        let mut bytes = Vec::with_capacity(SchemaHeader::LEN);
        header.write(&mut bytes);
        encode(&bytes)
    }

    /// Takes objects back: one, a kind, a namespace or everything of an owner.
    pub(super) fn invalidate(&mut self) -> Option<Action<Nnrp>> {
        let (conn, session) = self.owner()?;
        let scope = self.words.below(4);
        let namespace = self.words.below(NAMESPACES);
        let key = match scope {
            2 => u64::from(PLAIN_KINDS[self.words.below(3) as usize]) << 32,
            3 => u64::from(self.words.below(KEYS)) << (32 * self.words.below(2)),
            _ => 0,
        };
        let namespace = if scope == 0 { 0 } else { namespace };
        let command = Invalidate { conn, session, scope, namespace, key };
        Some(by(self.some_side(), Command::Invalidate(command)))
    }

    /// Lets a submit refer to an object that the client has put once. It may be gone by now.
    pub(super) fn refer(&mut self, submit: &mut Submit) {
        let at = self.words.below(self.objects.len() as u32) as usize;
        if let Some(object) = self.objects.get(at) {
            submit.object_kind = object.kind as u16;
            submit.namespace = object.namespace;
            submit.key = object.key;
        }
    }

    /// Who owns what is put next: a session that works, or a connection.
    fn owner(&mut self) -> Option<(ConnId, u32)> {
        let (_, conn) = self.some_ready(None)?;
        match self.some_open() {
            Some(index) if self.words.chance(2, 3) => Some((conn, self.sessions[index].number)),
            _ => Some((conn, 0)),
        }
    }

    fn some_side(&mut self) -> Role {
        if self.words.chance(2, 3) { Role::Client } else { Role::Server }
    }
}
