"""NumPy with every gradient written out, on OpenBLAS."""

import numpy as np

PIXELS, HIDDEN, LATENT, BATCH = 784, 400, 20, 128
RATE, BETA1, BETA2, EPSILON = 1e-3, 0.9, 0.999, 1e-8


def trainer(images):
    rng = np.random.default_rng(1)

    def linear(inputs, outputs):
        bound = 1 / np.sqrt(inputs)
        return [rng.uniform(-bound, bound, shape).astype(np.float32)
                for shape in ((inputs, outputs), (outputs,))]

    parameters = [*linear(PIXELS, HIDDEN), *linear(HIDDEN, 2 * LATENT),
                  *linear(LATENT, HIDDEN), *linear(HIDDEN, PIXELS)]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    room = [(np.empty_like(p), np.empty_like(p)) for p in parameters]
    t = 0

    def loss_and_gradients(x, noise):
        w1, b1, w2, b2, w3, b3, w4, b4 = parameters
        batch = len(x)

        # Forward.
        h = x @ w1
        h += b1
        np.maximum(h, 0, out=h)
        head = h @ w2 + b2
        mean, log_var = head[:, :LATENT], head[:, LATENT:]
        spread = np.exp(log_var / 2) * noise
        z = mean + spread
        k = z @ w3
        k += b3
        np.maximum(k, 0, out=k)
        logits = k @ w4
        logits += b4
        e = np.exp(-np.abs(logits))
        distortion = np.sum(np.maximum(logits, 0) - logits * x + np.log1p(e))
        rate = 0.5 * np.sum(mean * mean + np.expm1(log_var) - log_var)

        # Backward: σ(l) = 1 / (1 + e) for l ≥ 0 and e / (1 + e) otherwise.
        dlogits = np.where(logits >= 0, np.float32(1), e)
        e += 1
        dlogits /= e
        dlogits -= x
        dlogits /= batch
        dk = dlogits @ w4.T
        dk *= k > 0
        dz = dk @ w3.T
        dhead = np.empty_like(head)
        dhead[:, :LATENT] = dz + mean / batch
        dhead[:, LATENT:] = 0.5 * (dz * spread + np.expm1(log_var) / batch)
        dh = dhead @ w2.T
        dh *= h > 0
        gradients = (x.T @ dh, dh.sum(0), h.T @ dhead, dhead.sum(0),
                     z.T @ dk, dk.sum(0), k.T @ dlogits, dlogits.sum(0))
        return float(distortion + rate), gradients

    def adam(gradients):
        nonlocal t
        t += 1
        step, root = RATE / (1 - BETA1**t), 1 / np.sqrt(1 - BETA2**t)
        for p, g, m, v, (a, b) in zip(parameters, gradients, first, second, room):
            np.multiply(g, np.float32(1 - BETA1), out=a)
            m *= np.float32(BETA1)
            m += a
            np.multiply(g, g, out=a)
            a *= np.float32(1 - BETA2)
            v *= np.float32(BETA2)
            v += a
            np.sqrt(v, out=a)
            a *= np.float32(root)
            a += np.float32(EPSILON)
            np.multiply(m, np.float32(step), out=b)
            b /= a
            p -= b

    def epoch():
        total = 0.0
        order = rng.permutation(len(images))
        for start in range(0, len(images), BATCH):
            x = images[order[start:start + BATCH]].astype(np.float32)
            x /= 255
            noise = rng.standard_normal((len(x), LATENT), dtype=np.float32)
            loss, gradients = loss_and_gradients(x, noise)
            adam(gradients)
            total += loss
        return total / len(images)

    return epoch
