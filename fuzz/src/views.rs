//! What every accepted packet promises: each field admitted by its table, each view inside the
//! packet, each block walked to its end.

use wireproof_wire::nnrp::body::{Blocks, DataBody, Regions};
use wireproof_wire::nnrp::extension::{self, Extensions, padded};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{self, TENSOR_SECTION_TABLE};
use wireproof_wire::nnrp::typed::ExtensionFrame;
use wireproof_wire::nnrp::{Frame, Header, Metadata, body, tensor};

/// Walks everything that `frame` shows of `packet`, from which it was decoded.
pub fn walk(packet: &[u8], frame: &Frame<'_>) {
    assert_eq!(frame.to_vec(), packet, "encoding gives the same bytes back");
    fields(frame);
    inside(packet, frame.body);
    let blocks = frame.blocks();
    control(packet, &blocks);
    assert_eq!(body::extension_block(frame), blocks.extensions, "one extension block");
    let (count, tiles) = match frame.meta {
        Metadata::FrameSubmit(meta) => (meta.payload_frame_count, meta.tile_count),
        Metadata::ResultPush(meta) => (meta.payload_frame_count, meta.tile_count),
        _ => {
            assert!(frame.data().is_none(), "only two messages carry data");
            return;
        }
    };
    assert_eq!(blocks, Blocks::default(), "a data body has no control blocks");
    let data = frame.data().expect("an accepted data body can be viewed");
    assert_eq!(data.typed().count(), usize::from(count), "every typed payload is seen");
    match data {
        DataBody::Empty => assert!(frame.body.is_empty()),
        DataBody::Classic(bytes) => assert_eq!(bytes, frame.body),
        DataBody::Regions(regions) => data_regions(packet, &regions, tiles),
    }
}

/// What was accepted is admitted by the field tables, field by field.
fn fields(frame: &Frame<'_>) {
    let header = Header::FIELDS.iter().map(|field| (field, frame.header.get(field.name)));
    let meta = frame.kind().fields().iter().map(|field| (field, frame.meta.get(field.name)));
    for (field, value) in header.chain(meta) {
        let value = value.expect("every field in the table has a value");
        assert!(field.rule.admits(value), "{} is {value:#x}", field.name);
    }
}

fn control(packet: &[u8], blocks: &Blocks<'_>) {
    for block in [blocks.token, blocks.auth, blocks.profile, blocks.diagnostic, blocks.payload] {
        inside(packet, block);
    }
    inside(packet, blocks.extensions);
    let mut walked = 0;
    for entry in Extensions::new(blocks.extensions) {
        inside(packet, entry.payload);
        walked += 8 + padded(entry.payload.len());
    }
    assert_eq!(walked, blocks.extensions.len(), "the extension block is walked to its end");
    let unknown = extension::unknown_critical(blocks.extensions);
    let wanted = |flags: u16| flags & extension::CRITICAL != 0;
    assert!(unknown.is_none_or(|entry| wanted(entry.ext_flags)));
}

fn data_regions(packet: &[u8], regions: &Regions<'_>, tiles: u16) {
    let parts = [
        regions.inline_objects,
        regions.object_references,
        regions.typed_descriptors,
        regions.typed_frames,
        regions.extension_descriptors,
        regions.extension_payloads,
    ];
    parts.iter().for_each(|part| inside(packet, part));
    let mut end = 0;
    for typed in regions.typed() {
        inside(regions.typed_frames, typed.payload);
        assert!(typed.descriptor.offset >= end, "typed payloads do not overlap");
        end = typed.descriptor.offset + typed.descriptor.length;
    }
    let mut walked = 0;
    for object in regions.objects() {
        inside(regions.inline_objects, object.payload);
        walked += 16 + padded(object.payload.len());
        if object.header.object_kind == TENSOR_SECTION_TABLE {
            sections(object.payload, tiles);
        }
    }
    assert_eq!(walked, regions.inline_objects.len(), "the objects are walked to their end");
    let references = object::references(regions.object_references).count();
    assert_eq!(references * 16, regions.object_references.len());
    for frame in regions.extension_descriptors.chunks(ExtensionFrame::LEN) {
        let frame = ExtensionFrame::read(frame).expect("whole descriptors only");
        let end = u64::from(frame.payload_offset) + u64::from(frame.payload_length);
        assert!(end <= regions.extension_payloads.len() as u64);
    }
}

/// Walks a table of tensor sections as far as it goes.
pub fn sections(mut table: &[u8], tiles: u16) {
    while let Ok((section, next)) = tensor::decode(table, tiles) {
        for part in [section.codec_table, section.length_table, section.payload] {
            inside(table, part);
        }
        assert_eq!(section.lengths().count(), usize::from(tiles));
        assert!(next >= tensor::SectionDescriptor::LEN, "the walk moves on");
        table = table.get(next..).expect("the next section starts inside the table");
    }
}

fn inside(whole: &[u8], part: &[u8]) {
    let (whole, range) = (whole.as_ptr_range(), part.as_ptr_range());
    let fits = whole.start <= range.start && range.end <= whole.end;
    assert!(part.is_empty() || fits, "a view reaches beyond its packet");
}
