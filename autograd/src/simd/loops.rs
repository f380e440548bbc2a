//! The loops over elements and the reductions: every length, every layout, any number of threads.

use ndarray::{Array2, ArrayD, ArrayView1, ArrayViewD, Axis, IxDyn, s};

use super::{Elements, Isa, Kernel, Operand, reduce};
use crate::Float;
use crate::elementwise::kernels::{Add, Exp, Maximum, Minimum, Mul};

/// Numbers without a pattern, of mixed magnitudes and signs.
fn numbers(n: usize) -> Vec<f32> {
    (0..n).map(|i| ((i as f32 * 0.618_034).fract() - 0.5) * 2f32.powi(i as i32 % 9)).collect()
}

/// f of operands of one shape.
pub fn apply<T: Float, const N: usize>(
    kernel: impl Kernel<T, N>,
    x: [ArrayViewD<'_, T>; N],
) -> Vec<T> {
    match super::apply(kernel, x[0].shape(), x.each_ref().map(Operand::from)) {
        Elements::One(z) => vec![z],
        Elements::Many(z) => z,
    }
}

fn exp(x: &[f32]) -> Vec<f32> {
    apply(Exp {}, [ArrayView1::from(x).into_dyn()])
}

fn on_threads<R: Send>(threads: usize, f: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(f)
}

#[test]
fn a_result_does_not_depend_on_its_place() {
    let x = numbers(300);
    for isa in Isa::available() {
        isa.force(|| {
            let all = exp(&x);
            for len in 0..70 {
                for start in [0, 1, 7, 230] {
                    assert_eq!(
                        exp(&x[start..start + len]),
                        all[start..start + len],
                        "{isa}, {len} from {start}"
                    );
                }
            }
        });
    }
}

#[test]
fn every_layout_gives_the_same_bits() {
    let x = Array2::from_shape_vec((70, 300), numbers(21000)).unwrap();
    let (row, column) = (x.slice(s![3..4, ..]), x.slice(s![.., 3..4]));
    let scalar = x.slice(s![2..3, 3..4]);
    let views = [
        ("transposed", x.t()),
        ("stepped", x.slice(s![..;2, ..;3])),
        ("reversed", x.slice(s![..;-1, ..;-1])),
        ("row repeated", row.broadcast((20, 300)).unwrap()),
        ("column repeated", column.broadcast((70, 777)).unwrap()),
        ("scalar repeated", scalar.broadcast((5, 400)).unwrap()),
        ("empty", x.slice(s![5..5, ..])),
        ("one row", x.slice(s![5..6, ..;7])),
    ];
    for isa in Isa::available() {
        isa.force(|| {
            for (name, view) in &views {
                let copy = view.as_standard_layout();
                let straight = apply(Mul {}, [copy.view().into_dyn(), copy.view().into_dyn()]);
                let strided = apply(Mul {}, [(*view).into_dyn(), copy.view().into_dyn()]);
                assert_eq!(straight, strided, "{name} on {isa}");
                assert_eq!(
                    apply(Exp {}, [(*view).into_dyn()]),
                    exp(copy.as_slice().unwrap()),
                    "{name} on {isa}"
                );
            }
        });
    }
}

#[test]
fn short_rows_are_walked_in_order() {
    let x = Array2::from_shape_vec((90, 150), numbers(13500)).unwrap();
    let y = Array2::from_shape_vec((150, 90), numbers(13500)).unwrap();
    for len in (1..70).chain([127, 128, 149]) {
        let (half, turned) = (x.slice(s![.., 1..=len]), y.slice(s![..len, ..]).reversed_axes());
        let (row, column) = (x.slice(s![7..8, ..len]), x.slice(s![.., 2..3]));
        let copy = half.as_standard_layout();
        for view in
            [half, turned, row.broadcast((90, len)).unwrap(), column.broadcast((90, len)).unwrap()]
        {
            let expected: Vec<_> = view.iter().zip(&copy).map(|(x, y)| x * y).collect();
            for isa in Isa::available() {
                let z = isa.force(|| apply(Mul {}, [view.into_dyn(), copy.view().into_dyn()]));
                assert_eq!(z, expected, "rows of {len} on {isa}");
            }
        }
    }
}

#[test]
fn transposed_operands_are_walked_once() {
    let x = ArrayD::from_shape_vec(IxDyn(&[3, 700, 150]), numbers(315_000)).unwrap();
    let one = x.index_axis(Axis(0), 1);
    let views = [
        x.view().permuted_axes(IxDyn(&[0, 2, 1])),
        x.view().permuted_axes(IxDyn(&[2, 0, 1])),
        one.view().reversed_axes(),
        one.slice_each_axis(|axis| (0..[257, 131][axis.axis.index()]).into()).reversed_axes(),
    ];
    for view in views {
        let copy = view.as_standard_layout();
        let expected: Vec<_> = view.iter().map(|x| x * x).collect();
        for threads in [1, 2, 7] {
            let z = on_threads(threads, || apply(Mul {}, [view.view(), copy.view()]));
            assert!(z == expected, "{:?} {:?} on {threads}", view.shape(), view.strides());
        }
    }
}

#[test]
fn operands_are_repeated_along_axes_that_they_lack() {
    let x = Array2::from_shape_vec((4, 5), numbers(20)).unwrap();
    let (row, column) = (x.slice(s![1, ..]), x.slice(s![.., 2..3]));
    let z = super::apply(Add {}, &[3, 4, 5], [Operand::from(&row), Operand::from(&column)]);
    let Elements::Many(z) = z else { panic!("60 numbers") };
    let expected: Vec<_> = (0..60).map(|i| row[i % 5] + column[[i / 5 % 4, 0]]).collect();
    assert_eq!(z, expected);
    let number =
        super::apply(Add {}, &[1, 1], [Operand::number(&1.5, 2), Operand::number(&2.0, 0)]);
    assert!(matches!(number, Elements::One(3.5)));
}

#[test]
#[should_panic(expected = "[5] does not broadcast to [4]")]
fn operands_of_other_shapes_are_refused() {
    let (x, y) = (ArrayView1::from(&[1.0f32; 5]), ArrayView1::from(&[1.0; 4]));
    super::apply(Add {}, &[4], [Operand::from(&x), Operand::from(&y)]);
}

#[test]
fn three_axes_are_walked_in_order() {
    let x = ArrayD::from_shape_vec(IxDyn(&[3, 4, 5]), numbers(60)).unwrap();
    for axes in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let view = x.view().permuted_axes(IxDyn(&axes));
        let expected: Vec<f32> = view.iter().map(|x| x + x).collect();
        assert_eq!(apply(Add {}, [view.view(), view.view()]), expected, "{axes:?}");
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let x = numbers(1_000_003);
    let work = || {
        let wide = reduce(Add {}, 0.0, &x[..1_000_000], [1, 1000, 1000]);
        let narrow = reduce(Add {}, 0.0, &x[..1_000_000], [1, 500_000, 2]);
        let rows = reduce(Add {}, 0.0, &x[..1_000_000], [1000, 1000, 1]);
        let all = reduce(Add {}, 0.0, &x, [1, x.len(), 1]);
        [exp(&x), wide, narrow, rows, all]
            .map(|z| z.into_iter().map(f32::to_bits).collect::<Vec<_>>())
    };
    let one = on_threads(1, work);
    for threads in [2, 3, 7] {
        assert!(on_threads(threads, work) == one, "{threads} threads");
    }
}

#[test]
fn reductions_are_right_for_every_shape() {
    for isa in Isa::available() {
        for shape in [
            [1, 0, 1],
            [2, 0, 3],
            [0, 3, 2],
            [3, 1, 1],
            [2, 3, 5],
            [1, 1000, 1],
            [4, 129, 67],
            [2, 33, 130],
        ] {
            let x = ArrayD::from_shape_vec(IxDyn(&shape), numbers(shape.iter().product())).unwrap();
            let elements = x.as_slice().unwrap();
            let largest = isa.force(|| reduce(Maximum {}, f32::NEG_INFINITY, elements, shape));
            let expected = x.fold_axis(Axis(1), f32::NEG_INFINITY, |&a, &b| a.max(b));
            assert_eq!(largest, expected.into_raw_vec_and_offset().0, "max of {shape:?} on {isa}");
            let smallest = isa.force(|| reduce(Minimum {}, f32::INFINITY, elements, shape));
            let expected = x.fold_axis(Axis(1), f32::INFINITY, |&a, &b| a.min(b));
            assert_eq!(smallest, expected.into_raw_vec_and_offset().0, "min of {shape:?} on {isa}");
            let sum = isa.force(|| reduce(Add {}, 0.0, elements, shape));
            let expected = x.mapv(f64::from).sum_axis(Axis(1));
            for (sum, expected) in sum.iter().zip(&expected) {
                assert!(
                    (f64::from(*sum) - expected).abs() < 2e-2,
                    "sum of {shape:?} on {isa}: {sum}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn a_nan_anywhere_is_the_extremum() {
    for isa in Isa::available() {
        for len in 1..80 {
            for at in 0..len {
                let mut x = numbers(len);
                x[at] = f32::NAN;
                let z = isa.force(|| reduce(Maximum {}, f32::NEG_INFINITY, &x, [1, len, 1]));
                assert!(z[0].is_nan(), "max, {at} of {len} on {isa}");
                let z = isa.force(|| reduce(Minimum {}, f32::INFINITY, &x, [1, len, 1]));
                assert!(z[0].is_nan(), "min, {at} of {len} on {isa}");
            }
        }
    }
}

/// n numbers near 0.1: added one after the other they would lose 4 digits. Pairwise summation is
/// within log₂ n half units, and blocks of 16 add at most 16.
#[test]
fn sums_are_accurate() {
    let n = 1 << 22;
    let x: Vec<f32> = (0..n).map(|i| 0.1 + 1e-3 * (i as f32 * 0.618_034).fract()).collect();
    let exact: f64 = x.iter().map(|&x| f64::from(x)).sum();
    for isa in Isa::available() {
        for shape in [[1, n, 1], [1, n / 4, 4]] {
            let z = isa.force(|| reduce(Add {}, 0.0, &x, shape));
            let sum: f64 = z.iter().map(|&z| f64::from(z)).sum();
            let error = (sum - exact).abs() / exact;
            assert!(error < 4.0 * f64::from(f32::EPSILON), "{shape:?} on {isa}: {error:e}");
        }
    }
}
