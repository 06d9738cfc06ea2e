//! Cache objects and their leases, NNRP §8.1 with preview2 §6.4 (reference table 4.6; R-32, R-33).

use alloc::vec::Vec;
use wireproof_base::{Duration, Instant};
use wireproof_wire::nnrp::code::{
    CACHE_MISS, DEPENDENCY_INVALID, LEASE_EXPIRED, LIMIT_EXCEEDED, SCHEMA_MISMATCH,
    VERSION_MISMATCH,
};

#[cfg(test)]
mod tests;

/// Who holds the lease of an object; it ends with its owner (NNRP-CACHE-012).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// `lease_owner_scope` 0.
    Connection(u32),
    /// `lease_owner_scope` 1.
    Session(u32),
    /// `lease_owner_scope` 2 (model level): session and operation.
    Operation(u32, u64),
}

/// Logical identity of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Its owner.
    pub owner: Owner,
    /// Key space.
    pub namespace: u32,
    /// The key.
    pub key: u64,
    /// `object_kind`.
    pub kind: u16,
}

/// Where an object stands.
///
/// ```text
///            put                  ttl over
///  Absent ---------> Live ------------------> Expired
///    ^                | ^  put: new version     |
///    |                | +-----------------------+----------- Invalid
///    |                |   dependency gone or changed            ^
///    |                +-----------------------------------------+
///    +------ invalidated, owner ended ------ (from all three)
/// ```
///
/// NNRP §8.1. Expiry and dependencies are looked at when the object is, so they need no timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Not there; a version number may be remembered.
    Absent,
    /// Usable.
    Live,
    /// The lease has run out.
    Expired,
    /// A dependency expired, was invalidated or replaced.
    Invalid,
}

/// An object to put.
#[derive(Clone, Copy, Debug)]
pub struct Put<'a> {
    /// Its identity.
    pub key: Key,
    /// Length of the content.
    pub bytes: u32,
    /// Hash of the content: two puts of the same bytes have the same.
    pub hash: u64,
    /// Lease time; zero has no limit.
    pub ttl: Duration,
    /// Profile it is for; 0 for any.
    pub profile: u16,
    /// Schema it is for; id 0 for any.
    pub schema: (u32, u32),
    /// Objects it builds on, in the version that is current now (model level).
    pub depends: &'a [Key],
}

/// What the receiver takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Objects.
    pub entries: u32,
    /// Bytes of all objects.
    pub bytes: u32,
}

/// What a put came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// K4, K7: a new grant.
    Accepted,
    /// K5: the same grant again, for longer.
    Renewed,
    /// K6: other content.
    Replaced,
}

#[derive(Clone, Debug)]
struct Object {
    key: Key,
    version: u64,
    present: bool,
    lease: u64,
    bytes: u32,
    hash: u64,
    expiry: Instant,
    profile: u16,
    schema: (u32, u32),
    /// What it builds on, each with the lease under which it was there.
    depends: Vec<(Key, u64)>,
}

/// Which objects an invalidation selects (3.13).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// All of the owner.
    Whole,
    /// All of a namespace.
    Namespace(u32),
    /// All of a kind in a namespace (R-33). The selector is as wide as on the wire, so one that
    /// is no kind selects nothing.
    Kind(u32, u32),
    /// One key, whatever its kind (R-33).
    Key(u32, u64),
}

/// What a user of an object asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A certain version.
    pub version: Option<u64>,
    /// A profile; 0 for any.
    pub profile: u16,
    /// A schema; id 0 for any.
    pub schema: (u32, u32),
}

/// What an application wishes for an object (NNRP §8.1.5). None of it is an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// It will be used.
    Prefetch,
    /// It was used.
    Touch,
    /// It is to live for this long from now on.
    Renew(Duration),
    /// It will not be used any more.
    Evict,
    /// An older content is as good as the current one.
    Reuse,
}

/// The objects that one side keeps for its peer, by identity.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    objects: Vec<Object>,
    leases: u64,
}

impl Cache {
    /// Forgets everything, keeps the memory.
    pub fn reset(&mut self) {
        self.objects.clear();
        self.leases = 0;
    }

    /// Takes a put at `now`. `shares` says which owners draw on the same limits (K3 to K7).
    pub fn put(
        &mut self,
        now: Instant,
        put: &Put<'_>,
        limits: Limits,
        shares: impl Fn(Owner) -> bool,
    ) -> Result<Stored, u32> {
        let state = self.state(now, &put.key);
        let (entries, bytes) = self.usage(&shares);
        let old = self.find(&put.key).filter(|object| object.present);
        let (old_entries, old_bytes) = old.map_or((0, 0), |object| (1, u64::from(object.bytes)));
        let fits = entries - old_entries < limits.entries
            && bytes - old_bytes + u64::from(put.bytes) <= u64::from(limits.bytes);
        if !fits {
            return Err(LIMIT_EXCEEDED);
        }
        let same = old.is_some_and(|object| object.hash == put.hash && object.bytes == put.bytes);
        let expiry = match put.ttl {
            Duration::ZERO => Instant::MAX,
            ttl => now + ttl,
        };
        if state == State::Live && same {
            if let Some(object) = self.find_mut(&put.key) {
                object.expiry = expiry;
            }
            return Ok(Stored::Renewed);
        }
        self.grant(put, expiry);
        Ok(if state == State::Live { Stored::Replaced } else { Stored::Accepted })
    }

