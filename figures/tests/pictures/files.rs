//! Files: they decode to what was drawn, appear as a whole, and are named in errors.

use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::Path;

use figures::{
    Animation, Canvas, Curves, Example, FigureError, Picture, SaveError, Scatter, Sheet, save,
};
use ndarray::{Array2, array};

fn sheet(shade: f64) -> Sheet {
    let mut images = Array2::from_elem([4, 784], shade);
    images.row_mut(0).fill(1.0);
    Sheet::new([28, 28]).grid(2, &images).scale(1)
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

fn decode(path: &Path) -> (png::ColorType, Vec<u8>) {
    let mut reader =
        png::Decoder::new(BufReader::new(File::open(path).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.color_type, pixels)
}

#[test]
fn a_png_file_holds_the_pixels() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.png");
    let line = Curves::new("x", "y").line("", [(0.0, 0.0), (1.0, 1.0)]);
    for (picture, color) in
        [(&sheet(0.5) as &dyn Picture, png::ColorType::Grayscale), (&line, png::ColorType::Rgb)]
    {
        save(&path, picture).unwrap();
        let canvas = picture.draw().unwrap();
        let (found, pixels) = decode(&path);
        assert_eq!(found, color);
        let channels = color.samples();
        let width = canvas.size()[0] as usize;
        for (i, pixel) in pixels.chunks(channels).enumerate() {
            assert_eq!(pixel, &canvas.pixel([i % width, i / width])[..channels]);
        }
    }
    assert_eq!(names(folder.path()), ["a.png"], "nothing else is left");
}

/// The frames as a viewer shows them, and how long.
fn play(bytes: &[u8]) -> Vec<(Vec<u8>, u16)> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(bytes).unwrap();
    let mut shown = vec![0; 4 * usize::from(decoder.width()) * usize::from(decoder.height())];
    let mut frames = Vec::new();
    while let Some(frame) = decoder.read_next_frame().unwrap() {
        for (shown, pixel) in shown.chunks_mut(4).zip(frame.buffer.chunks(4)) {
            if pixel[3] > 0 {
                shown.copy_from_slice(pixel);
            }
        }
        frames.push((shown.clone(), frame.delay));
    }
    frames
}

fn assert_close(canvas: &Canvas, shown: &[u8], most: u8) {
    let width = canvas.size()[0] as usize;
    for (i, pixel) in shown.chunks(4).enumerate() {
        let expected = canvas.pixel([i % width, i / width]);
        let far = (0..3).any(|channel| pixel[channel].abs_diff(expected[channel]) > most);
        assert!(!far && pixel[3] == 255, "pixel {i} is {pixel:?}, expected {expected:?}");
    }
}

#[test]
fn a_gif_file_plays_all_frames_and_holds_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let mut animation = Animation::new(10);
    let pictures = [0.0, 0.3, 0.3, 0.0, 0.8].map(sheet);
    pictures.iter().for_each(|picture| animation.push(picture).unwrap());
    let path = folder.path().join("a.gif");
    save(&path, &animation).unwrap();
    let frames = play(&fs::read(path).unwrap());
    assert_eq!(frames.iter().map(|frame| frame.1).collect::<Vec<_>>(), [10, 10, 10, 10, 250]);
    for (picture, (shown, _)) in pictures.iter().zip(&frames) {
        assert_close(&picture.draw().unwrap(), shown, 9); // half the distance of 16 shades
    }
    assert_eq!(animation.draw().unwrap(), pictures[4].draw().unwrap());
}

#[test]
fn colors_play_too() {
    let points = [array![[0.0, 0.0], [1.0, 1.0]], array![[0.0, 1.0], [1.0, 0.0]]];
    let mut animation = Animation::new(2);
    for points in &points {
        animation.push(&Scatter::new("x", "y").points(points, &[0, 3]).within(2.0)).unwrap();
    }
    let frames = play(&animation.encode().unwrap());
    assert_eq!(frames.len(), 2);
    assert_close(&animation.draw().unwrap(), &frames[1].0, 24);
    assert_ne!(frames[0].0, frames[1].0);
}

