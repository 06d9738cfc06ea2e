//! One session of the server.

use super::{Inlet, code_of};
use crate::{body, flow};
use nnrp_core::{
    InFlightPolicy, MessageType, PayloadKindBitmap, ResultClass, ResultPushMetadata,
    SessionMigrateAckMetadata, SessionPatchAckMetadata, SessionPatchAckStatus,
    SessionPatchRejectReason, TypedPayloadDescriptor,
};
use nnrp_runtime::{NnrpServerSession, NnrpSubmit, RuntimeError};
use std::collections::BTreeMap;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::Instant;
use wireproof_base::Duration;
use wireproof_wire::nnrp::code::SESSION_LIMIT_REACHED;
use wireproof_wire::nnrp::command::{Flow, Push};
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::{Command, Event};

/// `result_flags`: from an earlier frame.
const FLAG_STALE: u16 = 0x1;
/// `result_flags`: more will follow.
const FLAG_PARTIAL: u16 = 0x4;
/// `patch_mask`: the fields that have an effect of their own, all of which are taken over.
const PATCHABLE: u32 = 0x3F;
/// `patch_mask`: preference for degradation, and its highest value.
const POLICY: u32 = 0x4;
const MAX_POLICY: u16 = 3;
/// `patch_mask`: lanes.
const LANES: u32 = 0x8;
/// `patch_mask`: the profile's own block.
const PROFILE_PATCH: u32 = 0x40;

/// An operation that the application serves.
struct Serving {
    since: Instant,
    kinds: PayloadKindBitmap,
    schema: (u32, u32),
    budget: u8,
}

/// A session at work.
pub struct Talk<'i> {
    inlet: &'i Inlet,
    session: NnrpServerSession,
    resumable: bool,
    serving: BTreeMap<u32, Serving>,
    epochs: BTreeMap<(u32, u64), u32>,
    patched: SessionPatchAckMetadata,
    closed: bool,
}

impl<'i> Talk<'i> {
    pub fn new(inlet: &'i Inlet, session: NnrpServerSession, resumable: bool) -> Self {
        let patched = SessionPatchAckMetadata {
            ack_status: SessionPatchAckStatus::Accepted,
            reject_reason: SessionPatchRejectReason::None,
            applied_patch_mask: 0,
            rejected_patch_mask: 0,
            retry_after_ms: 0,
            effective_profile_id: session.client_open().profile_id,
            effective_target_cadence_x100: 0,
            effective_quality_tier: 0,
            effective_degrade_policy: 0,
            effective_lane_mask: 1,
            effective_codec_bitmap: 0,
            effective_compression_bitmap: 0,
            profile_patch_ack_bytes: 0,
        };
        let (serving, epochs) = (BTreeMap::new(), BTreeMap::new());
        Self { inlet, session, resumable, serving, epochs, patched, closed: false }
    }

    /// Until an error ends it.
    pub async fn run(mut self, mut commands: UnboundedReceiver<Command>) {
        let error = loop {
            if let Err(error) = self.turn(&mut commands).await {
                break error;
            }
        };
        let (conn, session) = (self.inlet.conn, self.session.session_id());
        let code = code_of(&error);
        if code != 0 {
            self.inlet.reports.event(Event::Rejected { conn, session, frame: 0, code });
        }
        if self.closed {
            // The connection is left anyway; this takes the number off the crate's list.
            let _ = self.session.close().await;
            return;
        }
        if !self.resumable {
            for frame in core::mem::take(&mut self.serving).into_keys() {
                self.ended(frame, Outcome::Failed);
            }
        }
        self.inlet.reports.event(match self.resumable {
            true => Event::Detached { session },
            false => Event::Closed { session, code: 0 },
        });
        if !self.resumable {
            let _ = self.session.close().await;
        }
    }

    /// One packet or one command, packets first.
    async fn turn(
        &mut self,
        commands: &mut UnboundedReceiver<Command>,
    ) -> Result<(), RuntimeError> {
        let mail = self.inlet.mail.clone();
        let command = tokio::select! {
            biased;
            next = mail.peek() => return self.packet(next, commands).await,
            command = commands.recv() => command,
        };
        match command {
            Some(command) => self.command(command).await,
            // Nobody can ask for anything any more; packets may still come.
            None => {
                let next = mail.peek().await;
                self.packet(next, commands).await
            }
        }
    }

    async fn command(&mut self, command: Command) -> Result<(), RuntimeError> {
        match command {
            Command::Push(push) => self.push(&push).await,
            Command::Drop(target) if self.serving.remove(&target.frame).is_some() => {
                self.session.send_result_drop(target.frame).await?;
                self.ended(target.frame, Outcome::Failed);
                Ok(())
            }
            Command::Flow(flow) => self.flow(&flow).await,
            _ => Ok(()),
        }
    }

