//! The gradient of an expectation, by three routes. For x ~ N(μ, v) with variance v:
//!     ∂/∂μ E f(x) = E f′(x)        Bonnet's theorem
//!     ∂/∂v E f(x) = ½ E f″(x)      Price's theorem
//!
//! Both follow from ∂p/∂μ = −∂p/∂x and ∂p/∂v = ½ ∂²p/∂x² of the density p, by partial integration. The other routes
//! are the density itself, E f ∂ln p, and the path x = μ + √v ε, ε ~ N(0, 1), as in a variational autoencoder. Here f is
//! ln(1 + eˣ), and expectations are sums over the nodes of a quadrature: `cargo run --release --example bonnet_price`.
//! Source: D. J. Rezende, S. Mohamed, D. Wierstra, Stochastic backpropagation, 2014, equations 7 and 8.

use autograd::Tensor;
use autograd::functional::vjp;
use ndarray::Array1;

/// f′, element by element: the Jacobian is diagonal.
fn slope(f: impl Fn(&Tensor<f64>) -> Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    vjp(f, x, &Tensor::ones(x.shape()))
}

/// The Hermite polynomials orthonormal under N(0, 1), h₀ to hₙ, at x: √(k+1) h_{k+1} = x h_k − √k h_{k−1}.
fn hermite(n: usize, x: f64) -> Vec<f64> {
    let mut h = vec![1.0, x];
    for k in 1..n {
        h.push((x * h[k] - (k as f64).sqrt() * h[k - 1]) / (k as f64 + 1.0).sqrt());
    }
    h
}

/// Nodes and weights with Σ wᵢ g(εᵢ) = E g(ε), ε ~ N(0, 1), for polynomials g of degree below 2n: the roots of hₙ, and
/// 1 / Σ_{k<n} hₖ(εᵢ)².
fn gauss_hermite(n: usize) -> [Tensor<f64>; 2] {
    let mut roots = vec![0.0];
    for k in 2..=n {
        // The roots of hₖ lie between those of the polynomial before it, and none beyond 2√k.
        let bound = 2.0 * (k as f64).sqrt();
        let ends = [&[-bound], &roots[..], &[bound]].concat();
        let bisect = |ends: &[f64]| {
            let (mut at, mut width, side) = (ends[0], ends[1] - ends[0], hermite(k, ends[0])[k]);
            for _ in 0..55 {
                width /= 2.0;
                at += if hermite(k, at + width)[k] * side > 0.0 { width } else { 0.0 };
            }
            at
        };
        roots = ends.windows(2).map(bisect).collect();
    }
    let weight = |&x: &f64| 1.0 / hermite(n, x)[..n].iter().map(|h| h * h).sum::<f64>();
    let weights = roots.iter().map(weight).collect();
    [roots, weights].map(|numbers| Array1::from(numbers).into())
}

/// ∂/∂μ and ∂/∂v of E f(x) by the density, by the path, and by Bonnet's and Price's theorems.
fn gradients(mean: f64, variance: f64) -> [[f64; 3]; 2] {
    let [noise, weights] = gauss_hermite(32);
    let [mean, variance] = [mean, variance].map(Tensor::<f64>::leaf);
    let expectation = |z: Tensor<f64>| (z * &weights).sum();
    let gradient = |z: Tensor<f64>| {
        let gradients = z.backward();
        [gradients[&mean].item(), gradients[&variance].item()]
    };
    let f = Tensor::softplus;
    let path = &mean + variance.sqrt() * &noise;
    let x = path.detach();
    let log_density = ((&x - &mean).square() / &variance + variance.ln()) * -0.5;
    let by_theorem = [slope(f, &x), slope(|x| slope(f, x), &x) * 0.5];
    let by_theorem = by_theorem.map(|z| expectation(z).item());
    let by_density = gradient(expectation(f(&x) * log_density));
    let by_path = gradient(expectation(f(&path)));
    [0, 1].map(|i| [by_density[i], by_path[i], by_theorem[i]])
}

const CASES: [(f64, f64); 3] = [(0.0, 1.0), (-1.5, 0.25), (2.0, 0.5)];

fn main() {
    println!("  mu  variance         density            path   Bonnet, Price");
    for (mean, variance) in CASES {
        for [a, b, c] in gradients(mean, variance) {
            println!("{mean:4} {variance:9}   {a:13.10}   {b:13.10}   {c:13.10}");
        }
    }
}

#[test]
fn three_routes_agree() {
    for (mean, variance) in CASES {
        for [a, b, c] in gradients(mean, variance) {
            assert!((a - c).abs() < 1e-8 && (b - c).abs() < 1e-8, "{mean} {variance}: {a} {b} {c}");
        }
    }
}
