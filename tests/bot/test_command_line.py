"""The `shortlist` command: sentences in place of tracebacks, and keys in nobody's sight."""

import os
from collections.abc import AsyncIterator
from importlib.metadata import version
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.demo.slack.people import TEAM_ID
from bot.store.vault import Vault, new_key
from tests.bot.conftest import KEY
from tests.bot.serving import environment, run
from tests.bot.town import Town

pytestmark = pytest.mark.anyio

WRONG = "rs-wrong-key-1234"


@pytest.fixture
def env(around: Town, tmp_path: Path) -> dict[str, str]:
    return environment(around, tmp_path, KEY)


@pytest.fixture
async def away(around: Town) -> AsyncIterator[None]:
    yield
    around.ats["recruspace"].relent()


@pytest.mark.parametrize(
    ("words", "key", "said"),
    [
        (["recruspace"], WRONG, "Recruspace does not accept the key."),
        (["recruitspace"], WRONG, "No ATS is called “recruitspace”. There are: recruspace, eightfold, talynce"),
        (["recruspace", "--set", "colour=red"], WRONG, "colour"),
        (["recruspace", "--set", "colour"], WRONG, "--set takes field=value; “colour” has no value."),
        (["eightfold"], WRONG, "email"),
        (["eightfold", "--set", "email=a@b.example", "--set", "region=moon"], WRONG, "region"),
        (["talynce", "--set", "key=visible"], "", "key"),
        (["recruspace"], "", "No key came on standard input"),
        (["recruspace"], "ключ-" + WRONG, "key"),
        (["recruspace"], "with space " + WRONG, "key"),
        (["recruspace", "--set", "record_link=javascript:alert(1)"], WRONG, "record_link"),
    ],
)
async def test_a_connection_that_cannot_be_is_a_sentence_and_not_saved(
    env: dict[str, str], tmp_path: Path, words: list[str], key: str, said: str
) -> None:
    code, out, err = await run("connect", TEAM_ID, *words, env=env, folder=tmp_path, stdin=f"{key}\n")
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err
    assert WRONG not in err
    assert "visible" not in err
    assert err.strip().endswith(".")


async def test_an_ats_that_is_away_is_said_to_be(
    env: dict[str, str], tmp_path: Path, away: None
) -> None:
    env = {**env, "SHORTLIST_RECRUSPACE_URL": "http://127.0.0.1:1"}
    code, out, err = await run("connect", TEAM_ID, "recruspace", env=env, folder=tmp_path, stdin=f"{WRONG}\n")
    assert (code, out, err) == (1, "", "Recruspace is not answering right now.\n")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SHORTLIST_ENCRYPTION_KEYS": ""}, "SHORTLIST_ENCRYPTION_KEYS is not set"),
        ({"SHORTLIST_ENCRYPTION_KEYS": "short"}, "SHORTLIST_ENCRYPTION_KEYS: "),
        ({"SHORTLIST_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "/nowhere/at/all.db"),
        ({"SHORTLIST_DATABASE_URL": "mysql://root:pw@db"}, "SHORTLIST_DATABASE_URL: "),
    ],
)
@pytest.mark.parametrize("command", [("connect", TEAM_ID, "recruspace"), ("serve",)])
async def test_a_wrong_setting_is_a_sentence(
    env: dict[str, str], tmp_path: Path, changed: dict[str, str], said: str, command: tuple[str, ...]
) -> None:
    code, out, err = await run(*command, env={**env, **changed}, folder=tmp_path, stdin="rs-demo-key\n")
    assert (code, out) == (1, "")
    assert said in err
    assert "Traceback" not in err
    assert not any(secret in err for secret in ("rs-demo-key", "root:pw", KEY))


async def test_serve_without_configuration_says_all_that_is_missing(tmp_path: Path) -> None:
    code, out, err = await run("serve", env={"PATH": os.environ["PATH"]}, folder=tmp_path)
    assert (code, out) == (1, "")
    assert [line.split()[0] for line in err.splitlines()] == [
        "SHORTLIST_ENCRYPTION_KEYS",
        "SHORTLIST_SLACK_BOT_TOKEN",
        "SHORTLIST_SLACK_SIGNING_SECRET",
    ]
    assert list(tmp_path.iterdir()) == []


async def test_serve_says_when_its_port_is_taken(env: dict[str, str], tmp_path: Path, around: Town) -> None:
    taken = around.slack.url.rpartition(":")[2]
    code, _, err = await run("serve", env={**env, "SHORTLIST_PORT": taken}, folder=tmp_path)
    assert code == 1
    assert f"127.0.0.1:{taken}" in err
    assert "Traceback" not in err


async def test_a_key_can_be_made_and_used(tmp_path: Path) -> None:
    code, out, err = await run("keys", "new", env={"PATH": os.environ["PATH"]}, folder=tmp_path)
    vault = Vault([SecretStr(out.strip())])
    assert (code, err, vault.open("row", vault.seal("row", "x"))) == (0, "", "x")
    assert out.strip() != new_key()


async def test_the_version_is_the_package_s(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"]}
    assert await run("version", env=env, folder=tmp_path) == (0, f"{version('shortlist')}\n", "")
