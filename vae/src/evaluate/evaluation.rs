//! [`Evaluation`]: the two terms of −ELBO over a whole dataset.

use std::fmt;

use autograd::Float;

use crate::{Elbo, Moments};

/// Rate and distortion in nats per image, averaged over the images seen so far, with standard errors.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
/// use vae::{Elbo, Evaluation};
///
/// let mut evaluation = Evaluation::default();
/// evaluation.add(&Elbo::<f64> {
///     rate: Tensor::from(array![1.0, 3.0]),
///     distortion: Tensor::from(array![7.0, 9.0]),
/// });
/// assert_eq!(evaluation.loss(), 10.0);
/// assert_eq!(
///     evaluation.to_string(),
///     "−ELBO 10.00 ± 2.00 = distortion 8.00 ± 1.00 + rate 2.00 ± 1.00 nats per image (2 images)"
/// );
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Evaluation {
    rate: Moments,
    distortion: Moments,
    loss: Moments,
}

impl Evaluation {
    /// Adds the images of a batch. Sums are kept in `f64`, whatever the model computes in.
    pub fn add<T: Float>(&mut self, elbo: &Elbo<T>) {
        let rates = elbo.rate.value();
        for (rate, distortion) in rates.iter().zip(elbo.distortion.value()) {
            let (rate, distortion) = (rate.as_f64(), distortion.as_f64());
            self.rate.add(rate);
            self.distortion.add(distortion);
            self.loss.add(distortion + rate);
        }
    }

    /// Mean rate, nats per image; NaN before the first image.
    pub fn rate(&self) -> f64 {
        self.rate.mean()
    }

    /// Mean distortion, nats per image; NaN before the first image.
    pub fn distortion(&self) -> f64 {
        self.distortion.mean()
    }

    /// Mean −ELBO = distortion + rate, nats per image; NaN before the first image.
    pub fn loss(&self) -> f64 {
        self.distortion() + self.rate()
    }

    /// Rate, distortion and −ELBO of an image, in this order, with variances and standard errors over images.
    ///
    /// That of −ELBO is not the sum of the others: an image that is hard to encode is hard to decode.
    pub fn moments(&self) -> [Moments; 3] {
        [self.rate, self.distortion, self.loss]
    }

    /// The evaluation that has these [`moments`](Self::moments), to go on with after an interruption.
    pub fn of_moments([rate, distortion, loss]: [Moments; 3]) -> Self {
        Self { rate, distortion, loss }
    }
}

impl fmt::Display for Evaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, distortion, loss } = self;
        let images = loss.count();
        write!(
            f,
            "−ELBO {loss} = distortion {distortion} + rate {rate} nats per image ({images} images)"
        )
    }
}
