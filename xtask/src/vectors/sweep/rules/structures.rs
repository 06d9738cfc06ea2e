//! Structures below a packet.

use super::{Rules, rules};

/// Structures below a packet, alone. In packets the same rules show in the body.
pub const STRUCTURES: [Rules; 9] = [
    rules(
        "body_prelude",
        "prelude.plain",
        "inline_object_bytes: any
        object_reference_bytes: any
        typed_payload_descriptor_bytes: any
        typed_payload_frame_bytes: any
        extension_descriptor_bytes: any
        extension_payload_bytes: any
        body_flags: zero PAY-001 ENC-004
        reserved: zero PAY-001 ENC-003",
    ),
    rules(
        "inline_object",
        "inline_object.filler",
        "object_kind: from 1 to 9 ENC-005 R-51 in=body
        object_flags: zero PAY-005 ENC-004 in=body
        profile_id: any
        reserved0: zero PAY-005 ENC-003 in=body
        object_bytes: is 0..4 9 4294967285 4294967295 PAY-005 in=body
        reserved1: zero PAY-005 ENC-003 in=body",
    ),
    rules(
        "object_reference",
        "object_reference.plain",
        "object_kind: from 1 to 9 ENC-005 R-51
        ref_flags: zero PAY-006 ENC-004
        cache_namespace: any
        cache_key_hi: any
        cache_key_lo: any",
    ),
    rules(
        "extension_frame_descriptor",
        "extension_descriptor.critical",
        "extension_kind: any
        extension_flags: bits 1..15 PAY-020 ENC-004
        profile_id: any
        reserved0: zero PAY-020 ENC-003
        payload_offset: any
        payload_length: any",
    ),
    rules(
        "typed_payload_descriptor",
        "typed_descriptor.plain",
        "profile_id: any
        descriptor_flags: bits 4..15 PAY-009 ENC-004; flip 1 PAY-015
        schema_id: any
        schema_version: any
        stream_semantics: above 5 PAY-009 ENC-005 R-51
        reserved0: zero
        offset: any
        length: any",
    ),
    rules(
        "schema_descriptor_header",
        "schema_header.plain",
        "schema_id: is 0 SCH-023 R-31
        schema_version: any
        profile_id: any
        schema_flags: bits 4..15 SCH-002 ENC-004
        min_version_major: any
        max_version_major: any
        reserved0: zero SCH-001
        body_bytes: any
        dependency_count: any
        default_stream_semantics: above 5 SCH-002 ENC-005 R-51
        schema_hash: any",
    ),
    rules(
        "tensor_section",
        "tensor_section.variable_stride",
        "role_id: any
        codec_id: any
        dtype_id: above 7 PRO-004 ENC-005 R-51 in=body
        layout_id: above 1 ENC-005 R-51 in=body
        scale_policy: any
        flags: zero ENC-004 ENC-003 in=body
        element_count_per_tile: any
        codec_table_bytes: is 1 4294967295 PRO-002 PRO-003 in=body
        length_table_bytes: off -1 1 -4 4 max PRO-003 PRO-002 in=body
        payload_bytes: off -1 1 max PRO-003 PRO-002 in=body
        payload_stride_bytes: is 1 2 4 2147483648 4294967295 PRO-003 in=body
        reserved: zero ENC-003 in=body",
    ),
    rules(
        "tensor_patch_block",
        "tensor_patch.plain",
        "min_width: any
        min_height: any
        max_width: any
        max_height: any",
    ),
    rules(
        "control_extension_entry",
        "extension_block.two",
        "ext_type: is 0 EXT-005 in=body
        ext_flags: bits 1..15 EXT-005 ENC-004 in=body
        ext_len: any",
    ),
];
