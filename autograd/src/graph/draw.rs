//! [`dot`] and [`mermaid`]: a graph as a drawing.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::graph::Options;
use crate::graph::listing::{Entry, Listing, Origin};
use crate::graph::rules::Rules;
use crate::graph::text::{barred, elements};
use crate::reverse::{Aim, check_scalar, sweep};
use crate::{Float, Tensor};

/// The graph of a tensor for [Graphviz](https://graphviz.org): `dot -Tsvg graph.dot -o graph.svg`.
///
/// Boxes are tensors, drawn bold for leaves, dashed for constants and rounded for what an op computed. Arrows go from
/// the inputs of an op to its output; where there are several, each bears the letter that the input has in the op's
/// rule.
///
/// # Panics
/// If cotangents are asked for and the tensor does not hold exactly one element.
///
/// # Examples
/// ```
/// use autograd::{Tensor, graph};
///
/// let x = Tensor::<f64>::leaf(3.0);
/// let drawing = graph::dot(&(&x * 0.5), &graph::Options::default());
/// assert!(drawing.contains(r#"x2 [label="x₂ = mul\n[]", style=rounded];"#));
/// assert!(drawing.contains(r#"x1 -> x2 [label="x"];"#));
/// ```
#[track_caller]
pub fn dot<T: Float>(z: &Tensor<T>, options: &Options<'_, T>) -> String {
    let mut text = String::from("digraph {\n  node [shape=box];\n");
    let (vertices, edges) = drawing("dot", z, options);
    for Vertex { id, lines, kind } in vertices {
        let style = match kind {
            Kind::Leaf => "bold",
            Kind::Constant => "dashed",
            Kind::Op => "rounded",
        };
        let lines: Vec<_> = lines.iter().map(|line| in_dot(line)).collect();
        text += &format!("  {id} [label=\"{}\", style={style}];\n", lines.join("\\n"));
    }
    for Edge { from, to, letter } in edges {
        let label = letter.map(|letter| format!(" [label=\"{}\"]", in_dot(&letter)));
        text += &format!("  {from} -> {to}{};\n", label.unwrap_or_default());
    }
    text + "}\n"
}

/// The graph of a tensor for [Mermaid](https://mermaid.js.org), which GitHub draws in Markdown; otherwise as [`dot`].
///
/// # Panics
/// If cotangents are asked for and the tensor does not hold exactly one element.
#[track_caller]
pub fn mermaid<T: Float>(z: &Tensor<T>, options: &Options<'_, T>) -> String {
    let mut text = String::from(
        "flowchart TD\n  classDef leaf stroke-width:3px\n  classDef constant stroke-dasharray:5\n",
    );
    let (vertices, edges) = drawing("mermaid", z, options);
    for Vertex { id, lines, kind } in vertices {
        let lines: Vec<_> = lines.iter().map(|line| in_mermaid(line)).collect();
        let label = lines.join("<br>");
        text += &match kind {
            Kind::Leaf => format!("  {id}[\"{label}\"]:::leaf\n"),
            Kind::Constant => format!("  {id}[\"{label}\"]:::constant\n"),
            Kind::Op => format!("  {id}(\"{label}\")\n"),
        };
    }
    for Edge { from, to, letter } in edges {
        let label = letter.map(|letter| format!("|\"{}\"|", in_mermaid(&letter)));
        text += &format!("  {from} -->{} {to}\n", label.unwrap_or_default());
    }
    text
}

struct Vertex {
    id: String,
    /// The lines of its label.
    lines: Vec<String>,
    kind: Kind,
}

enum Kind {
    Leaf,
    Constant,
    Op,
}

struct Edge {
    from: String,
    to: String,
    /// Which of several inputs it is.
    letter: Option<String>,
}

#[track_caller]
fn drawing<T: Float>(
    caller: &str,
    z: &Tensor<T>,
    options: &Options<'_, T>,
) -> (Vec<Vertex>, Vec<Edge>) {
    let listing = Listing::of(z, options);
    let rules = Rules::new(options.rules);
    let cotangents =
        if options.cotangents { cotangents(caller, z, &listing) } else { BTreeMap::new() };
    let id = |place: usize| match listing.entries[place].number {
        Some(number) => format!("x{number}"),
        None => format!("number{place}"),
    };
    let (mut vertices, mut edges) = (Vec::new(), Vec::new());
    for (place, entry) in listing.entries.iter().enumerate() {
        let mut lines = label(entry, options.values);
        if let Some(cotangent) = cotangents.get(&place) {
            lines.push(format!("{} = {}", barred(&entry.symbol()), elements(cotangent)));
        }
        let kind = match entry.origin {
            Origin::Leaf => Kind::Leaf,
            Origin::Constant => Kind::Constant,
            Origin::Op(op) => {
                let (rule, inputs) = (rules.of(op.name), entry.inputs.len());
                for (i, &input) in entry.inputs.iter().enumerate() {
                    let letter = (inputs > 1).then(|| rule.letter(i, inputs));
                    edges.push(Edge { from: id(input), to: id(place), letter });
                }
                Kind::Op
            }
        };
        vertices.push(Vertex { id: id(place), lines, kind });
    }
    (vertices, edges)
}

/// Symbol, name and op; shape; value.
fn label<T: Float>(entry: &Entry<'_, T>, values: bool) -> Vec<String> {
    let symbol = entry.symbol();
    let mut title = symbol.clone();
    if let Some(name) = entry.name {
        title += &format!(" {name}");
    }
    if let Origin::Op(op) = entry.origin {
        title += &format!(" = {}", op.name);
    }
    let shape = format!("{:?}", entry.value.shape());
    match entry.number {
        None => vec![title],
        Some(_) if values => vec![title, shape, format!("{symbol} = {}", elements(entry.value))],
        Some(_) => vec![title, shape],
    }
}

/// The cotangents of a loss with respect to all that it was computed from, by their places in the listing.
#[track_caller]
fn cotangents<T: Float>(
    caller: &str,
    loss: &Tensor<T>,
    listing: &Listing<'_, T>,
) -> BTreeMap<usize, Tensor<T>> {
    check_scalar(caller, loss);
    let mut cotangents = BTreeMap::new();
    if let Some(root) = loss.node() {
        let seed = Tensor::ones(loss.shape());
        sweep(Arc::clone(root), seed, Aim::Nodes, 0, |node, cotangent, _| {
            cotangents.insert(listing.place(node), cotangent);
        });
    }
    cotangents
}

/// Text between quotes in dot, where an ampersand may start a character's name.
fn in_dot(text: &str) -> String {
    let escape = |c: char| match c {
        '\n' => "\\n".into(),
        '"' | '\\' => format!("\\{c}"),
        '&' => "&amp;".into(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

/// Text between quotes in Mermaid, where a hash starts a character's number and tags and Markdown are read.
fn in_mermaid(text: &str) -> String {
    let escape = |c: char| match c {
        '\n' => "<br>".into(),
        '#' | '"' | '&' | '<' | '>' | '`' | '*' | '\\' => format!("#{};", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
