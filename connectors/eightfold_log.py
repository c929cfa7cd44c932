"""Eightfold's changelog of profiles, read whole however it is paged."""

from __future__ import annotations

from .session import Session
from .wire import eightfold as wire

PATH = "/api/v2/core/changelog/profiles"
PAGE_SIZE = 100


class ChangeLog:
    """By the reference `start` is an offset; in practice it was seen to be a page number."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def ids(self, since: int, until: int) -> list[str]:
        """Return the ids that were changed, each once; the log may name one more often.

        A repeated id tells nothing about how it is paged, so the second request does: by page number it brings the
        next page, by offset the first one moved on by a row.
        """
        ids: dict[str, None] = {}
        start, before, by_offset = 0, list[str | None](), False
        for _ in self._session.numbers():
            page = await self._page(since, until, start)
            rows = [row.entity_id for row in page.data]
            ids |= {id: None for id in rows if id}
            # `rows == before`: a page number past the end may bring the last page again.
            if not rows or rows == before or len(ids) == page.total:
                break
            by_offset = by_offset or (start == 1 and _moved_on(before, rows))
            start += len(rows) if by_offset else 1
            before = rows
        return list(ids)

    async def _page(self, since: int, until: int, start: int) -> wire.Page[wire.Changed]:
        asked = {"startTime": since, "endTime": until, "start": start, "limit": PAGE_SIZE}
        return await self._session.get(PATH, wire.Page[wire.Changed], **asked)


def _moved_on(before: list[str | None], rows: list[str | None]) -> bool:
    """Whether these rows are the ones before without the first."""
    kept = before[1:]
    return bool(kept) and rows[: len(kept)] == kept
