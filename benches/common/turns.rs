//! Contenders timed turn by turn, so that what the machine does meanwhile hits all of them alike.

use std::time::{Duration, Instant};

/// The times of one contender, in nanoseconds.
pub struct Times {
    /// The least: what the code can do when nothing gets in its way.
    pub least: f64,
    /// The median: what it did.
    pub median: f64,
}

/// Times each of the contenders for `time`, a few calls at a time, in turns.
pub fn turns(contenders: &mut [Box<dyn FnMut() + '_>], time: Duration) -> Vec<Times> {
    const CALLS: usize = 8;
    let mut times = vec![Vec::new(); contenders.len()];
    let start = Instant::now();
    while start.elapsed() < time * contenders.len() as u32 || times[0].len() < 5 {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            contender(); // brings its operands back into the caches
            let turn = Instant::now();
            for _ in 0..CALLS {
                let call = Instant::now();
                contender();
                times.push(call.elapsed().as_nanos() as f64);
                if turn.elapsed() > time / 8 {
                    break;
                }
            }
        }
    }
    let summarize = |mut times: Vec<f64>| {
        times.sort_by(f64::total_cmp);
        Times { least: times[0], median: times[times.len() / 2] }
    };
    times.into_iter().map(summarize).collect()
}
