//! What all pictures have in common: they can be drawn, and saved.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::canvas::Canvas;
use crate::error::{FigureError, SaveError};

/// Something to look at.
pub trait Picture {
    /// Its pixels; those of an animation are its last frame.
    ///
    /// # Errors
    /// If there is nothing to draw, or too much.
    fn draw(&self) -> Result<Canvas, FigureError>;

    /// The file it is saved as.
    ///
    /// # Errors
    /// Those of [`draw`](Self::draw).
    fn encode(&self) -> Result<Vec<u8>, FigureError> {
        self.draw()?.png()
    }

    /// What the name of its file ends in.
    fn extension(&self) -> &'static str {
        "png"
    }
}

impl Picture for Canvas {
    fn draw(&self) -> Result<Canvas, FigureError> {
        Ok(self.clone())
    }
}

/// Saves a picture: an animation as GIF, any other as PNG.
///
/// The file is written under another name, then renamed: a reader, a full disk or an interrupted run find the old file
/// or the complete one, never a part.
///
/// # Errors
/// If the picture cannot be drawn, if the name has another extension, or if the file cannot be written.
///
/// # Examples
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("parabola.png");
/// let x = (-20..=20).map(|i| f64::from(i) / 10.0);
/// let curves = figures::Curves::new("x", "y").line("x²", x.map(|x| (x, x * x)));
/// figures::save(path, &curves)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn save(path: impl AsRef<Path>, picture: &(impl Picture + ?Sized)) -> Result<(), SaveError> {
    let path = path.as_ref();
    let expected = picture.extension();
    if path.extension().is_none_or(|extension| extension != expected) {
        return Err(SaveError::Extension { path: path.to_owned(), expected });
    }
    let bytes =
        picture.encode().map_err(|source| SaveError::Figure { path: path.to_owned(), source })?;
    write(path, &bytes).map_err(|source| SaveError::Io { path: path.to_owned(), source })
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let mut file = tempfile::Builder::new().make_in(folder, |name| File::create_new(name))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(io::Error::from)?;
    Ok(())
}
