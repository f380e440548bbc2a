//! Every operation of every instruction set of this machine against the same in plain numbers.

use super::{Isa, Lanes, Pair, Routine, Vector};
use crate::Float;

/// Applies each operation to two vectors' worth of (x, y, z), and checks it lane by lane: a first vector of these, and a second
/// of (y, z, x).
struct Operations<'a, T> {
    lanes: [&'a [T]; 3],
    fused: bool,
}

impl<T: Float> Operations<'_, T> {
    /// Asserts that lane i of `actual` is `expected(xᵢ, yᵢ, zᵢ)`, bit for bit or both NaN.
    #[inline(always)]
    fn check<V: Vector<Element = T>>(
        &self,
        name: &str,
        actual: Pair<V>,
        expected: impl Fn(f64, f64, f64) -> f64,
    ) {
        let mut lanes = vec![T::NAN; 2 * V::LANES];
        // SAFETY: `lanes` holds all lanes.
        unsafe { actual.store(lanes.as_mut_ptr()) };
        for (i, &lane) in lanes.iter().enumerate() {
            let mut numbers = self.lanes.map(|numbers| numbers[i % V::LANES].as_f64());
            numbers.rotate_left(i / V::LANES);
            let [x, y, z] = numbers;
            let expected = T::from_f64(expected(x, y, z));
            let same = lane == expected && (lane.as_f64().signum() == expected.as_f64().signum());
            assert!(
                same || (lane.is_nan() && expected.is_nan()),
                "{name}({x}, {y}, {z}) is {lane}, not {expected}, with {} lanes",
                V::LANES
            );
        }
    }
}

impl<T: Float> Routine<T> for Operations<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        // SAFETY: the machine has this instruction set, and every slice has 16 numbers.
        let [x, y, z] = self.lanes.map(|numbers| unsafe { V::load(numbers.as_ptr()) });
        let [x, y, z] = [Pair(x, y), Pair(y, z), Pair(z, x)];
        self.check("add", x + y, |x, y, _| x + y);
        self.check("sub", x - y, |x, y, _| x - y);
        self.check("mul", x * y, |x, y, _| x * y);
        self.check("div", x / y, |x, y, _| x / y);
        self.check("neg", -x, |x, _, _| -x);
        self.check("abs", x.abs(), |x, _, _| x.abs());
        self.check("sqrt", x.sqrt(), |x, _, _| x.sqrt());
        self.check("round", x.round(), |x, _, _| x.round_ties_even());
        self.check("max", x.max(y), |x, y, _| if x > y { x } else { y });
        self.check("min", x.min(y), |x, y, _| if x < y { x } else { y });
        let fused = self.fused;
        self.check("mul_add", x.mul_add(y, z), move |x, y, z| {
            if fused { x.mul_add(y, z) } else { T::from_f64(x * y).as_f64() + z }
        });
        self.check("fused_mul_add", x.fused_mul_add(y, z), |x, y, z| x.mul_add(y, z));
        self.check("lt", x.select(x.lt(y), z), |x, y, z| if x < y { x } else { z });
        self.check("le", x.select(x.le(y), z), |x, y, z| if x <= y { x } else { z });
        self.check("eq", x.select(x.eq(y), z), |x, y, z| if x == y { x } else { z });
        let sign = x.like(-T::zero());
        // Which sign a NaN has is not specified.
        let [p, q] = [x, y].map(|v| v.select(v.eq(v), v.like(T::one())));
        let sign_of = |x: f64| if x.is_nan() { 1.0 } else { 1f64.copysign(x) };
        self.check("and, or", (p & sign) | y.abs(), |x, y, _| y.abs() * sign_of(x));
        self.check("xor", x ^ (q & sign), |x, y, _| x * sign_of(y));
        let bits = |x: f64| T::from_f64(x);
        self.check("add_bits", x.abs().add_bits(x.like(bits(0.0))), |x, _, _| x.abs());
        self.check("sub_bits", x.add_bits(y).sub_bits(y), |x, _, _| x);
        self.check("each", x.each(|x| x + x), |x, _, _| x + x);
        self.check("like", x.like(T::one()), |_, _, _| 1.0);
    }
}

