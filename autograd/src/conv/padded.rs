//! Images with zeros around them, in which every patch lies whole; and the patches in them, as a matrix.

use std::borrow::Cow;

use crate::Float;
use crate::gemm::Places;

/// Images and the zeros that go around each of them.
#[derive(Clone, Copy, Debug)]
pub struct Padded {
    /// Height and width of an image.
    pub image: [usize; 2],
    pub channels: usize,
    /// Rows of zeros above and below, and columns left and right.
    pub margins: [[usize; 2]; 2],
}

/// Where a kernel is put on a padded image.
#[derive(Clone, Copy, Debug)]
pub struct Grid {
    /// Row and column of the first place's corner.
    pub first: [usize; 2],
    /// From one place to the next.
    pub stride: [usize; 2],
    /// Places down and across.
    pub places: [usize; 2],
    /// Height and width of the kernel.
    pub kernel: [usize; 2],
}

impl Padded {
    /// The images with their zeros, unless there are none to add: in a block from the pool, which may be longer.
    pub fn pad<'a, T: Float>(&self, x: &'a [T]) -> Cow<'a, [T]> {
        if x.is_empty() || self.margins == [[0; 2]; 2] {
            return x.into();
        }
        let (row, line) = (self.image[1] * self.channels, self.at(1));
        let [[above, _], [left, _]] = self.margins;
        let image = self.image[0] * row;
        let mut padded = T::pool().take_scratch(x.len() / image * self.len());
        for (to, x) in padded.chunks_mut(self.len()).zip(x.chunks(image)) {
            let (before, rest) = to.split_at_mut(above * line + left * self.channels);
            before.fill(T::zero());
            let (lines, after) = rest.split_at_mut((self.image[0] - 1) * line + row);
            after.fill(T::zero());
            // Behind each row are the zeros to its right and those to the left of the next.
            for (to, x) in lines.chunks_mut(line).zip(x.chunks(row)) {
                let (to, zeros) = to.split_at_mut(row);
                to.copy_from_slice(x);
                zeros.fill(T::zero());
            }
        }
        padded.into()
    }

    /// The numbers of an image with its zeros.
    pub fn len(&self) -> usize {
        self.at(self.image[0] + self.margins[0][0] + self.margins[0][1])
    }

    /// P of some images: a row for each place, which is a run of numbers for each line of the kernel.
    pub fn patches(&self, images: usize, grid: Grid) -> Places {
        let line = grid.kernel[1] * self.channels;
        let run = longest(line);
        let runs = (0..grid.kernel[0]).flat_map(|row| (0..line / run).map(move |i| (row, i * run)));
        let across = |line| (0..grid.places[1]).map(move |place| line + place * self.step(grid));
        let rows = self.lines(images, grid).flat_map(across);
        Places::new(rows, runs.map(|(row, start)| self.at(row) + start), run, 1)
    }

    /// Pᵀ of some images: a column for each place, and a run of numbers for each line of places.
    pub fn patches_transposed(&self, images: usize, grid: Grid) -> Places {
        let [tall, wide] = grid.kernel;
        let (step, across) = (self.step(grid), grid.places[1]);
        let run = longest(across);
        let rows = (0..tall).flat_map(|row| (0..wide * self.channels).map(move |i| (row, i)));
        let starts = |line| (0..across / run).map(move |i| line + i * run * step);
        let runs = self.lines(images, grid).flat_map(starts);
        Places::new(rows.map(|(row, i)| self.at(row) + i), runs, run, step)
    }

    /// Where each line of places starts.
    fn lines(&self, images: usize, grid: Grid) -> impl Iterator<Item = usize> {
        let [row, column] = grid.first;
        let first = self.at(row) + column * self.channels;
        (0..images).flat_map(move |n| {
            (0..grid.places[0]).map(move |i| n * self.len() + first + self.at(i * grid.stride[0]))
        })
    }

    /// From one place in a line to the next.
    fn step(&self, grid: Grid) -> usize {
        grid.stride[1] * self.channels
    }

    /// Where a row of points starts.
    fn at(&self, row: usize) -> usize {
        let line = (self.image[1] + self.margins[1][0] + self.margins[1][1]) * self.channels;
        row * if self.margins == [[0; 2]; 2] { line } else { line + SKEW }
    }
}

/// Gives the pool what it lent.
pub fn give_back<T: Float>(padded: Cow<'_, [T]>) {
    if let Cow::Owned(block) = padded {
        T::pool().give(block);
    }
}

/// The longest run that divides `len`.
fn longest(len: usize) -> usize {
    (1..=len.min(Places::LONGEST)).rev().find(|&run| len.is_multiple_of(run)).unwrap_or(1)
}

/// Numbers between two lines of a padded image. Were a line a power of two long, numbers below one another would compete
/// for a few places of the first level cache.
const SKEW: usize = 8;
