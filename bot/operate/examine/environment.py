"""The variables that are set, by name alone, and what Shortlist runs on."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from dotenv import dotenv_values
from pydantic import ValidationError

from bot.operate.finding import Finding, bad, doubtful, good
from bot.operate.wrong import wrong
from bot.settings import Settings
from bot.work.engine.jobs_file import UnsuitableSqlite, check_sqlite

ABOUT, PREFIX = "Environment", "SHORTLIST_"
KNOWN = tuple(f"{PREFIX}{name.upper()}" for name in Settings.model_fields)
BEGINNINGS = {
    f"{PREFIX}SLACK_BOT_TOKEN": ("xoxb-", "the “Bot User OAuth Token” under “OAuth & Permissions”"),
    f"{PREFIX}SLACK_APP_TOKEN": ("xapp-", "an app-level token under “Basic Information”"),
}
"""How a token looks that belongs there, and where it is found."""


def given(folder: Path) -> dict[str, str]:
    """Every variable of ours that is set to something, by its name in capitals; the environment wins over `.env`."""
    file = dotenv_values(folder / ".env") if (folder / ".env").is_file() else {}
    both = {**file, **os.environ}
    named = {name.upper(): value for name, value in both.items() if value}
    return {name: value for name, value in named.items() if name.startswith(PREFIX)}


def settings_from() -> tuple[Settings | None, list[Finding]]:
    """The settings, or what is wrong with each that cannot be read."""
    try:
        return Settings(), []
    except ValidationError as error:
        told = wrong(error)
        return None, [bad(ABOUT, f"{name}: {said}", "Put this variable right.") for name, said in told]


def variables(found: Mapping[str, str], settings: Settings | None, folder: Path) -> Iterator[Finding]:
    named = [name for name in KNOWN if name in found]
    yield good(ABOUT, f"set: {', '.join(named) or 'nothing'}")
    yield good(ABOUT, f"left as it is by default: {', '.join(name for name in KNOWN if name not in found)}")
    for name in sorted(found.keys() - set(KNOWN)):
        near = get_close_matches(name, KNOWN, n=1, cutoff=0.7)
        advice = (
            f"Did you mean {near[0]}?" if near else "Remove it, or look its name up in the table of settings."
        )
        yield doubtful(ABOUT, f"{name} is set, but Shortlist has no such variable.", advice)
    for name, (beginning, place) in BEGINNINGS.items():
        if name in found and not found[name].startswith(beginning):
            yield bad(ABOUT, f"{name} does not begin with {beginning}", f"It should be {place}.")
    for problem in settings.problems() if settings else []:
        yield bad(ABOUT, problem, "Set it, then start Shortlist anew.")
    if (folder / ".env").is_file() and (folder / ".env").stat().st_mode & 0o044:
        yield doubtful(
            ABOUT, ".env can be read by others on this machine.", "`chmod 600 .env` keeps it to you."
        )


def machine() -> Iterator[Finding]:
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    try:
        check_sqlite()
    except UnsuitableSqlite as unsuitable:
        yield bad("Python", versions, str(unsuitable))
    else:
        yield good("Python", versions)
