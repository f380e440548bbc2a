//! An image with its zeros around it, in which every patch lies whole; and the patches in it, as a matrix.

use std::borrow::Cow;

use super::Geometry;
use crate::gemm::Places;
use crate::{Float, threads};

/// Images in which the padding is written out.
pub struct Padded<'a, T: Float> {
    pub x: Cow<'a, [T]>,
    geometry: Geometry,
    /// Height and width with padding.
    extent: [usize; 2],
}

impl<'a, T: Float> Padded<'a, T> {
    /// Copies the images, unless there is no padding.
    pub fn new(geometry: &Geometry, x: &'a [T]) -> Self {
        let Geometry { image: [height, width], channels, window, .. } = *geometry;
        let [above, left] = window.padding;
        let extent = [height + 2 * above, width + 2 * left];
        let padded = Self { x: x.into(), geometry: *geometry, extent };
        if window.padding == [0, 0] || x.is_empty() {
            return padded;
        }
        let (line, margin) = (width * channels, left * channels);
        let (from, to) = (geometry.image_len(), extent[0] * extent[1] * channels);
        let mut copies = T::pool().take_any(geometry.batch * to);
        let piece = threads::piece(geometry.batch, 1);
        threads::for_each(
            copies.chunks_mut(piece * to).zip(x.chunks(piece * from)),
            |(to_all, x)| {
                for (copy, x) in to_all.chunks_mut(to).zip(x.chunks(from)) {
                    let (top, rest) = copy.split_at_mut(above * extent[1] * channels);
                    let (middle, bottom) = rest.split_at_mut(height * extent[1] * channels);
                    top.fill(T::zero());
                    bottom.fill(T::zero());
                    for (to, x) in middle.chunks_mut(line + 2 * margin).zip(x.chunks(line)) {
                        to[..margin].fill(T::zero());
                        to[margin..][..line].copy_from_slice(x);
                        to[margin + line..].fill(T::zero());
                    }
                }
            },
        );
        Self { x: copies.into(), ..padded }
    }

    /// P: a row for each place, which is a run of the image for each line of the kernel.
    pub fn patches(&self) -> Places {
        let Geometry { kernel: [tall, wide], channels, .. } = self.geometry;
        let line = wide * channels;
        let run = longest(line);
        let runs = (0..tall).flat_map(|row| (0..line / run).map(move |i| (row, i * run)));
        let rows = self.lines().flat_map(|line| self.across().map(move |place| line + place));
        Places::new(rows, runs.map(|(row, start)| self.at(row) + start), run, 1)
    }

    /// Pᵀ: a column for each place, and a run of the image for each line of places.
    pub fn patches_transposed(&self) -> Places {
        let Geometry { kernel: [tall, wide], channels, places, window, .. } = self.geometry;
        let step = window.stride[1] * channels;
        let run = longest(places[1]);
        let rows = (0..tall).flat_map(|row| (0..wide * channels).map(move |i| (row, i)));
        let starts = move || (0..places[1] / run).map(move |i| i * run * step);
        let runs = self.lines().flat_map(|line| starts().map(move |start| line + start));
        Places::new(rows.map(|(row, i)| self.at(row) + i), runs, run, step)
    }

    /// Where each line of places starts.
    fn lines(&self) -> impl Iterator<Item = usize> {
        let Geometry { batch, places, window, .. } = self.geometry;
        let image = move |n| n * self.extent[0];
        (0..batch).flat_map(move |n| {
            (0..places[0]).map(move |i| self.at(image(n) + i * window.stride[0]))
        })
    }

    /// Where each place is in its line.
    fn across(&self) -> impl Iterator<Item = usize> {
        let Geometry { places, channels, window, .. } = self.geometry;
        (0..places[1]).map(move |i| i * window.stride[1] * channels)
    }

    /// Where a row of points starts.
    fn at(&self, row: usize) -> usize {
        row * self.extent[1] * self.geometry.channels
    }
}

impl<T: Float> Drop for Padded<'_, T> {
    fn drop(&mut self) {
        if let Cow::Owned(copies) = std::mem::take(&mut self.x) {
            T::pool().give(copies);
        }
    }
}

/// The longest run that divides `len`.
fn longest(len: usize) -> usize {
    (1..=len.min(Places::LONGEST)).rev().find(|&run| len.is_multiple_of(run)).unwrap_or(1)
}
