"""A stand-in for Welcome to the Jungle (WelcomeKit): its documented paths, shapes and refusals."""

from __future__ import annotations

from aiohttp import web

from .server import Body, Refusal, body_of, require
from .welcomekit_records import CHANGED, Opening, Record, WelcomeKitRecords

API = "/api/v1/external"
ORGANIZATION = {"reference": "Pg4eV6k", "name": "Example Company"}
REQUIRED = dict.fromkeys(
    ("organization_reference", "job_reference", "job_stage_id", "email", "firstname", "lastname"), str
)
CREATED: dict[str, type] = {**CHANGED, **REQUIRED, "comment": str, "referrer": str}
ASKED_FIRST = {
    ("GET", f"{API}/jobs"): "organization_reference",
    ("GET", f"{API}/candidates"): "job_reference",
}


class StandInWelcomeKit(WelcomeKitRecords):
    vendor = "welcomekit"
    title = "Welcome to the Jungle"
    settings = {"key": "wk-demo-key"}
    heeds_capitals = False
    """Whether the filter by email tells capitals from small letters."""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{API}/users/current", self._user),
            web.get(f"{API}/jobs", self._jobs),
            web.get(f"{API}/candidates", self._candidates),
            web.post(f"{API}/candidates", self._create),
            web.get(API + "/candidates/{reference}", self._candidate),
            web.put(API + "/candidates/{reference}", self._update),
            web.post(f"{API}/comments", self._comment),
        ]

    def authorise(self, request: web.Request) -> None:
        """Parameters are looked at before the key is."""
        asked = ASKED_FIRST.get((request.method, request.path))
        if asked and asked not in request.query:
            raise _refused(asked)
        if request.headers.get("Authorization") != f"Bearer {self.settings['key']}":
            raise Refusal(401, _error("unauthorized", "The access token is invalid"))

    async def _user(self, request: web.Request) -> web.Response:
        asked = request.query.get("organizations") == "true"
        more = {"organizations": [ORGANIZATION]} if asked else {}
        return web.json_response({"avatar_url": None, "display_name": "Olga Owner", **more})

    async def _jobs(self, request: web.Request) -> web.Response:
        _member(request.query["organization_reference"])
        status, stages = request.query.get("status"), request.query.get("stages") == "true"
        return _page(
            request, [_job_json(job, stages) for job in self.jobs.values() if status in (None, job.status)]
        )

    async def _candidates(self, request: web.Request) -> web.Response:
        job = self._job(request.query["job_reference"])
        found = [r for r in self.records.values() if r.job == job.reference and self._fits(r, request)]
        return _page(request, [self._shown(r, request) for r in found])

    async def _candidate(self, request: web.Request) -> web.Response:
        return web.json_response(self._shown(self._known(request.match_info["reference"]), request))

    async def _create(self, request: web.Request) -> web.Response:
        body = await body_of(request, _refused)
        require(body, REQUIRED, _refused)
        _checked(body, CREATED)
        _member(body["organization_reference"])
        job = self._job(body["job_reference"])
        number = body["job_stage_id"]
        if not number.isdigit() or job.stage(int(number)) is None:
            raise _refused("job_stage_id")
        record = self._new(job.reference, int(number), {})
        record.notes += [body["comment"]] if body.get("comment") else []
        self._write(record, body)
        return web.json_response(self._json(record), status=201)

    async def _update(self, request: web.Request) -> web.Response:
        record = self._known(request.match_info["reference"])
        body = await body_of(request, _refused)
        _checked(body, CHANGED)
        number = body.get("job_stage_id", record.stage)
        if self.jobs[record.job].stage(number) is None:
            raise _refused("job_stage_id")
        record.stage = number
        self._write(record, body)
        return web.json_response(self._json(record))

    async def _comment(self, request: web.Request) -> web.Response:
        body = await body_of(request, _refused)
        require(body, {"candidate_reference": str, "content": str}, _refused)
        self._known(body["candidate_reference"]).notes.append(body["content"])
        shown = {"content": f"<p>{body['content']}</p>\n", "raw_content": body["content"]}
        return web.json_response({"id": next(self._ids), **shown}, status=201)

    def _fits(self, record: Record, request: web.Request) -> bool:
        missed = request.query.get("email", "") not in (record.fields.get("email") or "")
        return not (self.heeds_capitals and missed) and _asked_for(record, request)

    def _job(self, reference: str) -> Opening:
        if reference not in self.jobs:
            raise _missing()
        return self.jobs[reference]

    def _known(self, reference: str) -> Record:
        if reference not in self.records:
            raise _missing()
        return self.records[reference]

    def _shown(self, record: Record, request: web.Request) -> Body:
        stage = {"stage": self._stage(record).json()} if request.query.get("stage") == "true" else {}
        tags = {"tags": list(record.tags)} if request.query.get("tags") == "true" else {}
        return {**self._json(record), **stage, **tags}

    def _json(self, r: Record) -> Body:
        """A candidate as a write answers it: without stage and tags, and never with its links."""
        card = f"/dashboard/o/{ORGANIZATION['reference']}/jobs/{r.job}/card/{r.reference}"
        resume = r.fields.get("remote_resume_url")
        names = ("email", "firstname", "lastname", "phone", "subtitle")
        unset = dict.fromkeys(("address", "city", "zip_code", "country_code", "country_name", "avatar_url"))
        return {
            "reference": r.reference,
            "cover_letter": r.fields.get("cover_letter", ""),
            "created_at": r.created.isoformat(timespec="milliseconds"),
            "updated_at": r.updated.isoformat(timespec="milliseconds"),
            "job_reference": r.job,
            "modal_path": card,
            "portfolio_size": None,
            "portfolio_url": r.fields.get("remote_portfolio_url"),
            "resume_content_type": "application/pdf" if resume else None,
            "resume_size": 4242 if resume else None,
            "resume_url": resume,
            "stage_id": r.stage,
            "profile": {**unset, **{name: r.fields.get(name) for name in names}},
            "origin": "external",
            "archived": r.fields.get("archived", False),
        }


