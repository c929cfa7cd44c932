"""The `shortlist` command."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from importlib.metadata import version as installed
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperGroup

from bot.operate.log import configure
from bot.operate.wrong import wrong
from bot.settings import Settings
from bot.store.base import StoreAway, StoreRefused, StoreTaken
from bot.store.vault import new_key
from bot.work.engine.jobs_file import UnsuitableSqlite
from connectors.vendors import CONNECTORS

NO_KEY = "No key came on standard input: give it as one line, for example from a file with `< key.txt`."

AWAY = "Check the address, and that the database runs and has room; `shortlist doctor` looks closer."
REFUSED = "Put the latest backup in its place, move it away or name another database; `shortlist doctor` looks closer."


class Sentences(TyperGroup):
    """Whichever command it is, a database that cannot be used is a sentence."""

    def invoke(self, ctx: Any) -> Any:  # click or its copy in typer, by version
        try:
            return super().invoke(ctx)
        except (StoreAway, StoreRefused) as error:
            typer.echo(_of_database(error), err=True)
            raise typer.Exit(1) from None


cli = typer.Typer(
    cls=Sentences, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__
)
keys = typer.Typer(no_args_is_help=True, help="Encryption keys.")
cli.add_typer(keys, name="keys")
audits = typer.Typer(no_args_is_help=True, help="Who did what.")
cli.add_typer(audits, name="audit")


@cli.command()
def serve() -> None:
    """Run the bot until it is told to stop (Ctrl-C or SIGTERM)."""
    from bot.serve import serve as run
    from bot.slack.front import CannotListen  # what only one command needs is loaded by that command

    settings = _settings()
    _stop_if(settings.problems())
    configure(settings.log)
    problems: list[str] = []
    try:
        asyncio.run(run(settings))
    except* (UnsuitableSqlite, CannotListen, StoreTaken) as cannot:
        problems += map(str, _leaves(cannot))
    except* (StoreAway, StoreRefused) as cannot:
        problems += map(_of_database, _leaves(cannot))
    _stop_if(problems)


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.")] = 0,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser, where there is one.")] = True,
) -> None:
    """Try Shortlist with a stand-in Slack and four stand-in ATSs: no account, no network."""
    from bot.demo.run import run

    configure("warning")
    asyncio.run(run(port, browser))


@cli.command()
def connect(
    team_id: Annotated[str, typer.Argument(help="The workspace, as Slack names it: T…")],
    vendor: Annotated[str, typer.Argument(help=", ".join(CONNECTORS))],
    name: Annotated[str, typer.Option(help="What people say after `via`; the vendor if left out.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="field=value, as often as needed.")] = None,
) -> None:
    """Connect a workspace to an ATS. The key is read as one line from standard input and verified by a live call."""
    from bot.operate.connect import connect as run
    from bot.operate.connect import mistaken

    settings, given = _settings(), _pairs(set_ or [])
    _stop_if([*mistaken(team_id, given), *settings.problems_of_store()])
    configure("critical")
    key = sys.stdin.readline().strip()
    _stop_if([] if key else [NO_KEY])
    said = asyncio.run(run(settings, team_id, vendor, name, {**given, "key": key}))
    _stop_if(said.problems)
    typer.echo(said.sentence)


@cli.command()
def manifest(
    url: Annotated[
        str, typer.Option(help="The public https:// address of this server: HTTP and OAuth.")
    ] = "",
    socket: Annotated[bool, typer.Option("--socket", help="Socket Mode, as without --url.")] = False,
    without: Annotated[str, typer.Option(help="Features to leave out, with commas between.")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON in place of YAML.")] = False,
    source: Annotated[str, typer.Option(hidden=True, help="Slack's own tool says where it is.")] = "",
) -> None:
    """Print the manifest of the Slack app: the least that the chosen features need."""
    from bot.operate.manifest import UnknownFeature, as_json, as_yaml, problem_of
    from bot.operate.manifest import manifest as draw

    _stop_if(["--url is for HTTP and --socket for Socket Mode: give one of them."] if url and socket else [])
    _stop_if([wrong for wrong in [problem_of(url)] if wrong])
    try:
        drawn = draw(
            url=url.rstrip("/"), without=[name.strip() for name in without.split(",") if name.strip()]
        )
    except UnknownFeature as unknown:
        _stop_if([str(unknown)])
        raise
    typer.echo(as_json(drawn) if json else as_yaml(drawn), nl=json)


@cli.command()
def doctor(
    url: Annotated[
        str, typer.Option(help="The public https:// address of this server, to be asked, too.")
    ] = "",
    team: Annotated[str, typer.Option(help="Look at this workspace's connections alone: T…")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON in place of lines.")] = False,
) -> None:
    """Look at this installation from all sides and say what to do; changes nothing, shows no secret."""
    from bot.operate.doctor import Question, as_json, as_lines, examine, well

    configure("error")
    findings = asyncio.run(examine(Question(url=url, team=team)))
    typer.echo(as_json(findings) if json else as_lines(findings))
    raise typer.Exit(0 if well(findings) else 1)


@keys.command("new")
def keys_new() -> None:
    """Print a fresh key for SHORTLIST_ENCRYPTION_KEYS."""
    typer.echo(new_key())


@keys.command("rotate")
def keys_rotate() -> None:
    """Seal everything with the first of SHORTLIST_ENCRYPTION_KEYS, while the bot runs; the exit code is 1 if not all is."""
    from bot.operate.rotate import rotate

    settings = _settings()
    _stop_if(settings.problems_of_store())
    configure("critical")
    rotated = asyncio.run(rotate(settings, typer.echo))
    for sentence in rotated.sentences:
        typer.echo(sentence)
    raise typer.Exit(0 if rotated.done else 1)


@cli.command()
def forget(
    workspace: Annotated[str, typer.Option(help="The workspace, as Slack names it: T…")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Delete all that is kept of a workspace: connections, tokens, cards, requests. Its messages in Slack stay."""
    from bot.operate.forget import forget as run

    settings = _settings()
    _stop_if(settings.problems_of_store())
    configure("error")
    if not yes:
        typer.confirm(f"Delete all that is kept of {workspace}?", abort=True)
    for sentence in asyncio.run(run(settings, workspace)).sentences:
        typer.echo(sentence)


