//! Which part of the client handles which message and command.

use super::Client;
use crate::nnrp::endpoint::{Ask, Core, Out, Side};
use wireproof_wire::nnrp::{Command, Event, Frame, Header, MessageType, Metadata};

impl Side for Client {
    #[inline]
    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn message(&mut self, link: usize, frame: &Frame<'_>, out: &mut Out) {
        let header = &frame.header;
        match &frame.meta {
            Metadata::ResultPush(meta) => self.on_result(link, frame, meta, out),
            Metadata::ResultDrop => self.on_drop(link, header, out),
            Metadata::ResultHint(hint) => self.on_hint(link, header, hint, out),
            Metadata::ServerHelloAck(ack) => self.on_hello_ack(link, header, ack, out),
            Metadata::SessionOpenAck(ack) => self.on_open_ack(link, frame, ack, out),
            Metadata::SessionPatchAck(ack) => self.on_patch_ack(link, header, ack, out),
            Metadata::SessionClose(close) => self.core.on_close(link, header, close, out),
            Metadata::SessionCloseAck(ack) => self.core.on_close_ack(link, header, ack, out),
            Metadata::SessionMigrateAck(ack) => self.on_migrate_ack(link, header, ack, out),
            Metadata::CachePut(put) => self.core.on_put(link, frame, put, out),
            Metadata::CacheAck(ack) => self.core.on_put_ack(link, header, ack, out),
            Metadata::CacheInvalidate(meta) => self.core.on_invalidate(link, header, meta, out),
            Metadata::FlowUpdate(update) => self.core.on_flow(link, header, update, out),
            Metadata::TransportProbeAck(ack) => self.on_probe_ack(link, ack.probe_id, out),
            Metadata::Error(error) => self.on_error(link, header, error, out),
            Metadata::Ping => self.core.on_ping(link, header, out),
            Metadata::Pong => self.core.on_pong(link, header, out),
            Metadata::Close => self.core.on_shutdown(link, out),
            // The connection table lets nothing else through to a client.
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
        match kind {
            MessageType::ResultPush | MessageType::ResultDrop => {
                self.spoiled_result(link, header, kind, out);
            }
            MessageType::SessionOpenAck => self.open_failed(link, None, code, out),
            MessageType::SessionPatchAck => self.patch_failed(link, header.trace_id, out),
            MessageType::SessionMigrateAck => {
                self.migrate_failed(link, header.session_id, code, out);
            }
            MessageType::CacheAck => {
                let trace = header.trace_id;
                self.put_failed(link, trace, code, out);
            }
            _ => {}
        }
    }

    fn command(&mut self, command: &Command, out: &mut Out) {
        match command {
            Command::Hello(hello) => self.hello(hello, out),
            Command::Open(open) => self.open(open, out),
            Command::Resume(resume) => self.resume(resume, out),
            Command::Submit(submit) => self.submit(submit, out),
            Command::Cancel(target) => self.cancel(target, out),
            Command::Patch(patch) => self.patch(patch, out),
            Command::Migrate(migrate) => self.migrate(migrate, out),
            Command::Probe(probe) => self.probe(probe, out),
            Command::Flow(flow) => self.core.flow(flow, out),
            Command::Put(put) => self.core.put(put, out),
            Command::Invalidate(invalidate) => self.core.invalidate(invalidate, out),
            Command::Close(close) => self.core.close(close, out),
            Command::Shutdown(shutdown) => self.core.shutdown(shutdown.conn, out),
            Command::Ping(ping) => self.core.ping(ping, out),
            // Only a server can.
            Command::Push(_) | Command::Drop(_) | Command::Hint(_) => {}
        }
    }
}

impl Client {
    /// A put was refused by an ERROR, or its answer could not be read.
    pub(super) fn put_failed(&mut self, link: usize, trace: u64, code: u32, out: &mut Out) {
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
