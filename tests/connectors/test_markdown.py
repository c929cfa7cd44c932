"""What a person typed is shown as typed where Markdown and HTML are read."""

import pytest

from connectors.markdown import as_typed


@pytest.mark.parametrize(
    "text",
    [
        "Strong on Go, wants remote",
        "2 * 3, a_b, [sic], R&D, 50 % (or so) - yes!",
        "One\n\nTwo",
        "See https://example.slack.com/archives/C1/p1?thread_ts=1&cid=C_1 and https://a.example/x_y_z*",
    ],
)
def test_what_formats_nothing_stays_as_it_is(text: str) -> None:
    assert as_typed(text) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("<script>&lt;", "&lt;script&gt;&amp;lt;"),
        ("[a](https://a.example)", r"\[a](https://a.example)"),
        ("# a\n- b\n1. c\n---", "\\# a  \n\\- b  \n1\\. c  \n\\---"),
        ("    indented", "indented"),
        (r"a\*b \ c", r"a\\*b \ c"),
        ("https://a.example/?a=1&copy=2", "https://a.example/?a=1&amp;copy=2"),
    ],
)
def test_what_would_format_is_escaped(text: str, written: str) -> None:
    assert as_typed(text) == written
