//! How C is divided among threads: into tasks, rectangles that one thread computes.

use std::ops::Range;

use super::panel::Tile;
use crate::threads;

/// The products a·b that are worth waking another thread for.
const WORTH_A_THREAD: usize = 1 << 19;

/// The products a·b of one task: some 3 µs.
pub const TASK: usize = 1 << 18;

/// The most tasks that parallelism asks for: for each thread, and in all. Caches may ask for more. So many that a core which is
/// held up for a while, or half as fast as the other, leaves the rest to it; low tasks, which cost more, not quite so many.
const TASKS_PER_THREAD: usize = 12;
const LOW_TASKS_PER_THREAD: usize = 6;
const TASKS: usize = 32;

/// Rows of C that each task but the last has a multiple of. (Of as many as a tile of 12 has, 400 rows would be 192 and 208.)
const FEW_ROWS: usize = 8;

/// The fewest rows of a task, and of a high one, for which B is copied again: for each vector of a tile.
const LOW: usize = 2;
const HIGH: usize = 8;

/// The tasks of a product. No number of C depends on the one that it is in.
///
/// They are a grid of rows and columns. Or, where rows need no division, an equal share of the columns for each thread,
/// and of what is left over some rows for each:
///
/// ```text
///      ┌──────┬──────┬──────┬──────┬──────┬───────┐
///      │      │      │      │      │      │       │  the first thread's
///      │      │      │      │      ├──────┼───────┤
///      │      │      │      │      │      │       │  the second's
///      └──────┴──────┴──────┴──────┴──────┴───────┘
///       the first's   the second's  left over
/// ```
pub struct Tasks {
    /// Rows of C in each task.
    pub rows: Parts,
    /// Columns of C in each task, of those in a share.
    pub cols: Parts,
    /// Equal shares of the columns: one for all threads, or one for each.
    shares: usize,
    /// The rows of each share in the columns that are left over, and those columns in each task.
    rest: Option<(Parts, Parts)>,
    /// Whether tasks that are next to each other in their order, and so mostly on one thread, have the same columns of C, and so
    /// the same part of B; or else the same rows.
    by_columns: bool,
    pub parallel: bool,
}

