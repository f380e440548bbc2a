//! The block sizes of a product, from its shape and strides; and whether it is worth splitting.

use std::iter::from_fn;
use std::ops::Range;

use super::dots;
use super::panel::Shape;
use crate::Float;
use crate::simd::Isa;
use crate::threads;

/// The most steps of k in a block. A panel of B then takes 32 KiB with AVX2 and 96 with AVX-512: more than a first level
/// cache leaves it, but the processor foresees what is read in order, and C is read and written less often.
pub const KC: usize = 512;

/// As many bytes of a row of A, if they are fewer steps, where C is near: reading and writing that costs little.
const K_BYTES: usize = 2048;

/// Bytes of C up to which it will be in the second level cache in each block of k.
const C_NEAR: usize = 1 << 20;

/// Bytes of A in a block, which stay in the second level cache while all of B passes by: half of the smallest that
/// processors with AVX2 have, and a larger one gains nothing by more.
const A_BLOCK: usize = 256 << 10;

/// Bytes of A that are packed before all threads compute with them: as few times as they have to wait for each other, but
/// little enough for the third level cache.
const A_SHARED: usize = 8 << 20;

/// The most copies of a panel of B that first tiles make, one in each part of the rows. For more parts, B is packed once.
const COPIES: usize = 4;

/// From this many columns on, a copy of A pays where its rows crowd each other out.
const WIDE: usize = 768;

/// Rows whose distance is a multiple of this many bytes compete for the same few places in a cache.
const CROWDED: usize = 4096;

/// Bytes of B or C from which on it will not be in the second level cache when it is needed.
const LARGE: usize = 1 << 18;

/// The products a·b that are worth waking another thread for.
const WORTH_A_THREAD: usize = 1 << 19;

/// The products a·b of one task: some 3 µs.
pub const TASK: usize = 1 << 18;

/// The most tasks that parallelism asks for, for each thread and in all. Caches may ask for more.
const TASKS_PER_THREAD: usize = 6;
const TASKS: usize = 32;

/// Rows of C that each task but the last has a multiple of. (Of as many as a tile of 12 has, 400 rows would be 192 and 208.)
const FEW_ROWS: usize = 8;

/// The fewest rows of a task, and of a high one, for which B is copied again: for each vector of a tile.
const LOW: usize = 2;
const HIGH: usize = 8;

/// How a product is cut into blocks, and which of its operands are packed before the first tile.
pub struct Plan {
    pub lanes: usize,
    /// Columns of C in a panel.
    pub nr: usize,
    /// Rows of C in a tile of that width.
    pub mr: usize,
    /// Steps of k in a block.
    pub kc: usize,
    /// Rows of C in each task.
    pub rows: Parts,
    /// Columns of C in each task.
    pub cols: Parts,
    /// Whether tasks that are next to each other in their order, and so mostly on one thread, have the same columns of C, and so
    /// the same part of B; or else the same rows.
    pub by_columns: bool,
    /// How many parts of the rows are computed before the next ones: where A is packed, a block of it, which then is in the
    /// cache of the thread, or as much as several threads share.
    together: usize,
    pub pack_a: bool,
    /// In how many pieces the A of one part of the rows is packed.
    pub pieces: usize,
    pub pack_b: bool,
    pub large_b: bool,
    pub large_c: bool,
    pub parallel: bool,
    /// Whether C's numbers are inner products of rows of A and columns of B that are read where they are.
    pub dots: bool,
}

