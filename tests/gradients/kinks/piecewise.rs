//! Functions with kinks, and NaN in them.

use autograd::{Float, Tensor};

use super::{Function, INFINITY, NAN, at, at_pair};

#[test]
fn relu_has_slope_0_at_0() {
    let (z, dx) = at::<f64>(Tensor::relu, &[-1.0, -0.0, 0.0, 1.0]);
    assert_eq!((z, dx), (vec![0.0, 0.0, 0.0, 1.0], vec![0.0, 0.0, 0.0, 1.0]));
}

#[test]
fn abs_has_slope_0_at_0() {
    let (z, dx) = at::<f64>(Tensor::abs, &[-2.0, -0.0, 0.0, 2.0]);
    assert_eq!((z, dx), (vec![2.0, 0.0, 0.0, 2.0], vec![-1.0, 0.0, 0.0, 1.0]));
}

#[test]
fn ties_of_maximum_and_minimum_are_shared() {
    assert_eq!(at_pair(Tensor::maximum, 3.0, 3.0), [3.0, 0.5, 0.5]);
    assert_eq!(at_pair(Tensor::minimum, 3.0, 3.0), [3.0, 0.5, 0.5]);
    assert_eq!(at_pair(Tensor::maximum, 0.0, -0.0)[1..], [0.5, 0.5]);
    assert_eq!(at_pair(Tensor::maximum, 2.0, 3.0), [3.0, 0.0, 1.0]);
    assert_eq!(at_pair(Tensor::minimum, 2.0, 3.0), [2.0, 1.0, 0.0]);
}

/// max(x, x) = x has slope 1: the halves of the tie add up.
#[test]
fn maximum_of_a_tensor_and_itself_has_slope_1() {
    assert_eq!(at::<f64>(|x| x.maximum(x), &[-1.0, 2.0]).1, [1.0, 1.0]);
    assert_eq!(at::<f64>(|x| x.minimum(x), &[-1.0, 2.0]).1, [1.0, 1.0]);
}

#[test]
fn ties_of_max_are_shared_equally() {
    let (z, dx) = at::<f64>(Tensor::max, &[1.0, 4.0, 4.0, 0.0, 4.0, 4.0]);
    assert_eq!((z, dx), (vec![4.0], vec![0.0, 0.25, 0.25, 0.0, 0.25, 0.25]));

    let x = Tensor::leaf(ndarray::array![[2.0, 2.0], [1.0, 5.0], [-INFINITY, -INFINITY]]);
    let z = x.max_axes([1]);
    assert_eq!(z.to_vec(), [2.0, 5.0, -INFINITY]);
    assert_eq!(z.sum().backward()[&x].to_vec(), [0.5, 0.5, 0.0, 1.0, 0.5, 0.5]);
}

#[test]
fn clamp_has_slope_1_on_its_bounds() {
    let (z, dx) = at::<f64>(|x| x.clamp(-1.0, 2.0), &[-1.5, -1.0, 0.0, 2.0, 2.5]);
    assert_eq!(z, [-1.0, -1.0, 0.0, 2.0, 2.0]);
    assert_eq!(dx, [0.0, 1.0, 1.0, 1.0, 0.0]);
    assert_eq!(at::<f64>(|x| x.clamp(1.0, 1.0), &[1.0, 2.0]), (vec![1.0, 1.0], vec![1.0, 0.0]));
    assert_eq!(at::<f64>(|x| x.clamp(-INFINITY, INFINITY), &[1e300]).1, [1.0]);
}

/// The value and the slope of every function that is not linear, but for relu's slope.
#[test]
fn nan_propagates() {
    let functions: [(&str, Function); 14] = [
        ("max", |x| x.max()),
        ("min", |x| x.min()),
        ("norm", |x| x.norm()),
        ("leaky_relu", |x| x.leaky_relu(0.1)),
        ("elu", |x| x.elu(1.0)),
        ("silu", |x| x.silu()),
        ("gelu", |x| x.gelu()),
        ("tan", |x| x.tan()),
        ("abs", |x| x.abs()),
        ("clamp", |x| x.clamp(-1.0, 1.0)),
        ("maximum, left", |x| x.maximum(&Tensor::from(0.5))),
        ("maximum, right", |x| Tensor::from(0.5).maximum(x)),
        ("minimum, left", |x| x.minimum(&Tensor::from(0.5))),
        ("minimum, right", |x| Tensor::from(0.5).minimum(x)),
    ];
    for (name, f) in functions {
        let (z, dx) = at(f, &[NAN]);
        assert!(z[0].is_nan() && dx[0].is_nan(), "{name}: {z:?}, {dx:?}");
    }
    for x in [[NAN, 1.0, 2.0], [1.0, NAN, 2.0], [1.0, 2.0, NAN]] {
        assert!(at::<f64>(Tensor::max, &x).0[0].is_nan(), "max of {x:?}");
        assert!(at::<f64>(|x| x.log_sum_exp([0]), &x).0[0].is_nan(), "log_sum_exp of {x:?}");
        assert!(at::<f64>(|x| x.softmax(0), &x).0.iter().all(|z| z.is_nan()), "softmax of {x:?}");
    }
}

