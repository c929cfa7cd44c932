"""`shortlist audit`: sentences in a shell, and exit codes that a script can trust."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.operate.audit import ALL, RENEWED
from bot.operate.connect import UNAUDITED, _note
from bot.shell import cli
from bot.store import registry
from bot.store.audit import CHAINS, TABLE, Audit, append
from bot.store.history import LOCKED
from bot.store.sqlite import SqliteStore
from bot.store.vault import Vault, new_key
from tests.bot.test_audit import START, TEAM, happened

T = TypeVar("T")
KEY = new_key()
VAULT = Vault([SecretStr(KEY)])


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHORTLIST_ENCRYPTION_KEYS", KEY)
    monkeypatch.setenv("SHORTLIST_DATABASE_URL", f"sqlite:///{tmp_path / 'shortlist.db'}")
    kept(lambda store: filled(store, 3))
    return tmp_path


def kept(work: Callable[[SqliteStore], Awaitable[T]]) -> T:
    """What somebody does with the file while no command runs."""

    async def done() -> T:
        store = SqliteStore(Path("shortlist.db"))
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(done())


async def filled(store: SqliteStore, count: int) -> None:
    for number in range(1, count + 1):
        await Audit(store, VAULT).record(happened(number, at=START + 86_400 * number))


def shortlist(*words: str, **env: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(cli, ["audit", *words], env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_an_export_has_a_line_for_each_entry_from_the_first_day_on() -> None:
    code, out, err = shortlist("export", "--team", TEAM)
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, err, [line["number"] for line in lines]) == (0, "", [1, 2, 3])
    assert lines[0]["team"] == TEAM
    _, out, _ = shortlist("export", "--team", TEAM, "--since", "2027-01-17")
    assert [json.loads(line)["number"] for line in out.splitlines()] == [2, 3]
    assert shortlist("export", "--team", "T9") == (0, "", "")
    assert shortlist("export")[0] == 2


def test_a_whole_audit_is_a_sentence_and_a_changed_one_a_failure(here: Path) -> None:
    assert shortlist("verify") == (0, "The audit is whole: 3 entries in 1 workspace.\n", "")
    export = here / "export.jsonl"
    export.write_text(shortlist("export", "--team", TEAM)[1])
    assert shortlist("verify", "--against", str(export))[0] == 0
    kept(lambda store: store.write(lambda write: write.remove(TABLE, {"number": 3})))
    problems = f"{TEAM}: entry 3 is missing\n{TEAM}: entry 3 is not there\n"
    assert shortlist("verify", "--against", str(export)) == (1, "", problems)
    assert shortlist("verify", "--team", "T9") == (0, "The audit is whole: 0 entries in 0 workspaces.\n", "")


def test_an_audit_whose_key_is_lost_can_be_begun_anew(here: Path) -> None:
    lost = {"SHORTLIST_ENCRYPTION_KEYS": new_key()}
    code, _, err = shortlist("verify", **lost)
    assert (code, err.splitlines()[-2:]) == (1, [f"{TEAM}: {LOCKED}", f"{ALL}: {registry.LOCKED}"])
    said = f"3 entries of {TEAM} were removed; the next one is number 5. {RENEWED}\n"
    assert shortlist("renew", TEAM, **lost)[:2] == (0, said)
    assert shortlist("verify", **lost)[0] == 0
    (line,) = shortlist("export", "--team", TEAM)[1].splitlines()
    assert json.loads(line)["verb"] == "shortlist audit renew"
    assert shortlist("renew", "T9")[:2] == (0, "There is no audit of T9.\n")
    assert shortlist("verify", **lost)[0] == 0


def test_an_audit_that_is_gone_as_a_whole_is_a_failure_until_somebody_begins_it_anew() -> None:
    kept(lambda store: Audit(store, VAULT).record(happened(1, "T2")))
    for table in (TABLE, CHAINS):
        kept(lambda store, name=table: store.write(lambda write: write.remove(name, {"team_id": TEAM})))  # type: ignore[misc]
    said = f"{ALL}: the audit of 1 workspace is missing as a whole\n"
    assert shortlist("verify") == (1, "", said)
    assert shortlist("renew", TEAM) == (0, f"There is no audit of {TEAM}. {RENEWED}\n", "")
    assert shortlist("verify") == (0, "The audit is whole: 2 entries in 2 workspaces.\n", "")
    (line,) = shortlist("export", "--team", TEAM)[1].splitlines()
    assert json.loads(line)["verb"] == "shortlist audit renew"


def test_a_lost_key_stops_nobody_who_connects() -> None:
    lost, missed = Vault([SecretStr(new_key())]), list[str]()

    async def notes(store: SqliteStore) -> None:
        await store.write(lambda write: _note(lost, missed, TEAM, "recruspace", "done", write, "c1"))
        await store.write(lambda write: append(write, VAULT, happened(4)))

    kept(notes)
    assert missed == [UNAUDITED]
    assert shortlist("verify")[1] == "The audit is whole: 4 entries in 1 workspace.\n"
