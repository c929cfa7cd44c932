"""A pool that is only a tag is made by naming it: the button says so, since a typo would do."""

import pytest

from commands.base import Continue
from commands.cards import choice


@pytest.mark.parametrize(("new", "label"), [(True, "New pool"), (False, "Use as a new pool")])
def test_the_button_of_a_pool_that_is_not_there_says_that_it_will_be_new(new: bool, label: str) -> None:
    row = choice.pool_row("Backend talnt", Continue(of="T1:1.2"), new=new, key="k")
    assert row["accessory"]["text"]["text"] == label
    assert row["text"]["text"] == "*Backend talnt*\na new talent pool"
