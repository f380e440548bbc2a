//! A dataset in `.npy` files.

use std::fs;
use std::path::{Path, PathBuf};

use super::{parse_images, parse_labels};
use crate::data::path::{entries, has_extension, one_size};
use crate::data::{Dataset, LoadError};

impl Dataset {
    /// The training set and the test set in `.npy` files, in this order.
    ///
    /// `path` is a file of images, or a folder with `train-images.npy` and `test-images.npy`, or with `images.npy`; an
    /// underscore will do for the hyphen. Images of one file are [split](Self::split_off_test). Their labels are in the
    /// file that is called `labels` where this one is called `images`; if there is none, all labels are 0.
    /// [`npy`](crate::data::npy) says which arrays are images and labels.
    ///
    /// # Errors
    /// If a file is missing, unreadable or damaged, or if the files do not belong together.
    pub fn from_npy(path: impl AsRef<Path>) -> Result<(Self, Self), LoadError> {
        let path = path.as_ref();
        if !path.is_dir() {
            return Ok(read(path)?.split_off_test());
        }
        let find = |stem| find(path, stem);
        match (find("train-images")?, find("test-images")?, find("images")?) {
            (None, None, Some(images)) => Ok(read(&images)?.split_off_test()),
            (Some(train), Some(test), None) => {
                let [train_set, test_set] = [read(&train)?, read(&test)?];
                one_size((&train, &train_set), (&test, &test_set))?;
                Ok((train_set, test_set))
            }
            (None, None, None) => Err(LoadError::Unknown { path: path.to_owned() }),
            (None, ..) => Err(missing(path, "train-images")),
            (_, None, _) => Err(missing(path, "test-images")),
            (Some(_), Some(_), Some(_)) => Err(LoadError::Ambiguous {
                folder: path.to_owned(),
                found: ["train-images.npy", "images.npy"].map(str::to_owned).to_vec(),
            }),
        }
    }
}

/// Whether a folder has one of the files of images.
pub fn holds_images(folder: &Path) -> Result<bool, LoadError> {
    for stem in ["train-images", "test-images", "images"] {
        if find(folder, stem)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn missing(folder: &Path, stem: &str) -> LoadError {
    LoadError::Missing {
        folder: folder.to_owned(),
        name: format!("{stem}.npy"),
        alternative: format!("{}.npy", stem.replace('-', "_")),
        expected: "expected images to train on and images to test on, or images.npy alone",
    }
}

/// The file of this name, with hyphens or underscores; the former if there are both.
fn find(folder: &Path, stem: &str) -> Result<Option<PathBuf>, LoadError> {
    let is_it = |name: &str, path: &Path| {
        has_extension(path, "npy") && name[..name.len() - ".npy".len()].replace('_', "-") == stem
    };
    let mut found = entries(folder)?.into_iter().filter(|(name, path)| is_it(name, path));
    Ok(found.next().map(|(_, path)| path))
}

/// The images in a file, and the labels in the one beside it.
fn read(path: &Path) -> Result<Dataset, LoadError> {
    let bytes = fs::read(path).map_err(LoadError::unreadable(path))?;
    let images = parse_images(&path.display().to_string(), &bytes)?;
    let beside = labels_beside(path);
    let labels = match &beside {
        Some(path) => {
            let bytes = fs::read(path).map_err(LoadError::unreadable(path))?;
            parse_labels(&path.display().to_string(), &bytes)?.to_vec()
        }
        // Of images without pixels, which are refused below, a header may claim any number.
        None if images.is_empty() => Vec::new(),
        None => vec![0; images.dim().0],
    };
    let mut files = path.display().to_string();
    if let Some(labels) = beside {
        files += &format!(" and {}", labels.display());
    }
    Dataset::new(images, labels).map_err(|reason| LoadError::Dataset { files, reason })
}

fn labels_beside(images: &Path) -> Option<PathBuf> {
    let name = images.file_name()?.to_str()?;
    let labels = images.with_file_name(name.replace("images", "labels"));
    (name.contains("images") && labels.is_file()).then_some(labels)
}
