//! Event files: the bytes that TensorBoard's own writer makes of the same events.

#[path = "../examples/vae/tensorboard.rs"]
mod tensorboard;

use std::fs;
use std::path::Path;

use tensorboard::{EventFile, header, summary};

/// The fixture is made by `python fixtures/event_file.py`.
#[test]
fn tensorboard_writes_the_same_bytes() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tensorboard.tfevents");
    let curves = [("train/rate", 25.5), ("train/distortion", f32::INFINITY)];
    let events = [header(1.5), summary(2.5, 1, &curves[..1]), summary(3.5, 1 << 40, &curves)];
    assert_eq!(events.concat(), fs::read(fixture).unwrap());
}

/// A record has 16 bytes beside its event: what is appended are whole ones, in order.
#[test]
fn a_file_is_a_row_of_records() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("a.tfevents");
    let mut file = EventFile::create(&path).unwrap();
    file.scalars(7, &[("loss", 1.0)]).unwrap();
    let bytes = fs::read(&path).unwrap();
    let first = header(0.0).len();
    assert_eq!(bytes.len(), first + summary(0.0, 7, &[("loss", 1.0)]).len());
    assert_eq!(bytes[first..][..8], (bytes.len() as u64 - first as u64 - 16).to_le_bytes());
}