impl Tasks {
    /// The tasks of a product of this shape.
    ///
    /// Where C is high, high tasks first, each of which writes memory in order, and where A lies in columns, as these are read
    /// across all rows; else narrow ones, as they share nothing but A; low ones if there are still too few, but not many
    /// where each `copies_b` again. Where a thread `packs_a`, all rows of its tasks are the same, if those are high. At least so
    /// many in a column, as A's rows are to stay in a cache; and, if they are few, as many for each thread.
    pub fn new(
        [m, k, n]: [usize; 3],
        tile: Tile,
        a_in_columns: bool,
        packs_a: bool,
        copies_b: bool,
        least: usize,
    ) -> Tasks {
        let by_columns = m < n && !a_in_columns;
        let threads = if m * n * k < WORTH_A_THREAD { 1 } else { threads::available() };
        if threads == 1 {
            let (rows, cols) = (Parts::new(m, FEW_ROWS, least), Parts::whole(n));
            return Tasks { rows, cols, shares: 1, rest: None, by_columns, parallel: false };
        }
        let wanted = (m * n * k).div_ceil(TASK).min(TASKS).min(TASKS_PER_THREAD * threads);
        let (lowest, highest) = (LOW * tile.sums(), HIGH * tile.sums());
        let high = if by_columns { 1 } else { wanted.min(m / highest).max(1) };
        let own_rows = packs_a && high >= threads;
        let high = if own_rows { threads } else { high };
        let cols = Parts::columns(n, tile, wanted.div_ceil(high));
        let few = wanted.min(LOW_TASKS_PER_THREAD * threads);
        let low = high.max(few / cols.count).min(m / lowest).min(2 * threads);
        let rows = match copies_b {
            _ if own_rows => threads,
            true => low,
            false => wanted,
        };
        let rows = rows.max(least);
        // Of five tasks one of two threads would have two and the other three.
        let tasks = rows * cols.count;
        let uneven = !tasks.is_multiple_of(threads) && tasks < 4 * threads;
        let rows = match uneven && !by_columns {
            true => rows.next_multiple_of(threads),
            false => rows,
        };
        let rows = Parts::new(m, FEW_ROWS, rows);
        let grid = Tasks { rows, cols, shares: 1, rest: None, by_columns, parallel: true };
        if !by_columns || grid.rows.count > 1 || m < threads * lowest {
            return grid;
        }
        // What is left over should not be a vector alone, which has few sums.
        let unit = threads * tile.nr();
        let left = match n % unit {
            0 => return grid,
            few if few <= tile.lanes => few + unit,
            left => left,
        };
        match n.checked_sub(left) {
            None | Some(0) => grid,
            Some(even) => Tasks {
                cols: Parts::columns(even / threads, tile, wanted / threads),
                shares: threads,
                rest: Some((Parts::new(m, FEW_ROWS, threads), Parts::columns(left, tile, wanted))),
                ..grid
            },
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.shares * self.count_in_share()
    }

    fn count_in_share(&self) -> usize {
        let rest = self.rest.as_ref().map_or(0, |(_, cols)| cols.count);
        self.rows.count * self.cols.count + rest
    }

    /// How many of `n` columns a thread computes with the same rows of A, before it comes to others.
    pub fn cols_with_same_rows(&self, n: usize) -> usize {
        let threads = if self.parallel { threads::available() } else { 1 };
        if self.by_columns && self.rows.count > 1 {
            n / self.cols.count
        } else {
            n * self.rows.count.min(threads) / threads
        }
    }

    /// The rows and columns of one of them.
    pub fn get(&self, task: usize) -> (Range<usize>, Range<usize>) {
        let Tasks { rows, cols, shares, rest, by_columns, .. } = self;
        let count = self.count_in_share();
        let (share, task) = (task / count, task % count);
        let behind = |start: usize, cols: Range<usize>| start + cols.start..start + cols.end;
        if let Some((rows_of_rest, rest)) = rest
            && task >= rows.count * cols.count
        {
            let cols_of_rest = rest.range(task - rows.count * cols.count);
            return (rows_of_rest.range(share), behind(shares * cols.length, cols_of_rest));
        }
        let (i, j) = match by_columns {
            true => (task % rows.count, task / rows.count),
            false => (task / cols.count, task % cols.count),
        };
        (rows.range(i), behind(share * cols.length, cols.range(j)))
    }

    /// Where the columns of the next task start, if there is one in the same share.
    pub fn after(&self, task: usize) -> Option<usize> {
        let is_last = (task + 1).is_multiple_of(self.count_in_share());
        (!is_last).then(|| self.get(task + 1).1.start)
    }
}

/// A length cut into parts of whole units, as even as can be; the last takes what is left over.
pub struct Parts {
    length: usize,
    unit: usize,
    pub count: usize,
    /// What the last unit but one has of what is left over.
    shared: usize,
}

impl Parts {
    /// All of it in one part.
    pub fn whole(length: usize) -> Parts {
        Parts { length, unit: length, count: 1, shared: 0 }
    }

    /// At most `most` parts, none of which is shorter than a unit unless there is but one.
    pub fn new(length: usize, unit: usize, most: usize) -> Parts {
        Parts { length, unit, count: most.clamp(1, (length / unit).max(1)), shared: 0 }
    }

    /// At most `most` parts of so many columns, between panels.
    pub fn columns(length: usize, tile: Tile, most: usize) -> Parts {
        let (vectors, panels) = (length.div_ceil(tile.lanes), length / tile.nr());
        let two_are_wider = tile.two_wider && panels >= 2 && vectors % tile.vectors == 2;
        let shared = if two_are_wider { tile.lanes } else { 0 };
        Parts { shared, ..Parts::new(length, tile.nr(), most) }
    }

