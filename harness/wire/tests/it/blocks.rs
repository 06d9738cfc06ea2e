//! Structures below a packet: what is written is read.

use crate::{cases, draw};
use proptest::collection::vec;
use proptest::prelude::*;
use wireproof_wire::nnrp::body::Prelude;
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::object::{
    InlineObjectHeader, InlineObjects, ObjectReference, check_inline, check_references, references,
    write_inline,
};
use wireproof_wire::nnrp::patch::TensorPatch;
use wireproof_wire::nnrp::schema::{self, SchemaHeader};
use wireproof_wire::nnrp::tensor::{self, SectionDescriptor};
use wireproof_wire::nnrp::typed::{ExtensionFrame, TypedDescriptor, payloads};
use wireproof_wire::nnrp::{Header, MessageType, body, extension};

fn round_trip<L: Layout>(words: &[u64]) -> Result<(), TestCaseError> {
    let layout: L = draw::layout(words);
    prop_assert!(layout.check().is_ok() && layout.admitted());
    let mut bytes = Vec::new();
    layout.write(&mut bytes);
    prop_assert_eq!(bytes.len(), L::LEN);
    prop_assert_eq!(L::read(&bytes), Some(layout));
    prop_assert_eq!(L::read(&bytes[1..]), None);
    Ok(())
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn fixed_structures_survive_both_directions(words in draw::words()) {
        round_trip::<Header>(&words)?;
        round_trip::<Prelude>(&words)?;
        round_trip::<InlineObjectHeader>(&words)?;
        round_trip::<ObjectReference>(&words)?;
        round_trip::<ExtensionFrame>(&words)?;
        round_trip::<TypedDescriptor>(&words)?;
        round_trip::<SchemaHeader>(&words)?;
        round_trip::<SectionDescriptor>(&words)?;
        round_trip::<TensorPatch>(&words)?;
        round_trip::<extension::ExtensionHeader>(&words)?;
    }

    #[test]
    fn checking_and_admitting_are_the_same(
        words in draw::words(),
        field in 0..22usize,
        word in any::<u64>(),
    ) {
        for kind in MessageType::ALL {
            let mut bytes = vec![0; kind.metadata_len()];
            for (field, word) in kind.fields().iter().zip(&words) {
                let at = field.offset..field.offset + field.width;
                bytes[at].copy_from_slice(&word.to_le_bytes()[..field.width]);
            }
            let Some(changed) = kind.fields().get(field) else { continue };
            let at = changed.offset..changed.offset + changed.width;
            bytes[at].copy_from_slice(&word.to_le_bytes()[..changed.width]);
            let meta = wireproof_wire::nnrp::Metadata::read(*kind, &bytes);
            let meta = meta.ok_or_else(|| TestCaseError::fail("long enough"))?;
            let by_rule = kind
                .fields()
                .iter()
                .all(|field| field.rule.admits(meta.get(field.name).unwrap_or(u64::MAX)));
            prop_assert_eq!(meta.check().is_ok(), by_rule, "{}", kind.name());
        }
    }

    #[test]
    fn extension_entries_are_read_as_written(
        entries in vec((0x8000..=u16::MAX, 0..2u16, vec(any::<u8>(), 0..20)), 0..5),
    ) {
        let mut block = Vec::new();
        for (ext_type, flags, payload) in &entries {
            extension::write(&mut block, *ext_type, *flags, payload);
        }
        prop_assert_eq!(block.len() % 8, 0);
        prop_assert!(extension::check(&block, MessageType::SessionClose, 0).is_ok());
        let read: Vec<_> = extension::Extensions::new(&block)
            .map(|entry| (entry.ext_type, entry.ext_flags, entry.payload.to_vec()))
            .collect();
        prop_assert_eq!(&read, &entries);
        let critical = entries.iter().find(|(_, flags, _)| *flags == 1).map(|entry| entry.0);
        prop_assert_eq!(extension::unknown_critical(&block).map(|entry| entry.ext_type), critical);
    }

    #[test]
    fn inline_objects_are_read_as_written(
        objects in vec((1..=9u16, 0..3u16, vec(any::<u8>(), 0..20)), 0..5),
    ) {
        let mut region = Vec::new();
        for (kind, profile, payload) in &objects {
            write_inline(&mut region, *kind, *profile, payload);
        }
        prop_assert!(check_inline(&region, 0).is_ok());
        let read: Vec<_> = InlineObjects::new(&region)
            .map(|o| (o.header.object_kind, o.header.profile_id, o.payload.to_vec()))
            .collect();
        prop_assert_eq!(read, objects);
    }

    #[test]
    fn references_are_read_as_written(all in vec(draw::words(), 0..5)) {
        let all: Vec<ObjectReference> = all.iter().map(|words| draw::layout(words)).collect();
        let mut region = Vec::new();
        all.iter().for_each(|reference| reference.write(&mut region));
        prop_assert!(check_references(&region, 0).is_ok());
        prop_assert_eq!(references(&region).collect::<Vec<_>>(), all);
    }

    #[test]
    fn typed_payloads_are_packed_without_gaps(
        all in vec((draw::words(), vec(any::<u8>(), 0..20)), 0..5),
    ) {
        let descriptors: Vec<TypedDescriptor> =
            all.iter().map(|(words, _)| draw::layout(words)).collect();
        let parts: Vec<(TypedDescriptor, &[u8])> =
            descriptors.iter().zip(&all).map(|(d, (_, payload))| (*d, &payload[..])).collect();
        let mut content = Vec::new();
        body::write_typed(&mut content, &parts);
        let middle = 32 + 24 * parts.len();
        let (region, frames) = (&content[32..middle], &content[middle..]);
        let read: Vec<&[u8]> = payloads(region, frames).map(|typed| typed.payload).collect();
        prop_assert_eq!(&read, &parts.iter().map(|(_, payload)| *payload).collect::<Vec<_>>());
        prop_assert_eq!(read.concat(), frames);
    }

    #[test]
    fn tensor_sections_follow_one_another(
        sections in vec((0..4u8, vec(vec(any::<u8>(), 0..9), 3)), 1..4),
    ) {
        let mut table: Vec<u8> = Vec::new();
        for (dtype, tiles) in &sections {
            table.resize(extension::padded(table.len()), 0);
            let payload = tiles.concat();
            SectionDescriptor {
                dtype_id: *dtype,
                length_table_bytes: 12,
                payload_bytes: payload.len() as u32,
                ..SectionDescriptor::default()
            }
            .write(&mut table);
            tiles.iter().for_each(|tile| table.extend((tile.len() as u32).to_le_bytes()));
            table.extend(payload);
        }
        let mut rest = &table[..];
        for (dtype, tiles) in &sections {
            let (section, used) = tensor::decode(rest, 3)
                .map_err(|violation| TestCaseError::fail(violation.to_string()))?;
            prop_assert_eq!(section.descriptor.dtype_id, *dtype);
            prop_assert_eq!(section.payload, &tiles.concat()[..]);
            prop_assert!(tensor::decode(rest, 2).is_err() && tensor::decode(rest, 4).is_err());
            rest = &rest[used..];
        }
        prop_assert!(rest.is_empty());
    }

    #[test]
    fn schema_dependencies_are_read_as_written(
        words in draw::words(),
        pairs in vec((any::<u32>(), any::<u32>()), 0..6),
        tail in vec(any::<u8>(), 0..12),
    ) {
        let mut content: Vec<u8> = Vec::new();
        for (id, version) in &pairs {
            content.extend(id.to_le_bytes());
            content.extend(version.to_le_bytes());
        }
        content.extend(&tail);
        let mut header: SchemaHeader = draw::layout(&words);
        header.dependency_count = pairs.len() as u16;
        prop_assert_eq!(schema::dependencies(&header, &content).collect::<Vec<_>>(), pairs);
        let mut longer = content.clone();
        longer.push(1);
        prop_assert_ne!(schema::hash(&content), schema::hash(&longer));
    }
}
