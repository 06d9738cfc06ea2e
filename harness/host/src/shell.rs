//! The outer side of a guest's sockets, and everything that comes out of it in order.

use crate::net::{TcpListener, TcpStream};
use core::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::collections::BTreeMap;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil_net::{EnterGuard, HostId, KernelConfig, Net, Packet};
use wireproof_base::{ConnId, Duration, Instant};

/// Where the guest lives.
const INSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 1));
/// Where the harness lives.
const OUTSIDE: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));
/// Port of a server, and the first of those that a client dials.
const PORT: u16 = 4242;
/// Bytes under way in one direction of a connection.
const BUFFER: usize = 1 << 20;
/// Largest segment.
const SEGMENT: u32 = 60_000;
/// Grain of tokio's timers, in nanoseconds.
const MILLISECOND: u64 = 1_000_000;
/// Exchanges of packets until a dialled connection stands; three are enough.
const HANDSHAKE: u32 = 8;

/// Something that came out.
#[derive(Debug)]
pub enum Produced<E> {
    /// Bytes on a connection.
    Bytes(ConnId, Vec<u8>),
    /// A report.
    Event(E),
    /// The guest ended a connection.
    Shutdown(ConnId),
}

/// One connection, as the harness holds it.
#[derive(Default)]
struct Line {
    /// Where a client is waited for.
    waiting: Option<TcpListener>,
    stream: Option<TcpStream>,
    /// What the guest has no room for yet.
    backlog: Vec<u8>,
    /// The harness says it is gone.
    gone: bool,
    /// The guest has ended it.
    ended: bool,
    /// Our end is closed.
    closed: bool,
}

/// The network of one guest. Packets move only when it is asked to move them, in no time.
pub struct Shell<E> {
    guard: EnterGuard,
    inside: HostId,
    outside: HostId,
    lines: BTreeMap<ConnId, Line>,
    dialled: BTreeMap<SocketAddr, ConnId>,
    packets: Vec<Packet>,
    buffer: Vec<u8>,
    produced: Vec<Produced<E>>,
    refused: Option<String>,
    now: Instant,
    /// When somebody in there wants to be woken, and how many.
    wakes: BTreeMap<Instant, u32>,
}

impl<E> Shell<E> {
    /// A network of two hosts, entered on this thread.
    pub fn new() -> Self {
        let config = KernelConfig::default()
            .mtu(SEGMENT)
            .send_buf_cap(BUFFER)
            .recv_buf_cap(BUFFER)
            // Nothing is ever lost in here, so nothing is sent again.
            .retx_threshold(u32::MAX);
        let mut net = Net::with_config(config);
        let (inside, outside) = (net.add_host(INSIDE), net.add_host(OUTSIDE));
        let guard = net.enter();
        guard.set_current(inside);
        Self {
            guard,
            inside,
            outside,
            lines: BTreeMap::new(),
            dialled: BTreeMap::new(),
            packets: Vec::new(),
            buffer: vec![0; 1 << 16],
            produced: Vec::new(),
            refused: None,
            now: Instant::ZERO,
            wakes: BTreeMap::new(),
        }
    }

    /// Sets the clock.
    pub const fn set_now(&mut self, now: Instant) {
        self.now = now;
    }

    /// Notes that somebody sleeps for `span`. Timers of tokio end at whole milliseconds.
    pub fn wake_after(&mut self, span: Duration) -> Instant {
        let end = (self.now + span).as_nanos().div_ceil(MILLISECOND).saturating_mul(MILLISECOND);
        let at = Instant::from_nanos(end);
        *self.wakes.entry(at).or_default() += 1;
        at
    }

    /// Takes one such note back.
    pub fn wake_no_more(&mut self, at: Instant) {
        if let Some(count) = self.wakes.get_mut(&at) {
            *count -= 1;
            if *count == 0 {
                self.wakes.remove(&at);
            }
        }
    }

    /// The earliest of them.
    pub fn next_wake(&self) -> Option<Instant> {
        self.wakes.keys().next().copied()
    }

    /// Where a client dials for `conn`.
    pub const fn address_of(&self, conn: ConnId) -> SocketAddr {
        SocketAddr::new(OUTSIDE, PORT + (conn.0 % 0x8000) as u16)
    }

    /// Where a server listens.
    pub const fn listening_address(&self) -> SocketAddr {
        SocketAddr::new(INSIDE, PORT)
    }

    /// The connection that was dialled from `address`.
    pub fn dialled_from(&self, address: SocketAddr) -> Option<ConnId> {
        self.dialled.get(&address).copied()
    }

    /// Takes a report. What was written before it comes out before it.
    pub fn event(&mut self, event: E) {
        self.exchange();
        self.produced.push(Produced::Event(event));
    }

    /// Takes a refusal of what is being asked.
    pub fn refuse(&mut self, op: &str) {
        self.refused.get_or_insert_with(|| op.to_owned());
    }

    /// Everything that came out since the last call, and a refusal.
    pub fn take(&mut self) -> (Vec<Produced<E>>, Option<String>) {
        (core::mem::take(&mut self.produced), self.refused.take())
    }

    /// Waits for a client to dial `conn`.
    pub fn await_dial(&mut self, conn: ConnId) {
        let address = self.address_of(conn);
        let bound = self.outside(|| ready(TcpListener::bind(address)));
        // A port that is taken stays silent, and the guest sees a refused connection.
        let waiting = bound.and_then(Result::ok);
        self.lines.insert(conn, Line { waiting, ..Line::default() });
    }

