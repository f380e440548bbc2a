//! Pictures one after the other.

use gif::{DisposalMethod, Encoder, Frame, Repeat};

use crate::canvas::Canvas;
use crate::error::FigureError;
use crate::palette::Palette;
use crate::picture::Picture;

/// How long the last frame stays, in hundredths of a second.
const LAST: u16 = 250;

/// Frames that are shown again and again, the last one longer: a GIF file, which every viewer plays.
///
/// Frames keep what has not changed, and all have one palette: 16 shades of gray where there are no colors, as of
/// [sheets](crate::Sheet), or up to 255 colors. This makes small files.
///
/// # Examples
/// ```
/// use figures::{Animation, Picture, Sheet};
/// use ndarray::Array2;
///
/// let mut animation = Animation::new(8);
/// for step in 0..3 {
///     let images = Array2::from_elem([144, 784], f64::from(step) / 2.0);
///     animation.push(&Sheet::new([28, 28]).grid(12, &images).seamless().scale(1))?;
/// }
/// assert_eq!((animation.len(), animation.draw()?.size()), (3, [336, 336]));
/// # Ok::<(), figures::FigureError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Animation {
    /// Hundredths of a second for a frame.
    delay: u16,
    frames: Vec<Canvas>,
}

impl Animation {
    /// No frame yet, and so many in a second.
    ///
    /// # Panics
    /// Unless there are 1 to 50 in a second, which viewers can show.
    #[track_caller]
    pub fn new(per_second: u16) -> Self {
        let possible = (1..=50).contains(&per_second);
        assert!(possible, "Animation: {per_second} frames in a second; must be from 1 to 50");
        Self { delay: 100 / per_second, frames: Vec::new() }
    }

    /// One more frame.
    ///
    /// # Errors
    /// If it cannot be drawn, or is not of the size of the first.
    pub fn push(&mut self, picture: &(impl Picture + ?Sized)) -> Result<(), FigureError> {
        let canvas = picture.draw()?;
        let expected = self.frames.first().map_or(canvas.size(), Canvas::size);
        if canvas.size() != expected {
            let (frame, found) = (self.frames.len(), canvas.size());
            return Err(FigureError::Frame { frame, found, expected });
        }
        self.frames.push(canvas);
        Ok(())
    }

    /// The number of frames.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether there is no frame.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    fn last(&self) -> Result<&Canvas, FigureError> {
        self.frames.last().ok_or(FigureError::Empty { what: "frame" })
    }
}

impl Picture for Animation {
    fn draw(&self) -> Result<Canvas, FigureError> {
        self.last().cloned()
    }

    fn encode(&self) -> Result<Vec<u8>, FigureError> {
        // A side has at most 16,384 pixels: it fits.
        let [width, height] = self.last()?.size().map(|side| side as u16);
        let palette = Palette::of(&self.frames);
        let frames = changes(&self.frames, &palette);
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height, &palette.bytes())?;
        encoder.set_repeat(Repeat::Infinite)?;
        let last = frames.len() - 1;
        for (i, changed) in frames.into_iter().enumerate() {
            let unchanged = Some(palette.unchanged());
            let frame = Frame::from_indexed_pixels(width, height, changed, unchanged);
            let delay = if i == last { LAST } else { self.delay };
            encoder.write_frame(&Frame { delay, dispose: DisposalMethod::Keep, ..frame })?;
        }
        drop(encoder);
        Ok(file)
    }

    fn extension(&self) -> &'static str {
        "gif"
    }
}

/// The pixels of each frame, where they are not those of the one before.
fn changes(frames: &[Canvas], palette: &Palette) -> Vec<Vec<u8>> {
    let mut before = Vec::new();
    let mut changes = Vec::new();
    for frame in frames {
        let places = palette.places(frame);
        let mut changed = places.clone();
        for (place, before) in changed.iter_mut().zip(&before) {
            *place = if place == before { palette.unchanged() } else { *place };
        }
        changes.push(changed);
        before = places;
    }
    changes
}
