//! Shapes: NumPy broadcasting, axes, and the words of a shape panic.
//!
//! Every check here panics at the line of the user's code that called the op, with the shapes it was given.

use ndarray::IxDyn;

/// The shape that `x` and `y` broadcast to.
///
/// Shapes are aligned at their last axes; along each axis the extents must be equal or one of them 1.
#[track_caller]
pub(crate) fn broadcast(op: &str, x: &[usize], y: &[usize]) -> IxDyn {
    let Some(shape) = broadcast_shape(x, y) else {
        panic!(
            "{op}: x is {x:?} but y is {y:?}; aligned at the last axis, extents must be equal or 1"
        );
    };
    shape
}

/// The shape that `x` and `y` broadcast to, if they do.
pub(crate) fn broadcast_shape(x: &[usize], y: &[usize]) -> Option<IxDyn> {
    let rank = x.len().max(y.len());
    let mut shape = IxDyn::zeros(rank);
    for axis in 1..=rank {
        let extent = |of: &[usize]| of.len().checked_sub(axis).map_or(1, |i| of[i]);
        shape[rank - axis] = match (extent(x), extent(y)) {
            (a, b) if a == b || b == 1 => a,
            (1, b) => b,
            _ => return None,
        };
    }
    Some(shape)
}

/// Checks that `from` can be broadcast to `to`.
#[track_caller]
pub(crate) fn check_broadcasts_to(op: &str, from: &[usize], to: &[usize]) {
    let aligned = from.len() <= to.len()
        && from.iter().rev().zip(to.iter().rev()).all(|(&a, &b)| a == b || a == 1);
    assert!(
        aligned,
        "{op}: {from:?} does not broadcast to {to:?}; aligned at the last axis, its extents must be equal or 1"
    );
}

/// The axes along which `from` was repeated to become `to`: those it lacks, and those where it has extent 1.
pub(crate) fn repeated_axes(from: &[usize], to: &[usize]) -> Vec<usize> {
    let lacking = to.len() - from.len();
    (0..to.len()).filter(|&axis| axis < lacking || from[axis - lacking] != to[axis]).collect()
}

/// Checks that `axes` are distinct axes of `shape`.
#[track_caller]
pub(crate) fn check_axes(op: &str, shape: &[usize], axes: &[usize]) {
    for (i, axis) in axes.iter().enumerate() {
        assert!(
            *axis < shape.len(),
            "{op}: x is {shape:?} and has no axis {axis}; axes are 0 to {}",
            shape.len() as isize - 1
        );
        assert!(!axes[..i].contains(axis), "{op}: axis {axis} is named twice in {axes:?}");
    }
}

/// Checks that `axes` are distinct axes of `shape`, none of them empty.
#[track_caller]
pub(crate) fn check_filled_axes(op: &str, shape: &[usize], axes: &[usize]) {
    check_axes(op, shape, axes);
    for &axis in axes {
        assert!(shape[axis] > 0, "{op}: x is {shape:?}; axis {axis} must not be empty");
    }
}

/// Checks that the last two axes of `shape` hold square matrices, and returns their order.
#[track_caller]
pub(crate) fn check_square(op: &str, shape: &[usize]) -> usize {
    match *shape {
        [.., rows, columns] if rows == columns => rows,
        _ => panic!("{op}: x is {shape:?}; its last two axes must be rows and as many columns"),
    }
}

/// `shape` with extent 1 along `axes`.
pub(crate) fn kept(shape: &[usize], axes: &[usize]) -> Vec<usize> {
    let extent = |(axis, &n): (usize, &usize)| if axes.contains(&axis) { 1 } else { n };
    shape.iter().enumerate().map(extent).collect()
}
