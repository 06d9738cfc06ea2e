//! Writes the seed corpora of all targets to `fuzz/corpus/`. Files that are no seeds stay.

use std::path::Path;
use wireproof_fuzz::{seeds, targets};

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for (target, _) in targets::ALL {
        let folder = corpus.join(target);
        std::fs::create_dir_all(&folder)?;
        let seeds = seeds::of(target);
        for (name, bytes) in &seeds {
            std::fs::write(folder.join(name), bytes)?;
        }
        println!("{target}: {} seeds", seeds.len());
    }
    Ok(())
}
