//! `vae reconstruct`: test images over what their codes tell.

use std::fs;

use super::{picture, side, size};
use crate::tiny::Tiny;

#[test]
fn reconstruct_draws_what_training_drew_or_the_images_chosen() {
    let tiny = Tiny::new();
    let folder = tiny.train("run", &["--binarize"]);
    let first = picture(&tiny, &["reconstruct", "run/last.safetensors"], "run/reconstruct.png");
    assert!(first == fs::read(folder.join("reconstructions.png")).unwrap());

    tiny.train("gray", &[]);
    let draw = |args: &[&str], file| {
        picture(&tiny, &[&["reconstruct", "gray", "--output", file], args].concat(), file)
    };
    let two = draw(&["--count", "2"], "2.png");
    assert_eq!(size(&tiny.path("2.png")), (side(2), side(2)));
    assert!(draw(&["--images", "0,1"], "chosen.png") == two);
    assert!(draw(&["--images", "1,0"], "swapped.png") != two);
    assert!(draw(&["--count", "99"], "all.png") == draw(&[], "default.png"));

    for (args, code, words) in [
        (
            &["--images", "0,16"][..],
            1,
            "found --images 16, but test images are numbered from 0 to 15",
        ),
        (&["--images", "1,x"], 2, "x"),
        (&["--images", "1", "--count", "1"], 2, "cannot be used with"),
        (&["--count", "2501"], 2, "from 1 to 2,500"),
    ] {
        let message = tiny.fails(&[&["reconstruct", "gray"], args].concat(), code);
        assert!(message.contains(words), "{args:?}: {words:?} is not in: {message}");
    }
    assert!(!tiny.path("gray/reconstruct.png").exists());
}
