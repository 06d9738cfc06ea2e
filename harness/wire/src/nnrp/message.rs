//! The 25 message types and their metadata, NNRP §6.2B.

use super::cache::{CacheAck, CacheInvalidate, CachePut};
use super::error::Error;
use super::flow::FlowUpdate;
use super::hello::{ClientHello, ServerHelloAck};
use super::layout::{Field, Layout};
use super::patch::{SessionPatch, SessionPatchAck};
use super::result::{ResultHint, ResultPush};
use super::session::{SessionClose, SessionCloseAck, SessionOpen, SessionOpenAck};
use super::submit::FrameSubmit;
use super::transport::{SessionMigrate, SessionMigrateAck, TransportProbe, TransportProbeAck};
use super::violation::Violation;
use alloc::vec::Vec;

/// Never inlined: each type writes straight into the result and needs few registers.
#[inline(never)]
fn admitted<M: Layout + Into<Metadata>>(bytes: &[u8]) -> Option<Metadata> {
    M::read(bytes).filter(Layout::admitted).map(Into::into)
}

macro_rules! messages {
    ($($variant:ident = $value:literal, $name:literal $(, $meta:ident)?;)*) => {
        /// Selects metadata and body layout of a packet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum MessageType {
            $(#[doc = concat!("`", $name, "`")] $variant = $value,)*
        }

        impl MessageType {
            /// Every assigned type, in numeric order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The type with this number, if it is assigned (NNRP-HDR-005).
            #[inline]
            pub const fn from_u8(value: u8) -> Option<Self> {
                match value {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }

            /// Name as in the protocol text.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The type called `name` in the protocol text.
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }

            /// Fixed metadata length in bytes (NNRP-HDR-007).
            #[inline]
            pub const fn metadata_len(self) -> usize {
                match self { $(Self::$variant => messages!(@len $($meta)?),)* }
            }

            /// The metadata fields in offset order.
            pub const fn fields(self) -> &'static [Field] {
                match self { $(Self::$variant => messages!(@fields $($meta)?),)* }
            }
        }

        /// The fixed metadata of a packet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Metadata {
            $(#[doc = concat!("Of `", $name, "`.")] $variant $(($meta))?,)*
        }

        impl Metadata {
            /// The message type it belongs to.
            #[inline]
            pub const fn message_type(&self) -> MessageType {
                match self { $(messages!(@pat $variant $($meta)?) => MessageType::$variant,)* }
            }

            /// Reads metadata of `kind` without checking values; `None` if too short.
            #[inline]
            pub fn read(kind: MessageType, bytes: &[u8]) -> Option<Self> {
                match kind {
                    $(MessageType::$variant => messages!(@read $variant, bytes $(, $meta)?),)*
                }
            }

            /// All fields zero.
            pub fn zero(kind: MessageType) -> Self {
                match kind {
                    $(MessageType::$variant => messages!(@zero $variant $(, $meta)?),)*
                }
            }

            /// Appends the fixed metadata.
            #[inline]
            pub fn write(&self, out: &mut Vec<u8>) {
                match self {
                    $(messages!(@bind $variant, meta $(, $meta)?) =>
                        messages!(@call write, meta, out $(, $meta)?),)*
                }
            }

            /// Checks every field on its own; offsets count from the start of the metadata.
            #[inline]
            pub fn check(&self) -> Result<(), Violation> {
                match self {
                    $(messages!(@bind $variant, meta $(, $meta)?) =>
                        messages!(@check meta $(, $meta)?),)*
                }
            }

            /// Reads metadata of `kind` that [`Metadata::check`] accepts; `None` otherwise.
            #[inline]
            pub(super) fn read_admitted(kind: MessageType, bytes: &[u8]) -> Option<Self> {
                match kind {
                    $(MessageType::$variant =>
                        messages!(@read_admitted $variant, bytes $(, $meta)?),)*
                }
            }

            /// Value of the field called `name`.
            pub fn get(&self, name: &str) -> Option<u64> {
                match self {
                    $(messages!(@bind $variant, meta $(, $meta)?) =>
                        messages!(@get meta, name $(, $meta)?),)*
                }
            }

            /// Sets the field called `name`, cut to its width; `false` if there is none.
            pub fn set(&mut self, name: &str, value: u64) -> bool {
                match self {
                    $(messages!(@bind $variant, meta $(, $meta)?) =>
                        messages!(@set meta, name, value $(, $meta)?),)*
                }
            }
        }

        $($(
            impl From<$meta> for Metadata {
                fn from(meta: $meta) -> Self {
                    Self::$variant(meta)
                }
            }
        )?)*
    };
    (@len) => { 0 };
    (@len $meta:ident) => { <$meta as Layout>::LEN };
    (@fields) => { &[] };
    (@fields $meta:ident) => { <$meta as Layout>::FIELDS };
    (@pat $variant:ident) => { Self::$variant };
    (@pat $variant:ident $meta:ident) => { Self::$variant(_) };
    (@bind $variant:ident, $m:ident) => { Self::$variant };
    (@bind $variant:ident, $m:ident, $meta:ident) => { Self::$variant($m) };
    (@read $variant:ident, $bytes:ident) => { Some(Self::$variant) };
    (@read $variant:ident, $bytes:ident, $meta:ident) => {
        <$meta as Layout>::read($bytes).map(Self::$variant)
    };
    (@zero $variant:ident) => { Self::$variant };
    (@zero $variant:ident, $meta:ident) => { Self::$variant(<$meta>::default()) };
    (@call $fun:ident, $m:ident, $out:ident) => { () };
    (@call $fun:ident, $m:ident, $out:ident, $meta:ident) => { $m.$fun($out) };
    (@check $m:ident) => { Ok(()) };
    (@check $m:ident, $meta:ident) => { $m.check() };
    (@read_admitted $variant:ident, $bytes:ident) => { Some(Self::$variant) };
    (@read_admitted $variant:ident, $bytes:ident, $meta:ident) => {
        admitted::<$meta>($bytes)
    };
    (@get $m:ident, $name:ident) => { None };
    (@get $m:ident, $name:ident, $meta:ident) => { $m.get($name) };
    (@set $m:ident, $name:ident, $value:ident) => { false };
    (@set $m:ident, $name:ident, $value:ident, $meta:ident) => { $m.set($name, $value) };
}

