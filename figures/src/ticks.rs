//! The numbers beside an axis, and how they are printed.

/// At most eight round numbers, 1, 2 or 5 times a power of ten apart, and not less than `least`.
pub(crate) fn round(low: f64, high: f64, least: f64) -> Vec<(f64, String)> {
    let rough = ((high - low) / 7.0).max(least);
    let power = rough.log10().floor();
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|digit| digit * 10f64.powf(power))
        .into_iter()
        .find(|&step| step >= rough * (1.0 - 1e-9))
        .unwrap_or(rough);
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    let multiples = (0..=((last - first).clamp(0.0, 9.0) as u32)).map(|i| first + f64::from(i));
    multiples.map(|n| (n * step, number(n * step, decimals))).collect()
}

/// Powers of ten, and 2 and 5 times them if no more than eight come of it.
pub(crate) fn decades(low: f64, high: f64) -> Vec<(f64, String)> {
    let ticks = multiples(low, high, &[1.0, 2.0, 5.0]);
    if ticks.len() <= 8 { ticks } else { multiples(low, high, &[1.0]) }
}

/// So many times powers of ten, with every few of the powers where there are more than eight.
fn multiples(low: f64, high: f64, digits: &[f64]) -> Vec<(f64, String)> {
    let [first, last] = [low, high].map(|x| x.log10().floor() as i32);
    let every = (last - first) / 8 + 1;
    (first..=last)
        .filter(|power| power % every == 0)
        .flat_map(|power| digits.iter().map(move |&digit| (digit, power)))
        .map(|(digit, power)| (digit * 10f64.powi(power), label(digit, power)))
        .filter(|&(x, _)| low * (1.0 - 1e-9) <= x && x <= high * (1.0 + 1e-9))
        .collect()
}

/// 0.01, 5,000, 10⁶, 2·10⁻⁵.
fn label(digit: f64, power: i32) -> String {
    if (-3..=5).contains(&power) {
        return number(digit * 10f64.powi(power), (-power).max(0) as usize);
    }
    let ten = format!("10{}", superscript(power));
    if digit == 1.0 { ten } else { format!("{digit}·{ten}") }
}

fn superscript(power: i32) -> String {
    let raised = |letter: char| match letter {
        '-' => '⁻',
        digit => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize - '0' as usize],
    };
    power.to_string().chars().map(raised).collect()
}

/// A number as it is printed in a book: a true minus, and commas in five or more digits.
pub(crate) fn number(x: f64, decimals: usize) -> String {
    let plain = format!("{:.decimals$}", x.abs());
    let (whole, fraction) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut text = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if whole.len() > 4 && i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    let zero = plain.chars().all(|letter| matches!(letter, '0' | '.'));
    format!("{}{text}{fraction}", if x < 0.0 && !zero { "−" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_printed_as_in_a_book() {
        assert_eq!(number(-0.0001, 2), "0.00");
        assert_eq!(number(-12_345.5, 1), "−12,345.5");
        assert_eq!(number(1_000_000.0, 0), "1,000,000");
        assert_eq!(number(1000.0, 0), "1000");
    }
}
