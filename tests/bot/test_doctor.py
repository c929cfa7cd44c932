"""`shortlist doctor` finds each thing that can be wrong, says what to do, and gives nothing away."""

import asyncio
import json
import shutil
import sqlite3
import ssl
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bot.demo.ats.server import Fault
from bot.demo.slack.people import TEAM_ID
from bot.operate.doctor import Question, as_json, as_lines, examine, well
from bot.operate.doctor import _waiting as judged
from bot.operate.finding import Finding, Health
from bot.operate.manifest import scopes
from bot.operate.ready import LONGEST_WAIT
from bot.store.audit import Audit, Happened
from bot.store.installations import Installation, InstallationTable
from bot.store.open import open_store
from bot.store.vault import Vault, new_key
from bot.work.engine.backlog import Waiting
from tests.bot.conftest import KEY
from tests.bot.private import assert_nothing_private
from tests.bot.serving import environment, run
from tests.bot.town import Town

pytestmark = pytest.mark.anyio

Look = Callable[..., Any]
GOOD, DOUBTFUL, BAD = Health.GOOD, Health.DOUBTFUL, Health.BAD
OTHER = new_key()


@pytest.fixture
def folder(connected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a database in which four ATSs are connected."""
    shutil.copytree(connected, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def place(around: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """All that an operator sets is set; what a test takes away is given back."""
    for name, value in environment(around, folder, KEY).items():
        monkeypatch.setenv(name, value)
    around.slack.scopes = set(scopes())
    for stand_in in around.ats.values():
        stand_in.relent()
    return around


async def looked(place: Town, folder: Path, **asked: Any) -> list[Finding]:
    findings = await examine(Question(folder=folder, **asked))
    assert_nothing_private(as_lines(findings) + as_json(findings), place)
    assert well(findings) == all(each.health is not BAD for each in findings)
    return findings


def said(findings: Sequence[Finding], health: Health, about: str = "") -> str:
    """What was found of one kind, as it is shown."""
    return "\n".join(each.line for each in findings if each.health is health and about in each.about)


async def test_all_is_well_and_every_line_says_so(around: Town, folder: Path) -> None:
    around.slack.scopes = set(scopes())
    env = {**environment(around, folder, KEY), "SHORTLIST_SLACK_BOT_TOKN": "xoxb-typo"}
    code, out, err = await run("doctor", env=env, folder=folder)
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert {line[0] for line in lines[:-1]} == {"✓", "!"}
    assert (
        "! Environment: SHORTLIST_SLACK_BOT_TOKN is set, but Shortlist has no such variable. → Did you mean"
        in out
    )
    for vendor in around.ats:
        assert f"✓ Connection {vendor} of {TEAM_ID}: {around.ats[vendor].title} takes the key" in lines
    assert "✓ Encryption keys: open all that is stored" in lines
    assert f"✓ Slack token: valid, for workspace {TEAM_ID}" in lines
    assert "✓ Slack token: has every scope of the manifest" in lines
    assert lines[-1].endswith(" 0 bad")
    assert_nothing_private(out, around)
    assert not any(value in out for name, value in env.items() if "TOKEN" in name or "SECRET" in name)
    assert KEY not in out


async def test_as_json_it_says_the_same_and_the_exit_code_says_whether_all_is_well(
    around: Town, folder: Path
) -> None:
    env = {**environment(around, folder, KEY), "SHORTLIST_SLACK_BOT_TOKEN": "xoxb-wrong"}
    code, out, _ = await run("doctor", "--json", env=env, folder=folder)
    told = json.loads(out)
    assert (code, told["well"]) == (1, False)
    wrong = [each for each in told["findings"] if each["health"] == "bad"]
    assert [(each["about"], each["said"]) for each in wrong] == [("Slack token", "Slack says “invalid_auth”")]
    assert wrong[0]["advice"] == "Copy the token anew from your Slack app."


async def test_a_variable_that_cannot_be_read_is_named_and_its_value_is_not(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTLIST_PORT", "sesame")
    monkeypatch.setenv("SHORTLIST_ENCRYPTION_KEYS", "short-key")
    findings = await looked(place, folder)
    assert "SHORTLIST_PORT: " in said(findings, BAD)
    assert "SHORTLIST_ENCRYPTION_KEYS: " in said(findings, BAD)
    assert not any(word in as_lines(findings) for word in ("sesame", "short-key"))


async def test_names_are_read_from_the_file_as_well(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHORTLIST_SLACK_BOT_TOKEN")
    (folder / ".env").write_text("SHORTLIST_SLACK_BOT_TOKEN=xoxp-a-person\nSHORTLIST_FOO=1\nEDITOR=vi\n")
    (folder / ".env").chmod(0o644)
    findings = await looked(place, folder)
    assert "SHORTLIST_SLACK_BOT_TOKEN does not begin with xoxb-" in said(findings, BAD)
    assert "SHORTLIST_FOO is set, but Shortlist has no such variable." in said(findings, DOUBTFUL)
    assert "`chmod 600 .env`" in said(findings, DOUBTFUL)
    assert "EDITOR" not in as_lines(findings)
    assert "xoxp-a-person" not in as_lines(findings)


async def test_what_is_not_set_and_needed_is_bad(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SHORTLIST_ENCRYPTION_KEYS")
    findings = await looked(place, folder)
    assert "SHORTLIST_ENCRYPTION_KEYS is not set" in said(findings, BAD, "Environment")
    assert "Stored data: not looked at" in said(findings, DOUBTFUL)


@pytest.mark.parametrize(
    ("ahead", "health", "words"),
    [
        (0, GOOD, "within 60 s"),
        (100, DOUBTFUL, "s ahead of"),
        (-100, DOUBTFUL, "s behind"),
        (3600, BAD, "NTP"),
    ],
)
async def test_the_clock_is_compared_with_slack_s(
    place: Town, folder: Path, ahead: float, health: Health, words: str
) -> None:
    findings = await looked(place, folder, clock=lambda: time.time() + ahead)
    assert words in said(findings, health, "Clock")


async def test_scopes_that_are_missing_are_said_with_what_they_are_for(place: Town, folder: Path) -> None:
    place.slack.scopes = (set(scopes()) - {"files:read", "users:read"}) | {"admin"}
    findings = await looked(place, folder)
    assert "without users:read: who is an admin" in said(findings, BAD, "Slack token")
    assert "without files:read: CVs attached" in said(findings, DOUBTFUL, "Slack token")
    assert "may do more than is needed: admin" in said(findings, DOUBTFUL, "Slack token")


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive"])
async def test_slack_s_refusals_have_a_next_step(place: Town, folder: Path, code: str) -> None:
    place.slack.force("auth.test", error=code)
    wrong = said(await looked(place, folder), BAD, "Slack token")
    assert f"Slack says “{code}”" in wrong
    assert "nstall" in wrong


async def test_a_wrong_app_level_token_is_found(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTLIST_SLACK_APP_TOKEN", place.slack.app_token)
    assert "opens a socket" in said(await looked(place, folder), GOOD, "Socket Mode")
    monkeypatch.setenv("SHORTLIST_SLACK_APP_TOKEN", "xapp-wrong")
    assert "invalid_auth" in said(await looked(place, folder), BAD, "Socket Mode")


async def test_without_a_network_every_call_ends_in_a_sentence(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTLIST_SLACK_API_URL", "http://127.0.0.1:1/api/")
    monkeypatch.setenv("SHORTLIST_RECRUSPACE_URL", "http://127.0.0.1:1")
    findings = await looked(place, folder, url="http://127.0.0.1:1")
    assert "Slack does not answer" in said(findings, BAD, "Slack")
    assert "Recruspace" in said(findings, BAD, f"Connection recruspace of {TEAM_ID}")
    assert "it cannot be reached" in said(findings, BAD, "Public address")


async def test_each_connection_is_asked_by_itself(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.operate.examine.keeping.PATIENCE", 0.5)
    place.ats["recruspace"].force(Fault(status=401, body={"detail": "Invalid token."}))
    place.ats["talynce"].force(Fault(hang=True))
    findings = await looked(place, folder)
    assert "says no: the key was refused → An admin types `/ats connect recruspace`" in said(
        findings, BAD, "Connection recruspace"
    )
    assert "did not answer within" in said(findings, BAD, "Connection talynce")
    assert said(findings, GOOD, "Connection").count("takes the key") == 2


async def test_only_the_workspace_that_was_asked_for_is_looked_at(place: Town, folder: Path) -> None:
    findings = await looked(place, folder, team="T0NOBODY")
    assert "no ATS is connected" in said(findings, DOUBTFUL, "Connections")


async def test_a_key_that_is_missing_is_told_by_what_does_not_open(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTLIST_ENCRYPTION_KEYS", OTHER)
    findings = await looked(place, folder)
    assert "4 of 4 values in connections.settings do not open" in said(findings, BAD, "Encryption keys")
    assert said(findings, BAD, "Connection").count("its key does not open") == 4


async def test_tokens_of_workspaces_that_installed_it_are_asked_for(place: Town, folder: Path) -> None:
    store = await open_store(f"sqlite:///{folder / 'shortlist.db'}")
    table = InstallationTable(store, Vault([SecretStr(KEY)]))
    await table.save(Installation(team="T0GONE", token=SecretStr("xoxb-gone")))
    await store.close()
    assert "invalid_auth" in said(await looked(place, folder), BAD, "Workspace T0GONE")


async def test_a_changed_audit_is_found(place: Town, folder: Path) -> None:
    store = await open_store(f"sqlite:///{folder / 'shortlist.db'}")
    audit = Audit(store, Vault([SecretStr(KEY)]))
    for number in range(3):
        entry = Happened(id=str(number), team=TEAM_ID, actor="U0MIA", verb="note", outcome="done", at=1.0)
        await audit.record(entry)
    await store.close()
    assert "no entry was changed" in said(await looked(place, folder), GOOD, "Audit")
    changed(folder / "shortlist.db", "update audit set verb = 'find' where number = 2")
    assert "entry 2 was changed" in said(await looked(place, folder), BAD, "Audit")
    for table in ("audit", "audit_chains"):
        changed(folder / "shortlist.db", f"delete from {table}")
    assert "1 workspace is missing as a whole" in said(await looked(place, folder), BAD, "Audit")


def changed(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


async def test_what_waits_for_a_person_is_counted(place: Town, folder: Path) -> None:
    changed(
        folder / "shortlist.db",
        "insert into activity (job, team_id, user_id, state) values ('j', 'T', 'U', 'undecided')",
    )
    findings = await looked(place, folder)
    assert "1 requests may have been sent or not" in said(findings, DOUBTFUL, "Needs somebody")


@pytest.mark.parametrize(
    ("statement", "health", "words"),
    [
        ("delete from _sqlite_migrations where name = 'imports'", DOUBTFUL, "1 step(s) of its history"),
        (
            "update _sqlite_migrations set name = 'of_tomorrow' where name = 'imports'",
            BAD,
            "newer Shortlist (step “of_tomorrow”)",
        ),
        ("pragma journal_mode = delete", DOUBTFUL, "is in the mode “delete”"),
    ],
)
async def test_a_database_of_another_version_or_mode_is_found_and_left_as_it_is(
    place: Town, folder: Path, statement: str, health: Health, words: str
) -> None:
    changed(folder / "shortlist.db", statement)
    assert words in said(await looked(place, folder), health, "Database")


async def test_a_file_that_is_no_database_is_told_with_the_way_back(place: Town, folder: Path) -> None:
    for name in ("shortlist.db-wal", "shortlist.db-shm"):
        (folder / name).unlink(missing_ok=True)
    (folder / "shortlist.db").write_bytes(b"not a database, but long enough to look like one" * 100)
    assert "shortlist.db cannot be used: file is not a database" in said(await looked(place, folder), BAD)


async def test_a_locked_database_is_doubtful(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.operate.examine.files.PATIENCE", 0.05)
    with closing(sqlite3.connect(folder / "shortlist.db", isolation_level=None)) as connection:
        connection.execute("begin immediate")
        findings = await looked(place, folder)
        connection.execute("rollback")
    assert "was locked by somebody else" in said(findings, DOUBTFUL, "Database")


async def test_a_full_disk_is_bad(place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.operate.examine.files.full", lambda where: "only 3 MB are free")
    assert "only 3 MB are free → Make room" in said(await looked(place, folder), BAD, "Database")


async def test_nothing_is_made_where_nothing_is(
    place: Town, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path_factory.mktemp("empty")
    monkeypatch.setenv("SHORTLIST_DATABASE_URL", f"sqlite:///{empty / 'shortlist.db'}")
    findings = await looked(place, empty)
    assert said(findings, DOUBTFUL, "Database").count("is not there yet") == 3
    assert list(empty.iterdir()) == []


async def test_a_server_that_is_not_there_is_told_without_its_password(
    place: Town, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTLIST_DATABASE_URL", "postgresql://somebody:pa55word@127.0.0.1:1/shortlist")
    findings = await looked(place, folder)
    assert "nobody answers there" in said(findings, BAD, "Database")
    assert "pa55word" not in as_lines(findings)


async def test_a_server_is_looked_at_like_a_file(
    place: Town, folder: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTLIST_DATABASE_URL", postgres_url)
    findings = await looked(place, folder)
    assert "it takes writes" in said(findings, GOOD, "Database")
    assert "of its history are still to be taken" in said(findings, DOUBTFUL, "Database")
    await (await open_store(postgres_url)).close()
    findings = await looked(place, folder)
    assert "its tables are those of this version" in said(findings, GOOD, "Database")
    assert "no ATS is connected" in said(findings, DOUBTFUL, "Connections")


def test_jobs_that_nothing_takes_up_are_bad() -> None:
    fine = judged([Waiting("interactive", "waiting", 2, 1.0), Waiting("bulk-import", "delayed", 3, 0.0)])
    assert (fine.health, fine.said.split(";")[0]) == (GOOD, "2 waiting, 0 running, 3 delayed")
    late = judged([Waiting("interactive", "waiting", 1, LONGEST_WAIT + 1)])
    assert late.health is BAD
    assert "nothing takes it up" in late.said


async def unsigned(request: web.Request) -> web.Response:
    return web.Response(status=401)


async def alive(request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def readable(request: web.Request) -> web.Response:
    return web.Response(text="shortlist_ready 1")


@asynccontextmanager
async def outside(*routes: web.RouteDef, secret: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """What stands at the public address."""
    app = web.Application()
    app.add_routes(routes)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=secret).start()
    try:
        yield f"{'https' if secret else 'http'}://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


EVENTS = web.post("/slack/events", unsigned)
ALIVE = web.get("/healthz", alive)


@pytest.mark.parametrize(
    ("routes", "health", "words"),
    [
        ((ALIVE, EVENTS), GOOD, "refuses what Slack has not signed"),
        ((ALIVE, EVENTS), DOUBTFUL, "Slack speaks only to https:// addresses"),
        ((ALIVE,), BAD, "/slack/events: answers 404"),
        ((EVENTS,), BAD, "somebody else answers there (404)"),
        ((ALIVE, EVENTS, web.get("/metrics", readable)), DOUBTFUL, "/metrics: everybody can read it"),
    ],
)
async def test_the_public_address_is_asked_as_slack_would(
    place: Town, folder: Path, routes: tuple[web.RouteDef, ...], health: Health, words: str
) -> None:
    async with outside(*routes) as url:
        assert words in said(await looked(place, folder, url=url), health)


def certificate(folder: Path, days: int) -> Path:
    """For `localhost`, with its key, in one file; whoever trusts it can check it with itself."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days, hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"certificate-{days}.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path


@pytest.mark.parametrize(("days", "health"), [(60, GOOD), (5, DOUBTFUL)])
async def test_a_certificate_that_ends_soon_is_doubtful(
    place: Town, folder: Path, days: int, health: Health
) -> None:
    path = await asyncio.to_thread(certificate, folder, days)
    secret = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    secret.load_cert_chain(path)
    trust = ssl.create_default_context(cafile=str(path))
    async with outside(ALIVE, EVENTS, secret=secret) as url:
        findings = await looked(place, folder, url=url, trust=trust)
        assert f"valid for {days} more days" in said(findings, health, "Certificate")
        strange = await looked(place, folder, url=url)
        assert "it is not valid for this address" in said(strange, BAD, "Certificate")
