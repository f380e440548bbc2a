//! A smooth fit by a gradient penalty: the loss contains a gradient, so training differentiates it twice.
//!
//! A network f_w is fitted to noisy points with the loss
//!     L(w) = mean (f_w(x) − y)² + λ mean |∇ₓ f_w(x)|².
//! ∂L/∂w holds ∂²f/∂w∂x. Nothing has to be written for that: `grad` returns tensors that are tracked.
//!
//! ```text
//! cargo run --release --example gradient_penalty
//! ```
//! Source: H. Drucker, Y. LeCun, Improving generalization performance using double backpropagation, 1992.

use autograd::Tensor;
use ndarray::Array;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const HIDDEN: usize = 16;
const POINTS: usize = 12;

/// f(x) = tanh(x W + b) v, for each row of x.
fn network(w: &[Tensor<f64>], x: &Tensor<f64>) -> Tensor<f64> {
    x.linear(&w[0], &w[1]).tanh().matmul(&w[2])
}

/// Mean squared error and mean |∇ₓ f|².
fn terms(w: &[Tensor<f64>], x: &Tensor<f64>, y: &Tensor<f64>) -> (Tensor<f64>, Tensor<f64>) {
    let x = Tensor::leaf(x.clone());
    let z = network(w, &x);
    // Row i of the gradient of the sum is ∇f(xᵢ): no row of z depends on another row of x.
    let slope = z.sum().grad(&[&x]).remove(0).expect("the network depends on x");
    ((z - y).square().mean(), slope.square().mean())
}

/// The error and the penalty before training and after it.
fn train(penalty: f64, steps: usize) -> [(f64, f64); 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut random =
        |shape, size: f64| Array::from_shape_simple_fn(shape, || rng.random_range(-size..size));
    let x = Tensor::from(Array::linspace(-1.0, 1.0, POINTS).to_shape((POINTS, 1)).unwrap().view());
    let y = (&x * 2.0).tanh() + Tensor::from(random((POINTS, 1), 0.5));
    let mut w = [((1, HIDDEN), 4.0), ((1, HIDDEN), 4.0), ((HIDDEN, 1), 0.5)]
        .map(|(shape, size)| Tensor::leaf(random(shape, size)));
    w[1] = Tensor::leaf(w[1].reshape([HIDDEN]));
    let measured = |w: &[Tensor<f64>]| {
        let (error, slope) = terms(w, &x, &y);
        (error.item(), slope.item())
    };
    let before = measured(&w);
    for _ in 0..steps {
        let (error, slope) = terms(&w, &x, &y);
        let gradients = (error + slope * penalty).backward();
        for w in &mut w {
            let gradient = &gradients[w];
            w.value_mut().scaled_add(-0.02, &gradient.value());
        }
    }
    [before, measured(&w)]
}

fn main() {
    println!("lambda   mean (f - y)^2   mean |df/dx|^2");
    for penalty in [0.0, 0.01, 0.1, 1.0] {
        let [_, (error, slope)] = train(penalty, 2000);
        println!("{penalty:6} {error:16.4} {slope:16.4}");
    }
}

/// The more the slope costs, the less there is of it, and the larger the error may be.
#[test]
fn the_penalty_smooths_the_fit() {
    let fits = [0.0, 0.01, 0.1].map(|penalty| train(penalty, 200));
    for [before, after] in fits {
        assert!(after.0 < before.0, "{fits:?}");
    }
    for pair in fits.windows(2) {
        let ((error, slope), (error_of_more, slope_of_more)) = (pair[0][1], pair[1][1]);
        assert!(slope_of_more < slope && error_of_more > error, "{fits:?}");
    }
}
