//! A folder of PNG images.

use std::fs;
use std::path::{Path, PathBuf};

use ndarray::Array3;

use super::parse_image;
use crate::data::path::{entries, has_extension, one_size};
use crate::data::{Dataset, LoadError};

impl Dataset {
    /// The training set and the test set of PNG images in `folder`, in this order.
    ///
    /// The images are in folders `train` and `test`; if these are not there, they are
    /// [split](Self::split_off_test), in the order of their classes and of their names. In either case they lie side by
    /// side, and all have label 0, or in a folder for each class. If all classes are named by numbers below 256, these
    /// are the labels; else the classes are numbered from 0 in the order of their names. Files that are not called
    /// `.png` are left out.
    ///
    /// All images have one size. [`png`](crate::data::png) says how colors become gray.
    ///
    /// # Errors
    /// If there are no images, or one is damaged, or they differ in size; if images lie beside folders of classes, if
    /// there are more classes than labels, or if the test set has a class of its own.
    pub fn from_png_folder(folder: impl AsRef<Path>) -> Result<(Self, Self), LoadError> {
        let folder = folder.as_ref();
        let [train, test] = ["train", "test"].map(|split| folder.join(split));
        if !(train.is_dir() && test.is_dir()) {
            let classes = classes(folder)?;
            return Ok(read(folder, &images(folder, &classes)?)?.split_off_test());
        }
        let classes = classes(&train)?;
        let train_set = read(&train, &images(&train, &classes)?)?;
        let test_set = read(&test, &images(&test, &classes)?)?;
        one_size((&train, &train_set), (&test, &test_set))?;
        Ok((train_set, test_set))
    }
}

/// Whether there is an image in `folder`, in a folder there, or below its `train`.
pub fn holds_images(folder: &Path) -> Result<bool, LoadError> {
    let train = folder.join("train");
    for folder in [folder, &train] {
        if !folder.is_dir() {
            continue;
        }
        if !images_in(folder)?.is_empty() {
            return Ok(true);
        }
        for (_, class) in folders_in(folder)? {
            if !images_in(&class)?.is_empty() {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// The names of the classes with their labels; none where images lie side by side.
fn classes(folder: &Path) -> Result<Vec<(String, u8)>, LoadError> {
    let names: Vec<_> = folders_in(folder)?.into_iter().map(|(name, _)| name).collect();
    let numbers: Vec<_> = names.iter().map_while(|name| name.parse().ok()).collect();
    if numbers.len() == names.len() {
        return Ok(names.into_iter().zip(numbers).collect());
    }
    if names.len() > 256 {
        return Err(LoadError::Classes { folder: folder.to_owned(), found: names.len() });
    }
    Ok(names.into_iter().zip(0..=u8::MAX).collect())
}

/// The images of a folder with their labels.
fn images(folder: &Path, classes: &[(String, u8)]) -> Result<Vec<(PathBuf, u8)>, LoadError> {
    let mut images: Vec<_> = images_in(folder)?.into_iter().map(|path| (path, 0)).collect();
    for (class, path) in folders_in(folder)? {
        if !images.is_empty() && images[0].0.parent() == Some(folder) {
            return Err(LoadError::Mixed { folder: folder.to_owned(), beside: class });
        }
        let Some((_, label)) = classes.iter().find(|(name, _)| *name == class) else {
            return Err(LoadError::Class { folder: folder.to_owned(), class });
        };
        images.extend(images_in(&path)?.into_iter().map(|path| (path, *label)));
    }
    Ok(images)
}

/// Decodes images, which must have one size.
fn read(folder: &Path, images: &[(PathBuf, u8)]) -> Result<Dataset, LoadError> {
    let mut size = None;
    let mut pixels = Vec::new();
    for (path, _) in images {
        let bytes = fs::read(path).map_err(LoadError::unreadable(path))?;
        let image = parse_image(&path.display().to_string(), &bytes)?;
        let found = [image.nrows(), image.ncols()];
        let expected = *size.get_or_insert(found);
        if found != expected {
            let (path, other) = (path.clone(), images[0].0.clone());
            return Err(LoadError::Sizes { path, found, other, expected });
        }
        pixels.extend(image);
    }
    let [rows, cols] = size.unwrap_or_default();
    let shape = (images.len(), rows, cols);
    let pixels = Array3::from_shape_vec(shape, pixels).expect("all images have one size");
    let labels = images.iter().map(|(_, label)| *label).collect();
    Dataset::new(pixels, labels)
        .map_err(|reason| LoadError::Dataset { files: folder.display().to_string(), reason })
}

fn images_in(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let paths = entries(folder)?.into_iter().map(|(_, path)| path);
    Ok(paths.filter(|path| has_extension(path, "png") && path.is_file()).collect())
}

fn folders_in(folder: &Path) -> Result<Vec<(String, PathBuf)>, LoadError> {
    Ok(entries(folder)?.into_iter().filter(|(_, path)| path.is_dir()).collect())
}
