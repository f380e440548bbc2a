//! Log-sum-exp, softmax and its logarithm.
//!
//! All three are evaluated on x − m with m = max x: no exponential overflows, the largest term is 1, and no digits are
//! lost to a large common offset. Softmax and its logarithm do not change under a shift, so m counts as a constant.

use crate::elementwise::{Map, Zip, map, zip};
use crate::shape::{check_filled_axes, kept};
use crate::{Float, Tensor, anomaly};

impl<T: Float> Tensor<T> {
    /// Log-sum-exp over `axes`, z = ln Σ eˣ = m + ln Σ e^(x − m). The axes are dropped.
    ///
    /// From e^z = Σ eˣ: e^z ⊙ ż = Σ eˣ ⊙ ẋ, and eˣ ⊘ e^z is the softmax, so
    ///     x̄ = z̄ ⊙ softmax x.
    ///
    /// Where every x is −∞ there is no term: z = −∞ and the cotangent is 0.
    ///
    /// # Panics
    /// If an axis does not exist, is named twice, or has extent 0.
    #[track_caller]
    pub fn log_sum_exp(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref().to_vec();
        check_filled_axes("log_sum_exp", self.shape(), &axes);
        let keep = kept(self.shape(), &axes);
        let z = {
            let _pause = anomaly::pause(); // differences and a sum without terms may be −∞
            let x = self.detach();
            let m = offset(&x, &axes);
            let e = zip("log_sum_exp", &x, &m, Zip::ExpOfDifference);
            let z = e.sum_axes(&axes).ln();
            &z + m.reshape(z.shape())
        };
        Self::from_op("log_sum_exp", z, [self], move |[x], _z, dz, [dx]| {
            dx.add(|| {
                let (e, sum) = shifted(x, &axes);
                // The largest term is 1, so a sum below 1 is one without terms.
                dz.reshape(&keep).times(&(e / sum.clamp(1.0, f64::INFINITY)))
            });
        })
    }

    /// Softmax along `axis`, z = eˣ / Σ eˣ.
    ///
    /// # Panics
    /// If the axis does not exist or has extent 0.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::from(ndarray::array![1e4, 1e4]);
    /// assert_eq!(x.softmax(0).to_vec(), [0.5, 0.5]);
    /// ```
    #[track_caller]
    pub fn softmax(&self, axis: usize) -> Self {
        check_filled_axes("softmax", self.shape(), &[axis]);
        let (e, sum) = shifted(self, &[axis]);
        e / sum
    }

    /// Logarithm of the softmax along `axis`, z = x − ln Σ eˣ.
    ///
    /// # Panics
    /// If the axis does not exist or has extent 0.
    #[track_caller]
    pub fn log_softmax(&self, axis: usize) -> Self {
        check_filled_axes("log_softmax", self.shape(), &[axis]);
        let x = self - offset(self, &[axis]);
        let normalizer = x.log_sum_exp([axis]).reshape(kept(x.shape(), &[axis]));
        x - normalizer
    }
}

/// e^(x − m), and its sum over `axes`, kept with extent 1.
#[track_caller]
fn shifted<T: Float>(x: &Tensor<T>, axes: &[usize]) -> (Tensor<T>, Tensor<T>) {
    let difference = {
        let _pause = anomaly::pause(); // it may round to −∞
        x - offset(x, axes)
    };
    let e = difference.exp();
    let sum = e.sum_axes(axes).reshape(kept(x.shape(), axes));
    (e, sum)
}

/// max x over `axes`, kept with extent 1: a constant. 0 where it is infinite, since shifting would give ∞ − ∞.
fn offset<T: Float>(x: &Tensor<T>, axes: &[usize]) -> Tensor<T> {
    map(&x.detach().max_axes(axes), Map::FiniteOrZero).reshape(kept(x.shape(), axes))
}
