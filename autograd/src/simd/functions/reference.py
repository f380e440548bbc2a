"""Writes reference.csv: the functions in double precision, each correctly rounded.

    python3 reference.py > reference.csv        needs mpmath

One row per argument: name, x, f(x), as the bits of an f64 in hexadecimal. The arguments are spread
over all magnitudes that matter to the function, with both signs.
"""

import random
import struct

from mpmath import mp, mpf

mp.dps = 400
random.seed(1)


def magnitudes(low, high, count):
    return [random.uniform(1, 2) * 2.0 ** random.randint(low, high) for _ in range(count)]


def both(numbers):
    return [sign * x for x in numbers for sign in (1, -1)]


WIDE = both(magnitudes(-60, 9, 60) + [random.uniform(0, 3) for _ in range(60)])
POSITIVE = magnitudes(-1060, 1000, 60) + [random.uniform(0.4, 2.5) for _ in range(120)]

FUNCTIONS = {
    "exp": (mp.exp, WIDE + [709.5, -744.0, -710.0]),
    "exp_m1": (mp.expm1, WIDE + [709.5]),
    "ln": (mp.log, POSITIVE),
    "ln_1p": (mp.log1p, POSITIVE + [-x for x in magnitudes(-60, -2, 60) + magnitudes(-1, -1, 60)]),
    "tanh": (mp.tanh, WIDE),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), WIDE + [-740.0]),
    "softplus": (lambda x: mp.log1p(mp.exp(x)), WIDE + [-740.0]),
}


def rounded(x):
    """The nearest double, subnormal or infinite too; Python's own conversion rounds once."""
    if x == 0:
        return 0.0
    sign, mantissa, exponent, _ = x._mpf_
    value = int(mantissa)
    numerator, denominator = (value << exponent, 1) if exponent >= 0 else (value, 1 << -exponent)
    try:
        result = numerator / denominator
    except OverflowError:
        result = float("inf")
    return -result if sign else result


def bits(x):
    return struct.pack(">d", x).hex()


for name, (f, arguments) in FUNCTIONS.items():
    for x in arguments:
        print(f"{name},{bits(x)},{bits(rounded(f(mpf(x))))}")
