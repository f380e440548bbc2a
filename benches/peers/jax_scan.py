"""JAX: an epoch is one compiled program, its steps a scan."""

import jax
import jax.numpy as jnp
from jax.nn import relu, softplus

PIXELS, HIDDEN, LATENT, BATCH = 784, 400, 20, 128
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def linear(key, inputs, outputs):
    keys, bound = jax.random.split(key), inputs**-0.5
    return [jax.random.uniform(key, shape, minval=-bound, maxval=bound)
            for key, shape in zip(keys, ((inputs, outputs), (outputs,)))]


def negative_elbo(parameters, x, noise):
    (w1, b1), (w2, b2), (w3, b3), (w4, b4) = parameters
    mean, log_var = jnp.split(relu(x @ w1 + b1) @ w2 + b2, 2, axis=1)
    z = mean + jnp.exp(log_var / 2) * noise
    logits = relu(z @ w3 + b3) @ w4 + b4
    distortion = jnp.sum(softplus(logits) - logits * x)
    rate = 0.5 * jnp.sum(mean**2 + jnp.expm1(log_var) - log_var)
    return (distortion + rate) / len(x)


def adam(state, gradients):
    parameters, first, second, t = state
    t += 1
    step, root = RATE / (1 - BETA1**t), 1 / jnp.sqrt(1 - BETA2**t)
    first = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, first, gradients)
    second = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, second, gradients)
    parameters = jax.tree.map(lambda p, m, v: p - step * m / (root * jnp.sqrt(v) + EPSILON),
                              parameters, first, second)
    return parameters, first, second, t


def trainer(images):
    images = jnp.asarray(images)
    key, *keys = jax.random.split(jax.random.key(1), 5)
    sizes = [(PIXELS, HIDDEN), (HIDDEN, 2 * LATENT), (LATENT, HIDDEN), (HIDDEN, PIXELS)]
    parameters = [linear(k, *size) for k, size in zip(keys, sizes)]
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    state = parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.float32(0)

    def train(state, images, key):
        def step(state, batch_and_key):
            batch, key = batch_and_key
            x = images[batch].astype(jnp.float32) / 255
            noise = jax.random.normal(key, (len(batch), LATENT))
            loss, gradients = jax.value_and_grad(negative_elbo)(state[0], x, noise)
            return adam(state, gradients), loss * len(batch)

        order_key, last_key, noise_key = jax.random.split(key, 3)
        order = jax.random.permutation(order_key, len(images))
        full = len(images) // BATCH
        batches = order[:full * BATCH].reshape(full, BATCH)
        state, losses = jax.lax.scan(step, state, (batches, jax.random.split(noise_key, full)))
        state, last = step(state, (order[full * BATCH:], last_key))
        return state, (losses.sum() + last) / len(images)

    train = jax.jit(train, donate_argnums=0)

    def epoch():
        nonlocal state, key
        key, epoch_key = jax.random.split(key)
        state, loss = train(state, images, epoch_key)
        return float(loss)

    return epoch
