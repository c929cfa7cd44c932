"""The `shortlist` command: sentences in place of tracebacks, and keys in nobody's sight."""

import os
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
import stamina
from pydantic import SecretStr
from typer.testing import CliRunner

from bot.demo.slack.people import TEAM_ID
from bot.shell import cli
from bot.store.vault import Vault, new_key
from tests.bot.conftest import KEY
from tests.bot.serving import environment, run
from tests.bot.town import Town

pytestmark = pytest.mark.anyio

WRONG = "rs-wrong-key-1234"
LOOKS = "`shortlist doctor` looks closer."
NOWHERE = {"SHORTLIST_RECRUSPACE_URL": "http://127.0.0.1:1", "SHORTLIST_ENCRYPTION_KEYS": KEY}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None) -> Iterator[Path]:
    """A working directory of its own, in which every command of this process runs, and fails at once."""
    monkeypatch.chdir(tmp_path)
    with stamina.set_testing(True, attempts=1):
        yield tmp_path


def shortlist(*words: str, stdin: str = "", **env: str) -> tuple[int, str, str]:
    """Run a command inside this process: exit code, standard output, standard error."""
    done = CliRunner().invoke(cli, words, input=stdin, env=env)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "key", "said"),
    [
        (
            ["recruitspace"],
            WRONG,
            "No ATS is called “recruitspace”. There are: recruspace, eightfold, talynce",
        ),
        (["recruspace", "--set", "colour=red"], WRONG, "Recruspace has no field “colour”. It has: key,"),
        (["recruspace", "--set", "colour"], WRONG, "--set takes field=value; “colour” has no value."),
        (["eightfold"], WRONG, "email: Please fill this in."),
        (["eightfold", "--set", "email=a@b.example", "--set", "region=moon"], WRONG, "region: "),
        (["recruspace", "--set", "record_link=javascript:alert(1)"], WRONG, "record_link: "),
        (["talynce", "--set", "key=visible"], WRONG, "standard input, not from --set"),
        (["recruspace", "--name", " “” "], WRONG, "--name: A connection's name has 1 to 60 characters"),
        (["recruspace", "--name", "n" * 61], WRONG, "this one has 61."),
        (["recruspace", "--name", '"None"'], WRONG, "--name: “None” means something else"),
        (["RecruSpace"], WRONG, "Recruspace is not answering right now."),
        (["WELCOME to the Jungle"], WRONG, "Welcome to the Jungle is not answering right now."),
        (["recruspace"], "", "No key came on standard input"),
        (["recruspace"], "ключ" + WRONG, "key: "),
        (["recruspace"], "with space" + WRONG, "key: "),
        (["recruspace"], WRONG + "\x07", "key: "),
        (["recruspace"], WRONG, "Recruspace is not answering right now."),
    ],
)
def test_a_connection_that_cannot_be_is_a_sentence_and_not_saved(
    here: Path, words: list[str], key: str, said: str
) -> None:
    code, out, err = shortlist("connect", TEAM_ID, *words, stdin=f"{key}\n", **NOWHERE)
    assert (code, out) == (1, "")
    assert said in err
    assert WRONG not in err
    assert "visible" not in err


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SHORTLIST_ENCRYPTION_KEYS": ""}, "SHORTLIST_ENCRYPTION_KEYS is not set"),
        ({"SHORTLIST_ENCRYPTION_KEYS": "short-key"}, "SHORTLIST_ENCRYPTION_KEYS: "),
        ({"SHORTLIST_DATABASE_URL": "sqlite:////nowhere/at/all.db"}, "/nowhere/at is not a folder"),
        ({"SHORTLIST_DATABASE_URL": "mysql://root:pw@db"}, "SHORTLIST_DATABASE_URL: "),
        ({"SHORTLIST_PORT": "http"}, "SHORTLIST_PORT: must be a whole number.\n"),
        ({"SHORTLIST_PORT": "70000"}, "SHORTLIST_PORT: must be at most 65535.\n"),
        ({"SHORTLIST_WATCH_SECONDS": "0"}, "SHORTLIST_WATCH_SECONDS: must be more than 0.\n"),
        ({"SHORTLIST_LOG": "loud"}, "SHORTLIST_LOG: must be 'debug', 'info', 'warning' or 'error'.\n"),
        ({"SHORTLIST_TALYNCE_URL": "ftp://x"}, "SHORTLIST_TALYNCE_URL: must be an address such as"),
    ],
)
@pytest.mark.parametrize("words", [("connect", TEAM_ID, "recruspace"), ("serve",)])
def test_a_wrong_setting_is_a_sentence(
    here: Path, changed: dict[str, str], said: str, words: tuple[str, ...]
) -> None:
    code, out, err = shortlist(*words, stdin=f"{WRONG}\n", **{**NOWHERE, **changed})
    assert (code, out) == (1, "")
    assert said in err
    assert not any(secret in err for secret in (WRONG, "root:pw", "short-key", KEY))