@cli.command()
def migrate(
    to: Annotated[str, typer.Option("--to", help="An empty database: postgresql://… or sqlite:///…")],
    source: Annotated[
        str, typer.Option("--from", help="The database to leave; SHORTLIST_DATABASE_URL if left out.")
    ] = "",
) -> None:
    """Move an installation, with the jobs that wait, to another database. Stop Shortlist before."""
    from bot.operate.migrate import CannotMove
    from bot.operate.migrate import migrate as run

    settings = _settings()
    _stop_if([] if settings.encryption_keys else settings.problems_of_store()[:1])
    configure("critical")
    try:
        sentences = run(settings, source or settings.database_url, to)
    except CannotMove as cannot:
        _stop_if([str(cannot)])
        raise
    for sentence in sentences:
        typer.echo(sentence)


@audits.command("export")
def audit_export(
    team: Annotated[str, typer.Option(help="The workspace, as Slack names it: T…")],
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The first day, in UTC.")
    ] = None,
) -> None:
    """Print a workspace's audit, one entry of JSON a line, with the hashes that hold it together."""
    from bot.operate.audit import export

    settings = _settings()
    _stop_if(settings.problems_of_store())
    configure("error")
    asyncio.run(export(settings, team, since, typer.echo))


@audits.command("verify")
def audit_verify(
    team: Annotated[str, typer.Option(help="Only this workspace.")] = "",
    against: Annotated[
        typer.FileText | None, typer.Option(help="An export or a log from elsewhere, to compare with.")
    ] = None,
) -> None:
    """Say whether the audit is as Shortlist wrote it; the exit code is 1 if not."""
    from bot.operate.audit import verify_all

    settings = _settings()
    _stop_if(settings.problems_of_store())
    configure("error")
    found = asyncio.run(verify_all(settings, team, against))
    _stop_if(found.problems)
    typer.echo(found.sentence)


@audits.command("renew")
def audit_renew(team: Annotated[str, typer.Argument(help="The workspace, as Slack names it: T…")]) -> None:
    """Begin a workspace's audit anew, after its key was lost or it was damaged. Export it before."""
    from bot.operate.audit import renew

    settings = _settings()
    _stop_if(settings.problems_of_store())
    configure("error")
    typer.echo(asyncio.run(renew(settings, team)))


@cli.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed("shortlist"))


def _of_database(error: Exception) -> str:
    return f"SHORTLIST_DATABASE_URL: {error}. {AWAY if isinstance(error, StoreAway) else REFUSED}"


def _leaves(group: BaseExceptionGroup[Exception]) -> list[Exception]:
    """The errors in it; each group of tasks that was open puts a group around them."""
    groups = [each for each in group.exceptions if isinstance(each, BaseExceptionGroup)]
    alone = [each for each in group.exceptions if not isinstance(each, BaseExceptionGroup)]
    return [*alone, *(leaf for each in groups for leaf in _leaves(each))]


def _pairs(given: list[str]) -> dict[str, str]:
    wrong = [pair.partition("=")[0] for pair in given if "=" not in pair]
    _stop_if([f"--set takes field=value; “{name}” has no value." for name in wrong])
    return {name: value for name, _, value in (pair.partition("=") for pair in given)}


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        _stop_if([f"{name}: {problem}." for name, problem in wrong(error)])
        raise


def _stop_if(problems: list[str]) -> None:
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)
