//! Variational autoencoders.
