//! Colors that all eyes can tell apart.

use plotters::style::RGBColor;

/// Text, axes and outlines.
pub(crate) const INK: RGBColor = RGBColor(50, 50, 50);

/// Ten colors: the first eight are those of Okabe & Ito 2008, *Color Universal Design*; brown and indigo keep
/// their distance from them for normal, protanopic and deuteranopic eyes.
pub(crate) const TEN: [RGBColor; 10] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(0, 0, 0),
    RGBColor(240, 228, 66),
    RGBColor(123, 63, 0),
    RGBColor(51, 34, 136),
];

/// Where each color of a line is in [`TEN`]: yellow is too pale for one.
const LINES: [usize; 7] = [0, 3, 2, 4, 1, 5, 6];

/// The color of line or group `i`.
pub(crate) fn line(i: usize) -> RGBColor {
    TEN[LINES[i % LINES.len()]]
}

/// The color, two parts in five, on white.
pub(crate) fn pale(RGBColor(r, g, b): RGBColor) -> RGBColor {
    let [r, g, b] = [r, g, b].map(|channel| 255 - (255 - channel) / 5 * 2);
    RGBColor(r, g, b)
}

/// The shade of an amount from 0, white, to 1: by sky blue and blue to a blue that is nearly black.
pub(crate) fn shade(amount: f64) -> RGBColor {
    let stops = [RGBColor(255, 255, 255), TEN[5], TEN[0], RGBColor(8, 24, 58)];
    let place = amount.clamp(0.0, 1.0) * 3.0;
    let first = (place as usize).min(2);
    let (RGBColor(r, g, b), RGBColor(s, h, c)) = (stops[first], stops[first + 1]);
    let blend = |from: u8, to: u8| {
        (f64::from(from) + (f64::from(to) - f64::from(from)) * (place - first as f64)).round() as u8
    };
    RGBColor(blend(r, s), blend(g, h), blend(b, c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What dichromats see, in linear light: Machado, Oliveira & Fernandes 2009, severity 1.
    const EYES: [[[f64; 3]; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]],
        [[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]],
    ];
    const XYZ: [[f64; 3]; 3] =
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]];

    fn times(m: [[f64; 3]; 3], v: [f64; 3]) -> [f64; 3] {
        m.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum())
    }

    /// CIELAB coordinates, in which distances are what is seen; about 2 can be told apart side by side.
    fn lab(RGBColor(r, g, b): RGBColor, eye: [[f64; 3]; 3]) -> [f64; 3] {
        let linear = [r, g, b].map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        });
        let [x, y, z] = times(XYZ, times(eye, linear).map(|c| c.clamp(0.0, 1.0)));
        let [x, y, z] = [x / 0.95047, y, z / 1.08883]
            .map(|t| if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 });
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    #[test]
    fn ten_colors_differ_for_all_eyes() {
        for eye in EYES {
            for (i, &a) in TEN.iter().enumerate() {
                for &b in &TEN[..i] {
                    let (p, q) = (lab(a, eye), lab(b, eye));
                    let distance = (0..3).map(|i| (p[i] - q[i]).powi(2)).sum::<f64>().sqrt();
                    assert!(distance > 15.0, "{a:?} and {b:?} are {distance:.1} apart");
                }
            }
        }
    }

    /// More is darker, for all eyes, and equal steps of amount can be told apart.
    #[test]
    fn shades_grow_darker() {
        assert_eq!([shade(-1.0), shade(0.0)], [RGBColor(255, 255, 255); 2]);
        assert_eq!(shade(1.0), shade(7.0));
        for eye in EYES {
            let lightness: Vec<_> =
                (0..=10).map(|i| lab(shade(f64::from(i) / 10.0), eye)[0]).collect();
            let step = |pair: &[f64]| pair[0] - pair[1];
            assert!(lightness.windows(2).map(step).all(|step| step > 5.0), "{lightness:?}");
        }
    }

    #[test]
    fn lines_have_the_colors_of_old() {
        assert_eq!(line(0), RGBColor(0, 114, 178));
        assert_eq!(line(7), line(0));
        assert_eq!(pale(RGBColor(255, 255, 255)), RGBColor(255, 255, 255));
        assert_eq!(pale(RGBColor(0, 0, 0)), RGBColor(153, 153, 153));
    }
}
