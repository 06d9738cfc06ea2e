//! Defects of end-to-end encryption (reference 8.10).

use super::defect::Defect;
use super::edit::{Cipher, Edit};
use super::frames;
use super::memory::Memory;
use crate::DefectLevel::{Codec, Machine};
use crate::ncp::defaults::TEST_KEY;
use wireproof_wire::ncp::Event;
use wireproof_wire::ncp::code::{
    NCP_ENC_AUTH_FAILED, NCP_ENC_NOT_NEGOTIATED, NPS_CLIENT_BAD_FRAME, status_of,
};
use wireproof_wire::ncp::command::Tier;
use wireproof_wire::ncp::frame_type::FrameType;
use wireproof_wire::ncp::header::{ENC, Header};
use wireproof_wire::ncp::seal::{self, Algorithm, Key, OVERHEAD};

/// All of them.
pub const DEFECTS: &[Defect] = &[
    Defect::agent(
        Codec,
        "agent_leaves_the_nonce_uncounted",
        &["NCP-ENC-002"],
        "The length of an encrypted frame leaves nonce and tag out.",
    )
    .outgoing(|edit, _| short_length(edit)),
    Defect::node(
        Codec,
        "node_leaves_the_nonce_uncounted",
        &["NCP-ENC-002", "NCP-ENC-005"],
        "The Node leaves nonce and tag out of the length of an encrypted frame.",
    )
    .outgoing(|edit, _| short_length(edit)),
    Defect::agent(
        Machine,
        "agent_has_one_nonce",
        &["NCP-ENC-003"],
        "The Agent seals every frame under the same nonce.",
    )
    .outgoing(|edit, _| again(edit, |cipher| cipher.nonce = [7; 12])),
    Defect::node(
        Machine,
        "nonces_start_again_with_each_connection",
        &["NCP-ENC-003"],
        "The Node counts its nonces from 0 on every connection.",
    )
    .outgoing(|edit, _| again(edit, |cipher| cipher.nonce[1..5].fill(0))),
    Defect::agent(
        Codec,
        "agent_leaves_the_header_open",
        &["NCP-ENC-005"],
        "The Agent seals its payloads without their headers.",
    )
    .outgoing(|edit, _| again(edit, |cipher| cipher.bare = true)),
    Defect::node(
        Codec,
        "node_leaves_the_header_open",
        &["NCP-ENC-005"],
        "The Node seals its payloads without their headers.",
    )
    .outgoing(|edit, _| again(edit, |cipher| cipher.bare = true)),
    Defect::agent(
        Machine,
        "agent_seals_with_the_last_cipher",
        &["NCP-ENC-017"],
        "Of two ciphers in the reply the Agent uses the last one.",
    )
    .incoming(|edit, memory| note_ciphers(edit, memory))
    .outgoing(|edit, memory| {
        if memory.number > 1 {
            again(edit, other);
        }
    }),
    Defect::node(
        Machine,
        "node_seals_with_the_last_cipher",
        &["NCP-ENC-017"],
        "Of two ciphers in the reply the Node uses the last one.",
    )
    .outgoing(|edit, memory| {
        note_ciphers(edit, memory);
        if memory.number > 1 {
            again(edit, other);
        }
    }),
    Defect::agent(
        Machine,
        "agent_seals_with_its_favourite",
        &["NCP-ENC-007"],
        "The Agent seals with the cipher that the reply does not name.",
    )
    .incoming(|edit, memory| note_ciphers(edit, memory))
    .outgoing(|edit, memory| {
        if memory.number == 1 {
            again(edit, other);
        }
    }),
    Defect::node(
        Machine,
        "node_seals_with_its_favourite",
        &["NCP-ENC-007"],
        "The Node seals with the cipher that its reply does not name.",
    )
    .outgoing(|edit, memory| {
        note_ciphers(edit, memory);
        if memory.number == 1 {
            again(edit, other);
        }
    }),
    Defect::node(
        Machine,
        "node_seals_unasked",
        &["NCP-ENC-008"],
        "The Node seals its frames although nothing was agreed.",
    )
    .outgoing(unasked),
    Defect::agent(
        Machine,
        "agent_seals_unasked",
        &["NCP-ENC-008"],
        "The Agent seals its frames although it offered no cipher.",
    )
    .outgoing(|edit, memory| {
        if edit.is(FrameType::Hello) {
            memory.number = 1;
        } else if memory.number == 1 {
            unasked(edit, memory);
        }
    }),
    Defect::agent(
        Codec,
        "agent_marks_plain_frames",
        &["NCP-HDR-012", "NCP-ENC-008"],
        "The Agent marks its ActionFrames as encrypted although they are not.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Action) && !edit.header().is_sealed() {
            edit.bytes[1] |= ENC;
        }
    }),
    Defect::node(
        Codec,
        "node_marks_plain_frames",
        &["NCP-HDR-012", "NCP-ENC-008"],
        "The Node marks its answers as encrypted although they are not.",
    )
    .outgoing(|edit, _| {
        if edit.is(FrameType::Caps) && !edit.is_reply() && !edit.header().is_sealed() {
            edit.bytes[1] |= ENC;
        }
    }),
    Defect::node(
        Machine,
        "node_drops_what_it_cannot_open",
        &["NCP-ENC-009"],
        "An encrypted frame without a cipher in force is dropped without a word.",
    )
    .incoming(drop_sealed),
    Defect::agent(
        Machine,
        "agent_drops_what_it_cannot_open",
        &["NCP-ENC-009"],
        "The Agent drops an encrypted frame without a cipher in force and says nothing.",
    )
    .incoming(drop_sealed),
    Defect::node(
        Machine,
        "node_opens_what_was_not_agreed",
        &["NCP-ENC-010"],
        "An encrypted frame is answered with an error where nothing was agreed, and used all the \
         same.",
    )
    .incoming(use_sealed),
    Defect::agent(
        Machine,
        "agent_opens_what_was_not_agreed",
        &["NCP-ENC-010"],
        "The Agent uses an encrypted frame although nothing was agreed.",
    )
    .incoming(use_sealed),
    Defect::node(
        Machine,
        "node_has_no_word_for_a_wrong_tag",
        &["NCP-ENC-011"],
        "A tag that does not fit is reported as a malformed frame.",
    )
    .outgoing(|edit, _| reword(edit, NCP_ENC_AUTH_FAILED, NPS_CLIENT_BAD_FRAME)),
    Defect::agent(
        Machine,
        "agent_confuses_the_codes_of_ciphers",
        &["NCP-ENC-011", "NCP-ENC-016"],
        "The Agent reports a tag that does not fit as a cipher that was not agreed.",
    )
    .outgoing(|edit, _| reword(edit, NCP_ENC_AUTH_FAILED, NCP_ENC_NOT_NEGOTIATED)),
    Defect::node(
        Machine,
        "node_takes_short_payloads_as_plain",
        &["NCP-ENC-016"],
        "Fewer than 28 bytes under the flag ENC are read as a plain payload.",
    )
    .incoming(|edit, _| {
        if edit.header().is_sealed() && (edit.header().len as usize) < OVERHEAD {
            edit.bytes[1] &= !ENC;
        }
    }),
    Defect::node(
        Machine,
        "node_demands_ciphertext_in_development",
        &["NCP-ENC-013"],
        "In development too the Node refuses frames that are left open.",
    )
    .setup(|setup| setup.development = false),
    Defect::agent(
        Machine,
        "agent_demands_ciphertext_in_development",
        &["NCP-ENC-013"],
        "In development too the Agent refuses frames that are left open.",
    )
    .setup(|setup| setup.development = false),
    Defect::node(
        Machine,
        "plaintext_goes_unnoticed",
        &["NCP-ENC-014"],
        "The Node does not note frames that are left open although there is a cipher.",
    )
    .told(|telling, _| {
        if matches!(&telling.what, Event::Noticed { what, .. } if what == "plaintext") {
            telling.withhold();
        }
    }),
    Defect::agent(
        Machine,
        "agent_overlooks_plaintext",
        &["NCP-ENC-014"],
        "The Agent does not note frames that are left open although there is a cipher.",
    )
    .told(|telling, _| {
        if matches!(&telling.what, Event::Noticed { what, .. } if what == "plaintext") {
            telling.withhold();
        }
    }),
    Defect::agent(
        Machine,
        "hello_is_sealed",
        &["NCP-HELLO-003"],
        "The Agent seals its HelloFrame if it has a key.",
    )
    .outgoing(|edit, _| {
        if let (true, Some(key)) = (edit.is(FrameType::Hello), edit.key.cloned()) {
            let algorithm = Algorithm::Aes256Gcm;
            edit.seal(&Cipher { algorithm, key, nonce: [9; 12], bare: false });
        }
    }),
];

