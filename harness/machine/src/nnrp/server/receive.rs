//! Which part of the server handles which message and command.

use super::Server;
use crate::nnrp::endpoint::{Ask, Core, Out, Side};
use wireproof_wire::nnrp::{Command, Event, Frame, Header, MessageType, Metadata};

impl Side for Server {
    #[inline]
    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn message(&mut self, link: usize, frame: &Frame<'_>, out: &mut Out) {
        let header = &frame.header;
        match &frame.meta {
            Metadata::FrameSubmit(meta) => self.on_submit(link, frame, meta, out),
            Metadata::FrameCancel => self.on_cancel(link, header, out),
            Metadata::ClientHello(hello) => self.on_hello(link, frame, hello, out),
            Metadata::SessionOpen(open) => self.on_open(link, frame, open, out),
            Metadata::SessionPatch(patch) => self.on_patch(link, header, patch, out),
            Metadata::SessionClose(close) => self.core.on_close(link, header, close, out),
            Metadata::SessionCloseAck(ack) => self.core.on_close_ack(link, header, ack, out),
            Metadata::SessionMigrate(migrate) => self.on_migrate(link, frame, migrate, out),
            Metadata::CachePut(put) => self.core.on_put(link, frame, put, out),
            Metadata::CacheAck(ack) => self.core.on_put_ack(link, header, ack, out),
            Metadata::CacheInvalidate(meta) => self.core.on_invalidate(link, header, meta, out),
            Metadata::FlowUpdate(update) => self.core.on_flow(link, header, update, out),
            Metadata::TransportProbe(probe) => self.on_probe(link, header, probe, out),
            // At frame scope it only reports a message that the client dropped.
            Metadata::Error(error) => {
                self.core.on_error(link, header, error, out);
                self.put_failed(link, header.trace_id, error.error_code, out);
            }
            Metadata::Ping => self.core.on_ping(link, header, out),
            Metadata::Pong => self.core.on_pong(link, header, out),
            Metadata::Close => self.core.on_shutdown(link, out),
            // The connection table lets nothing else through to a server.
            _ => {}
        }
    }

    fn spoiled(
        &mut self,
        link: usize,
        header: &Header,
        kind: MessageType,
        code: u32,
        out: &mut Out,
    ) {
        if kind == MessageType::CacheAck {
            self.put_failed(link, header.trace_id, code, out);
        }
    }

    fn command(&mut self, command: &Command, out: &mut Out) {
        match command {
            Command::Push(push) => self.push(push, out),
            Command::Drop(target) => self.drop_result(target, out),
            Command::Hint(hint) => self.hint(hint, out),
            Command::Flow(flow) => self.core.flow(flow, out),
            Command::Put(put) => self.core.put(put, out),
            Command::Invalidate(invalidate) => self.core.invalidate(invalidate, out),
            Command::Close(close) => self.core.close(close, out),
            Command::Shutdown(shutdown) => self.core.shutdown(shutdown.conn, out),
            Command::Ping(ping) => self.core.ping(ping, out),
            // Only a client can.
            Command::Hello(_)
            | Command::Open(_)
            | Command::Resume(_)
            | Command::Submit(_)
            | Command::Cancel(_)
            | Command::Patch(_)
            | Command::Migrate(_)
            | Command::Probe(_) => {}
        }
    }
}

impl Server {
    /// A put was refused by an ERROR, or its answer could not be read.
    fn put_failed(&mut self, link: usize, trace: u64, code: u32, out: &mut Out) {
        let put = self.core.links[link].take(|pending| match pending.ask {
            Ask::Put { session, namespace, key } if pending.trace == trace => {
                Some((session, namespace, key))
            }
            _ => None,
        });
        if let Some((session, namespace, key)) = put {
            out.event(Event::Cached { session, namespace, key, status: 1, detail: code });
        }
    }
}
