//! The client: hands each command to the connection it is about.

mod link;
mod session;

use crate::line::Line;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use wireproof_base::ConnId;
use wireproof_driver::Speaks;
use wireproof_host::{Order, Port, Reports};
use wireproof_wire::nnrp::code::INVALID_STATE;
use wireproof_wire::nnrp::event::Hold;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

/// What the tasks of the connections tell each other.
#[derive(Default)]
pub struct Known {
    /// Whether sessions are opened so that they can be resumed, if that is asked for.
    resume: bool,
    /// Connections in use.
    links: BTreeMap<ConnId, UnboundedSender<Command>>,
    /// Connections that have carried an open: the crate takes one.
    opened: BTreeSet<ConnId>,
    /// Where each session lives, and the frame id its next submit gets.
    sessions: BTreeMap<u32, Place>,
}

/// A session of the client.
#[derive(Clone, Debug)]
pub struct Place {
    conn: ConnId,
    next_frame: u32,
    /// Submitted, and no end seen.
    running: BTreeSet<u32>,
    cancelled: BTreeSet<u32>,
    resumable: bool,
}

pub type Shared = Rc<RefCell<Known>>;

/// One client, from its start on.
pub async fn run(resume: bool, mut port: Port<Nnrp>) {
    let shared = Shared::default();
    shared.borrow_mut().resume = resume;
    let reports = port.reports();
    loop {
        match port.next().await {
            Order::Connected(conn) => {
                let Ok(stream) = port.connect(conn).await else { continue };
                let (line, mail) = Line::new(stream);
                let (sender, commands) = unbounded_channel();
                shared.borrow_mut().links.insert(conn, sender);
                let link = link::Link {
                    conn,
                    credit: u16::MAX,
                    mail,
                    commands,
                    reports: reports.clone(),
                    shared: Rc::clone(&shared),
                };
                tokio::task::spawn_local(link.run(line));
            }
            Order::Command(command) => dispatch(&shared, &reports, command),
        }
    }
}

fn dispatch(shared: &Shared, reports: &Reports<Nnrp>, command: Command) {
    let mut known = shared.borrow_mut();
    if let Some(missing) = known.beyond(&command) {
        return reports.unsupported(missing);
    }
    let conn = match &command {
        Command::Hello(hello) => Some(hello.conn),
        Command::Open(open) => Some(open.conn),
        Command::Resume(resume) => Some(resume.conn),
        Command::Submit(submit) => known.place(submit.session),
        Command::Cancel(target) => known.place(target.session),
        Command::Patch(patch) => known.place(patch.session),
        Command::Close(close) => known.place(close.session),
        _ => None,
    };
    let link = conn.and_then(|conn| known.links.get(&conn)).cloned();
    let Some(link) = link else {
        drop(known);
        return refuse(reports, &command);
    };
    match &command {
        Command::Open(_) | Command::Resume(_) => {
            known.opened.extend(conn);
        }
        Command::Submit(submit) => {
            if let Some(place) = known.sessions.get_mut(&submit.session) {
                place.next_frame += 1;
            }
        }
        _ => {}
    }
    // The task of a connection that is not among the links any more has ended.
    let _ = link.send(command);
}

/// A command that cannot be carried out now.
fn refuse(reports: &Reports<Nnrp>, command: &Command) {
    let refused = |conn, tag| Event::Refused { conn, tag, code: INVALID_STATE, retry_later: false };
    match command {
        Command::Open(open) => reports.event(refused(open.conn, open.tag)),
        Command::Resume(resume) => reports.event(refused(resume.conn, resume.tag)),
        Command::Submit(submit) => reports.event(Event::Blocked {
            session: submit.session,
            lane: submit.lane,
            frame: submit.frame,
            why: Hold::State,
        }),
        _ => {}
    }
}

impl Known {
    fn place(&self, session: u32) -> Option<ConnId> {
        self.sessions.get(&session).map(|place| place.conn)
    }

    /// The capability that the crate would need for `command`, if it lacks one.
    fn beyond(&self, command: &Command) -> Option<&'static str> {
        match command {
            Command::Hello(_) | Command::Patch(_) | Command::Close(_) => None,
            Command::Open(open) => {
                // The crate sends the wanted number as tag as well.
                let tag = u64::from(open.requested) != open.tag && open.requested != 0;
                [
                    ("sessions.many", self.opened.contains(&open.conn)),
                    ("open.tag", tag || open.tag == 0 || u32::try_from(open.tag).is_err()),
                    ("command.resume", open.flags & 1 != 0 && !self.resume),
                    ("open.flags", open.flags & !1 != 0),
                    ("open.auth", !open.auth.is_empty()),
                ]
                .into_iter()
                .find_map(|(name, beyond)| beyond.then_some(name))
            }
            Command::Resume(resume) => [
                ("sessions.many", self.opened.contains(&resume.conn)),
                ("resume.watermark", resume.watermark != 0),
            ]
            .into_iter()
            .find_map(|(name, beyond)| beyond.then_some(name)),
            Command::Submit(submit) => {
                let next = self.sessions.get(&submit.session).map(|place| place.next_frame);
                let chosen = submit.frame != 0 && next.is_some_and(|next| next != submit.frame);
                if submit.lane != 0 {
                    Some("submit.lane")
                } else if chosen {
                    Some("submit.frame")
                } else {
                    None
                }
            }
            Command::Cancel(target) => (target.lane != 0).then_some("submit.lane"),
            Command::Flow(_) => Some("client.flow"),
            other => Some(Nnrp::needs(other)),
        }
    }
}
