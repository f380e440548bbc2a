//! Traces, line by line.

use autograd::Tensor;
use autograd::graph::{Options, trace};
use ndarray::array;

use super::{half_square, leaf_and_constant, users_op};
use crate::ops::cases;
use crate::shape_errors::panic_of;

/// The lines of the reverse sweep without their line of code.
fn sweep(loss: &Tensor<f64>, options: &Options<'_, f64>) -> Vec<String> {
    let text = trace(loss, options);
    let (_, lines) = text.split_once("reverse sweep\n").unwrap();
    let words = |line: &str| {
        let words = line.split_whitespace().filter(|word| !word.contains(file!()));
        words.collect::<Vec<_>>().join(" ")
    };
    lines.lines().map(words).collect()
}

/// The example of the documentation.
#[test]
fn a_product() {
    let (w, x) = leaf_and_constant();
    let (loss, at) = half_square(&x, &w);
    let names = [("w".into(), &w)];
    let found = trace(&loss, &Options { names: &names, ..Default::default() });
    let expected = format!(
        "\
forward
  x₁  leaf            [2, 1]  w
  x₂  constant        [2, 2]
  x₃  matmul(x₂, x₁)  [2, 1]     {at}
  x₄  square(x₃)      [2, 1]     {at}
  x₅  sum(x₄)         []         {at}
  x₆  div(x₅, 2)      []         {at}

reverse sweep
          x̄₆ = 1                                []
  div     x̄₅ = x̄₆ ⊘ 2                           []         {at}
  sum     x̄₄ = x̄₅ broadcast to the shape of x₄  [2, 1]     {at}
  square  x̄₃ = 2x₃ ⊙ x̄₄                         [2, 1]     {at}
  matmul  x̄₁ = x₂ᵀ x̄₃                           [2, 1]  w  {at}
"
    );
    assert_eq!(found, expected);
}

/// x w = [1, −2], so z̄ = [1, −2] there and xᵀ z̄ = [3, −1].
#[test]
fn values_and_cotangents() {
    let (w, x) = leaf_and_constant();
    let (loss, at) = half_square(&x, &w);
    let names =
        [("data".into(), &x), ("loss".into(), &loss), ("stranger".into(), &Tensor::leaf(1.0))];
    let options = Options { names: &names, values: true, cotangents: true, ..Default::default() };
    let expected = format!(
        "\
forward
  x₁  leaf            [2, 1]        {blank}  [[1], [−2]]
  x₂  constant        [2, 2]  data  {blank}  [[3, 1], [0, 1]]
  x₃  matmul(x₂, x₁)  [2, 1]        {at}  [[1], [−2]]
  x₄  square(x₃)      [2, 1]        {at}  [[1], [4]]
  x₅  sum(x₄)         []            {at}  5
  x₆  div(x₅, 2)      []      loss  {at}  2.5

reverse sweep
          x̄₆ = 1                                []      loss
  div     x̄₅ = x̄₆ ⊘ 2                           []            {at}  0.5
  sum     x̄₄ = x̄₅ broadcast to the shape of x₄  [2, 1]        {at}  [[0.5], [0.5]]
  square  x̄₃ = 2x₃ ⊙ x̄₄                         [2, 1]        {at}  [[1], [−2]]
  matmul  x̄₁ = x₂ᵀ x̄₃                           [2, 1]        {at}  [[3], [−1]]

gradients
  x̄₁  [2, 1]  [[3], [−1]]
",
        blank = " ".repeat(at.len()),
    );
    assert_eq!(trace(&loss, &options), expected);
}

/// A tensor that is used twice has two contributions, also where both are one op's.
#[test]
fn contributions_add_up() {
    let x = Tensor::<f64>::leaf(3.0);
    let y = x.exp();
    let loss = &y * &y + &x;
    let expected = [
        "x̄₄ = 1 []",
        "add x̄₃ = x̄₄ []",
        "x̄₁ = x̄₄ []",
        "mul x̄₂ = x̄₃ ⊙ x₂ []",
        "x̄₂ += x̄₃ ⊙ x₂ []",
        "exp x̄₁ += x̄₂ ⊙ x₂ []",
    ];
    assert_eq!(sweep(&loss, &Options::default()), expected);
}

