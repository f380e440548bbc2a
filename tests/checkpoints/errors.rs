//! Files of another model, and files that cannot be read or written.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use autograd::Tensor;
use nn::checkpoint::{CheckpointError, Mismatch, load, save};
use nn::{Linear, Module, Sequential, State};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use safetensors::Dtype;

use crate::{bits, files, model, place};

/// A file of another model: everything that differs is named, and nothing is changed.
#[test]
fn every_mismatch_is_named() {
    let (_folder, path) = place();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let other = Sequential::<f64>::new()
        .then(Linear::new(3, 5, &mut rng).without_bias())
        .then(Linear::new(2, 1, &mut rng));
    save(&path, &other, &BTreeMap::new()).unwrap();
    let mut model = model::<f32>(1);
    let before = bits(&model);
    let error = load(&path, &mut model).unwrap_err();
    assert_eq!(bits(&model), before);

    let name = |name: &str| name.to_owned();
    let CheckpointError::Mismatch { mismatches, .. } = &error else {
        panic!("{error}");
    };
    let expected = [
        Mismatch::Shape { name: name("0.weight"), found: vec![3, 5], expected: vec![3, 2] },
        Mismatch::Dtype { name: name("0.weight"), found: Dtype::F64, expected: Dtype::F32 },
        Mismatch::Missing { name: name("0.bias"), expected: vec![2] },
        Mismatch::Missing { name: name("2.weight"), expected: vec![2, 1] },
        Mismatch::Missing { name: name("2.bias"), expected: vec![1] },
        Mismatch::Surplus { name: name("1.bias"), found: vec![1] },
        Mismatch::Surplus { name: name("1.weight"), found: vec![2, 1] },
    ];
    assert_eq!(mismatches, &expected);
    let message = format!(
        "{}: the checkpoint does not fit the model
  shape: \"0.weight\" is [3, 5] in the file and [3, 2] in the model
  dtype: \"0.weight\" is F64 in the file and F32 in the model
  missing: \"0.bias\" [2]
  missing: \"2.weight\" [2, 1]
  missing: \"2.bias\" [1]
  surplus: \"1.bias\" [1]
  surplus: \"1.weight\" [2, 1]",
        path.display()
    );
    assert_eq!(error.to_string(), message);
}

#[test]
fn files_that_cannot_be_read() {
    let (folder, path) = place();
    let mut model = model::<f32>(1);
    for wrong in [path.as_path(), folder.path(), Path::new("")] {
        let error = load(wrong, &mut model).unwrap_err();
        assert!(matches!(error, CheckpointError::Io { .. }), "{error:?}");
        assert!(error.to_string().starts_with(&wrong.display().to_string()), "{error}");
    }
}

/// A failure to write names the file, leaves what was there, and leaves nothing behind.
#[test]
fn files_that_cannot_be_written() {
    let (folder, path) = place();
    fs::write(&path, "old").unwrap();
    let occupied = folder.path().join("occupied");
    fs::create_dir(&occupied).unwrap();
    let lacking = folder.path().join("lacking").join("model.safetensors");
    for wrong in
        [lacking.as_path(), &path.join("below a file"), &occupied, Path::new("/"), Path::new("")]
    {
        let error = save(wrong, &model::<f32>(1), &BTreeMap::new()).unwrap_err();
        assert!(matches!(error, CheckpointError::Io { .. }), "{error:?}");
        assert!(error.to_string().starts_with(&wrong.display().to_string()), "{error}");
    }
    assert_eq!(fs::read(&path).unwrap(), b"old");
    assert_eq!(files(folder.path()).len(), 2);
}

/// In a folder that cannot be written to the old file stays; a superuser can write everywhere.
#[test]
fn a_folder_that_cannot_be_written_to() {
    let (folder, path) = place();
    save(&path, &model::<f32>(1), &BTreeMap::new()).unwrap();
    let old = fs::read(&path).unwrap();
    let writable = fs::metadata(folder.path()).unwrap().permissions();
    let mut protected = writable.clone();
    protected.set_readonly(true);
    fs::set_permissions(folder.path(), protected).unwrap();
    let result = save(&path, &model::<f32>(2), &BTreeMap::new());
    fs::set_permissions(folder.path(), writable).unwrap();
    if let Err(error) = result {
        assert!(matches!(error, CheckpointError::Io { .. }), "{error:?}");
        assert_eq!(fs::read(&path).unwrap(), old);
    }
    assert_eq!(files(folder.path()), [path]);
}

#[test]
#[should_panic(expected = "save: two tensors are named weight")]
fn equal_names_panic() {
    struct Twins(Tensor);
    impl Module for Twins {
        fn state(&self) -> State<&Tensor> {
            State::new().parameter("weight", &self.0).parameter("weight", &self.0)
        }
        fn state_mut(&mut self) -> State<&mut Tensor> {
            State::new().parameter("weight", &mut self.0)
        }
    }
    let (_folder, path) = place();
    _ = save(path, &Twins(Tensor::leaf(1.0)), &BTreeMap::new());
}
