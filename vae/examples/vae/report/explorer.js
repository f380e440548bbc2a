// The decoder in the page. From top to bottom: the data, the layers, the pictures, the point, and what moves it.
"use strict";

const byId = (id) => document.getElementById(id);

const data = JSON.parse(byId("data").textContent);
const [rows, cols] = data.size;
const { latent, reach, axes } = data;

/** Single precision, little endian, in Base64. */
function numbers(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

const posteriors = data.posteriors.map(({ label, mean, deviation }) => ({
  label,
  mean: numbers(mean),
  deviation: numbers(deviation),
}));

// ── The decoder ────────────────────────────────────────────────────────────────────────────────────────────────────────

const network = data.decoder.map((layer) => ({
  ...layer,
  weight: layer.weight && numbers(layer.weight),
  bias: layer.bias && numbers(layer.bias),
}));

/** E[x|z], an intensity for each pixel; a conditional decoder is told a label, as a 1 among 0s after z. */
function decode(z, label = Number(byId("label")?.value)) {
  const known = Array.from({ length: data.classes }, (_, y) => Number(y === label));
  return network.reduce((x, layer) => layers[layer.op](x, layer), Float32Array.from([...z, ...known]));
}

const layers = {
  linear,
  conv_transpose2d: convTranspose2d,
  relu: (x) => x.map((x) => Math.max(x, 0)),
  tanh: (x) => x.map(Math.tanh),
  sigmoid: (x) => x.map((x) => 1 / (1 + Math.exp(-x))),
  // The mean of a continuous Bernoulli with these logits; near 0, where two large numbers would cancel, by its series.
  continuous_bernoulli: (l) => l.map((l) => (Math.abs(l) < 1e-3 ? 0.5 + l / 12 : 1 / (1 - Math.exp(-l)) - 1 / l)),
};

/** y = x W + b, with W [in, out]. */
function linear(x, { weight, bias }) {
  const y = bias.slice();
  for (let i = 0; i < x.length; i++) {
    if (x[i] === 0) continue; // half of them, after a relu
    for (let j = 0; j < y.length; j++) y[j] += x[i] * weight[i * y.length + j];
  }
  return y;
}

/** Each place of x is spread over a patch of y: y[s p + k − padding] += x[p] w[k], with w [height, width, out, in]. */
function convTranspose2d(x, { input, output, kernel, stride, padding, weight, bias }) {
  const [height, width, inputs] = input;
  const [down, across, outputs] = output;
  const y = new Float32Array(down * across * outputs).map((_, i) => bias[i % outputs]);
  for (let place = 0; place < height * width; place++) {
    for (let k = 0; k < kernel[0] * kernel[1]; k++) {
      const row = stride * Math.floor(place / width) + Math.floor(k / kernel[1]) - padding;
      const col = stride * (place % width) + (k % kernel[1]) - padding;
      if (row < 0 || row >= down || col < 0 || col >= across) continue;
      for (let o = 0; o < outputs; o++) {
        let sum = 0;
        const at = place * inputs, w = (k * outputs + o) * inputs;
        for (let c = 0; c < inputs; c++) sum += x[at + c] * weight[w + c];
        y[(row * across + col) * outputs + o] += sum;
      }
    }
  }
  return y;
}

// ── Pictures ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Draws intensities from 0 to 1; what is beyond is cut. */
function draw(canvas, intensities) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(cols, rows);
  intensities.forEach((intensity, i) => {
    image.data.fill(255 * intensity, 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  });
  context.putImageData(image, 0, 0);
}

/** A number with a true minus. */
const print = (x) => x.toFixed(2).replace("-", "−").replace(/^−0\.00$/, "0.00");

/** z₁ for the first dimension. */
const nameOf = (dimension) => "z" + [...String(dimension + 1)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");

/** Dimensions that fit into a line: those of the plane, or the only one. */
const named = axes ?? [0];

// ── The point ──────────────────────────────────────────────────────────────────────────────────────────────────────────

let z = new Array(latent).fill(0);
const plane = byId("plane");
const sliders = [...document.querySelectorAll(".slider")].map((row) => ({
  dimension: Number(row.dataset.dimension),
  input: row.querySelector("input"),
  output: row.querySelector("output"),
  band: row.querySelector(".posterior"),
}));

/** Moves the point: every part of the page that shows z follows. */
function move(to) {
  z = Array.from(to, (x) => Math.min(Math.max(x, -reach), reach));
  draw(byId("decoded"), decode(z));
  byId("readout").textContent = named.map((j) => `${nameOf(j)} = ${print(z[j])}`).join("\n");
  for (const { dimension, input, output } of sliders) {
    input.value = z[dimension];
    output.textContent = print(z[dimension]);
  }
  if (plane) {
    const [x, y] = axes.map((j) => z[j]);
    byId("point").setAttribute("transform", `translate(${across(x)} ${across(-y)})`);
  }
}

/** Moves the point in some dimensions. */
function moveIn(dimensions, to) {
  move(z.map((x, j) => (dimensions.includes(j) ? to[dimensions.indexOf(j)] : x)));
}

/** From z to the units of the plane, and the length of 1 in them. */
const side = plane?.querySelector(".field").width.baseVal.value;
const unit = side / (2 * reach);
const across = (x) => (x + reach) * unit;

// ── What moves it ──────────────────────────────────────────────────────────────────────────────────────────────────────

if (plane) {
  const svg = plane.querySelector("svg");
  const follow = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    moveIn(axes, [at.x / unit - reach, reach - at.y / unit]);
  };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    follow(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (svg.hasPointerCapture(event.pointerId)) follow(event);
  });

  const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  plane.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const length = event.shiftKey ? 0.5 : 0.1;
    moveIn(axes, axes.map((j, axis) => z[j] + length * step[axis]));
  });
}

