//! A sweep: one valid frame and every broken form of it, in groups of one kind of fault.

use crate::vectors::sweep::numbers;
use std::fmt::Write as _;

/// What the cases of a group do to the bytes of the base; one case for each number or form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The field of that width becomes each of these.
    Values(usize, Vec<i128>),
    /// So many zero bytes are put in before the place, or that many taken away. `true`: the header
    /// says so.
    By(bool, Vec<i128>),
    /// So many bytes give way to each of these, and the header says so.
    Forms(usize, Vec<Vec<u8>>),
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
    /// What is done.
    pub edit: Edit,
    /// How a case is refused.
    pub refusal: Refusal,
}

/// How the cases of a group are refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Code, or what stands for one.
    pub kind: &'static str,
    /// Part of the frame.
    pub layer: &'static str,
    /// Other codes that are right as well.
    pub also: Vec<&'static str>,
    /// Requirements, the most telling first.
    pub requirements: Vec<&'static str>,
    /// The reading it rests on.
    pub reading: Option<&'static str>,
}

/// The groups of one base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// Id of the base.
    pub base: String,
    /// The groups.
    pub groups: Vec<Group>,
}

impl Refusal {
    /// A refusal in the header.
    pub fn header(kind: &'static str, requirements: &[&'static str]) -> Self {
        let requirements = requirements.to_vec();
        Self { kind, layer: "header", also: Vec::new(), requirements, reading: None }
    }

    /// A payload that is malformed (OP-05).
    pub fn payload(requirements: &[&'static str]) -> Self {
        let requirements = requirements.to_vec();
        let (layer, reading) = ("payload", Some("OP-05"));
        Self { kind: "NPS-CLIENT-BAD-FRAME", layer, also: Vec::new(), requirements, reading }
    }

    /// The same with other codes that are right as well.
    pub fn or(self, also: &[&'static str]) -> Self {
        Self { also: also.to_vec(), ..self }
    }

    /// The same, resting on that reading.
    pub fn read(self, reading: &'static str) -> Self {
        Self { reading: Some(reading), ..self }
    }
}

impl Group {
    /// A group of that name.
    pub fn new(name: &str, note: &str, at: usize, edit: Edit, refusal: Refusal) -> Self {
        Self { name: name.to_owned(), note: note.to_owned(), at, edit, refusal }
    }

    /// How many cases it has.
    pub fn cases(&self) -> usize {
        match &self.edit {
            Edit::Values(_, numbers) | Edit::By(_, numbers) => numbers.len(),
            Edit::Forms(_, forms) => forms.len(),
        }
    }
}

/// The text of a file: a group is one line.
pub fn text(sweeps: &[Sweep]) -> String {
    let mut out = String::from(
        "{\n  \"format\": \"wireproof-sweeps/1\",\n  \"protocol\": \"nps-ncp-0.4\",\n  \
         \"kind_reading\": \"OP-05\",\n  \"sweeps\": [\n",
    );
    for (index, sweep) in sweeps.iter().enumerate() {
        let _ = write!(
            out,
            "    {{\n      \"base\": \"{}\",\n      \"places\": [],\n      \"groups\": [\n",
            sweep.base
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

/// Offset and width of the length in a header of four bytes.
const LENGTH: &str = "\"lengths\": [[2, 2]], \"order\": \"big\"";

fn line(base: &str, group: &Group) -> String {
    let edit = match &group.edit {
        Edit::Values(width, list) => {
            let order = if *width > 1 { ", \"order\": \"big\"" } else { "" };
            format!("\"width\": {width}{order}, \"values\": \"{}\"", numbers::write(list))
        }
        Edit::By(false, list) => {
            format!("\"lengths\": [], \"by\": \"{}\"", numbers::write(list))
        }
        Edit::By(true, list) => format!("{LENGTH}, \"by\": \"{}\"", numbers::write(list)),
        Edit::Forms(width, forms) => {
            let forms: Vec<String> =
                forms.iter().map(|form| format!("\"{}\"", hex(form))).collect();
            format!("\"width\": {width}, {LENGTH}, \"forms\": [{}]", forms.join(", "))
        }
    };
    let refusal = &group.refusal;
    let quoted = |list: &[&str]| {
        list.iter().map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
    };
    let mut error = format!("\"kind\": \"{}\", \"layer\": \"{}\"", refusal.kind, refusal.layer);
    if !refusal.also.is_empty() {
        let _ = write!(error, ", \"also\": [{}]", quoted(&refusal.also));
    }
    let reading = match refusal.reading {
        Some(reading) => format!(", \"reading\": \"{reading}\""),
        None => String::new(),
    };
    format!(
        "        {{\"id\": \"sweep.{base}.{}\", \"note\": \"{}\", \"at\": {}, {edit}, \
         \"error\": {{{error}}}, \"requirements\": [{}]{reading}}}",
        group.name,
        group.note,
        group.at,
        quoted(&refusal.requirements)
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a `String` does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
