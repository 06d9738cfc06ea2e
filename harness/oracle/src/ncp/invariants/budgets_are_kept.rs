//! An answer says of itself that it costs no more than its request allows.

use super::prelude::*;
use alloc::string::ToString as _;
use wireproof_wire::ncp::canonical::Exact;
use wireproof_wire::ncp::frames::Caps;

pub(in crate::ncp) struct Rule;

const CEILING: Citation = Citation::must("NPS-TOK-007");
const MEASURED: Citation = Citation::must("NPS-TOK-004").read("7");

impl Check for Rule {
    const INVARIANT: Invariant = Invariant {
        name: "budgets_are_kept",
        says: "The answer to a query does not estimate its NPT above the budget of the query, \
               nor has it more by the fallback where no tokenizer is named.",
        citations: &[CEILING, MEASURED],
    };
    const SENT: u16 = kinds::CAPS;
    const EVENTS: u16 = 0;

    fn sent(cx: &Cx<'_>, packet: &Packet<'_>, out: &mut Report<'_>) {
        let (Frame::Caps(caps), [request]) =
            (&packet.frame, cx.conn(packet.conn).requests.as_slice())
        else {
            return;
        };
        if let Some(budget) = request.budget.filter(|_| cx.server()) {
            weigh(caps, budget, cx.state(packet.conn), out);
        }
    }

    fn posted(cx: &Cx<'_>, post: &Post, out: &mut Report<'_>) {
        let asked = cx.node.exchange(post.conn, post.stream).and_then(|one| one.asked);
        let Some(budget) = asked.filter(|_| post.mine).and_then(|asked| asked.budget) else {
            return;
        };
        for carried in post.frames() {
            if let Frame::Caps(caps) = &carried.frame {
                weigh(caps, budget, "exchange", out);
            }
        }
    }
}

fn weigh(caps: &Caps, budget: u32, state: &'static str, out: &mut Report<'_>) {
    let (citation, cost) = match caps.token_est {
        Some(own) if own > budget => (CEILING, u64::from(own)),
        _ if caps.tokenizer_used.is_some() || caps.data.is_empty() => return,
        _ => {
            // The records alone, without brackets and commas, so that no way to count is less.
            let bytes: usize = caps.data.iter().map(|one| Exact(one).to_string().len()).sum();
            (MEASURED, bytes.div_ceil(4) as u64)
        }
    };
    if cost > u64::from(budget) {
        out.breach::<Rule>(
            citation,
            state,
            format_args!("an answer of {budget} NPT at most"),
            format_args!("{cost} NPT"),
        );
    }
}
