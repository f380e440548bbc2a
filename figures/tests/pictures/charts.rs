//! Charts: colors where the numbers are, and nothing that panics.

use figures::{Bars, Canvas, Curves, FigureError, Heatmap, Histogram, Picture, Plane, Scatter};
use ndarray::{Array2, array};

const BLUE: [u8; 3] = [0, 114, 178];
const VERMILION: [u8; 3] = [213, 94, 0];

/// The columns and rows of the pixels that are of a color, as inclusive ranges.
fn extent(canvas: &Canvas, color: [u8; 3]) -> Option<[(usize, usize); 2]> {
    let [width, height] = canvas.size().map(|side| side as usize);
    let mut extent: Option<[(usize, usize); 2]> = None;
    for y in 0..height {
        for x in (0..width).filter(|&x| canvas.pixel([x, y]) == color) {
            let [(left, right), (top, bottom)] = extent.unwrap_or([(x, x), (y, y)]);
            extent = Some([(left.min(x), right.max(x)), (top.min(y), bottom.max(y))]);
        }
    }
    extent
}

/// How many pixels are of a color, as well as it can be blended.
fn colored(canvas: &Canvas, color: [u8; 3]) -> usize {
    let [width, height] = canvas.size().map(|side| side as usize);
    let close = |x, y| canvas.pixel([x, y]).iter().zip(color).all(|(a, b)| a.abs_diff(b) <= 2);
    (0..height).map(|y| (0..width).filter(|&x| close(x, y)).count()).sum()
}

/// The corners of a plot of 760 × 540 pixels: a line without a name fills the canvas to the right margin.
fn plot(canvas: &Canvas) -> [usize; 2] {
    [canvas.size()[0] as usize - 20 - 760, 20]
}

#[test]
fn a_line_goes_through_its_points() {
    // From corner to corner of the plot: 0 to 1 in x, 0 to 100 in y.
    let line =
        Curves::new("x", "y").line("", (0..=100).map(|i| (f64::from(i) / 100.0, f64::from(i))));
    let canvas = line.clone().y_range(0.0, 100.0).draw().unwrap();
    let [left, top] = plot(&canvas);
    for share in [0.2, 0.5, 0.9] {
        let x = left + (share * 760.0) as usize;
        let y = top + ((1.0 - share) * 540.0) as usize;
        assert_eq!(canvas.pixel([x, y]), BLUE, "at {share}");
        assert_ne!(canvas.pixel([x, y - 20]), BLUE);
    }
    // Half of the range, half of the line.
    let half = line.y_range(0.0, 50.0).draw().unwrap();
    let [(_, right), _] = extent(&half, BLUE).unwrap();
    assert!(right.abs_diff(plot(&half)[0] + 380) <= 2, "{right}");
}

#[test]
fn logarithmic_axes_make_a_power_a_straight_line() {
    let cubes = (0..=60).map(|i| 10f64.powf(f64::from(i) / 20.0)).map(|x| (x, x.powi(3)));
    let canvas =
        Curves::new("x", "x³").line("", cubes).log_x().log_y().y_range(1.0, 1e9).draw().unwrap();
    let [left, top] = plot(&canvas);
    for share in [0.25, 0.5, 0.75] {
        let at = [left + (share * 760.0) as usize, top + ((1.0 - share) * 540.0) as usize];
        assert_eq!(canvas.pixel(at), BLUE, "at {share}");
    }
}

#[test]
fn a_line_has_a_gap_where_a_number_is_missing() {
    let points = |missing: f64| [(0.0, 1.0), (1.0, 2.0), (2.0, missing), (3.0, 2.0), (4.0, 1.0)];
    for missing in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let canvas = Curves::new("x", "y").line("", points(missing)).draw().unwrap();
        let whole = Curves::new("x", "y").line("", points(2.0)).draw().unwrap();
        assert_eq!(canvas.size(), whole.size());
        let (some, all) = (colored(&canvas, BLUE), colored(&whole, BLUE));
        assert!(some > all / 3 && some < all * 3 / 4, "{some} of {all}");
    }
    let zero = Curves::new("x", "y").line("", points(0.0)).log_y().draw();
    assert!(zero.is_ok(), "zero is not on a logarithmic axis, the other points are");
}

