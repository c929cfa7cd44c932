"""A stand-in for Recruspace: its documented paths, shapes and refusals."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from .recruspace_records import Record, RecruspaceRecords
from .server import Body, Refusal, body_of, require

CLIENT = "/api/v1/client"
FILE_TYPES = (".pdf", ".docx", ".doc")


class StandInRecruspace(RecruspaceRecords):
    vendor = "recruspace"
    title = "Recruspace"
    settings = {"key": "rs-demo-key"}

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(CLIENT + "/companies/users/", self._users),
            web.get(CLIENT + "/candidates/search-by-email/", self._search),
            web.get(CLIENT + "/candidates/{id}/", self._candidate),
            web.post(CLIENT + "/candidates/add/", self._add),
            web.post(CLIENT + "/candidates/manual-add/", self._manual_add),
            web.post(CLIENT + "/candidates/add-note/", self._add_note),
            web.post(CLIENT + "/candidates/add-tag/", self._add_tag),
            web.get(CLIENT + "/job-posts/", self._job_posts),
            web.get(CLIENT + "/talent-pools/", self._talent_pools),
            web.post(CLIENT + "/talent-pools/create/", self._create_pool),
            web.get(CLIENT + "/talent-pools/{id}/candidates/", self._members),
            web.post("/api/v1/utilities/upload-file/", self._upload),
        ]

    def authorise(self, request: web.Request) -> None:
        if request.headers.get("Authorization") != f"Bearer {self.settings['key']}":
            raise Refusal(401, {"detail": "Authentication credentials were not provided."})

    async def _users(self, request: web.Request) -> web.Response:
        user = {
            "id": 7,
            "email": "owner@example.com",
            "first_name": "Olga",
            "last_name": "Owner",
            "profile_img": None,
        }
        return web.json_response([{"id": 1, "user": user, "role": "hiring_manager", "permission": "admin"}])

    async def _search(self, request: web.Request) -> web.Response:
        if "email" not in request.query:
            raise _refused("email")
        part = request.query["email"].lower()
        hits = [r for r in self.records.values() if r.email and part in r.email.lower()]
        return web.json_response([{"id": r.id, "email": r.email} for r in hits])

    async def _candidate(self, request: web.Request) -> web.Response:
        return web.json_response(self._json(self._known(request.match_info["id"])))

    async def _manual_add(self, request: web.Request) -> web.Response:
        body = await body_of(request, _refused)
        require(body, {"email": str, "first_name": str, "last_name": str}, _refused)
        if "cv" in body and body["cv"] not in self.files:
            raise _refused("cv")
        record = self._new(body, body.get("talent_pool_id"), body.get("job_post"))
        record.cv = body.get("cv")
        return web.json_response(self._json(record), status=201)

    async def _add(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form.get("cv_file")
        fields: Body = {k: v for k, v in form.items() if isinstance(v, str)}
        require(fields, {"email": str, "first_name": str, "last_name": str}, _refused)
        if not isinstance(file, web.FileField) or not file.filename.lower().endswith(FILE_TYPES):
            raise _refused("cv_file")
        pool = fields.get("talent_pool_id")
        record = self._new(fields, int(pool) if pool else None, fields.get("job_post"))
        record.phone, record.cv = fields.get("phone_number"), self._store(file.filename)
        return web.json_response({"success": "OK", "content": self._json(record)}, status=201)

    async def _add_note(self, request: web.Request) -> web.Response:
        body = await body_of(request, _refused)
        require(body, {"candidate_id": int, "text": str}, _refused)
        self._known(body["candidate_id"]).notes.append(body["text"])
        now = self._now()
        return web.json_response(
            {"id": next(self._ids), "text": body["text"], "created_at": now, "updated_at": now}, status=201
        )

    async def _add_tag(self, request: web.Request) -> web.Response:
        body = await body_of(request, _refused)
        require(body, {"candidate_id": int, "title": str}, _refused)
        record = self._known(body["candidate_id"])
        if body["title"] in record.tags:
            raise Refusal(409, {"detail": "The candidate already has this tag."})
        record.tags.append(body["title"])
        record.updated = self._now()
        return web.json_response({"id": next(self._ids), "title": body["title"]}, status=201)

    async def _job_posts(self, request: web.Request) -> web.Response:
        jobs = [
            {"hash": key, "title": job.title, "status": self._status(key)} for key, job in self.jobs.items()
        ]
        return web.json_response(_page(request, jobs))

    async def _talent_pools(self, request: web.Request) -> web.Response:
        return web.json_response([self._pool_json(id) for id in self.pools])

    async def _create_pool(self, request: web.Request) -> web.Response:
        body = await body_of(request, _refused)
        require(body, {"name": str}, _refused)
        id = max(self.pools) + 1
        self.pools[id] = body["name"]
        return web.json_response(self._pool_json(id), status=201)

    async def _members(self, request: web.Request) -> web.Response:
        pool = int(request.match_info["id"])
        if pool not in self.pools:
            raise Refusal(404, {"detail": "Not found."})
        members = [self._json(r) for r in self.records.values() if r.pool == pool]
        return web.json_response(_page(request, members))

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField) or form.get("folder_key") != "cv":
            raise _refused("file")
        return web.json_response({"success": "OK", "content": {"id": self._store(file.filename)}}, status=201)

    def _store(self, filename: str) -> int:
        id = next(self._ids)
        self.files[id] = filename
        return id

    def _new(self, fields: Body, pool: object, job: object) -> Record:
        if (pool is None) == (job is None) or (pool is not None and pool not in self.pools):
            raise _refused("talent_pool_id")
        if job is not None and job not in self.jobs:
            raise _refused("job_post")
        if pool is not None and any(
            r.email == fields["email"] and r.pool == pool for r in self.records.values()
        ):
            raise Refusal(409, {"detail": "A candidate with this email is already in the talent pool."})
        record = Record(
            next(self._ids), fields["first_name"], fields["last_name"], fields["email"], updated=self._now()
        )
        record.pool = pool if isinstance(pool, int) else None
        record.job = job if isinstance(job, str) else None
        self.records[record.id] = record
        return record

    def _known(self, id: Any) -> Record:
        record = self.records.get(int(id)) if str(id).isdigit() else None
        if record is None:
            raise Refusal(404, {"detail": "Not found."})
        return record

    def _json(self, r: Record) -> Body:
        job = (
            {"hash": r.job, "title": self.jobs[r.job].title, "status": self._status(r.job), "pipeline": 1}
            if r.job
            else None
        )
        stage = {"id": 4, "name": r.stage, "key": r.stage.lower(), "created_at": r.updated, "pipeline": 1}
        substage = {
            "id": 40,
            "stage": stage,
            "name": r.stage,
            "queue": 0,
            "is_visible": True,
            "email_template": 0,
        }
        user = {"id": r.id, "email": r.email, "first_name": r.first, "last_name": r.last, "profile_img": None}
        return {
            "id": r.id,
            "company": "c-1",
            "user": user,
            "job_post": job,
            "initial_applied_job_post": job,
            "substage": substage if job else None,
            "email": r.email,
            "first_name": r.first,
            "last_name": r.last,
            "cv": {"id": r.cv, "name": self.files[r.cv], "type": "application/pdf"} if r.cv else None,
            "photo": None,
            "phone_number": r.phone or "",
            "links": [{"platform": "linkedin", "url": url} for url in r.links],
            "tags": [{"id": n, "title": tag} for n, tag in enumerate(r.tags)],
            "source_platform": "api",
            "entry_method": "applied",
            "created_at": r.updated,
            "updated_at": r.updated,
        }

    def _status(self, job: str) -> str:
        return "closed" if job in self.closed else "published"

    def _pool_json(self, id: int) -> Body:
        members = sum(r.pool == id for r in self.records.values())
        return {
            "id": id,
            "candidate_count": members,
            "name": self.pools[id],
            "department": 0,
            "assignees": [],
        }


def _page(request: web.Request, rows: list[Body]) -> Body:
    """Paged as documented: `next` is absent on the last page, and its address is of another path family."""
    page, size = int(request.query.get("page", 1)), min(int(request.query.get("page_size", 20)), 100)
    shown = rows[(page - 1) * size : page * size]
    more = {"next": "https://api.example.com/companies/1/list/?page=2"} if page * size < len(rows) else {}
    return {"count": len(rows), **more, "results": shown}


def _refused(field: str) -> Refusal:
    return Refusal(400, {field: ["This field is required."]})
