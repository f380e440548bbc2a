//! What a run prints and leaves behind.

use std::fs::{self, File};
use std::io::BufReader;

use autograd::Tensor;
use nn::{Adam, Module, Optimizer, State, checkpoint};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use vae::{Likelihood, Sizes, Vae};

use crate::tiny::{FILES, SIDE, TEST, Tiny, files, metrics, tensors};

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
        assert_eq!(tensors(&one), tensors(&two));
        for file in ["config.toml", "reconstructions.png", "samples.png", "loss.png"] {
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
         test_loss,test_distortion,test_rate,train_objective,test_bound,train_seconds"
    );
    for epoch in 1..=2 {
        let row: Vec<f64> = lines.next().unwrap().split(',').map(|x| x.parse().unwrap()).collect();
        assert_eq!(row.len(), 10);
        assert_eq!(row[0], f64::from(epoch));
        assert!(row[1..].iter().all(|&figure| figure.is_finite() && figure > 0.0));
        assert_eq!(row[1], row[2] + row[3]);
        assert_eq!(row[4], row[5] + row[6]);
        // Without β and importance weights, the loss is −ELBO; in training, but for the rounding of f32.
        assert!((row[7] / row[1] - 1.0).abs() < 1e-6 && row[8] == row[4]);
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

/// A model and its optimizer, as a checkpoint has them.
pub struct Training {
    pub vae: Vae,
    adam: Adam,
}

impl Training {
    /// Of the sizes of [`Tiny`].
    pub fn new() -> Self {
        let sizes = Sizes { pixels: (SIDE * SIDE) as usize, hidden: 12, latent: 3 };
        let vae = Vae::new(sizes, Likelihood::Bernoulli, &mut ChaCha8Rng::seed_from_u64(0));
        let mut adam = Adam::new(1e-3);
        adam.prepare(&vae);
        Self { vae, adam }
    }
}

impl Module for Training {
    fn state(&self) -> State<&Tensor> {
        self.vae.state().child("optimizer", self.adam.state())
    }

    fn state_mut(&mut self) -> State<&mut Tensor> {
        self.vae.state_mut().child("optimizer", self.adam.state_mut())
    }
}

#[test]
fn the_checkpoint_rebuilds_model_and_optimizer() {
    let tiny = Tiny::new();
    let run = tiny.train("run", &["--seed", "5"]);
    assert_eq!(files(&run), FILES);
    let mut training = Training::new();
    for file in ["last.safetensors", "best.safetensors"] {
        let metadata = checkpoint::load(run.join(file), &mut training).unwrap();
        assert_eq!(metadata["format"], "vae checkpoint, version 1");
        assert_eq!(metadata["config"], fs::read_to_string(run.join("config.toml")).unwrap());
        assert_eq!(metadata["metrics"], fs::read_to_string(run.join("metrics.csv")).unwrap());
    }
    // Two epochs of seven steps.
    assert_eq!(training.adam.state().buffers[0].1.item(), 14.0);
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