/// As PyTorch has it: the slope is 0 where z is 0.
#[test]
fn relu_of_nan_is_nan_with_slope_1() {
    let (z, dx) = at::<f64>(Tensor::relu, &[NAN]);
    assert!(z[0].is_nan() && dx == [1.0], "{z:?}, {dx:?}");
}

/// Neighbors of a NaN are not touched by it.
#[test]
fn nan_stays_in_its_place() {
    for f in [Tensor::relu, Tensor::abs, |x: &Tensor<f64>| x.clamp(-1.0, 1.0)] {
        let (z, dx) = at(f, &[0.5, NAN, 0.5]);
        assert_eq!((z[0], z[2], dx[0], dx[2]), (0.5, 0.5, 1.0, 1.0));
    }
}

#[test]
fn leaky_relu_has_the_left_slope_at_0() {
    let (z, dx) = at::<f64>(|x| x.leaky_relu(0.25), &[-2.0, 0.0, 2.0]);
    assert_eq!((z, dx), (vec![-0.5, 0.0, 2.0], vec![0.25, 0.25, 1.0]));
}

#[test]
fn elu_has_the_left_slope_at_0() {
    fn check<T: Float>() {
        let (z, dx) = at::<T>(|x| x.elu(2.0), &[-INFINITY, -1e4, 0.0, 1e4, INFINITY]);
        assert_eq!(z, [-2.0, -2.0, 0.0, 1e4, INFINITY]);
        assert_eq!(dx, [0.0, 0.0, 2.0, 1.0, 1.0]);
    }
    check::<f32>();
    check::<f64>();
}

/// No comparison holds for NaN, and −0 = 0.
#[test]
fn comparisons() {
    let x = Tensor::<f64>::leaf(ndarray::array![1.0, 2.0, -0.0, NAN, INFINITY]);
    let y = Tensor::from(ndarray::array![2.0, 1.0, 0.0, NAN, INFINITY]);
    assert_eq!(x.equal(&y).to_vec(), [0.0, 0.0, 1.0, 0.0, 1.0]);
    assert_eq!(x.less(&y).to_vec(), [1.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(x.less_equal(&y).to_vec(), [1.0, 0.0, 1.0, 0.0, 1.0]);
    assert_eq!(x.greater(&y).to_vec(), [0.0, 1.0, 0.0, 0.0, 0.0]);
    assert_eq!(x.greater_equal(&y).to_vec(), [0.0, 1.0, 1.0, 0.0, 1.0]);
    assert!(!x.greater(&y).is_tracked());
}

/// Every condition but 0 selects x, NaN too; and the condition is not differentiated.
#[test]
fn select_asks_whether_the_condition_is_0() {
    let condition = Tensor::leaf(ndarray::array![0.0, -0.0, 1.0, -1.0, NAN, INFINITY]);
    let x = Tensor::leaf(1.0);
    let z = Tensor::select(&condition, &x, &Tensor::from(0.0));
    assert_eq!(z.to_vec(), [0.0, 0.0, 1.0, 1.0, 1.0, 1.0]);
    let gradients = z.sum().backward();
    assert_eq!(gradients[&x].item(), 4.0);
    assert!(gradients.get(&condition).is_none());
}

/// 0 absorbs on the left of a quotient, and on either side of a product.
#[test]
fn zero_absorbs() {
    for other in [INFINITY, -INFINITY, NAN, 0.0] {
        assert_eq!(at_pair(Tensor::times, 0.0, other)[0], 0.0);
        assert_eq!(at_pair(Tensor::times, other, 0.0)[0], 0.0);
        assert_eq!(at_pair(Tensor::over, 0.0, other)[0], 0.0);
    }
    assert!(at_pair(Tensor::times, NAN, 2.0)[0].is_nan());
    assert!(at_pair(Tensor::over, NAN, 0.0)[0].is_nan());
    assert_eq!(at_pair(Tensor::over, 3.0, 0.0)[0], INFINITY);
}