impl Plan {
    /// The plan for a product of m × k and k × n whose operands have these strides. If A is indexed, `run` are the steps of k
    /// in a run.
    pub fn new<T: Float>(
        isa: Isa,
        [m, k, n]: [usize; 3],
        [a_row, a_k]: [isize; 2],
        [b_k, b_col]: [isize; 2],
        run: Option<usize>,
    ) -> Plan {
        let shape = match run {
            Some(_) => Shape::Indexed,
            None if a_k == 1 => Shape::Rows,
            None => Shape::Columns,
        };
        let a_in_columns = matches!(shape, Shape::Columns);
        let (lanes, width, mr) = isa.run::<T, _>(shape);
        let nr = width * lanes;
        let unit = run.unwrap_or(1);
        let dots = run.is_none() && a_k == 1 && b_k == 1 && isa.run::<T, _>(dots::Pays { k, n });
        let near = m * n * size_of::<T>() <= C_NEAR;
        let most = if near { KC.min(K_BYTES / size_of::<T>()) } else { KC };
        let even = k.div_ceil(k.div_ceil(most)).next_multiple_of(unit);
        let kc = if dots { dots::KC } else { even.min((most / unit).max(1) * unit) };

        // Where C is high, high tasks first, each of which writes memory in order, and where A lies in columns, as the thread
        // that packs a part of A is then the one to read it; else narrow ones, as they share nothing but A; low ones if
        // there are still too few, but not many, as each copies B again. No number of C depends on the task that it is in.
        let threads = threads::available();
        let parallel = m * n * k >= WORTH_A_THREAD && threads > 1;
        let most = TASKS.min(TASKS_PER_THREAD * threads);
        let wanted = if parallel { (m * n * k).div_ceil(TASK).min(most) } else { 1 };
        let by_columns = m < n && !a_in_columns;
        let high = if !by_columns { wanted.min(m / (HIGH * width * mr)).max(1) } else { 1 };
        let cols = Parts::new(n, nr, wanted.div_ceil(high));
        let low = (wanted / cols.count).min(m / (LOW * width * mr)).min(2 * threads);
        let a_size = m * kc * size_of::<T>();
        let parts = if dots { wanted } else { low.max(a_size.div_ceil(A_BLOCK)) };
        let rows = Parts::new(m, FEW_ROWS, parts);

        // A copy of a number of A pays if enough panels of B read it, but rows that lie in order are read well in place,
        // unless they crowd each other out. So are rows of B, by the first tile.
        let crowded = |stride: isize| {
            stride != 0 && (stride.unsigned_abs() * size_of::<T>()).is_multiple_of(CROWDED)
        };
        let pays = if a_k == 1 { n >= WIDE && crowded(a_row) } else { n >= 8 * nr };
        let pack_a = run.is_none() && m >= 8 * mr && pays;
        // One for each thread. Where A lies in columns, any tile can be the last of a piece; else that one would be slow.
        let pieces = if parallel && a_in_columns { threads.div_ceil(rows.count) } else { 1 };
        let in_place = b_col == 1 && n.is_multiple_of(lanes) && !crowded(b_k);
        let copies = if in_place || n <= 3 * lanes { COPIES } else { 1 };
        let pack_b = !dots && rows.count > copies;
        let size = if parallel { A_SHARED } else { A_BLOCK };
        let together = if pack_a { (size * rows.count / a_size).max(1) } else { rows.count };
        let large_c = run.is_some() || m * n * size_of::<T>() >= LARGE;
        let large_b = k * n * size_of::<T>() >= LARGE;
        Plan {
            lanes,
            nr,
            mr,
            kc,
            rows,
            cols,
            by_columns,
            together,
            pack_a,
            pieces,
            pack_b,
            large_b,
            large_c,
            parallel,
            dots,
        }
    }

    /// The parts of the rows that are computed together.
    pub fn blocks(&self) -> impl Iterator<Item = Range<usize>> {
        let count = self.rows.count;
        (0..count).step_by(self.together).map(move |first| first..count.min(first + self.together))
    }

    /// The panels of these columns: as wide as most tiles, but at the end as wide as can be, rather than one vector alone.
    pub fn panels(&self, mut cols: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let (lanes, nr) = (self.lanes, self.nr);
        from_fn(move || {
            let width = match cols.len() {
                0 => return None,
                rest if rest <= nr.max(3 * lanes) => rest,
                rest if rest <= 4 * lanes => 2 * lanes,
                _ => nr,
            };
            let start = cols.start;
            cols.start += width;
            Some(start..cols.start)
        })
    }

    /// The rows of these parts.
    pub fn rows_of(&self, parts: &Range<usize>) -> Range<usize> {
        self.rows.range(parts.start).start..self.rows.range(parts.end - 1).end
    }
}

/// A length cut into parts of whole units, as even as can be; the last takes what is left over.
pub struct Parts {
    length: usize,
    unit: usize,
    pub count: usize,
}

impl Parts {
    /// At most `most` parts, none of which is shorter than a unit unless there is but one.
    pub fn new(length: usize, unit: usize, most: usize) -> Parts {
        Parts { length, unit, count: most.clamp(1, (length / unit).max(1)) }
    }

    /// The range of part `index`.
    pub fn range(&self, index: usize) -> Range<usize> {
        let start = |index: usize| index * (self.length / self.unit) / self.count * self.unit;
        let end = if index + 1 == self.count { self.length } else { start(index + 1) };
        start(index)..end
    }
}
