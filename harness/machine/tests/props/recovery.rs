//! Tokens, windows and watermarks, as 4.7 and have it.

use crate::cases;
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_base::{Duration, Instant, Seed};
use wireproof_machine::nnrp::recovery::{Attempt, Held, Rejected, Token, Tokens, covers, validate};

#[derive(Clone, Copy, Debug)]
enum Step {
    Issue,
    /// A resume with the token issued as the `n`-th.
    Resume(usize),
    Prove,
    Revoke,
    /// Bytes that were never a token.
    Invent(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        2 => Just(Step::Issue),
        6 => (0..6usize).prop_map(Step::Resume),
        3 => Just(Step::Prove),
        1 => Just(Step::Revoke),
        1 => any::<u8>().prop_map(Step::Invent),
    ];
    vec(step, 1..40)
}

proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn a_token_lives_until_its_successor_has_arrived(steps in steps(), seed in any::<u64>()) {
        let mut tokens = Tokens::default();
        let mut issued: Vec<Token> = Vec::new();
        // Which of the issued tokens are good.
        let mut good: Vec<usize> = Vec::new();
        for step in steps {
            let fresh = Token::issue(Seed(seed), 7, issued.len() as u32 + 1);
            match step {
                Step::Issue => {
                    tokens.issue(fresh);
                    good = vec![issued.len()];
                    issued.push(fresh);
                }
                Step::Resume(from_end) => {
                    let Some(at) = issued.len().checked_sub(1 + from_end) else { continue };
                    let presented = issued[at].0;
                    prop_assert_eq!(tokens.accepts(&presented), good.contains(&at));
                    if good.contains(&at) {
                        tokens.renew(&presented, fresh);
                        // The one just used stays good: the answer may be lost.
                        good = vec![at, issued.len()];
                        issued.push(fresh);
                    }
                }
                Step::Prove => {
                    tokens.prove();
                    good = good.last().copied().into_iter().collect();
                }
                Step::Revoke => {
                    tokens.revoke();
                    good.clear();
                }
                Step::Invent(byte) => {
                    for invented in [&[][..], &[byte; 15], &[byte; 16], &[byte; 17]] {
                        prop_assert!(!tokens.accepts(invented));
                    }
                }
            }
            for (at, token) in issued.iter().enumerate() {
                prop_assert_eq!(tokens.accepts(&token.0), good.contains(&at), "token {}", at);
                prop_assert!(!tokens.accepts(&token.0[..15]), "no part of a token is a token");
            }
        }
    }

    #[test]
    fn a_session_comes_back_exactly_if_everything_fits(
        flags in 0..16u8,
        named in 0..3u32,
        right in any::<bool>(),
        empty in any::<bool>(),
        (profile, wanted_profile) in (0..3u16, 0..3u16),
        (schema, wanted_schema) in (0..2u32, 0..2u32),
        granted in 0..16u8,
        window in proptest::option::of(0..20u64),
        (exists, resumable, here) in (any::<bool>(), any::<bool>(), any::<bool>()),
        now in 0..20u64,
    ) {
        let at = |ms: u64| Instant::ZERO + Duration::from_millis(ms);
        let mut tokens = Tokens::default();
        let (good, bad) = (Token::issue(Seed(1), 1, 1), Token::issue(Seed(1), 2, 1));
        tokens.issue(good);
        let token: &[u8] = match (empty, right) {
            (true, _) => &[],
            (_, true) => &good.0,
            _ => &bad.0,
        };
        let attempt = Attempt {
            flags,
            session: named,
            token,
            profile: wanted_profile,
            schema: (wanted_schema, wanted_schema),
        };
        let held = Held {
            session: 1,
            tokens: &tokens,
            window: window.map(at),
            profile,
            schema: (schema, schema),
            granted,
            resumable,
            here,
        };
        let over = window.is_some_and(|end| now >= end);
        let unfit =
            profile != wanted_profile || schema != wanted_schema || granted & !flags != 0;
        let holds = |cause: Rejected| match cause {
            Rejected::Incomplete => flags & 1 == 0 || named == 0 || empty,
            Rejected::Unknown => !exists || named != 1 || !resumable,
            Rejected::Token => !right,
            Rejected::Window => over,
            Rejected::Unfit => unfit,
            Rejected::Here => here,
        };
        let all = [
            Rejected::Incomplete,
            Rejected::Unknown,
            Rejected::Token,
            Rejected::Window,
            Rejected::Unfit,
            Rejected::Here,
        ];
        match validate(at(now), &attempt, exists.then_some(&held)) {
            Ok(()) => prop_assert!(!all.into_iter().any(holds)),
            // If several causes hold, the one that is named is one of them.
            Err(cause) => prop_assert!(holds(cause), "{:?}", cause),
        }
    }

    #[test]
    fn a_watermark_covers_its_own_lane_up_to_itself(
        (mark_lane, mark) in (0..3u64, 0..6u64),
        (lane, frame) in (0..3u64, 1..6u64),
    ) {
        let watermark = mark_lane << 32 | mark;
        let covered = watermark != 0 && lane == mark_lane && frame <= mark;
        prop_assert_eq!(covers(watermark, lane << 32 | frame), covered);
    }
}

#[test]
fn tokens_of_one_server_differ() {
    let mut all: Vec<[u8; 16]> = (0..40u32)
        .flat_map(|session| (0..40u32).map(move |nth| Token::issue(Seed(9), session, nth).0))
        .collect();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 1_600);
}
