//! The numbers beside an axis, and how numbers are printed.

/// Round numbers from `low` to `high`, 1, 2 or 5 times a power of ten apart, at most `most` intervals of them.
pub fn round(low: f64, high: f64, most: usize) -> Vec<(f64, String)> {
    let rough = (high - low) / most as f64;
    let power = 10f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    let step = step.into_iter().find(|&step| step >= rough * (1.0 - 1e-9)).unwrap_or(rough);
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let [first, last] = [(low / step - 1e-9).ceil(), (high / step + 1e-9).floor()];
    let multiples =
        (0..=(last - first).clamp(0.0, most as f64) as u32).map(|i| first + f64::from(i));
    multiples.map(|n| (n * step, number(n * step, decimals))).collect()
}

/// A number with a true minus.
pub fn number(x: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", x.abs());
    let is_zero = text.chars().all(|letter| matches!(letter, '0' | '.'));
    if x < 0.0 && !is_zero { format!("−{text}") } else { text }
}

/// The name of a latent dimension, counted from 0: z₁ is the first.
pub fn name(dimension: usize) -> String {
    let digits = (dimension + 1).to_string();
    let lowered = digits.bytes().map(|digit| {
        char::from_u32('₀' as u32 + u32::from(digit - b'0'))
            .expect("the ten digits follow each other")
    });
    format!("z{}", lowered.collect::<String>())
}