const NUMBERS: [f64; 16] =
    [1.0, -2.5, 0.0, 3.5, -0.0, 1e-3, -7.25, 0.5, -0.5, 1e10, -1.5, 2.0, 123.456, -1e-20, 4.0, 9.0];

fn operations<T: Float>() {
    let special = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.0, f64::NAN, -0.0, 0.0, -1.0];
    let mut rows = vec![NUMBERS.to_vec()];
    rows.push(special.iter().cycle().take(16).copied().collect());
    for isa in Isa::available() {
        for row in &rows {
            for shift in 0..16 {
                let rotated = |by: usize| -> Vec<T> {
                    (0..16).map(|i| T::from_f64(row[(i + by) % 16])).collect()
                };
                let [x, y, z] = [rotated(0), rotated(shift), rotated(2 * shift + 1)];
                let fused = isa.name() != "portable";
                isa.run(Operations { lanes: [&x, &y, &z], fused });
            }
        }
    }
}

#[test]
fn operations_act_lane_by_lane() {
    operations::<f32>();
    operations::<f64>();
}

/// 2ⁿ, and e and m of a number 2ᵉ m.
struct Exponents<T>(i32, T);

impl<T: Float> Routine<T> for Exponents<T> {
    type Output = [T; 3];

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> [T; 3] {
        let mut lanes = [[T::NAN; 16]; 3];
        // SAFETY: the machine has this instruction set; no vector has more than 16 lanes.
        unsafe {
            V::splat(T::from_f64(self.0.into())).pow2().store(lanes[0].as_mut_ptr());
            let (e, m) = V::splat(self.1).split();
            e.store(lanes[1].as_mut_ptr());
            m.store(lanes[2].as_mut_ptr());
        }
        lanes.map(|lanes| lanes[V::LANES - 1])
    }
}

/// Over all normal exponents, `least` and up; numbers are split below them too.
fn exponents<T: Float>(least: i32) {
    // `powi` need not be exact.
    let normal = |n: i32| f64::from_bits(((1023 + n) as u64) << 52);
    let two = |n: i32| T::from_f64(normal(n / 2) * normal(n - n / 2));
    let step = T::ROOT_HALF + T::ROOT_HALF;
    let ulp = T::one() / T::ONE_PER_BIT;
    let mantissas = [1.0, 1.25, (step - ulp).as_f64(), step.as_f64(), 1.75, 2.0 - ulp.as_f64()];
    for isa in Isa::available() {
        for n in least..2 - least {
            for c in mantissas.map(T::from_f64) {
                let (e, m) = if c < step { (n, c) } else { (n + 1, c / two(1)) };
                let expected = [two(n), T::from_f64(e.into()), m];
                assert_eq!(isa.run(Exponents(n, two(n) * c)), expected, "{isa}, 2^{n} * {c}");
            }
        }
        for n in least - T::MANTISSA_BITS as i32..least {
            let [_, e, m] = isa.run(Exponents(0, two(n)));
            assert_eq!([e, m], [T::from_f64(n.into()), T::one()], "{isa}, 2^{n}");
        }
        let split = |x: T| isa.run(Exponents(0, x));
        assert_eq!(split(T::zero())[1], T::NEG_INFINITY, "{isa}");
        assert_eq!(split(-T::zero())[1], T::NEG_INFINITY, "{isa}");
        let [_, e, m] = split(-T::NEG_INFINITY);
        assert!(e == -T::NEG_INFINITY && m.as_f64().is_finite(), "{isa}: {e} and {m}");
        for x in [-T::one(), T::NEG_INFINITY, T::NAN] {
            let [_, e, m] = split(x);
            assert!(e.is_nan() || m.is_nan(), "{isa}: {e} and {m} of {x}");
        }
    }
}

#[test]
fn exponents_are_exact() {
    exponents::<f32>(-126);
    exponents::<f64>(-1022);
}

/// Copies the first `count` numbers by a partial load and a partial store.
struct Partial<'a, T> {
    from: &'a [T],
    to: &'a mut [T],
    count: usize,
}

