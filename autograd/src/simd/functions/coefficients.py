"""Writes coefficients.rs: minimax polynomials for the functions beside it.

    python3 coefficients.py > coefficients.rs        needs mpmath

Each polynomial P minimizes the largest |w (P − f)| on an interval [a, b]: f is the part of a function
that is left when its exact leading terms are taken out, and w puts the error in relation to the function
itself. Remez' exchange: on n + 2 points solve w (P − f) = ±E with alternating signs, move the points to
where the error is largest, repeat until it is level.
"""

import struct

from mpmath import mp, mpf

mp.dps = 60


def remez(f, w, a, b, degree, rounds=12):
    """Coefficients, lowest first, and the largest weighted error."""
    n = degree + 2
    points = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]
    grid = [(a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * i / (40 * n)) for i in range(40 * n + 1)]
    grid = [(x, f(x), w(x)) for x in grid]
    for _ in range(rounds):
        system = mp.matrix(n, n)
        values = mp.matrix(n, 1)
        for i, x in enumerate(points):
            for k in range(degree + 1):
                system[i, k] = x**k
            system[i, n - 1] = (-1) ** i / w(x)
            values[i] = f(x)
        solution = mp.lu_solve(system, values)
        c = [solution[k] for k in range(degree + 1)]
        error = [(weight * (mp.polyval(c[::-1], x) - y), x) for x, y, weight in grid]
        # One point for each run of errors of one sign: where the error is largest.
        runs = []
        for e, x in error:
            if runs and (runs[-1][0] > 0) == (e > 0):
                runs[-1] = max(runs[-1], (e, x), key=lambda t: abs(t[0]))
            else:
                runs.append((e, x))
        while len(runs) > n:
            runs.pop(0 if abs(runs[0][0]) < abs(runs[-1][0]) else -1)
        if len(runs) < n:
            break
        points = [x for _, x in runs]
    return c, max(abs(e) for e, _ in error)


def literal(x, kind):
    """The shortest decimal that reads as the f32 or f64 nearest to x."""
    if kind == "f64":
        return repr(float(x))
    single = struct.unpack("f", struct.pack("f", float(x)))[0]
    for digits in range(1, 10):
        text = f"{single:.{digits}g}"
        if struct.unpack("f", struct.pack("f", float(text)))[0] == single:
            return repr(float(text))


def leading_bits(x, bits):
    """x rounded to so many bits: times a small integer it is exact."""
    _, exponent = mp.frexp(x)
    return mp.nint(mp.ldexp(x, bits - exponent)) * mpf(2) ** (exponent - bits)


def series(f, at_zero, x):
    """f(x), or its limit at 0, near which f cancels."""
    return at_zero if abs(x) < mpf("1e-15") else f(x)


LN2 = mp.log(2)
ROOT = mp.sqrt(2)


def exp_tail(x):
    return series(lambda x: (mp.expm1(x) - x) / x**2, mpf(1) / 2, x)


def ln_tail(f):
    return series(lambda f: (mp.log1p(f) - f) / f**2, -mpf(1) / 2, f)


def tanh_tail(r):
    return series(lambda r: (mp.expm1(-2 * r) / 2 + r) / r**2, mpf(1), r)


def tanh_numerator(r):
    """1 − e^−2x, for the least x ≥ 0 that has this r."""
    return -mp.expm1(-2 * r) if r > 0 else 1 - mp.exp(-2 * r) / 2


def erfc_exponent(x):
    return series(lambda x: mp.log(mp.erfc(x)) / x + 1, 1 - 2 / mp.sqrt(mp.pi), x)


def normal_tail(z):
    slope = series(lambda z: mp.erf(mp.sqrt(z / 2)) / mp.sqrt(z) / 2, 1 / mp.sqrt(2 * mp.pi), z)
    return mpf(1) / 2 - slope


def ln_1p_ratio(u):
    t = u + mpf(1) / 2
    return series(lambda t: mp.log1p(t) / t - 1, mpf(0), t)


def mills(t, kind):
    b, c = MILLS[kind]
    a = (b + c * t) / (1 - t)
    return mp.erfc(a / mp.sqrt(2)) * mp.exp(a * a / 2) * 2 * a - 1


MILLS = {"f32": (mpf("2.25"), 3), "f64": (mpf("3.75"), 5)}
GELU_ZERO = {"f32": mpf("14.5"), "f64": mpf("38.6")}
KINDS = {
    # bits of an exponent, of a mantissa, and where eˣ has certainly under- or overflown
    "f32": (8, 24, -104, 89),
    "f64": (11, 53, -746, 710),
}

# name: what it is, value for an element type
CONSTANTS = {
    "LN2_HIGH": ("ln 2 to so many bits that its product with an exponent is exact", lambda kind: ln2_high(kind)),
    "LN2_LOW": ("ln 2 − LN2_HIGH", lambda kind: LN2 - ln2_high(kind)),
    "EXP_LOW": ("eˣ is 0 from here down", lambda kind: KINDS[kind][2]),
    "EXP_HIGH": ("eˣ is ∞ from here up", lambda kind: KINDS[kind][3]),
    "EXP_M1_LOW": ("eˣ − 1 rounds to −1 from here down", lambda kind: -18 if kind == "f32" else -38),
    "ROOT_HALF": ("√½", lambda kind: mp.sqrt(mpf(1) / 2)),
    "ERF_ONE": ("erf x rounds to 1 from here up", lambda kind: 4 if kind == "f32" else 6),
    "GELU_ZERO": ("x Φ(−x) rounds to 0 from here up", lambda kind: GELU_ZERO[kind]),
    "MILLS_B": ("The b of MILLS", lambda kind: MILLS[kind][0]),
    "MILLS_C": ("The c of MILLS", lambda kind: MILLS[kind][1]),
    "TANH_ONE": ("tanh x rounds to 1 from here up", lambda kind: 10 if kind == "f32" else 20),
}


