//! What holds of every model alike.

use std::collections::BTreeMap;

use autograd::{Tensor, check_grads};
use nn::{Module, checkpoint};
use vae::{Evaluation, EvidenceBound, Likelihood, Vae, standard_normal};

use crate::support::{assert_close, cases, layers, parameters, pictures, rng, set_parameters};

const ALL: [usize; 3] = [0, 1, 2];

/// In all parameters, in the data and in the noise.
#[test]
fn all_derivatives_to_second_order() {
    let [x, _] = pictures();
    for case in cases(3) {
        for samples in [0, 2] {
            let mut inputs = parameters(&*(case.model)(&ALL));
            let noise: &[usize] = if samples == 0 { &[3, 2] } else { &[samples, 3, 2] };
            inputs.extend([x.clone(), standard_normal(&mut rng(4), noise)]);
            let loss = |inputs: &[Tensor<f64>]| {
                let [parameters @ .., x, noise] = inputs else { unreachable!() };
                let mut model = (case.model)(&ALL);
                set_parameters(&mut *model, parameters);
                match samples {
                    0 => model.elbo(x, noise).loss(),
                    _ => model.log_weights(x, noise).log_sum_exp([0]).mean(),
                }
            };
            check_grads(loss, &inputs, 2).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        }
    }
}

/// Each image of a batch, and each sample, is computed as if alone.
#[test]
fn images_and_samples_do_not_mix() {
    let [x, _] = pictures();
    let noise = standard_normal::<f64>(&mut rng(5), [4, 3, 2]);
    for case in cases(6) {
        let together = (case.model)(&ALL).log_weights(&x, &noise);
        assert_eq!(together.shape(), [4, 3], "{}", case.name);
        for i in ALL {
            let (x, model) = (x.narrow(0, i..i + 1), (case.model)(&[i]));
            for k in 0..4 {
                let noise = noise.narrow(0, k..k + 1).narrow(1, i..i + 1);
                let alone = model.log_weights(&x, &noise);
                let weight = together.narrow(0, k..k + 1).narrow(1, i..i + 1);
                assert_close(&alone, &weight, 1e-13, case.name);
                let one = model.elbo(&x, &noise.reshape([1, 2]));
                assert_eq!((one.rate.shape(), one.distortion.shape()), (&[1][..], &[1][..]));
            }
        }
    }
}

/// Where the rate is that of one sample, −ELBO of the sample is minus its log-weight.
#[test]
fn a_sampled_bound_is_the_log_weight() {
    let [x, _] = pictures();
    let noise = standard_normal::<f64>(&mut rng(7), [3, 2]);
    for case in cases(8).iter().filter(|case| ["vamp", "flow"].contains(&case.name)) {
        let model = (case.model)(&ALL);
        let (elbo, log_weights) =
            (model.elbo(&x, &noise), model.log_weights(&x, &noise.insert_axis(0)));
        assert_close(&-(elbo.rate + elbo.distortion), &log_weights.reshape([3]), 1e-13, case.name);
    }
}

#[test]
fn a_checkpoint_holds_the_whole_model() {
    let [x, _] = pictures();
    let noise = standard_normal::<f64>(&mut rng(9), [3, 2]);
    let folder = tempfile::tempdir().unwrap();
    let bits = |model: &dyn EvidenceBound<f64>| {
        let elbo = model.elbo(&x, &noise);
        [elbo.rate, elbo.distortion].map(|x| x.to_vec())
    };
    for (saved, other) in cases(10).into_iter().zip(cases(11)) {
        let path = folder.path().join(saved.name);
        let (saved, mut loaded) = ((saved.model)(&ALL), (other.model)(&ALL));
        checkpoint::save(&path, &*saved, &BTreeMap::new()).unwrap();
        assert_ne!(bits(&*loaded), bits(&*saved), "{}", other.name);
        checkpoint::load(&path, &mut *loaded).unwrap();
        assert_eq!(bits(&*loaded), bits(&*saved), "{}", other.name);
    }
}

/// [`EvidenceBound::evaluate`] is the mean over all images, with noise drawn batch by batch; nothing is tracked.
#[test]
fn an_evaluation_is_the_mean_bound() {
    let [x, _] = pictures();
    let model = Vae::<f64>::new(layers(4), Likelihood::Bernoulli, &mut rng(12));
    let batches = [x.narrow(0, 0..2), x.narrow(0, 2..3)];
    let evaluation = EvidenceBound::evaluate(&model, batches, &mut rng(13));
    let mut expected = Evaluation::default();
    expected.add(&model.elbo(&x, &standard_normal(&mut rng(13), [3, 2])));
    assert!((evaluation.rate() - expected.rate()).abs() < 1e-14);
    assert!((evaluation.distortion() - expected.distortion()).abs() < 1e-14);
    assert!(model.frozen().elbo(&x, &Tensor::zeros([3, 2])).loss().op_name().is_none());
}
