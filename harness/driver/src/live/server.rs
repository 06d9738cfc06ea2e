//! A stepped driver behind a listener: its virtual time is the real time since it listens.

use super::arrivals::{self, Arrival};
use super::clock::Clock;
use crate::{Driver, DriverError, Speaks, StartError};
use std::collections::BTreeMap;
use std::io::Write;
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration as Span;
use wireproof_base::{Carrier, ConnId, Input, Instant, Op, Outbox, Seed};

/// How long a peer may leave bytes unread.
const WRITING: Span = Span::from_secs(10);

/// A listening server. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    sender: SyncSender<Arrival>,
    pump: Option<JoinHandle<()>>,
    accepting: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts `driver` with `setup` behind a free port of 127.0.0.1.
    pub fn start<P: Speaks>(
        mut driver: Box<dyn Driver<P>>,
        setup: &P::Setup,
    ) -> Result<Self, DriverError> {
        let failed = |error: std::io::Error| DriverError::Start {
            spec: "listen".to_owned(),
            reason: StartError::Listen(error.kind()),
        };
        driver.start(setup, Seed::default())?;
        let listener = TcpListener::bind("127.0.0.1:0").map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let (sender, receiver) = arrivals::queue();
        let accepting = arrivals::accept(listener, sender.clone());
        let pump = Pump {
            driver,
            clock: Clock::start(),
            out: Outbox::default(),
            sockets: BTreeMap::new(),
            dialled: 0,
            sender: sender.clone(),
        };
        let pump = thread::spawn(move || pump.run(&receiver));
        Ok(Self { address, sender, pump: Some(pump), accepting: Some(accepting) })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.sender.send(Arrival::Stop);
        if let Some(pump) = self.pump.take() {
            let _ = pump.join();
        }
        // Frees the thread that accepts, and with it the port.
        if TcpStream::connect(self.address).is_ok()
            && let Some(accepting) = self.accepting.take()
        {
            let _ = accepting.join();
        }
    }
}

struct Socket {
    stream: TcpStream,
    /// Not ended by the driver.
    open: bool,
}

struct Pump<P: Speaks> {
    driver: Box<dyn Driver<P>>,
    clock: Clock,
    out: Outbox<P::Event>,
    sockets: BTreeMap<ConnId, Socket>,
    dialled: u32,
    sender: SyncSender<Arrival>,
}

impl<P: Speaks> Pump<P> {
    /// Until it is stopped, or the driver fails.
    fn run(mut self, arrivals: &Receiver<Arrival>) {
        while self.turn(arrivals).is_some() {}
        for socket in self.sockets.values() {
            // Frees the reading thread, whatever state the connection is in.
            let _ = socket.stream.shutdown(Shutdown::Both);
        }
    }

    fn turn(&mut self, arrivals: &Receiver<Arrival>) -> Option<()> {
        let due = self.driver.poll_timeout();
        let arrival = match due {
            Some(at) => {
                let left = at.since(self.clock.now());
                arrivals.recv_timeout(Span::from_nanos(left.as_nanos()))
            }
            None => arrivals.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match arrival {
            Ok(Arrival::Accepted(stream)) => self.accept(stream),
            Ok(Arrival::Bytes(conn, bytes)) => {
                if self.sockets.get(&conn).is_none_or(|socket| !socket.open) {
                    return Some(());
                }
                let stream = wireproof_base::StreamId::CONTROL;
                self.step(self.clock.now(), Input::Bytes { conn, stream, bytes: &bytes })
            }
            Ok(Arrival::Ended(conn)) => match self.sockets.remove(&conn) {
                Some(Socket { open: true, .. }) => {
                    self.step(self.clock.now(), Input::Disconnected { conn })
                }
                _ => Some(()),
            },
            Err(RecvTimeoutError::Timeout) => {
                let now = self.clock.now().max(due.unwrap_or_default());
                self.step(now, Input::Timeout)
            }
            Ok(Arrival::Stop) | Err(RecvTimeoutError::Disconnected) => None,
        }
    }

    fn accept(&mut self, stream: TcpStream) -> Option<()> {
        // Costs speed only.
        let _ = stream.set_nodelay(true);
        let ready = stream.set_write_timeout(Some(WRITING)).and_then(|()| stream.try_clone());
        // Whoever is gone already was never there.
        let Ok(reader) = ready else { return Some(()) };
        let conn = ConnId(self.dialled);
        self.dialled += 1;
        arrivals::follow(conn, reader, self.sender.clone());
        self.sockets.insert(conn, Socket { stream, open: true });
        self.step(self.clock.now(), Input::Connected { conn, carrier: Carrier::Stream })
    }

    fn step(&mut self, now: Instant, input: Input<'_, P::Command>) -> Option<()> {
        self.out.clear();
        self.driver.step(now, input, &mut self.out).ok()?;
        for op in self.out.ops() {
            match op {
                Op::Bytes { conn, start, end, .. } => {
                    if let Some(socket) = self.sockets.get_mut(conn).filter(|socket| socket.open) {
                        // A connection that is lost shows as its end.
                        let _ = socket.stream.write_all(self.out.bytes(*start, *end));
                    }
                }
                Op::Shutdown { conn } => {
                    if let Some(socket) = self.sockets.get_mut(conn) {
                        socket.open = false;
                        // Closed in full, unread bytes would take those on their way along.
                        let _ = socket.stream.shutdown(Shutdown::Write);
                    }
                }
                Op::Event(_) => {}
            }
        }
        Some(())
    }
}
