"""Files come with messages and forms as Slack describes them, and go only to those who may have them."""

import aiohttp
import pytest

from bot.demo.slack.clicks import CannotDo
from bot.demo.slack.files import FORM_FILE_BYTES, Given
from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Json, TinyBot, modal, open_modal, saying

pytestmark = pytest.mark.anyio

CV: Given = ("Jane Doe CV.pdf", b"%PDF-1.4 Jane", "application/pdf")
LETTER: Given = ("letter.docx", b"PK letter", "")


async def fetch(bot: TinyBot, url: str, token: str | None = None) -> tuple[int, str, bytes]:
    headers = {"Authorization": f"Bearer {token or bot.slack.bot_token}"}
    async with bot.http.get(url, headers=headers) as answer:
        return answer.status, answer.content_type, await answer.read()


def file_form(**more: object) -> Json:
    element = {"type": "file_input", "action_id": "cv", **more}
    label = {"type": "plain_text", "text": "CV"}
    return modal("Add", {"type": "input", "block_id": "cv-block", "label": label, "element": element})


async def test_a_shortcut_on_a_message_with_files_brings_slacks_file_objects(
    slack: StandInSlack, bot: TinyBot
) -> None:
    said = slack.upload("U0MIA", "C0HIRING", "A strong one", [CV, LETTER])
    await slack.shortcut("U0ADA", "add_candidate", "C0HIRING", said.ts)

    cv, letter = bot.got[0]["message"]["files"]
    assert cv | {"size": len(CV[1]), "mode": "hosted", "file_access": "visible", "user": "U0MIA"} == cv
    assert (cv["name"], cv["title"], cv["mimetype"]) == ("Jane Doe CV.pdf", "Jane Doe CV", "application/pdf")
    assert (cv["filetype"], letter["filetype"]) == ("pdf", "docx")
    assert letter["mimetype"].endswith("wordprocessingml.document")
    assert cv["url_private_download"].startswith(f"{slack.url}/files-pri/T0DEMO-{cv['id']}/download/")
    assert (await bot.api("files.info", file=cv["id"]))["file"] == {**cv, "is_public": True}


async def test_the_content_is_for_the_bots_token_alone(slack: StandInSlack, bot: TinyBot) -> None:
    (file,) = slack.upload("U0MIA", "C0HIRING", "", [CV]).files

    for url in (file["url_private"], file["url_private_download"]):
        assert await fetch(bot, url) == (200, "application/pdf", CV[1])
        status, kind, page = await fetch(bot, url, "xoxb-of-another-app")
        assert (status, kind) == (200, "text/html")
        assert CV[1] not in page


async def test_without_the_scope_a_sign_in_page_comes_instead_of_the_file(
    slack: StandInSlack, bot: TinyBot
) -> None:
    (file,) = slack.upload("U0MIA", "C0HIRING", "", [CV]).files
    slack.scopes.remove("files:read")

    assert (await fetch(bot, file["url_private_download"]))[1] == "text/html"
    slack.scopes.add("files:read")
    assert (await fetch(bot, file["url_private_download"]))[2] == CV[1]


async def test_a_deleted_file_is_gone_everywhere(slack: StandInSlack, bot: TinyBot) -> None:
    said = slack.upload("U0MIA", "C0HIRING", "", [CV])
    (file,) = said.files
    slack.files.delete(file["id"])

    assert (await fetch(bot, file["url_private_download"]))[0] == 404
    assert (await bot.api("files.info", file=file["id"]))["error"] == "file_deleted"
    assert (await bot.api("files.info", file="F0"))["error"] == "file_not_found"
    await slack.shortcut("U0ADA", "add_candidate", "C0HIRING", said.ts)
    assert bot.got[0]["message"]["files"] == [{"id": file["id"], "mode": "tombstone"}]


async def test_the_app_has_no_file_of_a_private_channel_without_it(slack: StandInSlack, bot: TinyBot) -> None:
    (file,) = slack.upload("U0MIA", "C0ENG", "", [CV]).files
    slack.workspace.seat_bot("C0ENG", bot_in=False)

    assert (await bot.api("files.info", file=file["id"]))["error"] == "file_not_found"
    assert (await fetch(bot, file["url_private_download"]))[0] == 404
    slack.workspace.seat_bot("C0ENG", bot_in=True)
    assert (await bot.api("files.info", file=file["id"]))["ok"]


async def test_in_a_shared_channel_only_the_id_comes_along(slack: StandInSlack, bot: TinyBot) -> None:
    said = slack.upload("U0PAT", "C0ACME", "From us", [CV])
    await slack.shortcut("U0ADA", "add_candidate", "C0ACME", said.ts)

    (told,) = bot.got[0]["message"]["files"]
    assert (told["file_access"], told.get("url_private")) == ("check_file_info", None)
    known = (await bot.api("files.info", file=told["id"]))["file"]
    assert (known["name"], known["user_team"]) == ("Jane Doe CV.pdf", "T0ACME")
    assert (await fetch(bot, known["url_private"]))[2] == CV[1]


async def test_a_download_can_be_slow_or_fail(slack: StandInSlack, bot: TinyBot) -> None:
    (file,) = slack.upload("U0MIA", "C0HIRING", "", [CV]).files
    slack.force("file", status=503)

    assert (await fetch(bot, file["url_private"]))[0] == 503
    assert (await fetch(bot, file["url_private"]))[0] == 200


