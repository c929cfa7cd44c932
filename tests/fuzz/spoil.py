"""Changes payloads: gently, so that they could still be somebody's, and roughly, in any way."""

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from bot.demo.slack.wire import Json, as_object
from tests.fuzz.words import HUGE, IDS, WRONG, nasty, nested

Path = tuple[str | int, ...]

SPOKEN = frozenset(
    {
        "text",
        "user_name",
        "channel_name",
        "team_domain",
        "domain",
        "username",
        "name",
        "token",
        "challenge",
        "title",
        "filename",
    }
)
"""Keys under which people's own words stand, and which no code of ours needs to be right."""
OURS = frozenset({"private_metadata", "value"})
"""Keys under which we have put JSON ourselves."""


def paths(node: object, so_far: Path = ()) -> Iterator[Path]:
    """Where each part of it is."""
    parts = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, part in parts:
        yield (*so_far, name)
        yield from paths(part, (*so_far, name))


def at(payload: Any, path: Path) -> Any:
    for name in path:
        payload = payload[name]
    return payload


def put(payload: Any, path: Path, value: object) -> None:
    at(payload, path[:-1])[path[-1]] = value


def gently(payload: Json, random: Random) -> Json:
    """The same click or command with other words of people, and with keys that Slack may add tomorrow."""
    changed: Json = copy.deepcopy(payload)
    for path in list(paths(changed)):
        if _is_spoken(changed, path) and random.random() < 0.5:
            put(changed, path, _said(changed, path, random))
    if random.random() < 0.3:
        changed[f"new_{random.randrange(9)}"] = nested(random) if random.random() < 0.2 else nasty(random)
    return changed


def _is_spoken(payload: Json, path: Path) -> bool:
    """A text of a person: what is typed, named or written, and no id; what a card of ours says is ours."""
    if not isinstance(at(payload, path), str) or "blocks" in path or "actions" in path:
        return False
    typed = path[-1] == "value" and (path[:1] == ("value",) or _is_input(at(payload, path[:-1])))
    return typed or (path[-1] in SPOKEN and "selected_option" not in path)


def _is_input(holder: object) -> bool:
    return isinstance(holder, dict) and "_input" in str(holder.get("type"))


def _said(payload: Json, path: Path, random: Random) -> str:
    words = nasty(random)[:3_000]
    verb = str(payload.get("text", "")).split(" ")[0]
    return f"{verb} {words}" if path == ("text",) and random.random() < 0.7 else words


def roughly(payload: Json, random: Random, others: Sequence[Json]) -> Json:
    """Anything: parts left out, put elsewhere, of other types, too many, too large, too deep, of somebody else."""
    changed: Json = copy.deepcopy(payload)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        # Slack sends back the blocks that we have drawn, and nothing of ours reads most of them.
        everything = random.random() < 0.1
        known = [path for path in paths(changed) if everything or "blocks" not in path]
        if known:
            random.choice(ROUGH)(changed, random.choice(known), random, others)
    return changed


def _leave_out(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    del at(payload, path[:-1])[path[-1]]


def _other_type(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    put(payload, path, copy.deepcopy(random.choice(WRONG)))


def _other_words(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    put(payload, path, nasty(random))


def _huge(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    put(payload, path, random.choice(("x" * HUGE, "<!channel>" * 6_000, list(range(5_000)), "9" * 5_000)))


def _deep(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    put(payload, path, nested(random))


def _many(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    part = at(payload, path)
    put(payload, path, part * 40 if isinstance(part, list) else [part] * 40)


def _transplanted(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    """A part of another payload."""
    donor = random.choice(others)
    put(payload, path, copy.deepcopy(at(donor, random.choice(list(paths(donor))))))


def _other_id(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    """Somebody or something else wherever this id stands; for what is no id, an id."""
    old, new = at(payload, path), random.choice(IDS)
    if not (isinstance(old, str) and old[:1] in "TUCDVFEB" and old[1:].isalnum()):
        put(payload, path, new)
        return
    for each in list(paths(payload)):
        if at(payload, each) == old:
            put(payload, each, new)


def _other_kind(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    payload["type"] = random.choice([each.get("type") for each in others] + ["unheard_of", "block_actions"])


def _inside_ours(payload: Json, path: Path, random: Random, others: Sequence[Json]) -> None:
    """Our own JSON in a button or a form: cut off, or spoilt within."""
    mine = [p for p in paths(payload) if p[-1] in OURS and str(at(payload, p)).startswith("{")]
    if not mine:
        return
    where = random.choice(mine)
    text = str(at(payload, where))
    inner = as_object(text) if random.random() < 0.8 else None
    if inner is None or not (known := list(paths(inner))):
        put(payload, where, text[: random.randrange(len(text))])
        return
    random.choice((_leave_out, _other_type, _other_words, _other_id, _deep))(
        inner, random.choice(known), random, others
    )
    put(payload, where, json.dumps(inner))


Spoil = Callable[[Json, Path, Random, Sequence[Json]], None]
ROUGH: tuple[Spoil, ...] = (
    _leave_out,
    _leave_out,
    _other_type,
    _other_type,
    _other_type,
    _other_words,
    _other_words,
    _huge,
    _deep,
    _many,
    _transplanted,
    _other_id,
    _other_id,
    _other_kind,
    _inside_ours,
    _inside_ours,
)


def torn(raw: bytes, random: Random) -> bytes:
    """Bytes that no program has written so."""
    where = random.randrange(len(raw) + 1)
    junk = random.choice((b"\x00", b"\xff\xfe", b"&payload={}", b"&text=\xc3", b"%", b"\r\n\r\n", b"{", raw))
    return random.choice((raw[:where], raw[:where] + junk + raw[where:], raw[where:], raw[::-1], junk))
