"""How fast one person, or one address that guesses, may ask."""

from collections import OrderedDict
from dataclasses import dataclass
from math import inf


@dataclass(slots=True)
class Bucket:
    tokens: float
    filled_at: float


class Buckets:
    """A token bucket for each key: ``burst`` at once, then ``rate`` a second.

    Only the ``kept`` keys seen last are remembered, so memory is bounded; nothing is stored.
    """

    def __init__(self, *, burst: int, rate: float, kept: int = 20_000) -> None:
        self.burst = burst
        self.rate = rate
        self.kept = kept
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, key: str, time: float) -> bool:
        """Take a token at ``time`` (seconds, monotonic); False if there is none."""
        return self.wait(key, time) == 0

    def wait(self, key: str, time: float, tokens: int = 1) -> float:
        """Take them if they are there; if not, say in how many seconds they will be."""
        bucket = self._filled(key, time)
        left = bucket.tokens - min(tokens, self.burst)
        if left < 0:
            return -left / self.rate if self.rate else inf
        bucket.tokens = left
        return 0

    def _filled(self, key: str, time: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            return self._new(key, time)
        self._buckets.move_to_end(key)
        passed = max(0.0, time - bucket.filled_at)
        bucket.tokens = min(self.burst, bucket.tokens + passed * self.rate)
        bucket.filled_at = time
        return bucket

    def _new(self, key: str, time: float) -> Bucket:
        bucket = self._buckets[key] = Bucket(self.burst, time)
        if len(self._buckets) > self.kept:
            self._buckets.popitem(last=False)
        return bucket