    /// The range of part `index`.
    pub fn range(&self, index: usize) -> Range<usize> {
        if self.count == 1 {
            // As in all small products, which the divisions below would hold up.
            return 0..self.length;
        }
        let units = self.length / self.unit;
        let start = |index: usize| {
            let unit = index * units / self.count;
            unit * self.unit + if unit + 1 == units { self.shared } else { 0 }
        };
        let end = if index + 1 == self.count { self.length } else { start(index + 1) };
        start(index)..end
    }
}

#[cfg(test)]
mod tests {
    use rayon::ThreadPoolBuilder;

    use super::*;

    const TILE: Tile = Tile { lanes: 16, vectors: 3, mr: 8, two_wider: true };

    /// Of how many numbers of C the tasks of each thread's part are. Of `a`: whether it lies in columns, and whether tasks pack it.
    fn areas(shape: [usize; 3], threads: usize, a: [bool; 2], least: usize) -> Vec<usize> {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let tasks = pool.install(|| Tasks::new(shape, TILE, a[0], a[1], true, least));
        let [m, _, n] = shape;
        let mut seen = vec![0; m * n];
        let mut areas = vec![0; threads];
        let count = tasks.count();
        for task in 0..count {
            let (rows, cols) = tasks.get(task);
            areas[task * threads / count] += rows.len() * cols.len();
            rows.for_each(|i| cols.clone().for_each(|j| seen[i * n + j] += 1));
        }
        assert_eq!(seen, vec![1; m * n], "{shape:?} on {threads} threads");
        areas
    }

    #[test]
    fn each_number_of_c_is_in_one_task() {
        for threads in [1, 2, 3, 7, 16] {
            for m in [1, 47, 128, 400] {
                for n in [1, 20, 96, 97, 112, 113, 400, 785] {
                    for (a, least) in [
                        ([false, false], 1),
                        ([true, false], 1),
                        ([true, true], 1),
                        ([false, false], 3),
                    ] {
                        areas([m, 500, n], threads, a, least);
                    }
                }
            }
        }
    }

    #[test]
    fn as_many_tasks_in_a_column_as_it_says() {
        let parts = |shape, a: [bool; 2], threads| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let tasks = pool.install(|| Tasks::new(shape, TILE, a[0], a[1], true, 1));
            [tasks.rows.count, tasks.cols.count]
        };
        let large = [784, 500, 1200];
        assert_eq!(parts(large, [true, true], 2), [2, 12], "of each thread that packs its rows");
        assert_eq!(parts(large, [true, true], 7), [4, 8], "high ones, too few for all threads");
        assert_eq!(parts(large, [true, false], 2), [4, 6], "high ones");
        assert_eq!(parts([128, 500, 60], [false; 2], 2), [2, 1], "low ones, as n is small");
    }

    #[test]
    fn a_thread_computes_so_many_columns_with_the_same_rows() {
        let pool = ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let cols = |[m, k, n]: [usize; 3], a: [bool; 2], least| {
            let tasks = || Tasks::new([m, k, n], TILE, a[0], a[1], true, least);
            pool.install(|| tasks().cols_with_same_rows(n))
        };
        assert_eq!(cols([128, 500, 800], [false; 2], 1), 400, "all rows, of half of the columns");
        assert_eq!(cols([128, 500, 800], [false; 2], 2), 50, "half of the rows in each other task");
        assert_eq!(cols([784, 500, 800], [true, true], 1), 800, "half of the rows");
    }

    #[test]
    fn rows_are_shared_evenly() {
        for [m, n, least] in [[1600, 48, 5], [6400, 48, 5], [144, 144, 1]] {
            let areas = areas([m, 50, n], 2, [false, false], least);
            assert_eq!(areas, [m / 2 * n; 2], "{m} rows of {n}");
        }
    }

    #[test]
    fn columns_that_are_left_over_are_shared() {
        for n in [400, 784, 1000] {
            assert_eq!(areas([128, 500, n], 2, [false, false], 1), [64 * n; 2], "{n} columns");
        }
    }
}
