//! The way of a frame to the carrier: encoding, limit, sealing (NCP §3.3, §7.4).

use super::core::{Core, Out, noticed};
use alloc::vec::Vec;
use wireproof_base::{Carrier, StreamId};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::event::Hold;
use wireproof_wire::ncp::frame::{self, Frame};
use wireproof_wire::ncp::header::{ENC, Header, MAX_SHORT_PAYLOAD};
use wireproof_wire::ncp::seal::OVERHEAD;
use wireproof_wire::ncp::{Value, tier};

impl Core {
    /// Sends a frame on the control stream.
    ///
    /// # Errors
    ///
    /// Why nothing was sent: it does not fit, or nothing can encode it.
    pub fn send_control(&mut self, link: usize, frame: &Frame, out: &mut Out) -> Result<(), Hold> {
        self.send(link, StreamId::CONTROL, frame, out)
    }

    /// Sends a frame, sealed if that is agreed.
    ///
    /// # Errors
    ///
    /// Why nothing was sent: it does not fit, or nothing can encode it.
    #[inline]
    pub fn send(
        &mut self,
        link: usize,
        stream: StreamId,
        frame: &Frame,
        out: &mut Out,
    ) -> Result<(), Hold> {
        let tier = self.links[link].tier();
        self.send_as(link, stream, tier, frame, out)
    }

    /// Sends a frame in an encoding of choice.
    ///
    /// # Errors
    ///
    /// Why nothing was sent: it does not fit, or nothing can encode it.
    pub fn send_as(
        &mut self,
        link: usize,
        stream: StreamId,
        tier: Tier,
        frame: &Frame,
        out: &mut Out,
    ) -> Result<(), Hold> {
        if self.links[link].carrier == Carrier::Exchange {
            self.fits(link, frame)?;
            return self.send_http(link, frame, out);
        }
        let plain = &mut self.scratch;
        encode(frame, tier, plain)?;
        let entry = &mut self.links[link];
        if plain.len() > entry.room() {
            return Err(Hold::Limit);
        }
        let sealing = &mut entry.sealing;
        let len = plain.len() + if sealing.is_on() { OVERHEAD } else { 0 };
        // The room is at most what a length field of 32 bits holds.
        let len = u32::try_from(len).map_err(|_| Hold::Limit)?;
        let last = frame.is_final();
        let mut header = Header::new(frame.kind(), tier, last, len > MAX_SHORT_PAYLOAD, len);
        let conn = entry.conn;
        out.send(conn, stream, |bytes| {
            if sealing.is_on() {
                header.flags |= ENC;
                let mut head = Vec::with_capacity(header.header_len());
                header.write(&mut head);
                bytes.extend_from_slice(&head);
                sealing.seal(&head, plain, bytes);
            } else {
                header.write(bytes);
                bytes.extend_from_slice(plain);
            }
        });
        if sealing.is_worn() {
            noticed(conn, "key_worn", out);
        }
        Ok(())
    }

    /// Whether a frame fits, without sending it.
    ///
    /// # Errors
    ///
    /// Why not.
    pub fn fits(&mut self, link: usize, frame: &Frame) -> Result<(), Hold> {
        let len = self.measure(link, frame)?;
        if len > self.links[link].room() { Err(Hold::Limit) } else { Ok(()) }
    }

    /// Bytes of a frame's plaintext.
    ///
    /// # Errors
    ///
    /// Nothing can encode it.
    pub fn measure(&mut self, link: usize, frame: &Frame) -> Result<usize, Hold> {
        let tier = self.links[link].tier();
        encode(frame, tier, &mut self.scratch)?;
        Ok(self.scratch.len())
    }

    /// Bytes of one value.
    ///
    /// # Errors
    ///
    /// Nothing can encode it.
    pub fn measure_value(&mut self, link: usize, value: &Value) -> Result<usize, Hold> {
        let tier = self.links[link].tier();
        self.scratch.clear();
        tier::encode(tier, value, &mut self.scratch).map_err(|_| Hold::Malformed)?;
        Ok(self.scratch.len())
    }
}

/// Encodes the payload of a frame into a buffer that is emptied before. JSON has no form for a
/// bitset (NCP-DIFF-007).
fn encode(frame: &Frame, tier: Tier, plain: &mut Vec<u8>) -> Result<(), Hold> {
    plain.clear();
    if let Frame::Diff(diff) = frame {
        diff.check_format(tier).map_err(|_| Hold::Malformed)?;
    }
    frame::payload(frame, tier, plain).map_err(|_| Hold::Malformed)
}
