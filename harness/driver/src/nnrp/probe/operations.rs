//! Updates, submits, cancels and results of the unusual kind.

use super::{Probe, REFERENCE};
use serde_json::json;
use wireproof_base::{Carrier, Input, Role};
use wireproof_wire::nnrp::Command;
use wireproof_wire::nnrp::command::{Hello, Setup};

/// One typed frame of 2 bytes and one extension frame of 4, critical or not.
fn extended(flags: &str) -> String {
    format!(
        "0000000000000000180000000200000010000000040000000000000000000000\
         02000000000000000000000000000000000000000200000068699900{flags}\
         020000000000000004000000deadbeef"
    )
}

impl Probe {
    pub(super) fn operations(&mut self) {
        self.fresh(Setup::default());
        self.open(1);
        self.submit(1, 1);
        for (session, operation) in [(9, 0), (1, 0), (0, 1)] {
            let set = json!({"scope_kind": 2, "operation_id": operation,
                "session_credit": 0, "connection_credit": 0});
            self.frame(json!({"frame": "FLOW_UPDATE", "session": session, "set": set}));
        }
        self.frame(json!({"frame": "FLOW_UPDATE", "session": 9}));
        match self.role {
            Role::Client => self.operations_of_a_client(),
            Role::Server => self.operations_of_a_server(),
        }
    }

    fn operations_of_a_client(&mut self) {
        self.frame(json!({"frame": "RESULT_PUSH", "session": 1, "frame_id": 1,
            "set": {"payload_frame_count": 1}, "body": extended("0100")}));
        self.submit(1, 2);
        self.frame(json!({"frame": "RESULT_PUSH", "session": 1, "frame_id": 2,
            "set": {"applied_budget_policy": 4}}));
        // A connection for one operation.
        self.fresh(Setup::default());
        self.conn.0 += 1;
        let conn = self.conn;
        self.give(Input::Connected { conn, carrier: Carrier::Stream });
        self.command(Command::Hello(Hello { conn, ..Hello::default() }));
        self.frame(json!({"frame": "SERVER_HELLO_ACK", "set": {"max_concurrent_frames": 1}}));
        self.open(1);
        self.submit(1, 1);
        self.submit(1, 2);
    }

    fn operations_of_a_server(&mut self) {
        self.frame(json!({"frame": "FRAME_CANCEL", "session": 1, "frame_id": 77}));
        let set = json!({"payload_kind_bitmap": 1, "submit_mode": 1, "object_ref_mask": 1});
        self.frame(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 2,
            "set": set, "body": REFERENCE}));
        let set = json!({"submit_mode": 2, "object_ref_mask": 1});
        self.frame(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 3, "trace": 3,
            "set": set}));
        let set = json!({"src_width": 4, "src_height": 2, "tile_width": 2, "tile_height": 2,
            "tile_count": 2, "section_count": 1, "frame_class": 1, "input_profile": 2,
            "submit_mode": 2, "object_ref_mask": 1, "payload_kind_bitmap": 1});
        let body = "4000000010000000000000000000000000000000000000000000000000000000\
            03000000010000003000000000000000\
            010000050000000004000000000000000800000008000000\
            0000000000000000040000000400000001020304050607080100000001000000\
            0a0000000b000000";
        self.frame(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": 4, "set": set,
            "body": body}));
        for (frame, flags) in [(5, "0000"), (6, "0100")] {
            self.frame(json!({"frame": "FRAME_SUBMIT", "session": 1, "frame_id": frame,
                "set": {"payload_frame_count": 1}, "body": extended(flags)}));
            self.frame(json!({"frame": "FRAME_CANCEL", "session": 1, "frame_id": frame}));
        }
        // A session that drains.
        self.frame(json!({"frame": "SESSION_CLOSE", "session": 1,
            "set": {"drain_timeout_ms": 900}}));
        self.frame(json!({"frame": "FLOW_UPDATE", "session": 1, "set": {"credit_epoch": 7}}));
    }
}
