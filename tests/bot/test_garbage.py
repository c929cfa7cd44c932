"""What a start has made is left out of later looks for garbage."""

import gc

from bot.garbage import SELDOM, seldom, settle


def test_garbage_is_looked_for_seldom_and_never_in_what_was_there() -> None:
    before = gc.get_threshold()
    try:
        seldom()
        settle()
        assert gc.get_threshold() == SELDOM
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
