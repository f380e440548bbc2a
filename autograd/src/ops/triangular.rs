//! Triangles of matrices, and the equations that they make easy to solve.

use ndarray::{Array, Dimension, IxDyn};

use super::linear::batch;
use crate::shape::{broadcast, check_square};
use crate::{Float, Tensor};

/// A half of a square matrix, together with its diagonal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Triangle {
    /// xᵢⱼ with j ≤ i.
    Lower,
    /// xᵢⱼ with i ≤ j.
    Upper,
}

impl Triangle {
    fn contains(self, i: usize, j: usize) -> bool {
        match self {
            Self::Lower => j <= i,
            Self::Upper => i <= j,
        }
    }

    fn transposed(self) -> Self {
        match self {
            Self::Lower => Self::Upper,
            Self::Upper => Self::Lower,
        }
    }
}

impl<T: Float> Tensor<T> {
    /// One triangle of each matrix, zeros elsewhere: z = tril x or triu x.
    ///
    /// Shapes: x [.., n, n] -> [.., n, n].
    ///
    /// This is an orthogonal projection, so
    ///     x̄ = the same triangle of z̄.
    ///
    /// # Panics
    /// If the last two axes are not equal.
    #[doc(alias = "tril")]
    #[doc(alias = "triu")]
    #[track_caller]
    pub fn triangle(&self, triangle: Triangle) -> Self {
        let n = check_square("triangle", self.shape());
        let kept = |(at, x)| if triangle.contains(at / n % n, at % n) { x } else { T::zero() };
        let z = self.to_vec().into_iter().enumerate().map(kept).collect();
        let z = Array::from_shape_vec(IxDyn(self.shape()), z).expect("as many elements");
        Self::from_op("triangle", z, [self], move |_, _z, dz, [dx]| {
            dx.add(|| dz.triangle(triangle));
        })
    }

    /// Solution of triangular equations, z = l⁻¹ b, where l is one triangle of x.
    ///
    /// Shapes: x [.., n, n], b [.., n, m] -> [.., n, m]. Batch axes broadcast as those of [`matmul`](Tensor::matmul).
    /// The other triangle of x is never read, its cotangent is 0. For lᵀ z = b solve with [`x.t()`](Tensor::t) and
    /// the other triangle.
    ///
    /// # Derivation
    /// l z = b gives l̇ z + l ż = ḃ, so ż = l⁻¹ (ḃ − l̇ z), and ⟨z̄, ż⟩ = ⟨l⁻ᵀ z̄, ḃ − l̇ z⟩, so
    ///     b̄ = l⁻ᵀ z̄,   x̄ = −(the triangle of b̄ zᵀ).
    ///
    /// Numerics: substitution, row by row, is backward stable: z solves (l + E) z = b exactly, with |E| ≤ n ε |l|. A
    /// zero on the diagonal is divided by: the elements of z that need it are infinite or NaN.
    ///
    /// # Panics
    /// If x is not square, b has not as many rows as x, or batch axes do not broadcast.
    ///
    /// # Examples
    /// ```
    /// use autograd::{Tensor, Triangle};
    /// use ndarray::array;
    ///
    /// let l = Tensor::<f64>::leaf(array![[2.0, 0.0], [1.0, 4.0]]);
    /// let b = Tensor::leaf(array![[2.0], [5.0]]);
    /// let z = l.solve_triangular(&b, Triangle::Lower);
    /// assert_eq!(z.to_vec(), [1.0, 1.0]);
    /// let gradients = z.sum().backward();
    /// assert_eq!(gradients[&b].to_vec(), [0.375, 0.25]);
    /// assert_eq!(gradients[&l].to_vec(), [-0.375, 0.0, -0.25, -0.25]);
    /// ```
    #[track_caller]
    pub fn solve_triangular(&self, b: &Self, triangle: Triangle) -> Self {
        check_equations(self, b);
        let batch_axes = broadcast("solve_triangular", batch(self), batch(b));
        let z = solve(self, b, batch_axes.slice(), triangle);
        Self::from_op("solve_triangular", z, [self, b], move |[x, _b], z, dz, [dx, db]| {
            let b_cotangent = x.t().solve_triangular(dz, triangle.transposed());
            dx.add(|| -b_cotangent.matmul_to(&z.t(), batch(x)).triangle(triangle));
            db.add(|| b_cotangent);
        })
    }
}

#[track_caller]
fn check_equations<T: Float>(x: &Tensor<T>, b: &Tensor<T>) {
    let n = check_square("solve_triangular", x.shape());
    assert!(
        b.rank() >= 2 && b.shape()[b.rank() - 2] == n,
        "solve_triangular: x is {:?} but b is {:?}; b must have rows and columns, as many rows as x",
        x.shape(),
        b.shape()
    );
}

/// One solution for each place along `batch_axes`.
fn solve<T: Float>(
    x: &Tensor<T>,
    b: &Tensor<T>,
    batch_axes: &[usize],
    triangle: Triangle,
) -> Array<T, IxDyn> {
    let (n, m) = (b.shape()[b.rank() - 2], b.shape()[b.rank() - 1]);
    let shape = IxDyn(&[batch_axes, &[n, m]].concat());
    let mut z: Vec<_> =
        b.value().broadcast(shape.clone()).expect("checked").iter().copied().collect();
    if !z.is_empty() {
        let x_values = x.to_vec();
        // The matrices of x, numbered; broadcast, that is which one each place has.
        let numbers = Array::from_iter(0..x.len() / (n * n));
        let numbers = numbers.into_shape_with_order(batch(x)).expect("one number a matrix");
        let numbers = numbers.broadcast(batch_axes).expect("checked");
        for (z, k) in z.chunks_exact_mut(n * m).zip(numbers) {
            substitute(&x_values[k * n * n..][..n * n], z, n, triangle);
        }
    }
    Array::from_shape_vec(shape, z).expect("as many elements")
}

/// Row by row, from the corner of the triangle: zᵢ ← (zᵢ − Σₖ lᵢₖ zₖ) / lᵢᵢ over the rows k already solved.
fn substitute<T: Float>(l: &[T], z: &mut [T], n: usize, triangle: Triangle) {
    let m = z.len() / n;
    for step in 0..n {
        let (i, row, solved, coefficients);
        match triangle {
            Triangle::Lower => {
                i = step;
                let (above, rest) = z.split_at_mut(i * m);
                (row, solved, coefficients) = (&mut rest[..m], above, &l[i * n..][..i]);
            }
            Triangle::Upper => {
                i = n - 1 - step;
                let (rest, below) = z.split_at_mut((i + 1) * m);
                (row, solved, coefficients) = (&mut rest[i * m..], below, &l[i * n..][i + 1..n]);
            }
        }
        for (solved, &coefficient) in solved.chunks_exact(m).zip(coefficients) {
            row.iter_mut().zip(solved).for_each(|(z, &solved)| *z -= coefficient * solved);
        }
        row.iter_mut().for_each(|z| *z = *z / l[i * n + i]);
    }
}
