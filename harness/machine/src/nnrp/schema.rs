//! The schema registry and descriptor binding, NNRP §9.2A to §9.4 (reference table 4.5, R-31).

use alloc::vec::Vec;
use wireproof_wire::nnrp::code::{
    SCHEMA_DEPENDENCY_MISSING, SCHEMA_HASH_CONFLICT, SCHEMA_INCOMPATIBLE, SCHEMA_UNKNOWN,
    SCHEMA_UPDATE_REJECTED, SCHEMA_VERSION_UNKNOWN,
};
use wireproof_wire::nnrp::schema::{
    ANCHOR, CACHEABLE, DEFAULT_BINDABLE, HASH_STABLE, SchemaHeader,
};
use wireproof_wire::nnrp::typed::{SCHEMA_OVERRIDE, TypedDescriptor};

#[cfg(test)]
mod tests;

/// Identity of a schema: `schema_id` and `schema_version` (NNRP-SCH-003).
pub type Identity = (u32, u32);

/// Where one identity stands.
///
/// ```text
///            install            invalidate
///  Absent ------------> Installed ----------> Tombstone
///                           ^                     |
///                           +------ install ------+
/// ```
///
/// NNRP §9.3, §9.4. A tombstone remembers its header, and with it a stable hash (G14).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Never seen.
    #[default]
    Absent,
    /// Usable.
    Installed,
    /// Invalidated.
    Tombstone,
}

/// What an install came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Installed {
    /// G5, G7, G15.
    Installed,
    /// G6: a lower version exists.
    Updated,
    /// G8: nothing changed.
    Unchanged,
}

#[derive(Clone, Debug)]
struct Entry {
    header: SchemaHeader,
    dependencies: Vec<Identity>,
    state: State,
}

/// Schemas by identity. Older versions stay usable, lower ones may be installed later, and the
/// anchor is preinstalled: the policies that NNRP-SCH-007 and -027 leave to a registry.
#[derive(Clone, Debug)]
pub struct Registry {
    entries: Vec<Entry>,
}

/// What a descriptor is bound against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionDefault {
    /// Profile of the session.
    pub profile: u16,
    /// Default schema of the session; id 0 for none.
    pub schema: Identity,
    /// Whether `schema_override_enabled` was granted.
    pub override_granted: bool,
}

/// What a descriptor is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Profile 0 without a schema: uninterpreted (R-19).
    Uninterpreted,
    /// This schema, whose stream semantics fill in for a 0 in the descriptor (NNRP-SCH-018).
    Schema {
        /// Its identity.
        identity: Identity,
        /// `stream_semantics` in force.
        semantics: u16,
    },
}

impl Default for Registry {
    fn default() -> Self {
        let anchor = Entry { header: ANCHOR, dependencies: Vec::new(), state: State::Installed };
        Self { entries: alloc::vec![anchor] }
    }
}

impl Registry {
    /// Back to the anchor alone, keeping memory.
    pub fn reset(&mut self) {
        self.entries.retain_mut(|entry| {
            entry.state = State::Installed;
            identity(&entry.header) == identity(&ANCHOR)
        });
        if self.entries.is_empty() {
            *self = Self::default();
        }
    }

    /// State of an identity.
    pub fn state(&self, wanted: Identity) -> State {
        self.find(wanted).map_or(State::Absent, |entry| entry.state)
    }

    /// Whether a schema can be cached and leased (NNRP-SCH-021); `None` if it is not installed.
    pub fn is_cacheable(&self, wanted: Identity) -> Option<bool> {
        let entry = self.find(wanted).filter(|entry| entry.state == State::Installed)?;
        Some(entry.header.schema_flags & CACHEABLE != 0)
    }

    /// Installs a schema whose header is well formed; `Err` is a `schema_error_code`.
    pub fn install(
        &mut self,
        header: &SchemaHeader,
        dependencies: &[Identity],
    ) -> Result<Installed, u32> {
        if header.profile_id > 2 {
            return Err(SCHEMA_UPDATE_REJECTED);
        }
        if !window_holds_one(header) {
            return Err(SCHEMA_INCOMPATIBLE);
        }
        let wanted = identity(header);
        let (state, same) = match self.find(wanted) {
            Some(entry) => (entry.state, entry.header == *header),
            None => (State::Absent, false),
        };
        match state {
            State::Installed if same => return Ok(Installed::Unchanged),
            State::Installed => return Err(SCHEMA_HASH_CONFLICT),
            State::Absent | State::Tombstone => {}
        }
        if dependencies.iter().any(|&needed| self.state(needed) != State::Installed) {
            return Err(SCHEMA_DEPENDENCY_MISSING);
        }
        let entry =
            Entry { header: *header, dependencies: dependencies.to_vec(), state: State::Installed };
        if state == State::Tombstone {
            let Some(old) = self.find_mut(wanted) else { return Err(SCHEMA_UPDATE_REJECTED) };
            let stable = old.header.schema_flags & HASH_STABLE != 0;
            if stable && old.header.schema_hash != header.schema_hash {
                return Err(SCHEMA_HASH_CONFLICT);
            }
            *old = entry;
            return Ok(Installed::Installed);
        }
        let lower_exists = self.entries.iter().any(|entry| {
            entry.state == State::Installed
                && entry.header.schema_id == wanted.0
                && entry.header.schema_version < wanted.1
        });
        let at = self.entries.partition_point(|entry| identity(&entry.header) < wanted);
        self.entries.insert(at, entry);
        Ok(if lower_exists { Installed::Updated } else { Installed::Installed })
    }

