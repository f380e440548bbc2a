//! The layers that the page is given are the decoder: computed here by the library's own operations.

use approx::assert_abs_diff_eq;
use autograd::{Tensor, Window};
use ndarray::ArrayD;
use nn::Activation;
use vae::{ContinuousBernoulli, Distribution};

use crate::example::{codes, convolutional, dense, network};
use crate::report::{Layer, Network};

#[test]
fn dense_layers_are_the_decoder() {
    for activation in [Activation::Relu, Activation::Tanh, Activation::Sigmoid] {
        let vae = dense(&[24, 16], 3, activation);
        let z = codes(3);
        assert_equal(&run(&network(&vae, activation, Layer::Sigmoid), &z), &vae.generate(&z));
    }
}

#[test]
fn they_end_in_the_mean_of_the_likelihood() {
    let vae = dense(&[24], 3, Activation::Relu);
    let z = codes(3);
    let expected = ContinuousBernoulli { logits: vae.decode(&z) }.mean();
    let network = network(&vae, Activation::Relu, Layer::ContinuousBernoulli);
    assert_equal(&run(&network, &z), &expected);
}

#[test]
fn transposed_convolutions_are_the_decoder() {
    let vae = convolutional(3);
    let z = codes(3);
    assert_equal(&run(&network(&vae, Activation::Relu, Layer::Sigmoid), &z), &vae.generate(&z));
}

#[test]
fn what_the_page_cannot_compute_is_an_error_that_says_so() {
    let weight = Tensor::zeros([2, 3]);
    let bias = Tensor::zeros([3]);
    let pair = [("decoder.weight".to_owned(), &weight), ("decoder.bias".to_owned(), &bias)];
    let error = |parameters: &[(String, &Tensor)], activation| {
        Network::new(parameters, activation, None).err().unwrap().to_string()
    };
    assert!(error(&pair, Activation::Gelu).contains("activation is Gelu"));
    assert!(error(&pair[..1], Activation::Relu).contains("decoder.weight"));

    let kernel = Tensor::zeros([4, 4, 3, 5]);
    let pair = [("decoder.weight".to_owned(), &kernel), ("decoder.bias".to_owned(), &bias)];
    assert!(error(&pair, Activation::Relu).contains("no square image of 5 channels"));
}

fn assert_equal(found: &Tensor, expected: &Tensor) {
    let (found, expected) = (found.to_vec(), expected.to_vec());
    let extent =
        |x: &[f32]| x.iter().copied().fold(0.0, f32::max) - x.iter().copied().fold(1.0, f32::min);
    assert!(extent(&expected) > 0.3, "the pixels are hardly different");
    for (found, expected) in found.iter().zip(&expected) {
        assert_abs_diff_eq!(found, expected, epsilon = 1e-5);
    }
}

fn run(network: &Network, z: &Tensor) -> Tensor {
    network.0.iter().fold(z.clone(), |x, layer| forward(layer, &x))
}

fn forward(layer: &Layer, x: &Tensor) -> Tensor {
    let batch = x.shape()[0];
    match layer {
        Layer::Linear { weight, bias } => {
            x.linear(&tensor(&[x.shape()[1], bias.len()], weight), &tensor(&[bias.len()], bias))
        }
        Layer::ConvTranspose2d { input, output, weight, kernel, bias } => {
            let image = x.reshape([batch, input[0], input[1], input[2]]);
            let weight = tensor(&[kernel[0], kernel[1], output[2], input[2]], weight);
            let window = Window { stride: [2, 2], padding: [1, 1] };
            let image = image.conv_transpose2d(&weight, window, [output[0], output[1]]);
            (image + tensor(&[bias.len()], bias)).reshape([batch, output.iter().product::<usize>()])
        }
        Layer::Relu => x.relu(),
        Layer::Tanh => x.tanh(),
        Layer::Sigmoid => x.sigmoid(),
        Layer::ContinuousBernoulli => ContinuousBernoulli { logits: x.clone() }.mean(),
    }
}

fn tensor(shape: &[usize], numbers: &[f32]) -> Tensor {
    Tensor::constant(ArrayD::from_shape_vec(shape, numbers.to_vec()).unwrap())
}
