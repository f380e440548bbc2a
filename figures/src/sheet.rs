//! Images side by side.

use ndarray::{ArrayRef, Dimension};

use crate::canvas::Canvas;
use crate::error::FigureError;
use crate::picture::Picture;
use crate::ticks::number;

mod layout;

use layout::Layout;

/// The gray between images, which are black and white.
const BETWEEN: [u8; 3] = [72; 3];
/// What is not a number has a color of its own, so that it is seen.
const NAN: [u8; 3] = [213, 94, 0];

/// Gray images in rows, each framed by a thin line and enlarged by a whole factor.
///
/// Intensities are from 0, black, to 1, white; what is beyond is cut, and NaN is vermilion.
///
/// # Examples
/// Reconstructions under their originals:
/// ```
/// use figures::{Picture, Sheet};
/// use ndarray::Array2;
///
/// let (x, reconstructed) = (Array2::<f32>::zeros([10, 784]), Array2::<f32>::ones([10, 784]));
/// let picture = Sheet::new([28, 28]).row(&x).row(&reconstructed);
/// assert_eq!(picture.draw()?.size(), [10 * 86 + 2, 2 * 86 + 2]);
/// # Ok::<(), figures::FigureError>(())
/// ```
/// The plane of a two-dimensional code, its numbers beside it:
/// ```
/// # use figures::{Picture, Sheet};
/// # use ndarray::Array2;
/// let z = [-2.0, -1.0, 0.0, 1.0, 2.0];
/// let decoded = Array2::<f32>::zeros([25, 784]); // from the upper left corner, row by row
/// let picture = Sheet::new([28, 28]).grid(5, &decoded).seamless().axes(["z₁", "z₂"], &z, &z);
/// # picture.draw()?;
/// # Ok::<(), figures::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Rows and columns of an image, in pixels.
    size: [usize; 2],
    title: String,
    rows: Vec<Row>,
    /// Whether the next row begins a group.
    apart: bool,
    columns: Vec<String>,
    /// Names of the axes; their numbers are the captions of rows and columns.
    axes: Option<[String; 2]>,
    scale: Option<usize>,
    seamless: bool,
}

/// Images from left to right.
#[derive(Clone, Debug)]
struct Row {
    caption: String,
    images: Vec<Vec<[u8; 3]>>,
    /// Whether a group begins here.
    apart: bool,
}

impl Sheet {
    /// A sheet for images of `size` = [rows, columns] pixels.
    ///
    /// # Panics
    /// If there are no pixels.
    #[track_caller]
    pub fn new(size: [usize; 2]) -> Self {
        assert!(size[0] * size[1] > 0, "Sheet: images are {size:?}; must have pixels");
        Self {
            size,
            title: String::new(),
            rows: Vec::new(),
            apart: false,
            columns: Vec::new(),
            axes: None,
            scale: None,
            seamless: false,
        }
    }

    /// A line above the whole.
    pub fn title(self, title: impl Into<String>) -> Self {
        Self { title: title.into(), ..self }
    }

    /// A row of all `images` [n, …], each of as many pixels as the sheet's images have.
    ///
    /// # Panics
    /// If they have not.
    #[track_caller]
    pub fn row<T: Copy + Into<f64>, D: Dimension>(self, images: &ArrayRef<T, D>) -> Self {
        self.captioned("", images)
    }

    /// A row with words at its left.
    ///
    /// # Panics
    /// As [`row`](Self::row).
    #[track_caller]
    pub fn captioned<T: Copy + Into<f64>, D: Dimension>(
        mut self,
        caption: impl Into<String>,
        images: &ArrayRef<T, D>,
    ) -> Self {
        let images = self.pixels(images);
        self.push(caption.into(), images);
        self
    }

    /// All `images` [n, …] in rows of so many columns, the last one shorter where need be.
    ///
    /// # Panics
    /// As [`row`](Self::row), and if there are no columns.
    #[track_caller]
    pub fn grid<T: Copy + Into<f64>, D: Dimension>(
        mut self,
        columns: usize,
        images: &ArrayRef<T, D>,
    ) -> Self {
        assert!(columns > 0, "grid: there are 0 columns; must be at least one");
        let images = self.pixels(images);
        images.chunks(columns).for_each(|row| self.push(String::new(), row.to_vec()));
        self
    }

    /// Sets the next row apart: a group of rows begins.
    pub fn group(mut self) -> Self {
        self.apart = true;
        self
    }

    /// Words above the columns.
    pub fn columns<S: Into<String>>(self, captions: impl IntoIterator<Item = S>) -> Self {
        Self { columns: captions.into_iter().map(Into::into).collect(), ..self }
    }