#[test]
fn bands_levels_and_names_are_drawn() {
    let points = || [(0.0, 1.0, 0.2), (1.0, 2.0, 0.2)];
    let plain = Curves::new("x", "y").line("", points().map(|(x, y, _)| (x, y))).y_range(0.0, 3.0);
    let band = Curves::new("x", "y").band("", points()).y_range(0.0, 3.0).draw().unwrap();
    let pale = [204, 227, 240]; // a fifth of blue
    assert!(colored(&band, pale) > 10_000);
    let plain_canvas = plain.draw().unwrap();
    assert!(colored(&plain_canvas, pale) < 200, "only where the line fades");
    let level = plain.clone().level("", 0.5).draw().unwrap();
    let row = plot(&level)[1] + 450; // 0.5 of 3 from below
    let dark = |canvas: &Canvas| (200..800).filter(|&x| canvas.pixel([x, row])[0] < 80).count();
    assert!((300..500).contains(&dark(&level)), "dashes: {}", dark(&level));
    assert_eq!(dark(&plain_canvas), 0);
    let named = plain.line("name", [(0.0, 1.0)]).draw().unwrap();
    assert!(named.size()[0] > plain_canvas.size()[0], "the legend is beside the plot");
    assert!(colored(&named, VERMILION) > 0);
}

#[test]
fn bars_are_as_high_as_their_numbers() {
    let canvas =
        Bars::new("x", "y").group("", [1.0, 2.0]).group("", [f64::NAN, 1.0]).draw().unwrap();
    let [(_, end), (top, bottom)] = extent(&canvas, BLUE).unwrap();
    let [(left, right), (half, _)] = extent(&canvas, VERMILION).unwrap();
    let (whole, part) = (bottom - top, bottom - half);
    assert!((2 * part).abs_diff(whole) <= 3, "{part} and {whole}");
    assert!(right - left < 760 / 4, "one bar, the other is no number");
    assert!((1..=2).contains(&(left - end)), "groups touch and do not overlap");
}

#[test]
fn histograms_are_densities() {
    // One sample in ten is in the upper half, and one is far outside.
    let samples = (0..10).map(|i| if i == 0 { 0.75 } else { 0.25 }).chain([f64::NAN, 99.0]);
    let canvas = Histogram::new("x", 2).range(0.0, 1.0).samples("", samples).truth("", 0.5);
    let canvas = canvas.draw().unwrap();
    let tint = [179, 213, 232]; // three tenths of blue
    let [(left, right), (top, bottom)] = extent(&canvas, tint).unwrap();
    let low = (top..bottom).find(|&y| canvas.pixel([right - 5, y]) == tint).unwrap();
    let ratio = (bottom - top) as f64 / (bottom - low) as f64;
    assert!((ratio - 9.0).abs() < 0.5, "{ratio}");
    assert!((right - left).abs_diff(760) <= 6, "all of the axis is bins");
}

#[test]
fn a_point_is_in_its_place_in_the_color_of_its_label() {
    // A plot of 620 × 620 pixels shows |x|, |y| ≤ 2. Far points and those without a place are left out.
    let points = array![[1.0, -1.0], [5.0, 0.0], [f64::NAN, 0.0]];
    let scatter = Scatter::new("x", "y").points(&points, &[3, 4, 5]);
    assert_eq!(scatter.radius(), 5.0);
    let canvas = scatter.within(2.0).without_legend().draw().unwrap();
    let [left, top] = [canvas.size()[0] as usize - 20 - 620, 20];
    let [r, g, b] = canvas.pixel([left + 465, top + 465]);
    assert!(r > 200 && (100..180).contains(&g) && b < 100, "translucent vermilion: {r} {g} {b}");
    let colorful = |x: usize, y: usize| {
        let [r, _, b] = canvas.pixel([x, y]);
        r.abs_diff(b) > 40
    };
    let [width, height] = canvas.size().map(|side| side as usize);
    let places: Vec<_> = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).collect();
    let places: Vec<_> = places.into_iter().filter(|&(x, y)| colorful(x, y)).collect();
    assert!(!places.is_empty() && places.iter().all(|p| p.0.abs_diff(left + 465) < 8));
}

#[test]
#[should_panic(expected = "points is [3, 2] with 2 labels; must be [n, 2] with n labels")]
fn labels_must_be_as_many_as_points() {
    let _ = Scatter::new("x", "y").points(&Array2::<f32>::zeros([3, 2]), &[0, 1]);
}

