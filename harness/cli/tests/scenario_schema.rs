//! The schemas for editors are the ones that the loader's own tables give.

use serde_json::Value;
use std::path::Path;
use wireproof_base::Protocol;
use wireproof_driver::Speaks;
use wireproof_runner::scenario::schema;
use wireproof_wire::ncp::Ncp;
use wireproof_wire::nnrp::Nnrp;

#[test]
fn the_committed_schemas_are_current() {
    check("schema.json", &schema::any(&[(Nnrp::NAME, "nnrp"), (Ncp::NAME, "ncp")]));
    check("nnrp/schema.json", &schema::schema::<Nnrp>(Nnrp::CARRIERS, Nnrp::FRAME_KEYS));
    check("ncp/schema.json", &schema::schema::<Ncp>(Ncp::CARRIERS, Ncp::FRAME_KEYS));
}

fn check(name: &str, current: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
    let current = schema::text(current);
    if std::env::var_os("WIREPROOF_BLESS").is_some() {
        std::fs::write(&path, &current).expect("the schema can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(committed == current, "scenarios/{name} is old: run `cargo xtask bless`");
}
