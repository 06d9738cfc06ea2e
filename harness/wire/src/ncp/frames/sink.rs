//! Where the members of a typed frame go: into a tree, a count, or the bytes of either encoding.

use super::anchor::Anchor;
use super::item::Typed;
use crate::ncp::frame_type::FrameType;
use crate::ncp::tier::{Unsendable, json, msgpack};
use crate::ncp::value::{Name, Value};
use alloc::string::String;
use alloc::vec::Vec;
use rmp::encode::{self, ByteBuf};

/// What a member holds, borrowed.
#[derive(Clone, Copy)]
pub(crate) enum Leaf<'a> {
    Text(&'a str),
    Uint(u64),
    Int(i64),
    Bool(bool),
    Texts(&'a [String]),
    Values(&'a [Value]),
    Value(&'a Value),
    Anchor(&'a Anchor),
}

/// Takes members in the order of their names.
pub(crate) trait Sink {
    fn member(&mut self, name: &'static str, leaf: Leaf<'_>);
}

/// Collects members into an object.
#[derive(Default)]
pub(crate) struct Tree(Vec<(Name, Value)>);

impl Tree {
    pub(crate) fn finish(self) -> Value {
        Value::Map(self.0)
    }
}

impl Sink for Tree {
    fn member(&mut self, name: &'static str, leaf: Leaf<'_>) {
        let value = match leaf {
            Leaf::Text(text) => Value::from(text),
            Leaf::Uint(number) => Value::Uint(number),
            Leaf::Int(number) => u64::try_from(number).map_or(Value::Int(number), Value::Uint),
            Leaf::Bool(truth) => Value::Bool(truth),
            Leaf::Texts(texts) => {
                Value::Array(texts.iter().map(|text| Value::from(text.as_str())).collect())
            }
            Leaf::Values(values) => Value::Array(values.to_vec()),
            Leaf::Value(value) => value.clone(),
            Leaf::Anchor(anchor) => {
                let mut tree = Self::default();
                let mut inner = Framed { sink: &mut tree, kind: Some(FrameType::Anchor) };
                anchor.each(&mut inner);
                inner.finish();
                tree.finish()
            }
        };
        self.0.push((name.into(), value));
    }
}

/// Puts `frame` among the members where its name belongs.
struct Framed<'a, S> {
    sink: &'a mut S,
    kind: Option<FrameType>,
}

impl<S: Sink> Framed<'_, S> {
    fn finish(&mut self) {
        if let Some(kind) = self.kind.take() {
            self.sink.member("frame", Leaf::Text(kind.token()));
        }
    }
}

impl<S: Sink> Sink for Framed<'_, S> {
    fn member(&mut self, name: &'static str, leaf: Leaf<'_>) {
        if name > "frame" {
            self.finish();
        }
        self.sink.member(name, leaf);
    }
}

/// Counts members.
#[derive(Default)]
pub(crate) struct Count(pub(crate) u32);

impl Sink for Count {
    #[inline]
    fn member(&mut self, _: &'static str, _: Leaf<'_>) {
        self.0 += 1;
    }
}

/// Writes Tier-1, `frame` among the members where its name belongs.
pub(crate) struct JsonWriter<'a> {
    out: &'a mut Vec<u8>,
    kind: Option<FrameType>,
    depth: u32,
    /// What could not be written.
    pub(crate) result: Result<(), Unsendable>,
}

impl<'a> JsonWriter<'a> {
    /// Writes a whole object.
    pub(crate) fn object<T: Typed>(
        frame: &T,
        kind: Option<FrameType>,
        depth: u32,
        out: &'a mut Vec<u8>,
    ) -> Result<(), Unsendable> {
        let depth = depth.checked_sub(1).ok_or(Unsendable::TooDeep)?;
        let start = out.len();
        let mut writer = JsonWriter { out, kind, depth, result: Ok(()) };
        frame.each(&mut writer);
        writer.frame();
        let JsonWriter { out, result, .. } = writer;
        // Every member brought a comma in front of it; the first one opens the object.
        match out.get_mut(start) {
            Some(first) => *first = b'{',
            None => out.push(b'{'),
        }
        out.push(b'}');
        result
    }

