//! What a server refuses to open, and the numbers it gives.

use crate::fixture::{Pair, Side};
use wireproof_wire::nnrp::code::{LEASE_POLICY_REJECTED, PRIORITY_REJECTED, SESSION_AUTH_FAILED};
use wireproof_wire::nnrp::command::{Open, Setup};
use wireproof_wire::nnrp::session::ALLOW_CACHE_LEASES;
use wireproof_wire::nnrp::{Command, Event};

/// The number that the server gives to `open`, or the code of its refusal.
fn outcome(pair: &mut Pair, open: Open) -> Result<u32, u32> {
    pair.client(Command::Open(open));
    pair.drive();
    match pair.take(Side::Client)[..] {
        [Event::Opened { session, .. }] => Ok(session),
        [Event::Refused { code, retry_later: false, .. }] => Err(code),
        ref events => panic!("{events:?}"),
    }
}

#[test]
fn a_wish_for_the_highest_number_leaves_numbers_for_others() {
    let mut pair = Pair::ready(Setup::default());
    for (requested, given) in
        [(u32::MAX, u32::MAX), (0, 1), (2, 2), (0, 3), (u32::MAX - 1, u32::MAX - 1), (0, 4)]
    {
        assert_eq!(outcome(&mut pair, Open { requested, ..Open::default() }), Ok(given));
    }
}

#[test]
fn a_number_that_was_closed_is_not_given_again() {
    let mut pair = Pair::ready(Setup::default());
    assert_eq!(outcome(&mut pair, Open { requested: 1, ..Open::default() }), Ok(1));
    pair.close(Side::Client, 1, 0);
    pair.drive();
    pair.take(Side::Client);
    assert_eq!(outcome(&mut pair, Open::default()), Ok(2));
}

#[test]
fn sessions_need_the_credentials_of_the_setup() {
    let mut pair = Pair::ready(Setup { session_auth: String::from("secret"), ..Setup::default() });
    for (auth, expected) in [
        ("", Err(SESSION_AUTH_FAILED)),
        ("secre", Err(SESSION_AUTH_FAILED)),
        ("secret", Ok(1)),
        ("secret1", Err(SESSION_AUTH_FAILED)),
    ] {
        let open = Open { auth: auth.into(), ..Open::default() };
        assert_eq!(outcome(&mut pair, open), expected, "{auth:?}");
    }
}

#[test]
fn a_strict_server_refuses_what_it_would_lower() {
    let mut pair =
        Pair::ready(Setup { strict_priority: true, best_priority: 1, ..Setup::default() });
    for (priority, expected) in [(0, Err(PRIORITY_REJECTED)), (1, Ok(1)), (2, Ok(2))] {
        assert_eq!(outcome(&mut pair, Open { priority, ..Open::default() }), expected);
    }
}

#[test]
fn a_strict_server_refuses_leases_it_does_not_have() {
    for (lease_ttl_ms, expected) in [(0, Err(LEASE_POLICY_REJECTED)), (1, Ok(1))] {
        let mut pair = Pair::ready(Setup { strict_leases: true, lease_ttl_ms, ..Setup::default() });
        let flags = ALLOW_CACHE_LEASES;
        assert_eq!(outcome(&mut pair, Open { flags, ..Open::default() }), expected);
        assert!(outcome(&mut pair, Open::default()).is_ok());
    }
}
