//! What every op of the table must hold for.

use autograd::functional::{jvp, vjp};
use autograd::{Float, GradientCheck, Gradients, Tensor};
use ndarray::{ArrayD, Slice};

use super::{Case, cases};
use crate::support::{assert_close, bits, check_second_order, random};

const DOUBLE: f64 = 1e-13;
const SINGLE: f64 = 5e-6;

fn for_each_application(mut test: impl FnMut(&str, &Case, Vec<ArrayD<f64>>)) {
    for case in cases() {
        case.each(|label, inputs| test(label, &case, inputs));
    }
}

fn tensors<T: Float>(arrays: &[ArrayD<f64>]) -> Vec<Tensor<T>> {
    let tensor = |array: &ArrayD<f64>| array.mapv(T::from_f64).into();
    arrays.iter().map(tensor).collect()
}

fn leaves<T: Float>(inputs: &[Tensor<T>]) -> Vec<Tensor<T>> {
    inputs.iter().map(|x| Tensor::leaf(x.clone())).collect()
}

/// ⟨z̄, z⟩ with a z̄ that depends on the shape of z alone.
fn projected<T: Float>(z: &Tensor<T>) -> Tensor<T> {
    let cotangent = random(z.shape(), 21).value().mapv(T::from_f64);
    (z * Tensor::from(cotangent)).sum()
}

fn backward<T: Float>(f: impl Fn(&[Tensor<T>]) -> Tensor<T>, x: &[Tensor<T>]) -> Gradients<T> {
    projected(&f(x)).backward()
}

#[test]
fn values_match_naive_formulas() {
    for_each_application(|label, case, inputs| {
        let z = (case.f64)(&tensors(&inputs));
        assert_close(label, &z, &(case.naive)(&inputs), DOUBLE);
    });
}

#[test]
fn derivatives_match_finite_differences_to_second_order() {
    for_each_application(|label, case, inputs| {
        check_second_order(label, case.f64, &tensors(&inputs));
    });
}

/// z = f(x, x): both contributions reach x.
#[test]
fn one_tensor_can_be_two_inputs() {
    let mut pairs = 0;
    for_each_application(|label, case, inputs| {
        for i in 0..inputs.len() {
            for j in i + 1..inputs.len() {
                if inputs[i].shape() != inputs[j].shape() {
                    continue;
                }
                pairs += 1;
                let rest: Vec<_> = (0..inputs.len()).filter(|&k| k != j).collect();
                let others: Vec<_> = rest.iter().map(|&k| inputs[k].clone()).collect();
                let f = |x: &[Tensor<f64>]| {
                    let of = |k| if k == j { i } else { k };
                    let place = |k| rest.iter().position(|&r| r == of(k)).unwrap();
                    let all: Vec<_> = (0..inputs.len()).map(|k| x[place(k)].clone()).collect();
                    (case.f64)(&all)
                };
                check_second_order(&format!("{label}, x{i} as x{j}"), f, &tensors(&others));
            }
        }
    });
    assert!(pairs > 20, "only {pairs} pairs");
}

