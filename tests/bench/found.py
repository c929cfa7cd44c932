"""All that one run of the bench has found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.bench.acks import Results
from tests.bench.crowd import Crowd
from tests.bench.floors import Floors
from tests.bench.importing import Imported
from tests.bench.kinds import Kind
from tests.bench.overhead import Overhead
from tests.bench.waiting import Waiting
from tests.bench.watching import Watched
from tests.bench.whole import Lookup, Whole


@dataclass(frozen=True)
class Found:
    """`load` is the machine's load average before it; `javascript` is which Bolt that was, empty when there was none."""

    acks: Results
    javascript: str
    overheads: Sequence[Overhead]
    floors: Floors
    kinds: Sequence[Kind]
    whole: Whole
    lookups: Sequence[Lookup]
    crowd: Crowd
    waiting: Waiting
    watched: Watched
    imported: Imported
    load: float
    seconds: float
