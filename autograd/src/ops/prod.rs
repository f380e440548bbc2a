//! The product of elements.

use super::reduce::all_axes;
use crate::shape::check_axes;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Product of all elements, z = Π x, of shape `[]`; 1 if there are none.
    ///
    /// # Examples
    /// With a zero among the factors, only it moves the product:
    /// ```
    /// use autograd::Tensor;
    ///
    /// let x = Tensor::<f64>::leaf(ndarray::array![2.0, 0.0, 3.0]);
    /// let z = x.prod();
    /// assert_eq!(z.item(), 0.0);
    /// assert_eq!(z.backward()[&x].to_vec(), [0.0, 6.0, 0.0]);
    /// ```
    #[track_caller]
    pub fn prod(&self) -> Self {
        self.prod_axes(all_axes(self))
    }

    /// Product over `axes`, z = Π x; 1 along an empty axis.
    ///
    /// ż = Σᵢ ẋᵢ Π_{j≠i} xⱼ. The quotient z / xᵢ would be 0/0 for xᵢ = 0. So pairs are multiplied, pairs of pairs, and
    /// so on: a balanced tree whose rules multiply each z̄ by the other factor, right at every order, with any number of
    /// zeros, for the price of a few products per element.
    ///
    /// # Panics
    /// If an axis does not exist or is named twice.
    #[track_caller]
    pub fn prod_axes(&self, axes: impl AsRef<[usize]>) -> Self {
        let axes = axes.as_ref();
        check_axes("prod", self.shape(), axes);
        let rest: Vec<_> = (0..self.rank()).filter(|axis| !axes.contains(axis)).collect();
        let extents =
            |axes: &[usize]| axes.iter().map(|&axis| self.shape()[axis]).collect::<Vec<_>>();
        let factors = extents(axes).iter().product();
        let first = self.permute([axes, &rest].concat());
        product(&first.reshape([vec![factors], extents(&rest)].concat()))
    }
}

/// The product over the first axis: of a half and the other half, and of what is left over.
#[track_caller]
fn product<T: Float>(x: &Tensor<T>) -> Tensor<T> {
    let (n, rest) = (x.shape()[0], &x.shape()[1..]);
    match n {
        // The sum of no terms, 0, remembers that it came from x.
        0 => x.sum_axes([0]) + 1.0,
        1 => x.reshape(rest),
        _ => {
            let half = n / 2;
            let pairs = product(&(x.narrow(0, 0..half) * x.narrow(0, half..2 * half)));
            if n % 2 == 0 { pairs } else { pairs * x.narrow(0, n - 1..n).reshape(rest) }
        }
    }
}
