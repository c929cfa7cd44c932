"""The documentation is current: tables as the code draws them, links that lead somewhere."""

import re
from pathlib import Path

import pytest

from bot.operate.tables import WORDS, capabilities_table, commands_table, main, papers, rewritten
from commands.catalogue import COMMANDS
from connectors.base import Capability, Connector
from connectors.models import Account
from connectors.vendors import CONNECTORS

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAPERS = [README, *DOCS, ROOT / "CHANGELOG.md", ROOT / "connectors/ADDING.md"]
LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
CODE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def text_of(paper: Path) -> str:
    """Without blocks of code, where a `#` begins no heading and a bracket no link."""
    return CODE.sub("", paper.read_text())


def links(paper: Path) -> list[str]:
    return [target for target in LINK.findall(text_of(paper)) if "://" not in target]


def anchors(paper: Path) -> set[str]:
    """What GitHub calls the headings of a page."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text_of(paper)))
    return {heading.strip().replace(" ", "-") for heading in plain}


def leads_somewhere(paper: Path, target: str) -> bool:
    name, _, anchor = target.partition("#")
    there = paper.parent / name if name else paper
    return there.exists() and (not anchor or anchor in anchors(there))


@pytest.mark.parametrize("name", papers())
def test_tables_are_current(name: str) -> None:
    text = (ROOT / name).read_text()
    assert rewritten(text, papers()[name]) == text, "python -m bot.operate.tables draws them anew"


def test_every_marker_is_in_the_file_that_is_drawn() -> None:
    marked = {
        (paper.relative_to(ROOT).as_posix(), name)
        for paper in PAPERS
        for name in re.findall(r"<!-- (\w+) -->", paper.read_text())
    }
    assert marked == {(name, section) for name, drawn in papers().items() for section in drawn}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_links_lead_somewhere(paper: Path) -> None:
    assert [target for target in links(paper) if not leads_somewhere(paper, target)] == []


def test_a_link_that_leads_nowhere_is_noticed(tmp_path: Path) -> None:
    paper = tmp_path / "paper.md"
    paper.write_text("# One `thing`, really\n[a](#one-thing-really) [b](#two) [`c`](gone.md) [d](paper.md)\n")
    assert [target for target in links(paper) if not leads_somewhere(paper, target)] == ["#two", "gone.md"]


def test_the_picture_is_on_the_first_screen() -> None:
    assert "](docs/demo.png)" in "\n".join(README.read_text().splitlines()[:12])


def test_the_readme_is_short() -> None:
    assert len(README.read_text().splitlines()) <= 180


def test_every_paper_is_linked_from_the_readme() -> None:
    linked = {(README.parent / target.partition("#")[0]).resolve() for target in links(README)}
    assert {paper for paper in PAPERS if paper != README} <= linked


def test_a_section_is_drawn_between_its_markers(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name, drawn in papers().items():
        marked = [f"<!-- {section} -->\nstale words\n<!-- /{section} -->\nTHIS STAYS" for section in drawn]
        (tmp_path / name).write_text("\n".join(marked))
    main(tmp_path)
    for name, drawn in papers().items():
        text = (tmp_path / name).read_text()
        assert "stale words" not in text
        assert text.count("THIS STAYS") == len(drawn)
        assert rewritten(text, drawn) == text


@pytest.mark.parametrize("text", ["", "<!-- a -->\nno end", "no start\n<!-- /a -->"])
def test_a_missing_marker_is_an_error(text: str) -> None:
    with pytest.raises(LookupError):
        rewritten(text, {"a": "content"})


def test_every_ability_has_words() -> None:
    assert WORDS.keys() == set(Capability)


def test_the_tables_have_a_row_for_each_command_and_ability() -> None:
    assert commands_table(COMMANDS).count("\n") == len(COMMANDS) + 1
    drawn = capabilities_table(tuple(CONNECTORS.values())).splitlines()
    assert len(drawn) == len(Capability) + 4
    assert len({row.count(" | ") for row in drawn[2:]}) == 1


class NoFiles(Connector):
    vendor, title = "nofiles", "No files"

    async def check(self) -> Account:
        return Account(name="somebody")


def test_a_cv_goes_by_file_or_by_link_or_not_at_all() -> None:
    kinds: tuple[type[Connector], ...] = (*CONNECTORS.values(), NoFiles)
    ways = [
        "—"
        if Capability.ATTACH_RESUME not in each.capabilities
        else "by file"
        if each.resume_by_file
        else "by link"
        for each in kinds
    ]
    assert f"| Attach a CV | {' | '.join(ways)} |" in capabilities_table(kinds)
    assert {"by file", "by link", "—"} == set(ways)


def test_the_figures_of_reading_messages_are_those_that_were_measured() -> None:
    figures = (ROOT / "tests" / "extract" / "figures.md").read_text()
    first_look = figures.split("## What the code reaches today")[0]
    rows = [line for line in first_look.splitlines() if line.startswith("|")]
    assert rows
    assert all(row in (ROOT / "docs/commands.md").read_text().splitlines() for row in rows)
