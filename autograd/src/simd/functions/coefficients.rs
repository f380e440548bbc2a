//! Written by coefficients.py, which tells how.
#![allow(clippy::approx_constant, clippy::excessive_precision)]

/// The constants of the functions in this folder, polynomials with the lowest power first.
pub trait Coefficients: Sized + 'static {
    /// ½ log₂ e.
    const HALF_LOG2_E: Self;
    /// ln 2 to so many bits that its product with an exponent is exact.
    const LN2_HIGH: Self;
    /// ln 2 − LN2_HIGH.
    const LN2_LOW: Self;
    /// eˣ is 0 from here down.
    const EXP_LOW: Self;
    /// eˣ is ∞ from here up.
    const EXP_HIGH: Self;
    /// √½.
    const ROOT_HALF: Self;
    /// tanh x rounds to 1 from here up.
    const TANH_ONE: Self;
    /// (eʳ − 1 − r) / r² on |r| ≤ ln 2, relative to eʳ − 1 at the ends:
    /// of degree 6 and 12, within 2^-28.7 and 2^-59.7.
    const EXP: &[Self];
    /// (ln(1 + f) − f + f²/2) / f³ on √½ − 1 ≤ f ≤ √2 − 1, relative to ln(1 + f):
    /// of degree 7 and 18, within 2^-27.4 and 2^-56.6.
    const LN: &[Self];
    /// (tanh x − x) / x³ as a function of z = x² ≤ 0.55², relative to tanh x:
    /// of degree 4 and 10, within 2^-29.8 and 2^-60.5.
    const TANH: &[Self];
}

impl Coefficients for f32 {
    const HALF_LOG2_E: f32 = 0.7213475;
    const LN2_HIGH: f32 = 0.69314575;
    const LN2_LOW: f32 = 1.4286068e-06;
    const EXP_LOW: f32 = -104.0;
    const EXP_HIGH: f32 = 89.0;
    const ROOT_HALF: f32 = 0.70710677;
    const TANH_ONE: f32 = 10.0;
    const EXP: &[f32] =
        &[0.5, 0.1666667, 0.041666634, 0.008332784, 0.0013890237, 0.00020072392, 2.4768246e-05];
    const LN: &[f32] = &[
        0.3333333,
        -0.25000823,
        0.20001228,
        -0.16623358,
        0.1420173,
        -0.13160151,
        0.12761736,
        -0.07634766,
    ];
    const TANH: &[f32] = &[-0.33333316, 0.13332576, -0.05385117, 0.021066653, -0.00626669];
}

impl Coefficients for f64 {
    const HALF_LOG2_E: f64 = 0.7213475204444817;
    const LN2_HIGH: f64 = 0.6931471805598903;
    const LN2_LOW: f64 = 5.497923018708371e-14;
    const EXP_LOW: f64 = -746.0;
    const EXP_HIGH: f64 = 710.0;
    const ROOT_HALF: f64 = 0.7071067811865476;
    const TANH_ONE: f64 = 20.0;
    const EXP: &[f64] = &[
        0.5,
        0.16666666666666663,
        0.041666666666666734,
        0.00833333333333502,
        0.0013888888888872585,
        0.00019841269838430297,
        2.4801587315287843e-05,
        2.7557321267221337e-06,
        2.755731427048215e-07,
        2.505139513589178e-08,
        2.0877466695651518e-09,
        1.6178328270255738e-10,
        1.1464968834156865e-11,
    ];
    const LN: &[f64] = &[
        0.3333333333333314,
        -0.24999999999987976,
        0.20000000000066603,
        -0.16666666669825622,
        0.14285714280093395,
        -0.12499999691463987,
        0.11111111147480922,
        -0.10000015205462125,
        0.0909092393067314,
        -0.08332913556506544,
        0.07691529851853904,
        -0.07149439347024351,
        0.0668458867871791,
        -0.061966792051208586,
        0.05668380538365741,
        -0.056777835940378704,
        0.06503483408598726,
        -0.05981698539768861,
        0.02615095837047476,
    ];
    const TANH: &[f64] = &[
        -0.333333333333333,
        0.1333333333332639,
        -0.053968253963622335,
        0.021869488381790526,
        -0.008863232533064784,
        0.0035920913218585307,
        -0.0014555381679813104,
        0.0005884247677047118,
        -0.00023333019643107712,
        8.324111620951289e-05,
        -1.9447138838784127e-05,
    ];
}
