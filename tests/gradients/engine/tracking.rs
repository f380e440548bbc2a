//! Who gets a gradient, and what is computed for whom.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use autograd::Tensor;
use ndarray::array;

use crate::shape_errors::panic_of;

type Counts = [Arc<AtomicUsize>; 2];

/// x ⊙ y by a user's op, which counts how often it computes a contribution to each input.
fn counting_product(x: &Tensor<f64>, y: &Tensor<f64>, counts: &Counts) -> Tensor<f64> {
    let [of_x, of_y] = counts.clone();
    let z = x.detach() * y.detach();
    Tensor::from_op("product", z, [x, y], move |[x, y], _z, dz, [dx, dy]| {
        dx.add(|| {
            of_x.fetch_add(1, Ordering::Relaxed);
            dz * y
        });
        dy.add(|| {
            of_y.fetch_add(1, Ordering::Relaxed);
            dz * x
        });
    })
}

fn counted(counts: &Counts) -> [usize; 2] {
    counts.each_ref().map(|count| count.load(Ordering::Relaxed))
}

#[test]
fn contributions_to_constants_are_not_computed() {
    let counts = Counts::default();
    let (x, y) = (Tensor::leaf(2.0), Tensor::constant(3.0));
    let gradients = counting_product(&x, &y, &counts).backward();
    assert_eq!(gradients[&x].item(), 3.0);
    assert_eq!(counted(&counts), [1, 0]);

    counting_product(&y, &x, &counts).grad(&[&x]);
    assert_eq!(counted(&counts), [1, 1]);
}

/// `grad` stops at the oldest tensor asked for.
#[test]
fn grad_computes_nothing_older_than_what_is_asked_for() {
    let counts = Counts::default();
    let x = Tensor::leaf(2.0);
    let hidden = counting_product(&x, &x, &counts);
    let gradient = hidden.square().grad(&[&hidden]).remove(0).unwrap();
    assert_eq!(gradient.item(), 8.0);
    assert_eq!(counted(&counts), [0, 0]);
}

#[test]
fn ops_on_constants_record_nothing() {
    let counts = Counts::default();
    let z = counting_product(&Tensor::from(2.0), &Tensor::from(3.0), &counts);
    assert!(!z.is_tracked());
    assert_eq!((z.item(), z.op_name()), (6.0, None));
}

#[test]
fn a_users_op_differentiates_like_any_other() {
    let counts = Counts::default();
    let (x, y) = (Tensor::leaf(array![1.0, 2.0]), Tensor::leaf(3.0));
    let z = counting_product(&x, &y, &counts);
    assert_eq!(z.op_name(), Some("product"));
    // The engine sums ȳ to the shape of y, which the op broadcast.
    let gradients = z.exp().ln().sum().backward();
    approx::assert_relative_eq!(gradients[&x].to_vec()[..], [3.0, 3.0], max_relative = 1e-14);
    approx::assert_relative_eq!(gradients[&y].item(), 3.0, max_relative = 1e-14);
    assert_eq!(gradients[&y].shape(), [0; 0]);
}

#[test]
fn detach_cuts_history() {
    let x = Tensor::<f64>::leaf(3.0);
    let cut = x.square().detach();
    assert!(!cut.is_tracked());
    assert_eq!((&cut * &x).backward()[&x].item(), 9.0);
    assert!(!Tensor::constant(x.square()).is_tracked());
}

/// A leaf made from a computed tensor starts a graph of its own.
#[test]
fn leaf_cuts_history() {
    let x = Tensor::<f64>::leaf(3.0);
    let y = Tensor::leaf(x.square());
    let gradients = y.square().backward();
    assert_eq!(gradients[&y].item(), 18.0);
    assert!(gradients.get(&x).is_none());
}

#[test]
fn a_clone_is_the_same_variable() {
    let x = Tensor::<f64>::leaf(3.0);
    let same = x.clone();
    assert_eq!((&x * &same).backward()[&same].item(), 6.0);
}

#[test]
fn gradients_of_a_loss_that_is_a_leaf() {
    let x = Tensor::<f64>::leaf(array![[3.0]]);
    assert_eq!(x.grad(&[&x])[0].as_ref().unwrap().item(), 1.0);
    let gradients = x.clone().backward();
    assert_eq!(gradients[&x].shape(), [1, 1]);
    assert_eq!(gradients.values().count(), 1);
}