/// Seals a sealed frame once more, with a change.
fn again(edit: &mut Edit<'_>, change: fn(&mut Cipher)) {
    if let (Some((_, Some((algorithm, nonce)))), Some(key)) = (edit.open(), edit.key) {
        let mut cipher = Cipher { algorithm, key: key.clone(), nonce, bare: false };
        change(&mut cipher);
        edit.seal(&cipher);
    }
}

fn other(cipher: &mut Cipher) {
    cipher.algorithm = match cipher.algorithm {
        Algorithm::Aes256Gcm => Algorithm::ChaCha20Poly1305,
        Algorithm::ChaCha20Poly1305 => Algorithm::Aes256Gcm,
    };
}

/// How many ciphers the reply names.
fn note_ciphers(edit: &Edit<'_>, memory: &mut Memory) {
    if edit.is_reply() {
        let named = edit.get("data.0.e2e_enc_algorithms");
        memory.number = named.as_array().map_or(0, Vec::len) as u64;
    }
}

fn short_length(edit: &mut Edit<'_>) {
    let mut header = edit.header();
    if header.is_sealed() && !header.is_ext() {
        header.len -= OVERHEAD as u32;
        let mut head = Vec::new();
        Header::write(&header, &mut head);
        edit.bytes[..head.len()].copy_from_slice(&head);
    }
}

