//! Long, wide and tangled graphs: no recursion, no repeated work.
//!
//! Test threads have small stacks: anything that recurses once per op overflows here.

use autograd::Tensor;

const LENGTH: usize = 1_000_000;

/// x after `length` negations.
fn chain(x: &Tensor<f64>, length: usize) -> Tensor<f64> {
    (0..length).fold(x.clone(), |z, _| -z)
}

#[test]
fn long_chains_are_dropped() {
    let x = Tensor::leaf(1.0);
    let z = chain(&x, LENGTH);
    assert_eq!(z.item(), 1.0);
    drop(z);
}

/// Dropped from its oldest end last: somebody still holds a tensor in the middle.
#[test]
fn long_chains_are_dropped_in_parts() {
    let x = Tensor::leaf(1.0);
    let middle = chain(&x, LENGTH / 2);
    let end = chain(&middle, LENGTH / 2);
    drop(end);
    assert_eq!(middle.clone().backward()[&x].item(), 1.0);
    drop(x);
    drop(middle);
}

#[test]
fn long_chains_have_a_backward() {
    let x = Tensor::leaf(1.0);
    assert_eq!(chain(&x, LENGTH + 1).backward()[&x].item(), -1.0);
}

#[test]
fn long_chains_have_a_grad() {
    let x = Tensor::leaf(1.0);
    let z = chain(&x, LENGTH + 1);
    let dx = z.grad(&[&x]).remove(0).unwrap();
    assert_eq!(dx.item(), -1.0);
}

/// Here the gradient is itself a long chain, to be differentiated and dropped: z = x y y y …, ∂z/∂x = y y y ….
#[test]
fn gradients_may_be_long_chains() {
    let (x, y) = (Tensor::<f64>::leaf(1.0), Tensor::leaf(1.0));
    let length = LENGTH / 4;
    let z = (0..length).fold(x.clone(), |z, _| z * &y);
    let dx = z.grad(&[&x]).remove(0).unwrap();
    assert!(dx.is_tracked());
    drop(z);
    assert_eq!(dx.backward()[&y].item(), length as f64);
}

#[test]
fn a_leaf_may_be_used_many_times() {
    let x = Tensor::leaf(ndarray::array![1.0, -2.0]);
    let z = (0..10_000).fold(Tensor::zeros([2]), |sum, _| sum + x.square());
    assert_eq!(z.sum().backward()[&x].to_vec(), [20_000.0, -40_000.0]);
}

#[test]
fn a_leaf_may_be_an_input_many_times() {
    let x = Tensor::leaf(ndarray::array![1.0, 2.0]);
    let z = Tensor::concatenate(&[&x; 10_000], 0);
    assert_eq!(z.sum().backward()[&x].to_vec(), [10_000.0, 10_000.0]);
}

/// z ← z + z, 60 times: 2⁶⁰ paths from x to z, but 60 ops.
#[test]
fn paths_are_not_counted_one_by_one() {
    let x = Tensor::<f64>::leaf(1.0);
    let z = (0..60).fold(x.clone(), |z, _| &z + &z);
    let paths = 2f64.powi(60);
    assert_eq!(z.item(), paths);
    assert_eq!(z.grad(&[&x])[0].as_ref().unwrap().item(), paths);
    assert_eq!(z.backward()[&x].item(), paths);
}

/// z ← ½(z + z), where one branch is a longer path than the other: the cotangent of z is complete before it is used.
#[test]
fn branches_of_different_length_meet() {
    let x = Tensor::<f64>::leaf(1.0);
    let z = (0..60).fold(x.clone(), |z, _| (-(-(-(&z))) * -1.0 + &z) * 0.5);
    assert_eq!(z.backward()[&x].item(), 1.0);
}

/// The rule is called once per op, with the complete cotangent.
#[test]
fn each_rule_is_called_once() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let x = Tensor::leaf(3.0);
    let same = Tensor::from_op("same", x.detach(), [&x], move |_, _z, dz: &Tensor, [dx]| {
        counted.fetch_add(1, Ordering::Relaxed);
        assert_eq!(dz.item(), 6.0);
        dx.add(|| dz.clone());
    });
    let loss = &same + (&same * 2.0 + -(&same * -3.0));
    assert_eq!(loss.backward()[&x].item(), 6.0);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}
