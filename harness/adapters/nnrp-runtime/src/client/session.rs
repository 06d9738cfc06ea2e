//! One session of the client.

use super::link::Link;
use crate::body;
use crate::flow::Credits;
use nnrp_core::{
    FrameSubmitMetadata, InFlightPolicy, InputProfile, PayloadKindBitmap, ResultClass,
    SESSION_ERROR_NONE, SessionCloseMetadata, SessionCloseReason, SessionCloseStatus,
    SessionPatchMetadata, SubmitMode, TOKEN_DELTA_SCHEMA_ID, TOKEN_DELTA_SCHEMA_VERSION,
    TileIndexMode, TypedPayloadDescriptor,
};
use nnrp_runtime::{NnrpClientEvent, NnrpClientSession, NnrpResult, RuntimeError};
use wireproof_wire::nnrp::command::{Close, Patch, Submit, Target};
use wireproof_wire::nnrp::event::Outcome;
use wireproof_wire::nnrp::{Command, Event};

/// `result_flags`: more will follow.
const FLAG_PARTIAL: u16 = 0x4;

/// A session at work.
pub struct Talk<'l> {
    pub link: &'l mut Link,
    pub session: NnrpClientSession,
    pub number: u32,
    pub credits: Credits,
}

impl Talk<'_> {
    /// Until an error ends it.
    pub async fn run(mut self) {
        while self.turn().await.is_ok() {}
        let session = self.number;
        let Some(resumable) = self.with(|place| place.resumable) else { return };
        if !resumable {
            let running = self.with(|place| core::mem::take(&mut place.running));
            for frame in running.unwrap_or_default() {
                let outcome = Outcome::Failed;
                self.link.reports.event(Event::Ended { session, lane: 0, frame, outcome });
            }
            self.link.shared.borrow_mut().sessions.remove(&session);
        }
        self.link.reports.event(match resumable {
            true => Event::Detached { session },
            false => Event::Closed { session, code: 0 },
        });
    }

    /// One packet or one command, packets first.
    async fn turn(&mut self) -> Result<(), RuntimeError> {
        let mail = self.link.mail.clone();
        let command = tokio::select! {
            biased;
            _ = mail.peek() => None,
            command = self.link.commands.recv() => command,
        };
        let Some(command) = command else {
            let event = self.session.await_event().await?;
            self.saw(event);
            return Ok(());
        };
        match command {
            Command::Submit(submit) => self.submit(&submit).await,
            Command::Cancel(target) => self.cancel(target).await,
            Command::Patch(patch) => self.patch(&patch).await,
            Command::Close(close) => self.close(&close).await,
            _ => Ok(()),
        }
    }

    fn saw(&mut self, event: NnrpClientEvent) {
        match event {
            NnrpClientEvent::Result(result) => self.result(&result),
            NnrpClientEvent::ResultDrop { frame_id } => {
                let cancelled = self.with(|place| place.cancelled.contains(&frame_id));
                let outcome = match cancelled {
                    Some(true) => Outcome::Cancelled,
                    _ => Outcome::Failed,
                };
                self.ended(frame_id, outcome);
            }
            NnrpClientEvent::FlowUpdate(update) => {
                let event = self.credits.take(self.link.conn, self.number, &update);
                self.link.reports.event(event);
            }
        }
    }

    fn result(&mut self, result: &NnrpResult) {
        let meta = &result.metadata;
        let (bytes, digest, more) =
            body::read(meta.payload_kind_bitmap, meta.payload_frame_count, &result.body);
        // The crate hides the header, so EOS cannot be told.
        let partial = meta.result_class == ResultClass::Partial
            || meta.result_flags & FLAG_PARTIAL != 0
            || more;
        self.link.reports.event(Event::Result {
            session: self.number,
            lane: 0,
            frame: result.frame_id,
            terminal: !partial,
            class: meta.result_class as u8,
            status: meta.status_code,
            bytes,
            digest,
        });
        if !partial {
            let outcome = if meta.status_code <= 1 { Outcome::Completed } else { Outcome::Failed };
            self.ended(result.frame_id, outcome);
        }
    }

    /// An operation that the application started has ended.
    fn ended(&self, frame: u32, outcome: Outcome) {
        if self.with(|place| place.running.remove(&frame)) == Some(true) {
            let (session, lane) = (self.number, 0);
            self.link.reports.event(Event::Ended { session, lane, frame, outcome });
        }
    }

    async fn submit(&mut self, submit: &Submit) -> Result<(), RuntimeError> {
        let profile_id = body::profile_of(submit.payload_kind);
        let mut schema = (submit.schema_id, submit.schema_version);
        let lifecycle = self.session.lifecycle().session(self.number);
        let default =
            lifecycle.map_or((0, 0), |session| (session.schema_id, session.schema_version));
        if schema.0 == 0 && profile_id == 2 && default.0 == 0 {
            schema = (TOKEN_DELTA_SCHEMA_ID, TOKEN_DELTA_SCHEMA_VERSION);
        }
        let descriptor = TypedPayloadDescriptor {
            profile_id,
            descriptor_flags: 0,
            schema_id: schema.0,
            schema_version: schema.1,
            stream_semantics: 0,
            offset: 0,
            length: 0,
        };
        let body = body::write(descriptor, submit.text.as_bytes())?;
        let metadata = FrameSubmitMetadata {
            src_width: 0,
            src_height: 0,
            tile_width: 0,
            tile_height: 0,
            tile_count: 0,
            section_count: 0,
            frame_class: submit.frame_class,
            input_profile: InputProfile::Unspecified,
            tile_index_mode: TileIndexMode::DenseRange,
            latency_budget_ms: submit.latency_budget_ms,
            target_fps_x100: 0,
            retry_of_frame: submit.retry_of,
            tile_base_id: 0,
            camera_bytes: 0,
            tile_index_bytes: 0,
            submit_mode: SubmitMode::Inline,
            budget_policy: submit.budget_policy,
            loss_tolerance_policy: submit.loss_tolerance,
            object_ref_mask: 0,
            dependency_frame_id: submit.dependency,
            payload_kind_bitmap: PayloadKindBitmap(submit.payload_kind),
            payload_frame_count: 1,
        };
        let frame = self.session.submit(metadata, body).await?;
        self.with(|place| place.running.insert(frame));
        Ok(())
    }

    async fn cancel(&mut self, target: Target) -> Result<(), RuntimeError> {
        let frame = target.frame;
        if self.with(|place| place.running.contains(&frame)) != Some(true) {
            return Ok(());
        }
        self.with(|place| place.cancelled.insert(frame));
        self.session.cancel_frame(frame).await
    }

    async fn patch(&mut self, patch: &Patch) -> Result<(), RuntimeError> {
        let has = |bit: u32| patch.mask & bit != 0;
        let request = SessionPatchMetadata {
            profile_id: 0,
            // A profile block has no place in the command.
            patch_mask: patch.mask & 0x3F,
            target_cadence_x100: if has(0x01) { patch.target_cadence_x100 } else { 0 },
            quality_tier: if has(0x02) { patch.quality_tier } else { 0 },
            degrade_policy: if has(0x04) { patch.degrade_policy } else { 0 },
            active_lane_mask: if has(0x08) { patch.lanes } else { 0 },
            preferred_codec_bitmap: if has(0x10) { 0x1 } else { 0 },
            preferred_compression_bitmap: 0,
            profile_patch_bytes: 0,
        };
        let ack = self.session.patch_session(request).await?;
        self.link.reports.event(Event::Patched {
            session: self.number,
            status: ack.ack_status as u16,
            applied: ack.applied_patch_mask,
            rejected: ack.rejected_patch_mask,
        });
        Ok(())
    }

    async fn close(&mut self, close: &Close) -> Result<(), RuntimeError> {
        let last = self.with(|place| place.next_frame - 1).unwrap_or(0);
        let reason = SessionCloseReason::try_from_u16(close.reason);
        let request = SessionCloseMetadata {
            close_reason: reason.unwrap_or(SessionCloseReason::Normal),
            in_flight_policy: match close.abort {
                true => InFlightPolicy::Abort,
                false => InFlightPolicy::Drain,
            },
            drain_timeout_ms: close.drain_timeout_ms,
            // As the crate's own `close` has it.
            last_operation_id: u64::from(last),
            session_error_code: SESSION_ERROR_NONE,
            session_close_tag: self.number,
        };
        let ack = self.session.close_with(request).await?;
        let session = self.number;
        match ack.close_status {
            SessionCloseStatus::Closed => {
                let place = self.link.shared.borrow_mut().sessions.remove(&session);
                // What has not ended by now will not.
                for frame in place.map(|place| place.running).unwrap_or_default() {
                    let outcome = Outcome::Cancelled;
                    self.link.reports.event(Event::Ended { session, lane: 0, frame, outcome });
                }
                self.link.reports.event(Event::Closed { session, code: ack.session_error_code });
                // The connection stays until its peer ends it; a second session has no room.
                while self.link.mail.take().await.is_ok() {}
                Err(RuntimeError::Internal("the session is over"))
            }
            SessionCloseStatus::Rejected => {
                self.link.reports.event(Event::CloseRejected { session });
                Ok(())
            }
            SessionCloseStatus::Acknowledged | SessionCloseStatus::Draining => {
                self.link.reports.event(Event::Draining { session });
                Ok(())
            }
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut super::Place) -> T) -> Option<T> {
        self.link.shared.borrow_mut().sessions.get_mut(&self.number).map(act)
    }
}
