"""Which country somebody is in, as far as their time zone tells: for phone numbers without a country code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def country_of(time_zone: str) -> str | None:
    """The country's two letters (ISO 3166), or None for a zone of no country, such as UTC."""
    return _countries().get(time_zone)


@cache
def _countries() -> dict[str, str]:
    """The zone table: country, coordinates, zone, comment, with tabs between."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {row[2]: row[0] for row in rows}
