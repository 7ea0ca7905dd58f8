"""`generator`: numpy's generator, keyed by a seed and by what it is for.

Careers draw from `careersim.kernels`, person by person. Here whole arrays are drawn (resampling, samplers of
a library), and what matters is that a draw depends on nothing but its key.
"""

from __future__ import annotations

import hashlib

import numpy as np

__all__ = ["generator"]


def generator(seed: int, purpose: str) -> np.random.Generator:  # noqa: TID251  keyed below
    """Make a Philox generator whose stream depends on seed and purpose only.

    Parameters
    ----------
    seed
        0 to 2**64 - 1.
    purpose
        What is drawn, such as `bootstrap`; other purposes give unrelated streams.
    """
    key = hashlib.sha256(f"{seed}:{purpose}".encode()).digest()[:16]
    return np.random.Generator(np.random.Philox(key=int.from_bytes(key, "little")))  # noqa: TID251
