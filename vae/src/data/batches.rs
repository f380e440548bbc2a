//! A dataset a few images at a time.

use autograd::Float;
use ndarray::{Array2, Zip};
use rand::Rng;
use rand::seq::SliceRandom;

use super::{Dataset, binarize, dequantize};

/// A few images of a [`Dataset`], still as bytes, and their labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// One image a row, [batch, pixels].
    pub pixels: Array2<u8>,
    /// The label of each row of `pixels`.
    pub labels: Vec<u8>,
}

impl Batch {
    /// Gray intensities, x = p/255, [batch, pixels] in [0, 1].
    ///
    /// # Examples
    /// ```
    /// let pixels = ndarray::array![[0, 51, 255]];
    /// let batch = vae::data::Batch { pixels, labels: vec![7] };
    /// assert_eq!(batch.intensities::<f64>(), ndarray::array![[0.0, 0.2, 1.0]]);
    /// ```
    pub fn intensities<T: Float>(&self) -> Array2<T> {
        let white = T::from_f64(255.0);
        Zip::from(&self.pixels).par_map_collect(|&pixel| T::from_f64(f64::from(pixel)) / white)
    }

    /// Random bits, x ~ Bernoulli(p/255), [batch, pixels] of 0 and 1: see [`binarize()`].
    pub fn binarized<T: Float>(&self, rng: &mut (impl Rng + ?Sized)) -> Array2<T> {
        binarize(&self.pixels, rng)
    }

    /// Numbers near the intensities, x = (p + u)/256 with u uniform on (0, 1), [batch, pixels]: see [`dequantize()`].
    pub fn dequantized<T: Float>(&self, rng: &mut (impl Rng + ?Sized)) -> Array2<T> {
        dequantize(&self.pixels, rng)
    }
}

/// An iterator over the batches of one epoch: every image once, the last batch smaller where need be.
#[derive(Clone, Debug)]
pub struct Batches<'a> {
    dataset: &'a Dataset,
    batch_size: usize,
    order: Vec<usize>,
    /// How many images of `order` have been handed out.
    done: usize,
}

impl Dataset {
    /// The images `indices`, in this order.
    ///
    /// # Panics
    /// If there is no such image.
    pub fn batch(&self, indices: &[usize]) -> Batch {
        let mut pixels = Vec::with_capacity(indices.len() * self.pixels());
        for &i in indices {
            pixels.extend_from_slice(self.image(i));
        }
        Batch {
            pixels: Array2::from_shape_vec((indices.len(), self.pixels()), pixels)
                .expect("every image has as many pixels"),
            labels: indices.iter().map(|&i| self.labels()[i]).collect(),
        }
    }

    /// One epoch in the order of the dataset.
    ///
    /// # Panics
    /// If `batch_size` is 0.
    #[track_caller]
    pub fn batches(&self, batch_size: usize) -> Batches<'_> {
        assert!(batch_size > 0, "batches: batch_size is 0; a batch must hold at least one image");
        Batches { dataset: self, batch_size, order: (0..self.len()).collect(), done: 0 }
    }

    /// One epoch in an order drawn from `rng`, all n! of them equally likely.
    ///
    /// The order is drawn here and now: `rng` is free for other uses while the batches are.
    ///
    /// # Panics
    /// If `batch_size` is 0.
    #[track_caller]
    pub fn shuffled_batches(
        &self,
        batch_size: usize,
        rng: &mut (impl Rng + ?Sized),
    ) -> Batches<'_> {
        let mut batches = self.batches(batch_size);
        batches.order.shuffle(rng);
        batches
    }
}

impl Iterator for Batches<'_> {
    type Item = Batch;

    fn next(&mut self) -> Option<Batch> {
        let left = &self.order[self.done..];
        if left.is_empty() {
            return None;
        }
        let indices = &left[..self.batch_size.min(left.len())];
        self.done += indices.len();
        Some(self.dataset.batch(indices))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let batches = (self.order.len() - self.done).div_ceil(self.batch_size);
        (batches, Some(batches))
    }
}

impl ExactSizeIterator for Batches<'_> {}
