//! `vae encode`: the same codes in either format.

use std::fs;

use crate::tiny::{TEST, Tiny, stdout};

/// The numbers of a `.npy` file of `f32`, and its header.
fn npy(bytes: &[u8]) -> (String, Vec<f32>) {
    let header = u16::from_le_bytes([bytes[8], bytes[9]]) as usize;
    let (header, numbers) = bytes[10..].split_at(header);
    let number = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
    let numbers = numbers.chunks_exact(4).map(number).collect();
    (String::from_utf8(header.to_vec()).unwrap(), numbers)
}

#[test]
fn both_formats_have_the_same_codes() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    stdout(tiny.program().args(["encode", "run"]));
    let (header, numbers) = npy(&fs::read(run.join("encode.npy")).unwrap());
    assert!(header.contains(&format!("'shape': ({TEST}, 6)")), "{header}");

    stdout(tiny.program().args(["encode", "run", "--output", "codes.csv"]));
    let csv = fs::read_to_string(tiny.path("codes.csv")).unwrap();
    let (title, rows) = csv.split_once('\n').unwrap();
    assert_eq!(title, "label,mean_1,mean_2,mean_3,log_var_1,log_var_2,log_var_3");
    let labels = fs::read(tiny.path("data/t10k-labels-idx1-ubyte")).unwrap().split_off(8);
    let mut written = Vec::new();
    for (row, label) in rows.lines().zip(labels) {
        let (first, code) = row.split_once(',').unwrap();
        assert_eq!(first, label.to_string());
        written.extend(code.split(',').map(|x| x.parse::<f32>().unwrap()));
    }
    assert_eq!(written, numbers);

    stdout(tiny.program().args(["encode", "run", "--images", "5", "--output", "few.npy"]));
    assert_eq!(npy(&fs::read(tiny.path("few.npy")).unwrap()).1, numbers[..5 * 6]);
}

#[test]
fn another_format_is_refused() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let message = tiny.fails(&["encode", "run", "--output", "codes.txt"], 1);
    assert!(message.contains("ends in .npy or .csv"), "{message}");
    assert!(!tiny.path("codes.txt").exists());
}
