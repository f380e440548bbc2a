//! From one code to another.

use autograd::{Float, Tensor};
use ndarray::Array2;

/// So many codes on the straight line between two, both ends among them:
/// ```text
///     z(t) = (1 − t) z₀ + t z₁.                                                   (a_straight_path_has_equal_steps)
/// ```
/// Its middle is closer to the origin than its ends: of two codes drawn from N(0, I), by a factor of √2.
///
/// Shapes: from and to `[latent]` -> [steps, latent]
///
/// # Panics
/// If a shape is another, or there are fewer than two steps.
#[track_caller]
pub fn straight_path<T: Float>(from: &Tensor<T>, to: &Tensor<T>, steps: usize) -> Tensor<T> {
    check("straight_path", from, to, steps);
    walk(from, to, steps, |t| (1.0 - t, t))
}

/// So many codes on an arc around the origin, both ends among them. The direction turns at a constant speed, by the angle ω
/// between the two codes in all, and the length goes linearly:
/// ```text
///     z(t) = |z(t)| [sin((1 − t)ω) z₀/|z₀| + sin(tω) z₁/|z₁|]/sin ω,   |z(t)| = (1 − t)|z₀| + t|z₁|.   (an_arc_turns_and_keeps_its_length)
/// ```
/// In many dimensions the codes of N(0, I) are in a thin shell around √k, through which a straight line takes a shortcut.
/// An arc stays in it.
///
/// # Derivation
/// Let u be the direction of z₀ and v the direction of what z₁ has beside it. Then z₁/|z₁| = u cos ω + v sin ω, and
/// ```text
///     u cos tω + v sin tω = [sin((1 − t)ω) u + sin(tω) (u cos ω + v sin ω)]/sin ω,          (an_arc_turns_and_keeps_its_length)
/// ```
/// by sin((1 − t)ω) = sin ω cos tω − cos ω sin tω. The left side is what is computed. It needs no sin ω in a denominator, and
/// for codes of the same direction, where v is 0, it is a straight line, as it is for opposite ones, which have no arc of their own.
///
/// Shapes: from and to `[latent]` -> [steps, latent]
///
/// # Panics
/// If a shape is another, or there are fewer than two steps.
///
/// # Examples
/// ```
/// use autograd::Tensor;
/// use ndarray::array;
///
/// let (from, to) = (Tensor::<f64>::from(array![2.0, 0.0]), Tensor::from(array![0.0, 2.0]));
/// let middle = vae::arc(&from, &to, 3).to_vec()[2..4].to_vec();
/// assert!(middle.iter().all(|z| (z - 2f64.sqrt()).abs() < 1e-15));
/// ```
///
/// Source: Shoemake 1985, *Animating rotation with quaternion curves*; for codes, White 2016, *Sampling generative networks*.
#[track_caller]
pub fn arc<T: Float>(from: &Tensor<T>, to: &Tensor<T>, steps: usize) -> Tensor<T> {
    check("arc", from, to, steps);
    let (start, u) = polar(from);
    let (end, direction) = polar(to);
    let along = (&u * &direction).sum();
    let (across, v) = polar(&(&direction - &along * &u));
    let angle = across.atan2(along.item().as_f64());
    walk(&u, &v, steps, |t| {
        let length = (1.0 - t) * start + t * end;
        (length * (t * angle).cos(), length * (t * angle).sin())
    })
}

/// Length and direction; 0 has none, and keeps its place.
fn polar<T: Float>(z: &Tensor<T>) -> (f64, Tensor<T>) {
    let length = z.square().sum().item().as_f64().sqrt();
    (length, z / if length > 0.0 { length } else { 1.0 })
}

/// a(t) x + b(t) y at so many t from 0 to 1, constants.
fn walk<T: Float>(
    x: &Tensor<T>,
    y: &Tensor<T>,
    steps: usize,
    at: impl Fn(f64) -> (f64, f64),
) -> Tensor<T> {
    let parts = (0..steps).map(|step| at(step as f64 / (steps - 1) as f64));
    let parts: Vec<_> = parts.flat_map(|(a, b)| [a, b]).map(T::from_f64).collect();
    let parts = Array2::from_shape_vec([steps, 2], parts).expect("two parts for each step");
    Tensor::from(parts).matmul(&Tensor::stack(&[x, y], 0)).detach()
}

#[track_caller]
fn check<T: Float>(caller: &str, from: &Tensor<T>, to: &Tensor<T>, steps: usize) {
    let (found, other) = (from.shape(), to.shape());
    assert!(
        found.len() == 1 && found == other,
        "{caller}: from is {found:?} and to is {other:?}; both must be [latent]"
    );
    assert!(steps > 1, "{caller}: there are {steps} steps; both ends take two");
}
