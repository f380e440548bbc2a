//! The figures of each epoch: a line of `metrics.csv`, or of JSON.

use std::fmt::Write;

use serde::Serialize;
use serde_json::json;
use vae::Evaluation;

/// The figures of one epoch, in nats per image.
#[derive(Clone, Debug, PartialEq)]
pub struct Epoch {
    /// 1 for the first.
    pub number: usize,
    /// Means over the epoch's steps, each with the parameters of its time.
    pub train: Figures,
    /// What the steps minimized, on average: distortion + β rate, or the importance-weighted bound.
    pub objective: f64,
    /// Means over the test images, with the parameters after the epoch.
    pub test: Figures,
    /// The loss by which epochs are compared: −ELBO of the test images, or their importance-weighted bound.
    pub bound: f64,
    /// How long training took, without the test.
    pub train_seconds: f64,
}

/// The two terms of −ELBO, and their sum.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// −ELBO.
    pub loss: f64,
    /// −log p(x|z).
    pub distortion: f64,
    /// KL(q(z|x) ‖ p(z)).
    pub rate: f64,
}

impl From<&Evaluation> for Figures {
    fn from(evaluation: &Evaluation) -> Self {
        Self {
            loss: evaluation.loss(),
            distortion: evaluation.distortion(),
            rate: evaluation.rate(),
        }
    }
}

impl Epoch {
    fn columns(&self) -> [f64; 9] {
        let Self { train, objective, test, bound, train_seconds, .. } = self;
        [
            train.loss,
            train.distortion,
            train.rate,
            test.loss,
            test.distortion,
            test.rate,
            *objective,
            *bound,
            *train_seconds,
        ]
    }

    /// One line of JSON.
    pub fn json(&self) -> String {
        json!({
            "epoch": self.number,
            "train": self.train,
            "train_objective": self.objective,
            "test": self.test,
            "test_bound": self.bound,
            "train_seconds": self.train_seconds,
        })
        .to_string()
    }
}

const TITLE: &str = "epoch,train_loss,train_distortion,train_rate,\
                     test_loss,test_distortion,test_rate,\
                     train_objective,test_bound,train_seconds\n";

/// `metrics.csv`: one line per epoch, with all the digits it takes to read the same numbers back.
pub fn csv(epochs: &[Epoch]) -> String {
    let mut csv = TITLE.to_owned();
    for epoch in epochs {
        write!(csv, "{}", epoch.number).expect(INFALLIBLE);
        for figure in epoch.columns() {
            write!(csv, ",{figure}").expect(INFALLIBLE);
        }
        csv.push('\n');
    }
    csv
}

const INFALLIBLE: &str = "a string can always be written to";

/// The epochs that [`csv`] wrote, from the first on without gaps; else, what is wrong.
pub fn parse(csv: &str) -> Result<Vec<Epoch>, String> {
    let rows = csv.strip_prefix(TITLE).ok_or("the title line is another one")?;
    rows.lines().zip(1..).map(|(row, number)| parse_row(row, number)).collect()
}

fn parse_row(row: &str, number: usize) -> Result<Epoch, String> {
    let wrong = || format!("line {}: {row:?} is not epoch {number} and 9 figures", number + 1);
    let (first, figures) = row.split_once(',').ok_or_else(wrong)?;
    let figures: Result<Vec<f64>, _> = figures.split(',').map(str::parse).collect();
    let figures = figures.map_err(|_| wrong())?;
    match (first.parse::<usize>(), &figures[..]) {
        (Ok(found), &[a, b, c, d, e, f, objective, bound, train_seconds]) if found == number => {
            let figures = |loss, distortion, rate| Figures { loss, distortion, rate };
            let (train, test) = (figures(a, b, c), figures(d, e, f));
            Ok(Epoch { number, train, objective, test, bound, train_seconds })
        }
        _ => Err(wrong()),
    }
}

/// The epoch with the lowest test loss: the first of them, if there are several.
pub fn best(epochs: &[Epoch]) -> Option<&Epoch> {
    epochs.iter().min_by(|a, b| a.bound.total_cmp(&b.bound))
}
