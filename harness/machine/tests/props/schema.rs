//! The registry and descriptor binding, as G2 to G15 and the order below them have it.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::BTreeMap;
use wireproof_machine::nnrp::schema::{Bound, Installed, Registry, SessionDefault, State};
use wireproof_wire::nnrp::code::{
    SCHEMA_DEPENDENCY_MISSING, SCHEMA_HASH_CONFLICT, SCHEMA_INCOMPATIBLE, SCHEMA_UNKNOWN,
    SCHEMA_UPDATE_REJECTED, SCHEMA_VERSION_UNKNOWN,
};
use wireproof_wire::nnrp::schema::SchemaHeader;
use wireproof_wire::nnrp::typed::TypedDescriptor;

type Identity = (u32, u32);
const ANCHOR: Identity = (0x1001, 3);

#[derive(Clone, Debug)]
enum Step {
    Install {
        id: Identity,
        profile: u16,
        window: (u8, u8),
        flags: u16,
        hash: u64,
        needs: Vec<Identity>,
    },
    Invalidate(Identity),
    Bind {
        id: Identity,
        profile: u16,
        flags: u16,
        semantics: u16,
    },
}

fn identity() -> impl Strategy<Value = Identity> {
    prop_oneof![9 => (1..4u32, 1..4u32), 1 => Just(ANCHOR), 1 => Just((0x1001, 9))]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let window =
        prop_oneof![6 => Just((1, 1)), 2 => Just((0, 2)), 1 => Just((2, 3)), 1 => Just((2, 1))];
    let install = (
        identity(),
        prop_oneof![8 => 0..3u16, 1 => Just(3u16)],
        window,
        0..16u16,
        0..3u64,
        vec(identity(), 0..2),
    )
        .prop_map(|(id, profile, window, flags, hash, needs)| Step::Install {
            id,
            profile,
            window,
            flags,
            hash,
            needs,
        });
    let bind = (
        prop_oneof![6 => identity(), 1 => Just((0, 0)), 1 => Just((0, 5))],
        0..4u16,
        0..16u16,
        0..6u16,
    )
        .prop_map(|(id, profile, flags, semantics)| Step::Bind {
            id,
            profile,
            flags,
            semantics,
        });
    let step = prop_oneof![5 => install, 2 => identity().prop_map(Step::Invalidate), 4 => bind];
    vec(step, 1..60)
}

/// An identity that was installed at some time.
#[derive(Clone, Debug)]
struct Entry {
    header: SchemaHeader,
    needs: Vec<Identity>,
    alive: bool,
}

struct Model(BTreeMap<Identity, Entry>);

impl Model {
    fn new() -> Self {
        let header = SchemaHeader {
            schema_id: ANCHOR.0,
            schema_version: ANCHOR.1,
            profile_id: 2,
            // Cacheable, bindable as a default, with a stable hash, appending.
            schema_flags: 0b1101,
            min_version_major: 1,
            max_version_major: 1,
            default_stream_semantics: 2,
            schema_hash: 0x6e6e_7270_746f_6b33,
            ..SchemaHeader::default()
        };
        Self(BTreeMap::from([(ANCHOR, Entry { header, needs: vec![], alive: true })]))
    }

    fn alive(&self, id: Identity) -> bool {
        self.0.get(&id).is_some_and(|entry| entry.alive)
    }

    /// The codes that are right, and what an install comes to if it is none of them.
    fn install(
        &mut self,
        header: &SchemaHeader,
        needs: &[Identity],
    ) -> (Vec<u32>, Option<Vec<Installed>>) {
        let id = (header.schema_id, header.schema_version);
        let mut causes = Vec::new();
        if header.profile_id > 2 {
            causes.push(SCHEMA_UPDATE_REJECTED);
        }
        if header.min_version_major > 1 || header.max_version_major < 1 {
            causes.push(SCHEMA_INCOMPATIBLE);
        }
        let old = self.0.get(&id);
        if let Some(old) = old.filter(|old| old.alive) {
            if causes.is_empty() && old.header == *header {
                return (causes, Some(vec![Installed::Unchanged]));
            }
            if old.header != *header {
                causes.push(SCHEMA_HASH_CONFLICT);
            }
            return (causes, None);
        }
        if needs.iter().any(|needed| !self.alive(*needed)) {
            causes.push(SCHEMA_DEPENDENCY_MISSING);
        }
        let stable = old.is_some_and(|old| {
            old.header.schema_flags & 8 != 0 && old.header.schema_hash != header.schema_hash
        });
        if stable {
            causes.push(SCHEMA_HASH_CONFLICT);
        }
        if !causes.is_empty() {
            return (causes, None);
        }
        let lower = self
            .0
            .iter()
            .any(|((known, version), entry)| *known == id.0 && *version < id.1 && entry.alive);
        let outcome = match (old.is_some(), lower) {
            // Over a tombstone either word will do.
            (true, _) => vec![Installed::Installed, Installed::Updated],
            (false, true) => vec![Installed::Updated],
            (false, false) => vec![Installed::Installed],
        };
        self.0.insert(id, Entry { header: *header, needs: needs.to_vec(), alive: true });
        (causes, Some(outcome))
    }

