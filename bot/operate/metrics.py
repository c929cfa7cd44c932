"""What is counted for `/metrics`: by vendor and by outcome, never by workspace or person."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

POLLS = Counter("shortlist_watch_polls", "Looks at a watched ATS.", ["vendor", "outcome"])
LAG = Histogram(
    "shortlist_watch_lag_seconds",
    "Seconds by which a look began after it was due.",
    ["vendor"],
    buckets=(0.5, 1, 5, 15, 60, 300, 900, 3600),
)
NEWS = Counter("shortlist_watch_news", "Changes that watches found.", ["vendor", "kind"])
