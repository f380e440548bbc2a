//! Reductions over any axes, in terms of the middle axis of three.

use std::borrow::Cow;
use std::ops::Range;

use ndarray::{ArrayD, IxDyn};

use super::{Fold, Map, map};
use crate::{Float, Tensor};

/// Combines the elements of x over `axes`.
///
/// Neighboring axes are reduced as one, the last ones first, on the elements in row-major order: the
/// result depends on the shape and the elements alone, not on how they lie in memory.
pub(crate) fn reduce<T: Float>(x: &Tensor<T>, axes: &[usize], f: Fold) -> Tensor<T> {
    let mut shape = x.shape().to_vec();
    let copy;
    let mut elements = match x.storage().as_slice() {
        Some(elements) => Cow::Borrowed(elements),
        None => {
            copy = map(x, Map::Identity);
            Cow::Borrowed(copy.storage().as_slice().expect("in row-major order"))
        }
    };
    for run in runs(axes).into_iter().rev() {
        let extent = |axes: Range<usize>| shape[axes].iter().product::<usize>();
        let split = [extent(0..run.start), extent(run.clone()), extent(run.end..shape.len())];
        elements = T::fold(f, &elements, split).into();
        shape.drain(run);
    }
    let z = ArrayD::from_shape_vec(IxDyn(&shape), elements.into_owned());
    z.expect("as many as the shape holds").into()
}

/// Neighboring axes, in increasing order.
fn runs(axes: &[usize]) -> Vec<Range<usize>> {
    let mut sorted = axes.to_vec();
    sorted.sort_unstable();
    let mut runs: Vec<Range<usize>> = Vec::new();
    for axis in sorted {
        match runs.last_mut() {
            Some(run) if run.end == axis => run.end += 1,
            _ => runs.push(axis..axis + 1),
        }
    }
    runs
}
