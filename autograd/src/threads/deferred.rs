//! A value that another thread may compute meanwhile.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use super::{look_for_work, stay_awake};

/// A value that a thread of this pool computes, whichever is free first; this one if it waits before another began.
///
/// Of several, the oldest comes first. What the computation shares with others it has given back by the time that the value
/// is there.
pub(crate) struct Deferred<R>(Receiver<thread::Result<R>>);

impl<R: Send + 'static> Deferred<R> {
    pub fn new(compute: impl FnOnce() -> R + Send + 'static) -> Self {
        let (sender, receiver) = sync_channel(1);
        stay_awake();
        rayon::spawn_fifo(move || {
            // Nobody receives it if the thread that would have waited panicked.
            _ = sender.send(catch_unwind(AssertUnwindSafe(compute)));
        });
        Self(receiver)
    }

    /// The value, when it is there; until then this thread does what other work there is.
    ///
    /// # Panics
    /// If the computation did, with the same message.
    pub fn wait(self) -> R {
        let mut result = None;
        look_for_work(|| {
            result = self.0.try_recv().ok();
            result.is_some()
        });
        let result = result.unwrap_or_else(|| self.0.recv().expect("a result is always sent"));
        result.unwrap_or_else(|panic| resume_unwind(panic))
    }
}

#[cfg(test)]
mod tests {
    use rayon::ThreadPoolBuilder;

    use super::*;

    #[test]
    fn values_come_in_the_order_in_which_they_are_asked_for() {
        for threads in [1, 2, 3] {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found: Vec<_> = pool.install(|| {
                let deferred: Vec<_> = (0..100).map(|i| Deferred::new(move || i)).collect();
                deferred.into_iter().map(Deferred::wait).collect()
            });
            assert_eq!(found, Vec::from_iter(0..100), "{threads} threads");
        }
    }

    #[test]
    fn a_panic_comes_to_who_waits() {
        let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let wait = || pool.install(|| Deferred::<()>::new(|| panic!("of its own")).wait());
        let panic = catch_unwind(AssertUnwindSafe(wait)).expect_err("a panic");
        assert_eq!(panic.downcast_ref(), Some(&"of its own"));
    }
}
