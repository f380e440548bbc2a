//! Pictures one after the other.

use gif::{DisposalMethod, Encoder, Frame, Repeat};

use crate::canvas::Canvas;
use crate::error::FigureError;
use crate::picture::Picture;

/// Shades of gray in a gray animation. With more of them files grow, and nothing else is seen.
const SHADES: u8 = 16;
/// Stands for what the frame before shows.
const UNCHANGED: u8 = SHADES;
/// How long the last frame stays, in hundredths of a second.
const LAST: u16 = 250;

/// Frames that are shown again and again, the last one longer: a GIF file, which every viewer plays.
///
/// Frames without color, such as [sheets](crate::Sheet), have 16 shades of gray and keep what has not changed, which
/// makes small files. Others have 256 colors each.
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
        let gray: Option<Vec<_>> = self.frames.iter().map(Canvas::gray).collect();
        let frames: Vec<_> = match gray {
            Some(gray) => changes(&gray, [width, height]),
            None => {
                let pixels = self.frames.iter().map(Canvas::bytes);
                pixels.map(|pixels| Frame::from_rgb_speed(width, height, pixels, 10)).collect()
            }
        };
        let mut file = Vec::new();
        let mut encoder = Encoder::new(&mut file, width, height, &palette())?;
        encoder.set_repeat(Repeat::Infinite)?;
        let last = frames.len() - 1;
        for (i, frame) in frames.into_iter().enumerate() {
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

/// Red, green and blue of each shade, from black to white.
fn palette() -> Vec<u8> {
    let shade = |i| (u16::from(i) * 255 / u16::from(SHADES - 1)) as u8;
    (0..SHADES).flat_map(|i| [shade(i); 3]).chain([0; 3]).collect()
}

/// What each frame changes of the one before.
fn changes(frames: &[Vec<u8>], [width, height]: [u16; 2]) -> Vec<Frame<'static>> {
    let steps = u16::from(SHADES - 1);
    let shade = |&gray: &u8| ((u16::from(gray) * steps + 127) / 255) as u8;
    let mut before = Vec::new();
    let mut changes = Vec::new();
    for frame in frames {
        let shades: Vec<_> = frame.iter().map(shade).collect();
        let mut changed = shades.clone();
        for (shade, before) in changed.iter_mut().zip(&before) {
            *shade = if shade == before { UNCHANGED } else { *shade };
        }
        changes.push(Frame::from_indexed_pixels(width, height, changed, Some(UNCHANGED)));
        before = shades;
    }
    changes
}