def ln2_high(kind):
    exponent, mantissa, _, _ = KINDS[kind]
    return leading_bits(LN2, mantissa - exponent)


def mills_interval(kind):
    b, c = MILLS[kind]
    return [(a - b) / (a + c) for a in (mpf("0.899"), GELU_ZERO[kind])]


# name: what it is, f, w, interval, degree in f32, degree in f64
POLYNOMIALS = {
    "EXP": (
        "(eʳ − 1 − r) / r² on |r| ≤ ½ ln 2, relative to eʳ − 1 at the ends",
        exp_tail,
        lambda r: LN2 / 2 * series(lambda r: r / mp.expm1(r), mpf(1), r),
        (-LN2 * mpf("0.5001"), LN2 * mpf("0.5001")),
        (4, 10),
    ),
    "EXP_WIDE": (
        "(eʳ − 1 − r) / r² on |r| ≤ ln 2, relative to eʳ",
        exp_tail,
        lambda r: (r**2 + mpf("1e-9")) / mp.exp(r),
        (-LN2 * mpf("1.0001"), LN2 * mpf("1.0001")),
        (5, 11),
    ),
    "LN": (
        "(ln(1 + f) − f) / f² on √½ − 1 ≤ f ≤ √2 − 1, relative to ln(1 + f)",
        ln_tail,
        lambda f: series(lambda f: f**2 / mp.log1p(f), mpf(0), f) + mpf("1e-9"),
        (1 / ROOT - 1, ROOT - 1),
        (8, 19),
    ),
    "TANH": (
        "((e⁻²ʳ − 1) / 2 + r) / r² on |r| ≤ ¼ ln 2, relative to 1 − e⁻²ˣ",
        tanh_tail,
        lambda r: 2 * (r**2 + mpf("1e-9")) / (tanh_numerator(r) + mpf("1e-4")),
        (-LN2 * mpf("0.25005"), LN2 * mpf("0.25005")),
        (5, 10),
    ),
    "LN_1P": (
        "ln(1 + t) / t − 1 as a function of t − ½, for 0 ≤ t ≤ 1",
        ln_1p_ratio,
        lambda u: 1 / (1 + ln_1p_ratio(u)),
        (-mpf(1) / 2, mpf(1) / 2),
        (9, 20),
    ),
    "ERFC": (
        "ln(1 − erf x) / x + 1 on 0 ≤ x ≤ 4 or 6, in its effect relative to erf x",
        erfc_exponent,
        lambda x: series(lambda x: x * mp.erfc(x) / mp.erf(x), mp.sqrt(mp.pi) / 2, x),
        {"f32": (mpf(0), mpf(4)), "f64": (mpf(0), mpf("5.95"))},
        (8, 24),
    ),
    "MILLS": (
        "4 a Φ(−a) exp(a²/2) − 1 as a function of (a − b)/(a + c), for 0.9 ≤ a ≤ 14.5 or 38.6",
        mills,
        lambda u, kind: 1 / (1 + mills(u, kind)),
        {kind: mills_interval(kind) for kind in KINDS},
        (8, 22),
    ),
    "NORMAL": (
        "(1 − a − 2 Φ(−a)) / a as a function of y = −a²/2 for a ≤ 0.9, relative to 2 Φ(−0.9)",
        lambda y: -2 * normal_tail(-2 * y),
        lambda y: mpf(5) / 2,
        (-mpf("0.4055"), mpf(0)),
        (4, 10),
    ),
}


def of_kind(f, kind):
    """A function that differs by element type takes the type as its second argument."""
    return f if f.__code__.co_argcount == 1 else lambda x: f(x, kind)


def main():
    values = {kind: [] for kind in KINDS}
    print("//! Written by coefficients.py, which tells how.")
    print("#![allow(clippy::approx_constant, clippy::excessive_precision)]\n")
    print("/// The constants of the functions in this folder, polynomials with the lowest power first.")
    print("pub trait Coefficients: Sized + 'static {")
    for name, (what, value) in CONSTANTS.items():
        print(f"    /// {what}.\n    const {name}: Self;")
        for kind in KINDS:
            values[kind].append(f"    const {name}: {kind} = {literal(value(kind), kind)};")
    for name, (what, f, w, interval, degrees) in POLYNOMIALS.items():
        errors = []
        for kind, degree in zip(KINDS, degrees):
            a, b = interval[kind] if isinstance(interval, dict) else interval
            c, error = remez(of_kind(f, kind), of_kind(w, kind), a, b, degree)
            errors.append(mp.nstr(mp.log(error, 2), 3))
            numbers = "".join(f"        {literal(x, kind)},\n" for x in c)
            values[kind].append(f"    const {name}: &[{kind}] = &[\n{numbers}    ];")
        print(f"    /// {what}:")
        print(f"    /// of degree {degrees[0]} and {degrees[1]}, within 2^{errors[0]} and 2^{errors[1]}.")
        print(f"    const {name}: &[Self];")
    print("}")
    for kind in KINDS:
        print(f"\nimpl Coefficients for {kind} {{")
        print("\n".join(values[kind]))
        print("}")


if __name__ == "__main__":
    main()
