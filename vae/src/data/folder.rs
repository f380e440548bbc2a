//! A dataset in IDX files, as MNIST and its descendants are distributed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::idx;
use super::path::{entries, one_size};
use super::{Dataset, LoadError};

impl Dataset {
    /// The training set and the test set in `folder`, in this order.
    ///
    /// The files have the names of MNIST: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`,
    /// `t10k-images-idx3-ubyte` and `t10k-labels-idx1-ubyte`, each plain or gzipped with `.gz` appended.
    /// Where both are there, the plain one is read. Fashion-MNIST and KMNIST come in the same form. EMNIST calls the
    /// test set `test`, and puts its own name first: `emnist-letters-train-images-idx3-ubyte`; its images are transposed,
    /// and stay so. A dot before `idx`, as some archives have it, is a hyphen.
    ///
    /// # Errors
    /// If a file is missing, unreadable or damaged, if the four do not belong together, or if they are those of several
    /// datasets.
    pub fn from_idx_folder(folder: impl AsRef<Path>) -> Result<(Self, Self), LoadError> {
        let folder = folder.as_ref();
        let mut found = datasets(folder)?;
        if found.len() > 1 {
            let found = found.into_keys().map(|prefix| format!("{prefix}train-images-idx3-ubyte"));
            let folder = folder.to_owned();
            return Err(LoadError::Ambiguous { folder, found: found.collect() });
        }
        let (prefix, files) = found.pop_first().unwrap_or_default();
        let (train_path, train) = read_split(folder, &prefix, "train", &files)?;
        let (test_path, test) = read_split(folder, &prefix, "t10k", &files)?;
        one_size((&train_path, &train), (&test_path, &test))?;
        Ok((train, test))
    }
}

/// The files of one dataset: for each of the four plain names of MNIST, where it is.
type Files = BTreeMap<String, PathBuf>;

/// The datasets in a folder by what precedes the names of MNIST: nothing, or a name such as `emnist-letters-`.
pub(super) fn datasets(folder: &Path) -> Result<BTreeMap<String, Files>, LoadError> {
    let mut found: BTreeMap<String, Files> = BTreeMap::new();
    for (name, path) in entries(folder)? {
        if let Some((prefix, usual)) = recognize(&name) {
            let place = found.entry(prefix).or_default().entry(usual);
            let plain = !name.ends_with(".gz");
            place
                .and_modify(|other| {
                    if plain {
                        other.clone_from(&path)
                    }
                })
                .or_insert(path);
        }
    }
    Ok(found)
}

/// The prefix of a name, and what MNIST calls the file.
fn recognize(name: &str) -> Option<(String, String)> {
    let name = name.strip_suffix(".gz").unwrap_or(name).replace(".idx", "-idx");
    for kind in ["images-idx3-ubyte", "labels-idx1-ubyte"] {
        for (split, usual) in [("train", "train"), ("t10k", "t10k"), ("test", "t10k")] {
            if let Some(prefix) = name.strip_suffix(&format!("{split}-{kind}")) {
                return Some((prefix.to_owned(), format!("{usual}-{kind}")));
            }
        }
    }
    None
}

/// The path of the images, and the dataset of both files.
fn read_split(
    folder: &Path,
    prefix: &str,
    split: &str,
    files: &Files,
) -> Result<(PathBuf, Dataset), LoadError> {
    let find = |kind| {
        let usual = format!("{split}-{kind}");
        files.get(&usual).ok_or_else(|| LoadError::Missing {
            folder: folder.to_owned(),
            name: format!("{prefix}{usual}"),
            alternative: format!("{prefix}{usual}.gz"),
            expected: "expected the four files of MNIST under their usual names",
        })
    };
    let read = |path: &Path| fs::read(path).map_err(LoadError::unreadable(path));
    let (images_path, labels_path) = (find("images-idx3-ubyte")?, find("labels-idx1-ubyte")?);
    let [images_name, labels_name] =
        [images_path, labels_path].map(|path| path.display().to_string());
    let images = idx::parse_images(&images_name, &read(images_path)?)?;
    let labels = idx::parse_labels(&labels_name, &read(labels_path)?)?;
    let dataset = Dataset::new(images, labels.to_vec()).map_err(|reason| {
        let files = format!("{images_name} and {labels_name}");
        LoadError::Dataset { files, reason }
    })?;
    Ok((images_path.clone(), dataset))
}
