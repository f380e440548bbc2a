//! The bytes of a checkpoint: read with distrust, written all or nothing.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use safetensors::tensor::Metadata;

use super::CheckpointError;

/// Bytes of the header's length, at the start of the file.
const PREFIX: u64 = 8;
/// Bytes that a header may have, by the format's description.
const MAX_HEADER: u64 = 100_000_000;

/// An open checkpoint, whose header was read and found to describe a file of this length.
pub struct Reader<'a> {
    path: &'a Path,
    file: File,
    /// What is where.
    pub header: Metadata,
}

impl<'a> Reader<'a> {
    /// Opens the file and reads its header.
    pub fn open(path: &'a Path) -> Result<Self, CheckpointError> {
        let io = |source| io_error(path, source);
        let wrong = |reason| CheckpointError::Format { path: path.to_owned(), reason };
        let file = File::open(path).map_err(io)?;
        let mut prefix = Vec::new();
        (&file).take(PREFIX).read_to_end(&mut prefix).map_err(io)?;
        let Ok(prefix) = prefix.as_slice().try_into() else {
            return Err(wrong(format!(
                "it has {} bytes; the length of the header alone takes {PREFIX}",
                prefix.len()
            )));
        };
        let n = u64::from_le_bytes(prefix);
        let rest = file.metadata().map_err(io)?.len().saturating_sub(PREFIX);
        if n > rest.min(MAX_HEADER) {
            return Err(wrong(format!(
                "its header is said to take {n} bytes; {rest} follow, and {MAX_HEADER} are allowed"
            )));
        }
        let mut header = vec![0; n as usize];
        (&file).read_exact(&mut header).map_err(io)?;
        let header: Metadata = serde_json::from_slice(&header)
            .map_err(|error| wrong(format!("its header is invalid: {error}")))?;
        let (described, held) = (header.data_len() as u64, rest - n);
        if described != held {
            return Err(wrong(format!(
                "its header describes {described} bytes of data; {held} follow"
            )));
        }
        Ok(Self { path, file, header })
    }

    /// Reads the data: all that follows the header.
    pub fn data(&self) -> Result<Vec<u8>, CheckpointError> {
        let mut data = vec![0; self.header.data_len()];
        let read = (&self.file).read_exact(&mut data);
        read.map_err(|error| io_error(self.path, error))?;
        Ok(data)
    }
}

/// Writes a file under another name, then renames it: `path` holds the old file or the new one, never a part. What
/// follows the header is written by `data`, piece by piece, so that there is no copy of it in memory.
pub fn write(
    path: &Path,
    header: &str,
    data: impl FnOnce(&mut BufWriter<&File>) -> io::Result<()>,
) -> Result<(), CheckpointError> {
    let attempt = || {
        let folder = path.parent().unwrap_or(path);
        let mut file = tempfile::Builder::new().make_in(folder, |name| File::create_new(name))?;
        // Spaces after the header align the data to 8 bytes, for readers that map the file.
        let padding = header.len().next_multiple_of(8) - header.len();
        let n = (header.len() + padding) as u64;
        file.write_all(&n.to_le_bytes())?;
        file.write_all(header.as_bytes())?;
        file.write_all(&b"        "[..padding])?;
        let mut writer = BufWriter::new(file.as_file());
        data(&mut writer)?;
        writer.flush()?;
        drop(writer);
        file.as_file().sync_all()?;
        file.persist(path).map_err(io::Error::from)
    };
    attempt().map_err(|error| io_error(path, error))?;
    Ok(())
}

fn io_error(path: &Path, source: io::Error) -> CheckpointError {
    CheckpointError::Io { path: path.to_owned(), source }
}
