//! Sheets: each pixel of each image is where it belongs.

use figures::{FigureError, Panels, Picture, Sheet};
use ndarray::{Array2, Array4, array};

const LINE: [u8; 3] = [72; 3];
const WHITE: [u8; 3] = [255; 3];

/// Images of 2 × 3 pixels whose shades are all different.
fn images(n: usize) -> Array2<f64> {
    Array2::from_shape_fn([n, 6], |(i, pixel)| (20 * i + 3 * pixel) as f64 / 255.0)
}

#[test]
fn each_pixel_is_a_square_in_its_place() {
    let canvas = Sheet::new([2, 3]).grid(4, &images(7)).scale(5).draw().unwrap();
    assert_eq!(canvas.size(), [4 * (15 + 2) + 2, 2 * (10 + 2) + 2]);
    for y in 0..26 {
        for x in 0..70 {
            let ([row, column], [within_y, within_x]) = ([y / 12, x / 17], [y % 12, x % 17]);
            let expected = if 4 * row + column > 6 && within_x >= 2 && within_y >= 2 {
                WHITE // there are seven images, not eight
            } else if row == 2 || column == 4 || within_x < 2 || within_y < 2 {
                // The line around the last place belongs to its neighbors alone.
                if row == 2 && column == 3 && within_x >= 2
                    || column == 4 && row == 1 && within_y >= 2
                {
                    WHITE
                } else {
                    LINE
                }
            } else {
                let pixel = (within_y - 2) / 5 * 3 + (within_x - 2) / 5;
                [(20 * (4 * row + column) + 3 * pixel) as u8; 3]
            };
            if (x, y) >= (68, 24) {
                continue; // the corner that only the missing image would have
            }
            assert_eq!(canvas.pixel([x, y]), expected, "at {x}, {y}");
        }
    }
}

#[test]
fn a_seamless_sheet_is_its_images_and_nothing_else() {
    let canvas = Sheet::new([2, 3]).row(&images(2)).seamless().scale(1).draw().unwrap();
    assert_eq!(canvas.size(), [6, 2]);
    let upper: Vec<_> = (0..6).map(|x| canvas.pixel([x, 0])[0]).collect();
    assert_eq!(upper, [0, 3, 6, 20, 23, 26]);
}

#[test]
fn sheets_grow_to_their_limits() {
    let size = |columns: usize| {
        let digits = Array2::<f32>::zeros([columns, 784]);
        Sheet::new([28, 28]).row(&digits).draw().unwrap().size()[0]
    };
    assert_eq!(size(1), 84 + 4);
    assert_eq!(size(10), 10 * 86 + 2);
    assert_eq!(size(20), 20 * 58 + 2, "smaller, to be at most 1,200 pixels wide");
    assert_eq!(size(100), 100 * 30 + 2, "not below the images' own size");
}

#[test]
fn groups_are_apart_and_words_make_room() {
    let row = || Sheet::new([2, 3]).scale(5).row(&images(1));
    let height = |sheet: Sheet| sheet.draw().unwrap().size()[1];
    assert_eq!(height(row().row(&images(1))), 26);
    assert_eq!(height(row().group().row(&images(1))), 36);
    assert_eq!(height(row().group()), 14, "a group without rows");
    assert!(height(row().title("title")) > 50);
    assert!(height(row().columns(["a"])) > 40);
    assert!(height(row().axes(["z₁", "z₂"], &[0.0], &[1.0])) > 60);
    let captioned = Sheet::new([2, 3]).scale(5).captioned("original", &images(1));
    let canvas = captioned.draw().unwrap();
    let [width, height] = canvas.size().map(|side| side as usize);
    assert!(width > 100);
    assert_eq!(canvas.pixel([0, height - 1]), WHITE);
    let dark = |x: usize| (0..height).any(|y| canvas.pixel([x, y])[0] < 128);
    assert!((0..80).any(dark), "the caption is at the left");
}