    /// Dials the server. Nobody there is like a connection that the guest ends at once.
    pub fn dial(&mut self, conn: ConnId) {
        let address = self.listening_address();
        let mut dialling = Box::pin(TcpStream::connect(address));
        for _ in 0..HANDSHAKE {
            let polled = self.outside(|| dialling.as_mut().poll(&mut context()));
            if let Poll::Ready(dialled) = polled {
                let stream = dialled.ok();
                let from = self.outside(|| stream.as_ref()?.local_addr().ok());
                self.dialled.extend(from.map(|from| (from, conn)));
                if stream.is_none() {
                    self.produced.push(Produced::Shutdown(conn));
                }
                self.lines.insert(conn, Line { stream, ..Line::default() });
                return;
            }
            self.move_packets();
        }
        self.outside(move || drop(dialling));
        self.produced.push(Produced::Shutdown(conn));
    }

    /// Bytes for the guest.
    pub fn feed(&mut self, conn: ConnId, bytes: &[u8]) {
        if let Some(line) = self.lines.get_mut(&conn) {
            line.backlog.extend_from_slice(bytes);
        }
    }

    /// The connection is gone: the guest sees its end after all that came before.
    pub fn hang_up(&mut self, conn: ConnId) {
        if let Some(line) = self.lines.get_mut(&conn) {
            line.gone = true;
        }
    }

    /// Moves whatever can move. Whether anything did.
    pub fn exchange(&mut self) -> bool {
        let mut moved = false;
        loop {
            let step = self.move_packets() | self.push_backlogs();
            moved |= step;
            if !step {
                return moved;
            }
        }
    }

    fn move_packets(&mut self) -> bool {
        let mut packets = core::mem::take(&mut self.packets);
        self.guard.egress_all(&mut packets);
        let moved = !packets.is_empty();
        for packet in packets.drain(..) {
            let outward = packet.dst == OUTSIDE;
            self.guard.deliver(packet);
            // At once, so that a reset behind it takes nothing along.
            if outward {
                self.read();
            }
        }
        self.packets = packets;
        moved
    }

    /// Takes what the guest has written.
    fn read(&mut self) {
        self.guard.set_current(self.outside);
        for (&conn, line) in &mut self.lines {
            if let Some(waiting) = &line.waiting
                && let Poll::Ready(accepted) = waiting.poll_accept(&mut context())
            {
                line.stream = accepted.ok().map(|(stream, _)| stream);
                line.waiting = None;
            }
            let Some(stream) = &mut line.stream else { continue };
            while !line.ended {
                let mut buffer = ReadBuf::new(&mut self.buffer);
                match Pin::new(&mut *stream).poll_read(&mut context(), &mut buffer) {
                    Poll::Pending => break,
                    Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                        let bytes = buffer.filled();
                        match self.produced.last_mut() {
                            _ if line.gone => {}
                            Some(Produced::Bytes(last, so_far)) if *last == conn => {
                                so_far.extend_from_slice(bytes);
                            }
                            _ => self.produced.push(Produced::Bytes(conn, bytes.to_vec())),
                        }
                    }
                    // An end is an end, in order or not.
                    Poll::Ready(_) => {
                        line.ended = true;
                        if !line.gone {
                            self.produced.push(Produced::Shutdown(conn));
                        }
                    }
                }
            }
        }
        self.guard.set_current(self.inside);
    }

    /// Writes what the guest has room for, and ends what is gone.
    fn push_backlogs(&mut self) -> bool {
        let mut moved = false;
        self.guard.set_current(self.outside);
        for line in self.lines.values_mut() {
            let Some(stream) = &mut line.stream else { continue };
            while !line.backlog.is_empty() {
                match Pin::new(&mut *stream).poll_write(&mut context(), &line.backlog) {
                    Poll::Ready(Ok(taken)) if taken > 0 => {
                        line.backlog.drain(..taken);
                    }
                    Poll::Pending => break,
                    // Closed by the guest: nobody will read it.
                    Poll::Ready(_) => line.backlog.clear(),
                }
                moved = true;
            }
            if line.gone && line.backlog.is_empty() && !line.closed {
                line.closed = true;
                moved = true;
                // Closed already is closed.
                let _ = Pin::new(&mut *stream).poll_shutdown(&mut context());
            }
            if line.closed && line.ended {
                line.stream = None;
                moved = true;
            }
        }
        self.guard.set_current(self.inside);
        moved
    }

    /// Does something with a socket of the harness.
    fn outside<T>(&self, act: impl FnOnce() -> T) -> T {
        self.guard.set_current(self.outside);
        let result = act();
        self.guard.set_current(self.inside);
        result
    }
}

impl<E> Drop for Shell<E> {
    fn drop(&mut self) {
        // Sockets close while their network stands.
        self.guard.set_current(self.outside);
        self.lines.clear();
    }
}

/// The result of something that never waits.
fn ready<T>(future: impl Future<Output = T>) -> Option<T> {
    match pin!(future).poll(&mut context()) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Nobody has to be woken: the shell looks again whenever packets have moved.
fn context() -> Context<'static> {
    Context::from_waker(Waker::noop())
}
