//! The log-likelihood by importance sampling.

use autograd::Tensor;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::ThreadPoolBuilder;
use vae::{
    ImportanceSampling, LatentModel, Likelihood, LogLikelihood, PriorProposal, Sizes, Vae,
    WeightSum, importance_bound, standard_normal,
};

use super::support::{LinearGaussian, assert_close};

const SIZES: Sizes = Sizes { pixels: 20, hidden: 16, latent: 3 };

fn model() -> (Vae<f32>, Vec<Tensor<f32>>) {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let vae = Vae::<f32>::new(SIZES, Likelihood::Bernoulli, &mut rng);
    let batches = [7, 4].map(|batch| standard_normal::<f32>(&mut rng, [batch, 20]).sigmoid());
    (vae, batches.to_vec())
}

fn estimate<M: LatentModel<f32> + Clone>(
    sampling: ImportanceSampling,
    model: &M,
    batches: &[Tensor<f32>],
) -> LogLikelihood {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    sampling.log_likelihood(model, batches.iter().cloned(), &mut rng, |_| ())
}

/// With the posterior for a proposal one sample is enough, and all are effective.
#[test]
fn of_the_posterior_every_sample_is_the_evidence() {
    let model = LinearGaussian::plane();
    let x = standard_normal(&mut ChaCha8Rng::seed_from_u64(3), [6, 5]);
    for samples in [1, 40] {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let sampling = ImportanceSampling { samples, codes_at_once: 50 };
        let found = sampling.log_likelihood(&model.vae(0.0), [x.clone()], &mut rng, |_| ());
        let bounds: Vec<f64> = found.images.iter().map(WeightSum::log_mean).collect();
        assert_close(&bounds, &model.log_evidence(&x), 1e-13);
        assert_close(&[found.effective_samples().mean()], &[samples as f64], 1e-12);
    }
}

/// A bad proposal and the prior find it, too, with enough samples.
#[test]
fn any_proposal_finds_the_evidence() {
    let model = LinearGaussian::plane();
    let x = standard_normal(&mut ChaCha8Rng::seed_from_u64(5), [6, 5]);
    let expected = model.log_evidence(&x);
    let check = |found: LogLikelihood| {
        for (image, expected) in found.images.iter().zip(&expected) {
            let error = image.standard_error();
            assert!(error < 0.05 && (image.log_mean() - expected).abs() < 4.0 * error);
            assert!(image.mean_log() < *expected);
        }
        found.effective_samples().mean()
    };
    let sampling = ImportanceSampling::new(20_000);
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let skewed = check(sampling.log_likelihood(&model.vae(0.3), [x.clone()], &mut rng, |_| ()));
    let prior = PriorProposal(model.vae(0.3));
    let prior = check(sampling.log_likelihood(&prior, [x.clone()], &mut rng, |_| ()));
    assert!(prior < 0.5 * skewed, "{prior} {skewed}");
}

#[test]
fn in_chunks_or_in_one_piece() {
    let (vae, batches) = model();
    let whole =
        estimate(ImportanceSampling { samples: 30, codes_at_once: 1 << 20 }, &vae, &batches);
    for codes_at_once in [1, 13, 50, 64] {
        let chunks = estimate(ImportanceSampling { samples: 30, codes_at_once }, &vae, &batches);
        assert_eq!(chunks, whole, "{codes_at_once} codes at once");
    }
    // And as the bound of all weights at once.
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let noise = standard_normal(&mut rng, [30, 7, 3]);
    let bounds = importance_bound(&vae.log_weights(&batches[0], &noise)).to_vec();
    let found: Vec<f64> = whole.images[..7].iter().map(WeightSum::log_mean).collect();
    assert_close(&found, &bounds.iter().map(|&x| f64::from(x)).collect::<Vec<_>>(), 1e-6);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let sizes = Sizes { pixels: 200, hidden: 120, latent: 10 };
    let vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
    let batches = [standard_normal::<f32>(&mut rng, [16, 200]).sigmoid()];
    let on = |threads| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let sampling = ImportanceSampling { samples: 70, codes_at_once: 512 };
        pool.install(|| estimate(sampling, &vae, &batches))
    };
    let one = on(1);
    for threads in [2, 3, 5] {
        assert_eq!(on(threads), one, "{threads} threads");
    }
}

#[test]
fn progress_is_told_after_each_batch() {
    let (vae, batches) = model();
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut seen = Vec::new();
    let progress = |so_far: &LogLikelihood| seen.push(so_far.clone());
    let found =
        ImportanceSampling::new(5).log_likelihood(&vae, batches.clone(), &mut rng, progress);
    assert_eq!(seen.iter().map(|x| x.images.len()).collect::<Vec<_>>(), [7, 11]);
    assert_eq!(seen[1], found);
    assert_eq!(seen[0].images, found.images[..7]);
    assert!(found.to_string().contains("(11 images, 5 samples each"));
    assert!(found.elbo().mean() < found.bound().mean());
}

/// No image, or an empty batch, is no mistake.
#[test]
fn of_nothing_there_is_nothing() {
    let (vae, _) = model();
    let sampling = ImportanceSampling::new(5);
    assert_eq!(estimate(sampling, &vae, &[]), LogLikelihood::default());
    assert_eq!(estimate(sampling, &vae, &[Tensor::zeros([0, 20])]), LogLikelihood::default());
}
