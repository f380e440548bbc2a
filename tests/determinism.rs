//! The same seed gives the same bits, whatever the number of threads.

use std::ops::ControlFlow;

use autograd::Tensor;
use nn::{Adam, Module, Optimizer};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::ThreadPoolBuilder;
use vae::data::{Dataset, for_each_ahead};
use vae::{Evaluation, Likelihood, Sizes, Vae, standard_normal};

/// Everything a short training run computes: losses, their terms, and the bits of all parameters.
fn train(threads: usize) -> (Vec<[u64; 2]>, Vec<u32>) {
    let run = || {
        let data = Dataset::mnist_test();
        let mut rng = ChaCha8Rng::seed_from_u64(42);
        let sizes = Sizes { pixels: data.pixels(), hidden: 100, latent: 10 };
        let mut vae = Vae::<f32>::new(sizes, Likelihood::Bernoulli, &mut rng);
        let mut adam = Adam::new(1e-3);
        let mut losses = Vec::new();
        let inputs = data.shuffled_batches(100, &mut rng).take(30).map(|batch| {
            (Tensor::constant(batch.binarized(&mut rng)), standard_normal(&mut rng, [100, 10]))
        });
        let _: ControlFlow<()> = for_each_ahead(inputs, |(x, noise)| {
            let elbo = vae.elbo(&x, &noise);
            let mut step = Evaluation::default();
            step.add(&elbo);
            losses.push([step.rate().to_bits(), step.distortion().to_bits()]);
            let gradients = elbo.loss().backward();
            adam.step(&mut vae, &gradients);
            ControlFlow::Continue(())
        });
        let parameters = vae.parameters();
        let values = parameters.iter().flat_map(|(_, parameter)| parameter.to_vec());
        (losses, values.map(f32::to_bits).collect())
    };
    ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

#[test]
fn training_gives_the_same_bits_on_any_number_of_threads() {
    let once = train(1);
    assert!(once == train(1), "two runs on one thread differ");
    for threads in [2, 3, 5] {
        assert!(once == train(threads), "{threads} threads differ from one");
    }
}
