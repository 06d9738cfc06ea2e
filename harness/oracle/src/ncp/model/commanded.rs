//! What the application has asked for, as far as it excuses or explains what a node does.

use super::{Name, Node};
use wireproof_base::Instant;
use wireproof_wire::ncp::Command;

impl Node {
    /// The node was commanded.
    pub fn commanded(&mut self, command: &Command, at: Instant) {
        match command {
            Command::Close(target) => self.ensure(target.conn).close_commanded = true,
            Command::Publish(publish) => self.publish(publish),
            Command::Withdraw(withdraw) => self.withdraw(&withdraw.anchor_ref),
            Command::Fetched(fetched) => self.fetched(fetched, at),
            Command::Follow(follow) => self.follow(follow),
            Command::Refuse(refuse) => {
                let code = Name::of(&refuse.error);
                self.ensure(refuse.conn).commanded.push(code);
            }
            Command::Answer(answer) if answer.inline == Some(true) => {
                self.inline_wanted = Some(self.step);
            }
            Command::Cancel(cancel) => self.cancelled(&cancel.stream_id, &cancel.error),
            Command::Chunk(chunk) => {
                let id = Name::of(&chunk.stream_id);
                let Some(index) = self.conn_of_stream(id) else { return };
                let conn = &mut self.conns[index];
                if let Some(stream) = conn.find_stream(id) {
                    let stream = &mut conn.streams[stream];
                    if stream.mine && stream.open() {
                        stream.waiting += 1;
                        stream.waiting_doubtful = false;
                    }
                }
            }
            Command::Abort(abort) => {
                let id = Name::of(&abort.stream_id);
                let Some(index) = self.conn_of_stream(id) else { return };
                let conn = &mut self.conns[index];
                if let Some(stream) = conn.find_stream(id) {
                    conn.streams[stream].waiting_doubtful = true;
                    conn.streams[stream].waiting = 0;
                }
            }
            _ => {}
        }
    }

    fn cancelled(&mut self, stream: &str, error: &str) {
        let id = Name::of(stream);
        if let Some(index) = self.conn_of_stream(id) {
            self.conns[index].commanded.push(Name::of(error));
        }
    }
}
