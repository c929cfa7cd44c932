"""A stand-in for Eightfold: its documented paths, shapes and refusals."""

from __future__ import annotations

import re
from collections.abc import Callable

from aiohttp import web

from .eightfold_desk import DAY, EightfoldDesk, Transaction
from .eightfold_records import Record, check_candidate, page, position_json, refused
from .server import Body, Call, Refusal, body_of, require

CORE = "/api/v2/core"
TOKEN = "/oauth/v1/authenticate"  # noqa: S105
BATCH = CORE + "/profiles/batch-fetch"
ATS = CORE + "/ats-systems/{system}/ats-candidates"
POOL = "/api/v2/smartapply/talent-pool"
LOG_DELAY = 30 * 60


class StandInEightfold(EightfoldDesk):
    vendor = "eightfold"
    title = "Eightfold"
    settings = {
        "key": "ef-demo-key",
        "email": "api.user@example.com",
        "basic": "cmVnaW9uOnNoYXJlZA==",
        "pools": "Backend talent, Design talent, Alumni",
        "stage": "New",
        "fresh": "true",
    }
    users = ("mia@demo-company.example",)
    """The addresses of those who work in it, as far as Slack has them, too."""
    looks = 0
    """How often a transaction answers IN PROGRESS first."""
    log_page: int | None = None
    """Rows of a changelog page whose `start` is a page number; None pages it by offset, as documented."""
    log_again: int | None = None
    """At which row the changelog names its first id once more; None: never."""

    @property
    def writes(self) -> list[Call]:
        return [call for call in super().writes if call.path not in (TOKEN, BATCH)]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(TOKEN, self._token),
            web.get(CORE + "/positions", self._positions),
            web.get(CORE + "/profiles", self._profiles),
            web.post(BATCH, self._batch),
            web.get(CORE + "/profiles/{id}", self._profile),
            web.post(CORE + "/profiles/{id}/application/stages", self._stage),
            web.get(CORE + "/profile-notes", self._notes),
            web.post(CORE + "/profile-notes", self._add_note),
            web.get(CORE + "/transactions/{id}", self._transaction),
            web.get(CORE + "/users", self._users),
            web.get(CORE + "/changelog/profiles", self._changelog),
            web.post(ATS, self._create),
            web.get(ATS + "/{id}", self._candidate),
            web.patch(ATS + "/{id}", self._patch),
            web.post(POOL, self._talent_pool),
        ]

    def authorise(self, request: web.Request) -> None:
        basic = {f"Basic {self.settings['basic']}"}
        good = basic if request.path == TOKEN else {f"Bearer {token}" for token in self.tokens}
        if request.headers.get("Authorization") not in good:
            raise Refusal(401, {"message": "Unauthorized"})

    async def _token(self, request: web.Request) -> web.Response:
        body = await body_of(request, refused)
        user = {"username": self.settings["email"], "password": self.settings["key"]}
        if body != {"grantType": "password", **user}:
            raise Refusal(401, {"message": "Invalid credentials"})
        token = f"token-{next(self._ids)}"
        self.tokens.add(token)
        return web.json_response({"data": {"access_token": token}})

    async def _positions(self, request: web.Request) -> web.Response:
        include = request.query.get("include", "")
        closed: Body = {"positionId": 4000, "name": "ConnectionRegistry Manager", "open": False}
        jobs = [
            position_json(id, job, include, still_open=id not in self.closed)
            for id, job in self.positions.items()
        ]
        return page(request, [closed, *jobs])

    async def _profiles(self, request: web.Request) -> web.Response:
        shown = [r for r in self.records if r.emails not in self.unlisted and _fits(r, request)]
        return page(request, [self._json(r, request) for r in shown])

    async def _batch(self, request: web.Request) -> web.Response:
        body = await body_of(request, refused)
        require(body, {"entityIds": list}, refused)
        if len(body["entityIds"]) > 100:
            raise refused("entityIds")
        found = {r.id: self._json(r, request) for r in self.records if r.id in body["entityIds"]}
        missing = [id for id in body["entityIds"] if id not in found]
        return web.json_response({"data": [*found.values()], "meta": {"missingEntityIds": missing}})

    async def _profile(self, request: web.Request) -> web.Response:
        found = (r for r in self.records if r.id == request.match_info["id"])
        record = next(found, None)
        # Nobody is answered with 200 and a message: seen in use, not documented.
        return web.json_response(self._json(record, request) if record else {"message": "Profile not found"})

    async def _stage(self, request: web.Request) -> web.Response:
        record = self._known(request.match_info["id"])
        body = await body_of(request, refused)
        require(body, {"positionId": str, "newStage": str, "reason": str}, refused)
        position = int(body["positionId"]) if body["positionId"].isdigit() else 0
        if position not in self.positions or body["newStage"] not in self.positions[position].stages:
            raise refused("newStage")
        if "actionUserEmail" in body and body["actionUserEmail"] not in self.users:
            raise refused("actionUserEmail")
        record.advance(position, body["newStage"], self._now())
        return web.json_response({"message": "Stage was advanced successfully"})

    async def _users(self, request: web.Request) -> web.Response:
        query = request.query.get("query", "").casefold()
        found: list[Body] = [{"id": f"u-{n}", "email": each} for n, each in enumerate(self.users)]
        return page(request, [each for each in found if query in each["email"].casefold()])

    async def _notes(self, request: web.Request) -> web.Response:
        most = int(request.query.get("queryLimit", 100))
        return page(request, self._known(request.query.get("profileId", "")).notes[:most])

    async def _add_note(self, request: web.Request) -> web.Response:
        body = await body_of(request, refused)
        require(body, {"profileId": str, "note": str, "noteType": str}, refused)
        if body["noteType"] not in ("note", "other"):
            raise refused("noteType")
        record = self._known(body["profileId"])
        author = {"creatorEmail": self.settings["email"], "createdTime": self._now()}
        record.notes.append({"id": str(next(self._ids)), **body, **author})
        record.updated = self._now()
        return web.json_response(record.notes[-1])

    async def _transaction(self, request: web.Request) -> web.Response:
        transaction = self.transactions.get(request.match_info["id"])
        if transaction is None:
            raise Refusal(404, {"message": "Transaction not found"})
        transaction.looks -= 1
        if transaction.looks >= 0:
            return web.json_response({"data": {"status": "IN PROGRESS", "efEntityId": None}})
        record = _carried_out(transaction)
        ids = {"efEntityId": record.id, "externalEntityId": record.ats}
        return web.json_response({"data": {"status": "PASS", **ids}})

    async def _changelog(self, request: web.Request) -> web.Response:
        start, end = (int(request.query[name]) for name in ("startTime", "endTime"))
        if not 0 < end - start <= DAY or end > self._now() - LOG_DELAY:
            raise refused("endTime")
        changed: list[Body] = [{"entityId": r.id} for r in self.records if start <= r.updated < end]
        if self.log_again is not None:
            changed.insert(self.log_again, changed[0])
        return page(request, changed, self.log_page)

    async def _create(self, request: web.Request) -> web.Response:
        body, system = await body_of(request, refused), request.match_info["system"]
        require(body, {"emails": str, "firstName": str, "lastActivityTs": int}, refused)
        check_candidate(body)
        automatic = body.get("autoGenerateCandidateId") is True
        if automatic == ("candidateId" in body) or (automatic and system != "talent_tracking"):
            raise refused("candidateId")
        return self._accepted(lambda: self.written(system, body))

    async def _candidate(self, request: web.Request) -> web.Response:
        return web.json_response(self._behind(request).candidate(request.query.get("include", "")))

    async def _patch(self, request: web.Request) -> web.Response:
        record, body = self._behind(request), await body_of(request, refused)
        check_candidate(body)
        ignored = record.claimed and request.query.get("refreshClaimedProfile") != "true"
        change = {} if ignored else {**body, "candidateId": record.ats}
        return self._accepted(lambda: self.written(record.system, change) if change else record)

    async def _talent_pool(self, request: web.Request) -> web.Response:
        body = await body_of(request, refused)
        require(body, {"profileId": str, "tags": list}, refused)
        record = self._known(body["profileId"])
        record.pools += [tag for tag in body["tags"] if tag not in record.pools]
        record.updated = self._now()
        return web.json_response({**body, "message": "Profile joined the talent pool"})

    def _accepted(self, carry_out: Callable[[], Record]) -> web.Response:
        id = f"tx-{next(self._ids)}"
        self.transactions[id] = Transaction(self.looks, carry_out)
        if not self.looks:
            _carried_out(self.transactions[id])
        return web.json_response({"transactionId": id})

    def _known(self, id: str) -> Record:
        record = next((r for r in self.records if r.id == id), None)
        if record is None:
            raise Refusal(404, {"message": "Profile not found"})
        return record

    def _behind(self, request: web.Request) -> Record:
        asked = (request.match_info["system"], request.match_info["id"])
        record = next((r for r in self.records if (r.system, r.ats) == asked), None)
        if record is None:
            raise Refusal(404, {"message": "ATS candidate not found"})
        return record

    def _json(self, record: Record, request: web.Request) -> Body:
        return record.profile(request.query.get("include", ""), self.positions)


def _carried_out(transaction: Transaction) -> Record:
    transaction.record = transaction.record or transaction.carry_out()
    return transaction.record


def _fits(r: Record, request: web.Request) -> bool:
    """Whether a search finds this person: loosely, by any word."""
    asked = request.query
    since = re.fullmatch(r"lastModified:\[(\d+) TO \*\]", asked.get("filterQuery", "lastModified:[0 TO *]"))
    if since is None:
        raise refused("filterQuery")
    words = asked.get("query", "").casefold().split() or [""]
    ids = asked.get("profileIds", r.id).split(",")
    behind = asked.get("atsCandidateId", r.ats)
    return (
        r.updated >= int(since[1])
        and r.ats == behind
        and any(w in r.text for w in words)
        and (r.id in ids or str(r.number) in ids)
    )
