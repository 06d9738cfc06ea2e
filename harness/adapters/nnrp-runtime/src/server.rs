//! The server: one task for each connection.

mod session;

use crate::greet;
use crate::line::{Line, Mail};
use async_trait::async_trait;
use nnrp_core::{MessageType, SessionStatus};
use nnrp_runtime::{
    BoxedFramedTransport, FramedListener, NnrpServer, NnrpServerConfig, RuntimeError,
    RuntimeTransportKind,
};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wireproof_base::ConnId;
use wireproof_driver::Speaks;
use wireproof_host::{Listener, Order, Port, Reports};
use wireproof_wire::nnrp::code::{INVALID_STATE, MALFORMED_BODY};
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::{Command, Event, Nnrp};

/// Length of the tokens that the crate grants, which is its default.
const TOKEN_BYTES: u32 = 24;

/// Where commands for a session go, and the last epoch of each scope.
#[derive(Default)]
pub struct Known {
    sessions: BTreeMap<u32, UnboundedSender<Command>>,
    /// Sessions by connection, for what is about a connection.
    conns: BTreeMap<ConnId, u32>,
}

pub type Shared = Rc<RefCell<Known>>;

/// One server, from its start on.
pub async fn run(setup: Setup, mut port: Port<Nnrp>) {
    let Ok(listener) = port.listen().await else { return };
    let reports = port.reports();
    let queue = Queue::default();
    let Ok(server) = NnrpServer::from_listener(queue.clone(), config(&setup)) else { return };
    let server = Rc::new(server);
    let shared = Shared::default();
    let accepting = Accepting { queue, server, shared: Rc::clone(&shared), setup, reports };
    tokio::task::spawn_local(accepting.run(listener));
    loop {
        if let Order::Command(command) = port.next().await {
            dispatch(&shared, &port.reports(), command);
        }
    }
}

fn config(setup: &Setup) -> NnrpServerConfig {
    NnrpServerConfig {
        max_in_flight_operations: setup.max_in_flight,
        granted_operation_credit: setup.session_credit,
        lease_ttl_ms: setup.lease_ttl_ms,
        resume_window_ms: setup.resume_window_ms,
        resume_token_bytes: if setup.resume_window_ms == 0 { 0 } else { TOKEN_BYTES },
        ..NnrpServerConfig::default()
    }
}

fn dispatch(shared: &Shared, reports: &Reports<Nnrp>, command: Command) {
    let known = shared.borrow();
    let session = match &command {
        Command::Push(push) => push.session,
        Command::Drop(target) => target.session,
        Command::Flow(flow) if flow.session == 0 => {
            known.conns.get(&flow.conn).copied().unwrap_or(0)
        }
        Command::Flow(flow) => flow.session,
        Command::Close(_) => return reports.unsupported("server.close"),
        other => return reports.unsupported(Nnrp::needs(other)),
    };
    if let Some(sender) = known.sessions.get(&session) {
        // A task that has ended is about to be taken off the list.
        let _ = sender.send(command);
    }
}

/// The injected listener: connections that have been greeted, in order.
#[derive(Clone, Default)]
struct Queue {
    waiting: Arc<Mutex<VecDeque<Line>>>,
}

#[async_trait]
impl FramedListener for Queue {
    fn transport_kind(&self) -> RuntimeTransportKind {
        RuntimeTransportKind::Tcp
    }

    fn local_addr(&self) -> Result<SocketAddr, RuntimeError> {
        Err(RuntimeError::UnsupportedTransport("connections come from the harness"))
    }

    async fn accept(&self) -> Result<BoxedFramedTransport, RuntimeError> {
        let line = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match line {
            Some(line) => Ok(Box::new(line)),
            None => std::future::pending().await,
        }
    }
}

/// Takes connections in.
struct Accepting {
    queue: Queue,
    server: Rc<NnrpServer>,
    shared: Shared,
    setup: Setup,
    reports: Reports<Nnrp>,
}

impl Accepting {
    async fn run(self, listener: Listener<Nnrp>) {
        while let Ok((conn, stream)) = listener.accept().await {
            let (line, mail) = Line::new(stream);
            let (sender, commands) = unbounded_channel();
            let inlet = Inlet {
                conn,
                mail,
                queue: self.queue.clone(),
                server: Rc::clone(&self.server),
                shared: Rc::clone(&self.shared),
                reports: self.reports.clone(),
                resume: self.setup.resume_window_ms > 0,
                echo: self.setup.echo,
            };
            tokio::task::spawn_local(inlet.run(line, sender, commands));
        }
    }
}

/// One connection of the server.
pub struct Inlet {
    conn: ConnId,
    mail: Mail,
    queue: Queue,
    server: Rc<NnrpServer>,
    shared: Shared,
    reports: Reports<Nnrp>,
    resume: bool,
    echo: bool,
}

impl Inlet {
    async fn run(
        self,
        mut line: Line,
        sender: UnboundedSender<Command>,
        commands: UnboundedReceiver<Command>,
    ) {
        if self.greet(&mut line).await {
            self.serve(line, sender, commands).await;
        }
        self.reports.event(Event::Down { conn: self.conn, code: 0 });
    }

    /// The hello, if the connection begins with one.
    async fn greet(&self, line: &mut Line) -> bool {
        if self.mail.peek().await != Some(MessageType::ClientHello) {
            return true;
        }
        let usable = greet::accept(line, &self.mail, self.resume).await;
        if usable {
            self.reports.event(Event::Ready { conn: self.conn });
        }
        usable
    }

    async fn serve(
        &self,
        line: Line,
        sender: UnboundedSender<Command>,
        commands: UnboundedReceiver<Command>,
    ) {
        self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner).push_back(line);
        // Takes the connection just queued before anybody else runs.
        let session = match self.server.accept().await {
            Ok(session) => session,
            Err(error) => return self.turned_down(&error),
        };
        let ack = self.mail.ack();
        let number = session.session_id();
        {
            let mut known = self.shared.borrow_mut();
            known.sessions.insert(number, sender);
            known.conns.insert(self.conn, number);
        }
        self.reports.event(Event::Opened {
            conn: self.conn,
            tag: session.client_open().client_session_tag,
            session: number,
            resumed: ack.is_some_and(|ack| ack.session_status == SessionStatus::Resumed),
            credit: ack.map_or(0, |ack| ack.granted_operation_credit),
            max_in_flight: ack.map_or(0, |ack| ack.max_in_flight_operations),
        });
        let resumable = ack.is_some_and(|ack| ack.session_flags_ack & 1 != 0);
        session::Talk::new(self, session, resumable).run(commands).await;
        let mut known = self.shared.borrow_mut();
        known.sessions.remove(&number);
        known.conns.remove(&self.conn);
    }

    fn turned_down(&self, error: &RuntimeError) {
        let refusal = self.mail.ack().map_or(0, |ack| ack.session_error_code);
        let code = if refusal == 0 { code_of(error) } else { refusal };
        if code != 0 {
            self.reports.event(Event::Rejected { conn: self.conn, session: 0, frame: 0, code });
        }
    }
}

/// The error number that comes nearest to an error of the crate, which has none; 0 for a loss.
pub fn code_of(error: &RuntimeError) -> u32 {
    match error {
        RuntimeError::Protocol(_) => MALFORMED_BODY,
        RuntimeError::Io(_) => 0,
        _ => INVALID_STATE,
    }
}
