//! Parallel loops, and threads that stay awake between two of them.
//!
//! Rayon's threads go to sleep some 10 µs after their last work, and it takes the system as long again, or several
//! times as long on a virtual machine, to wake one. A step of training is dozens of parallel loops of 10 to 300 µs with
//! a little serial work in between: asleep after each, the threads would come late to each. So whoever runs a parallel
//! loop asks the other threads of its pool to look for more work for a while before they sleep, and does so itself until
//! they are done. They remain rayon's: whatever is spawned in the pool meanwhile, they run.

mod deferred;

use std::cell::Cell;
use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub(crate) use deferred::Deferred;
use rayon::Yield;

thread_local! {
    /// Whether this thread is in a loop that keeps all threads busy.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Says that this thread is in such a loop, until it is dropped.
struct Busy {
    before: bool,
}

impl Busy {
    fn within(keeps_all_busy: bool) -> Self {
        Self { before: BUSY.replace(keeps_all_busy) }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        BUSY.set(self.before);
    }
}

/// How many threads a loop that starts here could use: one, within a loop that keeps all of them busy.
pub(crate) fn available() -> usize {
    if BUSY.get() { 1 } else { rayon::current_num_threads() }
}

/// Calls `run` with each item, on all threads of this pool, as [`for_each_index`] does.
pub(crate) fn for_each<I: Send>(items: impl ExactSizeIterator<Item = I>, run: impl Fn(I) + Sync) {
    if available().min(items.len()) <= 1 {
        return items.for_each(run);
    }
    let items: Vec<_> = items.map(|item| Mutex::new(Some(item))).collect();
    for_each_index(items.len(), |i| {
        let item = items[i].lock().unwrap_or_else(PoisonError::into_inner).take();
        run(item.expect("an item is taken once"));
    });
}

/// Calls `run` with each index below `count`, on all threads of this pool.
///
/// This thread takes part, whether it is one of the pool's or not: it starts at once, while the others may still have
/// to wake up. Each thread has a part of the indices, the same in every loop over as many, so that what it wrote in one
/// loop and reads in the next is in its own cache; when it is done, it takes from the parts of others. A call should
/// keep it busy for a microsecond at least.
pub(crate) fn for_each_index(count: usize, run: impl Fn(usize) + Sync) {
    for_each_index_init(count, || (), |(), i| run(i));
}

/// The same, where each thread has something of its own, made by `init`, that `run` gets with each of its indices.
pub(crate) fn for_each_index_init<S>(
    count: usize,
    init: impl Fn() -> S + Sync,
    run: impl Fn(&mut S, usize) + Sync,
) {
    let threads = available().min(count);
    if threads <= 1 {
        let mut own = init();
        return (0..count).for_each(|i| run(&mut own, i));
    }
    let taken: Vec<_> = (0..threads).map(|_| Counter::default()).collect();
    let keeps_all_busy = threads == rayon::current_num_threads();
    let work = || {
        let _busy = Busy::within(keeps_all_busy);
        let mut own = init();
        let first = rayon::current_thread_index().unwrap_or(0);
        for part in (0..threads).map(|i| (first + i) % threads) {
            let (start, end) = (part * count / threads, (part + 1) * count / threads);
            while let i = start + taken[part].0.fetch_add(1, Ordering::Relaxed)
                && i < end
            {
                run(&mut own, i);
            }
        }
    };
    stay_awake();
    let done = Counter::default();
    rayon::in_place_scope(|scope| {
        for _ in 1..threads {
            scope.spawn(|_| {
                work();
                done.0.fetch_add(1, Ordering::Relaxed);
            });
        }
        work();
        // The scope waits for the others in any case, but in it a thread that is none of the pool's sleeps at once.
        look_for_work(|| done.0.load(Ordering::Relaxed) == threads - 1);
    });
}

/// What several threads count, in a line of cache of its own.
#[derive(Default)]
#[repr(align(128))]
struct Counter(AtomicUsize);

/// How many of `len` elements to take at a time: eight pieces for each thread, so that one that is held up leaves little to
/// wait for, but neighbors mostly stay in one core's cache from loop to loop; and none below `least`.
pub(crate) fn piece(len: usize, least: usize) -> usize {
    len.div_ceil(8 * available()).next_multiple_of(least)
}

/// How long a thread looks for more work after the last it had: the serial parts of a step are shorter.
const PATIENCE: Duration = Duration::from_micros(200);

/// How often a thread looks before it looks at the clock, which takes as long.
const LOOKS: usize = 16;

/// Threads that are looking for work, or were asked to.
static AWAKE: AtomicUsize = AtomicUsize::new(0);

/// Keeps the threads of this pool awake for what comes next: all but the one that asks or, if that is none of the
/// pool's, all but one.
pub(crate) fn stay_awake() {
    let others = rayon::current_num_threads() - 1;
    if AWAKE.load(Ordering::Relaxed) >= others {
        return;
    }
    AWAKE.fetch_add(others, Ordering::Relaxed);
    let spared = rayon::current_thread_index().unwrap_or(0);
    rayon::spawn_broadcast(move |thread| {
        if thread.index() != spared {
            look_for_work(|| false);
            AWAKE.fetch_sub(1, Ordering::Relaxed);
        }
    });
}

/// Does what work there is in this thread's pool, if it is one of a pool, until `done` or for as long as patience lasts.
fn look_for_work(mut done: impl FnMut() -> bool) {
    let mut last = Instant::now();
    while last.elapsed() < PATIENCE {
        for _ in 0..LOOKS {
            if done() {
                return;
            }
            match rayon::yield_now() {
                Some(Yield::Executed) => last = Instant::now(),
                _ => spin_loop(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn on_threads<R: Send>(threads: usize, f: impl FnOnce() -> R + Send) -> R {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(f)
    }

    #[test]
    fn every_item_is_run_once() {
        for threads in [1, 2, 3, 7] {
            for len in [0, 1, 2, 5, 100] {
                let mut runs = vec![0; len];
                on_threads(threads, || for_each(runs.iter_mut(), |runs| *runs += 1));
                assert_eq!(runs, vec![1; len], "{len} items on {threads} threads");
            }
        }
    }

    #[test]
    fn a_loop_in_a_loop_has_one_thread_if_the_outer_one_keeps_all_busy() {
        for (items, inside) in [(2, 3), (3, 1), (9, 1)] {
            let mut seen = vec![0; items];
            on_threads(3, || for_each(seen.iter_mut(), |seen| *seen = available()));
            assert_eq!(seen, vec![inside; items]);
        }
    }

    #[test]
    fn a_panic_leaves_no_thread_busy() {
        on_threads(2, || {
            let run = || for_each(0..8, |i| assert!(i < 4, "item {i}"));
            catch_unwind(AssertUnwindSafe(run)).expect_err("a panic");
            let mut seen = [0; 8];
            for_each(seen.iter_mut(), |seen| *seen = available());
            assert_eq!(seen, [1; 8]);
            assert_eq!(available(), 2);
        });
    }
}
