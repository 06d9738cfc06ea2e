//! Event and frame patterns.

use super::Reader;
use crate::scenario::format::{Key, Node, Tree};
use crate::scenario::pattern::{EventPattern, FramePattern, Literal};
use crate::scenario::shape::Shape;
use serde_json::Value;
use wireproof_driver::{FrameError, FrameSpec};

impl Reader<'_> {
    /// `ready`, or `{opened: {resumed: false}}`.
    pub(super) fn event_pattern(&mut self, node: &Node) -> Option<EventPattern> {
        let (name, place, fields) = match &node.value {
            Tree::Text(name) => (name, &node.place, None),
            Tree::Map(entries) if entries.len() == 1 => {
                (&entries[0].0.name, &entries[0].0.place, Some(&entries[0].1))
            }
            _ => {
                self.wrong_type(node, "the name of an event, or a mapping from it to its fields");
                return None;
            }
        };
        let shapes = self.shapes;
        let Some(shape) = shapes.event.get(name) else {
            self.unknown_name(place, "event", name, shapes.event.names());
            return None;
        };
        let fields = fields.map_or(Some(vec![]), |node| self.event_fields(node, name, shape))?;
        Some(EventPattern { name: name.clone(), fields })
    }

    fn event_fields(
        &mut self,
        node: &Node,
        event: &str,
        shape: &Shape,
    ) -> Option<Vec<(String, Literal)>> {
        let known = shape.names();
        let of = format!("event `{event}`");
        self.fields(node, &of, &known)?;
        let mut fields = Vec::new();
        for (key, value) in node.entries() {
            if let Some(shape) = shape.get(&key.name) {
                fields.push((key.name.clone(), self.literal(&key.name, value, shape)?));
            }
        }
        Some(fields)
    }

    fn literal(&mut self, field: &str, node: &Node, shape: &Shape) -> Option<Literal> {
        let literal = match (shape, &node.value) {
            (Shape::Option(shape), _) => return self.literal(field, node, shape),
            (Shape::Bool, Tree::Bool(value)) => Literal::Bool(*value),
            (Shape::Unsigned(most), Tree::Int(value, _))
                if (0..=i128::from(*most)).contains(value) =>
            {
                Literal::Number(*value)
            }
            (Shape::Signed, Tree::Int(value, _)) => Literal::Number(*value),
            (Shape::Unsigned(_) | Shape::Signed, Tree::Text(name)) => {
                let Some(number) = self.number_in(field, name) else {
                    self.unknown_name(&node.place, "number", name, []);
                    return None;
                };
                Literal::Number(number.into())
            }
            (Shape::Enum(_), Tree::Text(name)) if shape.get(name).is_some() => {
                Literal::Text(name.clone())
            }
            (Shape::Enum(_), Tree::Text(name)) => {
                self.unknown_name(&node.place, "value", name, shape.names());
                return None;
            }
            (Shape::Text, _) if node.text().is_some() => {
                Literal::Text(node.text().unwrap_or_default().to_owned())
            }
            _ => {
                self.wrong_type(node, &describe(shape));
                return None;
            }
        };
        Some(literal)
    }

    /// `frame` and `where` of an expectation.
    pub(super) fn frame_pattern(
        &mut self,
        frame: &Node,
        fields: Option<&Node>,
    ) -> Option<FramePattern> {
        let name = self.text(frame)?;
        if let Err(FrameError::UnknownFrame { suggestion, .. }) = self.try_frame(&name, None) {
            self.unknown_name(&frame.place, "frame", &name, suggestion.as_deref());
            return None;
        }
        let mut pattern = FramePattern { frame: name, fields: vec![] };
        let Some(fields) = fields else { return Some(pattern) };
        if !matches!(fields.value, Tree::Map(_)) {
            self.wrong_type(fields, "a mapping from fields to values");
            return None;
        }
        for (key, value) in fields.entries() {
            self.where_field(&mut pattern, key, value);
        }
        Some(pattern)
    }

    fn where_field(&mut self, pattern: &mut FramePattern, key: &Key, value: &Node) {
        // Contents of bodies have no fixed fields; everything else can be set, and so be known.
        if !key.name.starts_with("body.")
            && let Err(FrameError::UnknownField { suggestion, .. }) =
                self.try_frame(&pattern.frame, Some(&key.name))
        {
            let of = format!("frame `{}`", pattern.frame);
            let known: Vec<&str> = suggestion.as_deref().into_iter().collect();
            self.unknown_key(key, &of, &known);
            return;
        }
        let mut json = value.json();
        if let Tree::Text(name) = &value.value {
            match self.number_in(&key.name, name) {
                Some(number) => json = Value::from(number),
                // Bytes of a body, and numbers beyond 2^53, are texts of digits.
                None if key.name.starts_with("body.") || is_digits(name) => {}
                None if (self.vocabulary.holds_text)(&key.name) => {}
                None => {
                    self.unknown_name(&value.place, "number", name, []);
                    return;
                }
            }
        }
        pattern.fields.push((key.name.clone(), json));
    }

    /// The number behind `name` where it stands as the value of `field`.
    fn number_in(&self, field: &str, name: &str) -> Option<u64> {
        let number = self.vocabulary.number;
        number(&format!("{field}.{name}")).or_else(|| number(name))
    }

    /// Lets the protocol try to build a frame, only to learn whether it knows the names.
    fn try_frame(&self, frame: &str, field: Option<&str>) -> Result<(), FrameError> {
        let mut spec = FrameSpec::default();
        spec.rest.insert("frame".into(), frame.into());
        if let Some(field) = field {
            spec.rest.insert(
                "set".into(),
                Value::Object([(field.into(), 0.into())].into_iter().collect()),
            );
        }
        (self.vocabulary.check_frame)(&spec)
    }
}

fn describe(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "true or false".into(),
        Shape::Unsigned(most) => format!("a whole number from 0 to {most}"),
        Shape::Signed => "a whole number".into(),
        Shape::Enum(_) => "a name".into(),
        Shape::Text => "text".into(),
        _ => "nothing: this field cannot be compared".into(),
    }
}

/// Whether a text is made of hexadecimal digits alone.
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
