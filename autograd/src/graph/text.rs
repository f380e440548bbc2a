//! Numbers, tensors and columns as text.

use ndarray::{ArrayViewD, Axis};

use crate::{Float, Tensor};

/// Tensors of more elements are abbreviated,
const FULL: usize = 8;
/// to this many.
const FIRST: usize = 3;

/// 12 as ₁₂.
pub(super) fn subscript(number: usize) -> String {
    let digits = number.to_string().into_bytes();
    digits
        .into_iter()
        .map(|digit| char::from_u32(0x2080 + u32::from(digit - b'0')).expect("a digit"))
        .collect()
}

/// A number with four digits.
pub(super) fn number(x: f64) -> String {
    let rounded = format!("{x:.3e}").parse::<f64>().expect("a number") + 0.0; // −0 + 0 = 0
    let plain = rounded == 0.0 || !rounded.is_finite() || (1e-4..1e6).contains(&rounded.abs());
    let text = if plain { rounded.to_string() } else { format!("{rounded:e}") };
    text.replace('-', "−")
}

/// The elements in brackets; of many, the first and the norm.
pub(super) fn elements<T: Float>(x: &Tensor<T>) -> String {
    if x.len() <= FULL {
        return nested(x.value());
    }
    let value = x.value();
    let elements = || value.iter().map(|x| x.as_f64());
    let first: Vec<_> = elements().take(FIRST).map(number).collect();
    let norm = elements().map(|x| x * x).sum::<f64>().sqrt();
    format!("[{}, …], norm {}", first.join(", "), number(norm))
}

fn nested<T: Float>(x: ArrayViewD<'_, T>) -> String {
    let rank = x.ndim();
    match x.first() {
        None => "[]".into(),
        Some(x) if rank == 0 => number(x.as_f64()),
        Some(_) => {
            let parts: Vec<_> = x.axis_iter(Axis(0)).map(nested).collect();
            format!("[{}]", parts.join(", "))
        }
    }
}

/// x̄₃ of x₃.
pub(super) fn barred(symbol: &str) -> String {
    let letter = symbol.chars().next().map_or(0, char::len_utf8);
    format!("{}\u{304}{}", &symbol[..letter], &symbol[letter..])
}

/// Rows with their columns aligned, indented; columns that are empty in all rows are left out.
pub(super) fn columns<const N: usize>(rows: &[[String; N]]) -> String {
    let widths: [usize; N] =
        std::array::from_fn(|i| rows.iter().map(|row| width(&row[i])).max().unwrap_or(0));
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, wide) in row.iter().zip(widths).filter(|(_, wide)| *wide > 0) {
            line += &format!("  {cell}{}", " ".repeat(wide - width(cell)));
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// How wide a text is: a macron stands above its letter.
fn width(text: &str) -> usize {
    text.chars().filter(|&c| c != '\u{304}').count()
}
