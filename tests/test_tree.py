"""What a stranger finds in the repository: no traces of one machine, and papers that tell the truth."""

import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from bot.settings import Settings
from bot.shell import cli
from commands.catalogue import COMMANDS

ROOT = Path(__file__).parents[1]
PAPERS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

MACHINE = re.compile(rb"(?<![\w.])/(?:work|tmp|root|home|Users)/|\b[A-Z]:\\Users")
REGISTRY = re.compile(
    rb"\b(?:pypi|pythonhosted|npmjs|yarnpkg)\.(?:org|com)\b|--(?:extra-)?index-url|/simple(?:/|$)"
)
SKIPPING = re.compile(r"pytest\.(?:mark\.)?(?:skip|xfail|importorskip)")
REQUIREMENT = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<marker> ;.*)? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}(?: \\)?$")


def files(folder: Path = ROOT) -> Iterator[Path]:
    """All files but those that `.gitignore` names; what it lists here are plain names."""
    ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().split()]
    for path in sorted(folder.iterdir()):
        if path.name == ".git" or any(fnmatch(path.name, name) for name in ignored):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def shell_commands(group: TyperGroup, before: str = "shortlist") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from shell_commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}"


def test_no_file_names_a_machine_or_a_package_registry() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), match[0])
        for path in files()
        for match in [*MACHINE.finditer(path.read_bytes()), *REGISTRY.finditer(path.read_bytes())]
    }
    assert found == set()


def test_no_test_steps_aside() -> None:
    stepping = {
        (path.name, match[0])
        for path in files(ROOT / "tests")
        if path.suffix == ".py"
        for match in SKIPPING.finditer(path.read_text())
    }
    assert stepping == set()


def test_the_lock_pins_and_hashes_everything_and_names_no_address() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pinned = [i for i, line in enumerate(lines) if REQUIREMENT.match(line)]
    assert len(pinned) > 20
    assert [line for line in lines if not REQUIREMENT.match(line) and not HASH.match(line)] == []
    assert [lines[i] for i in pinned if not HASH.match(lines[i + 1])] == []
    assert not any("://" in line for line in lines)


def test_the_lock_holds_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    lock = (ROOT / "requirements.lock").read_text()
    locked = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock, re.MULTILINE)}
    assert len(asked) > 20
    assert {
        name for name in (re.split(r"[=<>~;\[ ]", each)[0] for each in asked) if name not in locked
    } == set()


@pytest.mark.parametrize("name", ["LICENSE", "CHANGELOG.md", "README.md", "connectors/ADDING.md", ".ci/run"])
def test_the_papers_are_there(name: str) -> None:
    assert (ROOT / name).read_text().strip()


def test_the_changelog_speaks_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()


def papers() -> str:
    return "\n".join(paper.read_text() for paper in PAPERS)


def test_the_papers_name_every_variable_and_no_other() -> None:
    read = {f"SHORTLIST_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"SHORTLIST_[A-Z_]*[A-Z]", papers())) == read


def test_the_papers_show_every_shell_command_and_no_other() -> None:
    group = typer.main.get_command(cli)
    assert isinstance(group, TyperGroup)
    known = set(shell_commands(group))
    text = papers()
    assert {name for name in known if f"`{name}`" not in text} == set()
    groups = {" ".join(name.split()[:2]) for name in known if name.count(" ") == 2}
    named = set(re.findall(r"(?:`|bin/|bot-a )(shortlist [a-z]+)(?= ?([a-z]*))", text))
    assert len(named) > 10
    assert {f"{one} {two}" if one in groups else one for one, two in named} <= known


def test_the_papers_show_every_slash_command_and_no_other() -> None:
    text = papers()
    assert [c.usage for c in COMMANDS if f"`{c.usage}`".replace("|", r"\|") not in text] == []
    named = set(re.findall(r"`(/(?:candidate|ats)) ([a-z]+)", text))
    assert named <= {(c.name, word) for c in COMMANDS for word in (c.verb, *c.aliases)}
