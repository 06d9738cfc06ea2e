//! [`Speaks`] for NCP.

use super::{build, commands, fields, names, needs, same};
use crate::speaks::MutantInfo;
use crate::{Driver, DriverError, FrameError, FrameSpec, Refused, Speaks, StartError};
use serde_json::Value;
use wireproof_base::Carrier;
use wireproof_wire::ncp::command::Setup;
use wireproof_wire::ncp::{Command, Event, Ncp};

impl Speaks for Ncp {
    type Workload = super::workload::Traffic;

    const CARRIERS: &'static [Carrier] =
        &[Carrier::Stream, Carrier::Multistream, Carrier::Exchange];

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

    fn build(spec: &FrameSpec, _: &dyn Fn(u64) -> u32) -> Result<Vec<u8>, FrameError> {
        build::build(spec)
    }

    fn fields(packet: &[u8]) -> Result<Value, Refused> {
        fields::fields(packet)
    }

    fn holds_text(field: &str) -> bool {
        names::holds_text(field)
    }

    fn same_bytes(kind: &str, what: &str, a: &[u8], b: &[u8]) -> bool {
        same::bytes(kind, what, a, b)
    }

    fn same_fields(kind: &str, _: &str, wanted: &Value, found: &Value) -> bool {
        kind == "packet" && same::fields(wanted, found)
    }

    fn label(packet: &[u8]) -> String {
        fields::label(packet)
    }

    fn split(buffer: &[u8]) -> Option<usize> {
        fields::split(buffer)
    }

    fn resolve(_: &mut Command, _: &dyn Fn(u64) -> Option<u32>) {
        // Streams and requests have names of their own; nothing stands for them.
    }

    fn learn(_: &Event) -> Option<(u64, u32)> {
        None
    }

    fn fill(command: &mut Command, from: &Event) {
        commands::fill(command, from);
    }

    fn number(name: &str) -> Option<u64> {
        names::number(name)
    }
}
