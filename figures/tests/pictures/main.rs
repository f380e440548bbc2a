//! Pictures are what they were asked to be: pixel by pixel where that can be said, and errors where it cannot.

mod charts;
mod files;
mod sheets;