@pytest.mark.parametrize("words", [("connect", TEAM_ID, "recruspace"), ("audit", "verify")])
def test_a_server_that_is_not_there_is_a_sentence_without_its_password(
    here: Path, words: tuple[str, ...]
) -> None:
    away = {**NOWHERE, "SHORTLIST_DATABASE_URL": "postgresql://me:hush%40hush@127.0.0.1:1/shortlist"}
    code, out, err = shortlist(*words, stdin=f"{WRONG}\n", **away)
    assert (code, out) == (1, "")
    said = "SHORTLIST_DATABASE_URL: the database cannot be opened: nobody answers there. "
    assert err == f"{said}Check the address, and that the database runs and has room; {LOOKS}\n"


@pytest.mark.parametrize(
    "team", ["", "home", "C123", "T", "t0home", "T0 HOME", "T0HOME;drop", "T" + "A" * 300]
)
def test_what_is_no_workspace_s_id_is_refused_before_a_key_is_read(here: Path, team: str) -> None:
    code, out, err = shortlist("connect", team, "recruspace", stdin=f"{WRONG}\n", **NOWHERE)
    assert (code, out) == (1, "")
    assert "is not the id of a workspace. It begins with T" in err
    assert len(err) < 400
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("team", ["T1", "T0123456789", "E0ENT"])
def test_ids_of_workspaces_and_organisations_are_taken(here: Path, team: str) -> None:
    assert "not answering" in shortlist("connect", team, "recruspace", stdin=f"{WRONG}\n", **NOWHERE)[2]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("shortlist.db", ("connect", TEAM_ID, "recruspace")),
        ("shortlist-jobs.db", ("serve",)),
        ("shortlist-jobs-inbox.db", ("serve",)),
    ],
)
async def test_a_file_that_is_no_database_is_a_sentence_that_says_what_to_do(
    around: Town, tmp_path: Path, name: str, words: tuple[str, ...]
) -> None:
    (tmp_path / name).write_text("junk " * 3000)
    code, out, err = await run(
        *words, env=environment(around, tmp_path, KEY), folder=tmp_path, stdin=f"{WRONG}\n"
    )
    assert (code, out) == (1, "")
    (line,) = [line for line in err.splitlines() if not line.startswith("{")]
    assert line.startswith("SHORTLIST_DATABASE_URL: ")
    assert line.endswith(
        f"Put the latest backup in its place, move it away or name another database; {LOOKS}"
    )


async def test_with_another_encryption_key_who_connects_reads_sentences_only(
    around: Town, tmp_path: Path
) -> None:
    words = ("connect", TEAM_ID, "recruspace", "--name", " New  “one” ")
    first = environment(around, tmp_path, KEY)
    assert (await run(*words, env=first, folder=tmp_path, stdin="rs-demo-key\n"))[0] == 0
    other = environment(around, tmp_path, new_key())
    code, out, err = await run(*words, env=other, folder=tmp_path, stdin="rs-demo-key\n")
    assert (code, err) == (0, "")
    assert "; people say `via New one`." in out
    assert out.endswith(
        "The audit has no entry of this, since its key does not open: `shortlist audit verify` says more.\n"
    )


def test_a_key_can_be_made_and_used(here: Path) -> None:
    code, out, err = shortlist("keys", "new")
    vault = Vault([SecretStr(out.strip())])
    assert (code, err, vault.open("row", vault.seal("row", "x"))) == (0, "", "x")
    assert out.strip() != new_key()


def test_the_version_is_the_package_s(here: Path) -> None:
    assert shortlist("version") == (0, f"{version('shortlist')}\n", "")


async def test_a_wrong_key_is_said_to_be_wrong_and_a_right_one_is_saved(around: Town, tmp_path: Path) -> None:
    env = environment(around, tmp_path, KEY)
    words = ("connect", TEAM_ID, "recruspace", "--name", "Main")
    assert await run(*words, env=env, folder=tmp_path, stdin=f"{WRONG}\n") == (
        1,
        "",
        "Recruspace does not accept the key.\n",
    )
    code, out, err = await run(*words, env=env, folder=tmp_path, stdin="rs-demo-key\n")
    assert (code, err) == (0, "")
    assert out.startswith("Connected Recruspace as ")
    assert out.endswith("; people say `via Main`. It is the default of this workspace.\n")


async def test_serve_without_configuration_says_all_that_is_missing(tmp_path: Path) -> None:
    code, out, err = await run("serve", env={"PATH": os.environ["PATH"]}, folder=tmp_path)
    assert (code, out) == (1, "")
    assert [line.split()[0] for line in err.splitlines()] == [
        "SHORTLIST_ENCRYPTION_KEYS",
        "SHORTLIST_SLACK_BOT_TOKEN",
        "SHORTLIST_SLACK_SIGNING_SECRET",
    ]
    assert list(tmp_path.iterdir()) == []


async def test_serve_says_when_its_port_is_taken(around: Town, tmp_path: Path) -> None:
    taken = around.slack.url.rpartition(":")[2]
    env = {**environment(around, tmp_path, KEY), "SHORTLIST_PORT": taken}
    code, _, err = await run("serve", env=env, folder=tmp_path)
    assert (code, err) == (1, f"Nothing can listen on 127.0.0.1:{taken}: Address already in use.\n")
