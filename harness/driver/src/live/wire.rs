//! Connections to a server in real time, seen from a run in virtual time.
//!
//! Virtual time never runs ahead of real time by more than [`SLICE`]: every input waits until its
//! instant has come, and the SUT asks to be woken every slice to say what has arrived.

use super::arrivals::{self, Arrival};
use super::clock::Clock;
use crate::{DriverError, Speaks, StartError};
use std::collections::BTreeMap;
use std::io::Write;
use std::marker::PhantomData;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender};
use std::time::Duration as Span;
use wireproof_base::{ConnId, Duration, Input, Instant, Outbox, StreamId};

/// How long a wait for bytes lasts at most.
const SLICE: Duration = Duration::from_millis(10);
/// How long a connection may take to stand.
const DIALLING: Span = Span::from_secs(5);
/// How long the server may leave bytes unread.
const WRITING: Span = Span::from_secs(10);

struct Socket {
    stream: TcpStream,
    /// What is no whole packet yet.
    pending: Vec<u8>,
}

/// The connections to one server, from time zero.
pub struct Wire<P: Speaks> {
    address: SocketAddr,
    clock: Clock,
    now: Instant,
    sockets: BTreeMap<ConnId, Socket>,
    sender: SyncSender<Arrival>,
    arrivals: Receiver<Arrival>,
    protocol: PhantomData<fn() -> P>,
}

impl<P: Speaks> Wire<P> {
    /// No connection yet; time starts now.
    pub fn new(address: SocketAddr) -> Self {
        let (sender, arrivals) = arrivals::queue();
        Self {
            address,
            clock: Clock::start(),
            now: Instant::ZERO,
            sockets: BTreeMap::new(),
            sender,
            arrivals,
            protocol: PhantomData,
        }
    }

    /// One input at `now`; what the server said meanwhile goes to `out`, packet by packet.
    pub fn step(
        &mut self,
        now: Instant,
        input: &Input<'_, P::Command>,
        out: &mut Outbox<P::Event>,
    ) -> Result<(), DriverError> {
        self.now = now;
        self.wait(now, matches!(input, Input::Timeout), out);
        match input {
            Input::Connected { conn, .. } => self.dial(*conn),
            Input::Bytes { conn, bytes, .. } => self.write(*conn, bytes),
            Input::Disconnected { conn } => {
                self.hang_up(*conn);
                Ok(())
            }
            Input::Command(command) => {
                let op = P::needs(command).to_owned();
                Err(DriverError::Unsupported { op, declared: false })
            }
            Input::Timeout => Ok(()),
        }
    }

    /// When to look for bytes again.
    pub fn poll_timeout(&self) -> Instant {
        let soon = self.now + Duration::from_micros(1);
        soon.max(self.clock.now() + SLICE)
    }

    /// Lets real time come up to `now`, or only to the first arrival.
    fn wait(&mut self, now: Instant, first: bool, out: &mut Outbox<P::Event>) {
        loop {
            let left = now.since(self.clock.now());
            if left == Duration::ZERO {
                break;
            }
            let Ok(arrival) = self.arrivals.recv_timeout(Span::from_nanos(left.as_nanos())) else {
                break;
            };
            self.take(arrival, out);
            if first {
                break;
            }
        }
        while let Ok(arrival) = self.arrivals.try_recv() {
            self.take(arrival, out);
        }
    }

    fn take(&mut self, arrival: Arrival, out: &mut Outbox<P::Event>) {
        match arrival {
            Arrival::Bytes(conn, bytes) => {
                let Some(socket) = self.sockets.get_mut(&conn) else { return };
                socket.pending.extend_from_slice(&bytes);
                let mut done = 0;
                while let Some(len) = P::split(&socket.pending[done..]).filter(|&len| len > 0) {
                    let packet = &socket.pending[done..done + len];
                    out.send(conn, StreamId::CONTROL, |buffer| buffer.extend_from_slice(packet));
                    done += len;
                }
                socket.pending.drain(..done);
            }
            Arrival::Ended(conn) => {
                let Some(socket) = self.sockets.remove(&conn) else { return };
                if !socket.pending.is_empty() {
                    let rest = &socket.pending;
                    out.send(conn, StreamId::CONTROL, |buffer| buffer.extend_from_slice(rest));
                }
                out.shutdown(conn);
                // It has ended already.
                let _ = socket.stream.shutdown(Shutdown::Both);
            }
            Arrival::Accepted(_) | Arrival::Stop => {}
        }
    }

    fn dial(&mut self, conn: ConnId) -> Result<(), DriverError> {
        let failed = |error: std::io::Error| DriverError::Start {
            spec: self.address.to_string(),
            reason: StartError::Connect(error.kind()),
        };
        let stream = TcpStream::connect_timeout(&self.address, DIALLING).map_err(failed)?;
        // Costs speed only.
        let _ = stream.set_nodelay(true);
        stream.set_write_timeout(Some(WRITING)).map_err(failed)?;
        let reader = stream.try_clone().map_err(failed)?;
        arrivals::follow(conn, reader, self.sender.clone());
        self.sockets.insert(conn, Socket { stream, pending: Vec::new() });
        Ok(())
    }

    fn write(&mut self, conn: ConnId, bytes: &[u8]) -> Result<(), DriverError> {
        let Some(socket) = self.sockets.get_mut(&conn) else { return Ok(()) };
        match socket.stream.write_all(bytes) {
            Err(error) if is_timeout(error.kind()) => Err(DriverError::Hang {
                op: "bytes".to_owned(),
                after_ms: u64::try_from(WRITING.as_millis()).unwrap_or(u64::MAX),
                stderr: String::new(),
            }),
            // A connection that is gone shows as its end.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn hang_up(&mut self, conn: ConnId) {
        if let Some(socket) = self.sockets.remove(&conn) {
            // The other side may have been faster.
            let _ = socket.stream.shutdown(Shutdown::Both);
        }
    }
}

impl<P: Speaks> Drop for Wire<P> {
    fn drop(&mut self) {
        for socket in self.sockets.values() {
            // Frees the reading thread, whatever state the connection is in.
            let _ = socket.stream.shutdown(Shutdown::Both);
        }
    }
}

/// Both kinds name it, depending on the platform.
const fn is_timeout(kind: std::io::ErrorKind) -> bool {
    matches!(kind, std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut)
}
