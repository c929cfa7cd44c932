"""The papers are current: tables as the code would draw them, links that lead somewhere."""

import re
from pathlib import Path

import pytest

from bot.operate.tables import WORDS, capabilities_table, commands_table, main, rewritten, sections
from commands import COMMANDS
from connectors import CONNECTORS, Capability

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAPERS = [README, ROOT / "CHANGELOG.md", ROOT / "connectors/ADDING.md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def links(paper: Path) -> list[str]:
    return [target for target in LINK.findall(paper.read_text()) if "://" not in target]


def test_the_readme_is_current() -> None:
    text = README.read_text()
    assert rewritten(text, sections()) == text, "python -m bot.operate.tables draws it anew"


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_links_lead_to_files(paper: Path) -> None:
    assert [target for target in links(paper) if not (paper.parent / target.partition("#")[0]).exists()] == []


def test_the_picture_is_on_the_first_screen() -> None:
    assert "](docs/demo.png)" in "\n".join(README.read_text().splitlines()[:12])


def test_every_paper_is_linked_from_the_readme() -> None:
    linked = {(README.parent / target).resolve() for target in links(README)}
    assert {paper for paper in PAPERS if paper != README} <= linked


def test_a_section_is_drawn_between_its_markers(tmp_path: Path) -> None:
    paper = tmp_path / "paper.md"
    marked = [f"<!-- {name} -->\nstale words\n<!-- /{name} -->\nTHIS STAYS" for name in sections()]
    paper.write_text("\n".join(marked))
    main(paper)
    text = paper.read_text()
    assert "stale words" not in text
    assert text.count("THIS STAYS") == len(marked)
    assert rewritten(text, sections()) == text


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


def test_a_cv_goes_by_file_or_by_link() -> None:
    table = capabilities_table(tuple(CONNECTORS.values()))
    ways = ["by file" if each.resume_by_file else "by link" for each in CONNECTORS.values()]
    assert f"| Attach a CV | {' | '.join(ways)} |" in table


def test_the_figures_of_reading_messages_are_those_that_were_measured() -> None:
    figures = (ROOT / "tests" / "extract" / "figures.md").read_text()
    first_look = figures.split("## What the code reaches today")[0]
    rows = [line for line in first_look.splitlines() if line.startswith("|")]
    assert rows
    assert all(row in README.read_text().splitlines() for row in rows)
