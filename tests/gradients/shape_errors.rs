//! Every mistake in a shape panics with the op's name and the shapes it was given, at the line of the call.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use autograd::{Tensor, Triangle, Window};
use ndarray::{NewAxis, SliceInfoElem, s};

/// What a panic said, and where.
pub struct Panic {
    pub message: String,
    pub file: String,
    pub line: u32,
}

thread_local! {
    /// The panic of this thread, where it is expected.
    static CAUGHT: RefCell<Option<Option<Panic>>> = const { RefCell::new(None) };
}

/// The panic of `call`, if it panics. Other threads' panics are reported as ever.
pub fn panic_of<R>(call: impl FnOnce() -> R) -> Option<Panic> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let report = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let expected = CAUGHT.with_borrow_mut(|caught| {
                let Some(slot) = caught else { return false };
                let location = info.location().unwrap();
                *slot = Some(Panic {
                    message: info.payload_as_str().unwrap_or("not a string").into(),
                    file: location.file().into(),
                    line: location.line(),
                });
                true
            });
            if !expected {
                report(info);
            }
        }));
    });
    CAUGHT.set(Some(None));
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    let caught = CAUGHT.take().flatten();
    result.is_err().then(|| caught.expect("the hook was called"))
}

/// A mistake: op, what the message must contain, line, call.
type Mistake<'a> = (&'static str, &'static [&'static str], u32, &'a dyn Fn() -> Tensor<f64>);

