//! Reactions that take their connection and their names from an event.

use wireproof_base::ConnId;
use wireproof_wire::ncp::{Command, Event};

/// What an event names; absent parts are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Place<'a> {
    conn: Option<ConnId>,
    stream: &'a str,
    request: &'a str,
    anchor: &'a str,
    entity: &'a str,
}

fn place(event: &Event) -> Place<'_> {
    let at = |conn: &ConnId| Place { conn: Some(*conn), ..Place::default() };
    match event {
        Event::Ready { conn, .. }
        | Event::Down { conn, .. }
        | Event::Received { conn, .. }
        | Event::Noticed { conn, .. } => at(conn),
        Event::Anchored { conn, anchor_ref, .. }
        | Event::Forgotten { conn, anchor_ref }
        | Event::Answered { conn, anchor_ref, .. } => Place { anchor: anchor_ref, ..at(conn) },
        Event::Requested { conn, anchor_ref, request_id, .. } => {
            Place { anchor: anchor_ref, request: request_id, ..at(conn) }
        }
        Event::Failed { conn, stream_id, anchor_ref, .. } => {
            Place { stream: stream_id, anchor: anchor_ref, ..at(conn) }
        }
        Event::Opened { conn, stream_id, anchor_ref, request_id } => {
            Place { stream: stream_id, anchor: anchor_ref, request: request_id, ..at(conn) }
        }
        Event::Chunk { conn, stream_id, .. }
        | Event::Ended { conn, stream_id, .. }
        | Event::Window { conn, stream_id, .. }
        | Event::Heartbeat { conn, stream_id, .. }
        | Event::Blocked { conn, stream_id, .. } => Place { stream: stream_id, ..at(conn) },
        Event::Applied { conn, stream_id, entity, .. }
        | Event::Unapplied { conn, stream_id, entity } => {
            Place { stream: stream_id, entity, ..at(conn) }
        }
    }
}

fn put(slot: &mut String, found: &str) {
    if slot.is_empty() {
        found.clone_into(slot);
    }
}

/// Fills connection, stream, request, schema and entity where the reaction left them empty. A
/// stream that answers a request is called by its `request_id`, unless it has a name; an answer
/// without schema keeps its own meaning.
pub fn fill(command: &mut Command, from: &Event) {
    let place = place(from);
    if let (Some(conn), Some(slot)) = (place.conn, conn_mut(command))
        && *slot == ConnId(0)
    {
        *slot = conn;
    }
    let stream = if place.stream.is_empty() { place.request } else { place.stream };
    match command {
        Command::Open(open) => {
            put(&mut open.stream_id, stream);
            put(&mut open.request_id, place.request);
            put(&mut open.anchor_ref, place.anchor);
        }
        Command::Chunk(chunk) => put(&mut chunk.stream_id, stream),
        Command::Abort(abort) | Command::Cancel(abort) => put(&mut abort.stream_id, stream),
        Command::Window(window) => put(&mut window.stream_id, stream),
        Command::Subscribe(subscribe) => {
            put(&mut subscribe.stream_id, stream);
            if subscribe.action == "subscribe" {
                put(&mut subscribe.anchor_ref, place.anchor);
            }
        }
        Command::Change(change) => {
            put(&mut change.stream_id, stream);
            put(&mut change.anchor_ref, place.anchor);
            put(&mut change.entity, place.entity);
        }
        Command::Follow(follow) => {
            put(&mut follow.anchor_ref, place.anchor);
            put(&mut follow.entity, place.entity);
        }
        Command::Query(query) if query.with.get("aggregate").is_none() => {
            put(&mut query.anchor_ref, place.anchor);
        }
        Command::Push(push) => put(&mut push.anchor_ref, place.anchor),
        Command::Withdraw(withdraw) => put(&mut withdraw.anchor_ref, place.anchor),
        _ => {}
    }
}

const fn conn_mut(command: &mut Command) -> Option<&mut ConnId> {
    match command {
        Command::Hello(target) | Command::Close(target) => Some(&mut target.conn),
        Command::Query(query) => Some(&mut query.conn),
        Command::Action(action) => Some(&mut action.conn),
        Command::Subscribe(subscribe) => Some(&mut subscribe.conn),
        Command::Fetched(fetched) => Some(&mut fetched.conn),
        Command::Push(push) => Some(&mut push.conn),
        Command::Answer(answer) => Some(&mut answer.conn),
        Command::Refuse(refuse) => Some(&mut refuse.conn),
        Command::Open(open) => Some(&mut open.conn),
        Command::Follow(follow) => Some(&mut follow.conn),
        Command::Change(change) => Some(&mut change.conn),
        Command::Companion(companion) => Some(&mut companion.conn),
        Command::Publish(_)
        | Command::Withdraw(_)
        | Command::Chunk(_)
        | Command::Abort(_)
        | Command::Window(_)
        | Command::Cancel(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::fill;
    use serde_json::{Value, json};
    use wireproof_base::ConnId;
    use wireproof_wire::ncp::{Command, Event};

    fn filled(command: Value, from: &Event) -> Value {
        let mut command: Command = serde_json::from_value(command).expect("a command");
        fill(&mut command, from);
        serde_json::to_value(command).expect("plain data")
    }

    fn requested() -> Event {
        Event::Requested {
            conn: ConnId(2),
            frame: "QUERY".to_owned(),
            anchor_ref: "sha256:a".to_owned(),
            stream: true,
            request_id: "r".to_owned(),
        }
    }

    #[test]
    fn a_stream_answers_the_request_it_reacts_to() {
        let open = filled(json!({"open": {}}), &requested())["open"].clone();
        assert_eq!((&open["conn"], &open["anchor_ref"]), (&json!(2), &json!("sha256:a")));
        assert_eq!((&open["stream_id"], &open["request_id"]), (&json!("r"), &json!("r")));
        let named = filled(json!({"open": {"conn": 1, "stream_id": "s"}}), &requested());
        assert_eq!((&named["open"]["conn"], &named["open"]["stream_id"]), (&json!(1), &json!("s")));
    }

    #[test]
    fn an_answer_is_not_bound_to_the_schema_of_the_request() {
        let answer = filled(json!({"answer": {}}), &requested());
        assert_eq!(
            (&answer["answer"]["conn"], &answer["answer"]["anchor_ref"]),
            (&json!(2), &json!(""))
        );
    }

    #[test]
    fn a_window_is_about_the_stream_of_the_chunk() {
        let (conn, stream_id) = (ConnId(0), "s".to_owned());
        let chunk = Event::Chunk { conn, stream_id, seq: 3, count: 1, digest: 0 };
        let window = filled(json!({"window": {"size": 4}}), &chunk);
        assert_eq!(window, json!({"window": {"stream_id": "s", "size": 4}}));
    }
}
