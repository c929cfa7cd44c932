"""Secrets are nowhere to be read: not in a log at its most talkative, not in figures, outputs, errors or reprs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import aiohttp
import pytest
import stamina
import typer.main
from pydantic import SecretStr, ValidationError
from typer.core import TyperGroup

from bot.demo.ats.server import Fault
from bot.demo.slack.people import TEAM_ID
from bot.settings import Settings
from bot.shell import cli
from bot.slack.client import new_session, web_client
from bot.slack.rotation import Rotation
from bot.store.base import Store
from bot.store.installations import Installation, InstallationTable
from bot.store.vault import Vault, new_key
from bot.store.workspaces import Workspaces
from bot.work.connections import Connections
from connectors.http import Http, new_client
from connectors.vendors import CONNECTORS
from tests.bot.conftest import Serve
from tests.bot.private import secrets
from tests.bot.serving import Served
from tests.bot.test_command_line import shortlist
from tests.bot.town import ADMIN, Town
from tests.stores import ON_A_FILE

pytestmark = pytest.mark.anyio

KEY = new_key()
CANARIES = {
    "slack_bot_token": "xoxb-canary-bot",
    "slack_app_token": "xapp-canary-app",
    "slack_signing_secret": "canary-signing",
    "slack_client_secret": "canary-client",
    "metrics_token": "canary-metrics",
    "encryption_keys": KEY,
}
ZOE = "zoe@example.com"
ENDLESS = ("serve", "demo")
"""Commands that run until they are stopped; what `serve` says is in the log of the other tests."""
MAIL = "jane.canary@example.com"


def singing(text: str, *more: str) -> list[str]:
    """The secrets that stand in a text."""
    return [each for each in (*CANARIES.values(), *more) if each in text]


def shell_commands(group: TyperGroup, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from shell_commands(command, (*before, name))
        else:
            yield (*before, name)


def everything_to_run() -> Sequence[tuple[str, ...]]:
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)
    return [words for words in shell_commands(group) if words[0] not in ENDLESS]


def test_settings_show_no_secret() -> None:
    settings = Settings.model_validate({**CANARIES, "encryption_keys": KEY})
    assert singing(f"{settings!r} {settings} {settings.problems()} {settings.model_dump()}") == []


@pytest.mark.parametrize("name", [*CANARIES, "port", "database_url", "metrics"])
def test_a_setting_that_is_wrong_is_told_without_its_value(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(
            {**CANARIES, "encryption_keys": "canary-no-key", "port": "x", name: ["canary-odd"]}
        )
    assert "canary" not in f"{caught.value} {caught.value!r}"


@ON_A_FILE
async def test_nothing_that_holds_a_secret_shows_it(store: Store) -> None:
    vault = Vault([SecretStr(KEY)])
    table, workspaces = InstallationTable(store, vault), Workspaces(store, vault)
    tokens = {"token": SecretStr("xoxb-canary-bot"), "refresh_token": SecretStr("xoxe-canary")}
    await table.save(Installation(team="T1", **tokens))
    info = await workspaces.connect("T1", "recruspace", "R", {"key": "rs-canary"})
    async with new_client() as client, new_session() as session:
        connections = Connections(workspaces, Http(client))
        connector = await connections.connector("T1", info)
        rotation = Rotation(
            table, web_client(session, "http://127.0.0.1/", ""), "id", SecretStr("canary-client")
        )
        shown: list[object] = [
            vault,
            table,
            await table.find("T1"),
            workspaces,
            info,
            connections,
            connector,
            rotation,
        ]
        shown += [connections._open, connector.__dict__, vars(vault)["_keys"], table._opened]
        assert singing(" ".join(map(repr, shown)), "rs-canary", "xoxe-canary") == []


@pytest.mark.parametrize("vendor", CONNECTORS)
def test_the_settings_of_a_connector_show_no_key(vendor: str) -> None:
    kind = CONNECTORS[vendor].Settings
    given = {name: "canary-key" for name, field in kind.model_fields.items() if field.annotation is SecretStr}
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(
            {**given, "region": ["canary-odd"], "stranger": "canary-odd", "record_link": "canary"}
        )
    assert "canary" not in f"{caught.value} {caught.value!r}"
    assert given


@pytest.fixture
async def talkative(serve: Serve, around: Town) -> Served:
    served = await serve(around, begin=False)
    served.env["SHORTLIST_LOG"] = "debug"
    served.env["SHORTLIST_METRICS_TOKEN"] = CANARIES["metrics_token"]
    await served.start()
    return served


async def texts(served: Served) -> str:
    """What it says of itself to whoever may ask."""
    said = []
    async with aiohttp.ClientSession() as session:
        for path in ("/metrics", "/readyz", "/healthz", "/", "/slack/events", "/slack/install"):
            async with session.get(served.url + path) as answer:
                said.append(f"{path} {answer.status} {dict(answer.headers)} {await answer.text()}")
    return "\n".join(said)


async def test_a_whole_day_of_work_and_trouble_names_no_secret(talkative: Served, around: Town) -> None:
    own = [*secrets(around), talkative.env["SHORTLIST_ENCRYPTION_KEYS"]]
    await around.ask(f"find {ZOE}", "Ødegård")
    await around.ask(f"note {ZOE} words", "Note added")
    for fault, text, told in (
        (Fault(401, {"detail": "no"}), f"find {ZOE}", "Recruspace"),
        (
            Fault(500, "<html>", content_type="text/html"),
            f"note {ZOE} more words",
            "is kept and will be sent",
        ),
        (Fault(200, "["), f"find {ZOE}", "Recruspace"),
    ):
        around.ats["recruspace"].force(*[fault] * 20)
        asked = await around.type(text)
        await asked.answer(told, anywhere=True, seconds=30)
        around.ats["recruspace"].relent()
    await around.type("connect recruspace Third", user=ADMIN, command="/ats")
    form = await around.slack.opened(ADMIN, "Connect Recruspace")
    await around.slack.submit(ADMIN, form.id, {"key": "rs-wrong-canary", "connection_name": "Third"})
    await around.slack.until(lambda: "does not accept the key" in str(around.slack.modal(ADMIN)), 20)
    around.slack.force("chat.postEphemeral", error="internal_error")
    around.slack.force("users.info", status=500)
    await around.ask("status", "ATS connections", user=ADMIN, command="/ats")
    public = await texts(talkative)
    assert await talkative.stop() == 0
    log = "".join(talkative.log)
    assert "will try again" in log
    assert singing(f"{log}{public}", "rs-wrong-canary", *own) == []


@pytest.mark.parametrize("words", everything_to_run(), ids=" ".join)
def test_no_command_of_the_shell_prints_a_secret(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_as_it_was: None
) -> None:
    """Without arguments, with too many, and with what it asks for: whatever it says, it is no secret of ours."""
    monkeypatch.chdir(tmp_path)
    nowhere = "http://127.0.0.1:1"
    env = {f"SHORTLIST_{name.upper()}": value for name, value in CANARIES.items()}
    env |= {f"SHORTLIST_{vendor.upper()}_URL": nowhere for vendor in CONNECTORS}
    env |= {"SHORTLIST_DATABASE_URL": "sqlite:///shortlist.db", "SHORTLIST_SLACK_API_URL": nowhere}
    tries = [(), ("--help",), (TEAM_ID,), (TEAM_ID, "recruspace"), ("--workspace", TEAM_ID, "--yes")]
    with stamina.set_testing(True, attempts=1):
        said = [shortlist(*words, *more, stdin="rs-canary-key\n", **env) for more in tries]
    text = "".join(f"{out}{err}" for _, out, err in said)
    assert text
    assert "Traceback" not in text
    assert singing(text, "rs-canary-key") == []
