//! The figures of each epoch, and the file that keeps them.

use std::fmt::Write;

use vae::Evaluation;

/// The figures of one epoch.
pub struct Epoch {
    /// 1 for the first.
    pub number: usize,
    /// Means over the epoch's steps, each with the parameters of its time.
    pub train: Evaluation,
    /// Means over the test images, with the parameters after the epoch.
    pub test: Evaluation,
    /// How long training took, without the test.
    pub train_seconds: f64,
}

/// `metrics.csv`: one line per epoch, with all the digits it takes to read the same numbers back.
pub fn csv(epochs: &[Epoch]) -> String {
    let mut csv = "epoch,train_loss,train_distortion,train_rate,\
                   test_loss,test_distortion,test_rate,train_seconds\n"
        .to_owned();
    for Epoch { number, train, test, train_seconds } in epochs {
        let [train, test] = [train, test].map(|e| [e.loss(), e.distortion(), e.rate()]);
        write!(csv, "{number}").expect(INFALLIBLE);
        for figure in train.iter().chain(&test).chain([train_seconds]) {
            write!(csv, ",{figure}").expect(INFALLIBLE);
        }
        csv.push('\n');
    }
    csv
}

const INFALLIBLE: &str = "a string can always be written to";