    /// Names of the two axes, below and at the left, and the number of each column and of each row so far, from the top.
    ///
    /// Where there are many, some numbers are left out.
    pub fn axes(mut self, names: [&str; 2], columns: &[f64], rows: &[f64]) -> Self {
        self.columns = ticks(columns);
        for (row, tick) in self.rows.iter_mut().zip(ticks(rows)) {
            row.caption = tick;
        }
        self.axes = Some(names.map(str::to_owned));
        self
    }

    /// Enlarges images by `factor`, in place of what makes the sheet up to 1,200 pixels wide.
    ///
    /// # Panics
    /// If it is 0.
    #[track_caller]
    pub fn scale(mut self, factor: usize) -> Self {
        assert!(factor > 0, "scale: the factor is 0; must be at least 1");
        self.scale = Some(factor);
        self
    }

    /// Leaves no line between images, for a plane that is continuous.
    pub fn seamless(self) -> Self {
        Self { seamless: true, ..self }
    }

    fn push(&mut self, caption: String, images: Vec<Vec<[u8; 3]>>) {
        let apart = std::mem::take(&mut self.apart) && !self.rows.is_empty();
        self.rows.push(Row { caption, images, apart });
    }

    #[track_caller]
    fn pixels<T: Copy + Into<f64>, D: Dimension>(
        &self,
        images: &ArrayRef<T, D>,
    ) -> Vec<Vec<[u8; 3]>> {
        let (shape, [height, width]) = (images.shape(), self.size);
        assert!(
            shape.len() > 1 && shape[1..].iter().product::<usize>() == height * width,
            "Sheet: images is {shape:?}; must be [n, {}], or [n, …] with as many elements for each image",
            height * width
        );
        let shades: Vec<_> = images.iter().map(|&intensity| shade(intensity.into())).collect();
        shades.chunks(height * width).map(<[_]>::to_vec).collect()
    }
}

fn shade(intensity: f64) -> [u8; 3] {
    if intensity.is_nan() { NAN } else { [(255.0 * intensity.clamp(0.0, 1.0)).round() as u8; 3] }
}

/// Numbers at equal distances from the first to the last, at most nine; the others are empty.
fn ticks(values: &[f64]) -> Vec<String> {
    let steps = values.len().saturating_sub(1);
    let every = (1..=steps).find(|every| steps.is_multiple_of(*every) && steps / every <= 8);
    // With a prime number of steps only the two ends would be left; better every few, from the first.
    let every = every.filter(|&every| steps < 9 || steps / every > 2).unwrap_or(steps / 8 + 1);
    let one = |(i, &value): (usize, &f64)| {
        if i.is_multiple_of(every) { number(value, 1) } else { String::new() }
    };
    values.iter().enumerate().map(one).collect()
}

impl Picture for Sheet {
    fn draw(&self) -> Result<Canvas, FigureError> {
        if self.rows.iter().all(|row| row.images.is_empty()) {
            return Err(FigureError::Empty { what: "image" });
        }
        let layout = Layout::new(self)?;
        let mut canvas = Canvas::smooth(layout.size, |area| layout.words(self, area))?;
        for (row, &top) in self.rows.iter().zip(&layout.tops) {
            for (column, image) in row.images.iter().enumerate() {
                layout.image(image, [layout.lefts[column], top], &mut canvas);
            }
        }
        Ok(canvas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_spread_evenly_and_are_not_too_many() {
        let shown = |n: usize| {
            let values: Vec<_> = (0..n).map(|i| i as f64).collect();
            let ticks = ticks(&values);
            assert_eq!(ticks.len(), n);
            ticks.into_iter().filter(|tick| !tick.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(shown(5), ["0.0", "1.0", "2.0", "3.0", "4.0"]);
        assert_eq!(shown(13), ["0.0", "2.0", "4.0", "6.0", "8.0", "10.0", "12.0"]);
        assert_eq!(shown(12), ["0.0", "2.0", "4.0", "6.0", "8.0", "10.0"]);
        assert_eq!((shown(0).len(), shown(1).len()), (0, 1));
        assert!((2..100).all(|n| (2..=9).contains(&shown(n).len())));
    }

    #[test]
    fn shades_of_all_numbers() {
        assert_eq!([0.0, 0.5, 1.0].map(|x| shade(x)[0]), [0, 128, 255]);
        assert_eq!(
            [-3.0, f64::NEG_INFINITY, 7.0, f64::INFINITY].map(|x| shade(x)[0]),
            [0, 0, 255, 255]
        );
        assert_eq!(shade(f64::NAN), NAN);
    }
}
