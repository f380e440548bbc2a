//! One of several classes.

use autograd::{Float, Tensor};
use ndarray::Axis;
use rand::{Rng, RngExt};
use rand_distr::Exp1;

use super::{
    Distribution, KullbackLeibler, logits_for, not_negative, sample_shape, sum_dimensions,
};

/// A class c with probability p_c = softmax(l)_c, given by the logits l. The last axis holds the classes.
///
/// A value is one-hot: a vector of zeros but for a 1 in the place of the class. So the distribution is one of vectors,
/// like the others: its mean is p, and a class enters a network as it is. Logits may be −∞, then the class is
/// impossible; 0 log 0 = 0.
#[derive(Clone, Debug)]
pub struct Categorical<T: Float = f32> {
    /// l, shape [.., classes].
    pub logits: Tensor<T>,
}

impl<T: Float> Categorical<T> {
    /// log p, shape [.., classes].
    #[track_caller]
    fn log_probabilities(&self) -> Tensor<T> {
        let l = &self.logits;
        assert!(l.rank() > 0, "Categorical: the logits are []; they must have an axis of classes");
        l.log_softmax(l.rank() - 1)
    }
}

impl<T: Float> Distribution<T> for Categorical<T> {
    /// Log-probability, log p(x) = Σ_c x_c log p_c = log p of the class whose x_c is 1.
    ///
    /// Rows of x that are probabilities themselves are accepted: then this is the expected log-probability of a class
    /// drawn from them.
    #[track_caller]
    fn log_prob(&self, x: &Tensor<T>) -> Tensor<T> {
        let log_p = logits_for("Categorical", &self.log_probabilities(), x);
        sum_dimensions(x.times(&log_p))
    }

    /// H = −Σ_c p_c log p_c.
    #[track_caller]
    fn entropy(&self) -> Tensor<T> {
        let log_p = self.log_probabilities();
        -sum_dimensions(log_p.exp().times(&log_p))
    }

    /// p.
    #[track_caller]
    fn mean(&self) -> Tensor<T> {
        self.log_probabilities().exp()
    }

    /// p (1 − p), the diagonal of the covariance diag p − p pᵀ.
    #[track_caller]
    fn variance(&self) -> Tensor<T> {
        let p = self.mean();
        &p * (1.0 - &p)
    }

    /// One-hot, the class that wins a race: c = argmin e_c/p_c = argmax (l_c − log e_c), with e_c ~ Exp(1) each by
    /// itself. That e_c/p_c comes before t has the rate p_c, so class c is the first with probability p_c / Σ p.
    ///
    /// Source: Maddison, Tarlow & Minka 2014, §2.1, the Gumbel-max trick: −log e_c has the Gumbel distribution.
    fn sample(&self, batch: impl AsRef<[usize]>, rng: &mut (impl Rng + ?Sized)) -> Tensor<T> {
        let shape = sample_shape(batch, self.logits.shape());
        let mut values = self.logits.detach().broadcast_to(&shape).value().to_owned();
        for mut row in values.lanes_mut(Axis(shape.len() - 1)) {
            let mut score = |l: &T| l.as_f64() - rng.sample::<f64, _>(Exp1).ln();
            let scores: Vec<_> = row.iter().map(&mut score).collect();
            let winner = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]));
            row.fill(T::zero());
            row[winner.expect("at least one class")] = T::one();
        }
        values.into()
    }
}

/// KL = Σ_c p_c log(p_c/q_c).
impl<T: Float> KullbackLeibler<T> for Categorical<T> {
    #[track_caller]
    fn kl(&self, other: &Self) -> Tensor<T> {
        let (log_p, log_q) = (self.log_probabilities(), other.log_probabilities());
        not_negative(sum_dimensions(log_p.exp().times(&(&log_p - log_q))))
    }
}
