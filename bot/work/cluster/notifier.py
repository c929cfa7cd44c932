"""What processes tell each other through PostgreSQL: hints that may be lost, never anything that matters alone."""

from __future__ import annotations

import asyncio
import json

import structlog

from bot.work.cluster.link import Link, Lost
from bot.work.cluster.peers import Hearer

log = structlog.get_logger()

LISTEN = "listen shortlist"
SAY = "select pg_notify('shortlist', %s)"
LONGEST = 7000
"""Bytes in one message; PostgreSQL takes less than 8000."""
MOST = 1000
"""Messages that wait for the server; the others are dropped, as whoever asks anew sees what is stored."""
AGAIN = 0.5


class Notifier:
    def __init__(self, sending: Link, receiving: Link, id: str) -> None:
        self._sending, self._receiving, self._id = sending, receiving, id
        self._said: dict[str, None] = {}
        self._stirred = asyncio.Event()
        self.hearers: list[Hearer] = []

    def tell(self, said: str) -> None:
        """What is said twice before it is sent is sent once."""
        if len(self._said) < MOST and len(said.encode()) < LONGEST - 100:
            self._said[said] = None
            self._stirred.set()

    async def speak(self) -> None:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            while self._said:
                batch = self._batch()
                try:
                    await self._sending.one(SAY, json.dumps([self._id, *batch]))
                except Lost:
                    await asyncio.sleep(AGAIN)
                    continue
                for said in batch:
                    self._said.pop(said, None)

    def _batch(self) -> list[str]:
        batch: list[str] = []
        for said in self._said:
            if batch and len(json.dumps([self._id, *batch, said])) > LONGEST:
                break
            batch.append(said)
        return batch

    async def listen(self) -> None:
        listening = False
        while True:
            try:
                await self._receiving.open()
                await self._receiving.one(LISTEN)
                listening = True
                async for payload in self._receiving.notices():
                    self._hear(payload)
            except Lost as lost:
                if listening:  # said once, however long it takes
                    log.info("what others say is not heard at the moment", error=lost.kind)
                listening = False
            await asyncio.sleep(AGAIN)

    def _hear(self, payload: str) -> None:
        who, *what = json.loads(payload)
        if who == self._id:
            return
        for said in what:
            for hearer in self.hearers:
                hearer(said)