/// Column-major storage, and every other element of a larger array, backwards, among NaN.
fn layouts(x: &ArrayD<f64>) -> [(&'static str, Tensor<f64>); 2] {
    let column_major = x.t().as_standard_layout().into_owned().reversed_axes();
    let backwards = |_: ndarray::AxisDescription| Slice::new(1, None, -2);
    let larger: Vec<_> = x.shape().iter().map(|n| 2 * n + 1).collect();
    let mut spaced = ArrayD::from_elem(larger, f64::NAN);
    spaced.slice_each_axis_mut(backwards).assign(x);
    let mut spaced = spaced.into_shared();
    spaced.slice_each_axis_inplace(backwards);
    [("transposed", column_major.into_shared().into()), ("sliced", spaced.into())]
}

#[test]
fn inputs_may_be_strided() {
    for_each_application(|label, case, inputs| {
        for layout in 0..2 {
            let strided: Vec<_> = inputs.iter().map(|x| layouts(x)[layout].clone()).collect();
            let label = format!("{label}, {}", strided[0].0);
            let strided: Vec<_> = strided.into_iter().map(|(_, x)| x).collect();
            let naive = (case.naive)(&inputs);
            assert_close(&label, &(case.f64)(&strided), &naive, DOUBLE);
            check_second_order(&label, case.f64, &strided);
            let x = leaves(&strided);
            let contiguous = leaves(&tensors(&inputs));
            let found = backward(case.f64, &x);
            let expected = backward(case.f64, &contiguous);
            for (x, y) in x.iter().zip(&contiguous) {
                let expected = expected[y].value().to_owned();
                assert_close(&label, &found[x], &expected, DOUBLE);
            }
        }
    });
}

/// z = (f(xᵀ))ᵀ: the input is a view that the graph made, and the cotangent that arrives is strided.
#[test]
fn inputs_and_cotangents_may_be_views() {
    let reversed = |x: &Tensor<f64>| x.permute((0..x.rank()).rev().collect::<Vec<_>>());
    for_each_application(|label, case, inputs| {
        let turned: Vec<_> = tensors(&inputs).iter().map(reversed).collect();
        let f = |x: &[Tensor<f64>]| {
            let x: Vec<_> = x.iter().map(reversed).collect();
            reversed(&(case.f64)(&x))
        };
        check_second_order(&format!("{label}, as views"), f, &turned);
    });
}

/// With some inputs constant, the others get the same gradient bit by bit, and the constants none.
#[test]
fn constants_get_no_gradient() {
    for_each_application(|label, case, inputs| {
        let inputs = tensors(&inputs);
        let all = leaves(&inputs);
        let expected = backward(case.f64, &all);
        for subset in 0..1 << inputs.len() {
            let tracked = |i: usize| subset >> i & 1 == 1;
            let choose = |(i, x): (usize, &Tensor<f64>)| match tracked(i) {
                true => Tensor::leaf(x.clone()),
                false => Tensor::constant(x.clone()),
            };
            let x: Vec<_> = inputs.iter().enumerate().map(choose).collect();
            let z = (case.f64)(&x);
            assert_eq!(z.is_tracked(), subset != 0, "{label}, subset {subset:b}");
            if subset == 0 {
                continue;
            }
            let gradients = projected(&z).backward();
            for (i, (x, all)) in x.iter().zip(&all).enumerate() {
                let wanted = tracked(i).then(|| bits(&expected[all]));
                assert_eq!(gradients.get(x).map(bits), wanted, "{label}, subset {subset:b}, x{i}");
            }
        }
    });
}

#[test]
fn single_precision_agrees_with_double() {
    for_each_application(|label, case, inputs| {
        let rounded = |x: &ArrayD<f64>| x.mapv(|x| f64::from(x as f32));
        let inputs: Vec<_> = inputs.iter().map(rounded).collect();
        let (x, y) = (leaves(&tensors::<f32>(&inputs)), leaves(&tensors::<f64>(&inputs)));
        let z = (case.f64)(&y).value().to_owned();
        assert_close(label, &(case.f32)(&x), &z, SINGLE);
        let (found, expected) = (backward(case.f32, &x), backward(case.f64, &y));
        for (x, y) in x.iter().zip(&y) {
            assert_close(label, &found[x], &expected[y].value().to_owned(), SINGLE);
        }
    });
}

/// Three digits are what differences in single precision can tell.
#[test]
fn derivatives_match_finite_differences_in_single_precision() {
    let check = GradientCheck::<f32> { order: 1, ..Default::default() };
    for_each_application(|label, case, inputs| {
        if let Err(error) = check.run(case.f32, &tensors(&inputs)) {
            panic!("{label}: {error}");
        }
    });
}

/// ⟨z̄, J ẋ⟩ = ⟨Jᵀ z̄, ẋ⟩ for each input of each op: two reverse sweeps, started from a cotangent of 0, make a forward one.
#[test]
fn jacobian_vector_products_are_adjoint_to_the_rules() {
    for_each_application(|label, case, inputs| {
        let inputs = tensors(&inputs);
        for (i, x) in inputs.iter().enumerate() {
            let f = |x: &Tensor<f64>| {
                let mut all = inputs.clone();
                all[i] = x.clone();
                (case.f64)(&all)
            };
            let (tangent, cotangent) = (random(x.shape(), 22), random(f(x).shape(), 23));
            let pushed = (jvp(f, x, &tangent) * &cotangent).sum().item();
            let pulled = (vjp(f, x, &cotangent) * &tangent).sum().item();
            let error = (pushed - pulled).abs();
            assert!(error <= DOUBLE * (1.0 + pulled.abs()), "{label}, x{i}: {pushed} {pulled}");
        }
    });
}

/// One rule serves both: `grad` gives the bits of `backward`, and so does `backward` again.
#[test]
fn backward_equals_grad_and_itself() {
    for_each_application(|label, case, inputs| {
        let x = leaves(&tensors(&inputs));
        let loss = projected(&(case.f64)(&x));
        let by_grad = loss.grad(&x.iter().collect::<Vec<_>>());
        let first = loss.clone().backward();
        let second = loss.backward();
        for (x, by_grad) in x.iter().zip(by_grad) {
            let by_grad = by_grad.unwrap_or_else(|| panic!("{label}: no gradient"));
            assert_eq!(bits(&first[x]), bits(&by_grad), "{label}: backward and grad");
            assert_eq!(bits(&first[x]), bits(&second[x]), "{label}: backward twice");
        }
    });
}

/// The operators take values and references alike and record the same op.
#[test]
fn operators_take_values_and_references() {
    let (x, y) = (random(&[2, 3], 22), Tensor::leaf(random(&[3], 23)));
    let mixes = [
        ("add", [&x + &y, &x + y.clone(), x.clone() + &y, x.clone() + y.clone()]),
        ("sub", [&x - &y, &x - y.clone(), x.clone() - &y, x.clone() - y.clone()]),
        ("mul", [&x * &y, &x * y.clone(), x.clone() * &y, x.clone() * y.clone()]),
        ("div", [&x / &y, &x / y.clone(), x.clone() / &y, x.clone() / y.clone()]),
    ];
    for (op, mix) in mixes {
        for z in &mix {
            assert_eq!(z.op_name(), Some(op));
            assert_eq!(bits(z), bits(&mix[0]), "{op}");
        }
    }
    assert_eq!(bits(&-y.clone()), bits(&-&y));
    assert_eq!(bits(&(x.clone() + 1.5)), bits(&(&x + 1.5)));
    assert_eq!(bits(&(1.5 / x.clone())), bits(&(1.5 / &x)));
}
