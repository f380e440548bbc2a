//! What a tensor holds; and the memory of large ones, used again.
//!
//! An allocator gives large blocks back to the system when they are freed, and a fresh block costs a
//! page fault for each 4096 bytes: several times what it costs to compute the numbers in it. A step
//! of training allocates the same sizes over and over. So results of elementwise ops above a size are
//! not freed with their last tensor but put aside, and the next result that fits takes the most
//! recent one, which may even be in the cache still.
//!
//! Only what was taken from here is given back, so no more is put aside than was in use at one time.

use std::sync::{Arc, Mutex, PoisonError};
use std::{mem, slice};

use ndarray::{Array, ArrayView, ArrayViewD, ArrayViewMut, ArrayViewMutD};

use crate::Float;
use crate::simd::{Elements, Operand};
use crate::tensor::Value;

/// Blocks below this many elements are left to the allocator.
const LARGE: usize = 1 << 13;
/// At most this many elements are put aside, 256 MiB in `f32`.
const LIMIT: usize = 1 << 26;

/// Blocks that are not in use, the most recent last.
pub struct Pool<T>(Mutex<Vec<Vec<T>>>);

impl<T: Float> Pool<T> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// An empty vector with room for `len` elements, and for at most twice as many.
    pub(crate) fn take(&self, len: usize) -> Vec<T> {
        let mut block = self.find(len);
        block.clear();
        block
    }

    /// `len` numbers, whatever they are: what an earlier result has left, or zeros.
    pub(crate) fn take_any(&self, len: usize) -> Vec<T> {
        let mut block = self.take_scratch(len);
        block.truncate(len);
        block
    }

    /// The same, or more: what is behind them need not be made zero for the next who takes the block.
    pub(crate) fn take_scratch(&self, len: usize) -> Vec<T> {
        let mut block = self.find(len);
        if block.len() < len {
            block.resize(len, T::zero());
        }
        block
    }

    fn find(&self, len: usize) -> Vec<T> {
        if len >= LARGE {
            let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let fits = |block: &Vec<T>| (len..=2 * len).contains(&block.capacity());
            if let Some(i) = blocks.iter().rposition(fits) {
                return blocks.remove(i);
            }
        }
        Vec::with_capacity(len)
    }

    /// Puts a block that was taken from here aside, if it is large.
    pub(crate) fn give(&self, block: Vec<T>) {
        if block.capacity() < LARGE {
            return;
        }
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held: usize = blocks.iter().map(Vec::capacity).sum();
        if held + block.capacity() <= LIMIT {
            blocks.push(block);
        }
    }
}

/// The value of a tensor, which is cheap to clone.
#[derive(Clone)]
pub(crate) enum Storage<T: Float> {
    /// The only element of an array of `rank` axes, all of extent 1: most constants of a formula, and every loss. It
    /// lives in the tensor itself.
    Number { x: T, rank: usize },
    /// Any other.
    Array(Arc<Block<T>>),
}

/// An array; if it came from the pool, it returns there when nobody shares it anymore.
#[derive(Clone)]
pub(crate) struct Block<T: Float> {
    value: Value<T>,
    pooled: bool,
}

/// The shape of a number.
const ONES: [usize; 8] = [1; 8];

impl<T: Float> Storage<T> {
    /// What a kernel computed, in a block from [`Pool::take`].
    pub fn new(shape: &[usize], elements: Elements<T>) -> Self {
        match elements {
            Elements::One(x) if shape.len() <= ONES.len() => Self::Number { x, rank: shape.len() },
            Elements::One(x) => Array::from_elem(shape, x).into_shared().into(),
            Elements::Many(elements) => {
                let value = Array::from_shape_vec(shape, elements).expect("as many as it holds");
                Self::pooled(value.into_shared())
            }
        }
    }

    /// A value in a block from [`Pool::take`].
    pub fn pooled(value: Value<T>) -> Self {
        Self::Array(Arc::new(Block { pooled: value.len() >= LARGE, value }))
    }

    pub fn shape(&self) -> &[usize] {
        match self {
            Self::Number { rank, .. } => &ONES[..*rank],
            Self::Array(block) => block.value.shape(),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Self::Number { .. } => 1,
            Self::Array(block) => block.value.len(),
        }
    }

    /// What tells an array from others as long as it lives; those that share their elements have it in common.
    pub fn identity(&self) -> Option<usize> {
        match self {
            Self::Number { .. } => None,
            Self::Array(block) => Some(Arc::as_ptr(block).addr()),
        }
    }

    /// The elements, to be read by a kernel.
    pub fn operand(&self) -> Operand<'_, T> {
        match self {
            Self::Number { x, rank } => Operand::number(x, *rank),
            Self::Array(block) => (&block.value).into(),
        }
    }

    /// The elements in row-major order, if that is how they lie in memory.
    pub fn as_slice(&self) -> Option<&[T]> {
        match self {
            Self::Number { x, .. } => Some(slice::from_ref(x)),
            Self::Array(block) => block.value.as_slice(),
        }
    }

    pub fn view(&self) -> ArrayViewD<'_, T> {
        match self {
            Self::Number { x, rank } => {
                ArrayView::from_shape(&ONES[..*rank], slice::from_ref(x)).expect("one element")
            }
            Self::Array(block) => block.value.view(),
        }
    }

    /// The elements, to be changed, in row-major order; copied first if somebody shares them.
    pub fn view_mut(&mut self) -> ArrayViewMutD<'_, T> {
        match self {
            Self::Number { x, rank } => {
                ArrayViewMut::from_shape(&ONES[..*rank], slice::from_mut(x)).expect("one element")
            }
            Self::Array(block) => {
                let value = &mut Arc::make_mut(block).value;
                if !value.is_standard_layout() {
                    *value = value.as_standard_layout().into_shared();
                }
                value.view_mut()
            }
        }
    }

    /// The elements as an array of its own that shares them, if there are several.
    pub fn share(&self) -> Value<T> {
        match self {
            Self::Number { .. } => self.view().to_shared(),
            Self::Array(block) => block.value.clone(),
        }
    }
}

impl<T: Float> From<Value<T>> for Storage<T> {
    fn from(value: Value<T>) -> Self {
        match value.first() {
            Some(&x) if value.len() == 1 && value.ndim() <= ONES.len() => {
                Self::Number { x, rank: value.ndim() }
            }
            _ => Self::Array(Arc::new(Block { value, pooled: false })),
        }
    }
}

impl<T: Float> Drop for Block<T> {
    fn drop(&mut self) {
        if self.pooled
            && let Ok(array) = mem::take(&mut self.value).try_into_owned_nocopy()
        {
            T::pool().give(array.into_raw_vec_and_offset().0);
        }
    }
}
