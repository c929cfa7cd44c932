"""What people type, as Slack sends it, and what is understood."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commands.base import Command, Request, Usage
from commands.catalogue import COMMANDS, command, find_command
from commands.text.grammar import NOTE_LIMIT, TEXT_LIMIT
from commands.text.person import parse_person

DESIGN = (
    'add Jane Doe jane@example.com +33 6 12 34 56 78 https://linkedin.com/in/jane to "Backend talent" '
    "#python #senior"
)
JANE = {
    "name": "Jane Doe",
    "email": "jane@example.com",
    "phone": "+33612345678",
    "links": ("https://linkedin.com/in/jane",),
    "tags": ("python", "senior"),
    "to": "Backend talent",
}


def said(text: str, name: str = "/candidate") -> Request:
    found, rest = find_command(name, text)
    return found.parse(rest)


def given_in(request: Request) -> dict[str, Any]:
    return request.model_dump(exclude_defaults=True)


def problem(text: str, name: str = "/candidate") -> str:
    with pytest.raises(Usage) as caught:
        said(text, name)
    return caught.value.problem


UNDERSTOOD = {
    DESIGN: JANE,
    "add #python to “Backend talent” https://linkedin.com/in/jane jane@example.com #senior Jane Doe +33612345678": JANE,
    "add Jane Doe <mailto:jane@example.com|jane@example.com> <tel:+33612345678|+33 6 12 34 56 78> "
    "<https://linkedin.com/in/jane|linkedin.com/in/jane> to «Backend talent» #python <#C024BE7LR|senior>": JANE,
    "add Jane Doe, jane@example.com, 0033612345678, linkedin.com/in/jane #python #senior to Backend talent": JANE,
    "add Jane Doe to Backend talent jane@example.com #python #senior +33 (6) 12-34-56-78 "
    "https://linkedin.com/in/jane": JANE,
    "add 'Jane Doe' jane@example.com": {"name": "Jane Doe", "email": "jane@example.com"},
    "add Sinéad O'Connor s@example.com": {"name": "Sinéad O'Connor", "email": "s@example.com"},
    "add Alice To alice@example.com": {"name": "Alice To", "email": "alice@example.com"},
    "add Alice To to Design alice@example.com": {
        "name": "Alice To",
        "email": "alice@example.com",
        "to": "Design",
    },
    'add Jane to pool "R&amp;D"': {"name": "Jane", "to": "R&D", "pool": True},
    "add Jane to pool party": {"name": "Jane", "to": "pool party"},
    'add Jane #"machine learning"': {"name": "Jane", "tags": ("machine learning",)},
    "add Jane Doe 3 https://medium.com/@jane": {"name": "Jane Doe 3", "links": ("https://medium.com/@jane",)},
    "add نور الهاشمي noor@example.com #go": {
        "name": "نور الهاشمي",
        "email": "noor@example.com",
        "tags": ("go",),
    },
    "add 🦊 Fox 👩‍👩‍👧 fox@example.com": {"name": "🦊 Fox 👩‍👩‍👧", "email": "fox@example.com"},
    "add Jane Doe #go via welcomekit": {"name": "Jane Doe", "tags": ("go",), "via": "welcomekit"},
    "add Jane Doe via “Acme EU”": {"name": "Jane Doe", "via": "Acme EU"},
    "add": {},
    "note jane@example.com Strong on Go, wants remote": {
        "who": "jane@example.com",
        "text": "Strong on Go, wants remote",
    },
    'note "Jane Doe" First line\n  second &lt;line&gt; “quoted”': {
        "who": "Jane Doe",
        "text": "First line\n  second <line> “quoted”",
    },
    "note jane@example.com Spoke to <@U1|mia> in <#C1|hiring>, see <https://example.com/a?b=1&amp;c=2>": {
        "who": "jane@example.com",
        "text": "Spoke to @mia in #hiring, see https://example.com/a?b=1&c=2",
    },
    "note jane@example.com Met via Zoom": {
        "who": "jane@example.com",
        "text": "Met",
        "said": "Met via Zoom",
        "via": "Zoom",
    },
    "comment jane@example.com Hi": {"who": "jane@example.com", "text": "Hi"},
    "note jane@example.com": {"who": "jane@example.com"},
    "tag jane@example.com python, senior": {"who": "jane@example.com", "tags": ("python", "senior")},
    "tag jane@example.com machine learning, Go, go,": {
        "who": "jane@example.com",
        "tags": ("machine learning", "Go"),
    },
    "tag «Jane Doe» #python #senior": {"who": "Jane Doe", "tags": ("python", "senior")},
    'move jane@example.com to "Backend talent"': {"who": "jane@example.com", "to": "Backend talent"},
    "move Jane Doe to Backend Engineer: Interview via Recruspace": {
        "who": "Jane Doe",
        "to": "Backend Engineer: Interview",
        "via": "Recruspace",
    },
    "move jane@example.com Backend talent": {"who": "jane@example.com", "to": "Backend talent"},
    'MOVE Jane to POOL "Alumni"': {"who": "Jane", "to": "Alumni", "pool": True},
    "find jane": {"who": "jane"},
    "search  Jane   Doe ": {"who": "Jane Doe"},
    "jane@example.com": {"who": "jane@example.com"},
    "<mailto:jane@example.com|jane@example.com>": {"who": "jane@example.com"},
    "“Jane Doe”": {"who": "Jane Doe"},
    "help note": {"verb": "note"},
}


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_understands(text: str) -> None:
    assert given_in(said(text)) == UNDERSTOOD[text]


PROBLEMS = {
    "add Jane jane@example": "“jane@example” is not an email address.",
    "add Jane @jane": "“@jane” is a mention: write the name and the email address instead.",
    "add Jane <@U024BE7LR|jane>": "“@jane” is a mention: write the name and the email address instead.",
    "add <@U123ABC|bob> bob@example.com": "“@bob” is a mention: write the name and the email address instead.",
    "add Jane 06 12 34 56 78": "“06 12 34 56 78” needs its country code",
    "add Jane +3": "“+3” is not a phone number.",
    "add Jane a@example.com b@example.com": "I can take one email address.",
    "add Jane jane@example.com to": "Say where after “to”",
    "add Jane https://": "“https://” is not a web address.",
    "add Jane <#C024BE7LR|>": "Slack turned a word after # into a channel",
    "tag jane <#C024BE7LR>": "Slack turned a word after # into a channel",
    f"tag jane {'x' * 61}": "The tag is 61 characters long; 60 is the most",
    f"tag jane {','.join(map(str, range(21)))}": "20 tags at once are the most",
    f"add {'Jane ' * 50}": "The name is 249 characters long; 200 is the most",
    f"note jane {'x' * (NOTE_LIMIT + 1)}": "The note is 10,001 characters long; 10,000 is the most",
    "fnid jane": "I do not know “fnid”. Did you mean `/candidate find`?",
    "serch jane": "Did you mean `/candidate find`?",
    "frobnicate": "`/candidate help` shows what I can do.",
}


@pytest.mark.parametrize("text", PROBLEMS)
def test_says_what_is_wrong(text: str) -> None:
    assert PROBLEMS[text] in problem(text)


def test_a_note_may_end_in_words_that_look_like_a_connection() -> None:
    literal = said("note jane@example.com Met via Zoom").literally
    assert literal
    assert given_in(literal) == {"who": "jane@example.com", "text": "Met via Zoom"}
    assert said("tag jane@example.com go via Zoom").literally is None


def test_a_number_without_country_code_is_read_where_a_region_is_known() -> None:
    assert parse_person("Jane 06 12 34 56 78", "FR").phone == "+33612345678"


def test_a_request_typed_again_is_the_same() -> None:
    request = parse_person(DESIGN.removeprefix("add "))
    assert parse_person(request.as_typed()) == request


def test_ats_commands_are_understood() -> None:
    assert given_in(said("connect", "/ats")) == {}
    assert given_in(said("connect Recruspace Acme EU", "/ats")) == {"vendor": "recruspace", "name": "Acme EU"}
    assert not said("connect recruspace", "/ats").complete
    assert given_in(said("default Acme EU here", "/ats")) == {"connection": "Acme EU", "here": True}
    assert given_in(said("default “Acme EU” <#C024BE7LR|hiring>", "/ats")) == {
        "connection": "Acme EU",
        "channel": "C024BE7LR",
    }
    assert given_in(said("disconnect Acme EU", "/ats")) == {"connection": "Acme EU"}
    assert "Did you mean recruspace?" in problem("connect recruspce", "/ats")
    assert "Pick the channel" in problem("default Acme #hiring", "/ats")
    assert "Say which connection" in problem("default here", "/ats")
    assert "Say which connection" in problem("disconnect", "/ats")


def test_a_slash_command_alone_opens_its_menu_or_help() -> None:
    assert [find_command(name, "  ")[0].verb for name in ("/candidate", "/ats")] == ["menu", "help"]
    assert "not a command of mine" in problem("anything", "/elsewhere")


def test_every_example_in_the_table_is_understood() -> None:
    for each in COMMANDS:
        name, _, rest = each.example.partition(" ")
        found, text = find_command(name, rest)
        assert found is each or not rest
        assert isinstance(found.parse(text), found.request)


@pytest.mark.parametrize("verb", ["", "add ", "note jane ", "tag jane ", "move jane to ", "find "])
def test_a_megabyte_is_a_problem_that_is_said_at_once(verb: str) -> None:
    began = time.process_time()
    assert "characters; I can take 12,000 at most" in problem(verb + "x" * 2**20)
    assert time.process_time() - began < 0.5


NASTY = (
    "“ ",
    "' a'b ",
    "+1 ",
    "1 a ",
    "1 ",
    "<a|",
    "<",
    "to ",
    '#" ',
    "a@ ",
    "'",
    "via ",
    "www. ",
    "&amp;",
    "‘a",
)


@pytest.mark.parametrize("piece", NASTY)
def test_no_text_of_the_longest_size_takes_long(piece: str) -> None:
    text = (piece * TEXT_LIMIT)[:TEXT_LIMIT]
    began = time.process_time()
    for each in COMMANDS:
        _parse(each.name, each.verb, text)
    assert time.process_time() - began < 3


def _parse(name: str, verb: str, text: str) -> Request | str:
    try:
        return command(name, verb).parse(text)
    except Usage as found:
        return found.problem


def _find(name: str, text: str) -> Command | str:
    try:
        return find_command(name, text)[0]
    except Usage as found:
        return found.problem


PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            *NASTY,
            "to",
            "via",
            "pool",
            "#x",
            "+33 6 12",
            "jane@example.com",
            "<#C1|x>",
            "<@U1>",
            '"',
            "”",
            "&lt;",
        ]
    ),
)


@settings(max_examples=150, deadline=2000)
@given(pieces=st.lists(PIECES, max_size=30), glue=st.sampled_from([" ", "", "\n", ","]))
def test_any_text_is_a_request_or_a_problem(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)
    for each in COMMANDS:
        answer = _parse(each.name, each.verb, text)
        assert isinstance(answer, each.request) or (isinstance(answer, str) and answer)
    for name in ("/candidate", "/ats"):
        assert _find(name, text)
