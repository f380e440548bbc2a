//! The engine: graphs of any size and shape, who gets a gradient, sharing of storage, threads, identities.

mod graphs;
mod identities;
mod sharing;
mod tracking;
