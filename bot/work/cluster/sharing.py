"""What a process holds in memory and others must hear of: people who look at Home, who left or is forgotten, open forms."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

import structlog
from pydantic import TypeAdapter, ValidationError

from bot.slack.invocation import Invocation
from bot.store.vault import CannotOpen, Vault
from bot.work.cluster.peers import Peers
from commands.text.person import AddRequest

log = structlog.get_logger()

CHANGED, LEFT, FORGOTTEN, TYPED, WHO, THEY = "changed", "left", "forgotten", "typed", "who", "they"
TYPED_SEAL, PEOPLE_SEAL = "typed", "people"
PATIENCE = 1.0
"""Seconds to wait for an answer; Slack waits three for ours."""

People = Sequence[AddRequest]
_PEOPLE = TypeAdapter(tuple[AddRequest, ...])


class Sharing:
    """Each process keeps what it shows to whom to itself; the others only say that something is different now."""

    def __init__(self, peers: Peers, vault: Vault) -> None:
        self._peers, self._vault = peers, vault
        self._hearers: Mapping[str, Callable[..., None]] = {}
        self._asked: dict[str, asyncio.Future[People]] = {}

    def begin(
        self,
        changed: Callable[[str, str, bool], None],
        memories: Sequence[Callable[[str], None]],
        caches: Sequence[Callable[[str], None]],
        typed: Callable[[Invocation], object],
        people: Callable[[str, str], People | None],
    ) -> None:
        """Hand what the others say to these. `caches` are those of the memories in which people stand."""

        def left(team: str) -> None:
            for forget in memories:
                forget(team)

        def forgotten(team: str) -> None:
            for forget in caches:
                forget(team)

        def opened(sealed: str) -> None:
            typed(Invocation.model_validate_json(self._vault.open(TYPED_SEAL, sealed)))

        def who(team: str, view: str) -> None:
            if (found := people(team, view)) is not None:
                text = _PEOPLE.dump_json(tuple(found)).decode()
                self._say(THEY, view, self._vault.seal(PEOPLE_SEAL, text))

        self._hearers = {
            CHANGED: changed,
            LEFT: left,
            FORGOTTEN: forgotten,
            TYPED: opened,
            WHO: who,
            THEY: self._they,
        }
        self._peers.hear(self._hear)

    def changed(self, team: str, user: str, everybody: bool = False) -> None:
        """Something that Home shows is different now."""
        self._say(CHANGED, team, user, everybody)

    def left(self, team: str) -> None:
        """A workspace has left: nothing of it is kept."""
        self._say(LEFT, team)

    def forgotten(self, team: str) -> None:
        """Somebody is forgotten in a workspace; who it is, nobody needs to hear."""
        self._say(FORGOTTEN, team)

    def typed(self, invocation: Invocation) -> bool:
        """A field of a form that another process has opened; whether there may be one."""
        return self._say(
            TYPED, self._vault.seal(TYPED_SEAL, invocation.model_dump_json(exclude_defaults=True))
        )

    async def people(self, team: str, view: str) -> People | None:
        """The people of a form that another process has opened; None if nobody says so."""
        answer = self._asked[view] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(PATIENCE):
                return await answer if self._say(WHO, team, view) else None
        except TimeoutError:
            return None
        finally:
            self._asked.pop(view, None)

    def _they(self, view: str, sealed: str) -> None:
        people = _PEOPLE.validate_json(self._vault.open(PEOPLE_SEAL, sealed))
        if (answer := self._asked.get(view)) and not answer.done():
            answer.set_result(people)

    def _say(self, *words: object) -> bool:
        return self._peers.tell(json.dumps(words))

    def _hear(self, said: str) -> None:
        what, *about = json.loads(said)
        try:
            if hearer := self._hearers.get(what):  # a newer version may say more
                hearer(*about)
        except (CannotOpen, ValidationError, TypeError) as error:  # of another version, or with other keys
            log.warning("what another process said cannot be read", error=type(error).__name__)
