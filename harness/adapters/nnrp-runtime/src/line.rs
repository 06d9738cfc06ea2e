//! The injected transport: packets on one of the host's sockets, read as the crate's own TCP
//! transport reads them.
//!
//! The crate's receiving methods each take the next packet and want it to be of one type, so an
//! application has to know what comes before it asks. Packets are therefore read ahead, and
//! [`Mail`] tells the type of the next one.

use async_trait::async_trait;
use nnrp_core::{COMMON_HEADER_LEN, CommonHeader, MessageType, SessionOpenAckMetadata};
use nnrp_runtime::{FramedTransport, RuntimeError, RuntimePacket, RuntimeTransportKind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::JoinHandle;
use wireproof_host::net::TcpStream;
use wireproof_host::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

type Read = Result<RuntimePacket, RuntimeError>;

/// What has arrived on one connection and was not taken yet.
#[derive(Clone)]
pub struct Mail {
    shared: Arc<Shared>,
}

struct Shared {
    inbox: tokio::sync::Mutex<UnboundedReceiver<Read>>,
    next: Mutex<Option<Read>>,
    ack: Mutex<Option<SessionOpenAckMetadata>>,
    ended: Notify,
}

impl Mail {
    /// The type of the next packet, which stays where it is; `None` if it is not readable or the
    /// connection has ended.
    pub async fn peek(&self) -> Option<MessageType> {
        if self.next().is_none() {
            let read = self.receive().await;
            *self.next() = Some(read);
        }
        match &*self.next() {
            Some(Ok(packet)) => Some(packet.header.message_type),
            _ => None,
        }
    }

    /// The next packet.
    pub async fn take(&self) -> Read {
        let waiting = self.next().take();
        match waiting {
            Some(read) => read,
            None => self.receive().await,
        }
    }

    /// Until nothing more will arrive.
    pub async fn ended(&self) {
        self.shared.ended.notified().await;
    }

    /// The last SESSION_OPEN_ACK that passed in either direction. The crate does not hand it out.
    pub fn ack(&self) -> Option<SessionOpenAckMetadata> {
        *self.shared.ack.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, packet: &RuntimePacket) {
        if packet.header.message_type == MessageType::SessionOpenAck
            && let Ok(ack) = SessionOpenAckMetadata::parse(&packet.metadata)
        {
            *self.shared.ack.lock().unwrap_or_else(PoisonError::into_inner) = Some(ack);
        }
    }

    async fn receive(&self) -> Read {
        let read = self.shared.inbox.lock().await.recv().await;
        let gone = || Err(RuntimeError::Io(std::io::ErrorKind::UnexpectedEof.into()));
        let read = read.unwrap_or_else(gone);
        if let Ok(packet) = &read {
            self.pass(packet);
        }
        read
    }

    fn next(&self) -> MutexGuard<'_, Option<Read>> {
        self.shared.next.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection.
pub struct Line {
    mail: Mail,
    writer: OwnedWriteHalf,
    reader: JoinHandle<()>,
}

impl Line {
    /// Takes a socket over, from within a local task.
    pub fn new(stream: TcpStream) -> (Self, Mail) {
        let (read_half, writer) = stream.into_split();
        let (sender, receiver) = unbounded_channel();
        let shared = Arc::new(Shared {
            inbox: tokio::sync::Mutex::new(receiver),
            next: Mutex::new(None),
            ack: Mutex::new(None),
            ended: Notify::new(),
        });
        let mail = Mail { shared: Arc::clone(&shared) };
        let reader = tokio::task::spawn_local(async move {
            let mut read_half = read_half;
            loop {
                let read = read_packet(&mut read_half).await;
                let broken = read.is_err();
                if sender.send(read).is_err() || broken {
                    shared.ended.notify_one();
                    // The half is kept: to drop it would look like a reset to the peer.
                    std::future::pending::<()>().await;
                }
            }
        });
        (Self { mail: mail.clone(), writer, reader }, mail)
    }

    /// Writes bytes that are none of the crate's.
    pub async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.writer.write_all(bytes).await
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.reader.abort();
    }
}

/// What `TcpTransport::read_packet` of the crate does.
async fn read_packet(stream: &mut OwnedReadHalf) -> Read {
    let mut header = [0; COMMON_HEADER_LEN];
    stream.read_exact(&mut header).await?;
    let header = CommonHeader::parse(&header)?;
    let metadata = read_exactly(stream, header.meta_len).await?;
    let body = read_exactly(stream, header.body_len).await?;
    Ok(RuntimePacket::from_parts(header, metadata, body)?)
}

/// As much as is announced, in memory that grows with what arrives.
async fn read_exactly(stream: &mut OwnedReadHalf, len: u32) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(u64::from(len)).read_to_end(&mut bytes).await?;
    match bytes.len() == len as usize {
        true => Ok(bytes),
        false => Err(std::io::ErrorKind::UnexpectedEof.into()),
    }
}

#[async_trait]
impl FramedTransport for Line {
    fn transport_kind(&self) -> RuntimeTransportKind {
        RuntimeTransportKind::Tcp
    }

    async fn read_packet(&mut self) -> Read {
        self.mail.take().await
    }

    async fn write_packet(&mut self, packet: &RuntimePacket) -> Result<(), RuntimeError> {
        self.mail.pass(packet);
        self.writer.write_all(&packet.to_bytes()?).await?;
        self.writer.flush().await?;
        Ok(())
    }

    async fn close(&mut self) -> Result<(), RuntimeError> {
        self.writer.shutdown().await?;
        Ok(())
    }
}
