//! Recovery tokens: which session they recover, and how long they are good for (reference 4.7).

use crate::fixture::{Pair, Side};
use crate::recovery::{reconnect, resumable, resume, resumed};
use wireproof_base::ConnId;
use wireproof_wire::nnrp::code::{INVALID_STATE, RESUME_REJECTED};
use wireproof_wire::nnrp::command::{Open, Resume, Setup, Shutdown};
use wireproof_wire::nnrp::session::{ALLOW_RESUME, SessionOpen};
use wireproof_wire::nnrp::{Command, Event, Frame, Metadata};

/// The token of the open that `side` of the pair was given last.
fn last_token(pair: &Pair) -> Vec<u8> {
    let tokens = pair.frames(Side::Server, |frame| match frame.meta {
        Metadata::SessionOpenAck(_) => frame.blocks().token.to_vec(),
        _ => Vec::new(),
    });
    tokens.into_iter().rfind(|token| !token.is_empty()).expect("a token was sent")
}

fn resume_with(pair: &mut Pair, conn: ConnId, session: u32, flags: u8, token: &[u8]) -> (u8, u32) {
    let meta = SessionOpen {
        requested_session_id: session,
        profile_id: 2,
        priority_class: 1,
        session_flags: flags,
        resume_token_bytes: token.len() as u32,
        ..SessionOpen::default()
    };
    pair.forget();
    pair.inject(Side::Server, conn.0, &Frame::new(meta, token).to_vec());
    pair.lose_everything();
    let answers = pair.frames(Side::Server, |frame| match frame.meta {
        Metadata::SessionOpenAck(ack) => (ack.session_status, ack.session_error_code),
        _ => panic!("{frame:?}"),
    });
    answers[0]
}

#[test]
fn tokens_recover_their_own_session_and_no_other() {
    let mut pair = Pair::ready(Setup::default());
    pair.client(Command::Open(Open { flags: ALLOW_RESUME, ..Open::default() }));
    pair.drive();
    let first = last_token(&pair);
    pair.client(Command::Open(Open { tag: 2, flags: ALLOW_RESUME, ..Open::default() }));
    pair.drive();
    let second = last_token(&pair);
    pair.kill(0);
    let conn = reconnect(&mut pair);
    let refused = (1, RESUME_REJECTED);
    assert_eq!(resume_with(&mut pair, conn, 2, ALLOW_RESUME, &first), refused);
    assert_eq!(resume_with(&mut pair, conn, 2, 0, &second), refused);
    assert_eq!(resume_with(&mut pair, conn, 0, ALLOW_RESUME, &second), refused);
    assert_eq!(resume_with(&mut pair, conn, 3, ALLOW_RESUME, &second), refused);
    // A failed attempt leaves the detached session as it was (S6).
    assert_eq!(resume_with(&mut pair, conn, 2, ALLOW_RESUME, &second), (3, 0));
    assert_eq!(resume_with(&mut pair, conn, 1, ALLOW_RESUME, &first), (3, 0));
    // On the connection that carries it there is nothing to resume.
    assert_eq!(resume_with(&mut pair, conn, 1, ALLOW_RESUME, &first), refused);
}

/// The acknowledgement with the new token may be lost with the connection.
#[test]
fn the_old_token_survives_a_lost_acknowledgement() {
    let mut pair = resumable();
    pair.kill(0);
    let conn = reconnect(&mut pair);
    pair.client(Command::Resume(Resume { conn, session: 1, tag: 5, watermark: 0 }));
    pair.deliver(Side::Server);
    pair.kill(conn.0);
    let conn = reconnect(&mut pair);
    pair.forget();
    resume(&mut pair, conn, 0);
    assert_eq!(pair.take(Side::Client), [resumed(conn)]);
}

/// A message that is refused, since its connection is being closed, shows just as well that the
/// new token has arrived, and the old one has ended.
#[test]
fn a_refused_message_ends_the_old_token() {
    for (spoken, answer) in [(false, (3, 0)), (true, (1, RESUME_REJECTED))] {
        let mut pair = Pair::ready(Setup { close_timeout_ms: 50, ..Setup::default() });
        pair.client(Command::Open(Open { flags: ALLOW_RESUME, ..Open::default() }));
        pair.drive();
        let token = last_token(&pair);
        pair.submit(1);
        let submit = pair.sent.last().cloned().expect("sent").2;
        pair.drive();
        pair.kill(0);
        let (first, second) = (reconnect(&mut pair), reconnect(&mut pair));
        assert_eq!(resume_with(&mut pair, first, 1, ALLOW_RESUME, &token), (3, 0));
        pair.server(Command::Shutdown(Shutdown { conn: first }));
        if spoken {
            pair.take(Side::Server);
            pair.inject(Side::Server, first.0, &submit);
            let (session, frame, code) = (1, 0, INVALID_STATE);
            pair.check(Side::Server, &[Event::Rejected { conn: first, session, frame, code }]);
        }
        assert_eq!(resume_with(&mut pair, second, 1, ALLOW_RESUME, &token), answer);
    }
}