    /// A new version under a new lease.
    fn grant(&mut self, put: &Put<'_>, expiry: Instant) {
        self.leases += 1;
        let depends = put.depends.iter().map(|key| (*key, self.granted(key))).collect();
        let object = Object {
            key: put.key,
            version: self.version(&put.key) + 1,
            present: true,
            lease: self.leases,
            bytes: put.bytes,
            hash: put.hash,
            expiry,
            profile: put.profile,
            schema: put.schema,
            depends,
        };
        match self.position(&put.key) {
            Ok(at) => self.objects[at] = object,
            Err(at) => self.objects.insert(at, object),
        }
    }

    /// Removes what `selector` names among the objects of `owner`; gives how many (K9).
    pub fn invalidate(&mut self, owner: Owner, selector: Selector) -> u32 {
        let mut count = 0;
        for object in &mut self.objects {
            let key = &object.key;
            let selected = match selector {
                Selector::Whole => true,
                Selector::Namespace(namespace) => key.namespace == namespace,
                Selector::Kind(namespace, kind) => {
                    key.namespace == namespace && u32::from(key.kind) == kind
                }
                Selector::Key(namespace, wanted) => key.namespace == namespace && key.key == wanted,
            };
            if key.owner == owner && selected && object.present {
                object.present = false;
                count += 1;
            }
        }
        count
    }

    /// Hears a wish. Only what is live can be renewed: no wish gets past a version, a dependency
    /// or a schema (NNRP-CACHE-021).
    pub fn wish(&mut self, now: Instant, key: &Key, wish: Wish) {
        let state = self.state(now, key);
        let Some(object) = self.find_mut(key) else { return };
        match (wish, state) {
            (Wish::Renew(ttl), State::Live) if object.expiry != Instant::MAX => {
                object.expiry = object.expiry.max(now + ttl);
            }
            (Wish::Evict, _) => object.present = false,
            _ => {}
        }
    }

    /// The owner has ended (K11); its objects and their versions are forgotten.
    pub fn end_owner(&mut self, owner: Owner) {
        self.objects.retain(|object| match (object.key.owner, owner) {
            // The operations of a session end with it.
            (Owner::Operation(of, _), Owner::Session(session)) => of != session,
            (held, ended) => held != ended,
        });
    }

    /// State of an object at `now`.
    pub fn state(&self, now: Instant, key: &Key) -> State {
        let Some(object) = self.find(key).filter(|object| object.present) else {
            return State::Absent;
        };
        if now >= object.expiry {
            return State::Expired;
        }
        let intact = object.depends.iter().all(|(needed, lease)| {
            self.granted(needed) == *lease && self.state(now, needed) == State::Live
        });
        if intact { State::Live } else { State::Invalid }
    }

    /// Checks a use of an object in the order of reference 4.6; `Err` is a `cache_error_code`.
    pub fn use_object(&self, now: Instant, key: &Key, wanted: &Wanted) -> Result<u64, u32> {
        let state = self.state(now, key);
        let object = match self.find(key) {
            Some(object) if state != State::Absent => object,
            _ => return Err(CACHE_MISS),
        };
        if state == State::Expired {
            return Err(LEASE_EXPIRED);
        }
        if wanted.version.is_some_and(|version| version != object.version) {
            return Err(VERSION_MISMATCH);
        }
        if state == State::Invalid {
            return Err(DEPENDENCY_INVALID);
        }
        let profile_fits =
            wanted.profile == 0 || object.profile == 0 || wanted.profile == object.profile;
        let schema_fits =
            wanted.schema.0 == 0 || object.schema.0 == 0 || wanted.schema == object.schema;
        if !profile_fits || !schema_fits {
            return Err(SCHEMA_MISMATCH);
        }
        Ok(object.version)
    }

    /// Uses an object of `session`, or else of `connection` (R-33).
    pub fn resolve(
        &self,
        now: Instant,
        session: u32,
        connection: u32,
        (namespace, key, kind): (u32, u64, u16),
    ) -> Result<u64, u32> {
        let own = Key { owner: Owner::Session(session), namespace, key, kind };
        let wanted = Wanted::default();
        match self.use_object(now, &own, &wanted) {
            Err(CACHE_MISS) => {
                let shared = Key { owner: Owner::Connection(connection), ..own };
                self.use_object(now, &shared, &wanted)
            }
            found => found,
        }
    }

    /// Current version and lease of an object that is not absent.
    pub fn lease(&self, key: &Key) -> Option<(u64, u64)> {
        let object = self.find(key).filter(|object| object.present)?;
        Some((object.version, object.lease))
    }

    fn version(&self, key: &Key) -> u64 {
        self.find(key).map_or(0, |object| object.version)
    }

    /// The grant that an object stands for, even if the owner of its key has ended and come back:
    /// versions start anew then, leases never do (NNRP-CACHE-010, -017).
    fn granted(&self, key: &Key) -> u64 {
        self.find(key).map_or(0, |object| object.lease)
    }

    fn usage(&self, shares: &impl Fn(Owner) -> bool) -> (u32, u64) {
        let counted = self.objects.iter().filter(|object| object.present);
        counted
            .filter(|object| shares(object.key.owner))
            .fold((0, 0), |(entries, bytes), object| (entries + 1, bytes + u64::from(object.bytes)))
    }

    fn find(&self, key: &Key) -> Option<&Object> {
        self.position(key).ok().map(|at| &self.objects[at])
    }

    fn find_mut(&mut self, key: &Key) -> Option<&mut Object> {
        self.position(key).ok().map(|at| &mut self.objects[at])
    }

    fn position(&self, key: &Key) -> Result<usize, usize> {
        self.objects.binary_search_by_key(key, |object| object.key)
    }
}

impl State {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Live => "live",
            Self::Expired => "expired",
            Self::Invalid => "invalid",
        }
    }
}