/// Constants: numbers appear as they are, shared ones once; no line writes a cotangent of theirs.
#[test]
fn constants_are_skipped() {
    let (x, mask) = (Tensor::<f64>::leaf(array![1.0, 2.0]), Tensor::constant(array![0.0, 1.0]));
    let loss = (&x * &mask * -0.5 - &mask * 1e-7 / &x).sum();
    let expected = [
        "x̄₈ = 1 []",
        "sum x̄₇ = x̄₈ broadcast to the shape of x₇ [2]",
        "sub x̄₄ = x̄₇ [2]",
        "x̄₆ = −x̄₇ [2]",
        "div x̄₁ = −x̄₆ ⊙ x₆ ⊘ x₁ [2]",
        "mul x̄₃ = x̄₄ ⊙ (−0.5) [2]",
        "mul x̄₁ += x̄₃ ⊙ x₂ [2]",
    ];
    assert_eq!(sweep(&loss, &Options::default()), expected);
}

#[test]
fn broadcasts_are_summed() {
    let (x, y) = (Tensor::<f64>::leaf(Tensor::ones([2, 3])), Tensor::leaf(Tensor::ones([3])));
    let expected = [
        "x̄₄ = 1 []",
        "sum x̄₃ = x̄₄ broadcast to the shape of x₃ [2, 3]",
        "maximum x̄₁ = x̄₃ ⊙ ⟦x₁ > x₂⟧; ties: half each [2, 3]",
        "x̄₂ = x̄₃ ⊙ ⟦x₂ > x₁⟧; ties: half each, summed to [3] [3]",
    ];
    assert_eq!(sweep(&x.maximum(&y).sum(), &Options::default()), expected);
}

/// An op with any number of inputs has one rule for each.
#[test]
fn variadic_ops() {
    let (x, y) = (Tensor::<f64>::leaf(array![1.0]), Tensor::leaf(array![2.0, 3.0]));
    let loss = Tensor::concatenate(&[&y, &Tensor::zeros([4]), &x], 0).sum();
    let expected = [
        "x̄₅ = 1 []",
        "sum x̄₄ = x̄₅ broadcast to the shape of x₄ [7]",
        "concatenate x̄₂ = the slice of x̄₄ that holds x₂ [2]",
        "x̄₁ = the slice of x̄₄ that holds x₁ [1]",
    ];
    assert_eq!(sweep(&loss, &Options::default()), expected);
}

/// Its rule is handed in, or it is the transposed Jacobian.
#[test]
fn ops_outside_the_table() {
    let (x, y) = (Tensor::<f64>::leaf(1.0), Tensor::leaf(2.0));
    let loss = users_op(&y, &x);
    let unknown = ["x̄₃ = 1 []", "mine x̄₂ = Jᵀ x̄₃, J = ∂x₃/∂x₂ []", "x̄₁ = Jᵀ x̄₃, J = ∂x₃/∂x₁ []"];
    assert_eq!(sweep(&loss, &Options::default()), unknown);
    let rules = [("mine", "ū = 3z̄, v̄₂ = −z̄ + 0 u v₂ max_u mu v"), ("other", "x̄ = 0")];
    let known = ["x̄₃ = 1 []", "mine x̄₂ = 3x̄₃ []", "x̄₁ = −x̄₃ + 0 x₂ x₁ max_u mu v []"];
    assert_eq!(sweep(&loss, &Options { rules: &rules, ..Default::default() }), known);
    // One clause for two inputs speaks of each.
    let rules = [("mine", "ū = 3z̄; as u")];
    let each = ["x̄₃ = 1 []", "mine x̄₂ = 3x̄₃; as x₂ []", "x̄₁ = 3x̄₃; as x₁ []"];
    assert_eq!(sweep(&loss, &Options { rules: &rules, ..Default::default() }), each);
}

