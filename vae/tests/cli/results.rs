//! What a run prints and leaves behind.

use std::fs::{self, File};
use std::io::BufReader;

use nn::checkpoint;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use vae::{Likelihood, Sizes, Vae};

use crate::tiny::{SIDE, TEST, Tiny, files, metrics};

#[test]
fn the_same_seed_gives_the_same_figures_on_any_number_of_threads() {
    let tiny = Tiny::new();
    for binarize in [&[][..], &["--binarize"]] {
        let name = |run: &str| format!("{run}{}", binarize.len());
        let train = |run: &str, args: &[&str]| tiny.train(&name(run), &[args, binarize].concat());
        let one = train("one", &["--threads", "1"]);
        let again = train("again", &["--threads", "1"]);
        let two = train("two", &["--threads", "2"]);
        let other = train("other", &["--seed", "2"]);

        assert_eq!(metrics(&one), metrics(&again));
        assert_eq!(metrics(&one), metrics(&two));
        assert_ne!(metrics(&one), metrics(&other));
        for file in ["model.safetensors", "reconstructions.png", "samples.png", "loss.png"] {
            let [one, two] = [&one, &two].map(|folder| fs::read(folder.join(file)).unwrap());
            assert!(one == two, "{file} differs");
        }
    }
}

#[test]
fn more_epochs_begin_with_the_same_epochs() {
    let tiny = Tiny::new();
    let two = metrics(&tiny.train("two", &[]));
    let outcome = tiny.run(&["--epochs", "3", "--output", "three"]);
    assert!(outcome.status.success());
    assert_eq!(metrics(&tiny.path("three"))[..3], two);
}

#[test]
fn metrics_hold_the_documented_columns_and_loss_is_their_sum() {
    let tiny = Tiny::new();
    let csv = fs::read_to_string(tiny.train("run", &[]).join("metrics.csv")).unwrap();
    let mut lines = csv.lines();
    assert_eq!(
        lines.next().unwrap(),
        "epoch,train_loss,train_distortion,train_rate,\
         test_loss,test_distortion,test_rate,train_seconds"
    );
    for epoch in 1..=2 {
        let row: Vec<f64> = lines.next().unwrap().split(',').map(|x| x.parse().unwrap()).collect();
        assert_eq!(row.len(), 8);
        assert_eq!(row[0], f64::from(epoch));
        assert!(row[1..].iter().all(|&figure| figure.is_finite() && figure > 0.0));
        assert_eq!(row[1], row[2] + row[3]);
        assert_eq!(row[4], row[5] + row[6]);
    }
    assert_eq!(lines.next(), None);
}

#[test]
fn pictures_decode_to_their_sizes() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &[]);
    let size = |file: &str| {
        let bytes = BufReader::new(File::open(run.join(file)).unwrap());
        let mut picture = png::Decoder::new(bytes).read_info().unwrap();
        let mut pixels = vec![0; picture.output_buffer_size().unwrap()];
        let info = picture.next_frame(&mut pixels).unwrap();
        (info.width, info.height)
    };
    // Images of 8 × 8 are shown as 80 × 80 pixels, separators are 2 pixels wide, between pairs of rows 12.
    assert_eq!((SIDE, TEST), (8, 16));
    let side = |n: u32| n * 82 + 2;
    assert_eq!(size("samples.png"), (side(8), side(8)));
    assert_eq!(size("reconstructions.png"), (side(10), side(4) + 10));
    // As wide as its numbers and names need.
    let (width, height) = size("loss.png");
    assert!(width > 1000 && height == 653, "{width} × {height}");
}

#[test]
fn the_checkpoint_rebuilds_the_model() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &["--seed", "5"]);
    assert_eq!(
        files(&run),
        ["loss.png", "metrics.csv", "model.safetensors", "reconstructions.png", "samples.png"]
    );
    let file = run.join("model.safetensors");
    let metadata = checkpoint::read_metadata(&file).unwrap();
    let size = |name| metadata[name].parse().unwrap();
    let sizes = Sizes { pixels: size("pixels"), hidden: size("hidden"), latent: size("latent") };
    assert_eq!(sizes, Sizes { pixels: (SIDE * SIDE) as usize, hidden: 12, latent: 3 });
    assert_eq!([&metadata["seed"], &metadata["epochs"], &metadata["batch"]], ["5", "2", "10"]);

    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
    checkpoint::load(&file, &mut vae).unwrap();
}

#[test]
fn it_prints_a_line_for_each_epoch_and_nothing_else_where_there_is_no_terminal() {
    let outcome = Tiny::new().run(&["--epochs", "2"]);
    assert!(outcome.stderr.is_empty());
    let printed = String::from_utf8(outcome.stdout).unwrap();
    assert!(!printed.contains(['\r', '\x1b']), "{printed}");
    let starts: Vec<_> =
        printed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(starts, ["A", "64", "train,", "epoch", "1", "2", "Test", "Figures,"], "{printed}");
    assert!(printed.contains("runs/vae-1"), "{printed}");
}

#[test]
fn help_explains_the_figures() {
    let outcome = Tiny::new().run(&["--help"]);
    assert!(outcome.status.success());
    let help = String::from_utf8(outcome.stdout).unwrap();
    for word in ["nats per image", "distortion", "rate", "metrics.csv", "Examples"] {
        assert!(help.contains(word), "{word}");
    }
}