#[rustfmt::skip] // a call and its line! must share a line
#[test]
fn shape_mistakes_panic_at_the_call() {
    let [a, b, c, v, scalar, empty] =
        [&[2, 3][..], &[2, 4], &[2, 3, 4], &[3], &[], &[2, 0]].map(Tensor::<f64>::zeros);
    let no_step = SliceInfoElem::Slice { start: 0, end: None, step: 0 };
    let w = Tensor::leaf(a.clone());
    let (images, kernel) = (Tensor::zeros([2, 3, 3, 4]), Tensor::zeros([2, 2, 4, 5]));
    let unit = Window::default();
    let eye = Tensor::<f64>::ones([2]).diagonal_matrix();
    let indefinite = &eye + (1.0 - &eye) * 2.0;
    let pair = Tensor::stack(&[&eye, &indefinite], 0).insert_axis(1);
    let mistakes: &[Mistake<'_>] = &[
        ("add",          &["[2, 3]", "[2, 4]"],      line!(), &|| &a + &b),
        ("add",          &["[2, 3]", "[2, 4]"],      line!(), &|| a.clone() + b.clone()),
        ("add",          &["[2, 3]", "[2, 4]"],      line!(), &|| a.clone() + &b),
        ("add",          &["[2, 3]", "[2, 4]"],      line!(), &|| &a + b.clone()),
        ("sub",          &["[2, 3]", "[2, 4]"],      line!(), &|| &a - &b),
        ("sub",          &["[2, 4]", "[2, 3, 4]"],   line!(), &|| b.clone() - a.insert_axis(2).broadcast_to([2, 3, 4])),
        ("mul",          &["[2, 4]", "[3]"],         line!(), &|| &b * &v),
        ("mul",          &["[2, 0]", "[3]"],         line!(), &|| &empty * &v),
        ("div",          &["[3]", "[2, 4]"],         line!(), &|| &v / &b),
        ("maximum",      &["[2, 3]", "[2, 4]"],      line!(), &|| a.maximum(&b)),
        ("minimum",      &["[2, 3]", "[2, 4]"],      line!(), &|| a.minimum(&b)),
        ("clamp",        &["1", "0.5"],              line!(), &|| a.clamp(1.0, 0.5)),
        ("clamp",        &["NaN", "1"],              line!(), &|| a.clamp(f64::NAN, 1.0)),
        ("times",        &["[2, 3]", "[2, 4]"],      line!(), &|| a.times(&b)),
        ("over",         &["[2, 3]", "[2, 4]"],      line!(), &|| a.over(&b)),
        ("equal",        &["[2, 3]", "[2, 4]"],      line!(), &|| a.equal(&b)),
        ("less",         &["[2, 3]", "[2, 4]"],      line!(), &|| a.less(&b)),
        ("less_equal",   &["[2, 3]", "[2, 4]"],      line!(), &|| a.less_equal(&b)),
        ("greater",      &["[2, 3]", "[2, 4]"],      line!(), &|| a.greater(&b)),
        ("greater_equal", &["[2, 3]", "[2, 4]"],     line!(), &|| a.greater_equal(&b)),
        ("select",       &["[2, 3]", "[2, 4]", "[]"], line!(), &|| Tensor::select(&scalar, &a, &b)),
        ("select",       &["[3]", "[2, 4]", "[]"],   line!(), &|| Tensor::select(&v, &scalar, &b)),
        ("sum",          &["[2, 3]", "axis 2"],      line!(), &|| a.sum_axes([2])),
        ("sum",          &["axis 1", "[1, 1]"],      line!(), &|| a.sum_axes([1, 1])),
        ("sum",          &["[]", "axis 0"],          line!(), &|| scalar.sum_axes([0])),
        ("sum_to",       &["[2, 4]", "[2, 3]"],      line!(), &|| a.sum_to([2, 4])),
        ("sum_to",       &["[1, 2, 3]", "[2, 3]"],   line!(), &|| a.sum_to([1, 2, 3])),
        ("mean",         &["[2, 3]", "axis 2"],      line!(), &|| a.mean_axes([2])),
        ("mean",         &["axis 0", "[0, 0]"],      line!(), &|| a.mean_axes([0, 0])),
        ("max",          &["[2, 3]", "axis 2"],      line!(), &|| a.max_axes([2])),
        ("max",          &["axis 0", "[0, 0]"],      line!(), &|| a.max_axes([0, 0])),
        ("max",          &["[2, 0]", "axis 1"],      line!(), &|| empty.max_axes([1])),
        ("max",          &["[2, 0]", "axis 1"],      line!(), &|| empty.max()),
        ("min",          &["[2, 3]", "axis 2"],      line!(), &|| a.min_axes([2])),
        ("min",          &["axis 0", "[0, 0]"],      line!(), &|| a.min_axes([0, 0])),
        ("min",          &["[2, 0]", "axis 1"],      line!(), &|| empty.min_axes([1])),
        ("min",          &["[2, 0]", "axis 1"],      line!(), &|| empty.min()),
        ("prod",         &["[2, 3]", "axis 2"],      line!(), &|| a.prod_axes([2])),
        ("prod",         &["axis 0", "[0, 0]"],      line!(), &|| a.prod_axes([0, 0])),
        ("norm",         &["[2, 3]", "axis 2"],      line!(), &|| a.norm_axes([2])),
        ("norm",         &["axis 0", "[0, 0]"],      line!(), &|| a.norm_axes([0, 0])),
        ("var",          &["[2, 3]", "axis 2"],      line!(), &|| a.var_axes([2], 0)),
        ("var",          &["axis 0", "[0, 0]"],      line!(), &|| a.var_axes([0, 0], 0)),
        ("var",          &["[2, 3]", "[0]", "correction 2"], line!(), &|| a.var_axes([0], 2)),
        ("var",          &["[2, 0]", "correction 0"], line!(), &|| empty.var(0)),
        ("std",          &["[2, 3]", "axis 2"],      line!(), &|| a.std_axes([2], 0)),
        ("std",          &["axis 0", "[0, 0]"],      line!(), &|| a.std_axes([0, 0], 0)),
        ("std",          &["[]", "correction 1"],    line!(), &|| scalar.std(1)),
        ("log_sum_exp",  &["[2, 3]", "axis 2"],      line!(), &|| a.log_sum_exp([2])),
        ("log_sum_exp",  &["axis 1", "[1, 1]"],      line!(), &|| a.log_sum_exp([1, 1])),
        ("log_sum_exp",  &["[2, 0]", "axis 1"],      line!(), &|| empty.log_sum_exp([1])),
        ("softmax",      &["[2, 3]", "axis 2"],      line!(), &|| a.softmax(2)),
        ("softmax",      &["[2, 0]", "axis 1"],      line!(), &|| empty.softmax(1)),
        ("log_softmax",  &["[2, 3]", "axis 2"],      line!(), &|| a.log_softmax(2)),
        ("log_softmax",  &["[2, 0]", "axis 1"],      line!(), &|| empty.log_softmax(1)),
        ("reshape",      &["[2, 3]", "[4, 2]", "6"], line!(), &|| a.reshape([4, 2])),
        ("reshape",      &["[2, 3]", "[]"],          line!(), &|| a.reshape([])),
        ("reshape",      &["[2, 0]", "0 elements"],  line!(), &|| empty.reshape([usize::MAX, 2])),
        ("insert_axis",  &["[2, 3]", "axis 3"],      line!(), &|| a.insert_axis(3)),
        ("permute",      &["[2, 3]", "[0]"],         line!(), &|| a.permute([0])),
        ("permute",      &["[2, 3]", "axis 2"],      line!(), &|| a.permute([0, 2])),
        ("permute",      &["axis 1", "[1, 1]"],      line!(), &|| a.permute([1, 1])),
        ("t",            &["[3]", "two axes"],       line!(), &|| v.t()),
        ("broadcast_to", &["[2, 3]", "[2, 4]"],      line!(), &|| a.broadcast_to([2, 4])),
        ("broadcast_to", &["[2, 3]", "[3]"],         line!(), &|| a.broadcast_to([3])),
        ("broadcast_to", &["[2, 3]", "[0, 3]"],      line!(), &|| a.broadcast_to([0, 3])),
        ("slice",        &["[2, 3]", "1 axes"],      line!(), &|| a.slice(s![..])),
        ("slice",        &["[2, 3]", "3 axes"],      line!(), &|| a.slice(s![.., .., 0])),
        ("slice",        &["[2, 3]", "1 axes"],      line!(), &|| a.slice(s![.., NewAxis])),
        ("slice",        &["[2, 3]", "axis 1"],      line!(), &|| a.slice(s![.., 3])),
        ("slice",        &["[2, 3]", "axis 1"],      line!(), &|| a.slice(s![.., -4])),
        ("slice",        &["[2, 3]", "axis 0"],      line!(), &|| a.slice(s![..3, ..])),
        ("slice",        &["[2, 3]", "axis 0"],      line!(), &|| a.slice([no_step, no_step])),
        ("unslice",      &["[2, 3]", "[2, 4]"],      line!(), &|| a.unslice([3, 4], s![1.., ..])),
        ("flip",         &["[2, 3]", "axis 2"],      line!(), &|| a.flip([2])),
        ("flip",         &["axis 1", "[1, 1]"],      line!(), &|| a.flip([1, 1])),
        ("pad",          &["[2, 3]", "1 margins"],   line!(), &|| a.pad([(0, 1)])),
        ("crop",         &["[2, 3]", "1 margins"],   line!(), &|| a.crop([(0, 1)])),
        ("crop",         &["[2, 3]", "axis 1", "(2, 2)"], line!(), &|| a.crop([(0, 1), (2, 2)])),
        ("crop",         &["[2, 3]", "axis 0", "(3, 0)"], line!(), &|| a.crop([(3, 0), (0, 0)])),
        ("index_select", &["[2, 3]", "axis 2"],      line!(), &|| a.index_select(2, &[])),
        ("index_select", &["[2, 3]", "axis 1", "index 1 is 3"], line!(), &|| a.index_select(1, &[0, 3])),
        ("scatter_add",  &["[2, 3]", "axis 2"],      line!(), &|| a.scatter_add(2, 4, &[])),
        ("scatter_add",  &["[2, 3]", "axis 0", "1 indices"], line!(), &|| a.scatter_add(0, 4, &[0])),
        ("scatter_add",  &["[2, 3]", "axis 0", "index 1 is 4"], line!(), &|| a.scatter_add(0, 4, &[0, 4])),
        ("unslice",      &["target is [3, 4, 5]", "2 axes"], line!(), &|| a.unslice([3, 4, 5], s![1.., ..])),
        ("unslice",      &["[3, 4]", "axis 0"],      line!(), &|| a.unslice([3, 4], s![4.., ..])),
        ("concatenate",  &["no tensor"],             line!(), &|| Tensor::concatenate(&[], 0)),
        ("concatenate",  &["[2, 3]", "[2, 4]"],      line!(), &|| Tensor::concatenate(&[&a, &b], 0)),
        ("concatenate",  &["[2, 3]", "[2, 3, 4]"],   line!(), &|| Tensor::concatenate(&[&a, &c], 0)),
        ("concatenate",  &["[2, 3]", "axis 2"],      line!(), &|| Tensor::concatenate(&[&a, &a], 2)),
        ("stack",        &["no tensor"],             line!(), &|| Tensor::stack(&[], 0)),
        ("stack",        &["[2, 3]", "[2, 4]"],      line!(), &|| Tensor::stack(&[&a, &b], 0)),
        ("stack",        &["[2, 3]", "axis 3"],      line!(), &|| Tensor::stack(&[&a, &a], 3)),
        ("matmul",       &["[2, 3]", "[2, 4]"],      line!(), &|| a.matmul(&b)),
        ("matmul",       &["[2, 3]", "[3]"],         line!(), &|| a.matmul(&v)),
        ("matmul",       &["[2, 3, 4]", "[2, 4]"],   line!(), &|| c.matmul(&b)),
        ("matmul",       &["[3]", "[2, 3]"],         line!(), &|| v.matmul(&a)),
        ("matmul",       &["[2, 3, 4]", "[3, 4, 2]"], line!(), &|| c.matmul(&Tensor::zeros([3, 4, 2]))),
        ("matmul",       &["[2, 3, 4]", "[0, 4, 2]"], line!(), &|| c.matmul(&Tensor::zeros([0, 4, 2]))),
        ("linear",       &["[2, 3]", "[2, 4]"],      line!(), &|| a.linear(&b, &v)),
        ("linear",       &["[3]", "[3, 2]", "[2]"],  line!(), &|| a.linear(&a.t(), &v)),
        ("linear",       &["[]", "[3, 2]", "[2]"],   line!(), &|| a.linear(&a.t(), &scalar)),
        ("linear",       &["[2, 4]", "[2, 4, 3]", "matrix"], line!(), &|| b.linear(&c.t(), &v)),
        ("linear",       &["[2, 3, 4]", "[3, 2]"],   line!(), &|| c.linear(&a.t(), &v)),
        ("conv2d",       &["[2, 3]", "four axes"],   line!(), &|| a.conv2d(&kernel, unit)),
        ("conv2d",       &["[2, 3]", "four axes"],   line!(), &|| images.conv2d(&a, unit)),
        ("conv2d",       &["[2, 3, 3, 4]", "[2, 2, 3, 5]", "channels"], line!(), &|| images.conv2d(&Tensor::zeros([2, 2, 3, 5]), unit)),
        ("conv2d",       &["[2, 3, 3, 4]", "[4, 2, 4, 5]", "fit"], line!(), &|| images.conv2d(&Tensor::zeros([4, 2, 4, 5]), unit)),
        ("conv2d",       &["[0, 2, 4, 5]", "extent"], line!(), &|| images.conv2d(&Tensor::zeros([0, 2, 4, 5]), unit)),
        ("conv2d",       &["[2, 2, 4, 5]", "[1, 0]"], line!(), &|| images.conv2d(&kernel, Window { stride: [1, 0], ..unit })),
        ("conv_transpose2d", &["[2, 3]", "four axes"], line!(), &|| a.conv_transpose2d(&kernel, unit, [4, 4])),
        ("conv_transpose2d", &["[2, 3, 3, 4]", "[2, 4, 4, 4]", "[2, 3, 3, 5]"], line!(), &|| images.conv_transpose2d(&kernel, unit, [4, 4])),
        ("conv_transpose2d", &["[2, 3, 3, 5]", "[2, 5, 4, 4]", "[2, 4, 3, 5]"], line!(), &|| Tensor::zeros([2, 3, 3, 5]).conv_transpose2d(&kernel, unit, [5, 4])),
        ("conv2d_bias",  &["[2, 3]", "four axes"],   line!(), &|| a.conv2d_bias(&kernel, &v, unit)),
        ("conv2d_bias",  &["[3]", "[2, 2, 4, 5]", "[5]"], line!(), &|| images.conv2d_bias(&kernel, &v, unit)),
        ("conv_transpose2d_bias", &["[2, 3]", "four axes"], line!(), &|| a.conv_transpose2d_bias(&kernel, &v, unit, [4, 4])),
        ("conv_transpose2d_bias", &["[3]", "[2, 2, 4, 5]", "[4]"], line!(), &|| Tensor::zeros([2, 3, 3, 5]).conv_transpose2d_bias(&kernel, &v, unit, [4, 4])),
        ("conv2d_weight", &["[2, 3]", "four axes"],  line!(), &|| images.conv2d_weight(&a, unit, [2, 2])),
        ("conv2d_weight", &["[2, 3, 3, 4]", "[4, 2, 4, 4]", "fit"], line!(), &|| images.conv2d_weight(&images, unit, [4, 2])),
        ("conv2d_weight", &["z is [2, 3, 3, 4]", "[2, 2, 2, 4]"], line!(), &|| images.conv2d_weight(&images, unit, [2, 2])),
        ("avg_pool2d",   &["[2, 3]", "four axes"],   line!(), &|| a.avg_pool2d([2, 2])),
        ("avg_pool2d",   &["[2, 3, 3, 4]", "[4, 1]"], line!(), &|| images.avg_pool2d([4, 1])),
        ("avg_pool2d",   &["[2, 3, 3, 4]", "[0, 1]"], line!(), &|| images.avg_pool2d([0, 1])),
        ("cholesky",     &["[2, 3]", "columns"],     line!(), &|| a.cholesky()),
        ("cholesky",     &["[3]", "columns"],        line!(), &|| v.cholesky()),
        ("cholesky",     &["[2, 2]", "[]", "pivot 1 = -3;"], line!(), &|| indefinite.cholesky()),
        ("cholesky",     &["[2, 1, 2, 2]", "[1, 0]", "pivot 1 = -3;"], line!(), &|| pair.cholesky()),
        ("cholesky",     &["pivot 0 = 0;"],          line!(), &|| (&eye * 0.0).cholesky()),
        ("cholesky",     &["pivot 0 = NaN;"],        line!(), &|| (&eye * f64::NAN).cholesky()),
        ("log_det",      &["[2, 3]", "columns"],     line!(), &|| a.log_det()),
        ("cholesky",     &["pivot 1 = -3;"],         line!(), &|| indefinite.log_det()),
        ("solve_triangular", &["[2, 3]", "columns"], line!(), &|| a.solve_triangular(&b, Triangle::Lower)),
        ("solve_triangular", &["[2, 2]", "[3]"],     line!(), &|| eye.solve_triangular(&v, Triangle::Lower)),
        ("solve_triangular", &["[2, 2]", "[3, 2]"],  line!(), &|| eye.solve_triangular(&a.t(), Triangle::Upper)),
        ("solve_triangular", &["[3]", "[2]"],        line!(), &|| Tensor::zeros([3, 2, 2]).solve_triangular(&Tensor::zeros([2, 2, 1]), Triangle::Upper)),
        ("triangle",     &["[2, 3]", "columns"],     line!(), &|| a.triangle(Triangle::Upper)),
        ("diagonal",     &["[2, 3]", "columns"],     line!(), &|| a.diagonal()),
        ("diagonal",     &["[]", "columns"],         line!(), &|| scalar.diagonal()),
        ("diagonal_matrix", &["[]", "axis"],         line!(), &|| scalar.diagonal_matrix()),
        ("value_mut",    &["square"],                line!(), &|| { w.square().value_mut(); a.clone() }),
        ("item",         &["[2, 3]"],                line!(), &|| a.item().into()),
        ("item",         &["[2, 0]"],                line!(), &|| empty.item().into()),
        ("grad",         &["[2, 3]"],                line!(), &|| a.grad(&[])[0].clone().unwrap()),
    ];
    for (op, parts, line, call) in mistakes {
        let panic = panic_of(call).unwrap_or_else(|| panic!("{op} {parts:?}, line {line}: no panic"));
        let said = format!("{op} {parts:?}: {}:{}: {}", panic.file, panic.line, panic.message);
        assert!(panic.message.starts_with(&format!("{op}: ")), "op: {said}");
        assert!(parts.iter().all(|part| panic.message.contains(part)), "message: {said}");
        assert_eq!((panic.file.as_str(), panic.line), (file!(), *line), "line: {said}");
    }
}
