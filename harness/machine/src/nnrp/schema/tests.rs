extern crate std;

use super::{Bound, Installed, Registry, SessionDefault, State};
use wireproof_wire::nnrp::code::{
    SCHEMA_DEPENDENCY_MISSING, SCHEMA_HASH_CONFLICT, SCHEMA_INCOMPATIBLE, SCHEMA_UNKNOWN,
    SCHEMA_UPDATE_REJECTED, SCHEMA_VERSION_UNKNOWN,
};
use wireproof_wire::nnrp::schema::{ANCHOR, CRITICAL, HASH_STABLE, SchemaHeader};
use wireproof_wire::nnrp::typed::{SCHEMA_OVERRIDE, TypedDescriptor};

fn header(schema_id: u32, schema_version: u32) -> SchemaHeader {
    SchemaHeader {
        schema_id,
        schema_version,
        profile_id: 2,
        min_version_major: 1,
        max_version_major: 1,
        default_stream_semantics: 3,
        schema_hash: 0xABC,
        ..SchemaHeader::default()
    }
}

/// Every state of an identity against every kind of install and invalidate.
#[test]
fn every_state_and_event() {
    use alloc::format;
    use alloc::string::String;
    let plain = header(5, 2);
    let stable = SchemaHeader { schema_flags: HASH_STABLE, ..plain };
    let installs = [
        ("the same", stable, &[][..]),
        ("other hash", SchemaHeader { schema_hash: 1, ..stable }, &[]),
        ("other flags", SchemaHeader { schema_flags: HASH_STABLE | CRITICAL, ..stable }, &[]),
        ("profile 3", SchemaHeader { profile_id: 3, ..stable }, &[]),
        (
            "window 2 to 3",
            SchemaHeader { min_version_major: 2, max_version_major: 3, ..stable },
            &[],
        ),
        ("window 1 to 0", SchemaHeader { max_version_major: 0, ..stable }, &[]),
        ("missing dependency", stable, &[(77, 1)]),
        ("present dependency", stable, &[(ANCHOR.schema_id, ANCHOR.schema_version)]),
    ];
    type Prepare = fn(&mut Registry, SchemaHeader);
    let states: [(&str, Prepare); 5] = [
        ("absent", |_, _| {}),
        ("absent, lower exists", |registry, header| {
            registry.install(&SchemaHeader { schema_version: 1, ..header }, &[]).expect("fits");
        }),
        ("absent, higher exists", |registry, header| {
            registry.install(&SchemaHeader { schema_version: 3, ..header }, &[]).expect("fits");
        }),
        ("installed", |registry, header| {
            registry.install(&header, &[]).expect("fits");
        }),
        ("tombstone", |registry, header| {
            registry.install(&header, &[]).expect("fits");
            registry.invalidate((5, 2)).expect("installed");
        }),
    ];
    let mut table = String::new();
    for (state, prepare) in states {
        for (event, header, dependencies) in &installs {
            let mut registry = Registry::default();
            prepare(&mut registry, stable);
            let result = match registry.install(header, dependencies) {
                Ok(done) => done.name(),
                Err(code) => wireproof_wire::nnrp::code::name(code).expect("assigned"),
            };
            let after = registry.state((5, 2)).name();
            table += &format!("{state:<22} install {event:<19} {result:<26} {after}\n");
        }
        let mut registry = Registry::default();
        prepare(&mut registry, stable);
        let result = match registry.invalidate((5, 2)) {
            Ok(_) => "invalidated",
            Err(code) => wireproof_wire::nnrp::code::name(code).expect("assigned"),
        };
        let after = registry.state((5, 2)).name();
        table += &format!("{state:<22} {:<27} {result:<26} {after}\n", "invalidate");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_tombstone_without_a_stable_hash_takes_another() {
    let mut registry = Registry::default();
    registry.install(&header(5, 2), &[]).expect("fits");
    registry.invalidate((5, 2)).expect("installed");
    let other = SchemaHeader { schema_hash: 1, ..header(5, 2) };
    assert_eq!(registry.install(&other, &[]), Ok(Installed::Installed));
}

#[test]
fn dependents_follow_what_they_depend_on() {
    let mut registry = Registry::default();
    registry.install(&header(5, 1), &[]).expect("fits");
    registry.install(&header(6, 1), &[(5, 1)]).expect("dependency is there");
    registry.install(&header(7, 1), &[(6, 1)]).expect("dependency is there");
    registry.install(&header(8, 1), &[]).expect("fits");
    assert_eq!(registry.invalidate((5, 1)), Ok(3));
    assert_eq!(registry.state((7, 1)), State::Tombstone);
    assert_eq!(registry.state((8, 1)), State::Installed);
    assert_eq!(registry.install(&header(7, 1), &[(6, 1)]), Err(SCHEMA_DEPENDENCY_MISSING));
}

#[test]
fn the_anchor_stays() {
    let mut registry = Registry::default();
    let anchor = (ANCHOR.schema_id, ANCHOR.schema_version);
    assert_eq!(registry.invalidate(anchor), Err(SCHEMA_UPDATE_REJECTED));
    assert_eq!(registry.invalidate((99, 1)), Err(SCHEMA_UNKNOWN));
    registry.install(&header(5, 1), &[]).expect("fits");
    registry.reset();
    assert_eq!((registry.state(anchor), registry.state((5, 1))), (State::Installed, State::Absent));
    let conflicting = SchemaHeader { schema_hash: 0, ..ANCHOR };
    assert_eq!(registry.install(&conflicting, &[]), Err(SCHEMA_HASH_CONFLICT));
}

#[test]
fn only_default_bindable_schemas_of_the_profile_are_defaults() {
    let mut registry = Registry::default();
    registry.install(&header(5, 1), &[]).expect("fits");
    let anchor = (ANCHOR.schema_id, ANCHOR.schema_version);
    assert!(registry.fits_default(2, (0, 0)) && registry.fits_default(2, anchor));
    assert!(!registry.fits_default(1, anchor), "other profile");
    assert!(!registry.fits_default(2, (5, 1)), "not default_bindable");
    assert!(!registry.fits_default(2, (anchor.0, 4)) && !registry.fits_default(2, (0, 1)));
}

/// The order of binding, one reason after the other (reference 4.5).
#[test]
fn binding_refuses_with_the_first_reason() {
    let mut registry = Registry::default();
    registry.install(&header(5, 1), &[]).expect("fits");
    registry.install(&header(5, 2), &[]).expect("fits");
    registry.invalidate((5, 2)).expect("installed");
    let own = (5, 1);
    let anchor = (ANCHOR.schema_id, ANCHOR.schema_version);
    let none = SessionDefault { profile: 2, ..SessionDefault::default() };
    let default = SessionDefault { profile: 2, schema: anchor, override_granted: false };
    let granted = SessionDefault { override_granted: true, ..default };
    let descriptor = |profile_id, (schema_id, schema_version), flags| TypedDescriptor {
        profile_id,
        schema_id,
        schema_version,
        descriptor_flags: flags,
        ..TypedDescriptor::default()
    };
    let bound = |identity, semantics| Ok(Bound::Schema { identity, semantics });
    for (descriptor, default, expected) in [
        (descriptor(3, (0, 0), 0), none, Err(SCHEMA_INCOMPATIBLE)),
        (descriptor(0, (0, 0), 0), none, Ok(Bound::Uninterpreted)),
        (descriptor(2, (0, 0), 0), none, Err(SCHEMA_UNKNOWN)),
        (descriptor(2, (0, 0), 0), default, bound(anchor, 2)),
        (descriptor(1, (0, 0), 0), default, Err(SCHEMA_UNKNOWN)),
        (descriptor(2, (9, 1), 0), none, Err(SCHEMA_UNKNOWN)),
        (descriptor(2, (5, 9), 0), none, Err(SCHEMA_VERSION_UNKNOWN)),
        (descriptor(2, (5, 2), 0), none, Err(SCHEMA_VERSION_UNKNOWN)),
        (descriptor(1, own, 0), none, Err(SCHEMA_INCOMPATIBLE)),
        (descriptor(2, own, 0), none, bound(own, 3)),
        (descriptor(2, own, 0), default, Err(SCHEMA_INCOMPATIBLE)),
        (descriptor(2, own, SCHEMA_OVERRIDE), default, Err(SCHEMA_INCOMPATIBLE)),
        (descriptor(2, own, 0), granted, Err(SCHEMA_INCOMPATIBLE)),
        (descriptor(2, own, SCHEMA_OVERRIDE), granted, bound(own, 3)),
    ] {
        assert_eq!(registry.bind(&descriptor, &default), expected, "{descriptor:?} {default:?}");
    }
    let replacing = TypedDescriptor { stream_semantics: 4, ..descriptor(2, own, 0) };
    assert_eq!(registry.bind(&replacing, &none), bound(own, 4));
}
