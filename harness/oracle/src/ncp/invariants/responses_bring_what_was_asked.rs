//! What a body brings is the answer to its request.

use super::prelude::*;
use wireproof_wire::ncp::address::SubPath;

pub(in crate::ncp) struct Rule;

const ANSWER: Citation = Citation::must("NWP-FRM-014");
const STREAM: Citation = Citation::must("NWP-FRM-004");
const NUMBERS: Citation = Citation::must("NCP-STREAM-003");
const LAST: Citation = Citation::must("NCP-STREAM-004");
const SCHEMA: Citation = Citation::must("NCP-ANCHOR-036").read("OP-20");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "responses_bring_what_was_asked",
        says: "Over HTTP a query or an action brings one CapsFrame, a query for a stream all of \
               its chunks, and a GET of the schema an AnchorFrame.",
        citations: &[ANSWER, STREAM, NUMBERS, LAST, SCHEMA],
    };
    const SENT: u16 = 0;
    const EVENTS: u16 = 0;

    fn posted(cx: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let fine = post.mine && matches!(post.status(), Some(200..=299));
        let Body::Frames(frames) = &post.body else { return };
        let asked = cx.node.exchange(post.conn, post.stream).and_then(|one| one.asked);
        let Some(asked) = asked.filter(|_| fine) else { return };
        let all = |kind| frames.iter().all(|carried| carried.kind() == kind);
        let citation = if asked.get {
            if asked.sub != Some(SubPath::Schema) || all(FrameType::Anchor) {
                return;
            }
            SCHEMA
        } else if !all(FrameType::Stream) {
            // OP-36: where the reference was replaced, the answer may tell so.
            match all(FrameType::Caps) && frames.len() == 1 {
                true if asked.stream && asked.listing == Listing::Current => STREAM,
                true => return,
                // An error in a frame is the affair of its status.
                false if all(FrameType::Error) => return,
                false => ANSWER,
            }
        } else {
            let numbers = frames.iter().zip(0_u32..).all(|(carried, number)| {
                matches!(&carried.frame, Frame::Stream(chunk) if chunk.seq == number)
            });
            let is_last = |frame: &Frame| matches!(frame, Frame::Stream(chunk) if chunk.is_last);
            let ends = frames.iter().position(|carried| is_last(&carried.frame));
            match (asked.stream, numbers, ends == frames.len().checked_sub(1)) {
                (false, ..) => ANSWER,
                (_, false, _) => NUMBERS,
                (.., false) => LAST,
                _ => return,
            }
        };
        let kinds: alloc::vec::Vec<_> = frames.iter().map(|one| one.kind().name()).collect();
        out.breach::<Self>(
            citation,
            "exchange",
            format_args!("the answer to {asked:?}"),
            format_args!("{kinds:?}"),
        );
    }
}
