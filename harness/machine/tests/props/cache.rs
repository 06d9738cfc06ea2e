//! Objects, versions, leases and dependencies, as K3 to K11 and the order below them have it.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use wireproof_base::{Duration, Instant};
use wireproof_machine::nnrp::cache::{
    Cache, Key, Limits, Owner, Put, Selector, State, Stored, Wanted,
};
use wireproof_wire::nnrp::code::{
    CACHE_MISS, DEPENDENCY_INVALID, LEASE_EXPIRED, LIMIT_EXCEEDED, SCHEMA_MISMATCH,
    VERSION_MISMATCH,
};

#[derive(Clone, Debug)]
enum Step {
    Put { key: Key, bytes: u32, hash: u64, ttl: u64, profile: u16, schema: u32, needs: Vec<Key> },
    Invalidate(Owner, Selector),
    End(Owner),
    Use { key: Key, version: Option<u64>, profile: u16, schema: u32 },
    Wait(u64),
}

fn owner() -> impl Strategy<Value = Owner> {
    prop_oneof![
        Just(Owner::Connection(0)),
        (1..3u32).prop_map(Owner::Session),
        (1..3u32).prop_map(|session| Owner::Operation(session, 1)),
    ]
}

fn key() -> impl Strategy<Value = Key> {
    (owner(), 0..2u32, 0..2u64, 1..3u16).prop_map(|(owner, namespace, key, kind)| Key {
        owner,
        namespace,
        key,
        kind,
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let put = (key(), 0..6u32, 0..2u64, 0..40u64, 0..3u16, 0..3u32, vec(key(), 0..3)).prop_map(
        |(key, bytes, hash, ttl, profile, schema, needs)| Step::Put {
            key,
            bytes,
            hash,
            ttl,
            profile,
            schema,
            needs,
        },
    );
    let selector = prop_oneof![
        Just(Selector::Whole),
        (0..2u32).prop_map(Selector::Namespace),
        (0..2u32, 1..3u32).prop_map(|(namespace, kind)| Selector::Kind(namespace, kind)),
        (0..2u32, 0..2u64).prop_map(|(namespace, key)| Selector::Key(namespace, key)),
    ];
    let used = (key(), proptest::option::of(1..4u64), 0..3u16, 0..3u32)
        .prop_map(|(key, version, profile, schema)| Step::Use { key, version, profile, schema });
    let step = prop_oneof![
        8 => put,
        1 => (owner(), selector).prop_map(|(owner, selector)| Step::Invalidate(owner, selector)),
        1 => owner().prop_map(Step::End),
        5 => used,
        2 => (0..25u64).prop_map(Step::Wait),
    ];
    vec(step, 1..60)
}

/// An object that is not absent.
#[derive(Clone, Debug)]
struct Object {
    version: u64,
    lease: u64,
    bytes: u32,
    hash: u64,
    /// When the lease ends; none without a limit.
    end: Option<u64>,
    profile: u16,
    schema: u32,
    needs: Vec<Key>,
    /// Once a dependency is gone or another, it stays so until the object is put again.
    invalid: bool,
}

/// The model keeps every state as such and moves it as time and events pass.
#[derive(Default)]
struct Model {
    now: u64,
    objects: BTreeMap<Key, Object>,
    /// The last version of what is not there any more, while its owner lives.
    versions: BTreeMap<Key, u64>,
    leases: u64,
}

impl Model {
    fn expired(&self, key: &Key) -> bool {
        self.objects[key].end.is_some_and(|end| self.now >= end)
    }

    /// K10, over whole chains: what needs something that is not live any more becomes invalid.
    fn settle(&mut self) {
        loop {
            let bad: BTreeSet<Key> = self
                .objects
                .iter()
                .filter(|(_, object)| !object.invalid)
                .filter(|(_, object)| object.needs.iter().any(|needed| !self.live(needed)))
                .map(|(key, _)| *key)
                .collect();
            if bad.is_empty() {
                return;
            }
            for key in bad {
                self.objects.get_mut(&key).expect("just seen").invalid = true;
            }
        }
    }

    fn live(&self, key: &Key) -> bool {
        self.objects.get(key).is_some_and(|object| !object.invalid) && !self.expired(key)
    }

    /// What needs `key` in the version that is going away.
    fn lose(&mut self, key: &Key) {
        for object in self.objects.values_mut() {
            object.invalid |= object.needs.contains(key);
        }
    }

    fn put(&mut self, step: &Step, limits: Limits) -> Result<Stored, u32> {
        let Step::Put { key, bytes, hash, ttl, profile, schema, needs } = step else {
            unreachable!("only puts are put")
        };
        let rest = || self.objects.iter().filter(|(known, _)| *known != key);
        let sum: u64 = rest().map(|(_, object)| u64::from(object.bytes)).sum();
        let room = (rest().count() as u32) < limits.entries
            && sum + u64::from(*bytes) <= u64::from(limits.bytes);
        if !room {
            return Err(LIMIT_EXCEEDED);
        }
        let end = (*ttl != 0).then_some(self.now + ttl);
        let live = self.live(key);
        if let Some(object) = self.objects.get_mut(key)
            && live
            && (object.bytes, object.hash) == (*bytes, *hash)
        {
            object.end = end;
            return Ok(Stored::Renewed);
        }
        let last = self.versions.get(key).copied().unwrap_or(0);
        self.lose(key);
        self.leases += 1;
        self.versions.insert(*key, last + 1);
        let object = Object {
            version: last + 1,
            lease: self.leases,
            bytes: *bytes,
            hash: *hash,
            end,
            profile: *profile,
            schema: *schema,
            needs: needs.clone(),
            // It cannot build on itself, nor on what is not live.
            invalid: needs.iter().any(|needed| needed == key || !self.live(needed)),
        };
        self.objects.insert(*key, object);
        Ok(if live { Stored::Replaced } else { Stored::Accepted })
    }

    fn remove(&mut self, gone: impl Fn(&Key) -> bool) -> u32 {
        let keys: Vec<Key> = self.objects.keys().filter(|key| gone(key)).copied().collect();
        for key in &keys {
            self.objects.remove(key);
            self.lose(key);
        }
        keys.len() as u32
    }

    fn used(&self, key: &Key, version: Option<u64>, profile: u16, schema: u32) -> Result<u64, u32> {
        let object = self.objects.get(key).ok_or(CACHE_MISS)?;
        if self.expired(key) {
            return Err(LEASE_EXPIRED);
        }
        if version.is_some_and(|version| version != object.version) {
            return Err(VERSION_MISMATCH);
        }
        if object.invalid {
            return Err(DEPENDENCY_INVALID);
        }
        let fits = |wanted: u32, has: u32| wanted == 0 || has == 0 || wanted == has;
        match fits(profile.into(), object.profile.into()) && fits(schema, object.schema) {
            true => Ok(object.version),
            false => Err(SCHEMA_MISMATCH),
        }
    }
}

fn selects(selector: Selector, key: &Key) -> bool {
    match selector {
        Selector::Whole => true,
        Selector::Namespace(namespace) => key.namespace == namespace,
        Selector::Kind(namespace, kind) => {
            (key.namespace, u32::from(key.kind)) == (namespace, kind)
        }
        Selector::Key(namespace, wanted) => (key.namespace, key.key) == (namespace, wanted),
    }
}

/// Whether the end of `ended` ends what `held` owns: operations end with their session.
fn ends(ended: Owner, held: Owner) -> bool {
    match (ended, held) {
        (Owner::Session(session), Owner::Operation(of, _)) => session == of,
        _ => ended == held,
    }
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn the_cache_follows_its_table(steps in steps(), entries in 1..8u32, bytes in 1..24u32) {
        let (mut cache, mut model) = (Cache::default(), Model::default());
        let limits = Limits { entries, bytes };
        let mut leases = BTreeSet::new();
        for step in steps {
            let now = Instant::ZERO + Duration::from_millis(model.now);
            match &step {
                Step::Put { key, bytes, hash, ttl, profile, schema, needs } => {
                    let put = Put {
                        key: *key,
                        bytes: *bytes,
                        hash: *hash,
                        ttl: Duration::from_millis(*ttl),
                        profile: *profile,
                        schema: (*schema, 1),
                        depends: needs,
                    };
                    let found = cache.put(now, &put, limits, |_| true);
                    prop_assert_eq!(found, model.put(&step, limits));
                    if let (Ok(Stored::Accepted | Stored::Replaced), Some((_, lease))) =
                        (found, cache.lease(key))
                    {
                        prop_assert!(leases.insert(lease), "a new grant has a new lease");
                    }
                }
                Step::Invalidate(owner, selector) => {
                    let gone = model.remove(|key| key.owner == *owner && selects(*selector, key));
                    prop_assert_eq!(cache.invalidate(*owner, *selector), gone);
                }
                Step::End(owner) => {
                    cache.end_owner(*owner);
                    model.remove(|key| ends(*owner, key.owner));
                    model.versions.retain(|key, _| !ends(*owner, key.owner));
                }
                Step::Use { key, version, profile, schema } => {
                    let schema_of = (*schema, 1);
                    let wanted = Wanted { version: *version, profile: *profile, schema: schema_of };
                    let found = cache.use_object(now, key, &wanted);
                    prop_assert_eq!(found, model.used(key, *version, *profile, *schema));
                }
                Step::Wait(span) => model.now += span,
            }
            model.settle();
            let now = Instant::ZERO + Duration::from_millis(model.now);
            for (key, object) in &model.objects {
                let expected = match (model.expired(key), object.invalid) {
                    (true, _) => State::Expired,
                    (_, true) => State::Invalid,
                    _ => State::Live,
                };
                prop_assert_eq!(cache.state(now, key), expected, "{:?}", key);
                prop_assert_eq!(cache.lease(key), Some((object.version, object.lease)));
            }
        }
    }
}

#[test]
fn what_comes_back_under_an_old_key_is_not_what_others_built_on() {
    let mut cache = Cache::default();
    let limits = Limits { entries: 8, bytes: 100 };
    let key = |owner| Key { owner, namespace: 0, key: 0, kind: 1 };
    let (below, above) = (key(Owner::Session(1)), key(Owner::Connection(0)));
    let put = |cache: &mut Cache, key, depends: &[Key]| {
        let put = Put {
            key,
            bytes: 1,
            hash: 1,
            ttl: Duration::ZERO,
            profile: 0,
            schema: (0, 0),
            depends,
        };
        assert_eq!(cache.put(Instant::ZERO, &put, limits, |_| true), Ok(Stored::Accepted));
    };
    put(&mut cache, below, &[]);
    put(&mut cache, above, &[below]);
    // The session ends, and one of its number puts its own first version under the same key.
    cache.end_owner(Owner::Session(1));
    put(&mut cache, below, &[]);
    assert_eq!(cache.state(Instant::ZERO, &above), State::Invalid);
}
