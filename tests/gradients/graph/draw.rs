//! Drawings, line by line.

use autograd::Tensor;
use autograd::graph::{Options, dot, mermaid};
use ndarray::array;

use super::{half_square, leaf_and_constant, users_op};
use crate::shape_errors::panic_of;

#[test]
fn a_product() {
    let (w, x) = leaf_and_constant();
    let (loss, _) = half_square(&x, &w);
    let names = [("layer.weight".into(), &w)];
    let options = Options { names: &names, ..Default::default() };
    let expected = r#"digraph {
  node [shape=box];
  x1 [label="x₁ layer.weight\n[2, 1]", style=bold];
  x2 [label="x₂\n[2, 2]", style=dashed];
  x3 [label="x₃ = matmul\n[2, 1]", style=rounded];
  x4 [label="x₄ = square\n[2, 1]", style=rounded];
  x5 [label="x₅ = sum\n[]", style=rounded];
  number5 [label="2", style=dashed];
  x6 [label="x₆ = div\n[]", style=rounded];
  x2 -> x3 [label="x"];
  x1 -> x3 [label="w"];
  x3 -> x4;
  x4 -> x5;
  x5 -> x6 [label="x"];
  number5 -> x6 [label="y"];
}
"#;
    assert_eq!(dot(&loss, &options), expected);
    let expected = r#"flowchart TD
  classDef leaf stroke-width:3px
  classDef constant stroke-dasharray:5
  x1["x₁ layer.weight<br>[2, 1]"]:::leaf
  x2["x₂<br>[2, 2]"]:::constant
  x3("x₃ = matmul<br>[2, 1]")
  x4("x₄ = square<br>[2, 1]")
  x5("x₅ = sum<br>[]")
  number5["2"]:::constant
  x6("x₆ = div<br>[]")
  x2 -->|"x"| x3
  x1 -->|"w"| x3
  x3 --> x4
  x4 --> x5
  x5 -->|"x"| x6
  number5 -->|"y"| x6
"#;
    assert_eq!(mermaid(&loss, &options), expected);
}

/// A diamond: each tensor is drawn once, each use of it is an edge. A constant is one if it shares its elements.
#[test]
fn shared_tensors_are_drawn_once() {
    let (x, c) = (Tensor::<f64>::leaf(array![1.0, 2.0]), Tensor::constant(array![3.0, 4.0]));
    let loss = ((&x + &c) * (&x - c.clone()) * 2.0 + 2.0).sum();
    let drawing = dot(&loss, &Options::default());
    let count = |part: &str| drawing.matches(part).count();
    assert_eq!((count("style=bold"), count("x2 [")), (1, 1), "{drawing}");
    assert_eq!((count("x1 ->"), count("x2 ->"), count("label=\"2\"")), (2, 2, 2), "{drawing}");
    let square = dot(&(&x * &x), &Options::default());
    assert!(square.contains("  x1 -> x2 [label=\"x\"];\n  x1 -> x2 [label=\"y\"];\n"), "{square}");
    let equal = dot(&(&x * &c + Tensor::constant(array![3.0, 4.0])), &Options::default());
    assert_eq!(equal.matches("style=dashed").count(), 2, "{equal}");
}

#[test]
fn values_and_cotangents() {
    let x = Tensor::<f64>::leaf(array![1.0, -2.0]);
    let options = Options { values: true, cotangents: true, ..Default::default() };
    let found = mermaid(&(x.square() * 0.5).sum(), &options);
    assert!(found.contains(r#"x1["x₁<br>[2]<br>x₁ = [1, −2]<br>x̄₁ = [1, −2]"]:::leaf"#), "{found}");
    assert!(found.contains(r#"x4("x₄ = sum<br>[]<br>x₄ = 2.5<br>x̄₄ = 1")"#), "{found}");
    assert!(found.contains(r#"["0.5"]:::constant"#), "{found}");
}

#[test]
fn labels_are_escaped() {
    let x = Tensor::<f64>::leaf(2.0);
    let names = [("a \"b\" \\c\n<d> #e `f` *g* &".into(), &x)];
    let options = Options { names: &names, ..Default::default() };
    let expected = r#"x1 [label="x₁ a \"b\" \\c\n<d> #e `f` *g* &amp;\n[]", style=bold];"#;
    assert!(dot(&x, &options).contains(expected), "{}", dot(&x, &options));
    let expected =
        "x1[\"x₁ a #34;b#34; #92;c<br>#60;d#62; #35;e #96;f#96; #42;g#42; #38;<br>[]\"]:::leaf";
    assert!(mermaid(&x, &options).contains(expected), "{}", mermaid(&x, &options));
}

/// Inputs have the letters of the rule, or their positions.
#[test]
fn edges_of_ops_outside_the_table() {
    let (x, y) = (Tensor::<f64>::leaf(1.0), Tensor::leaf(2.0));
    let z = users_op(&x, &y);
    let unknown = "  x1 -> x3 [label=\"0\"];\n  x2 -> x3 [label=\"1\"];\n";
    assert!(dot(&z, &Options::default()).contains(unknown));
    let options = Options { rules: &[("mine", "ū = 3z̄, v̄ = −z̄")], ..Default::default() };
    let known = "  x1 -> x3 [label=\"u\"];\n  x2 -> x3 [label=\"v\"];\n";
    assert!(dot(&z, &options).contains(known));
}

#[test]
fn leaves_and_constants_alone() {
    let one = |z: &Tensor<f64>| dot(z, &Options::default());
    let lines = "digraph {\n  node [shape=box];\n";
    assert_eq!(
        one(&Tensor::leaf(1.0)),
        format!("{lines}  x1 [label=\"x₁\\n[]\", style=bold];\n}}\n")
    );
    assert_eq!(
        one(&Tensor::from(1.0)),
        format!("{lines}  number0 [label=\"1\", style=dashed];\n}}\n")
    );
}

#[test]
fn deep_graphs() {
    let x = Tensor::<f64>::leaf(1.0);
    let loss = (0..100_000).fold(x.clone(), |z, _| -z);
    let options = Options { cotangents: true, ..Default::default() };
    assert_eq!(dot(&loss, &options).lines().count(), 2 + 100_001 + 100_000 + 1);
    assert_eq!(mermaid(&loss, &options).lines().count(), 3 + 100_001 + 100_000);
}

/// Without cotangents any tensor can be drawn.
#[test]
fn cotangents_need_a_loss() {
    let x = Tensor::<f64>::leaf(array![1.0, 2.0]);
    let options = Options { cotangents: true, ..Default::default() };
    let panic = panic_of(|| mermaid(&x.exp(), &options)).unwrap();
    assert_eq!((panic.file.as_str(), panic.line), (file!(), line!() - 1));
    assert!(panic.message.starts_with("mermaid: the loss is [2]"), "{}", panic.message);
}
