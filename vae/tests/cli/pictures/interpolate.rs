//! `vae interpolate`: from one test image to another.

use super::{images, picture, size};
use crate::tiny::{SIDE, Tiny};

#[test]
fn interpolate_goes_from_one_image_to_another_and_back_the_same_way() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    let draw = |from, to, file| {
        let args = ["interpolate", "run", "--from", from, "--to", to, "--output", file];
        let bytes = picture(&tiny, &args, file);
        assert!(bytes == picture(&tiny, &[&args[..], &["--steps", "11"]].concat(), file));
        images(&tiny.path(file), [2, 13], [2, 0])
    };
    let (there, back) = (draw("3", "7", "there.png"), draw("7", "3", "back.png"));
    let reversed = |row: &[Vec<u8>]| row.iter().rev().cloned().collect::<Vec<_>>();
    let [straight, arc] = &there[..] else { unreachable!("two rows") };
    assert!(straight != arc, "two ways");
    // Both have the images at the ends, and beside them their reconstructions.
    for end in [0, 1, 11, 12] {
        assert!(straight[end] == arc[end], "{end}");
    }
    assert!(straight[0] != straight[1] && straight[0] != straight[12]);
    for (there, back) in there.iter().zip(&back) {
        let far = |(a, b): (&u8, &u8)| a.abs_diff(*b);
        let pixels = there.iter().flatten().zip(reversed(back).iter().flatten()).map(far).max();
        assert!(pixels.unwrap() <= 1, "{pixels:?}");
    }
}

#[test]
fn interpolate_of_a_conditional_model_has_either_label() {
    let tiny = Tiny::new();
    tiny.train("cvae", &["--model", "cvae"]);
    let draw = |to, file| {
        picture(&tiny, &["interpolate", "cvae", "--from", "0", "--to", to, "--output", file], file);
        size(&tiny.path(file)).1
    };
    // Two rows of another label, and the wide line between two labels.
    assert_eq!(draw("1", "two.png") - draw("0", "one.png"), 2 * (10 * SIDE + 2) + 10);
}

#[test]
fn what_cannot_be_interpolated_is_told() {
    let tiny = Tiny::new();
    tiny.train("run", &[]);
    for (args, code, words) in [
        (&["--from", "16", "--to", "1"][..], 1, "found --from 16, but test images are numbered"),
        (
            &["--from", "1", "--to", "99"],
            1,
            "found --to 99, but test images are numbered from 0 to 15",
        ),
        (&["--from", "1"], 2, "--to"),
        (&["--from", "1", "--to", "2", "--steps", "1"], 2, "from 2 to 16"),
    ] {
        let message = tiny.fails(&[&["interpolate", "run"], args].concat(), code);
        assert!(message.contains(words), "{args:?}: {words:?} is not in: {message}");
    }
}
