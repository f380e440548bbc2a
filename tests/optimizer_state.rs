//! What an optimizer remembers, as named tensors: kept and read again, it goes on as if nothing had been in between.

use std::collections::BTreeMap;

use autograd::Tensor;
use ndarray::array;
use nn::{Adagrad, Adam, AdamW, Linear, Module, Optimizer, RmsProp, Sgd, checkpoint};

type Case = (fn() -> Box<dyn Optimizer>, &'static [&'static str]);

/// Each optimizer, with all of its terms at work, and the symbols of what it remembers.
const CASES: [Case; 5] = [
    (
        || {
            let mut sgd = Sgd::new(0.1);
            sgd.momentum = 0.9;
            Box::new(sgd)
        },
        &["t", "v"],
    ),
    (
        || {
            let mut adagrad = Adagrad::new(0.1);
            adagrad.decay = 0.5;
            Box::new(adagrad)
        },
        &["t", "h"],
    ),
    (
        || {
            let mut rms_prop = RmsProp::new(0.1);
            rms_prop.momentum = 0.5;
            Box::new(rms_prop)
        },
        &["t", "v", "u"],
    ),
    (|| Box::new(Adam::new(0.1)), &["t", "m", "v"]),
    (|| Box::new(AdamW::new(0.1)), &["t", "m", "v"]),
];

fn model() -> Linear {
    let weight = Tensor::leaf(array![[1.0, -2.0, 0.5], [0.3, 4.0, -1.0]]);
    Linear { weight, bias: Some(Tensor::leaf(array![0.1, 0.2, -0.3])) }
}

/// A step whose gradients differ from element to element, and from step to step.
fn step(optimizer: &mut dyn Optimizer, model: &mut Linear) {
    let bias = model.bias.as_ref().unwrap();
    let scale = Tensor::from(array![[1.0, 0.5, 2.0], [0.1, 0.3, 1.5]]);
    let loss = (model.weight.square() * scale).sum() + bias.square().sum();
    let gradients = loss.backward();
    optimizer.step(model, &gradients);
}

/// All parameters.
fn values(model: &Linear) -> Vec<f32> {
    model.parameters().iter().flat_map(|(_, parameter)| parameter.to_vec()).collect()
}

#[test]
fn the_state_has_a_count_and_the_symbols_of_the_formula() {
    for (new, symbols) in CASES {
        let mut optimizer = new();
        assert_eq!(optimizer.state().into_iter().count(), 0, "nothing before the first step");
        let mut model = model();
        step(&mut *optimizer, &mut model);
        step(&mut *optimizer, &mut model);
        let state = optimizer.state();
        assert!(state.parameters.is_empty(), "an optimizer has nothing to be trained");
        let names = |of: &str| symbols.iter().map(|s| format!("{of}.{s}")).collect::<Vec<_>>();
        let found: Vec<_> = state.buffers.iter().map(|(name, _)| name.clone()).collect();
        assert_eq!(found, [names("bias"), names("weight")].concat());
        for (name, tensor) in state.buffers {
            let shape: &[usize] = match (name.ends_with(".t"), name.starts_with("bias")) {
                (true, _) => &[],
                (false, true) => &[3],
                (false, false) => &[2, 3],
            };
            assert_eq!(tensor.shape(), shape, "{name}");
            if name.ends_with(".t") {
                assert_eq!(tensor.item(), 2.0);
            }
        }
    }
}

#[test]
fn read_from_a_checkpoint_it_goes_on_to_the_last_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.safetensors");
    for (new, symbols) in CASES {
        let (mut optimizer, mut trained) = (new(), model());
        (0..3).for_each(|_| step(&mut *optimizer, &mut trained));
        checkpoint::save(&path, &*optimizer, &BTreeMap::new()).unwrap();

        let (mut other, mut copy) = (new(), trained.clone());
        other.prepare(&copy);
        checkpoint::load(&path, &mut *other).unwrap();
        let mut forgetful = (new(), trained.clone());
        for _ in 0..3 {
            step(&mut *optimizer, &mut trained);
            step(&mut *other, &mut copy);
            step(&mut *forgetful.0, &mut forgetful.1);
        }
        assert_eq!(values(&trained), values(&copy), "{symbols:?}");
        assert_ne!(values(&trained), values(&forgetful.1), "{symbols:?}");
    }
}

#[test]
fn to_prepare_changes_no_step_and_forgets_nothing() {
    for (new, symbols) in CASES {
        let (mut plain, mut prepared) = ((new(), model()), (new(), model()));
        for _ in 0..3 {
            step(&mut *plain.0, &mut plain.1);
            prepared.0.prepare(&prepared.1);
            step(&mut *prepared.0, &mut prepared.1);
        }
        assert_eq!(values(&plain.1), values(&prepared.1), "{symbols:?}");
    }
}

/// A checkpoint of another optimizer, or of another model, is refused with the names that differ.
#[test]
fn the_state_of_another_optimizer_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.safetensors");
    let (mut adam, mut model) = (Adam::new(0.1), model());
    step(&mut adam, &mut model);
    checkpoint::save(&path, &adam, &BTreeMap::new()).unwrap();
    let mut sgd = Sgd::<f32>::new(0.1);
    sgd.prepare(&model);
    let error = checkpoint::load(&path, &mut sgd).unwrap_err().to_string();
    assert!(error.contains("surplus: \"weight.m\" [2, 3]"), "{error}");
}

/// f32 counts to 2²⁴: βᵗ is 0 there, so that nothing hangs on the count any more.
#[test]
fn the_count_ends_where_it_no_longer_matters() {
    let (mut adam, mut model) = (Adam::new(1e-3), model());
    adam.prepare(&model);
    let last = (1 << 24) as f32;
    for (name, tensor) in adam.state_mut().buffers {
        if name.ends_with(".t") {
            tensor.value_mut().fill(last);
        }
    }
    step(&mut adam, &mut model);
    let counts = adam.state().buffers.into_iter().filter(|(name, _)| name.ends_with(".t"));
    assert!(counts.map(|(_, t)| t.item()).all(|t| t == last));
    assert!(values(&model).iter().all(|x| x.is_finite()));
}
