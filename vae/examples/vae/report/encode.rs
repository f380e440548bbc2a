//! Text, numbers and images such that HTML and JavaScript read them as what they are.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;

/// Text as HTML shows it, between tags and in the values of attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            _ => escaped.push(letter),
        }
    }
    escaped
}

/// JSON for a `<script>` element, which ends at the first `</script` wherever that stands: there is no `<` in it.
pub fn script_data(data: &Value) -> String {
    // In JSON a `<` can only be part of a string, and there it may be written like this.
    data.to_string().replace('<', "\\u003c")
}

/// Single precision, little endian, in Base64.
pub fn numbers(numbers: &[f32]) -> String {
    let bytes: Vec<u8> = numbers.iter().flat_map(|x| x.to_le_bytes()).collect();
    BASE64_STANDARD.encode(bytes)
}

/// An `<img>` of gray pixels, row by row. `description` is read where the image cannot be seen; it may be empty.
pub fn image(pixels: &[u8], [rows, cols]: [usize; 2], description: &str) -> String {
    format!(
        "<img width=\"{cols}\" height=\"{rows}\" alt=\"{}\" src=\"data:image/png;base64,{}\">",
        escape(description),
        BASE64_STANDARD.encode(png(pixels, [rows, cols])),
    )
}

fn png(pixels: &[u8], [rows, cols]: [usize; 2]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, cols as u32, rows as u32);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().expect("memory can always be written to");
    writer.write_image_data(pixels).expect("there are as many pixels as rows times columns");
    writer.finish().expect("memory can always be written to");
    bytes
}
