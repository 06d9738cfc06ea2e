//! Streams: where the reads fall does not matter.

use crate::{cases, draw};
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_wire::nnrp::framing::Deframer;

/// What a deframer hands out: packets, and the name of what ended them.
fn fed<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> (Vec<Result<Vec<u8>, &'static str>>, usize) {
    let mut deframer = Deframer::default();
    let mut out = Vec::new();
    for chunk in chunks {
        deframer.feed(chunk, 1 << 20, |packet| {
            out.push(packet.map(<[u8]>::to_vec).map_err(|violation| violation.requirement));
        });
    }
    (out, deframer.pending())
}

/// `stream` cut at the places that `cuts` name.
fn chunks<'a>(stream: &'a [u8], cuts: &[proptest::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(stream.len() + 1)).collect();
    places.push(stream.len());
    places.sort_unstable();
    let mut start = 0;
    let cut = |end: usize| {
        let part = &stream[start..end];
        start = end;
        part
    };
    places.into_iter().map(cut).collect()
}

proptest! {
    #![proptest_config(cases(600))]

    #[test]
    fn packets_come_out_as_they_went_in_wherever_the_stream_is_cut(
        packets in vec(draw::packet(), 0..6),
        cuts in vec(any::<proptest::sample::Index>(), 0..12),
    ) {
        let packets: Vec<Vec<u8>> = packets.into_iter().map(|(_, packet)| packet).collect();
        let stream = packets.concat();
        let whole: Vec<_> = packets.into_iter().map(Ok).collect();
        prop_assert_eq!(fed(chunks(&stream, &cuts).into_iter()), (whole.clone(), 0));
        prop_assert_eq!(fed(stream.chunks(1)), (whole, 0));
    }

    #[test]
    fn a_broken_stream_ends_at_the_same_packet_wherever_it_is_cut(
        packets in vec(draw::packet(), 1..5),
        place in any::<proptest::sample::Index>(),
        bit in 0..8u32,
        cuts in vec(any::<proptest::sample::Index>(), 0..12),
    ) {
        let mut stream: Vec<u8> = packets.into_iter().flat_map(|(_, packet)| packet).collect();
        let at = place.index(stream.len());
        stream[at] ^= 1 << bit;
        let (whole, left) = fed(std::iter::once(&stream[..]));
        prop_assert_eq!(fed(chunks(&stream, &cuts).into_iter()), (whole.clone(), left));
        prop_assert_eq!(fed(stream.chunks(1)), (whole.clone(), left));
        // Nothing follows what ended the stream.
        let ended = whole.iter().position(Result::is_err);
        prop_assert!(ended.is_none_or(|at| at + 1 == whole.len()));
    }
}
