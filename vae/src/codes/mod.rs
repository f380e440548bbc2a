//! Walks through the space of codes: over the plane, and from one code to another.
//!
//! | to see | codes |
//! |---|---|
//! | all that a two-dimensional model knows | a [`grid`] of [`normal_quantiles`] |
//! | what is between two images | a [`straight_path`], or an [`arc`], which stays where codes of many dimensions are |

mod path;
mod plane;
mod quantile;

pub use path::{arc, straight_path};
pub use plane::{grid, normal_quantiles};
pub use quantile::normal_quantile;
