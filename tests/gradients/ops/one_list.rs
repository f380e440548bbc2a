//! The op table in the documentation, the sources and the table of cases are one list: an op without a check fails here.

use std::collections::BTreeSet;
use std::fs;

use autograd::Tensor;
use autograd::graph::{Options, dot};

use super::cases;
use crate::op_table::{documented, ops_folder};

type Names = BTreeSet<String>;

/// The code of all modules of ops, without comments.
fn sources() -> String {
    let files = fs::read_dir(ops_folder()).unwrap().map(|entry| entry.unwrap().path());
    let rust = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let text: String = rust.map(|path| fs::read_to_string(path).unwrap()).collect();
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.collect::<Vec<_>>().join("\n")
}

/// The names under which ops are recorded.
fn recorded(sources: &str) -> Names {
    let calls = sources.match_indices("from_op(").chain(sources.match_indices("from_variadic_op("));
    let name = |(start, call): (usize, &str)| {
        let arguments = sources[start + call.len()..].trim_start();
        let literal = arguments.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        literal.unwrap_or_else(|| panic!("the name must be a literal: {arguments:.40}")).0.into()
    };
    calls.map(name).collect()
}

/// The public functions: what a user can call.
fn public(sources: &str) -> Names {
    let name = |rest: &str| rest.split(['(', '<']).next().unwrap().to_string();
    sources.split("pub fn ").skip(1).map(name).collect()
}

fn tested() -> Names {
    cases().iter().map(|case| case.op.into()).collect()
}

#[test]
fn every_row_has_a_case_and_every_case_a_row() {
    assert_eq!(documented(), tested());
}

#[test]
fn every_recorded_op_is_a_row() {
    let recorded = recorded(&sources());
    assert!(recorded.contains("matmul"), "the sources were not read: {recorded:?}");
    let missing: Vec<_> = recorded.difference(&documented()).cloned().collect();
    assert!(missing.is_empty(), "recorded but not in the table: {missing:?}");
}

#[test]
fn every_public_function_is_a_row() {
    let public = public(&sources());
    assert!(public.contains("log_softmax"), "the sources were not read: {public:?}");
    let missing: Vec<_> = public.difference(&documented()).cloned().collect();
    assert!(missing.is_empty(), "public but not in the table: {missing:?}");
}

/// A case named after a recorded op calls that op.
#[test]
fn every_case_calls_its_op() {
    let recorded = recorded(&sources());
    for case in cases() {
        case.each(|label, inputs| {
            let x: Vec<_> = inputs.into_iter().map(Tensor::leaf).collect();
            let name = (case.f64)(&x).op_name().unwrap();
            assert!(recorded.contains(name), "{label} ends in {name}");
            assert_eq!(recorded.contains(case.op), name == case.op, "{label} ends in {name}");
        });
    }
}

/// The letters of the inputs in the code of a rule: x and w of `[dx, dw]|`.
fn letters_in_code(sources: &str, op: &str) -> Option<Vec<String>> {
    let (_, code) = sources.split_once(&format!("from_op(\"{op}\""))?;
    let (code, _) = code.split_once("]|")?;
    let (_, names) = code.rsplit_once('[')?;
    names.split(", ").map(|name| Some(name.strip_prefix('d')?.into())).collect()
}

/// The table names the inputs of an op as its code does, in the same order: a trace puts tensors in their place.
#[test]
fn the_table_takes_the_inputs_in_their_order() {
    let sources = sources();
    let mut compared = Names::new();
    for case in cases() {
        case.each(|label, inputs| {
            let x: Vec<_> = inputs.into_iter().map(Tensor::leaf).collect();
            let z = (case.f64)(&x);
            let Some(code) = letters_in_code(&sources, case.op) else { return };
            if Some(case.op) != z.op_name() || code.len() == 1 {
                return;
            }
            let drawing = dot(&z, &Options::default());
            let edges = drawing
                .lines()
                .filter_map(|line| line.split_once("[label=\"")?.1.strip_suffix("\"];"));
            let table: Vec<_> = edges.collect();
            assert_eq!(&table[table.len() - code.len()..], code, "{label}");
            compared.insert(case.op.into());
        });
    }
    assert!(compared.contains("linear") && compared.len() >= 7, "only {compared:?}");
}
