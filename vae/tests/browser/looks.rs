//! The page can be read: on a phone, by day and by night.

use nn::Activation;

use crate::Page;
use crate::example::{convolutional, dense, report};

#[test]
fn nothing_is_wider_than_a_phone() {
    let pages = [
        report(&dense(&[40], 2, Activation::Relu), Activation::Relu),
        report(&convolutional(20), Activation::Relu),
    ];
    for report in pages {
        let mut page = Page::new(&report);
        page.browser.evaluate(
            "document.querySelectorAll('details').forEach(details => details.open = true)",
        );
        page.browser.click("label:has(input[name=image][value='2'])");
        for width in [360, 768, 1280] {
            page.browser.resize([width, 800]);
            let found = page.browser.evaluate("document.documentElement.scrollWidth");
            assert!(found.as_u64().unwrap() <= width.into(), "{found} in a window of {width}");
        }
        page.close();
    }
}

#[test]
fn on_a_phone_the_picture_stays_in_sight_while_a_slider_moves() {
    let mut page = Page::new(&report(&dense(&[40], 20, Activation::Relu), Activation::Relu));
    page.browser.resize([360, 700]);
    page.browser.evaluate("sliders.at(-1).input.scrollIntoView({ block: 'end' })");
    let place =
        page.browser.numbers("(b => [b.top, b.bottom])(byId('decoded').getBoundingClientRect())");
    assert!(place[0] >= 0.0 && place[1] <= 700.0, "{place:?}");
    page.close();
}

#[test]
fn text_has_contrast_in_light_and_in_dark() {
    let mut page = Page::new(&report(&dense(&[40], 2, Activation::Relu), Activation::Relu));
    page.browser.click("label:has(input[name=image][value='2'])");
    let mut grounds = Vec::new();
    for scheme in ["light", "dark"] {
        page.browser.prefer(scheme);
        let pale = page.browser.evaluate(PALE);
        assert_eq!(
            pale,
            serde_json::json!([]),
            "{scheme}: text, its contrast, and what it should be"
        );
        grounds.push(page.browser.evaluate("getComputedStyle(document.body).backgroundColor"));
    }
    assert_ne!(grounds[0], grounds[1]);
    page.close();
}

/// Texts with less contrast to their ground than WCAG 2.2, 1.4.3, asks for: 4.5, or 3 for large ones.
const PALE: &str = r"
    (() => {
        const channels = (color) => color.match(/[\d.]+/g).map(Number);
        const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
        const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        const opaque = (color) => channels(color).length === 3 || channels(color)[3] === 1;
        const ground = (element) => {
            if (element.closest('svg') && element.closest('#plane')) return getComputedStyle(document.querySelector('.field')).fill;
            for (let at = element; at; at = at.parentElement) {
                const color = getComputedStyle(at).backgroundColor;
                if (opaque(color)) return color;
            }
        };
        const texts = [...document.querySelectorAll('body *')].filter((element) =>
            element.checkVisibility() && !element.closest('script, noscript, title') &&
            [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()));
        return texts.map((element) => {
            const style = getComputedStyle(element);
            const [a, b] = [element.closest('svg') ? style.fill : style.color, ground(element)].map((c) => luminance(channels(c)));
            const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            return [element.textContent.slice(0, 30), contrast, parseFloat(style.fontSize) >= 24 ? 3 : 4.5];
        }).filter(([, contrast, least]) => !(contrast >= least));
    })()";
