//! Hellos, sessions, patches and closes of the unusual kind.

use super::Probe;
use crate::nnrp::defaults::{self, Ids};
use serde_json::{Value, json};
use wireproof_base::{Carrier, ConnId, Input, Instant, Role, Seed, StreamId};
use wireproof_wire::nnrp::command::{Close, Hello, Open, Push, Setup};
use wireproof_wire::nnrp::{Command, Frame, MessageType};

/// An extension that nobody knows, of 1 byte.
fn extension(critical: bool) -> Value {
    json!([{"ext_type": 0x4ABC, "critical": critical, "hex": "01"}])
}

/// The same with filler that is not zero.
const BROKEN: &str = "bc4a00000100000001000000000000ff";

impl Probe {
    pub(super) fn sessions(&mut self) {
        match self.role {
            Role::Client => self.sessions_at_a_client(),
            Role::Server => self.sessions_at_a_server(),
        }
    }

    /// A connection without a hello.
    fn bare(&mut self, setup: Setup) {
        let conn = ConnId(0);
        (self.now, self.next, self.conn) = (Instant::ZERO, 1, conn);
        self.sut.start(&Setup { role: self.role, ..setup }, Seed(1)).expect("a start");
        self.give(Input::Connected { conn, carrier: Carrier::Stream });
    }

    /// Two pings in one read, and a third in two.
    fn pieces(&mut self) {
        let ids = Ids { session: 0, frame: 0, lane: 0 };
        let ping = Frame::new(defaults::metadata(MessageType::Ping, ids), &[]).to_vec();
        let glued = [&ping[..], &ping[..]].concat();
        let (conn, stream) = (self.conn, StreamId::CONTROL);
        for bytes in [&glued[..], &ping[..9], &ping[9..]] {
            self.give(Input::Bytes { conn, stream, bytes });
        }
    }

    fn sessions_at_a_client(&mut self) {
        self.fresh(Setup::default());
        self.pieces();
        self.frame(json!({"frame": "PING", "set": {"header.msg_type": 0x0B}}));
        for extensions in [extension(false), extension(true)] {
            self.fresh(Setup::default());
            self.open(1);
            self.frame(json!({"frame": "SESSION_CLOSE", "session": 1, "extensions": extensions}));
        }
        self.fresh(Setup::default());
        self.open(1);
        self.frame(json!({"frame": "SESSION_CLOSE", "session": 1, "body": BROKEN}));
        self.frame(json!({"frame": "SESSION_CLOSE", "session": 900}));
        self.frame(json!({"frame": "CLOSE", "session": 1}));
        self.fresh(Setup::default());
        self.frame(json!({"frame": "CLOSE"}));
        for (status, id) in [("rejected", 42), ("retry_later", 0)] {
            self.fresh(Setup::default());
            let conn = self.conn;
            self.command(Command::Open(Open { conn, ..Open::default() }));
            self.frame(json!({"frame": "SESSION_OPEN_ACK", "session": id, "set": {
                "session_status": status, "session_error_code": "session_limit_reached"}}));
        }
        self.fresh(Setup::default());
        self.open(1);
        self.command(Command::Close(Close { session: 1, ..Close::default() }));
        self.frame(json!({"frame": "SESSION_CLOSE_ACK", "session": 1,
            "set": {"close_status": "rejected"}}));
        self.bare(Setup::default());
        let conn = self.conn;
        self.command(Command::Hello(Hello { conn, ..Hello::default() }));
        self.frame(json!({"frame": "SERVER_HELLO_ACK", "set": {"auth_status": 1}}));
    }

    fn sessions_at_a_server(&mut self) {
        self.hellos();
        self.opens();
        self.closes();
        self.patches();
        self.loss_tolerance();
    }

    fn hellos(&mut self) {
        self.fresh(Setup::default());
        self.pieces();
        self.frame(json!({"frame": "PING", "set": {"header.msg_type": 0x0B}}));
        self.bare(Setup::default());
        self.frame(json!({"frame": "SESSION_OPEN"}));
        self.bare(Setup::default());
        self.frame(json!({"frame": "CLIENT_HELLO", "set": {"max_version_major": 2}}));
        self.bare(Setup { auth: "secret".to_owned(), ..Setup::default() });
        self.frame(json!({"frame": "CLIENT_HELLO", "auth": "guess"}));
        self.fresh(Setup::default());
        self.frame(json!({"frame": "CLOSE", "session": 1}));
        self.fresh(Setup::default());
        self.frame(json!({"frame": "CLOSE"}));
    }

    fn opens(&mut self) {
        self.fresh(Setup::default());
        for critical in [false, true] {
            self.frame(json!({"frame": "SESSION_OPEN", "extensions": extension(critical)}));
        }
        self.frame(json!({"frame": "SESSION_OPEN", "body": BROKEN,
            "set": {"session_extension_bytes": 16}}));
        self.frame(json!({"frame": "SESSION_OPEN", "body": "00"}));
        self.frame(json!({"frame": "SESSION_OPEN", "set": {"client_session_tag": 0}}));
        for setup in [
            Setup { session_auth: "secret".to_owned(), ..Setup::default() },
            Setup { strict_priority: true, best_priority: 2, ..Setup::default() },
            Setup { strict_leases: true, lease_ttl_ms: 0, ..Setup::default() },
        ] {
            self.fresh(setup);
            self.frame(json!({"frame": "SESSION_OPEN", "set": {"session_flags": 4}}));
        }
    }

    fn closes(&mut self) {
        self.fresh(Setup::default());
        (1..=2).for_each(|session| self.open(session));
        self.frame(json!({"frame": "SESSION_CLOSE", "session": 900}));
        self.submit(900, 1);
        for session in [1, 2] {
            self.frame(json!({"frame": "SESSION_CLOSE", "session": session,
                "set": {"session_close_tag": 5}}));
        }
    }

    fn patches(&mut self) {
        self.fresh(Setup::default());
        self.open(1);
        for set in [
            json!({"patch_mask": 0, "target_cadence_x100": 7}),
            json!({"patch_mask": 0x80}),
            json!({"patch_mask": 1, "profile_id": 1}),
        ] {
            self.frame(json!({"frame": "SESSION_PATCH", "session": 1, "set": set}));
        }
        self.frame(json!({"frame": "SESSION_PATCH", "session": 900}));
    }

    /// A result under an announced fire_and_forget, and what comes of it after a loss.
    fn loss_tolerance(&mut self) {
        self.bare(Setup::default());
        self.frame(json!({"frame": "CLIENT_HELLO",
            "extensions": [{"ext_type": 0x0103, "hex": "0300000000000000"}]}));
        self.open(1);
        self.frame(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 1,
            "set": {"loss_tolerance_policy": 255}}));
        self.command(Command::Push(Push { session: 1, frame: 1, ..Push::default() }));
        let (session, token) = self.granted();
        let conn = self.conn;
        self.give(Input::Disconnected { conn });
        self.connect();
        self.frame(json!({"frame": "SESSION_OPEN", "session": session, "token": token,
            "set": {"session_flags": 0xF, "max_in_flight_operations": 2}}));
    }
}
