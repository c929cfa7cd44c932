"""A small picture of counts: bars by week, and bars of what there was most of, as a PNG without any library."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 720, 240
PAPER, INK, PALE, GRID = (255, 255, 255), (31, 77, 58), (143, 211, 180), (221, 221, 221)
"""The colours are told apart by their lightness alone; nothing is said by colour only."""
DIGITS = {
    "0": "111101101101111",
    "1": "010110010010111",
    "2": "111001111100111",
    "3": "111001111001111",
    "4": "101101111001001",
    "5": "111100111001111",
    "6": "111100111101111",
    "7": "111001010010010",
    "8": "111101111101111",
    "9": "111101111001111",
}
"""Each digit as five rows of three dots."""
DOT = 3
MARGIN, FOOT, TOP = 24, 30, 30

Colour = tuple[int, int, int]


class Canvas:
    """Pixels, from the upper left; what is drawn outside is cut off."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = [bytearray(bytes(PAPER) * width) for _ in range(height)]

    def box(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        left, right = max(left, 0), min(left + width, self.width)
        for row in self._rows[max(top, 0) : max(top + height, 0)]:
            row[left * 3 : right * 3] = bytes(colour) * max(right - left, 0)

    def number(self, centre: int, top: int, value: int, colour: Colour = INK) -> None:
        text = str(value)
        left = centre - (len(text) * 4 - 1) * DOT // 2
        for place, digit in enumerate(text):
            for at, dot in enumerate(DIGITS[digit]):
                if dot == "1":
                    x, y = left + (place * 4 + at % 3) * DOT, top + at // 3 * DOT
                    self.box(x, y, DOT, DOT, colour)

    def png(self) -> bytes:
        rows = b"".join(b"\0" + bytes(row) for row in self._rows)
        size = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", size), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def chart(weeks: Sequence[int], most: Sequence[int]) -> bytes:
    """On the left a bar for each week, the last one dark; on the right the numbered bars of `most`, as below it."""
    canvas = Canvas(WIDTH, HEIGHT)
    half = WIDTH // 2
    _columns(canvas, weeks, MARGIN, half - 2 * MARGIN)
    canvas.box(half, TOP, 2, HEIGHT - TOP - FOOT, GRID)
    _rows(canvas, most, half + MARGIN, half - 2 * MARGIN)
    return canvas.png()


def _columns(canvas: Canvas, values: Sequence[int], left: int, width: int) -> None:
    floor, room = HEIGHT - FOOT, HEIGHT - FOOT - TOP - 8 * DOT
    step, largest = width // max(len(values), 1), max([1, *values])
    for at, value in enumerate(values):
        tall = round(room * value / largest)
        x = left + at * step
        last = at == len(values) - 1
        canvas.box(x + 4, floor - tall, step - 8, tall, INK if last else PALE)
        canvas.number(x + step // 2, floor - tall - 6 * DOT, value)
    canvas.box(left, floor, width, 2, INK)


def _rows(canvas: Canvas, values: Sequence[int], left: int, width: int) -> None:
    start, room, largest = left + 8 * DOT, width - 22 * DOT, max([1, *values])
    for at, value in enumerate(values):
        y = TOP + at * 36
        long = round(room * value / largest)
        canvas.number(left + 2 * DOT, y + DOT, at + 1)
        canvas.box(start, y, long, 7 * DOT, INK)
        canvas.number(start + long + 8 * DOT, y + DOT, value)
