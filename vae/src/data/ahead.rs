//! What the next step needs, prepared during this one.

use std::ops::ControlFlow;

/// Calls `work` with each of `items`, until it breaks, and has the next item prepared on another thread meanwhile.
///
/// A step of training takes a batch from all over the dataset, as floats or bits, and noise: work that needs nothing of
/// the model, most of it serial. The step itself has serial parts too, when all threads but one have nothing to do. So
/// `items` runs on whichever of rayon's threads is free first; with one thread it runs after `work`, as in a `for` loop.
///
/// `work` gets what a `for` loop would get, in the same order: one thread at a time has the iterator, and the generators
/// of random numbers in it draw the same. But when `work` breaks they are an item further: an item should bring what is
/// to be kept of them.
///
/// # Panics
/// If `items` or `work` does.
///
/// # Examples
/// ```
/// use std::ops::ControlFlow::{Break, Continue};
/// use autograd::Tensor;
/// use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
/// use vae::data::{Dataset, for_each_ahead};
///
/// let digits = Dataset::mnist_test();
/// let [mut order, mut bits] = [1, 2].map(ChaCha8Rng::seed_from_u64);
/// let batches = digits.shuffled_batches(1000, &mut order);
/// let inputs = batches.map(|batch| Tensor::<f32>::constant(batch.binarized(&mut bits)));
/// let mut black = 0.0;
/// let found = for_each_ahead(inputs, |x| {
///     black += x.sum().item();
///     if black > 500_000.0 { Break(black) } else { Continue(()) }
/// });
/// assert!(found.is_break());
/// ```
pub fn for_each_ahead<T: Send, B>(
    items: impl IntoIterator<Item = T, IntoIter: Send>,
    mut work: impl FnMut(T) -> ControlFlow<B>,
) -> ControlFlow<B> {
    let mut items = items.into_iter();
    let mut next = items.next();
    while let Some(item) = next.take() {
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| next = items.next());
            work(item)
        })?;
    }
    ControlFlow::Continue(())
}
