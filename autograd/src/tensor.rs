//! [`Tensor`]: a value and, if it is tracked, the node of the graph that produced it.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use ndarray::{ArcArray, Array, ArrayView, ArrayViewD, ArrayViewMutD, Dimension, IxDyn};

use crate::graph::{Node, Op, line};
use crate::simd::Elements;
use crate::storage::Storage;
use crate::{Cotangent, Float, anomaly};

/// Shared, copy-on-write storage with a shape and strides.
pub type Value<T> = ArcArray<T, IxDyn>;

/// An array of any rank that remembers how it was computed.
///
/// A tensor is *tracked* if it is a [leaf](Tensor::leaf) or was computed from a tracked tensor; only tracked tensors
/// take part in differentiation. Values are never changed behind the graph's back: storage is shared and copied on
/// write, so cloning is cheap and a tensor that a rule has kept stays as it was.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
///
/// let x = Tensor::leaf(array![1.0, 2.0, 3.0]);
/// let loss = (&x * &x).sum();
/// assert_eq!(loss.item(), 14.0);
///
/// let gradients = loss.backward();
/// assert_eq!(gradients[&x].to_vec(), [2.0, 4.0, 6.0]);
/// ```
#[derive(Clone)]
pub struct Tensor<T: Float = f32> {
    value: Storage<T>,
    node: Option<Arc<Node<T>>>,
}

impl<T: Float> Tensor<T> {
    /// A tensor that is never differentiated: data, noise, masks.
    pub fn constant(value: impl Into<Self>) -> Self {
        value.into().detach()
    }

    /// A tensor to differentiate with respect to: a parameter, or an input under check.
    pub fn leaf(value: impl Into<Self>) -> Self {
        Self { value: value.into().value, node: Some(Node::new(None)) }
    }

    /// A constant with `x` in every place.
    pub fn full(shape: impl AsRef<[usize]>, x: f64) -> Self {
        let (shape, x) = (shape.as_ref(), T::from_f64(x));
        match shape.iter().product() {
            1 => Storage::new(shape, Elements::One(x)).into(),
            _ => Array::from_elem(IxDyn(shape), x).into(),
        }
    }

    /// A constant of zeros.
    pub fn zeros(shape: impl AsRef<[usize]>) -> Self {
        Self::full(shape, 0.0)
    }

    /// A constant of ones.
    pub fn ones(shape: impl AsRef<[usize]>) -> Self {
        Self::full(shape, 1.0)
    }

    /// The same value without history, in O(1).
    ///
    /// This is how gradients are kept from flowing: there is no global mode.
    pub fn detach(&self) -> Self {
        Self { value: self.value.clone(), node: None }
    }

