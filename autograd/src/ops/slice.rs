//! Slicing and joining.

use std::ops::Range;

use ndarray::{Array, Axis, IxDyn, SliceInfoElem, concatenate};

use crate::shape::check_axes;
use crate::{Float, Tensor};

impl<T: Float> Tensor<T> {
    /// Basic slicing with [`ndarray::s!`]: ranges, steps, indices and new axes. A view, no element moves.
    ///
    /// Slicing selects: ż = S ẋ with a 0-1 matrix S, so x̄ = Sᵀ z̄:
    ///     x̄ = z̄ put back in its place, zero elsewhere ([`unslice`](Tensor::unslice)).
    ///
    /// # Panics
    /// If the number of axes differs or an index is out of bounds.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    /// use ndarray::{array, s};
    ///
    /// let x = Tensor::<f64>::leaf(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    /// let y = x.slice(s![1, ..;2]);
    /// assert_eq!(y.to_vec(), [4.0, 6.0]);
    /// assert_eq!(y.sum().backward()[&x].to_vec(), [0.0, 0.0, 0.0, 1.0, 0.0, 1.0]);
    /// ```
    #[track_caller]
    pub fn slice(&self, info: impl AsRef<[SliceInfoElem]>) -> Self {
        let info = info.as_ref().to_vec();
        check_slice("slice", "x is", self.shape(), &info);
        let z = self.storage().share().slice_move(info.as_slice());
        Self::from_op("slice", z, [self], move |[x], _z, dz, [dx]| {
            dx.add(|| dz.unslice(x.shape(), &info));
        })
    }

    /// The [slice](Tensor::slice) that takes `range` of one axis and all of the others.
    ///
    /// # Panics
    /// If the axis does not exist or the range is out of bounds.
    #[track_caller]
    pub fn narrow(&self, axis: usize, range: Range<usize>) -> Self {
        check_axes("narrow", self.shape(), &[axis]);
        let mut info = vec![SliceInfoElem::from(..); self.rank()];
        info[axis] = range.into();
        self.slice(info)
    }

    /// The elements in reverse order along `axes`. A view, no element moves.
    ///
    /// # Panics
    /// If an axis does not exist or is named twice.
    #[track_caller]
    pub fn flip(&self, axes: impl AsRef<[usize]>) -> Self {
        check_axes("flip", self.shape(), axes.as_ref());
        let mut info = vec![SliceInfoElem::from(..); self.rank()];
        for &axis in axes.as_ref() {
            info[axis] = SliceInfoElem::Slice { start: 0, end: None, step: -1 };
        }
        self.slice(info)
    }

    /// Zeros of `shape` with x in the place that `info` selects: the adjoint of [`slice`](Tensor::slice), which is
    /// also its rule.
    ///
    /// ż = Sᵀ ẋ, so
    ///     x̄ = S z̄.
    ///
    /// # Panics
    /// If the slice of `shape` does not have the shape of x.
    #[track_caller]
    pub fn unslice(&self, shape: impl AsRef<[usize]>, info: impl AsRef<[SliceInfoElem]>) -> Self {
        let (shape, info) = (shape.as_ref(), info.as_ref().to_vec());
        check_slice("unslice", "the target is", shape, &info);
        let mut z = Array::zeros(IxDyn(shape));
        let mut place = z.slice_mut(info.as_slice());
        assert!(
            place.shape() == self.shape(),
            "unslice: x is {:?} but the slice of {shape:?} is {:?}; the shapes must be equal",
            self.shape(),
            place.shape()
        );
        place.assign(&self.value());
        Self::from_op("unslice", z, [self], move |_, _z, dz, [dx]| dx.add(|| dz.slice(&info)))
    }

    /// Concatenation of tensors along an existing axis.
    ///
    /// z is the sum of its parts, each put in its place, so
    ///     x̄ᵢ = the slice of z̄ that holds xᵢ.
    ///
    /// # Panics
    /// If there is no tensor, the axis does not exist, or the shapes differ along another axis.
    ///
    /// # Examples
    /// ```
    /// use autograd::Tensor;
    /// use ndarray::array;
    ///
    /// let (x, y) = (Tensor::<f64>::from(array![1.0, 2.0]), Tensor::from(array![3.0]));
    /// assert_eq!(Tensor::concatenate(&[&x, &y], 0).to_vec(), [1.0, 2.0, 3.0]);
    /// ```
    #[track_caller]
    pub fn concatenate(parts: &[&Self], axis: usize) -> Self {
        let Some(first) = parts.first() else {
            panic!("concatenate: there is no tensor; at least one is needed");
        };
        check_axes("concatenate", first.shape(), &[axis]);
        for part in parts {
            let agrees = |other| other == axis || part.shape()[other] == first.shape()[other];
            assert!(
                part.rank() == first.rank() && (0..first.rank()).all(agrees),
                "concatenate: x is {:?} but y is {:?}; they must agree in all axes but {axis}",
                first.shape(),
                part.shape()
            );
        }
        let views: Vec<_> = parts.iter().map(|part| part.value()).collect();
        let z: Array<T, IxDyn> = concatenate(Axis(axis), &views).expect("checked");
        Self::from_variadic_op("concatenate", z, parts, move |x, _z, dz, dx| {
            let mut start = 0;
            for (x, dx) in x.iter().zip(dx) {
                let end = start + x.shape()[axis];
                dx.add(|| dz.narrow(axis, start..end));
                start = end;
            }
        })
    }

    /// Tensors of one shape side by side along a new axis.
    ///
    /// # Panics
    /// If there is no tensor, the new axis exceeds the rank, or the shapes differ.
    #[track_caller]
    pub fn stack(parts: &[&Self], axis: usize) -> Self {
        let Some(first) = parts.first() else {
            panic!("stack: there is no tensor; at least one is needed");
        };
        assert!(
            axis <= first.rank(),
            "stack: x is {:?}; the new axis {axis} must be at most {}",
            first.shape(),
            first.rank()
        );
        for part in parts {
            assert!(
                part.shape() == first.shape(),
                "stack: x is {:?} but y is {:?}; the shapes must be equal",
                first.shape(),
                part.shape()
            );
        }
        let mut layers = Vec::with_capacity(parts.len());
        for part in parts {
            layers.push(part.insert_axis(axis)); // not in a closure, whose line would be recorded
        }
        Self::concatenate(&layers.iter().collect::<Vec<_>>(), axis)
    }
}

#[track_caller]
fn check_slice(op: &str, sliced_is: &str, shape: &[usize], info: &[SliceInfoElem]) {
    let sliced: Vec<_> = info.iter().filter(|elem| !elem.is_new_axis()).collect();
    assert!(
        sliced.len() == shape.len(),
        "{op}: {sliced_is} {shape:?} but the slice names {} axes; it must name each",
        sliced.len()
    );
    for (axis, (elem, &extent)) in sliced.into_iter().zip(shape).enumerate() {
        let position = |i: isize| if i < 0 { i + extent as isize } else { i };
        let inside = |i| (0..=extent as isize).contains(&position(i));
        let fits = match *elem {
            SliceInfoElem::Slice { start, end, step } => {
                inside(start) && end.is_none_or(inside) && step != 0
            }
            SliceInfoElem::Index(i) => inside(i) && position(i) < extent as isize,
            SliceInfoElem::NewAxis => true,
        };
        assert!(fits, "{op}: {sliced_is} {shape:?} but the slice takes {elem:?} of axis {axis}");
    }
}
