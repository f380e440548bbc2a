//! [`Moments`]: mean, variance and standard error of a stream of numbers.

use std::fmt;

use autograd::{Float, Tensor};

/// Mean, variance and standard error of numbers that come one at a time.
///
/// One pass, in `f64`, without the difference of two large sums that Σx² − n m² is. With m₀ = s₀ = 0,
/// ```text
///     mₙ = mₙ₋₁ + (xₙ − mₙ₋₁)/n,   sₙ = sₙ₋₁ + (xₙ − mₙ₋₁)(xₙ − mₙ),
///     mₙ = 1/n Σ x,   sₙ = Σ (x − mₙ)².                                     (moments_are_those_of_two_passes)
/// ```
/// Printed as mean ± standard error.
///
/// # Examples
/// ```
/// use vae::Moments;
///
/// let x = Moments::of([1.0, 2.0, 3.0, 4.0]);
/// assert_eq!((x.count(), x.mean()), (4, 2.5));
/// assert!((x.variance() - 5.0 / 3.0).abs() < 1e-15);
/// assert_eq!(format!("{x:.1}"), "2.5 ± 0.6");
/// ```
///
/// Source: Welford 1962.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    count: usize,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// The moments of these numbers.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut moments = Self::default();
        moments.extend(numbers);
        moments
    }

    /// The moments of each column of a matrix.
    ///
    /// # Panics
    /// If the tensor does not have two axes.
    #[track_caller]
    pub fn of_columns<T: Float>(x: &Tensor<T>) -> Vec<Self> {
        assert!(x.rank() == 2, "Moments: x is {:?}; it must be a matrix", x.shape());
        let mut columns = vec![Self::default(); x.shape()[1]];
        for row in x.value().rows() {
            for (column, x) in columns.iter_mut().zip(row) {
                column.add(x.as_f64());
            }
        }
        columns
    }

    /// Adds one number.
    pub fn add(&mut self, x: f64) {
        self.count += 1;
        let before = x - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (x - self.mean);
    }

    /// n, mₙ and sₙ: all that is known of the numbers, from which [`of_sums`](Self::of_sums) goes on.
    pub fn sums(&self) -> (usize, f64, f64) {
        (self.count, self.mean, self.squares)
    }

    /// The moments that have these [`sums`](Self::sums), to the last bit.
    ///
    /// # Examples
    /// ```
    /// use vae::Moments;
    ///
    /// let x = Moments::of([1.0, 2.0, 4.0]);
    /// let (n, mean, squares) = x.sums();
    /// assert_eq!(Moments::of_sums(n, mean, squares), x);
    /// ```
    pub fn of_sums(n: usize, mean: f64, squares: f64) -> Self {
        Self { count: n, mean, squares }
    }

    /// How many numbers there were.
    pub fn count(&self) -> usize {
        self.count
    }

    /// The mean; NaN of no numbers.
    pub fn mean(&self) -> f64 {
        if self.count == 0 { f64::NAN } else { self.mean }
    }

    /// The unbiased estimate of the variance, Σ (x − m)² / (n − 1); NaN of fewer than two numbers.
    pub fn variance(&self) -> f64 {
        if self.count < 2 { f64::NAN } else { self.squares / (self.count - 1) as f64 }
    }

    /// The standard error of the mean, √(variance / n): how far the mean of so many independent numbers is, typically,
    /// from the expectation. NaN of fewer than two numbers.
    pub fn standard_error(&self) -> f64 {
        (self.variance() / self.count as f64).sqrt()
    }
}

impl Extend<f64> for Moments {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|x| self.add(x));
    }
}

/// With two decimals unless told otherwise.
impl fmt::Display for Moments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = f.precision().unwrap_or(2);
        write!(f, "{:.decimals$} ± {:.decimals$}", self.mean(), self.standard_error())
    }
}
