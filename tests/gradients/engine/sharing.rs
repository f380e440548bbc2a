//! Storage is shared and copied on write; graphs can be shared between threads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use autograd::{Cotangent, Gradients, Tensor};
use ndarray::array;
use rayon::prelude::*;

use crate::support::{bits, random};

/// Adds 1 to every element, and returns where the elements lie.
fn update(x: &mut Tensor<f64>) -> *const f64 {
    let mut value = x.value_mut();
    value += 1.0;
    value.as_ptr()
}

#[test]
fn updates_are_in_place_when_the_graph_is_gone() {
    let mut x = Tensor::leaf(array![1.0, 2.0]);
    let place = x.value().as_ptr();
    let gradients = (&x * &x).sum().backward();
    assert_eq!(update(&mut x), place);
    assert_eq!(x.to_vec(), [2.0, 3.0]);
    assert_eq!(gradients[&x].to_vec(), [2.0, 4.0]);
}

#[test]
fn updates_are_in_place_when_a_graph_was_dropped() {
    let mut x = Tensor::leaf(array![1.0, 2.0]);
    let place = x.value().as_ptr();
    drop((&x * &x).sum());
    assert_eq!(update(&mut x), place);
}

/// Views of the parameter made by the graph are gone with it, too.
#[test]
fn updates_are_in_place_after_views() {
    let mut w = Tensor::leaf(array![[1.0, 2.0]]);
    let place = w.value().as_ptr();
    let gradients = w.t().reshape([2]).slice(ndarray::s![1..]).sum().backward();
    assert_eq!(gradients[&w].to_vec(), [0.0, 1.0]);
    assert_eq!(update(&mut w), place);
}

/// The graph keeps the value it was computed from, and so its gradient.
#[test]
fn updates_copy_while_a_graph_is_alive() {
    let mut x = Tensor::leaf(array![1.0, 2.0]);
    let place = x.value().as_ptr();
    let loss = (&x * &x).sum();
    assert_ne!(update(&mut x), place);
    assert_eq!(x.to_vec(), [2.0, 3.0]);
    assert_eq!(loss.backward()[&x].to_vec(), [2.0, 4.0]);
    // From here on x is alone again, in its new place.
    let place = x.value().as_ptr();
    assert_eq!(update(&mut x), place);
}

/// A gradient that is an input's or output's storage is not that storage's to change.
#[test]
fn gradients_do_not_alias() {
    let (x, y) = (Tensor::<f64>::leaf(array![1.0, 2.0]), Tensor::leaf(array![3.0, 4.0]));
    let mut gradients = (&x + &y).square().sum().backward();
    let before = gradients[&y].to_vec();
    gradients.values_mut().next().unwrap().value_mut().fill(0.0);
    assert_eq!(gradients[&x].to_vec(), [0.0, 0.0]);
    assert_eq!(gradients[&y].to_vec(), before);

    let w = Tensor::constant(array![5.0, 6.0]);
    let mut gradients = (&x * &w).sum().backward();
    gradients.values_mut().next().unwrap().value_mut().fill(0.0);
    assert_eq!(w.to_vec(), [5.0, 6.0]);
}

#[test]
fn clones_do_not_alias() {
    let mut x = Tensor::leaf(array![1.0, 2.0]);
    let (clone, detached, leaf) = (x.clone(), x.detach(), Tensor::leaf(x.clone()));
    assert_eq!(clone.value().as_ptr(), x.value().as_ptr());
    update(&mut x);
    for other in [clone, detached, leaf] {
        assert_eq!(other.to_vec(), [1.0, 2.0]);
    }
}

/// A view made by an op is of the value then, not of the value now.
#[test]
fn views_do_not_alias() {
    let mut x = Tensor::leaf(array![[1.0, 2.0], [3.0, 4.0]]);
    let (transpose, row) = (x.t(), x.slice(ndarray::s![1, ..]));
    update(&mut x);
    assert_eq!(transpose.to_vec(), [1.0, 3.0, 2.0, 4.0]);
    assert_eq!(row.to_vec(), [3.0, 4.0]);
}

const fn assert_send_sync<T: Send + Sync>() {}
const _: () = {
    assert_send_sync::<Tensor<f32>>();
    assert_send_sync::<Tensor<f64>>();
    assert_send_sync::<Gradients<f32>>();
    assert_send_sync::<Cotangent<'static, f64>>();
};

