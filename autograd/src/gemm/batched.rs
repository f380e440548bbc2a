//! Products of stacks of matrices, one for each place along their batch axes.

use ndarray::parallel::prelude::*;
use ndarray::{
    ArrayBase, ArrayD, ArrayView1, ArrayViewD, ArrayViewMutD, Axis, Ix2, IxDyn, RawData,
};

use super::Onto;
use super::tasks::TASK;
use crate::Float;
use crate::threads::stay_awake;

/// A product of this many multiply-adds keeps all threads busy by itself.
const LARGE: usize = 1 << 23;

/// Product of stacks in a new array with these batch axes, in standard layout, added to nothing or to a row.
///
/// Shapes: a [.., m, k], b [.., k, n] -> [.., m, n], of any strides. Batch axes are aligned at the last; along each, an
/// operand may have extent 1, or lack the axis. If that is A or B, its matrix is used again in each product, and where
/// it lies is read; if it is the result, the products are summed.
pub(crate) fn product<T: Float>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    batch: &[usize],
    onto: Onto<'_, T>,
) -> ArrayD<T> {
    let shape = [batch, &[a.shape()[a.ndim() - 2], b.shape()[b.ndim() - 1]]].concat();
    let len = shape.iter().product();
    let mut elements = T::pool().take(len);
    // SAFETY: there is room for `len` elements, which nobody else sees; `multiply` writes every one of them and, unless
    // it adds to them, reads none before.
    unsafe {
        let c = ArrayViewMutD::from_shape_ptr(IxDyn(&shape), elements.as_mut_ptr());
        multiply(a, b, c, onto);
        elements.set_len(len);
    }
    ArrayD::from_shape_vec(shape, elements).expect("as many as the shape holds")
}

/// Brings the operands to one rank, folds what can be folded, and repeats A and B along the axes that are left.
fn multiply<T: Float>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    mut c: ArrayViewMutD<'_, T>,
    onto: Onto<'_, T>,
) {
    let rank = a.ndim().max(b.ndim()).max(c.ndim());
    if rank == 2 {
        // What follows takes as long as a small product.
        return T::multiply(matrix(a), matrix(b), matrix(c), onto);
    }
    if a.is_empty() || b.is_empty() || c.is_empty() {
        return match onto {
            Onto::Nothing => c.fill(T::zero()),
            Onto::Itself => {}
            Onto::Row(row) => c.assign(&ArrayView1::from(row)),
        };
    }
    let (mut a, mut b, mut c) = (padded(a, rank), padded(b, rank), padded(c, rank));
    fold(&mut a, &mut b, &mut c);
    let extent = |axis| a.len_of(axis).max(b.len_of(axis)).max(c.len_of(axis));
    let batch: Vec<_> = (0..rank - 2).map(|axis| extent(Axis(axis))).collect();
    each(repeated(&a, &batch), repeated(&b, &batch), c, onto);
}

/// Folds batch axes into the matrices where strides allow, the last one first: one large product is faster than many
/// small ones, and a sum along k faster than a sum of products.
///
/// Where B is the same for all, the rows of A become the rows of one matrix. Where C is the same for all,
/// Σᵢ Aᵢ·Bᵢ = [A₁ A₂ …]·[B₁; B₂; …]: the axis joins k.
fn fold<T: Float>(
    a: &mut ArrayViewD<'_, T>,
    b: &mut ArrayViewD<'_, T>,
    c: &mut ArrayViewMutD<'_, T>,
) {
    let [rows, cols] = [c.ndim() - 2, c.ndim() - 1].map(Axis);
    for axis in (0..c.ndim() - 2).rev().map(Axis) {
        let mut folded = a.clone();
        let done = if a.len_of(axis) == c.len_of(axis) && b.len_of(axis) == 1 {
            folded.merge_axes(axis, rows) && c.merge_axes(axis, rows)
        } else if a.len_of(axis) == b.len_of(axis) && c.len_of(axis) == 1 {
            folded.merge_axes(axis, cols) && b.merge_axes(axis, rows)
        } else {
            false
        };
        if done {
            *a = folded;
        }
    }
}

/// The products of operands of one rank: over one batch axis and, in each place, over those that are left.
///
/// Axes of C come first: their places are independent, so threads share them, unless they will share each product. Sums
/// come last and are taken in order. Hence the bits do not depend on the threads.
fn each<T: Float>(
    a: ArrayViewD<'_, T>,
    b: ArrayViewD<'_, T>,
    mut c: ArrayViewMutD<'_, T>,
    onto: Onto<'_, T>,
) {
    let batch = c.ndim() - 2;
    if batch == 0 {
        return T::multiply(matrix(a), matrix(b), matrix(c), onto);
    }
    let Some(axis) = (0..batch).map(Axis).find(|&axis| c.len_of(axis) > 1) else {
        let mut c = c.index_axis_move(Axis(0), 0);
        for (i, (a, b)) in a.outer_iter().zip(b.outer_iter()).enumerate() {
            each(a, b, c.view_mut(), if i > 0 { Onto::Itself } else { onto });
        }
        return;
    };
    let ([m, k], n) = ([batch, batch + 1].map(|axis| a.shape()[axis]), b.shape()[batch + 1]);
    let extent = c.len_of(axis);
    let in_place = a.len() / extent * n;
    let least = if m * k * n < LARGE { TASK.div_ceil(in_place) } else { extent };
    if least < extent {
        stay_awake();
    }
    let places =
        (a.axis_iter(axis).into_par_iter()).zip(b.axis_iter(axis)).zip(c.axis_iter_mut(axis));
    places.with_min_len(least).for_each(|((a, b), c)| each(a, b, c, onto));
}

