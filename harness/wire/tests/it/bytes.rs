//! Any bytes at all: no codec panics, and what is taken is taken whole.

use crate::frames::look_at;
use crate::{cases, draw};
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_wire::nnrp::framing::{Split, split};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::{Frame, Header, MessageType, extension, object, schema, tensor, typed};

/// Bytes with a header that is right as far as it goes.
fn headed() -> impl Strategy<Value = Vec<u8>> {
    let kinds = proptest::sample::select(MessageType::ALL);
    (kinds, vec(any::<u8>(), 0..160), any::<bool>()).prop_map(|(kind, rest, zeros)| {
        let mut header = Header::new(kind as u8);
        header.meta_len = kind.metadata_len() as u32;
        header.body_len = rest.len().saturating_sub(kind.metadata_len()) as u32;
        let mut bytes = Vec::new();
        header.write(&mut bytes);
        // Few bytes that are not zero come further than many.
        bytes.extend(rest.iter().map(|&byte| if zeros && byte > 12 { 0 } else { byte }));
        bytes
    })
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn no_bytes_make_the_packet_codec_panic(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert!(Frame::decode(&bytes).is_err() || bytes.starts_with(b"NNRP"));
        if let Ok(Split::Packet(len)) = split(&bytes, 1 << 20) {
            prop_assert!(len <= bytes.len());
        }
    }

    #[test]
    fn no_metadata_and_no_body_make_it_panic(bytes in headed()) {
        if let Ok(frame) = Frame::decode(&bytes) {
            prop_assert_eq!(frame.to_vec(), bytes.clone());
            look_at(&frame);
        }
    }

    #[test]
    fn no_bytes_make_a_structure_codec_panic(
        bytes in vec(any::<u8>(), 0..120),
        word in any::<u16>(),
    ) {
        let tiles = word % 9;
        if let Ok((section, used)) = tensor::decode(&bytes, tiles) {
            prop_assert!(used <= bytes.len());
            prop_assert_eq!(section.lengths().count(), usize::from(tiles));
        }
        if let Ok(header) = schema::decode(&bytes) {
            prop_assert!(schema::dependencies(&header, &bytes).count() <= bytes.len() / 8);
        }
        for kind in MessageType::ALL {
            if extension::check(&bytes, *kind, 0).is_ok() {
                let sizes = extension::Extensions::new(&bytes)
                    .map(|entry| 8 + extension::padded(entry.payload.len()));
                prop_assert_eq!(sizes.sum::<usize>(), bytes.len());
            }
        }
        if object::check_inline(&bytes, 0).is_ok() {
            let sizes = object::InlineObjects::new(&bytes)
                .map(|object| 16 + extension::padded(object.payload.len()));
            prop_assert_eq!(sizes.sum::<usize>(), bytes.len());
        }
        let cut = usize::from(word) % (bytes.len() + 1);
        let (descriptors, frames) = bytes.split_at(cut);
        if typed::check(descriptors, frames.len(), 0).is_ok() {
            let count = descriptors.len() / 24;
            prop_assert_eq!(typed::payloads(descriptors, frames).count(), count);
        }
        let _ = typed::check_extension_frames(descriptors, frames.len(), 0);
    }

    #[test]
    fn zero_heavy_blocks_are_walked_whole(words in draw::words(), len in 0..9usize) {
        // Entries whose lengths are small, so that many blocks are right.
        let mut block = Vec::new();
        for word in &words[..len] {
            block.extend((*word as u16).to_le_bytes());
            block.extend((*word >> 60 & 1).to_le_bytes()[..2].iter());
            block.extend(((word >> 20) as u32 % 17).to_le_bytes());
            block.resize(block.len() + extension::padded((word >> 20) as usize % 17), 0);
        }
        if extension::check(&block, MessageType::Close, 0).is_ok() {
            let walked = extension::Extensions::new(&block)
                .map(|entry| 8 + extension::padded(entry.payload.len()));
            prop_assert_eq!(walked.sum::<usize>(), block.len());
        }
    }
}