messages! {
    ClientHello = 0x01, "CLIENT_HELLO", ClientHello;
    ServerHelloAck = 0x02, "SERVER_HELLO_ACK", ServerHelloAck;
    SessionPatch = 0x03, "SESSION_PATCH", SessionPatch;
    SessionPatchAck = 0x04, "SESSION_PATCH_ACK", SessionPatchAck;
    Close = 0x05, "CLOSE";
    Error = 0x06, "ERROR", Error;
    SessionOpen = 0x07, "SESSION_OPEN", SessionOpen;
    SessionOpenAck = 0x08, "SESSION_OPEN_ACK", SessionOpenAck;
    SessionClose = 0x09, "SESSION_CLOSE", SessionClose;
    SessionCloseAck = 0x0A, "SESSION_CLOSE_ACK", SessionCloseAck;
    FrameSubmit = 0x10, "FRAME_SUBMIT", FrameSubmit;
    FrameCancel = 0x11, "FRAME_CANCEL";
    ResultPush = 0x12, "RESULT_PUSH", ResultPush;
    ResultDrop = 0x13, "RESULT_DROP";
    CachePut = 0x14, "CACHE_PUT", CachePut;
    CacheAck = 0x15, "CACHE_ACK", CacheAck;
    CacheInvalidate = 0x16, "CACHE_INVALIDATE", CacheInvalidate;
    FlowUpdate = 0x17, "FLOW_UPDATE", FlowUpdate;
    ResultHint = 0x18, "RESULT_HINT", ResultHint;
    TransportProbe = 0x19, "TRANSPORT_PROBE", TransportProbe;
    TransportProbeAck = 0x1A, "TRANSPORT_PROBE_ACK", TransportProbeAck;
    SessionMigrate = 0x1B, "SESSION_MIGRATE", SessionMigrate;
    SessionMigrateAck = 0x1C, "SESSION_MIGRATE_ACK", SessionMigrateAck;
    Ping = 0x20, "PING";
    Pong = 0x21, "PONG";
}
