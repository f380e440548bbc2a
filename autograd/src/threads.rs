//! Parallel loops, and threads that stay awake between two of them.
//!
//! Rayon's threads go to sleep some 10 µs after their last work, and it takes the system as long again, or several
//! times as long on a virtual machine, to wake one. A step of training is dozens of parallel loops of 10 to 300 µs with
//! a little serial work in between: asleep after each, the threads would come late to each. So whoever runs a parallel
//! loop asks the other threads of its pool to look for more work for a while before they sleep. They remain rayon's:
//! whatever is spawned in the pool meanwhile, they run.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rayon::Yield;

/// Calls `run` with each item, on all threads of this pool.
///
/// This thread takes part, whether it is one of the pool's or not: it starts at once, while the others may still have
/// to wake up. Whoever is free takes the next item, which should keep it busy for a microsecond at least.
pub(crate) fn for_each<I: Send>(items: impl Iterator<Item = I> + Send, run: impl Fn(I) + Sync) {
    let items = Mutex::new(items);
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some(item) = next() {
            run(item);
        }
    };
    stay_awake();
    rayon::in_place_scope(|scope| {
        for _ in 1..rayon::current_num_threads() {
            scope.spawn(|_| work());
        }
        work();
    });
}

/// How many of `len` elements to take at a time: four pieces for each thread, so that neighbors mostly stay in one
/// core's cache from loop to loop, but none below `least`.
pub(crate) fn piece(len: usize, least: usize) -> usize {
    len.div_ceil(4 * rayon::current_num_threads()).next_multiple_of(least)
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
            look_for_work();
            AWAKE.fetch_sub(1, Ordering::Relaxed);
        }
    });
}

fn look_for_work() {
    let mut last = Instant::now();
    while last.elapsed() < PATIENCE {
        for _ in 0..LOOKS {
            match rayon::yield_now() {
                Some(Yield::Executed) => last = Instant::now(),
                _ => spin_loop(),
            }
        }
    }
}