def _job_json(job: Opening, stages: bool) -> Body:
    more = {"stages": [stage.json() for stage in job.stages]} if stages else {}
    known = {"reference": job.reference, "name": job.title, "status": job.status, "language": "en"}
    return {**known, "external_reference": None, "organization_reference": ORGANIZATION["reference"], **more}


def _asked_for(record: Record, request: web.Request) -> bool:
    """Read loosely, as the documentation allows: a part of an address fits, and a day includes itself."""
    query = request.query
    archived = str(record.fields.get("archived", False)).lower()
    return (
        query.get("email", "").lower() in (record.fields.get("email") or "").lower()
        and query.get("archived", archived) == archived
        and query.get("created_after", "") <= record.created.date().isoformat()
        and query.get("updated_after", "") <= record.updated.date().isoformat()
    )


def _checked(body: Body, fields: dict[str, type]) -> None:
    """Refuse what is not documented, what has another type, and an address that is none."""
    for name, value in body.items():
        kind = fields.get(name)
        wrong = kind is None or not isinstance(value, kind) or (kind is int and isinstance(value, bool))
        if wrong or (
            name.startswith(("remote_", "media_")) and not value.startswith(("http://", "https://"))
        ):
            raise _refused(name)


def _member(organization: str) -> None:
    if organization != ORGANIZATION["reference"]:
        raise Refusal(403, _error("unauthorized", "You are not member of this organization"))


def _page(request: web.Request, rows: list[Body]) -> web.Response:
    """A bare array; the totals are in the headers."""
    page, size = int(request.query.get("page", 1)), int(request.query.get("per_page", 100))
    totals = {"Total": len(rows), "Total-Pages": -(-len(rows) // size), "Per-Page": size, "Page": page}
    headers = {f"X-{name}": str(value) for name, value in totals.items()}
    return web.json_response(rows[(page - 1) * size : page * size], headers=headers)


def _error(code: str, description: str) -> Body:
    return {"error": code, "error_description": description}


def _refused(name: str) -> Refusal:
    return Refusal(400, _error("validation_failed", f"{name} is missing"))


def _missing() -> Refusal:
    return Refusal(404, _error("not_found", "The requested resource could not be found"))