impl<T: Float> Routine<T> for Partial<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) {
        let count = self.count.min(V::LANES);
        // SAFETY: the machine has this instruction set; both slices hold `count` numbers and, for
        // the full store, 16 beyond the first 16.
        unsafe {
            let x = V::load_partial(self.from.as_ptr(), count);
            x.store_partial(self.to.as_mut_ptr(), count);
            x.store(self.to.as_mut_ptr().add(16));
        }
        for i in 0..16 {
            let copied = if i < count { self.from[i] } else { T::zero() - T::one() };
            assert_eq!(self.to[i], copied, "store_partial of {count}, lane {i}");
            if i < V::LANES {
                let loaded = if i < count { self.from[i] } else { T::zero() };
                assert_eq!(self.to[16 + i], loaded, "load_partial of {count}, lane {i}");
            }
        }
    }
}

fn partial<T: Float>() {
    let from: Vec<T> = (1..=16).map(|i| T::from_f64(i as f64)).collect();
    for isa in Isa::available() {
        for count in 0..=16 {
            let mut to = vec![-T::one(); 32];
            isa.run(Partial { from: &from[..count.max(1)], to: &mut to, count });
        }
    }
}

#[test]
fn partial_loads_and_stores_touch_nothing_else() {
    partial::<f32>();
    partial::<f64>();
}

#[test]
fn force_holds_for_the_closure_alone() {
    let outside = Isa::current();
    for isa in Isa::available() {
        assert_eq!(isa.force(Isa::current), isa);
        assert_eq!(Isa::current(), outside);
    }
}

/// Transposes one block, LANES × LANES, out of a matrix of 20 columns.
struct Transpose<'a, T> {
    from: &'a [T],
    to: &'a mut [T],
}

impl<T: Float> Routine<T> for Transpose<'_, T> {
    type Output = usize;

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> usize {
        // SAFETY: the machine has this instruction set; both slices hold 16 steps and LANES ≤ 16.
        unsafe { V::transpose(self.from.as_ptr(), 20, self.to.as_mut_ptr(), 17) };
        V::LANES
    }
}

fn transpose<T: Float>() {
    let from: Vec<T> = (1..=320).map(|i| T::from_f64(i as f64)).collect();
    for isa in Isa::available() {
        let mut to = vec![T::from_f64(0.0); 17 * 16];
        let lanes = isa.run(Transpose { from: &from, to: &mut to });
        for i in 0..16 {
            for j in 0..17 {
                let inside = i < lanes && j < lanes;
                let expected = if inside { from[20 * j + i] } else { T::from_f64(0.0) };
                assert_eq!(to[17 * i + j], expected, "{isa}: row {i}, column {j}");
            }
        }
    }
}

#[test]
fn transpose_moves_columns_to_rows() {
    transpose::<f32>();
    transpose::<f64>();
}

/// Adds pairs of lanes of two vectors.
struct AddPairs<'a, T> {
    from: &'a [T],
    to: &'a mut [T],
}

impl<T: Float> Routine<T> for AddPairs<'_, T> {
    type Output = usize;

    #[inline(always)]
    unsafe fn run<V: Vector<Element = T>>(self) -> usize {
        // SAFETY: the machine has this instruction set; the slices hold two vectors and one, and LANES ≤ 16.
        unsafe {
            let (x, y) = (V::load(self.from.as_ptr()), V::load(self.from[V::LANES..].as_ptr()));
            x.add_pairs(y).store(self.to.as_mut_ptr());
        }
        V::LANES
    }
}

fn add_pairs<T: Float>() {
    let from: Vec<T> = (0..32).map(|i| T::from_f64((i * i) as f64)).collect();
    for isa in Isa::available() {
        let mut to = [T::from_f64(0.0); 16];
        let lanes = isa.run(AddPairs { from: &from, to: &mut to });
        for i in 0..lanes {
            assert_eq!(to[i], from[2 * i] + from[2 * i + 1], "{isa}: lane {i}");
        }
    }
}

#[test]
fn add_pairs_adds_neighbors_in_order() {
    add_pairs::<f32>();
    add_pairs::<f64>();
}
