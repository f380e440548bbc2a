//! Bytes that are not a checkpoint: none makes the reader panic, and each is told apart.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use nn::checkpoint::{CheckpointError, load, read_metadata, save};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::{bits, configuration, model, place};

/// The bytes of a file that loads.
static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let (_folder, path) = place();
    save(&path, &model::<f32>(1), &configuration()).unwrap();
    fs::read(path).unwrap()
});

/// The bytes of a file with this header and data.
fn file(header: &str, data: &[u8]) -> Vec<u8> {
    [&(header.len() as u64).to_le_bytes(), header.as_bytes(), data].concat()
}

/// Files that are not in the format, and the words that must say why.
#[test]
fn damaged_files() {
    let (_folder, path) = place();
    let huge =
        r#"{"0.weight":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#;
    // Eight tensors that end just below 2⁶⁴.
    let size = (1u64 << 61) - 4;
    let entry = |i| {
        let (start, end) = (i * size, (i + 1) * size);
        let shape = size / 4;
        format!(r#""{i}":{{"dtype":"F32","shape":[{shape}],"data_offsets":[{start},{end}]}}"#)
    };
    let overflowing = format!("{{{}}}", (0..8).map(entry).collect::<Vec<_>>().join(","));
    let cases: &[(&[u8], &str)] = &[
        (b"", "it has 0 bytes; the length of the header alone takes 8"),
        (b"\x08\0\0", "it has 3 bytes"),
        (b"\x89PNG\r\n\x1a\n and so on", "727905341920923785 bytes; 10 follow"),
        (&u64::MAX.to_le_bytes(), "18446744073709551615 bytes; 0 follow"),
        (&[0; 8], "its header is invalid"),
        (&file("{}", b"more"), "describes 0 bytes of data; 4 follow"),
        (&file("[1, 2]", b""), "its header is invalid"),
        (&file("\u{0}\u{1}", b""), "its header is invalid"),
        (&file(&"[".repeat(100_000), b""), "its header is invalid"),
        (&file(huge, &[0; 4]), "its header is invalid"),
        (&file(&overflowing, &[0; 4]), "describes 18446744073709551584 bytes of data; 4 follow"),
        (&GOOD[..GOOD.len() - 1], "bytes of data"),
        (&GOOD[..40], "its header is said to take"),
        (&[&GOOD[..], b"!"].concat(), "bytes of data"),
    ];
    for (bytes, reason) in cases {
        fs::write(&path, bytes).unwrap();
        let mut model = model::<f32>(2);
        let before = bits(&model);
        for error in [load(&path, &mut model).unwrap_err(), read_metadata(&path).unwrap_err()] {
            assert!(matches!(error, CheckpointError::Format { .. }), "{error:?}");
            let message = error.to_string();
            let start = format!("{}: not a safetensors file: ", path.display());
            assert!(message.starts_with(&start) && message.contains(reason), "{message}");
        }
        assert_eq!(bits(&model), before);
    }
}

/// The metadata is read without the data being read or fitting any model.
#[test]
fn metadata_alone() {
    let (_folder, path) = place();
    fs::write(&path, file(r#"{"__metadata__":{"a":"b"}}"#, b"")).unwrap();
    assert_eq!(read_metadata(&path).unwrap(), BTreeMap::from([("a".into(), "b".into())]));
    fs::write(&path, file("{}", b"")).unwrap();
    assert!(read_metadata(&path).unwrap().is_empty());
    fs::write(&path, file(r#"{"__metadata__":{"a":1}}"#, b"")).unwrap();
    assert!(matches!(read_metadata(&path), Err(CheckpointError::Format { .. })));
}

/// Loads `bytes`: no panic whatever they are, and a model that failed to load is as it was.
fn check_bytes(bytes: &[u8]) {
    let (_folder, path) = place();
    fs::write(&path, bytes).unwrap();
    let mut model = model::<f32>(2);
    let before = bits(&model);
    if load(&path, &mut model).is_err() {
        assert_eq!(bits(&model), before);
    }
    _ = read_metadata(&path);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        rng_seed: RngSeed::Fixed(0),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arbitrary_bytes(bytes: Vec<u8>) {
        check_bytes(&bytes);
    }

    #[test]
    fn arbitrary_headers(
        header in r#"(\{"(0\.weight|__metadata__)":)?[\{\["a-z0-9:, .\]\}-]{0,60}\}?"#,
        data: Vec<u8>,
    ) {
        check_bytes(&file(&header, &data));
    }

    #[test]
    fn arbitrary_entries(
        dtype in "F32|F64|F16|I64|BOOL|F4|X",
        shape: Vec<u64>,
        start: u64,
        end: u64,
        data: Vec<u8>,
    ) {
        let entry = format!(r#"{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{start},{end}]}}"#);
        check_bytes(&file(&format!(r#"{{"0.weight":{entry}}}"#), &data));
    }

    #[test]
    fn mutated_files(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = GOOD.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        check_bytes(&bytes);
    }
}
