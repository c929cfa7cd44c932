"""The `shortlist` command."""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import version as installed
from typing import Annotated

import typer
from pydantic import ValidationError

from bot.operate.log import configure
from bot.settings import Settings
from bot.store.vault import new_key
from bot.work.jobs_file import UnsuitableSqlite

NO_KEY = "No key came on standard input: give it as one line, for example from a file with `< key.txt`."

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
keys = typer.Typer(no_args_is_help=True, help="Encryption keys.")
cli.add_typer(keys, name="keys")


def main() -> None:
    cli()


@cli.command()
def serve() -> None:
    """Run the bot until it is told to stop (Ctrl-C or SIGTERM)."""
    from bot.slack.front import CannotListen  # what only one command needs is loaded by that command
    from bot.serve import serve as run

    settings = _settings()
    _stop_if(settings.problems())
    configure(settings.log)
    problems: list[str] = []
    try:
        asyncio.run(run(settings))
    except* (UnsuitableSqlite, CannotListen) as cannot:
        problems += map(str, cannot.exceptions)
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
    vendor: Annotated[str, typer.Argument(help="recruspace, eightfold, talynce or welcomekit")],
    name: Annotated[str, typer.Option(help="What people say after `via`; the vendor if left out.")] = "",
    set_: Annotated[list[str] | None, typer.Option("--set", help="field=value, as often as needed.")] = None,
) -> None:
    """Connect a workspace to an ATS. The key is read as one line from standard input and verified by a live call."""
    from bot.operate.connect import connect as run

    settings = _settings()
    _stop_if(settings.problems_of_store())
    configure("error")
    key = sys.stdin.readline().strip()
    _stop_if([] if key else [NO_KEY])
    said = asyncio.run(run(settings, team_id, vendor, name or vendor, {**_pairs(set_ or []), "key": key}))
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


@keys.command("new")
def keys_new() -> None:
    """Print a fresh key for SHORTLIST_ENCRYPTION_KEYS."""
    typer.echo(new_key())


@cli.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed("shortlist"))


def _pairs(given: list[str]) -> dict[str, str]:
    wrong = [pair.partition("=")[0] for pair in given if "=" not in pair]
    _stop_if([f"--set takes field=value; “{name}” has no value." for name in wrong])
    return {name: value for name, _, value in (pair.partition("=") for pair in given)}


def _settings() -> Settings:
    try:
        return Settings()
    except ValidationError as error:
        names = [(f"SHORTLIST_{'_'.join(map(str, e['loc'])).upper()}", e["msg"]) for e in error.errors()]
        _stop_if([f"{name}: {problem}." for name, problem in names])
        raise


def _stop_if(problems: list[str]) -> None:
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


if __name__ == "__main__":
    main()
