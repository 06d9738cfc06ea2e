//! [`Speaks`] for NNRP.

use super::{build, captured, commands, decode, names, needs};
use crate::speaks::MutantInfo;
use crate::{Driver, DriverError, FrameError, FrameSpec, Refused, Speaks, StartError};
use serde_json::Value;
use wireproof_base::Carrier;
use wireproof_wire::nnrp::command::Setup;
use wireproof_wire::nnrp::framing::{self, DEFAULT_MAX_BODY, Split};
use wireproof_wire::nnrp::layout::Layout;
use wireproof_wire::nnrp::{Command, Event, Header, MessageType, Nnrp};

impl Speaks for Nnrp {
    type Workload = super::workload::Traffic;

    const CARRIERS: &'static [Carrier] =
        &[Carrier::Stream, Carrier::Multistream, Carrier::Datagram];

    const FRAME_KEYS: &'static [&'static str] = super::build::KEYS;

    const WIDE: &'static [&'static str] = names::WIDE;

    fn open(spec: &str) -> Result<Box<dyn Driver<Self>>, DriverError> {
        let spec = spec.trim();
        match spec.split_once(':') {
            None if spec.is_empty() => {
                Err(DriverError::Start { spec: String::new(), reason: StartError::EmptySpec })
            }
            None if spec == "reference" => Ok(Box::new(super::Reference::new())),
            Some(("mutant", name)) => super::mutant::open(name),
            Some(("live", address)) => Ok(Box::new(crate::live::Live::open(address)?)),
            _ => Ok(Box::new(crate::process::Process::<Self>::open(spec, Default::default())?)),
        }
    }

    fn mutants() -> &'static [MutantInfo] {
        super::mutant::list()
    }

    fn capabilities() -> &'static [&'static str] {
        names::CAPABILITIES
    }

    fn needs(command: &Command) -> &'static str {
        names::needs(command)
    }

    fn setup_needs(setup: &Setup) -> Vec<&'static str> {
        names::setup_needs(setup)
    }

    fn demanded_by(command: &Command) -> Option<&'static str> {
        needs::of_peer(command)
    }

    fn demanded_by_frame(spec: &FrameSpec) -> Option<&'static str> {
        needs::of_frame(spec)
    }

    fn demands(requirement: &str) -> Option<&'static str> {
        needs::of_requirement(requirement)
    }

    fn build(spec: &FrameSpec, resolve: &dyn Fn(u64) -> u32) -> Result<Vec<u8>, FrameError> {
        build::build(spec, resolve)
    }

    fn build_after(
        spec: &FrameSpec,
        resolve: &dyn Fn(u64) -> u32,
        received: &mut dyn DoubleEndedIterator<Item = &[u8]>,
    ) -> Result<Vec<u8>, FrameError> {
        match captured::token(spec, resolve, received)? {
            Some(spec) => build::build(&spec, resolve),
            None => build::build(spec, resolve),
        }
    }

    fn fields(packet: &[u8]) -> Result<Value, Refused> {
        let mut fields = decode::packet(packet)?;
        let kind = Header::read(packet).and_then(|header| MessageType::from_u8(header.msg_type));
        let name = kind.map_or("", MessageType::name);
        fields.insert("type".to_owned(), Value::String(name.to_owned()));
        Ok(Value::Object(fields))
    }

    fn label(packet: &[u8]) -> String {
        names::label(packet)
    }

    fn split(buffer: &[u8]) -> Option<usize> {
        match framing::split(buffer, DEFAULT_MAX_BODY) {
            Ok(Split::Packet(len)) => Some(len),
            // Where the position is lost, all that is left is one lump.
            Err(_) => Some(buffer.len()),
            Ok(Split::Incomplete(_)) => None,
        }
    }

    fn resolve(command: &mut Command, tag_to_session: &dyn Fn(u64) -> Option<u32>) {
        commands::resolve(command, tag_to_session);
    }

    fn learn(event: &Event) -> Option<(u64, u32)> {
        commands::learn(event)
    }

    fn fill(command: &mut Command, from: &Event) {
        commands::fill(command, from);
    }

    fn number(name: &str) -> Option<u64> {
        names::number(name)
    }
}
