//! The decoder as layers that the page computes.

use anyhow::{Result, bail};
use autograd::Tensor;
use nn::Activation;
use serde_json::{Value, json};

use super::encode::numbers;

/// Layers in a row, from z to E[x|z].
pub struct Network(pub Vec<Layer>);

/// One layer; numbers are in row-major order.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// y = x W + b.
    Linear {
        /// W, [in, out].
        weight: Vec<f32>,
        /// b, `[out]`.
        bias: Vec<f32>,
    },
    /// y\[s p + k − padding\] = Σ x\[p\] w\[k\] + b, of images with channels last.
    ConvTranspose2d {
        /// Height, width and channels of x.
        input: [usize; 3],
        /// Height, width and channels of y.
        output: [usize; 3],
        /// w, [kernel height, kernel width, out, in].
        weight: Vec<f32>,
        /// Height and width of the kernel.
        kernel: [usize; 2],
        /// b, `[out]`.
        bias: Vec<f32>,
    },
    /// max(x, 0).
    Relu,
    /// tanh x.
    Tanh,
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// The mean of a continuous Bernoulli distribution with logits x.
    ContinuousBernoulli,
}

impl Network {
    /// A decoder of these parameters, weight and bias of each layer in turn: matrices for linear layers, kernels of four
    /// axes for transposed convolutions. The activation follows all layers but the last, which is followed by `mean`, from
    /// the output to E[x|z].
    ///
    /// # Errors
    /// If the parameters, or the activation, are others.
    pub fn new(
        parameters: &[(String, &Tensor)],
        activation: Activation,
        mean: Option<Layer>,
    ) -> Result<Self> {
        let activation = activated(activation)?;
        let mut layers = Vec::new();
        let mut extent = 0; // numbers between two layers
        for pair in parameters.chunks(2) {
            let [(name, weight), (_, bias)] = pair else {
                bail!("{}: the decoder ends in a layer without a bias", pair[0].0);
            };
            if !layers.is_empty() {
                layers.push(activation.clone());
            }
            let layer = affine(name, weight, bias, extent)?;
            extent = layer.extent().unwrap_or(extent);
            layers.push(layer);
        }
        layers.extend(mean);
        Ok(Self(layers))
    }

    /// What the script reads.
    pub fn json(&self) -> Value {
        self.0.iter().map(Layer::json).collect()
    }
}

fn activated(activation: Activation) -> Result<Layer> {
    Ok(match activation {
        Activation::Relu => Layer::Relu,
        Activation::Tanh => Layer::Tanh,
        Activation::Sigmoid => Layer::Sigmoid,
        other => bail!(
            "the page computes relu, tanh and sigmoid; this decoder's activation is {other:?}"
        ),
    })
}

/// The layer with this weight and bias, of an input of `extent` numbers.
fn affine(name: &str, weight: &Tensor, bias: &Tensor, extent: usize) -> Result<Layer> {
    let shape = weight.shape();
    let (weight, bias) = (weight.to_vec(), bias.to_vec());
    match *shape {
        [_, outputs] if bias.len() == outputs => Ok(Layer::Linear { weight, bias }),
        [height, width, outputs, inputs] if bias.len() == outputs => {
            let side = (extent / inputs).isqrt();
            if side == 0 || side * side * inputs != extent {
                bail!(
                    "{name}: its input of {extent} numbers is no square image of {inputs} channels"
                );
            }
            let doubled = |kernel| (side - 1) * Layer::STRIDE + kernel - 2 * Layer::PADDING;
            Ok(Layer::ConvTranspose2d {
                input: [side, side, inputs],
                output: [doubled(height), doubled(width), outputs],
                weight,
                kernel: [height, width],
                bias,
            })
        }
        _ => bail!(
            "{name}: shape {shape:?} with a bias of {}; the page computes linear layers and transposed convolutions",
            bias.len()
        ),
    }
}

impl Layer {
    /// Each transposed convolution of the library's decoders moves by 2 over an image with a border of 1: it doubles extents.
    pub const STRIDE: usize = 2;
    /// That border.
    pub const PADDING: usize = 1;

    /// Numbers in its output, if that does not depend on its input.
    fn extent(&self) -> Option<usize> {
        match self {
            Self::Linear { bias, .. } => Some(bias.len()),
            Self::ConvTranspose2d { output, .. } => Some(output.iter().product()),
            Self::Relu | Self::Tanh | Self::Sigmoid | Self::ContinuousBernoulli => None,
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Linear { weight, bias } => {
                json!({ "op": "linear", "weight": numbers(weight), "bias": numbers(bias) })
            }
            Self::ConvTranspose2d { input, output, weight, kernel, bias } => json!({
                "op": "conv_transpose2d", "input": input, "output": output, "kernel": kernel,
                "stride": Self::STRIDE, "padding": Self::PADDING, "weight": numbers(weight), "bias": numbers(bias),
            }),
            Self::Relu => json!({ "op": "relu" }),
            Self::Tanh => json!({ "op": "tanh" }),
            Self::Sigmoid => json!({ "op": "sigmoid" }),
            Self::ContinuousBernoulli => json!({ "op": "continuous_bernoulli" }),
        }
    }
}