async def test_an_event_tells_of_the_files(bot: TinyBot) -> None:
    async with StandInSlack(events=["message.im"]) as slack:
        slack.request_url, bot.slack = bot.slack.request_url, slack
        await slack.acts.tell_of(slack.upload("U0MIA", "D0MIA", "", [CV]))

    event = bot.got[0]["event"]
    assert (event["subtype"], event["files"][0]["name"], event["upload"]) == (
        "file_share",
        "Jane Doe CV.pdf",
        False,
    )


async def test_a_form_brings_the_files_that_were_chosen(slack: StandInSlack, bot: TinyBot) -> None:
    opened = await open_modal(bot, file_form(filetypes=["pdf", "docx"], max_files=2))
    bot.answer = saying({"response_action": "errors", "errors": {"cv-block": "Another one, please"}})
    await slack.submit("U0ADA", opened["id"], {"cv": [CV]})

    held = bot.got[-1]["view"]["state"]["values"]["cv-block"]["cv"]
    assert (held["type"], [file["name"] for file in held["files"]]) == ("file_input", ["Jane Doe CV.pdf"])
    assert await fetch(bot, held["files"][0]["url_private_download"]) == (200, "application/pdf", CV[1])
    bot.answer = saying(None)
    await slack.submit("U0ADA", opened["id"], {})
    assert bot.got[-1]["view"]["state"]["values"]["cv-block"]["cv"] == held


@pytest.mark.parametrize(
    "files",
    [[CV, CV], [("cv.png", b"x", "image/png")], [("cv.pdf", b"x" * (FORM_FILE_BYTES + 1), "")]],
    ids=["too many", "another type", "too large"],
)
async def test_a_form_takes_only_what_it_asks_for(
    slack: StandInSlack, bot: TinyBot, files: list[Given]
) -> None:
    opened = await open_modal(bot, file_form(filetypes=["pdf"], max_files=1))
    with pytest.raises(CannotDo):
        await slack.submit("U0ADA", opened["id"], {"cv": files})
    assert await slack.submit("U0ADA", opened["id"], {"cv": []}) is None
    assert slack.errors(opened["id"]) == {"cv-block": "Please complete this required field."}


async def test_a_file_input_has_ten_files_at_most(bot: TinyBot) -> None:
    trigger_view = await bot.api("views.open", trigger_id="x", view=file_form(max_files=11))
    assert trigger_view["response_metadata"]["messages"] == [
        "[ERROR] must be between 1 and 10 [json-pointer:/view/blocks/0/element/max_files]"
    ]


async def upload(bot: TinyBot, user: str, name: str = "cv.pdf") -> Json:
    form = aiohttp.FormData({"user": user})
    form.add_field("file", CV[1], filename=name, content_type="application/octet-stream")
    async with bot.http.post(f"{bot.slack.url}/page/upload", data=form) as answer:
        return dict(await answer.json())


async def test_the_page_uploads_and_posts_and_whoever_reads_it_may_save_it(
    slack: StandInSlack, bot: TinyBot
) -> None:
    file = (await upload(bot, "U0MIA"))["file"]
    assert (file["name"], file["mimetype"], file["size"]) == ("cv.pdf", "application/pdf", len(CV[1]))
    save = f"{slack.url}/page/file/{file['id']}"

    async def saved_by(user: str) -> int:
        async with bot.http.get(save, params={"user": user}) as answer:
            return answer.status

    assert [await saved_by(user) for user in ("U0MIA", "U0ADA")] == [200, 404]
    post = {"user": "U0MIA", "channel": "C0ENG", "text": "", "files": [file["id"]]}
    async with bot.http.post(f"{slack.url}/page/message", json=post) as answer:
        assert (await answer.json())["message"]["files"] == [file]
    assert [await saved_by(user) for user in ("U0MIA", "U0ADA", "U0GUS")] == [200, 200, 404]
    async with bot.http.get(save, params={"user": "U0ADA"}) as answer:
        assert (answer.headers["Content-Disposition"], await answer.read()) == (
            "attachment; filename*=UTF-8''cv.pdf",
            CV[1],
        )


async def test_nobody_posts_what_somebody_else_uploaded(slack: StandInSlack, bot: TinyBot) -> None:
    file = (await upload(bot, "U0MIA"))["file"]
    with pytest.raises(CannotDo):
        slack.acts.say("U0ADA", "C0HIRING", "mine", [file["id"]])
    assert (await upload(bot, "U0NOBODY"))["ok"] is False


async def test_what_a_person_types_is_rich_text_too(slack: StandInSlack, bot: TinyBot) -> None:
    said = slack.say("U0MIA", "C0HIRING", "@ada & @shortlist: jo@x.example, https://x.example in #eng-hiring")
    await slack.shortcut("U0ADA", "add_candidate", "C0HIRING", said.ts)

    (section,) = bot.got[0]["message"]["blocks"][0]["elements"]
    assert section["elements"] == [
        {"type": "user", "user_id": "U0ADA"},
        {"type": "text", "text": " & "},
        {"type": "user", "user_id": "U0DEMOBOT"},
        {"type": "text", "text": ": "},
        {"type": "link", "url": "mailto:jo@x.example", "text": "jo@x.example"},
        {"type": "text", "text": ", "},
        {"type": "link", "url": "https://x.example"},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C0ENG"},
    ]
    assert bot.got[0]["message"]["text"].startswith("<@U0ADA> &amp; <@U0DEMOBOT>: ")
