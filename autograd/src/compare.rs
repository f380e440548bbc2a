//! Comparisons, element by element: 1 where they hold, 0 elsewhere.
//!
//! A comparison is piecewise constant: its derivative is 0 wherever it has one. So its result is a constant, and there
//! is no op to record. It serves as the condition of [`Tensor::select`].

use crate::elementwise::{Zip, zip};
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// ⟦x = y⟧, with broadcasting: a constant. 0 where either is NaN.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn equal(&self, y: &Self) -> Self {
        zip("equal", self, y, Zip::Equal)
    }

    /// ⟦x < y⟧, with broadcasting: a constant. 0 where either is NaN.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::leaf(ndarray::array![-1.0, 0.0, 2.0]);
    /// let negative = x.less(&Tensor::from(0.0));
    /// assert_eq!(negative.to_vec(), [1.0, 0.0, 0.0]);
    /// assert!(!negative.is_tracked());
    /// ```
    #[track_caller]
    pub fn less(&self, y: &Self) -> Self {
        zip("less", self, y, Zip::Less)
    }

    /// ⟦x ≤ y⟧, with broadcasting: a constant. 0 where either is NaN.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn less_equal(&self, y: &Self) -> Self {
        zip("less_equal", self, y, Zip::LessEqual)
    }

    /// ⟦x > y⟧, with broadcasting: a constant. 0 where either is NaN.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn greater(&self, y: &Self) -> Self {
        zip("greater", self, y, Zip::Greater)
    }

    /// ⟦x ≥ y⟧, with broadcasting: a constant. 0 where either is NaN.
    ///
    /// # Panics
    /// If the shapes do not broadcast.
    #[track_caller]
    pub fn greater_equal(&self, y: &Self) -> Self {
        zip("greater_equal", self, y, Zip::GreaterEqual)
    }
}
