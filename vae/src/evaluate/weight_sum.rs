//! [`WeightSum`]: what is kept of the importance weights of one image.

/// The importance weights of one image, summed as they come: a handful of numbers, however many weights there are.
///
/// Weights span thousands of orders of magnitude, so their sums are kept relative to the largest of them: with M = max log w,
/// ```text
///     log 1/k Σ w = M + log 1/k Σ e^(log w − M),                           (streamed_sums_are_sums_in_one_piece)
/// ```
/// and both sums below are rescaled when a larger one comes. The order of the weights is the order of the additions: in
/// what pieces they came makes no difference to any bit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightSum {
    count: usize,
    /// M.
    largest: f64,
    /// Σ e^(log w − M).
    sum: f64,
    /// Σ e^(2(log w − M)).
    squares: f64,
    /// Σ log w.
    logs: f64,
}

impl Default for WeightSum {
    fn default() -> Self {
        Self { count: 0, largest: f64::NEG_INFINITY, sum: 0.0, squares: 0.0, logs: 0.0 }
    }
}

impl WeightSum {
    /// Adds a weight, given by its logarithm; −∞ is a weight of 0.
    pub fn add(&mut self, log_weight: f64) {
        self.count += 1;
        self.logs += log_weight;
        if log_weight > self.largest {
            let scale = (self.largest - log_weight).exp();
            self.largest = log_weight;
            self.sum = self.sum * scale + 1.0;
            self.squares = self.squares * scale * scale + 1.0;
        } else if log_weight != f64::NEG_INFINITY {
            let weight = (log_weight - self.largest).exp();
            self.sum += weight;
            self.squares += weight * weight;
        }
    }

    /// k, the number of weights.
    pub fn count(&self) -> usize {
        self.count
    }

    /// log 1/k Σ w, in nats: an estimate of log p(x), too low by [its gap](crate::NormalProposal::gap) on average.
    pub fn log_mean(&self) -> f64 {
        self.largest + (self.sum / self.count as f64).ln()
    }

    /// 1/k Σ log w, in nats: an estimate of the ELBO.
    pub fn mean_log(&self) -> f64 {
        self.logs / self.count as f64
    }

    /// How many samples of the posterior itself would do as well,
    /// ```text
    ///     (Σ w)² / Σ w² ≤ k,                                                 (effective_samples_of_known_weights)
    /// ```
    /// with equality where all weights are equal. Near 1, a single lucky code made the estimate, and the next one will change
    /// it.
    pub fn effective_samples(&self) -> f64 {
        self.sum * self.sum / self.squares
    }

    /// The standard error of [`log_mean`](Self::log_mean), by the slope of the logarithm: that of the mean weight, relative to
    /// it,
    /// ```text
    ///     √(1/(k − 1) [k Σ w²/(Σ w)² − 1]).                                  (the_error_of_a_log_mean)
    /// ```
    /// To be trusted if there are many effective samples.
    pub fn standard_error(&self) -> f64 {
        let k = self.count as f64;
        ((k / self.effective_samples() - 1.0) / (k - 1.0)).sqrt()
    }
}