#[test]
fn nothing_to_show_is_an_error() {
    let nan = || [(f64::NAN, 1.0), (1.0, f64::INFINITY)].into_iter();
    let plane = |radius| Plane { center: [0.0; 2], radius, cells: 1 };
    let pictures: [&dyn Picture; 12] = [
        &Curves::new("x", "y"),
        &Curves::new("x", "y").line("", []),
        &Curves::new("x", "y").line("", nan().take(1)),
        &Curves::new("x", "y").line("", [(1.0, 0.0)]).log_y(),
        &Bars::new("x", "y"),
        &Bars::new("x", "y").group("", [f64::NAN]).level("", 1.0),
        &Histogram::new("x", 3),
        &Histogram::new("x", 3).samples("", [f64::NAN]),
        &Scatter::new("x", "y").points(&array![[f64::NAN, 0.0]], &[1]),
        &Heatmap::new("x", "y", plane(1.0), &array![f64::NAN]),
        &Heatmap::new("x", "y", plane(0.0), &array![1.0]),
        &Heatmap::new("x", "y", plane(f64::NAN), &array![1.0]),
    ];
    for (i, picture) in pictures.into_iter().enumerate() {
        assert!(matches!(picture.draw(), Err(FigureError::Empty { .. })), "picture {i}");
    }
}

#[test]
fn numbers_of_all_sizes_are_drawn() {
    let wild = [(0.0, 0.0), (1e-300, -1e300), (1e300, 1e300), (-1e300, 1.0), (1.0, f64::MAX)];
    for logarithmic in [false, true] {
        let curves = Curves::new("x", "y").line("wild", wild);
        let curves = if logarithmic { curves.log_x().log_y() } else { curves };
        assert!(curves.draw().is_ok());
    }
    assert!(Curves::new("x", "y").line("one", [(3.0, 3.0)]).draw().is_ok());
    assert!(Histogram::new("x", 5).samples("one", [2.0, 2.0]).draw().is_ok());
    assert!(Bars::new("x", "y").group("zero", [0.0, 0.0]).draw().is_ok());
    assert!(Scatter::new("x", "y").points(&array![[1.0, 1.0]], &[0]).draw().is_ok());
}

/// Four cells, row by row from the upper left: each is a quarter of a plot of 480 × 480 pixels.
#[test]
fn a_cell_is_in_its_place_in_its_shade() {
    let plane = Plane { center: [1.0, 5.0], radius: 2.0, cells: 2 };
    assert_eq!(plane.points(), array![[0.0, 6.0], [2.0, 6.0], [0.0, 4.0], [2.0, 4.0]]);
    assert_eq!(plane.area(), 4.0);
    let map = Heatmap::new("x", "y", plane, &array![1.0, 2.0, -1.0, 3.0]).without_legend();
    let quarters = |map: &Heatmap| {
        let canvas = map.draw().unwrap();
        let [left, top] = [canvas.size()[0] as usize - 20 - 480, 20];
        [[50, 50], [430, 50], [50, 430], [430, 430]].map(|[x, y]| canvas.pixel([left + x, top + y]))
    };
    let (sky, dark) = ([86, 180, 233], [8, 24, 58]);
    assert_eq!(quarters(&map), [sky, BLUE, [255; 3], dark]);
    // With another number for the darkest shade, what is above it has that, too.
    assert_eq!(map.largest(), 3.0);
    assert_eq!(quarters(&map.darkest(1.5)), [BLUE, dark, [255; 3], dark]);
}

#[test]
fn a_heatmap_says_which_shade_is_which_number() {
    let plane = Plane { center: [0.0; 2], radius: 1.0, cells: 2 };
    let map = Heatmap::new("x", "y", plane, &array![[3.0, f64::NAN], [f64::INFINITY, 0.0]]);
    let (with, without) = (map.draw().unwrap(), map.without_legend().draw().unwrap());
    assert!(with.size()[0] > without.size()[0] + 60);
    // The legend has the shades of 0 to 3 in steps of ½; the map has the one of 3 and white.
    let sky = [86, 180, 233];
    assert!(colored(&with, sky) > 200 && colored(&without, sky) == 0);
}

#[test]
#[should_panic(expected = "values is [3] but the plane has 4 cells; each must have a value")]
fn a_cell_without_a_value() {
    let plane = Plane { center: [0.0; 2], radius: 1.0, cells: 2 };
    Heatmap::new("x", "y", plane, &array![1.0, 2.0, 3.0]);
}
