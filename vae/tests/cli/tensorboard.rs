//! `--tensorboard`: `tests/tensorboard.rs` has the bytes of a record, this the file of a run.

use std::fs;

use crate::tiny::{Tiny, stdout};

const NAME: &str = "events.out.tfevents.vae";

/// The events of a file, each a length, its checksum, so many bytes, and their checksum.
fn events(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut events, mut rest) = (Vec::new(), bytes);
    while let Some((length, after)) = rest.split_first_chunk() {
        let (event, after) = after[4..].split_at(u64::from_le_bytes(*length) as usize);
        events.push(event);
        rest = &after[4..];
    }
    events
}

#[test]
fn each_epoch_is_an_event_also_of_a_run_that_goes_on() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &["--tensorboard"]);
    let resume = ["--resume", "run", "--epochs", "3", "--tensorboard"];
    for (epochs, args) in [(2, None), (3, Some(resume))] {
        args.map(|args| stdout(tiny.program().args(args)));
        let bytes = fs::read(run.join(NAME)).unwrap();
        let events = events(&bytes);
        assert_eq!(events.len(), 1 + epochs, "the version, and the epochs");
        for (event, epoch) in events[1..].iter().zip(1..) {
            // After the time, a double: field 2, the step.
            assert_eq!(event[9..11], [2 << 3, epoch]);
            for tag in ["train/objective", "test/distortion", "test/rate"] {
                let found = event.windows(tag.len()).filter(|&part| part == tag.as_bytes());
                assert_eq!(found.count(), 1, "{tag} of epoch {epoch}");
            }
        }
    }
}

#[test]
fn without_the_option_there_is_no_such_file() {
    let tiny = Tiny::new();
    assert!(!tiny.train("run", &[]).join(NAME).exists());
}
