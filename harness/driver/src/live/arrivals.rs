//! What comes in from sockets, in one queue: a thread per socket reads, nobody polls.

use std::io::{ErrorKind, Read};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use wireproof_base::ConnId;

/// Arrivals that wait to be looked at; a flood beyond that stops at the socket.
const WAITING: usize = 1_024;

/// One arrival.
#[derive(Debug)]
pub enum Arrival {
    /// A listener was dialled.
    Accepted(TcpStream),
    /// Bytes on a connection.
    Bytes(ConnId, Vec<u8>),
    /// The other side has ended a connection, or it was lost.
    Ended(ConnId),
    /// Nobody wants to hear more.
    Stop,
}

/// Both ends of a new queue.
pub fn queue() -> (SyncSender<Arrival>, Receiver<Arrival>) {
    sync_channel(WAITING)
}

/// Reads `from` to its end.
pub fn follow(conn: ConnId, mut from: TcpStream, to: SyncSender<Arrival>) {
    thread::spawn(move || {
        let mut chunk = [0; 16 << 10];
        loop {
            let arrival = match from.read(&mut chunk) {
                Ok(len @ 1..) => Arrival::Bytes(conn, chunk[..len].to_vec()),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Ok(_) | Err(_) => Arrival::Ended(conn),
            };
            let last = matches!(arrival, Arrival::Ended(_));
            if to.send(arrival).is_err() || last {
                return;
            }
        }
    });
}

/// Takes whoever dials, until nobody wants to hear of it.
pub fn accept(listener: TcpListener, to: SyncSender<Arrival>) -> JoinHandle<()> {
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if to.send(Arrival::Accepted(stream)).is_err() {
                return;
            }
        }
    })
}