for (const { dimension, input } of sliders) {
  input.addEventListener("input", () => moveIn([dimension], [input.valueAsNumber]));
}

byId("label")?.addEventListener("change", () => move(z));
byId("origin").addEventListener("click", () => move(z.map(() => 0)));
byId("sample").addEventListener("click", () => move(z.map(normal)));

/** A number drawn from N(0, 1), by Box and Muller. */
function normal() {
  return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
}

// ── A test image and its posterior ─────────────────────────────────────────────────────────────────────────────────────

for (const input of document.querySelectorAll("input[name=image]")) {
  input.addEventListener("change", () => choose(Number(input.value), input.nextElementSibling));
}

/** Which share of a slider is before x. */
const share = (x) => Math.min(Math.max((x + reach) / (2 * reach), 0), 1);

/** Shows q(z|x) of a test image, in the plane and beside the sliders, and moves the point to its mean. */
function choose(i, picture) {
  const { label, mean, deviation } = posteriors[i];
  if (data.classes > 0) byId("label").value = label;
  byId("chosen").hidden = false;
  byId("original").getContext("2d").drawImage(picture, 0, 0);
  byId("original").setAttribute("aria-label", picture.alt);
  draw(byId("reconstruction"), decode(mean));
  byId("posterior-text").textContent = inWords(picture.alt, mean, deviation);
  if (plane) {
    const [x, y] = axes.map((j) => mean[j]);
    const radii = axes.map((j) => deviation[j] * unit);
    byId("posterior").removeAttribute("hidden");
    [...byId("posterior").children].forEach((ellipse, k) => {
      const place = { cx: across(x), cy: across(-y), rx: (k + 1) * radii[0], ry: (k + 1) * radii[1] };
      for (const [name, value] of Object.entries(place)) ellipse.setAttribute(name, value);
    });
  }
  for (const { dimension, band } of sliders) {
    const [m, s] = [mean[dimension], deviation[dimension]];
    band.hidden = false;
    band.style.setProperty("--from", share(m - s));
    band.style.setProperty("--to", share(m + s));
  }
  move(mean);
}

/** Mean and deviation of the dimensions of the plane, and KL(q(z|x) ‖ N(0, I)) = ½ Σ [μ² + σ² − 1 − log σ²]. */
function inWords(image, mean, deviation) {
  const rates = Array.from(mean, (m, j) => (m ** 2 + deviation[j] ** 2 - 1) / 2 - Math.log(deviation[j]));
  const rate = rates.reduce((sum, rate) => sum + rate, 0);
  const terms = named.map((j) => `${nameOf(j)} = ${print(mean[j])} ± ${print(deviation[j])}`);
  return `${image}: ${terms.join(", ")}; KL(q(z|x) ‖ N(0, I)) = ${print(rate)} nats.`;
}

move(z);
