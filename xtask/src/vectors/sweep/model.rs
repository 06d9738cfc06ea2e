//! A sweep: one valid vector and every broken form of it, in groups of one kind of fault.

use super::numbers;
use std::fmt::Write as _;

/// What the cases of a group do to the bytes of the base; one case for each number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Bit `n` of the field is turned over.
    Bits,
    /// The field becomes `n`.
    Values,
    /// `n` zero bytes are put in before `at`, or that many taken away, and each of the length
    /// fields (offset and width) says so.
    By(Vec<(usize, usize)>),
}

/// Broken forms that are refused for the same reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What is broken, below the id of the base.
    pub name: String,
    /// Why these are refused.
    pub note: String,
    /// Offset of the field, or of the place where bytes come or go.
    pub at: usize,
    /// Width of the field.
    pub width: usize,
    /// What is done.
    pub edit: Edit,
    /// With which numbers.
    pub numbers: Vec<i128>,
    /// How a case is refused.
    pub refusal: Refusal,
}

/// How the cases of a group are refused, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// Kind of the fault.
    pub kind: &'static str,
    /// Part of the packet.
    pub layer: &'static str,
    /// Other kinds that are right as well.
    pub also: Vec<&'static str>,
    /// Requirements without their prefix, the most telling first.
    pub requirements: Vec<String>,
    /// The reading it rests on.
    pub reading: Option<String>,
    /// Only a whole endpoint must refuse it.
    pub endpoint: bool,
}

/// The groups of one base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Id of the base.
    pub base: String,
    /// Where the ids of a dialogue stand in it: name, offset, width.
    pub places: Vec<(&'static str, usize, usize)>,
    /// The groups.
    pub groups: Vec<Group>,
}

impl Refusal {
    /// `malformed_body` in `layer`.
    pub fn malformed(layer: &'static str, requirements: &[&str]) -> Self {
        Self::of("malformed_body", layer, requirements)
    }

    /// A refusal of that kind.
    pub fn of(kind: &'static str, layer: &'static str, requirements: &[&str]) -> Self {
        let requirements = requirements.iter().map(|id| (*id).to_owned()).collect();
        Self { kind, layer, requirements, ..Self::default() }
    }

    /// The same, resting on a reading, if there is one.
    pub fn read(mut self, reading: Option<&str>) -> Self {
        self.reading = reading.map(str::to_owned);
        self
    }

    /// The same with other kinds that are right as well.
    pub fn or(mut self, also: &[&'static str]) -> Self {
        self.also = also.to_vec();
        self
    }
}

impl Group {
    /// Bytes that come or go before `at`, with their length fields.
    pub fn by(
        name: &str,
        note: &str,
        at: usize,
        lengths: &[(usize, usize)],
        numbers: Vec<i128>,
        refusal: Refusal,
    ) -> Self {
        let (name, note, edit) = (name.to_owned(), note.to_owned(), Edit::By(lengths.to_vec()));
        Self { name, note, at, width: 0, edit, numbers, refusal }
    }

    /// A field that becomes each of `numbers`, or each of whose bits is turned over.
    pub fn field(
        (name, note): (&str, &str),
        (at, width): (usize, usize),
        edit: Edit,
        numbers: Vec<i128>,
        refusal: Refusal,
    ) -> Self {
        Self { name: name.to_owned(), note: note.to_owned(), at, width, edit, numbers, refusal }
    }
}

/// The text of a file. It is written by hand so that a group is one line.
pub fn text(sweeps: &[Sweep]) -> String {
    let mut out = String::from(
        "{\n  \"format\": \"wireproof-sweeps/1\",\n  \"protocol\": \"nnrp-1-preview3\",\n  \
         \"kind_reading\": \"R-13\",\n  \"sweeps\": [\n",
    );
    for (index, sweep) in sweeps.iter().enumerate() {
        let places: Vec<String> = sweep
            .places
            .iter()
            .map(|(name, at, width)| {
                format!("{{\"name\": \"{name}\", \"at\": {at}, \"width\": {width}}}")
            })
            .collect();
        let _ = write!(
            out,
            "    {{\n      \"base\": \"{}\",\n      \"places\": [{}],\n      \"groups\": [\n",
            sweep.base,
            places.join(", ")
        );
        let groups: Vec<String> =
            sweep.groups.iter().map(|group| line(&sweep.base, group)).collect();
        out.push_str(&groups.join(",\n"));
        let end = if index + 1 == sweeps.len() { "" } else { "," };
        let _ = write!(out, "\n      ]\n    }}{end}\n");
    }
    out.push_str("  ]\n}\n");
    out
}

fn line(base: &str, group: &Group) -> String {
    let refusal = &group.refusal;
    let numbers = numbers::write(&group.numbers);
    let edit = match &group.edit {
        Edit::Bits => format!("\"width\": {}, \"bits\": \"{numbers}\"", group.width),
        Edit::Values => format!("\"width\": {}, \"values\": \"{numbers}\"", group.width),
        Edit::By(lengths) => {
            let lengths: Vec<String> =
                lengths.iter().map(|(at, width)| format!("[{at}, {width}]")).collect();
            format!("\"lengths\": [{}], \"by\": \"{numbers}\"", lengths.join(", "))
        }
    };
    let quoted = |list: &[String]| {
        list.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
    };
    let mut error = format!("\"kind\": \"{}\", \"layer\": \"{}\"", refusal.kind, refusal.layer);
    if !refusal.also.is_empty() {
        let also: Vec<String> = refusal.also.iter().map(|kind| (*kind).to_owned()).collect();
        let _ = write!(error, ", \"also\": [{}]", quoted(&also));
    }
    let ids: Vec<String> = refusal.requirements.iter().map(|id| format!("NNRP-{id}")).collect();
    let reading = match &refusal.reading {
        Some(reading) => format!(", \"reading\": \"{reading}\""),
        None => String::new(),
    };
    let level = if refusal.endpoint { ", \"level\": \"endpoint\"" } else { "" };
    format!(
        "        {{\"id\": \"sweep.{base}.{}\", \"note\": \"{}\", \"at\": {}, {edit}, \
         \"error\": {{{error}}}, \"requirements\": [{}]{reading}{level}}}",
        group.name,
        group.note,
        group.at,
        quoted(&ids)
    )
}