    /// The result of an op, with the rule that differentiates it.
    ///
    /// `vjp(x, z, dz, dx)` is given the inputs x, the output z and its cotangent z̄, and adds to each input's cotangent
    /// x̄ = Jᵀ z̄ through [`Cotangent::add`]. Written in tensor operations, one rule serves every order: `backward` calls
    /// it with detached tensors, `grad` with tracked ones. Of a large op `backward` may call it twice, on two threads: for
    /// those inputs that are leaves, and for the others. A contribution may have the broadcast shape, it is summed to the
    /// input's. The slope of some functions is infinite at places: [`times`](Tensor::times) and
    /// [`over`](Tensor::over) keep a cotangent of 0 at 0 there. The closure must not capture tracked tensors: what it
    /// needs of them are its arguments. The [guide](crate::guide) derives, writes and proves an op, and makes it fast.
    ///
    /// # Examples
    /// An op of one's own, the cube z = x³ with ż = 3x² ⊙ ẋ:
    /// ```
    /// use autograd::{Tensor, check_grads};
    ///
    /// fn cube(x: &Tensor<f64>) -> Tensor<f64> {
    ///     let z = x.value().mapv(|x| x * x * x);
    ///     Tensor::from_op("cube", z, [x], |[x], _z, dz, [dx]| dx.add(|| dz * x.square() * 3.0))
    /// }
    ///
    /// let x = Tensor::leaf(ndarray::array![2.0]);
    /// assert_eq!(cube(&x).sum().backward()[&x].item(), 12.0);
    /// check_grads(|x| cube(&x[0]), &[x], 2).unwrap();
    /// ```
    #[track_caller]
    pub fn from_op<const N: usize>(
        name: &'static str,
        value: impl Into<Self>,
        inputs: [&Self; N],
        vjp: impl Fn([&Self; N], &Self, &Self, [&mut Cotangent<'_, T>; N]) + Send + Sync + 'static,
    ) -> Self {
        Self::from_variadic_op(name, value, &inputs, move |x, z, dz, dx| {
            let x: &[Self; N] = x.try_into().expect("as many inputs as recorded");
            let dx: &mut [_; N] = dx.try_into().expect("as many cotangents as inputs");
            vjp(x.each_ref(), z, dz, dx.each_mut());
        })
    }

    /// [`Tensor::from_op`] for any number of inputs.
    #[track_caller]
    pub fn from_variadic_op(
        name: &'static str,
        value: impl Into<Self>,
        inputs: &[&Self],
        vjp: impl Fn(&[Self], &Self, &Self, &mut [Cotangent<'_, T>]) + Send + Sync + 'static,
    ) -> Self {
        let value = value.into().value;
        if anomaly::watched() {
            anomaly::judge_value(name, inputs, &value);
        }
        if inputs.iter().all(|input| input.node.is_none()) {
            return Self { value, node: None };
        }
        let op = Op {
            name,
            recorded_at: line(),
            inputs: inputs.iter().map(|input| input.detach()).collect(),
            parents: inputs.iter().map(|input| input.node.clone()).collect(),
            output: Self { value: value.clone(), node: None },
            vjp: Box::new(vjp),
        };
        Self { value, node: Some(Node::new(Some(op))) }
    }

    /// The same value, tracked by `node` if there is one.
    pub(crate) fn tracked_by(&self, node: Option<&Arc<Node<T>>>) -> Self {
        Self { value: self.value.clone(), node: node.cloned() }
    }

    /// The elements.
    pub fn value(&self) -> ArrayViewD<'_, T> {
        self.value.view()
    }

    /// The elements, to be changed in place, in row-major order.
    ///
    /// In place means in place only where nobody else holds them: a graph that is still alive keeps the old ones, and
    /// then this copies first.
    ///
    /// # Panics
    /// On a tensor computed by an op: its value is a fact.
    #[track_caller]
    pub fn value_mut(&mut self) -> ArrayViewMutD<'_, T> {
        if let Some(name) = self.op_name() {
            panic!(
                "value_mut: the tensor was computed by {name}; only a leaf or a constant can be changed"
            );
        }
        self.value.view_mut()
    }

    /// The shared storage.
    pub(crate) fn storage(&self) -> &Storage<T> {
        &self.value
    }

    /// The extent along each axis; `[]` for a scalar.
    pub fn shape(&self) -> &[usize] {
        self.value.shape()
    }

    /// The number of axes.
    pub fn rank(&self) -> usize {
        self.shape().len()
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// Whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The only element.
    ///
    /// # Panics
    /// If there is not exactly one.
    #[track_caller]
    pub fn item(&self) -> T {
        assert!(
            self.len() == 1,
            "item: the tensor is {:?} and must hold one element",
            self.shape()
        );
        *self.value().first().expect("one element")
    }

    /// The elements in row-major order.
    pub fn to_vec(&self) -> Vec<T> {
        self.value().iter().copied().collect()
    }

    /// Whether gradients flow to or through this tensor.
    pub fn is_tracked(&self) -> bool {
        self.node.is_some()
    }

    /// The name of the op that computed this tensor, if it is tracked and not a leaf.
    pub fn op_name(&self) -> Option<&'static str> {
        self.node.as_ref()?.op.as_ref().map(|op| op.name)
    }

    /// The line of code that computed this tensor, if it is tracked and not a leaf; of a gradient by
    /// [`Tensor::grad`], the line of the op that was differentiated.
    pub fn recorded_at(&self) -> Option<&'static Location<'static>> {
        self.node.as_ref()?.op.as_ref().map(|op| op.recorded_at)
    }

    pub(crate) fn node(&self) -> Option<&Arc<Node<T>>> {
        self.node.as_ref()
    }

    pub(crate) fn into_node(self) -> Option<Arc<Node<T>>> {
        self.node
    }

    /// Adds `term` to this untracked tensor, in place if nobody shares its storage.
    pub(crate) fn accumulate(&mut self, term: &Self) {
        match (&mut self.value, &term.value) {
            (Storage::Number { x: sum, .. }, Storage::Number { x, .. }) => *sum += *x,
            (sum, term) => sum.view_mut().zip_mut_with(&term.view(), |sum, &x| *sum += x),
        }
    }
}

impl<T: Float> From<Value<T>> for Tensor<T> {
    fn from(value: Value<T>) -> Self {
        Storage::from(value).into()
    }
}

impl<T: Float> From<Storage<T>> for Tensor<T> {
    fn from(value: Storage<T>) -> Self {
        Self { value, node: None }
    }
}

impl<T: Float, D: Dimension> From<Array<T, D>> for Tensor<T> {
    fn from(value: Array<T, D>) -> Self {
        value.into_dyn().into_shared().into()
    }
}

impl<T: Float, D: Dimension> From<ArrayView<'_, T, D>> for Tensor<T> {
    fn from(value: ArrayView<'_, T, D>) -> Self {
        value.to_owned().into()
    }
}

/// A scalar, of shape `[]`.
impl<T: Float> From<f64> for Tensor<T> {
    fn from(x: f64) -> Self {
        Self::full([], x)
    }
}

impl<T: Float> fmt::Debug for Tensor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let history = match (&self.node, self.op_name()) {
            (None, _) => "constant",
            (Some(_), None) => "leaf",
            (Some(_), Some(name)) => name,
        };
        write!(f, "Tensor({history}, {:?}, {})", self.shape(), self.value())
    }
}
