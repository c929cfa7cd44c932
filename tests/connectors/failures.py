"""How each vendor says no, and what we must make of it."""

from bot.demo.ats.server import Fault
from connectors.errors import (
    BadCredentials,
    Conflict,
    ConnectorError,
    MissingPermission,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
    UnexpectedResponse,
)

SECRET_PERSON = "secret.person@example.com"

COMMON: list[tuple[str, Fault, type[ConnectorError]]] = [
    ("401", Fault(401, {"detail": SECRET_PERSON}), BadCredentials),
    ("403", Fault(403, {"detail": SECRET_PERSON}), MissingPermission),
    ("404", Fault(404, {"detail": SECRET_PERSON}), NotFound),
    ("409", Fault(409, {"detail": SECRET_PERSON}), Conflict),
    ("400", Fault(400, {"detail": SECRET_PERSON}), Refused),
    ("500", Fault(500, SECRET_PERSON, content_type="text/plain"), Unavailable),
    ("503", Fault(503, "<html>maintenance</html>", content_type="text/html"), Unavailable),
    ("a redirect", Fault(302, "", {"Location": "http://127.0.0.1:9/"}), UnexpectedResponse),
    ("HTML", Fault(200, f"<html>{SECRET_PERSON}</html>", content_type="text/html"), UnexpectedResponse),
    ("truncated JSON", Fault(200, '{"id": 1, "email": "' + SECRET_PERSON), UnexpectedResponse),
    (
        "a wrong shape",
        Fault(200, {"id": {"email": SECRET_PERSON}, "data": 7, "results": 7}),
        UnexpectedResponse,
    ),
    ("nothing", Fault(200, ""), UnexpectedResponse),
    ("a hang", Fault(hang=True), Unavailable),
    ("a reset", Fault(reset=True), Unavailable),
]

BY_VENDOR: dict[str, list[tuple[str, Fault, type[ConnectorError]]]] = {
    "recruspace": [
        (
            "wrong key",
            Fault(401, {"detail": "Authentication credentials were not provided."}),
            BadCredentials,
        ),
        ("unknown fields", Fault(400, {"email": [SECRET_PERSON]}), Refused),
    ],
    "eightfold": [
        ("a message in place of a record", Fault(200, {"message": SECRET_PERSON}), NotFound),
        ("a message under data", Fault(200, {"data": {"message": SECRET_PERSON}}), NotFound),
        (
            "a missing permission",
            Fault(403, {"message": f"Access denied {SECRET_PERSON}"}),
            MissingPermission,
        ),
        ("errors in a list", Fault(400, {"errors": [{"message": SECRET_PERSON}]}), Refused),
        ("an expired token, again and again", Fault(401, {"message": SECRET_PERSON}), BadCredentials),
        ("too many requests", Fault(429, {"message": SECRET_PERSON}, {"Retry-After": "0"}), RateLimited),
        ("a record without an id", Fault(200, {"data": {"email": SECRET_PERSON}}), UnexpectedResponse),
        ("a list in place of a record", Fault(200, {"data": [], "meta": {}}), UnexpectedResponse),
    ],
    "talynce": [
        *(
            (
                code,
                Fault(status, {"error": {"code": code, "message": SECRET_PERSON}}, {"Retry-After": "0"}),
                error,
            )
            for status, code, error in [
                (401, "unauthorized", BadCredentials),
                (403, "forbidden", MissingPermission),
                (403, "candidate_limit_reached", MissingPermission),
                (403, "talent_pool_reveal_required", Refused),
                (404, "not_found", NotFound),
                (400, "validation_error", Refused),
                (400, "invalid_pipeline_status", Refused),
                (429, "rate_limit_exceeded", RateLimited),
                (500, "internal_error", Unavailable),
            ]
        ),
        ("an unknown code", Fault(403, {"error": {"code": SECRET_PERSON}}), MissingPermission),
        ("no data", Fault(200, {"success": True, "email": SECRET_PERSON}), UnexpectedResponse),
        ("a list for one", Fault(200, {"data": [{"email": SECRET_PERSON}]}), UnexpectedResponse),
    ],
    "welcomekit": [
        *(
            (name, Fault(status, {"error": code, "error_description": SECRET_PERSON}), error)
            for name, status, code, error in [
                ("bad token", 401, "unauthorized", BadCredentials),
                ("missing scope", 403, "invalid_scope", MissingPermission),
                ("not a member", 403, "unauthorized", MissingPermission),
                ("not found", 404, "not_found", NotFound),
                ("wrong fields", 400, "validation_failed", Refused),
                ("an unknown code", 403, SECRET_PERSON, MissingPermission),
                ("maintenance", 503, "validation_failed", Unavailable),
            ]
        ),
        ("revoked", Fault(403, {"error": {"error": {"reason": "revoked"}}}), BadCredentials),
        ("revoked, less deep", Fault(401, {"error": {"reason": "revoked"}}), BadCredentials),
        ("a list for one", Fault(200, [{"reference": SECRET_PERSON}]), UnexpectedResponse),
        (
            "a candidate without a profile",
            Fault(200, {"reference": "wttj-1", "job_reference": "WTTJ_1", "email": SECRET_PERSON}),
            UnexpectedResponse,
        ),
    ],
}

CASES = [
    pytest_case
    for vendor, own in BY_VENDOR.items()
    for pytest_case in [(vendor, *case) for case in [*COMMON, *own]]
]
