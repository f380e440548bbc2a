//! What is written is read back, here and elsewhere.

use std::collections::{BTreeMap, HashMap};
use std::fs;

use autograd::{Float, Tensor};
use ndarray::array;
use nn::checkpoint::{load, read_metadata, save};
use nn::{Linear, Module, Sequential};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::{bits, configuration, files, model, place};

fn check_round_trip<T: Float>() {
    let (folder, path) = place();
    let mut saved = model::<T>(1);
    let specials = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e-40, 1.0 / 3.0];
    let (_, weight) = saved.parameters_mut().into_iter().next().unwrap();
    for (x, special) in weight.value_mut().iter_mut().zip(specials) {
        *x = T::from_f64(special);
    }
    save(&path, &saved, &configuration()).unwrap();
    assert!(files(folder.path()) == [path.as_path()], "one file and nothing else");

    let mut loaded = model::<T>(2);
    assert_ne!(bits(&loaded), bits(&saved));
    assert_eq!(load(&path, &mut loaded).unwrap(), configuration());
    assert_eq!(bits(&loaded), bits(&saved));
    assert_eq!(read_metadata(&path).unwrap(), configuration());

    let bytes = fs::read(&path).unwrap();
    save(&path, &loaded, &configuration()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), bytes, "the same model makes the same file");
}

#[test]
fn round_trip() {
    check_round_trip::<f32>();
    check_round_trip::<f64>();
}

/// Elements are written row by row, and read back, whatever the strides in memory.
#[test]
fn strided_parameters() {
    let (_folder, path) = place();
    let transposed = Tensor::<f32>::from(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).t();
    let strided = |x: &Tensor| Linear { weight: Tensor::leaf(x.clone()), bias: None };
    save(&path, &strided(&transposed), &BTreeMap::new()).unwrap();

    let mut plain = strided(&Tensor::zeros([3, 2]));
    load(&path, &mut plain).unwrap();
    assert_eq!(plain.weight.to_vec(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    let mut other = strided(&Tensor::zeros([2, 3]).t());
    load(&path, &mut other).unwrap();
    assert_eq!(other.weight.to_vec(), plain.weight.to_vec());
}

/// Sizes 0 and scalars, and a module without parameters.
#[test]
fn small_modules() {
    let (_folder, path) = place();
    let empty =
        |bias: Tensor| Linear { weight: Tensor::leaf(Tensor::zeros([0, 4])), bias: Some(bias) };
    save(&path, &empty(Tensor::leaf(3.0)), &BTreeMap::new()).unwrap();
    let mut loaded = empty(Tensor::leaf(0.0));
    load(&path, &mut loaded).unwrap();
    assert_eq!(loaded.bias.unwrap().item(), 3.0);

    let mut none = Sequential::<f32>::new();
    save(&path, &none, &configuration()).unwrap();
    assert_eq!(load(&path, &mut none).unwrap(), configuration());
}

/// Another implementation reads what is written here.
#[test]
fn the_file_is_in_the_format() {
    let (_folder, path) = place();
    let saved = model::<f32>(1);
    save(&path, &saved, &configuration()).unwrap();
    let bytes = fs::read(&path).unwrap();
    let (n, header) = SafeTensors::read_metadata(&bytes).unwrap();
    assert_eq!(n % 8, 0);
    assert_eq!(header.metadata(), &Some(configuration().into_iter().collect::<HashMap<_, _>>()));
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    for (name, parameter) in saved.parameters() {
        let view = tensors.tensor(&name).unwrap();
        assert_eq!((view.dtype(), view.shape()), (Dtype::F32, parameter.shape()));
        let data: Vec<u8> = parameter.to_vec().iter().flat_map(|x| x.to_le_bytes()).collect();
        assert_eq!(view.data(), data);
    }
}

/// What another implementation writes is read here; its order of tensors is its own.
#[test]
fn a_file_from_elsewhere_loads() {
    let (_folder, path) = place();
    let data: Vec<u8> = [1.5f64, -2.0, 3.0].iter().flat_map(|x| x.to_le_bytes()).collect();
    let view = |shape: Vec<usize>, bytes| TensorView::new(Dtype::F64, shape, bytes).unwrap();
    let tensors = [("weight", view(vec![2, 1], &data[8..])), ("bias", view(vec![1], &data[..8]))];
    fs::write(&path, safetensors::serialize(tensors, None).unwrap()).unwrap();
    let mut layer = Linear::<f64>::new(2, 1, &mut ChaCha8Rng::seed_from_u64(0));
    assert!(load(&path, &mut layer).unwrap().is_empty());
    assert_eq!(layer.weight.to_vec(), [-2.0, 3.0]);
    assert_eq!(layer.bias.unwrap().to_vec(), [1.5]);
}
