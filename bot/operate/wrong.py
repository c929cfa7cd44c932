"""Settings that cannot be used, in plain sentences: pydantic's own words are for programmers."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

PREFIX = "SHORTLIST_"
OURS = "Value error, "
SAID = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "greater_than": "must be more than {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than": "must be less than {lt:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
    "bool_parsing": "must be true or false",
}
"""By pydantic's kind of error; what is in braces is of its context."""
UNUSABLE = "cannot be used as it is"


def wrong(error: ValidationError) -> Iterator[tuple[str, str]]:
    """The variable, and what it must be; never what it is."""
    for each in error.errors(include_input=False, include_url=False):
        name = f"{PREFIX}{'_'.join(map(str, each['loc'])).upper()}"
        if each["type"] == "value_error":
            yield name, each["msg"].removeprefix(OURS)
        else:
            yield name, SAID.get(each["type"], UNUSABLE).format(**each.get("ctx", {}))
