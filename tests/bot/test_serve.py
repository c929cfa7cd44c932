"""What `serve` does beside running the bot."""

import gc

from bot.serve import SELDOM, settle_memory


def test_what_a_start_has_made_is_left_out_of_every_later_search_for_garbage() -> None:
    before = gc.get_threshold()
    try:
        settle_memory()
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() == SELDOM
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)
