//! The report's page, as far as it can be seen without a browser; `tests/browser` has the rest.

#[path = "../../examples/vae/report/mod.rs"]
mod report;

mod example;
mod network;

use example::{dense, report as describe};
use nn::Activation;
use report::{Report, html};

fn small() -> Report {
    describe(&dense(&[16], 2, Activation::Relu), Activation::Relu)
}

#[test]
fn it_asks_for_nothing_outside_itself() {
    let page = html(&small());
    for reference in ["http:", "https:", "//www", "<link", "@import", "url(", "import(", "fetch("] {
        assert!(!page.contains(reference), "{reference}");
    }
    let sources: Vec<_> = page.split("src=").skip(1).collect();
    assert!(sources.len() > 2 * example::IMAGES);
    assert!(sources.iter().all(|source| source.starts_with("\"data:image/png;base64,")));
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn no_text_becomes_a_tag_or_a_place_of_the_template() {
    let plain = html(&small());
    let mut report = small();
    let evil = "</title></script><script>alert(1)</script>\" onload='x' & {{script}}";
    report.title = evil.to_owned();
    report.facts = vec![(evil.to_owned(), evil.to_owned())];
    let page = html(&report);
    for tag in ["<script", "</script", "</title", "<dt", "<dd"] {
        assert_eq!(page.matches(tag).count(), plain.matches(tag).count(), "{tag}");
    }
    let escaped = "&lt;/title&gt;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;\
                   &quot; onload=&#39;x&#39; &amp; {{script}}";
    assert_eq!(page.matches(escaped).count(), 4); // twice the title
}

#[test]
fn the_same_report_is_the_same_bytes() {
    assert!(html(&small()) == html(&small()));
}

#[test]
fn it_is_little_more_than_its_weights() {
    let vae = dense(&[400], 20, Activation::Relu);
    let page = html(&describe(&vae, Activation::Relu));
    let weights = 4 * (20 * 400 + 400 + 400 * 784 + 784);
    let in_base64 = weights / 3 * 4;
    assert!(page.len() > in_base64);
    assert!(page.len() < in_base64 + 100_000, "{} more", page.len() - in_base64);
}

#[test]
fn sliders_are_sorted_by_rate_and_the_unused_are_folded_away() {
    let mut report = describe(&dense(&[16], 5, Activation::Relu), Activation::Relu);
    report.rates = vec![0.5, 2.0, 0.001, 3.0, 0.002];
    let page = html(&report);
    let order: Vec<_> = page
        .split("data-dimension=\"")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect();
    assert_eq!(order, ["3", "1", "0", "4", "2"]);
    let folded = page.split_once("2 more, of a rate up to 0.002 nats").unwrap().1;
    assert_eq!(folded.matches("data-dimension").count(), 2);
    assert!(page.contains("The plane of z₂ and z₄"));
}

/// Of a model with another prior or posterior, the figures beside the sliders are no parts of its rate.
#[test]
fn rates_against_the_normal_are_called_so_where_they_are_not_the_rate() {
    let mut report = describe(&dense(&[16], 3, Activation::Relu), Activation::Relu);
    report.rates = vec![0.5, 2.0, 0.001];
    let page = html(&report);
    assert!(page.contains("title=\"rate of z₂\"") && page.contains("of a rate up to"));
    assert!(!page.contains("against N(0, 1)"));
    report.rate_is_a_sum = false;
    let page = html(&report);
    assert!(page.contains("its rate is not the sum of these"));
    assert!(page.contains("title=\"rate against N(0, 1) of z₂\""));
    assert!(page.contains("1 more, of a rate against N(0, 1) up to 0.001 nats"));
}

#[test]
fn one_dimension_has_a_slider_and_no_plane() {
    let page = html(&describe(&dense(&[16], 1, Activation::Relu), Activation::Relu));
    assert!(!page.contains("id=\"plane\""));
    assert_eq!(page.matches("type=\"range\"").count(), 1);
}

#[test]
fn a_run_without_epochs_or_samples_has_a_page() {
    let mut report = small();
    report.epochs.clear();
    report.samples.clear();
    report.images.clear();
    report.codes.clear();
    assert!(html(&report).contains("not known"));
}

#[test]
fn a_single_epoch_is_drawn() {
    let mut report = small();
    report.epochs.truncate(1);
    let page = html(&report);
    assert!(!page.contains("NaN") && !page.contains("inf"), "a place that is no number");
    let charts = page.split_once("class=\"charts\"").unwrap().1;
    assert_eq!(charts.matches("class=\"x\"").count(), 6); // 1 and `epoch` for each of three
    assert_eq!(page.matches("class=\"end\"").count(), 6); // a dot and its number for each of three
}