    /// Invalidates an identity and everything that depends on it; gives how many there were.
    /// The anchor is not ours to remove: policy forbids that (G11).
    pub fn invalidate(&mut self, wanted: Identity) -> Result<u32, u32> {
        match self.state(wanted) {
            State::Installed if wanted == identity(&ANCHOR) => return Err(SCHEMA_UPDATE_REJECTED),
            State::Installed => {}
            State::Absent | State::Tombstone => return Err(self.unknown(wanted.0)),
        }
        if let Some(entry) = self.find_mut(wanted) {
            entry.state = State::Tombstone;
        }
        let mut count = 1;
        // Each round buries those whose dependency was buried in the one before.
        while let Some(at) = self.entries.iter().position(|entry| {
            entry.state == State::Installed
                && entry.dependencies.iter().any(|&needed| self.state(needed) != State::Installed)
        }) {
            self.entries[at].state = State::Tombstone;
            count += 1;
        }
        Ok(count)
    }

    /// Whether `schema` may be the default of a session of `profile` (NNRP-SES-017, SCH-020).
    pub fn fits_default(&self, profile: u16, schema: Identity) -> bool {
        if schema.0 == 0 {
            return schema.1 == 0;
        }
        self.installed(schema).is_ok_and(|entry| {
            entry.header.schema_flags & DEFAULT_BINDABLE != 0 && entry.header.profile_id == profile
        })
    }

    /// Binds a descriptor; `Err` is a `schema_error_code`.
    pub fn bind(
        &self,
        descriptor: &TypedDescriptor,
        default: &SessionDefault,
    ) -> Result<Bound, u32> {
        if descriptor.profile_id > 2 {
            return Err(SCHEMA_INCOMPATIBLE);
        }
        let mut wanted = (descriptor.schema_id, descriptor.schema_version);
        if wanted.0 == 0 {
            match descriptor.profile_id {
                0 => return Ok(Bound::Uninterpreted),
                profile if default.schema.0 != 0 && profile == default.profile => {
                    wanted = default.schema;
                }
                _ => return Err(SCHEMA_UNKNOWN),
            }
        }
        let entry = self.installed(wanted)?;
        if entry.header.profile_id != descriptor.profile_id || !window_holds_one(&entry.header) {
            return Err(SCHEMA_INCOMPATIBLE);
        }
        if entry.dependencies.iter().any(|&needed| self.state(needed) != State::Installed) {
            return Err(SCHEMA_DEPENDENCY_MISSING);
        }
        let differs = default.schema.0 != 0 && wanted != default.schema;
        let flagged = descriptor.descriptor_flags & SCHEMA_OVERRIDE != 0;
        if differs && !(flagged && default.override_granted) {
            return Err(SCHEMA_INCOMPATIBLE);
        }
        let semantics = match descriptor.stream_semantics {
            0 => entry.header.default_stream_semantics,
            own => own,
        };
        Ok(Bound::Schema { identity: wanted, semantics })
    }

    fn installed(&self, wanted: Identity) -> Result<&Entry, u32> {
        match self.find(wanted) {
            Some(entry) if entry.state == State::Installed => Ok(entry),
            _ => Err(self.unknown(wanted.0)),
        }
    }

    /// Which of the two "unknown" codes fits an identity that is not installed.
    fn unknown(&self, id: u32) -> u32 {
        if self.entries.iter().any(|entry| entry.header.schema_id == id) {
            SCHEMA_VERSION_UNKNOWN
        } else {
            SCHEMA_UNKNOWN
        }
    }

    fn find(&self, wanted: Identity) -> Option<&Entry> {
        self.position(wanted).map(|at| &self.entries[at])
    }

    fn find_mut(&mut self, wanted: Identity) -> Option<&mut Entry> {
        self.position(wanted).map(|at| &mut self.entries[at])
    }

    fn position(&self, wanted: Identity) -> Option<usize> {
        self.entries.binary_search_by_key(&wanted, |entry| identity(&entry.header)).ok()
    }
}

impl Installed {
    /// Name as in machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Installed => "installed",
            Self::Updated => "updated",
            Self::Unchanged => "unchanged",
        }
    }
}

impl State {
    /// Name as in snapshots and machine cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Installed => "installed",
            Self::Tombstone => "tombstone",
        }
    }
}

const fn identity(header: &SchemaHeader) -> Identity {
    (header.schema_id, header.schema_version)
}

const fn window_holds_one(header: &SchemaHeader) -> bool {
    header.min_version_major <= 1 && 1 <= header.max_version_major
}
