//! Text as a configuration of the tool: one that is accepted is written, and read again as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[allow(unused)]
#[path = "../../vae/examples/vae/config/mod.rs"]
mod config;

use config::Config;

fuzz_target!(|text: &str| {
    if let Ok(config) = Config::from_toml(text, "fuzz") {
        let again = Config::from_toml(&config.to_toml(), "fuzz");
        assert_eq!(again.expect("what was written is read"), config);
    }
});
