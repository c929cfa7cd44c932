"""The image: small, without root, without a shell; and the bot writes to its data folder and nowhere else."""

import json
import os
import re
import shutil
import stat
import sys
import sysconfig
import tempfile
from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import pytest

from bot.demo.slack.people import TEAM_ID
from bot.store.vault import new_key
from tests.bot import serving
from tests.bot.processes import cold
from tests.bot.serving import Served, environment, run
from tests.bot.town import MEMBER, Town, town

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parents[1]
NOBODY = 65534
ROOMS = ("bot", "commands", "connectors")
BECOMES = f"""
import os, sys
os.setgroups([]), os.setgid({NOBODY}), os.setuid({NOBODY})
os.execv(sys.argv[1], sys.argv[1:])
"""
"""How root runs a program as somebody who may do nothing."""


def instructions(text: str) -> list[tuple[str, str]]:
    """Each instruction and what it says, lines that go on put together."""
    joined = re.sub(r"\\\n\s*", "", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    return [
        (word, rest.strip())
        for line in joined.splitlines()
        if line
        for word, _, rest in [line.partition(" ")]
    ]


DOCKERFILE = instructions((ROOT / "Dockerfile").read_text())
STAGE = [at for at, (word, _) in enumerate(DOCKERFILE) if word == "FROM"]
LAST = dict(DOCKERFILE[STAGE[-1] :])


def test_what_runs_is_built_in_a_stage_of_its_own_upon_an_official_image() -> None:
    assert [said.split()[0] for word, said in DOCKERFILE if word == "FROM"] == ["python:3.11-slim"] * 2
    assert "RUN" not in LAST


def test_nobody_is_root_and_nothing_is_writable_but_the_data() -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", LAST["USER"])
    assert json.loads(LAST["VOLUME"]) == ["/data"]
    assert LAST["WORKDIR"] == "/data"
    owned = [said for word, said in DOCKERFILE if word == "COPY" and "--chown" in said]
    assert owned == [f"--from=build --chown={LAST['USER']} /data /data"]
    assert "SHORTLIST_DATABASE_URL=sqlite:////data/" in LAST["ENV"]


def test_no_shell_stands_between_and_none_fetches_a_script() -> None:
    assert json.loads(LAST["ENTRYPOINT"]) == ["shortlist"]
    assert json.loads(LAST["CMD"]) == ["serve"]
    runs = [said for word, said in DOCKERFILE if word == "RUN"]
    assert runs
    assert all(isinstance(json.loads(each), list) for each in runs)
    assert not re.search(
        r"curl|wget|\bsh\b|bash|ADD |apt|chmod|--privileged", (ROOT / "Dockerfile").read_text()
    )


def test_everything_is_installed_by_hash_or_from_what_was_just_built() -> None:
    installs = [json.loads(said) for word, said in DOCKERFILE if word == "RUN" and "install" in said]
    locks = [each[-1] for each in installs if "--require-hashes" in each and ":all:" in each]
    assert locks == ["requirements-run.lock", "requirements-build.lock"]
    rest = [each for each in installs if "--require-hashes" not in each]
    assert all({"--no-deps", "--no-index"} <= set(each) for each in rest)
    wheels = [json.loads(said) for word, said in DOCKERFILE if word == "RUN" and '"wheel"' in said]
    assert all({"--no-deps", "--no-index", "--no-build-isolation"} <= set(each) for each in wheels)


def test_health_is_asked_without_a_shell_and_of_an_address_that_is_there() -> None:
    command = json.loads(LAST["HEALTHCHECK"].partition("CMD ")[2])
    assert command[:2] == ["python", "-c"]
    assert "/healthz" in command[2]
    compile(command[2], "the health check", "exec")


def test_keys_and_databases_stay_out_of_the_image() -> None:
    kept = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert kept[0] == "*"
    copied = {name for word, said in DOCKERFILE[: STAGE[-1]] if word == "COPY" for name in said.split()[:-1]}
    assert {line[1:] for line in kept if line.startswith("!")} == copied
    assert {"**/.env", "**/*.db"} <= set(kept)


@pytest.fixture
def source() -> Iterator[Path]:
    """A copy of the code that nobody may write to."""
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder) / "code"
        for room in ROOMS:
            shutil.copytree(ROOT / room, where / room, ignore=shutil.ignore_patterns("__pycache__"))
        for each in [where, *where.rglob("*")]:
            each.chmod(0o555 if each.is_dir() else 0o444)
        Path(folder).chmod(0o711)
        yield where
        for each in [where, *where.rglob("*")]:
            each.chmod(stat.S_IRWXU)


@pytest.fixture
def data() -> Iterator[Path]:
    """The only folder that may be written to."""
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o711)
        folder = Path(outer) / "data"
        folder.mkdir(0o700)
        if os.getuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield folder


def program() -> tuple[str, ...]:
    """`shortlist`, run by somebody who may do nothing where we may become that; a Python that they may run."""
    mine = (sys.executable, "-m", "bot")
    if os.getuid() != 0:
        return mine
    theirs = [Path(sys.executable).resolve(), Path("/usr/bin", f"python3.{sys.version_info.minor}")]
    found = next((each for each in theirs if each.exists() and _open_to_all(each)), None)
    return (sys.executable, "-c", BECOMES, str(found), "-m", "bot") if found else mine


def _open_to_all(path: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in [path, *path.parents])


@pytest.fixture
async def around(
    source: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Town, dict[str, str]]]:
    monkeypatch.setattr(serving, "BEGIN", partial(cold, program()))
    async with town() as place:
        libraries = sysconfig.get_path("purelib")
        confined = {
            "PYTHONPATH": os.pathsep.join([str(source), libraries]),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(source),
            "TMPDIR": str(source),
        }
        yield place, {**environment(place, data, new_key()), **confined}


async def test_the_bot_needs_to_write_nowhere_but_in_its_data(
    source: Path, data: Path, around: tuple[Town, dict[str, str]]
) -> None:
    place, env = around
    before = _looks(source)
    code, _, err = await run(
        "connect",
        TEAM_ID,
        "recruspace",
        env=env,
        folder=data,
        stdin=place.ats["recruspace"].settings["key"] + "\n",
    )
    assert (code, err) == (0, ""), err
    served = Served(place, data, env)
    await served.start()
    try:
        await place.ask("find zoe@example.com", "Ødegård")
        posted = place.slack.upload(
            MEMBER, "C0HIRING", "A CV", [("cv.pdf", b"%PDF-1.4 none", "application/pdf")]
        )
        await place.slack.shortcut(MEMBER, "add_candidate", posted.channel, posted.ts)
        await served.logged(lambda line: line["event"] == "CV not read")
    finally:
        stopped = await served.stop()
    assert stopped == 0
    assert _looks(source) == before
    written = {each.name for each in data.iterdir()}
    assert {"shortlist.db", "shortlist-jobs.db"} <= written
    assert [line for line in served.lines if line["level"] in ("error", "critical")] == []
    if os.getuid() == 0 and program()[1] == "-c":
        assert {each.stat().st_uid for each in data.iterdir()} == {NOBODY}


def _looks(folder: Path) -> dict[str, int]:
    return {str(each): each.stat().st_mtime_ns for each in folder.rglob("*")}
