//! The memory of tensors, used again.
//!
//! An allocator gives large blocks back to the system when they are freed, and a fresh block costs a
//! page fault for each 4096 bytes: several times what it costs to compute the numbers in it. A step
//! of training allocates the same sizes over and over. So results of elementwise ops above a size are
//! not freed with their last tensor but put aside, and the next result that fits takes the most
//! recent one, which may even be in the cache still.
//!
//! Only what came from here goes back here, so no more is put aside than was in use at one time.

use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use crate::Float;
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
        if len >= LARGE {
            let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let fits = |block: &Vec<T>| (len..=2 * len).contains(&block.capacity());
            if let Some(i) = blocks.iter().rposition(fits) {
                return blocks.remove(i);
            }
        }
        Vec::with_capacity(len)
    }

    fn give(&self, mut block: Vec<T>) {
        block.clear();
        let mut blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let held: usize = blocks.iter().map(Vec::capacity).sum();
        if held + block.capacity() <= LIMIT {
            blocks.push(block);
        }
    }
}

/// The value of a tensor; if it came from the pool, it returns there when nobody shares it anymore.
#[derive(Clone)]
pub(crate) struct Storage<T: Float> {
    value: Value<T>,
    pooled: bool,
}

impl<T: Float> Storage<T> {
    /// A value in a block from [`Pool::take`].
    pub fn pooled(value: Value<T>) -> Self {
        Self { pooled: value.len() >= LARGE, value }
    }
}

impl<T: Float> From<Value<T>> for Storage<T> {
    fn from(value: Value<T>) -> Self {
        Self { value, pooled: false }
    }
}

impl<T: Float> Deref for Storage<T> {
    type Target = Value<T>;

    fn deref(&self) -> &Value<T> {
        &self.value
    }
}

impl<T: Float> DerefMut for Storage<T> {
    fn deref_mut(&mut self) -> &mut Value<T> {
        &mut self.value
    }
}

impl<T: Float> Drop for Storage<T> {
    fn drop(&mut self) {
        if self.pooled
            && let Ok(array) = mem::take(&mut self.value).try_into_owned_nocopy()
        {
            T::pool().give(array.into_raw_vec_and_offset().0);
        }
    }
}