/// Seals a frame with the secret of the tests, under a nonce of its own.
fn unasked(edit: &mut Edit<'_>, memory: &mut Memory) {
    let handshake = edit.is(FrameType::Hello) || edit.is_reply() || edit.is(FrameType::Error);
    if handshake || edit.header().is_sealed() {
        return;
    }
    if let Some(key) = Key::from_hex(TEST_KEY) {
        let mut nonce = [0xEE; 12];
        nonce[4..].copy_from_slice(&memory.count("sealed").to_be_bytes());
        edit.seal(&Cipher { algorithm: Algorithm::Aes256Gcm, key, nonce, bare: false });
    }
}

/// Whether the frame is sealed where nothing was agreed.
fn is_out_of_place(edit: &Edit<'_>, memory: &mut Memory) -> bool {
    edit.header().is_sealed() && memory.setup.algorithms.is_empty()
}

fn drop_sealed(edit: &mut Edit<'_>, memory: &mut Memory) {
    if is_out_of_place(edit, memory) {
        edit.withhold();
    }
}

fn use_sealed(edit: &mut Edit<'_>, memory: &mut Memory) {
    let key = Key::from_hex(TEST_KEY);
    if !is_out_of_place(edit, memory) || edit.is(FrameType::Hello) {
        return;
    }
    let bytes = edit.bytes.clone();
    let Some((header, len)) = Header::read(&bytes) else { return };
    let (head, payload) = bytes.split_at(len);
    let opened = key.and_then(|key| {
        let mut all = Algorithm::ALL.into_iter();
        all.find_map(|algorithm| seal::open(algorithm, &key, head, payload).ok())
    });
    if let Some(plain) = opened {
        edit.bytes.clear();
        let (flags, len) = (header.flags & !ENC, plain.len() as u32);
        Header { flags, len, ..header }.write(edit.bytes);
        edit.bytes.extend(plain);
        edit.added.replies.push(frames::error(NCP_ENC_NOT_NEGOTIATED, Tier::Json));
    }
}

/// Another code in an ErrorFrame, with the status of the other one.
pub fn reword(edit: &mut Edit<'_>, from: &str, to: &str) {
    if edit.is(FrameType::Error) && edit.text("error") == from {
        edit.set("error", to.into());
        edit.set("status", status_of(to).unwrap_or(to).into());
    }
}
