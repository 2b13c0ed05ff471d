//! Writes `docs/language`.

use kql_engine::{Clock, Session};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/language");
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(&folder)?.flatten() {
        std::fs::remove_file(entry.path())?;
    }
    let session = Session::builder().clock(Clock::Fixed(639_307_728_000_000_000)).build();
    for (file, text) in kql_tests::language::pages(&session) {
        std::fs::write(folder.join(file), text)?;
    }
    Ok(())
}
