//! `run.json` on disk.

use super::RunReport;
use super::model::FORMAT;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file could not be written.
#[derive(Debug)]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// What went wrong.
    pub error: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for WriteError {}

/// Writes the report, replacing an earlier one only when the new one is complete.
pub fn write(path: &Path, report: &RunReport) -> Result<(), WriteError> {
    replace(path, |file| serde_json::to_writer_pretty(file, report).map_err(io::Error::from))
        .map_err(|error| WriteError { path: path.to_owned(), error })
}

/// Why a file is no report.
#[derive(Debug)]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What went wrong.
    pub problem: String,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.problem)
    }
}

impl std::error::Error for ReadError {}

/// Reads a report that [`write()`] has written.
pub fn read(path: &Path) -> Result<RunReport, ReadError> {
    let failed = |problem: String| ReadError { path: path.to_owned(), problem };
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let report: RunReport =
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    match report.format == FORMAT {
        true => Ok(report),
        false => Err(failed(format!("it is of format `{}`, not `{FORMAT}`", report.format))),
    }
}

/// Writes beside `path` and renames, so that a half-written file is never seen.
pub(crate) fn replace(
    path: &Path,
    content: impl FnOnce(&mut io::BufWriter<fs::File>) -> io::Result<()>,
) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let partial = path.with_extension("partial");
    let mut file = io::BufWriter::new(fs::File::create(&partial)?);
    content(&mut file)?;
    io::Write::flush(&mut file)?;
    drop(file);
    fs::rename(partial, path)
}
