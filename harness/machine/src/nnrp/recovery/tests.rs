extern crate std;

use super::{Attempt, Held, Rejected, Token, Tokens, covers, validate};
use wireproof_base::{Instant, Seed};

const END: Instant = Instant::from_nanos(1_000);

fn token(ordinal: u32) -> Token {
    Token::issue(Seed(3), 42, ordinal)
}

fn attempt(token: &Token) -> Attempt<'_> {
    Attempt { flags: 0x1, session: 42, token: &token.0, profile: 2, schema: (0, 0) }
}

fn held(tokens: &Tokens) -> Held<'_> {
    Held {
        session: 42,
        tokens,
        window: Some(END),
        profile: 2,
        schema: (0, 0),
        granted: 0x1,
        resumable: true,
        here: false,
    }
}

#[test]
fn a_valid_attempt_and_every_reason_to_reject_one() {
    let (good, other) = (token(1), Token::issue(Seed(3), 43, 1));
    let mut tokens = Tokens::default();
    tokens.issue(good);
    let before = Instant::from_nanos(999);
    let ok = attempt(&good);
    assert_eq!(validate(before, &ok, Some(&held(&tokens))), Ok(()));
    for (attempt, held, now, expected) in [
        (Attempt { flags: 0, ..ok }, Some(held(&tokens)), before, Rejected::Incomplete),
        (Attempt { session: 0, ..ok }, Some(held(&tokens)), before, Rejected::Incomplete),
        (Attempt { token: &[], ..ok }, Some(held(&tokens)), before, Rejected::Incomplete),
        (ok, None, before, Rejected::Unknown),
        (ok, Some(Held { resumable: false, ..held(&tokens) }), before, Rejected::Unknown),
        (Attempt { token: &other.0, ..ok }, Some(held(&tokens)), before, Rejected::Token),
        (Attempt { token: &good.0[..15], ..ok }, Some(held(&tokens)), before, Rejected::Token),
        (ok, Some(held(&tokens)), END, Rejected::Window),
        (Attempt { profile: 1, ..ok }, Some(held(&tokens)), before, Rejected::Unfit),
        (Attempt { schema: (1, 1), ..ok }, Some(held(&tokens)), before, Rejected::Unfit),
        (ok, Some(Held { granted: 0x3, ..held(&tokens) }), before, Rejected::Unfit),
        (ok, Some(Held { here: true, window: None, ..held(&tokens) }), before, Rejected::Here),
    ] {
        assert_eq!(validate(now, &attempt, held.as_ref()), Err(expected));
    }
}

#[test]
fn the_old_token_lives_until_the_new_one_has_arrived() {
    let mut tokens = Tokens::default();
    assert!(!tokens.accepts(&token(1).0), "no token was issued");
    tokens.issue(token(1));
    tokens.renew(&token(1).0, token(2));
    assert!(tokens.accepts(&token(1).0) && tokens.accepts(&token(2).0));
    // The acknowledgement with token 2 was lost; the client comes with token 1 again.
    tokens.renew(&token(1).0, token(3));
    assert!(tokens.accepts(&token(1).0) && tokens.accepts(&token(3).0));
    assert!(!tokens.accepts(&token(2).0));
    tokens.prove();
    assert!(!tokens.accepts(&token(1).0) && tokens.accepts(&token(3).0));
    tokens.revoke();
    assert!(!tokens.accepts(&token(3).0));
}

#[test]
fn tokens_of_other_sessions_seeds_and_times_differ() {
    let all = [token(1), token(2), Token::issue(Seed(3), 43, 1), Token::issue(Seed(4), 42, 1)];
    for (at, one) in all.iter().enumerate() {
        assert!(all[at + 1..].iter().all(|other| other != one));
    }
}

#[test]
fn a_watermark_covers_its_own_lane_up_to_itself() {
    let lane = 1 << 32;
    assert!(covers(5, 5) && covers(5, 4) && !covers(5, 6));
    assert!(!covers(lane | 5, 4) && covers(lane | 5, lane | 4));
    assert!(!covers(0, 1), "0 means none");
}
