//! Images as bytes, and their labels.

use ndarray::{Array1, Array3, Axis};

/// Gray images of one size, one byte a pixel, each with a label.
///
/// It holds at least one image of at least one pixel.
#[derive(Clone, Debug, PartialEq)]
pub struct Dataset {
    /// [n, rows, columns], in standard (row-major) layout.
    images: Array3<u8>,
    labels: Vec<u8>,
}

/// Arrays that do not make a [`Dataset`].
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DatasetError {
    /// There is no image, or no pixel in an image.
    #[error(
        "found {images} images of {rows} × {cols} pixels, \
         expected at least one image of at least one pixel"
    )]
    Empty {
        /// The number of images.
        images: usize,
        /// The rows of an image.
        rows: usize,
        /// The columns of an image.
        cols: usize,
    },
    /// There are not as many labels as images.
    #[error(
        "found {labels} labels for {images} images, expected one label for each image; \
         check that both come from the same split of the same dataset"
    )]
    Counts {
        /// The number of images.
        images: usize,
        /// The number of labels.
        labels: usize,
    },
}

#[expect(clippy::len_without_is_empty, reason = "a dataset is never empty")]
impl Dataset {
    /// A dataset of `images` [n, rows, columns], each with the label at its place in `labels`.
    ///
    /// # Errors
    /// If there are no pixels, or if the two counts differ.
    pub fn new(images: Array3<u8>, labels: Vec<u8>) -> Result<Self, DatasetError> {
        let (n, rows, cols) = images.dim();
        if images.is_empty() {
            return Err(DatasetError::Empty { images: n, rows, cols });
        }
        if labels.len() != n {
            return Err(DatasetError::Counts { images: n, labels: labels.len() });
        }
        let images = if images.is_standard_layout() {
            images
        } else {
            images.as_standard_layout().into_owned()
        };
        Ok(Self { images, labels })
    }

    /// The number of images.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// The rows of an image.
    pub fn rows(&self) -> usize {
        self.images.dim().1
    }

    /// The columns of an image.
    pub fn cols(&self) -> usize {
        self.images.dim().2
    }

    /// The pixels of an image, rows × columns.
    pub fn pixels(&self) -> usize {
        self.rows() * self.cols()
    }

    /// The label of each image.
    pub fn labels(&self) -> &[u8] {
        &self.labels
    }

    /// The pixels of image `i`, row by row.
    ///
    /// # Panics
    /// If there is no image `i`.
    pub fn image(&self, i: usize) -> &[u8] {
        let pixels = self.pixels();
        &self.bytes()[i * pixels..][..pixels]
    }

    /// The mean image, m = 1/n Σᵢ imageᵢ / 255: one intensity in [0, 1] a pixel.
    ///
    /// The bytes are summed as integers and divided once, so that each mean is as good as an `f64` can be.
    /// It is the maximum-likelihood Bernoulli model that has no latent variable, and its logits are where
    /// the bias of a decoder does well to start.
    pub fn mean_image(&self) -> Array1<f64> {
        let mut sums = vec![0u64; self.pixels()];
        for image in self.bytes().chunks_exact(self.pixels()) {
            for (sum, &pixel) in sums.iter_mut().zip(image) {
                *sum += u64::from(pixel);
            }
        }
        let white = 255.0 * self.len() as f64;
        sums.into_iter().map(|sum| sum as f64 / white).collect()
    }

    /// A dataset of the images `indices`, in this order, which is not empty.
    pub(super) fn select(&self, indices: &[usize]) -> Self {
        Self {
            images: self.images.select(Axis(0), indices),
            labels: indices.iter().map(|&i| self.labels[i]).collect(),
        }
    }

    /// All pixels of all images, end to end.
    fn bytes(&self) -> &[u8] {
        self.images.as_slice().expect("images are kept in standard layout")
    }
}
