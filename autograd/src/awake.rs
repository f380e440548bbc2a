//! Threads that stay awake between two parallel loops.
//!
//! Rayon's threads go to sleep some 10 µs after their last work, and it takes the system as long again, or several
//! times as long on a virtual machine, to wake one. A step of training is dozens of parallel loops of 10 to 300 µs with
//! a little serial work in between: asleep after each, the threads would come late to each. So whoever runs a parallel
//! loop asks the other threads of its pool to look for more work for a while before they sleep. They remain rayon's:
//! whatever is spawned in the pool meanwhile, they run.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rayon::Yield;

/// How long a thread looks for more work after the last it had: the serial parts of a step are shorter.
const PATIENCE: Duration = Duration::from_micros(200);

/// Threads that are looking for work, or were asked to.
static AWAKE: AtomicUsize = AtomicUsize::new(0);

/// Keeps the other threads of this pool awake for what comes next.
pub(crate) fn stay_awake() {
    let caller = rayon::current_thread_index();
    let others = rayon::current_num_threads() - usize::from(caller.is_some());
    if AWAKE.load(Ordering::Relaxed) >= others {
        return;
    }
    AWAKE.fetch_add(others, Ordering::Relaxed);
    rayon::spawn_broadcast(move |thread| {
        if Some(thread.index()) != caller {
            look_for_work();
            AWAKE.fetch_sub(1, Ordering::Relaxed);
        }
    });
}

fn look_for_work() {
    let mut last = Instant::now();
    while last.elapsed() < PATIENCE {
        match rayon::yield_now() {
            Some(Yield::Executed) => last = Instant::now(),
            _ => spin_loop(),
        }
    }
}
