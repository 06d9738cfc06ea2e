//! x
#[derive(Default)]
pub struct Bench;
impl crate::Machines for Bench {
    fn create(&mut self, _m: &str, _c: &serde_json::Value) -> Result<u32, crate::DriverError> { Ok(0) }
    fn apply(&mut self, _i: u32, _e: &serde_json::Value) -> Result<Result<serde_json::Value, crate::Refused>, crate::DriverError> { Err(crate::DriverError::NotStarted) }
    fn state(&mut self, _i: u32) -> Result<serde_json::Value, crate::DriverError> { Err(crate::DriverError::NotStarted) }
}
