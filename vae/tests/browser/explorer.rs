//! The point can be moved, and everything follows it.

use nn::Activation;

use crate::Page;
use crate::example::{IMAGES, dense, report};

fn page(latent: usize) -> Page {
    Page::new(&report(&dense(&[40], latent, Activation::Relu), Activation::Relu))
}

#[track_caller]
fn assert_close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    let close = |(found, expected): (&f64, &f64)| (found - expected).abs() <= tolerance;
    assert!(found.iter().zip(expected).all(close), "{found:?} is not {expected:?}");
}

#[test]
fn dragging_moves_the_point_and_changes_the_picture() {
    let mut page = page(2);
    let reach = page.browser.evaluate("reach").as_f64().unwrap();
    let before = page.canvas("decoded");
    let places =
        [[0.4, 0.5], [0.3, 0.4], [0.2, 0.3]].map(|at| page.browser.place("#plane .field", at));
    page.browser.drag(&places[..1]);
    assert_close(&page.z(), &[-0.2 * reach, 0.0], 0.01 * reach);
    let pressed = page.canvas("decoded");
    assert_ne!(pressed, before);

    page.browser.drag(&places);
    assert_close(&page.z(), &[-0.6 * reach, 0.4 * reach], 0.01 * reach);
    assert_ne!(page.canvas("decoded"), pressed);

    let at = page.browser.place("#point circle", [0.5, 0.5]);
    let expected = page.browser.place("#plane .field", [0.2, 0.3]);
    assert_close(&at, &expected, 2.0);

    // Once released, it stays.
    let z = page.z();
    let elsewhere = page.browser.place("#plane .field", [0.8, 0.8]);
    page.browser.call(
        "Input.dispatchMouseEvent",
        serde_json::json!({ "type": "mouseMoved", "x": elsewhere[0], "y": elsewhere[1] }),
    );
    assert_eq!(page.z(), z);
    page.close();
}

#[test]
fn arrow_keys_move_the_point_and_the_focus_is_seen() {
    let mut page = page(2);
    page.browser.press("Tab", false);
    assert_eq!(page.browser.evaluate("document.activeElement.id"), "plane");
    assert_eq!(page.browser.evaluate("getComputedStyle(plane).outlineStyle"), "solid");
    let before = page.canvas("decoded");
    for (key, shift, expected) in [
        ("ArrowRight", false, [0.1, 0.0]),
        ("ArrowUp", true, [0.1, 0.5]),
        ("ArrowLeft", true, [-0.4, 0.5]),
        ("ArrowDown", false, [-0.4, 0.4]),
    ] {
        page.browser.press(key, shift);
        assert_close(&page.z(), &expected, 1e-9);
    }
    assert_ne!(page.canvas("decoded"), before);
    assert_eq!(page.browser.evaluate("byId('readout').textContent"), "z₁ = −0.40\nz₂ = 0.40");
    assert_eq!(page.browser.evaluate("scrollY"), 0);
    page.close();
}

#[test]
fn a_chosen_image_shows_its_posterior_and_moves_the_point_to_its_mean() {
    let mut page = page(2);
    assert_eq!(page.browser.evaluate("byId('chosen').hidden"), true);
    page.browser.click("label:has(input[name=image][value='3'])");
    let mean = page.browser.numbers("posteriors[3].mean");
    let deviation = page.browser.numbers("posteriors[3].deviation");
    assert_close(&page.z(), &mean, 1e-12);

    let unit = page.browser.evaluate("300 / reach").as_f64().unwrap();
    let ellipse = "byId('posterior').children[0]";
    let at =
        ["cx", "cy", "rx", "ry"].map(|name| format!("Number({ellipse}.getAttribute('{name}'))"));
    let found = page.browser.numbers(&format!("[{}]", at.join(",")));
    let [x, y] = [300.0 + unit * mean[0], 300.0 - unit * mean[1]];
    assert_close(&found, &[x, y, unit * deviation[0], unit * deviation[1]], 1e-3);

    let words = page.browser.evaluate("byId('posterior-text').textContent");
    let words = words.as_str().unwrap();
    assert!(words.starts_with("test image 4, of class 0: z₁ = "), "{words}"); // the fourth test digit is a 0
    assert!(words.contains(&format!("± {:.2}", deviation[0])), "{words}");
    let original = page.canvas("original");
    let digit = vae::data::Dataset::mnist_test().image(3).to_vec();
    assert_eq!(original, digit.iter().map(|&pixel| f64::from(pixel)).collect::<Vec<_>>());
    assert_eq!(page.canvas("reconstruction"), page.canvas("decoded"));

    // The choices are one group: arrow keys go on to the next.
    page.browser.press("ArrowRight", false);
    let next = page.browser.numbers("posteriors[4].mean");
    assert_close(&page.z(), &next, 1e-12);
    let count = page.browser.evaluate("document.querySelectorAll('input[name=image]').length");
    assert_eq!(count, IMAGES);
    page.close();
}

#[test]
fn more_dimensions_have_sliders_with_the_posterior_beside_them() {
    let mut page = page(6);
    let order = page.browser.numbers("sliders.map(slider => slider.dimension)");
    let rates = report(&dense(&[40], 6, Activation::Relu), Activation::Relu).rates;
    assert!(order.windows(2).all(|pair| rates[pair[0] as usize] >= rates[pair[1] as usize]));

    let last = *order.last().unwrap() as usize;
    let before = page.canvas("decoded");
    page.browser.evaluate(&format!("byId('z{last}').focus()"));
    (0..50).for_each(|_| page.browser.press("ArrowRight", false));
    let z = page.z();
    assert!((z[last] - 0.5).abs() < 1e-9, "{z:?}");
    assert_eq!(z.iter().filter(|&&z| z != 0.0).count(), 1);
    assert_ne!(page.canvas("decoded"), before);

    let place = page.browser.place("#plane .field", [0.25, 0.25]);
    page.browser.drag(&[place]);
    let moved: Vec<_> = (0..6).filter(|&j| page.z()[j] != z[j]).map(|j| j as f64).collect();
    assert_eq!(moved, page.browser.numbers("axes"));

    page.browser.click("label:has(input[name=image][value='5'])");
    let values = page.browser.numbers("sliders.map(slider => slider.input.valueAsNumber)");
    let mean = page.browser.numbers("sliders.map(slider => posteriors[5].mean[slider.dimension])");
    assert_close(&values, &mean, 0.006);
    let reach = page.browser.evaluate("reach").as_f64().unwrap();
    let band = "sliders[0].band.getBoundingClientRect().width";
    let track = "(sliders[0].input.getBoundingClientRect().width - 16)";
    let found = page.browser.evaluate(&format!("{band} / {track}")).as_f64().unwrap();
    let deviation = page.browser.evaluate("posteriors[5].deviation[sliders[0].dimension]");
    assert!((found - deviation.as_f64().unwrap() / reach).abs() < 0.02, "{found}");
    page.close();
}

#[test]
fn buttons_draw_from_the_prior_and_go_back() {
    let mut page = page(3);
    page.browser.click("#sample");
    assert!(page.z().iter().all(|&z| z != 0.0));
    page.browser.click("#origin");
    assert_eq!(page.z(), [0.0; 3]);

    let draws = page.browser.numbers("Array.from({ length: 10000 }, normal)");
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let variance = draws.iter().map(|x| x * x).sum::<f64>() / n;
    assert!(mean.abs() < 5.0 / n.sqrt() && (variance - 1.0).abs() < 5.0 * (2.0 / n).sqrt());
    page.close();
}
