"""Small rules that make up the Block Kit tables: each takes a value and its place, and says what is wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Rule = Callable[[object, str], Iterator[str]]


def wrong(what: str, place: str) -> str:
    """A sentence in the form Slack puts into `response_metadata.messages`."""
    return f"[ERROR] {what} [json-pointer:{place}]"


def anything(value: object, place: str) -> Iterator[str]:
    """Accepts whatever stands there."""
    yield from ()


def flag(value: object, place: str) -> Iterator[str]:
    """Accepts true and false."""
    if not isinstance(value, bool):
        yield wrong("must be a boolean", place)


def number(value: object, place: str) -> Iterator[str]:
    """Accepts whole numbers."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield wrong("must be an integer", place)


def between(least: int, most: int) -> Rule:
    """Accepts whole numbers from `least` to `most`."""

    def rule(value: object, place: str) -> Iterator[str]:
        yield from number(value, place)
        if isinstance(value, int) and not least <= value <= most:
            yield wrong(f"must be between {least} and {most}", place)

    return rule


def string(limit: int, least: int = 1) -> Rule:
    """Accepts a string of `least` to `limit` characters."""

    def rule(value: object, place: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must be a string", place)
        elif len(value) < least:
            yield wrong(f"must be more than {least - 1} characters", place)
        elif len(value) > limit:
            yield wrong(f"must be less than {limit + 1} characters", place)

    return rule


def choice(*allowed: str) -> Rule:
    """Accepts one of a few strings."""

    def rule(value: object, place: str) -> Iterator[str]:
        if value not in allowed:
            yield wrong("must be a valid enum value", place)

    return rule


def listed(limit: int, rule: Rule, least: int = 1) -> Rule:
    """Accepts a list of `least` to `limit` values that each keep `rule`."""

    def check(value: object, place: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must be an array", place)
            return
        if len(value) < least:
            yield wrong(f"no fewer than {least} items allowed", place)
        if len(value) > limit:
            yield wrong(f"no more than {limit} items allowed", place)
        for index, one in enumerate(value):
            yield from rule(one, f"{place}/{index}")

    return check


@dataclass(frozen=True)
class Shape:
    """An object: what it must have, what it may have, and what takes several fields to judge."""

    required: dict[str, Rule]
    optional: dict[str, Rule] = field(default_factory=dict)
    also: Rule = anything
    closed: bool = True

    def __call__(self, value: object, place: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield wrong("must provide an object", place)
            return
        rules = {**self.required, **self.optional}
        yield from (
            wrong(f"missing required field: {name}", place) for name in self.required if name not in value
        )
        unknown = [name for name in value if name not in rules and name != "type"] if self.closed else []
        yield from (wrong(f"invalid additional property: {name}", place) for name in unknown)
        for name in rules.keys() & value.keys():
            yield from rules[name](value[name], f"{place}/{name}")
        yield from self.also(value, place)


def one_of(shapes: dict[str, Shape], *names: str) -> Rule:
    """Accepts an object whose `type` is one of `names` (all of `shapes` when none is given)."""
    allowed = names or tuple(shapes)

    def rule(value: object, place: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in allowed:
            yield wrong(f"unsupported type: {kind}", f"{place}/type")
            return
        yield from shapes[kind](value, place)

    return rule


def plain(limit: int) -> Rule:
    """Accepts a plain_text object: places where mrkdwn is refused."""
    return one_of({"plain_text": _plain(limit)})


def text(limit: int) -> Rule:
    """Accepts a plain_text or mrkdwn object."""
    return one_of({"plain_text": _plain(limit), "mrkdwn": _mrkdwn(limit)})


def _plain(limit: int) -> Shape:
    return Shape({"text": string(limit)}, {"emoji": flag})


def _mrkdwn(limit: int) -> Shape:
    return Shape({"text": string(limit)}, {"verbatim": flag})


# Slack documents no limit for the texts of a context block; this is that of a section's fields.
TEXTS = {"plain_text": _plain(2000), "mrkdwn": _mrkdwn(2000)}
