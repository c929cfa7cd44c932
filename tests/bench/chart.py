"""A bar chart as SVG, drawn by hand: acks a second of each contender at each number of connections."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tests.bench.acks import CONNECTIONS, CONTENDERS, Results

WIDTH, LEFT, RIGHT, BAR, GAP, GROUP = 760, 300, 90, 18, 4, 34
COLOURS = {"a": "#9aa5b1", "b": "#7b8794", "c": "#b8860b", "d": "#cbd2d9", "e": "#3e8ed0", "f": "#167c80"}
"""By contender; they tell apart on white and on black."""


def chart(results: Results) -> str:
    height = len(results) * (BAR + GAP) + len(CONNECTIONS) * (GROUP + GAP) + 40
    style = "text{font:13px system-ui,sans-serif;fill:#52606d}.n{font-weight:600}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Acks a second by server and number of connections"><style>{style}</style>'
    )
    return "\n".join([head, *_bars(results), "</svg>", ""])


def _bars(results: Results) -> Iterator[str]:
    most = max(one.rate for one in results.values())
    y = 20
    yield f'<text class="n" x="10" y="{y}">Acks a second (longer is better)</text>'
    for connections in CONNECTIONS:
        y += GROUP
        yield f'<text class="n" x="10" y="{y}">{_plural(connections)}</text>'
        y += GAP
        for each in CONTENDERS:
            if (each.key, connections) not in results:
                continue
            rate = results[each.key, connections].rate
            width = max(1.0, rate / most * (WIDTH - LEFT - RIGHT))
            name = escape(each.name.replace("`", ""))
            yield f'<text x="{LEFT - 8}" y="{y + BAR - 5}" text-anchor="end">{name}</text>'
            yield (
                f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR}" rx="3" fill="{COLOURS[each.key]}"/>'
            )
            yield f'<text x="{LEFT + width + 8:.1f}" y="{y + BAR - 5}">{rate:,.0f}</text>'
            y += BAR + GAP


def _plural(connections: int) -> str:
    return f"{connections} connection{'s' if connections > 1 else ''}"