#[test]
fn all_shapes_of_batches_and_both_precisions() {
    let expected = Sheet::new([2, 3]).row(&images(2)).draw().unwrap();
    let convolutional = Array4::from_shape_vec([2, 1, 2, 3], images(2).into_raw_vec_and_offset().0);
    assert_eq!(Sheet::new([2, 3]).row(&convolutional.unwrap()).draw().unwrap(), expected);
    assert_eq!(Sheet::new([2, 3]).row(&images(2).mapv(|x| x as f32)).draw().unwrap(), expected);
    assert_eq!(Sheet::new([2, 3]).row(&images(2).view().into_dyn()).draw().unwrap(), expected);
}

#[test]
fn what_is_not_a_number_is_seen() {
    let strange = array![[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 2.0, -1.0, 0.5]];
    let canvas = Sheet::new([1, 6]).row(&strange).seamless().scale(1).draw().unwrap();
    let pixels: Vec<_> = (0..6).map(|x| canvas.pixel([x, 0])).collect();
    assert_eq!(pixels, [[213, 94, 0], [255; 3], [0; 3], [255; 3], [0; 3], [128; 3]]);
}

#[test]
fn nothing_to_show_is_an_error() {
    let none = Array2::<f32>::zeros([0, 6]);
    for sheet in
        [Sheet::new([2, 3]), Sheet::new([2, 3]).row(&none), Sheet::new([2, 3]).grid(3, &none)]
    {
        let error = sheet.title("title").draw().unwrap_err();
        assert_eq!(error.to_string(), "found no image to show, expected at least one");
    }
    assert!(matches!(Panels::row().draw(), Err(FigureError::Empty { what: "panel" })));
    let huge = Sheet::new([2, 3]).row(&images(1)).scale(10_000);
    assert!(matches!(huge.draw(), Err(FigureError::Size { limit: 16_384, .. })));
}

#[test]
#[should_panic(expected = "images is [7, 6]; must be [n, 784]")]
fn images_of_another_size() {
    let _ = Sheet::new([28, 28]).row(&images(7));
}

#[test]
fn panels_stand_beside_or_beneath_each_other() {
    let sheet = |n| Sheet::new([2, 3]).row(&images(n)).seamless().scale(4);
    let row = Panels::row().with(sheet(1)).with(sheet(3)).draw().unwrap();
    assert_eq!(row.size(), [12 + 36 + 32 + 2 * 16, 8 + 2 * 16]);
    let column = Panels::column().with(sheet(1)).with(sheet(3)).draw().unwrap();
    assert_eq!(column.size(), [36 + 2 * 16, 8 + 8 + 32 + 2 * 16]);
    // The second panel's second image begins with the shade 20.
    assert_eq!(row.pixel([16 + 12 + 32 + 12, 16]), [20; 3]);
    assert_eq!(column.pixel([16 + 12, 16 + 8 + 32]), [20; 3]);
    assert_eq!([row.pixel([15, 15]), column.pixel([16 + 12, 16])], [WHITE; 2]);
}

/// Each pixel is the mean of a square; an odd row and column are cut.
#[test]
fn a_reduced_picture_has_the_means() {
    let image = array![[0.0, 1.0, 1.0, 1.0, 0.0, 0.2, 0.2, 0.4, 0.4]];
    let whole = Sheet::new([3, 3]).row(&image).seamless().scale(1).draw().unwrap();
    let small = whole.reduced(2);
    assert_eq!((whole.size(), small.size()), ([3, 3], [1, 1]));
    assert_eq!(small.pixel([0, 0]), [128; 3], "of 0, 255, 255 and 0");
    assert_eq!(whole.reduced(3).pixel([0, 0]), [119; 3], "of 1071/9");
    assert_eq!(whole.reduced(1), whole);
    assert_eq!(whole.reduced(4).size(), [0, 0]);
}