#[test]
fn grad_with_respect_to_intermediates_and_strangers() {
    let (x, stranger) = (Tensor::<f64>::leaf(3.0), Tensor::leaf(1.0));
    let younger = Tensor::leaf(1.0);
    let hidden = x.square();
    let later = Tensor::leaf(1.0);
    let loss = &hidden * &hidden;
    let unused = hidden.exp();
    let constant = Tensor::from(1.0);
    let wrt = [&x, &hidden, &loss, &x, &stranger, &younger, &later, &unused, &constant];
    let gradients = loss.grad(&wrt);
    let found: Vec<_> = gradients.iter().map(|g| g.as_ref().map(Tensor::item)).collect();
    assert_eq!(found[..4], [Some(108.0), Some(18.0), Some(1.0), Some(108.0)]);
    assert_eq!(found[4..], [None; 5]);
}

#[test]
fn grad_of_a_constant_is_none() {
    let x = Tensor::<f64>::leaf(3.0);
    assert!(Tensor::from(2.0).grad(&[&x])[0].is_none());
    assert!(x.grad(&[]).is_empty());
}

/// Values come in the order in which leaves were created, and can be changed.
#[test]
fn gradients_can_be_listed_and_changed() {
    let (x, y) = (Tensor::<f64>::leaf(2.0), Tensor::leaf(3.0));
    let mut gradients = (&y * &x.square()).backward();
    let listed: Vec<_> = gradients.values().map(Tensor::item).collect();
    assert_eq!(listed, [12.0, 4.0]);
    for gradient in gradients.values_mut() {
        gradient.value_mut().mapv_inplace(|x| x / 4.0);
    }
    assert_eq!((gradients[&x].item(), gradients[&y].item()), (3.0, 1.0));
}

/// How the message starts, what it must contain, line, call.
type Misuse<'a> = (&'a str, &'a [&'a str], u32, &'a dyn Fn());

/// Misuse of a gradient panics where it happens.
#[test]
fn misuse_panics_at_the_call() {
    let x = Tensor::<f64>::leaf(array![1.0, 2.0]);
    let gradients = x.sum().backward();
    let (stranger, constant) = (Tensor::leaf(array![[1.0]]), Tensor::from(2.0));
    let wide = Tensor::<f64>::leaf(array![[1.0, 2.0, 3.0]]);
    let malformed = Tensor::from_op("malformed", x.detach().sum(), [&x], |_, _z, _dz, [dx]| {
        dx.add(|| Tensor::ones([3]));
    });
    let malformed_line = line!() - 2;
    #[rustfmt::skip] // a call and its line! must share a line
    let misuses: [Misuse<'_>; 6] = [
        ("no gradient", &["[1, 1]", "does not depend"], line!(), &|| { let _ = &gradients[&stranger]; }),
        ("no gradient", &["[]", "does not depend"],     line!(), &|| { let _ = &gradients[&constant]; }),
        ("backward: ",  &["[2]", "one element"],        line!(), &|| { x.clone().backward(); }),
        ("backward: ",  &["constant"],                  line!(), &|| { constant.clone().backward(); }),
        ("grad: ",      &["[1, 3]", "one element"],     line!(), &|| { wide.grad(&[&x]); }),
        ("sum_to: ",    &["[2]", "[3]"],         malformed_line, &|| { malformed.clone().backward(); }),
    ];
    for (start, parts, line, call) in misuses {
        let panic = panic_of(call).unwrap_or_else(|| panic!("{start} {parts:?}: no panic"));
        let said = format!("{}:{}: {}", panic.file, panic.line, panic.message);
        assert!(panic.message.starts_with(start), "{said}");
        assert!(parts.iter().all(|part| panic.message.contains(part)), "{said}");
        assert_eq!((panic.file.as_str(), panic.line), (file!(), line), "{said}");
    }
}

/// An op remembers the line that called it; what its rule records belongs to the same line.
#[test]
fn ops_remember_their_line() {
    let x = Tensor::leaf(0.5);
    let (z, line) = (x.softplus(), line!());
    let loss = z.square().sum();
    let slope = loss.grad(&[&x]).remove(0).unwrap();
    let place = |x: &Tensor<f64>| x.recorded_at().map(|place| (place.file(), place.line()));
    assert_eq!(place(&z), Some((file!(), line)));
    assert_eq!(place(&loss), Some((file!(), line + 1)));
    assert_eq!(place(&slope), Some((file!(), line)), "by the rule of softplus");
    assert_eq!(place(&x), None);
}
