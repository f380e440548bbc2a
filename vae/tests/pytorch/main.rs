//! Weights from PyTorch and to PyTorch. The fixture is made by `interop/pytorch_vae.py`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use autograd::Tensor;
use ndarray::Array2;
use nn::Module;
use nn::checkpoint::CheckpointError;
use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng};
use serde_json::Value;
use vae::pytorch::{PytorchError, export, import};
use vae::{Architecture, Likelihood, Sizes, Vae};

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/pytorch").join(name)
}

fn model(hidden: usize) -> Vae {
    let sizes = Sizes { pixels: 12, hidden, latent: 3 };
    Vae::new(sizes, Likelihood::Bernoulli, &mut ChaCha8Rng::seed_from_u64(5))
}

fn matrix(rows: &Value) -> Tensor {
    let rows: Vec<Vec<f32>> = serde_json::from_value(rows.clone()).unwrap();
    let shape = (rows.len(), rows[0].len());
    Tensor::constant(Array2::from_shape_vec(shape, rows.concat()).unwrap())
}

/// The loss in PyTorch, recorded after training there, and the loss here with its weights.
fn losses(vae: &Vae, case: &Value) -> [f64; 2] {
    let loss = vae.elbo(&matrix(&case["x"]), &matrix(&case["noise"])).loss();
    [case["loss"].as_f64().unwrap(), loss.to_vec()[0].into()]
}

#[test]
fn a_model_trained_in_pytorch_has_its_loss_here() {
    let case = serde_json::from_slice(&fs::read(fixture("case.json")).unwrap()).unwrap();
    let mut vae = model(7);
    let [theirs, ours] = losses(&vae, &case);
    assert!((ours - theirs).abs() > 1e-3 * theirs, "untrained, {ours} is not {theirs}");
    import(fixture("weights.safetensors"), &mut vae).unwrap();
    let [theirs, ours] = losses(&vae, &case);
    assert!((ours - theirs).abs() < 1e-5, "{ours} here, {theirs} in PyTorch");
    assert!(vae.parameters().iter().all(|(_, parameter)| parameter.is_tracked()));
}

/// The tensors of a safetensors file: name, shape and bytes of each.
fn tensors(path: &PathBuf) -> BTreeMap<String, (Value, Vec<u8>)> {
    let bytes = fs::read(path).unwrap();
    let (n, rest) = bytes.split_first_chunk().unwrap();
    let (header, data) = rest.split_at(u64::from_le_bytes(*n) as usize);
    let mut header: BTreeMap<String, Value> = serde_json::from_slice(header).unwrap();
    header.remove("__metadata__");
    let tensor = |mut info: Value| {
        let offsets = info["data_offsets"].take();
        let [start, end] = [0, 1].map(|i| offsets[i].as_u64().unwrap() as usize);
        (info, data[start..end].to_vec())
    };
    header.into_iter().map(|(name, info)| (name, tensor(info))).collect()
}

/// What `load_state_dict` sees is the very state dict that PyTorch saved, so that its loss is the recorded one.
#[test]
fn a_model_from_pytorch_goes_back_unchanged() {
    let mut vae = model(7);
    import(fixture("weights.safetensors"), &mut vae).unwrap();
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pytorch.safetensors");
    let metadata = BTreeMap::from([("model".to_owned(), "dense".to_owned())]);
    export(&path, &vae, &metadata).unwrap();
    assert_eq!(tensors(&path), tensors(&fixture("weights.safetensors")));
    assert_eq!(import(&path, &mut model(7)).unwrap(), metadata);
}

#[test]
fn another_size_is_refused_and_changes_nothing() {
    let mut vae = model(8);
    let before: Vec<_> = vae.state().into_iter().map(|(_, tensor)| tensor.to_vec()).collect();
    let error = import(fixture("weights.safetensors"), &mut vae).unwrap_err();
    assert!(matches!(&error, PytorchError::Checkpoint(CheckpointError::Mismatch { .. })));
    let line = "\"fc1.weight\" is [7, 12] in the file and [8, 12] in the model";
    assert!(error.to_string().contains(line), "{error}");
    let after: Vec<_> = vae.state().into_iter().map(|(_, tensor)| tensor.to_vec()).collect();
    assert_eq!(after, before);
}

/// What `torch.save` writes begins as a zip archive, or, long ago, as a pickle.
#[test]
fn a_pickle_is_refused_with_the_way_to_convert_it() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("vae.pth");
    let found = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        import(&path, &mut model(7)).unwrap_err()
    };
    for start in
        [&b"PK\x03\x04\0\0\x08\x08\0\0\0\0"[..], b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."]
    {
        let message = found(start).to_string();
        assert!(message.contains("found a pickle") && message.contains("save_file"), "{message}");
    }
    let error = found(b"something else");
    assert!(matches!(error, PytorchError::Checkpoint(CheckpointError::Format { .. })), "{error}");
}

#[test]
fn another_architecture_is_refused() {
    let activation = nn::Activation::Relu;
    let layers = Architecture { pixels: 12, hidden: vec![7, 7], latent: 3, activation };
    let vae = Vae::<f32>::new(layers, Likelihood::Bernoulli, &mut ChaCha8Rng::seed_from_u64(5));
    let error = export(fixture("never written"), &vae, &BTreeMap::new()).unwrap_err();
    assert!(error.to_string().starts_with("found a model of encoder.hidden1.weight, "), "{error}");
}