    /// Asks the method that is there for it; for what has none, the one that comes first. After
    /// the end of the session nothing is left to ask.
    async fn packet(
        &mut self,
        next: Option<MessageType>,
        commands: &mut UnboundedReceiver<Command>,
    ) -> Result<(), RuntimeError> {
        match next {
            _ if self.closed => Err(RuntimeError::UnexpectedMessage("the session is closed")),
            Some(MessageType::FrameCancel) => self.cancelled().await,
            // One session per connection: another one is beyond what is declared.
            Some(MessageType::SessionOpen) => {
                self.inlet.reports.unsupported("sessions.many");
                self.inlet.mail.take().await.map(drop)
            }
            Some(MessageType::SessionPatch) => self.patch().await,
            Some(MessageType::SessionMigrate) => {
                let request = self.session.receive_migrate().await?.metadata;
                let ack = SessionMigrateAckMetadata {
                    accept_code: SESSION_LIMIT_REACHED,
                    grace_window_ms: 0,
                    resume_from_frame_id: request.last_result_frame_id,
                    server_migrate_ts_us: 0,
                };
                self.session.send_migrate_ack(&request, ack).await
            }
            Some(MessageType::SessionClose) => self.close(commands).await,
            _ => {
                let submit = self.session.receive_submit().await?;
                self.submitted(&submit).await
            }
        }
    }

    /// The crate leaves it to its application to end what was cancelled.
    async fn cancelled(&mut self) -> Result<(), RuntimeError> {
        let cancel = self.session.receive_cancel().await?;
        if self.serving.remove(&cancel.frame_id).is_some() {
            self.session.send_result_drop(cancel.frame_id).await?;
            self.ended(cancel.frame_id, Outcome::Cancelled);
        }
        Ok(())
    }

    async fn submitted(&mut self, submit: &NnrpSubmit) -> Result<(), RuntimeError> {
        let meta = &submit.metadata;
        let (bytes, digest, _) =
            body::read(meta.payload_kind_bitmap, meta.payload_frame_count, &submit.body);
        let open = self.session.client_open();
        let own = body::profile_of(meta.payload_kind_bitmap.0) == open.profile_id;
        let serving = Serving {
            since: Instant::now(),
            kinds: meta.payload_kind_bitmap,
            schema: if own { (open.schema_id, open.schema_version) } else { (0, 0) },
            budget: meta.budget_policy,
        };
        self.serving.insert(submit.frame_id, serving);
        self.inlet.reports.event(Event::Submitted {
            session: self.session.session_id(),
            lane: 0,
            frame: submit.frame_id,
            bytes,
            digest,
        });
        if !self.inlet.echo {
            return Ok(());
        }
        self.push(&Push { frame: submit.frame_id, text: "echo".to_owned(), ..Push::default() })
            .await
    }

    async fn push(&mut self, push: &Push) -> Result<(), RuntimeError> {
        let Some(serving) = self.serving.get(&push.frame) else { return Ok(()) };
        let class = match push.class {
            _ if push.partial => ResultClass::Partial,
            // Only EOS could say that such a result is the last, and it is out of reach.
            1 => ResultClass::Complete,
            2 if push.reused_frame == 0 => ResultClass::Complete,
            class => ResultClass::try_from_u8(class)?,
        };
        let stale = class == ResultClass::StaleReuse;
        let flags = [(FLAG_PARTIAL, class == ResultClass::Partial), (FLAG_STALE, stale)];
        let took = u16::try_from(serving.since.elapsed().as_millis()).unwrap_or(u16::MAX);
        let kinds = serving.kinds.0;
        let kind = if kinds & PayloadKindBitmap::TOKEN_CHUNK != 0 {
            PayloadKindBitmap::TOKEN_CHUNK
        } else {
            kinds & kinds.wrapping_neg()
        };
        let metadata = ResultPushMetadata {
            status_code: push.status,
            result_flags: flags.iter().filter(|(_, set)| *set).map(|(flag, _)| flag).sum(),
            section_count: 0,
            tile_count: 0,
            active_profile_id: body::profile_of(kind),
            inference_ms: took,
            queue_ms: 0,
            server_total_ms: took,
            tile_base_id: 0,
            tile_index_bytes: 0,
            result_class: class,
            applied_budget_policy: push.applied_budget & serving.budget,
            reused_frame_id: if stale { push.reused_frame } else { 0 },
            covered_tile_count: 0,
            dropped_tile_count: 0,
            payload_kind_bitmap: PayloadKindBitmap(kind),
            payload_frame_count: 1,
        };
        let descriptor = TypedPayloadDescriptor {
            profile_id: body::profile_of(kind),
            descriptor_flags: if push.partial { body::PARTIAL } else { body::TERMINAL },
            schema_id: serving.schema.0,
            schema_version: serving.schema.1,
            stream_semantics: 0,
            offset: 0,
            length: 0,
        };
        let body = body::write(descriptor, push.text.as_bytes())?;
        self.session.send_result(push.frame, metadata, body).await?;
        if !push.partial {
            self.serving.remove(&push.frame);
            let outcome = if push.status <= 1 { Outcome::Completed } else { Outcome::Failed };
            self.ended(push.frame, outcome);
        }
        Ok(())
    }

