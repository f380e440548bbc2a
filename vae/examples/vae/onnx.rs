//! The decoder as an ONNX model, for other runtimes.
//!
//! | layer of the decoder | operators |
//! |---|---|
//! | y = x W + b | `Gemm`, with W as it is |
//! | transposed convolution, channels last | `Reshape`, `Transpose`, `ConvTranspose`, `Transpose`, `Flatten` |
//! | relu, tanh, sigmoid | `Relu`, `Tanh`, `Sigmoid` |
//!
//! Source: <https://onnx.ai/onnx/operators>, as of opset 14.

use anyhow::{Result, bail};
use ndarray::Array4;
use onnx_rs::ast::{
    Attribute, AttributeType, DataType, Dimension, Graph, Model, Node, OpType, OperatorSetId,
    TensorProto, TensorShape, TensorShapeDimension, TensorTypeProto, TypeProto, TypeValue,
    ValueInfo,
};

use crate::report::{Layer, Network};

/// A file of the decoder: z [codes, inputs] -> x [codes, pixels], E[x|z].
///
/// # Errors
/// If there is no operator for a layer.
pub fn bytes(decoder: &Network, inputs: usize, pixels: usize) -> Result<Vec<u8>> {
    let mut chain = Chain::default();
    decoder.0.iter().try_for_each(|layer| chain.push(layer))?;
    Ok(chain.encode(inputs, pixels))
}

/// Operators, each applied to what the one before it returns.
#[derive(Default)]
struct Chain {
    operators: Vec<(OpType<'static>, Vec<Operand>, Vec<Attribute<'static>>)>,
}

/// A tensor that an operator has of its own.
enum Operand {
    Parameter(Vec<i64>, Vec<f32>),
    Shape(Vec<i64>),
}

impl Chain {
    fn push(&mut self, layer: &Layer) -> Result<()> {
        match layer {
            Layer::Linear { weight, bias } => {
                let outputs = bias.len();
                let shape = [weight.len() / outputs, outputs].map(|n| n as i64).to_vec();
                let weight = Operand::Parameter(shape, weight.clone());
                self.apply(OpType::Gemm, vec![weight, vector(bias)], vec![]);
            }
            Layer::ConvTranspose2d { input, output, weight, kernel, bias } => {
                let codes = [0]; // as many as there are
                let image = codes.into_iter().chain(input.map(|n| n as i64)).collect();
                let kernel = channels_first(weight, [kernel[0], kernel[1], output[2], input[2]]);
                let [stride, padding] = [Layer::STRIDE, Layer::PADDING].map(|n| n as i64);
                let place =
                    vec![integers("strides", &[stride; 2]), integers("pads", &[padding; 4])];
                self.apply(OpType::Reshape, vec![Operand::Shape(image)], vec![]);
                self.apply(OpType::Transpose, vec![], vec![integers("perm", &[0, 3, 1, 2])]);
                self.apply(OpType::ConvTranspose, vec![kernel, vector(bias)], place);
                self.apply(OpType::Transpose, vec![], vec![integers("perm", &[0, 2, 3, 1])]);
                self.apply(OpType::Flatten, vec![], vec![]);
            }
            Layer::Relu => self.apply(OpType::Relu, vec![], vec![]),
            Layer::Tanh => self.apply(OpType::Tanh, vec![], vec![]),
            Layer::Sigmoid => self.apply(OpType::Sigmoid, vec![], vec![]),
            Layer::ContinuousBernoulli => bail!(
                "ONNX has no operator for the mean of --likelihood continuous-bernoulli; \
                 train with another likelihood"
            ),
        }
        Ok(())
    }

    fn apply(
        &mut self,
        operator: OpType<'static>,
        operands: Vec<Operand>,
        attributes: Vec<Attribute<'static>>,
    ) {
        self.operators.push((operator, operands, attributes));
    }

    /// Gives everything a name: `h1` is what the first operator returns, `h1.0` its first operand.
    fn encode(&self, inputs: usize, pixels: usize) -> Vec<u8> {
        let last = self.operators.len();
        let value = |i| match i {
            0 => "z".to_owned(),
            i if i == last => "x".to_owned(),
            i => format!("h{i}"),
        };
        let names: Vec<_> = (1..=last)
            .map(|i| {
                let operands = self.operators[i - 1].1.len();
                let operands: Vec<_> = (0..operands).map(|j| format!("h{i}.{j}")).collect();
                (value(i - 1), operands, value(i))
            })
            .collect();
        let mut graph = Graph { name: "decoder", ..Graph::default() };
        graph.input.push(matrix("z", inputs));
        graph.output.push(matrix("x", pixels));
        for ((operator, operands, attributes), (from, own, to)) in self.operators.iter().zip(&names)
        {
            graph.initializer.extend(operands.iter().zip(own).map(
                |(operand, name)| match operand {
                    Operand::Parameter(shape, numbers) => {
                        TensorProto::from_f32(name, shape.clone(), numbers.clone())
                    }
                    Operand::Shape(shape) => {
                        TensorProto::from_i64(name, vec![shape.len() as i64], shape.clone())
                    }
                },
            ));
            graph.node.push(Node {
                op_type: operator.clone(),
                input: [from].into_iter().chain(own).map(String::as_str).collect(),
                output: vec![to],
                attribute: attributes.clone(),
                ..Node::default()
            });
        }
        onnx_rs::encode(&Model {
            ir_version: 8,
            opset_import: vec![OperatorSetId { domain: "", version: 14 }],
            producer_name: "elbo",
            graph: Some(graph),
            ..Model::default()
        })
    }
}

fn vector(bias: &[f32]) -> Operand {
    Operand::Parameter(vec![bias.len() as i64], bias.to_vec())
}

/// A kernel [height, width, out, in] as [in, out, height, width].
fn channels_first(weight: &[f32], shape: [usize; 4]) -> Operand {
    let weight = Array4::from_shape_vec(shape, weight.to_vec());
    let weight = weight.expect("a layer's kernel has its shape").permuted_axes([3, 2, 0, 1]);
    let shape = weight.shape().iter().map(|&n| n as i64).collect();
    Operand::Parameter(shape, weight.iter().copied().collect())
}

fn integers(name: &'static str, ints: &[i64]) -> Attribute<'static> {
    Attribute { name, r#type: AttributeType::Ints, ints: ints.to_vec(), ..Attribute::default() }
}

/// A matrix of numbers, with a row for each code.
fn matrix(name: &str, columns: usize) -> ValueInfo<'_> {
    let dim = [Dimension::Param("codes"), Dimension::Value(columns as i64)]
        .map(|value| TensorShapeDimension { value, denotation: "" })
        .to_vec();
    let shape = Some(TensorShape { dim });
    let tensor = TypeValue::Tensor(TensorTypeProto { elem_type: DataType::Float, shape });
    let r#type = Some(TypeProto { value: Some(tensor), denotation: "" });
    ValueInfo { name, r#type, ..ValueInfo::default() }
}
