"""One body that is thrown at the bot: from a sample, a seed and a number, the same each time."""

import copy
import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import blake2b
from random import Random
from typing import Any
from urllib.parse import urlencode

from bot.demo.slack.passes import new_response_url, new_trigger
from bot.demo.slack.people import TEAM_ID, User
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Trigger
from tests.bot.town import HIRING
from tests.fuzz.corpus import Sample
from tests.fuzz.scene import Scene
from tests.fuzz.spoil import at, gently, paths, put, roughly, torn

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
LEAVING = ("app_uninstalled", "tokens_revoked")


class Manner(Enum):
    """`AS_IT_WAS` and `GENTLE` ones are somebody's and have to be answered; of others nobody needs to hear."""

    AS_IT_WAS = "as it was"
    GENTLE = "gentle"
    ROUGH = "rough"
    TORN = "torn"


MANNERS = [Manner.AS_IT_WAS] * 8 + [Manner.GENTLE] * 22 + [Manner.ROUGH] * 64 + [Manner.TORN] * 6


@dataclass(frozen=True)
class Body:
    """`person` is somebody whom nobody else of the crowd is; `pass_` and `trigger` belong to this body alone."""

    number: int
    name: str
    manner: Manner
    payload: Json
    raw: bytes
    content_type: str
    person: User
    trigger: str
    pass_: str
    view: str

    @property
    def told(self) -> str:
        """What a report shows of it."""
        said = {
            name: part for name, part in self.payload.items() if name not in ("token", "team", "response_url")
        }
        return f"--only {self.number}: {self.manner.value} {self.name}: {json.dumps(said)[:2_000]}"


def body(here: Scene, samples: Sequence[Sample], seed: int, number: int) -> Body:
    random = Random(f"{seed}:{number}")
    sample, manner = _chosen(samples, seed, number), random.choice(MANNERS)
    person = here.newcomer(random)
    trigger = _trigger(here, person, random)
    token = new_response_url(here.slack.workspace, person.id, HIRING, None)
    url = f"{here.slack.url}/response/{token}"
    payload = _personal(sample.errand.payload, person, trigger, url, number)
    if manner is Manner.GENTLE:
        payload = gently(payload, random)
    if manner is Manner.ROUGH:
        payload = roughly(payload, random, [each.errand.payload for each in random.sample(list(samples), 3)])
    payload = _of_another(payload)
    raw, kind = encoded(payload, sample.errand.kind)
    if manner is Manner.TORN:
        raw, kind = torn(raw, random), random.choice((kind, kind, FORM, JSON, "text/plain", ""))
        if b"uninstalled" in raw or b"revoked" in raw:
            raw = raw.replace(TEAM_ID.encode(), b"T0OTHER")
    view = payload.get("view")
    shown = str(view.get("id")) if isinstance(view, dict) else ""
    return Body(number, sample.name, manner, payload, raw, kind, person, trigger, token, shown)


def _chosen(samples: Sequence[Sample], seed: int, number: int) -> Sample:
    """By the names alone: where one kind more was recorded, every other body is what it was."""
    return max(
        samples, key=lambda each: blake2b(f"{seed}:{number}:{each.name}".encode(), digest_size=8).digest()
    )


def _trigger(here: Scene, person: User, random: Random) -> str:
    """Now and then one that has run out: it is a person's all the same."""
    trigger = new_trigger(here.slack.workspace, person.id, None)
    if random.random() < 0.1:
        here.slack.workspace.triggers[trigger] = Trigger(person.id, 0.0, None)
    return trigger


def _personal(payload: Json, person: User, trigger: str, url: str, number: int) -> Json:
    """The same, done by this person just now."""
    mine: Json = copy.deepcopy(payload)
    if isinstance(mine.get("user"), dict):
        mine["user"] |= {"id": person.id, "team_id": person.team_id}
    fresh: dict[str, Any] = {
        "user_id": person.id,
        "trigger_id": trigger,
        "response_url": url,
        "event_id": f"Ev{number}",
    }
    mine |= {name: value for name, value in fresh.items() if name in mine}
    if "view" in mine:
        mine["view"]["hash"] = f"{number}.hash"
    if "message_ts" in mine.get("container", {}):
        mine["container"]["message_ts"] = f"{number}.000001"
    return mine


def _of_another(payload: Json) -> Json:
    """Our own workspace never leaves: there would be nothing to throw at any more."""
    event = payload.get("event")
    if any(word in json.dumps(event) for word in LEAVING):
        for path in list(paths(payload)):
            if at(payload, path) == TEAM_ID:
                put(payload, path, "T0OTHER")
    return payload


def encoded(payload: Json, kind: str) -> tuple[bytes, str]:
    """As Slack sends it; a part that a form cannot hold goes as JSON."""
    if kind == "events_api":
        return json.dumps(payload).encode(), JSON
    if kind == "slash_commands":
        fields = {name: _text(value) for name, value in payload.items()}
        return urlencode(fields, errors="surrogatepass").encode(), FORM
    return urlencode({"payload": json.dumps(payload)}).encode(), FORM


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
