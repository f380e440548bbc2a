//! A backward pass to be read: the loss of a small variational autoencoder and its reverse sweep, line by line, with
//! all values; and the same graph as a drawing.
//!
//! ```text
//! cargo run --example trace              the trace
//! cargo run --example trace -- mermaid   the drawing, for https://mermaid.live or a Markdown file on GitHub
//! ```
#![forbid(unsafe_code)]

use autograd::{Tensor, graph};
use ndarray::array;
use nn::Module;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use vae::{Likelihood, Sizes, Vae, standard_normal};

/// The ops that are not in the table of autograd, with the rules that are derived above their code.
const RULES: [(&str, &str); 2] = [
    ("bce_with_logits", "l̄ = z̄ ⊙ (σ(l) − x), x̄ = −z̄ ⊙ l"),
    ("gaussian_kl", "m̄ = z̄ ⊙ m, v̄ = ½ z̄ ⊙ (exp v − 1)"),
];

fn main() {
    let drawing = std::env::args().nth(1).is_some_and(|form| form == "mermaid");
    print!("{}", if drawing { show(graph::mermaid) } else { show(graph::trace) });
}

/// The graph of −ELBO for two pictures of four pixels, with three hidden units and two latent dimensions.
fn show(view: fn(&Tensor, &graph::Options<'_>) -> String) -> String {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let sizes = Sizes { pixels: 4, hidden: 3, latent: 2 };
    let vae = Vae::new(sizes, Likelihood::Bernoulli, &mut rng);
    let x = Tensor::constant(array![[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]]);
    let noise = standard_normal(&mut rng, [2, 2]);

    // What `vae.elbo(&x, &noise).loss()` does, a line for each step, so that the trace tells them apart.
    let posterior = vae.encode(&x);
    let z = posterior.rsample(&noise);
    let logits = vae.decode(&z);
    let distortion = -vae.likelihood().log_prob(&logits, &x);
    let rate = posterior.kl_to_standard();
    let loss = (&distortion + &rate).mean();

    let mut names = vae.parameters().to_vec();
    let others =
        [("x", &x), ("noise", &noise), ("μ", posterior.mean()), ("log σ²", posterior.log_var())];
    let results = [
        ("z", &z),
        ("logits", &logits),
        ("distortion", &distortion),
        ("rate", &rate),
        ("loss", &loss),
    ];
    names.extend(others.into_iter().chain(results).map(|(name, tensor)| (name.into(), tensor)));
    view(&loss, &graph::Options { names: &names, rules: &RULES, values: true, cotangents: true })
}

/// Every op is explained, and the parameters have their names.
#[test]
fn nothing_is_left_unexplained() {
    let trace = show(graph::trace);
    for name in ["encoder.hidden.weight", "decoder.output.bias"] {
        assert!(trace.lines().filter(|line| line.contains(name)).count() >= 3, "{name} in {trace}");
    }
    assert!(trace.contains("= ½ x̄"), "the rule of gaussian_kl in {trace}");
    assert!(!trace.contains("Jᵀ"), "a rule is missing in {trace}");
    let drawing = show(graph::mermaid);
    assert!(drawing.starts_with("flowchart") && drawing.contains("encoder.hidden.weight"));
}
