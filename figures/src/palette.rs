//! The few colors that a GIF file can have.

use std::collections::HashMap;

use crate::canvas::Canvas;

/// Shades of gray in a gray animation: with more of them files grow, and nothing else is seen.
const SHADES: u8 = 16;
/// Colors at most; one more place stands for what has not changed.
const MOST: usize = 255;

type Color = [u8; 3];

/// Colors, and which of them stands for each color that occurs.
pub(crate) struct Palette {
    colors: Vec<Color>,
    places: HashMap<Color, u8>,
}

impl Palette {
    /// Shades of gray if all frames are gray; else the colors that most of their pixels have.
    pub fn of(frames: &[Canvas]) -> Self {
        let mut counts = HashMap::<Color, usize>::new();
        frames.iter().flat_map(pixels).for_each(|color| *counts.entry(color).or_default() += 1);
        let colors = if counts.keys().all(|&[r, g, b]| r == g && g == b) {
            (0..SHADES).map(|shade| [255 / (SHADES - 1) * shade; 3]).collect()
        } else {
            popular(&counts)
        };
        let places = counts.into_keys().map(|color| (color, nearest(&colors, color))).collect();
        Self { colors, places }
    }

    /// The place of each pixel's color.
    pub fn places(&self, frame: &Canvas) -> Vec<u8> {
        pixels(frame).map(|color| self.places[&color]).collect()
    }

    /// The place that stands for what the frame before shows.
    pub fn unchanged(&self) -> u8 {
        self.colors.len() as u8
    }

    /// Red, green and blue of each place.
    pub fn bytes(&self) -> Vec<u8> {
        self.colors.iter().flatten().copied().chain([0; 3]).collect()
    }
}

fn pixels(frame: &Canvas) -> impl Iterator<Item = Color> {
    frame.bytes().chunks_exact(3).map(|pixel| [pixel[0], pixel[1], pixel[2]])
}

/// Of each cube of 8 × 8 × 8 neighboring colors the most frequent, and of these those of the fullest cubes.
fn popular(counts: &HashMap<Color, usize>) -> Vec<Color> {
    let mut cubes = HashMap::<Color, (usize, (usize, Color))>::new();
    for (&color, &count) in counts {
        let (sum, most) = cubes.entry(color.map(|channel| channel / 8)).or_default();
        *sum += count;
        *most = (*most).max((count, color));
    }
    let mut cubes: Vec<_> = cubes.into_values().collect();
    cubes.sort_unstable_by(|a, b| b.cmp(a));
    cubes.into_iter().take(MOST).map(|(_, (_, color))| color).collect()
}

fn nearest(colors: &[Color], color: Color) -> u8 {
    let distance = |other: &Color| {
        let channels = other.iter().zip(color);
        channels.map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum::<u32>()
    };
    let places = 0..colors.len() as u8;
    places.min_by_key(|&place| distance(&colors[usize::from(place)])).unwrap_or(0)
}
