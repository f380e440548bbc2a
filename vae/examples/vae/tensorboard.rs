//! Scalars in an event file, for TensorBoard to plot.
//!
//! ```text
//! record      length of the event, u64; masked CRC-32C of these 8 bytes, u32; the event; its masked CRC-32C, u32
//! event       wall_time = 1: double; step = 2: varint; file_version = 3: string; summary = 5: message
//! summary     value = 1: message { tag = 1: string; simple_value = 2: float }, any number of them
//! ```
//!
//! Numbers are little-endian. The mask turns the checksum c into (c rotated right by 15) + 0xa282ead8, so that the
//! checksum of data which holds checksums is a good one. An event is a message of protocol buffers: of each field its number
//! and wire type (0 a varint, 1 eight bytes, 2 a length and as many bytes, 5 four bytes), and its value.
//!
//! Source: TensorFlow, `tsl/lib/io/record_writer.h`, `event.proto` and `summary.proto`.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// An open event file. TensorBoard finds those that have `tfevents` in their names.
pub struct EventFile {
    file: File,
}

impl EventFile {
    /// A new file, which replaces one of this name.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut file = File::create(path)?;
        file.write_all(&header(now()))?;
        Ok(Self { file })
    }

    /// Appends one point to the curve of each tag. A record is written at once: a killed process leaves whole ones, but
    /// for the last.
    pub fn scalars(&mut self, step: u64, scalars: &[(&str, f32)]) -> io::Result<()> {
        self.file.write_all(&summary(now(), step, scalars))
    }
}

/// Seconds since 1970.
fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

/// The record that begins a file.
pub fn header(time: f64) -> Vec<u8> {
    let mut event = wall_time(time);
    bytes(3, b"brain.Event:2", &mut event);
    record(&event)
}

/// The record of the scalars of one step.
pub fn summary(time: f64, step: u64, scalars: &[(&str, f32)]) -> Vec<u8> {
    let mut event = wall_time(time);
    key(2, 0, &mut event);
    varint(step, &mut event);
    let mut summary = Vec::new();
    for (tag, scalar) in scalars {
        let mut value = Vec::new();
        bytes(1, tag.as_bytes(), &mut value);
        key(2, 5, &mut value);
        value.extend(scalar.to_le_bytes());
        bytes(1, &value, &mut summary);
    }
    bytes(5, &summary, &mut event);
    record(&event)
}

fn record(event: &[u8]) -> Vec<u8> {
    let length = (event.len() as u64).to_le_bytes();
    let mut record = length.to_vec();
    record.extend(masked_crc(&length).to_le_bytes());
    record.extend(event);
    record.extend(masked_crc(event).to_le_bytes());
    record
}

fn masked_crc(data: &[u8]) -> u32 {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8)
}

fn wall_time(time: f64) -> Vec<u8> {
    let mut event = Vec::new();
    key(1, 1, &mut event);
    event.extend(time.to_le_bytes());
    event
}

fn bytes(field: u64, value: &[u8], message: &mut Vec<u8>) {
    key(field, 2, message);
    varint(value.len() as u64, message);
    message.extend(value);
}

fn key(field: u64, wire_type: u64, message: &mut Vec<u8>) {
    varint(field << 3 | wire_type, message);
}

/// Seven bits a byte, the lowest first; the eighth says that more follow.
fn varint(mut value: u64, message: &mut Vec<u8>) {
    while value >= 0x80 {
        message.push(value as u8 | 0x80);
        value >>= 7;
    }
    message.push(value as u8);
}