    fn frame(&mut self) {
        if let Some(kind) = self.kind.take() {
            self.out.extend_from_slice(b",\"frame\":\"");
            self.out.extend_from_slice(kind.token().as_bytes());
            self.out.push(b'"');
        }
    }
}

impl Sink for JsonWriter<'_> {
    #[inline]
    fn member(&mut self, name: &'static str, leaf: Leaf<'_>) {
        if self.kind.is_some() && name > "frame" {
            self.frame();
        }
        let out = &mut *self.out;
        // Names of members need no escapes.
        out.extend_from_slice(b",\"");
        out.extend_from_slice(name.as_bytes());
        out.extend_from_slice(b"\":");
        let result = match leaf {
            Leaf::Text(text) => {
                json::write_text(text, out);
                Ok(())
            }
            Leaf::Uint(number) => {
                json::put(&number, out);
                Ok(())
            }
            Leaf::Int(number) => {
                json::put(&number, out);
                Ok(())
            }
            Leaf::Bool(truth) => {
                json::write_bool(truth, out);
                Ok(())
            }
            Leaf::Texts(texts) => {
                json::write_texts(texts, out);
                Ok(())
            }
            Leaf::Values(values) => json::write_items(values, out, self.depth),
            Leaf::Value(value) => json::write(value, out, self.depth),
            Leaf::Anchor(anchor) => {
                JsonWriter::object(anchor, Some(FrameType::Anchor), self.depth, out)
            }
        };
        self.result = self.result.and(result);
    }
}

/// Writes Tier-2, `frame` among the members where its name belongs.
pub(crate) struct PackWriter<'a> {
    out: &'a mut ByteBuf,
    kind: Option<FrameType>,
    depth: u32,
    /// What could not be written.
    pub(crate) result: Result<(), Unsendable>,
}

impl<'a> PackWriter<'a> {
    /// Writes a whole map.
    pub(crate) fn object<T: Typed>(
        frame: &T,
        kind: Option<FrameType>,
        depth: u32,
        out: &'a mut ByteBuf,
    ) -> Result<(), Unsendable> {
        let depth = depth.checked_sub(1).ok_or(Unsendable::TooDeep)?;
        let mut count = Count(u32::from(kind.is_some()));
        frame.each(&mut count);
        msgpack::sure(encode::write_map_len(out, count.0).map(drop));
        let mut writer = PackWriter { out, kind, depth, result: Ok(()) };
        frame.each(&mut writer);
        writer.frame();
        writer.result
    }

    fn frame(&mut self) {
        if let Some(kind) = self.kind.take() {
            msgpack::sure(encode::write_str(self.out, "frame"));
            msgpack::sure(encode::write_uint(self.out, kind.to_u8().into()).map(drop));
        }
    }
}

impl Sink for PackWriter<'_> {
    #[inline]
    fn member(&mut self, name: &'static str, leaf: Leaf<'_>) {
        if self.kind.is_some() && name > "frame" {
            self.frame();
        }
        let out = &mut *self.out;
        msgpack::sure(encode::write_str(out, name));
        let result = match leaf {
            Leaf::Text(text) => msgpack::write_text(text, out),
            Leaf::Uint(number) => {
                msgpack::sure(encode::write_uint(out, number).map(drop));
                Ok(())
            }
            Leaf::Int(number) => {
                msgpack::sure(encode::write_sint(out, number).map(drop));
                Ok(())
            }
            Leaf::Bool(truth) => {
                msgpack::sure(encode::write_bool(out, truth));
                Ok(())
            }
            Leaf::Texts(texts) => write_texts(texts, out),
            Leaf::Values(values) => msgpack::write_items(values, out, self.depth),
            Leaf::Value(value) => msgpack::write(value, out, self.depth),
            Leaf::Anchor(anchor) => {
                PackWriter::object(anchor, Some(FrameType::Anchor), self.depth, out)
            }
        };
        self.result = self.result.and(result);
    }
}

fn write_texts(texts: &[String], out: &mut ByteBuf) -> Result<(), Unsendable> {
    msgpack::sure(encode::write_array_len(out, msgpack::fits(texts.len())?).map(drop));
    texts.iter().try_for_each(|text| msgpack::write_text(text, out))
}