/// Of an input that a rule says nothing about there is no line, and the sweep does not go there.
#[test]
fn what_gets_no_cotangent_has_no_line() {
    let (x, y) = (Tensor::<f64>::leaf(1.0), Tensor::leaf(2.0));
    let hidden = y.exp();
    let loss = Tensor::from_op("first", x.detach(), [&x, &hidden], |_, _z, dz, [dx, _]| {
        dx.add(|| dz.clone());
    });
    let expected = ["x̄₄ = 1 []", "first x̄₁ = Jᵀ x̄₄, J = ∂x₄/∂x₁ []"];
    assert_eq!(sweep(&loss, &Options::default()), expected);
}

/// Every op of the table has its rule there, in tensors of the graph, and belongs to a line of the caller.
#[test]
fn every_op_of_the_table_is_explained() {
    for case in cases() {
        case.each(|label, inputs| {
            let x: Vec<_> = inputs.into_iter().map(Tensor::leaf).collect();
            let loss = (case.f64)(&x).sum();
            let slope = loss.grad(&[&x[0]]).remove(0).unwrap().sum();
            for loss in [Some(loss), slope.is_tracked().then_some(slope)].into_iter().flatten() {
                let text = trace(&loss, &Options::default());
                assert!(!text.contains("Jᵀ"), "{label}: no rule in\n{text}");
                assert!(!text.contains("z\u{304}"), "{label}: z̄ is left in\n{text}");
                assert!(
                    !text.contains("autograd/src"),
                    "{label}: not the caller's line in\n{text}"
                );
            }
        });
    }
}

/// The graph of a gradient is a graph like others.
#[test]
fn gradients_have_traces() {
    let x = Tensor::<f64>::leaf(2.0);
    let slope = x.powi(3).grad(&[&x]).remove(0).unwrap();
    let text = trace(&slope, &Options { cotangents: true, ..Default::default() });
    assert!(text.ends_with("gradients\n  x̄₁  []  12\n"), "{text}");
}

#[test]
fn large_tensors_are_abbreviated() {
    let x = Tensor::<f64>::leaf(Tensor::full([3, 3], 1.0 / 3.0));
    let text = trace(&x.sum(), &Options { values: true, cotangents: true, ..Default::default() });
    assert!(text.contains("[0.3333, 0.3333, 0.3333, …], norm 1\n"), "{text}");
    assert!(text.ends_with("gradients\n  x̄₁  [3, 3]  [1, 1, 1, …], norm 3\n"), "{text}");
    let numbers = [
        (-0.0, "0"),
        (1234567.0, "1.235e6"),
        (-1.5e-9, "−1.5e−9"),
        (f64::NAN, "NaN"),
        (99995.0, "100000"),
    ];
    for (x, expected) in numbers {
        let text = trace(&Tensor::<f64>::leaf(x), &Options { values: true, ..Default::default() });
        assert_eq!(text.lines().nth(1).unwrap(), format!("  x₁  leaf  []  {expected}"));
    }
}

/// 100,000 ops, on the small stack of a test.
#[test]
fn deep_graphs() {
    let x = Tensor::<f64>::leaf(1.0);
    let loss = (0..100_000).fold(x.clone(), |z, _| -z);
    let text = trace(&loss, &Options { cotangents: true, ..Default::default() });
    assert_eq!(text.lines().count(), 1 + 100_001 + 2 + 100_001 + 2 + 1);
    assert!(text.ends_with("\n  x̄₁  []  1\n"));
}

#[test]
fn misuse_panics_at_the_call() {
    let options = Options::default();
    let vector = Tensor::<f64>::leaf(array![1.0, 2.0]);
    let panic = panic_of(|| trace(&vector, &options)).unwrap();
    assert_eq!((panic.file.as_str(), panic.line), (file!(), line!() - 1));
    assert!(panic.message.starts_with("trace: the loss is [2]"), "{}", panic.message);
    let panic = panic_of(|| trace(&Tensor::<f64>::from(1.0), &options)).unwrap();
    assert!(panic.message.starts_with("trace: the loss is a constant"), "{}", panic.message);
}
