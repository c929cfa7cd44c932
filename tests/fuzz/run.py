"""A whole run: a bot, a corpus, many bodies, and what is left of the bot afterwards."""

from collections.abc import Callable, Iterable
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.slack import home
from connectors.http import Http
from connectors.pace import Pace
from tests.bot.town import MEMBER
from tests.fuzz.corpus import corpus
from tests.fuzz.doors import knock
from tests.fuzz.judge import Witness, listening
from tests.fuzz.scene import Scene, scene
from tests.fuzz.volley import Report, Thrower

PACE = Http.pace
LOOKED_AT = 2.0
"""Seconds for which somebody looks at Home: in an hour there would be thousands, drawn anew at each change."""


async def run(
    folder: Path, seed: int, numbers: Iterable[int], tell: Callable[[str], None] = lambda text: None
) -> Report:
    """Throw these bodies of a seed, one by one the same each time."""
    report = Report(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "OPEN", LOOKED_AT)
        patch.setattr(Http, "pace", _without_a_limit)
        async with scene(folder) as here, aiohttp.ClientSession() as session:
            report.samples = samples = await corpus(here)
            tell(f"{len(samples)} kinds of payloads were recorded")
            witness = Witness(here)
            with listening() as log, witness.watching():
                await Thrower(here, samples, session, report, witness).throw(numbers, tell)
                report.wrong += await knock(here, session, seed)
                report.wrong += await _afterwards(here, session)
            report.wrong += log.bugs
    return report


def _without_a_limit(http: Http, vendor: str, key: SecretStr, per_minute: int | None) -> Pace:
    """A minute's calls are gone in a second, and then everybody would only hear that the ATS asks for patience."""
    return PACE(http, vendor, key, None)


async def _afterwards(here: Scene, session: aiohttp.ClientSession) -> list[str]:
    """Whether the bot is ready, and somebody who asks is answered as ever."""
    async with session.get(f"{here.bot.url}/readyz") as answer:
        ready = answer.status == 200
    asked = await here.town.type("find zoe@example.com via recruspace", user=MEMBER)
    try:
        await asked.answer("Ødegård", seconds=30)
    except TimeoutError as late:
        return [f"afterwards nobody is answered: {late}"]
    return [] if ready else ["afterwards it is not ready"]
