"""A stand-in for Talynce: its documented paths, shapes and refusals."""

from __future__ import annotations

from uuid import uuid4

from aiohttp import web

from .server import Body, Refusal, body_of, require
from .talynce_records import (
    FIELDS,
    HELD,
    LOCKED,
    LONG_AGO,
    PIPELINE,
    TEXT,
    Applied,
    Record,
    TalynceRecords,
    same,
)

V1 = "/api/v1"
ALLOWED = {"job_id", "status", "notes"}


class StandInTalynce(TalynceRecords):
    vendor = "talynce"
    title = "Talynce"
    settings = {"key": "tl-demo-key", "statuses": "Applied, shortlisted, Interview, Offer, Hired"}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(V1 + "/candidates", self._list),
            web.post(V1 + "/candidates", self._create),
            web.get(V1 + "/candidates/{id}", self._candidate),
            web.put(V1 + "/candidates/{id}", self._update),
            web.get(V1 + "/jobs", self._list_jobs),
        ]

    def authorise(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.settings['key']}":
            raise refusal(401, "unauthorized", "Missing or invalid API key")

    async def _list(self, request: web.Request) -> web.Response:
        """The newest come first, so that whoever is added while somebody pages shifts the pages."""
        words, job = request.query.get("search", "").casefold(), request.query.get("job_id")
        hits = [
            self._json(r)
            for r in reversed(self.records.values())
            if (
                not words or any(words in (r.shown(name) or "").casefold() for name in ("full_name", "email"))
            )
            and (job is None or job in r.applications)
        ]
        return _page(request, hits)

    async def _candidate(self, request: web.Request) -> web.Response:
        record = self._known(request)
        applications = [self._application_json(record, a) for a in record.applications.values()]
        return web.json_response({"data": {**self._json(record), "applications": applications}})

    async def _create(self, request: web.Request) -> web.Response:
        body = await body_of(request, _invalid)
        require(body, {"full_name": str, "email": str}, _invalid)
        _check(body)
        record = next((r for r in self.records.values() if same(r.fields["email"], body["email"])), None)
        self._check_application(body, record)
        if record:
            # Whether it updates somebody who is there is not documented: this one is the unkind reading.
            self._apply(record, {"application": body["application"]} if "application" in body else {})
            return web.json_response({"data": self._json(record)})
        record = Record(str(uuid4()), {}, created=self._now())
        self.records[record.id] = record
        self._apply(record, body)
        return web.json_response({"data": self._json(record)}, status=201)

    async def _update(self, request: web.Request) -> web.Response:
        record = self._known(request)
        body = await body_of(request, _invalid)
        _check(body)
        if record.masked and any(name in body for name in LOCKED):
            raise refusal(403, "talent_pool_reveal_required", f"Reveal {record.fields['full_name']} first")
        self._check_application(body, record)
        self._apply(record, body)
        return web.json_response({"data": self._json(record)})

    async def _list_jobs(self, request: web.Request) -> web.Response:
        words = request.query.get("search", "").casefold()
        jobs = [
            {
                "id": id,
                "title": job.title,
                "status": "closed" if id in self.closed else "active",
                "client_id": None,
                "created_at": LONG_AGO,
                "updated_at": LONG_AGO,
            }
            for id, job in self.jobs.items()
            if words in job.title.casefold()
        ]
        return _page(request, jobs)

    def _check_application(self, body: Body, record: Record | None) -> None:
        """Refuse an unknown job or status before anything is written; a status that is there may stay."""
        if "application" not in body:
            return
        application: Body = body["application"]
        require(application, {"job_id": str}, _invalid)
        if application["job_id"] not in self.jobs:
            raise refusal(404, "not_found", "Job not found")
        if not isinstance(application.get("notes"), TEXT) or not application.keys() <= ALLOWED:
            raise _invalid("application")
        now = record.applications.get(application["job_id"]) if record else None
        if application.get("status", "Applied") not in (*PIPELINE, *([now.status] if now else [])):
            raise refusal(400, "invalid_pipeline_status", "Status is not in the pipeline of the organization")

    def _known(self, request: web.Request) -> Record:
        record = self.records.get(request.match_info["id"])
        if record is None:
            raise refusal(404, "not_found", "Candidate not found")
        return record

    def _json(self, r: Record) -> Body:
        skills = [r.fields.get(name) or [] for name in ("primary_skills", "secondary_skills")]
        return {
            "id": r.id,
            **{name: r.shown(name) for name in HELD},
            "primary_skills": skills[0],
            "secondary_skills": skills[1],
            "skill_array": [*skills[0], *skills[1]],
            "source": r.fields.get("source", "api"),
            "screening_score": None,
            "talent_pool_status": "masked" if r.masked else "not_linked",
            "created_at": r.created,
            "updated_at": r.updated,
        }

    def _application_json(self, r: Record, a: Applied) -> Body:
        dates = ("shortlisted_at", "screening_started_at", "screening_completed_at", "outreach_sent_at")
        return {
            "id": a.id,
            "candidate_id": r.id,
            "job_id": a.job_id,
            "organization_id": self.organization,
            "status": a.status,
            "screening_score": None,
            "match_score": None,
            "notes": a.notes,
            **dict.fromkeys((*dates, "interest_clicked_at", "video_interview_invite_sent_at", "metadata")),
            "status_date": a.began,
            "created_at": a.began,
            "updated_at": a.updated,
        }


def _check(body: Body) -> None:
    for name, value in body.items():
        kind = FIELDS.get(name)
        wrong_number = isinstance(value, bool) and name != "in_notice_period"
        words = isinstance(value, list) and not all(isinstance(each, str) for each in value)
        if kind is None or wrong_number or words or not isinstance(value, kind):
            raise _invalid(name)


def _page(request: web.Request, rows: list[Body]) -> web.Response:
    limit, offset = _number(request, "limit", 50), _number(request, "offset", 0)
    if not 1 <= limit <= 100:
        raise _invalid("limit")
    meta = {"total": len(rows), "limit": limit, "offset": offset}
    return web.json_response({"data": rows[offset : offset + limit], "meta": meta})


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, str(default))
    if not text.isdigit():
        raise _invalid(name)
    return int(text)


def refusal(status: int, code: str, message: str, details: Body | None = None) -> Refusal:
    error = {"code": code, "message": message, **({"details": details} if details else {})}
    return Refusal(status, {"error": error})


def _invalid(name: str) -> Refusal:
    return refusal(400, "validation_error", "Invalid input", {name: ["Required, or of another type"]})
