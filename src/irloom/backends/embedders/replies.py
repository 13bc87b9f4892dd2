"""Reads the reply of an embeddings endpoint."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from irloom.backends.chat.refusals import Retryable


def read_embedding(body: bytes) -> NDArray[np.float32]:
    """The one vector of a reply, made of length 1; Retryable where there is none, or more than one."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Retryable(
            f"the endpoint's reply is not JSON ({error}): {body[:80]!r}", kind="unusable"
        ) from error
    listed = found.get("data") if isinstance(found, dict) else None
    if not isinstance(listed, list) or len(listed) != 1:
        why = f": {str(found['error'])[:200]}" if isinstance(found, dict) and found.get("error") else ""
        raise Retryable(f"the endpoint's reply does not hold one embedding{why}", kind="unusable")
    return _read_numbers(listed[0])


def _read_numbers(row: Any) -> NDArray[np.float32]:
    numbers = row.get("embedding") if isinstance(row, dict) else None
    try:
        vector = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError):
        vector = np.empty(0)
    length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
    if not (np.isfinite(length) and length > 0):
        raise Retryable("the endpoint's embedding is no list of numbers, or all 0", kind="unusable")
    return (vector / length).astype(np.float32)
