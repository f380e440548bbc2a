//! Pictures side by side.

use crate::canvas::Canvas;
use crate::error::FigureError;
use crate::picture::Picture;

/// The white between pictures, and around them.
const BETWEEN: usize = 32;
const AROUND: usize = 16;

/// Pictures in a row or in a column, each as large as it is alone.
///
/// Panels are a picture, too: a column of rows is a table.
///
/// # Examples
/// ```
/// use figures::{Curves, Panels, Picture};
///
/// let panel = |title| Curves::new("x", "y").title(title).line("", [(0.0, 1.0), (1.0, 0.0)]);
/// let picture = Panels::row().with(panel("autoencoder")).with(panel("VAE"));
/// assert!(picture.draw()?.size()[0] > 1500);
/// # Ok::<(), figures::FigureError>(())
/// ```
pub struct Panels<'a> {
    pictures: Vec<Box<dyn Picture + 'a>>,
    /// Whether they are beside each other, not beneath.
    beside: bool,
}

impl<'a> Panels<'a> {
    /// From left to right, with their upper ends at one height.
    pub fn row() -> Self {
        Self { pictures: Vec::new(), beside: true }
    }

    /// From top to bottom, with their left ends beneath each other.
    pub fn column() -> Self {
        Self { pictures: Vec::new(), beside: false }
    }

    /// One more.
    pub fn with(mut self, picture: impl Picture + 'a) -> Self {
        self.pictures.push(Box::new(picture));
        self
    }
}

impl Picture for Panels<'_> {
    fn draw(&self) -> Result<Canvas, FigureError> {
        let panels: Vec<_> = self.pictures.iter().map(|p| p.draw()).collect::<Result<_, _>>()?;
        let sides = |axis: usize| panels.iter().map(move |panel| panel.size()[axis] as usize);
        let (along, across) = if self.beside { (0, 1) } else { (1, 0) };
        let widest = sides(across).max().ok_or(FigureError::Empty { what: "panel" })?;

        let mut size = [2 * AROUND + widest; 2];
        size[along] = 2 * AROUND + sides(along).sum::<usize>() + BETWEEN * (panels.len() - 1);
        let mut canvas = Canvas::white(size)?;
        let mut corner = [AROUND; 2];
        for panel in &panels {
            canvas.place(panel, corner);
            corner[along] += panel.size()[along] as usize + BETWEEN;
        }
        Ok(canvas)
    }
}