#[test]
fn frames_have_one_size_and_there_is_one() {
    let mut animation = Animation::new(10);
    assert!(matches!(animation.encode(), Err(FigureError::Empty { what: "frame" })));
    assert!(animation.is_empty());
    animation.push(&sheet(0.0)).unwrap();
    let error = animation.push(&sheet(0.0).scale(2)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "frame 1 has [118, 118] pixels, expected [62, 62], as the first has"
    );
    assert_eq!(animation.len(), 1);
}

/// A plane of 12 × 12 digits, all of which change all the time, must be fit for a README.
#[test]
fn animations_are_small() {
    let mut animation = Animation::new(8);
    for frame in 0..30 {
        let plane = Array2::from_shape_fn([144, 784], |(image, pixel)| {
            let radius = 3.0 + (image % 12) as f64 / 3.0 + f64::from(frame) / 10.0;
            let distance = ((pixel / 28) as f64 - 13.5).hypot((pixel % 28) as f64 - 13.5);
            (-((distance - radius) / 2.0).powi(2)).exp()
        });
        animation.push(&Sheet::new([28, 28]).grid(12, &plane).seamless().scale(1)).unwrap();
    }
    let bytes = animation.encode().unwrap().len();
    assert!(bytes < 600 << 10, "{bytes} bytes");
}

#[test]
fn errors_name_the_file_and_leave_it_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("kept.png");
    fs::write(&path, "precious").unwrap();
    let message = |path: &Path, picture: &dyn Picture| {
        let error: SaveError = save(path, picture).unwrap_err();
        error.to_string()
    };
    let empty = message(&path, &Curves::new("x", "y"));
    assert!(
        empty.ends_with(
            "kept.png: found no point with finite numbers to show, expected at least one"
        )
    );
    let gif = message(&path.with_extension("gif"), &sheet(0.0));
    assert!(gif.ends_with("kept.gif: this picture is saved as png; end the name in .png"), "{gif}");
    let below = message(&path.join("below.png"), &sheet(0.0));
    assert!(below.contains("below.png: cannot be written"), "{below}");
    // A folder in the way: the last step fails, and what was written before it goes.
    let taken = folder.path().join("taken.png");
    fs::create_dir_all(taken.join("inside")).unwrap();
    assert!(message(&taken, &sheet(0.0)).contains("taken.png: cannot be written"));
    let mut left = names(folder.path());
    left.sort();
    assert_eq!(left, ["kept.png", "taken.png"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "precious");
}

/// Whoever has the old file open goes on reading the old file: it is replaced, not written into.
#[test]
fn a_file_is_replaced_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let [path, old] = ["a.png", "old"].map(|name| folder.path().join(name));
    fs::write(&path, "precious").unwrap();
    fs::hard_link(&path, &old).unwrap();
    save(&path, &sheet(0.0)).unwrap();
    assert_eq!(decode(&path).1.len(), 62 * 62);
    assert_eq!(fs::read_to_string(old).unwrap(), "precious");
}

#[test]
fn an_example_makes_its_folder() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("a/b");
    let example = Example { quick: true, out: out.clone(), seed: 1 };
    assert_eq!(example.pick(1000, 10), 10);
    example.save("00.png", &sheet(0.0))?;
    assert_eq!(names(&out), ["00.png"]);
    Ok(())
}

#[test]
fn the_same_numbers_give_the_same_file() {
    let picture = || sheet(0.4).title("title").columns(["a", "b"]);
    assert_eq!(picture().encode().unwrap(), picture().encode().unwrap());
    let animation = || {
        let mut animation = Animation::new(5);
        animation.push(&Curves::new("x", "y").line("", [(0.0, 1.0), (1.0, 0.0)])).unwrap();
        animation.encode().unwrap()
    };
    assert_eq!(animation(), animation(), "palettes have an order");
}