/// A loss with products, reductions and a shared parameter.
fn loss(w: &Tensor<f64>, x: &Tensor<f64>) -> Tensor<f64> {
    let hidden = x.matmul(w).tanh();
    (hidden.matmul(&w.t()) - x).square().mean() + w.log_softmax(1).sum()
}

#[test]
fn threads_share_parameters_and_get_the_same_bits() {
    let (w, x) = (Tensor::leaf(random(&[70, 20], 30)), random(&[130, 70], 31));
    let expected = bits(&loss(&w, &x).backward()[&w]);
    let by_thread: Vec<_> =
        (0..16).into_par_iter().map(|_| bits(&loss(&w, &x).backward()[&w])).collect();
    assert!(by_thread.iter().all(|found| *found == expected));
}

#[test]
fn threads_share_one_graph() {
    let (w, x) = (Tensor::leaf(random(&[70, 20], 32)), random(&[130, 70], 33));
    let loss = loss(&w, &x);
    let expected = bits(&loss.clone().backward()[&w]);
    let by_thread: Vec<_> = (0..16)
        .into_par_iter()
        .map(|i| match i % 2 {
            0 => bits(&loss.clone().backward()[&w]),
            _ => bits(loss.grad(&[&w])[0].as_ref().unwrap()),
        })
        .collect();
    assert!(by_thread.iter().all(|found| *found == expected));
}

/// The number of threads does not change a bit.
#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let (w, x) = (Tensor::leaf(random(&[70, 20], 34)), random(&[130, 70], 35));
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(|| bits(&loss(&w, &x).backward()[&w]))
    };
    let one = with(1);
    assert!([2, 3, 8].map(with).iter().all(|found| *found == one));
}

/// The gradients of a loss in which large and small ops contribute to the same leaves, many times.
fn gradients_of_a_recurrence() -> Vec<(Vec<usize>, Vec<u64>)> {
    let w = Tensor::leaf(random(&[100, 100], 36) * 0.1);
    let late = random(&[1, 100], 37);
    let mut h = Tensor::constant(random(&[400, 100], 38));
    let mut leaves = vec![w.clone()];
    for step in 0..20 {
        h = h.matmul(&w).tanh();
        if step % 7 == 3 {
            let bias = Tensor::leaf(late.clone());
            h = (&h + &bias) * w.narrow(0, step..step + 1);
            leaves.push(bias);
        }
    }
    let gradients = (h.square().sum() + w.square().sum()).backward();
    leaves.iter().map(|leaf| bits(&gradients[leaf])).collect()
}

#[test]
fn gradients_left_to_other_threads_have_the_same_bits() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.unwrap().install(gradients_of_a_recurrence)
    };
    let one = with(1);
    assert_eq!(gradients_of_a_recurrence(), one);
    assert!([2, 3, 8].map(with).iter().all(|found| *found == one));
}

/// A parameter that another thread computed the gradient of is alone again, and can be changed in place.
#[test]
fn updates_are_in_place_after_another_thread_has_read() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let mut w = Tensor::leaf(random(&[200, 200], 39));
    let x = Tensor::constant(random(&[100, 200], 40));
    for _ in 0..20 {
        let place = w.value().as_ptr();
        let gradients = pool.install(|| x.matmul(&w).tanh().matmul(&w).sum().backward());
        assert_eq!(gradients[&w].shape(), w.shape());
        assert_eq!(update(&mut w), place);
    }
}

#[test]
fn a_panic_in_a_rule_on_another_thread_comes_to_the_caller() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let w = Tensor::leaf(random(&[200, 200], 41));
    let x = w.square();
    let z = Tensor::from_op("broken", x.detach(), [&x, &w], |_, _, dz, [dx, dw]| {
        dx.add(|| dz.clone());
        dw.add(|| panic!("of its own"));
    });
    let panic = pool.install(|| catch_unwind(AssertUnwindSafe(|| z.sum().backward())));
    assert_eq!(panic.expect_err("a panic").downcast_ref(), Some(&"of its own"));
}

/// Two halves of one graph dropped at the same time by two threads: each node is freed by one of them, by a loop.
#[test]
fn threads_drop_one_graph() {
    let x = Tensor::<f64>::leaf(1.0);
    for _ in 0..20 {
        let shared = (0..20_000).fold(x.clone(), |z, _| -z);
        let (left, right) = (-&shared, shared.exp());
        drop(shared);
        rayon::join(|| drop(left), || drop(right));
    }
}