    fn ended(&self, frame: u32, outcome: Outcome) {
        let session = self.session.session_id();
        self.inlet.reports.event(Event::Ended { session, lane: 0, frame, outcome });
    }

    async fn flow(&mut self, flow: &Flow) -> Result<(), RuntimeError> {
        let last = self.epochs.entry((flow.session, flow.operation)).or_default();
        // After the last epoch there is no other.
        let Some(epoch) = flow.epoch.or(last.checked_add(1)) else { return Ok(()) };
        *last = epoch.max(*last);
        let update = flow::update(flow, epoch)?;
        self.session.send_flow_update(update).await
    }

    async fn patch(&mut self) -> Result<(), RuntimeError> {
        let patch = self.session.receive_patch().await?;
        let mut rejected = patch.patch_mask & PROFILE_PATCH;
        let foreign =
            patch.profile_id != 0 && patch.profile_id != self.patched.effective_profile_id;
        if foreign {
            rejected = patch.patch_mask;
        }
        if patch.patch_mask & POLICY != 0 && patch.degrade_policy > MAX_POLICY {
            rejected |= POLICY;
        }
        if patch.patch_mask & LANES != 0 && patch.active_lane_mask != 1 {
            rejected |= LANES;
        }
        let applied = patch.patch_mask & PATCHABLE & !rejected;
        let has = |bit: u32| applied & bit != 0;
        let patched = &mut self.patched;
        patched.applied_patch_mask = applied;
        patched.rejected_patch_mask = rejected;
        patched.ack_status = match (applied, rejected) {
            (_, 0) => SessionPatchAckStatus::Accepted,
            (0, _) => SessionPatchAckStatus::Rejected,
            _ => SessionPatchAckStatus::PartiallyApplied,
        };
        patched.reject_reason = match rejected {
            0 => SessionPatchRejectReason::None,
            LANES => SessionPatchRejectReason::InvalidLaneMask,
            _ => SessionPatchRejectReason::UnsupportedField,
        };
        if has(0x01) {
            patched.effective_target_cadence_x100 = patch.target_cadence_x100;
        }
        if has(0x02) {
            patched.effective_quality_tier = patch.quality_tier;
        }
        if has(0x04) {
            patched.effective_degrade_policy = patch.degrade_policy;
        }
        if has(0x10) {
            patched.effective_codec_bitmap = patch.preferred_codec_bitmap;
        }
        if has(0x20) {
            patched.effective_compression_bitmap = patch.preferred_compression_bitmap;
        }
        self.session.send_patch_ack(self.patched).await
    }

    /// Serves what is unfinished for as long as the client gives, then acknowledges: the crate
    /// has one acknowledgement, which says `closed`.
    async fn close(
        &mut self,
        commands: &mut UnboundedReceiver<Command>,
    ) -> Result<(), RuntimeError> {
        let close = self.session.receive_close().await?;
        let session = self.session.session_id();
        let drain = close.in_flight_policy == InFlightPolicy::Drain && close.drain_timeout_ms > 0;
        if drain && !self.serving.is_empty() {
            self.inlet.reports.event(Event::Draining { session });
            let time = Duration::from_millis(u64::from(close.drain_timeout_ms));
            let reports = self.inlet.reports.clone();
            let mut over = Box::pin(reports.sleep(time));
            let mail = self.inlet.mail.clone();
            while !self.serving.is_empty() {
                let command = tokio::select! {
                    biased;
                    () = &mut over => break,
                    next = mail.peek() => {
                        if next == Some(MessageType::FrameCancel) {
                            self.cancelled().await?;
                            continue;
                        }
                        // The crate is not asked for anything else while it drains.
                        break;
                    }
                    command = commands.recv() => command,
                };
                let Some(command) = command else { break };
                self.command(command).await?;
            }
        }
        for frame in core::mem::take(&mut self.serving).into_keys() {
            self.session.send_result_drop(frame).await?;
            self.ended(frame, Outcome::Cancelled);
        }
        self.session.ack_close(&close).await?;
        self.closed = true;
        self.inlet.shared.borrow_mut().sessions.remove(&session);
        self.inlet.reports.event(Event::Closed { session, code: 0 });
        Ok(())
    }
}