/// The same array with leading axes of extent 1, up to `rank`.
fn padded<S: RawData>(mut x: ArrayBase<S, IxDyn>, rank: usize) -> ArrayBase<S, IxDyn> {
    while x.ndim() < rank {
        x = x.insert_axis(Axis(0));
    }
    x
}

/// The matrices of x, again and again along batch axes of extent 1.
fn repeated<'a, T>(x: &'a ArrayViewD<'_, T>, batch: &[usize]) -> ArrayViewD<'a, T> {
    let shape = [batch, &x.shape()[batch.len()..]].concat();
    x.broadcast(shape).expect("extents that are equal or 1")
}

fn matrix<S: RawData>(x: ArrayBase<S, IxDyn>) -> ArrayBase<S, Ix2> {
    x.into_dimensionality().expect("no batch axes are left")
}

#[cfg(test)]
mod tests {
    use ndarray::{Array4, ArrayView1, ArrayView4, Slice, indices, s};
    use rayon::ThreadPoolBuilder;

    use super::{Onto, multiply, product};

    /// A stack of small integers, whose products are exact in any order: row by row, column by column, or backwards
    /// with gaps.
    fn stack([i, j, rows, cols]: [usize; 4], layout: usize) -> Array4<f32> {
        let integer = |(h, i, j, k)| ((h * 5 + i * 3 + j * 7 + k * 11 + j * k) % 9) as f32 - 4.0;
        match layout {
            0 => Array4::from_shape_fn([i, j, rows, cols], integer),
            1 => Array4::from_shape_fn([cols, rows, j, i], integer).reversed_axes(),
            _ => {
                let mut x = Array4::from_shape_fn([2 * i, 2 * j, 2 * rows, 2 * cols], integer);
                x.slice_each_axis_inplace(|_| Slice::new(0, None, -2));
                x
            }
        }
    }

    /// Adds each product to its place in C.
    fn naive(a: ArrayView4<'_, f32>, b: ArrayView4<'_, f32>, c: &mut Array4<f32>) {
        let extent = |axis: usize| a.shape()[axis].max(b.shape()[axis]).max(c.shape()[axis]);
        for (i, j) in indices([extent(0), extent(1)]) {
            let at = |x: &[usize]| s![i % x[0], j % x[1], .., ..];
            let ab = a.slice(at(a.shape())).dot(&b.slice(at(b.shape())));
            let place = at(c.shape());
            c.slice_mut(place).scaled_add(1.0, &ab);
        }
    }

    /// Each axis of the batch is in A, B and C, or in some of them only, or in none.
    #[test]
    fn stacks_of_all_extents_and_layouts_agree_with_the_definition() {
        let extents = |axes: usize, operand: usize| {
            [3, 4].map(|n| if axes >> operand & 1 == 1 { n } else { 1 })
        };
        for (outer, inner, layout) in indices([8, 8, 9]) {
            let of = |operand| [extents(outer, operand)[0], extents(inner, operand)[1]];
            let ([a0, a1], [b0, b1], [c0, c1]) = (of(0), of(1), of(2));
            let a = stack([a0, a1, 2, 5], layout % 3);
            let b = stack([b0, b1, 5, 3], layout / 3);
            let c = stack([c0, c1, 2, 3], 0);
            let what = format!("{:?} {:?} {:?}, layout {layout}", a.shape(), b.shape(), c.shape());

            let mut expected = c.clone();
            naive(a.view(), b.view(), &mut expected);
            let mut sum = c.clone();
            let (a, b) = (a.view().into_dyn(), b.view().into_dyn());
            multiply(a.view(), b.view(), sum.view_mut().into_dyn(), Onto::Itself);
            assert_eq!(sum, expected, "onto itself {what}");
            let new = |onto| product(a.view(), b.view(), &[c0, c1], onto);
            expected -= &c;
            assert_eq!(new(Onto::Nothing), expected.clone().into_dyn(), "product {what}");
            let row = [1.0, 2.0, 3.0];
            expected += &ArrayView1::from(&row);
            assert_eq!(new(Onto::Row(&row)), expected.into_dyn(), "onto a row {what}");
        }
    }

    /// Work enough for several threads, whose products have bits that depend on the order of sums.
    #[test]
    fn the_bits_do_not_depend_on_the_threads() {
        let stack = |shape| stack(shape, 0).mapv(f32::exp);
        let (a, b, w) = (stack([6, 5, 60, 50]), stack([6, 5, 50, 70]), stack([1, 5, 50, 70]));
        let both = || {
            let products =
                product(a.view().into_dyn(), w.view().into_dyn(), &[6, 5], Onto::Nothing);
            let sums = product(a.view().into_dyn(), b.view().into_dyn(), &[5], Onto::Nothing);
            [products, sums].map(|x| x.mapv(f32::to_bits))
        };
        let on =
            |threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(both);
        let once = on(1);
        for threads in [2, 3, 5] {
            assert!(on(threads) == once, "{threads} threads differ from one");
        }
    }
}
