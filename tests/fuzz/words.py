"""Words and values that break programs which trust them."""

from random import Random
from typing import Any

LABEL = "Click here"
"""What a link says that somebody smuggled in: nothing of ours is called so."""
NASTY = (
    "",
    " ",
    "0",
    "null",
    "undefined",
    "<!channel> <!here|here> <!everyone>",
    "<@U0ADA> <#C0HIRING> <!subteam^S0ADMINS>",
    f"<https://evil.example|{LABEL}>",
    f"&lt;https://evil.example|{LABEL}&gt;",
    f"[{LABEL}](https://evil.example)",
    "*bold* _it_ ~gone~ `code` ```block``` > quote",
    '=HYPERLINK("https://evil.example","x")',
    "+1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "'; drop table connections; --",
    "{{7*7}} ${HOME} %s %n {0} \\u0000",
    "../../../etc/passwd",
    "https://127.0.0.1/latest javascript:alert(1) file:///etc/passwd",
    "<script>alert(1)</script>",
    "\u202egnirts desrever\u202c \u2066hidden\u2069",
    "نور الزهراء وصلت",
    "👩‍👩‍👧‍👦🏳️‍🌈🇫🇷 e\u0301\u0301\u0301\u0301",
    "Z̷̡̛͇̀a̵̢̛̱l̴̰̈́g̸̠̈o̶̰͝",
    "\x00",
    "a\x00b\x1b[31m\x7f\x85\ufeff\ufffe\uffff",
    "line\nbreak\r\nand\u2028more\u2029still\vand\f",
    "\"quoted\" 'single' “curly” \\ back/slash",
    'jane@@example.com to "" #  via  ',
    "to to to via via via # ## #,#,",
    "+" + "3" * 40,
    "a@" * 60 + "b.c",
    "(" * 300 + ")" * 300,
    "word " * 600,
    "字" * 3_000,
    "#tag " * 300,
    "https://a.example/" + "x" * 2_500,
)
HUGE = 60_000
"""Characters; more than a message of Slack's may have."""
WRONG: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    7.5,
    1e308,
    10**30,
    "",
    "x",
    [],
    [1],
    [[]],
    [None, {}],
    {},
    {"id": None},
    {"id": []},
    {"": ""},
    {"value": {"value": {}}},
    "half \ud83d of a pair",
)
"""Values of another type than whatever stood there."""
IDS = (
    "T0OTHER",
    "T0DEMO",
    "T0ACME",
    "U0ADA",
    "U0GUS",
    "U0PAT",
    "U0NOBODY",
    "U0DEMOBOT",
    "C0HIRING",
    "C0ACME",
    "C0NOWHERE",
    "D0MIA",
    "V0GONE",
    "F0GONE",
    "E0ORG",
    "B0DEMO",
)
"""Ids of people, places and workspaces, some of them of nobody."""


def nasty(random: Random) -> str:
    """One of the words, or several of them, or one very long one."""
    dice = random.random()
    if dice < 0.05:
        return random.choice("ax \n<*\u202e字#@.(") * random.choice((3_001, HUGE))
    return " ".join(random.choice(NASTY) for _ in range(2 if dice < 0.3 else 1))


def nested(random: Random) -> Any:
    """Something deep: as deep as JSON of a megabyte may be, or a little."""
    inner: Any = "x"
    for _ in range(random.choice((5, 90, 400))):
        inner = {"a": inner} if random.random() < 0.5 else [inner]
    return inner