    fn unknown(&self, id: u32) -> u32 {
        match self.0.keys().any(|(known, _)| *known == id) {
            true => SCHEMA_VERSION_UNKNOWN,
            false => SCHEMA_UNKNOWN,
        }
    }

    /// How many identities went, the named one and those that needed it.
    fn invalidate(&mut self, id: Identity) -> Result<u32, u32> {
        if !self.alive(id) {
            return Err(self.unknown(id.0));
        }
        if id == ANCHOR {
            return Err(SCHEMA_UPDATE_REJECTED);
        }
        let mut gone = vec![id];
        while let Some((next, _)) = self.0.iter().find(|(known, entry)| {
            entry.alive && !gone.contains(known) && entry.needs.iter().any(|n| gone.contains(n))
        }) {
            gone.push(*next);
        }
        for id in &gone {
            self.0.get_mut(id).expect("known").alive = false;
        }
        Ok(gone.len() as u32)
    }

    fn bind(
        &self,
        descriptor: &TypedDescriptor,
        default: &SessionDefault,
    ) -> Result<Option<(Identity, u16)>, u32> {
        if descriptor.profile_id > 2 {
            return Err(SCHEMA_INCOMPATIBLE);
        }
        let mut id = (descriptor.schema_id, descriptor.schema_version);
        if id.0 == 0 {
            if descriptor.profile_id == 0 {
                return Ok(None);
            }
            if default.schema.0 == 0 || default.profile != descriptor.profile_id {
                return Err(SCHEMA_UNKNOWN);
            }
            id = default.schema;
        }
        let Some(entry) = self.0.get(&id).filter(|entry| entry.alive) else {
            return Err(self.unknown(id.0));
        };
        if entry.header.profile_id != descriptor.profile_id {
            return Err(SCHEMA_INCOMPATIBLE);
        }
        let differs = default.schema.0 != 0 && id != default.schema;
        if differs && (descriptor.descriptor_flags & 4 == 0 || !default.override_granted) {
            return Err(SCHEMA_INCOMPATIBLE);
        }
        let own = descriptor.stream_semantics;
        let semantics = if own == 0 { entry.header.default_stream_semantics } else { own };
        Ok(Some((id, semantics)))
    }
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn the_registry_follows_its_table(
        steps in steps(),
        default in prop_oneof![Just((0, 0)), identity()],
        profile in 0..3u16,
        override_granted in any::<bool>(),
    ) {
        let (mut registry, mut model) = (Registry::default(), Model::new());
        let default = SessionDefault { profile, schema: default, override_granted };
        for step in steps {
            match step {
                Step::Install { id, profile, window, flags, hash, needs } => {
                    let header = SchemaHeader {
                        schema_id: id.0,
                        schema_version: id.1,
                        profile_id: profile,
                        schema_flags: flags,
                        min_version_major: window.0,
                        max_version_major: window.1,
                        dependency_count: needs.len() as u16,
                        default_stream_semantics: (hash % 6) as u16,
                        schema_hash: hash,
                        ..SchemaHeader::default()
                    };
                    let (causes, outcome) = model.install(&header, &needs);
                    match (registry.install(&header, &needs), outcome) {
                        (Ok(found), Some(right)) => {
                            prop_assert!(right.contains(&found), "{:?}", found);
                        }
                        (Err(code), None) => prop_assert!(causes.contains(&code), "{:x}", code),
                        (found, right) => {
                            prop_assert!(false, "{:?}, not {:?} {:x?}", found, right, causes);
                        }
                    }
                }
                Step::Invalidate(id) => {
                    prop_assert_eq!(registry.invalidate(id), model.invalidate(id));
                }
                Step::Bind { id, profile, flags, semantics } => {
                    let descriptor = TypedDescriptor {
                        profile_id: profile,
                        descriptor_flags: flags,
                        schema_id: id.0,
                        schema_version: id.1,
                        stream_semantics: semantics,
                        ..TypedDescriptor::default()
                    };
                    let found = registry.bind(&descriptor, &default).map(|bound| match bound {
                        Bound::Uninterpreted => None,
                        Bound::Schema { identity, semantics } => Some((identity, semantics)),
                    });
                    prop_assert_eq!(found, model.bind(&descriptor, &default));
                }
            }
            let all = (1..4).flat_map(|id| (1..4).map(move |version| (id, version)));
            for id in all.chain([ANCHOR]) {
                let expected = match model.0.get(&id) {
                    None => State::Absent,
                    Some(entry) if entry.alive => State::Installed,
                    Some(_) => State::Tombstone,
                };
                prop_assert_eq!(registry.state(id), expected, "{:?}", id);
            }
        }
    }
}
