"""Pictures that the app uploads and then shows in its messages."""

import pytest

from bot.demo.slack.server import StandInSlack
from tests.demo.slack.tiny_bot import Json, TinyBot

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n a picture"


async def upload(bot: TinyBot, name: str, alt: str = "Seven came, two went") -> str:
    place = await bot.api("files.getUploadURLExternal", filename=name, length=len(PNG), alt_txt=alt)
    async with bot.http.post(place["upload_url"], data=PNG) as answer:
        assert answer.status == 200
    await bot.api("files.completeUploadExternal", files=[{"id": place["file_id"], "title": name}])
    return str(place["file_id"])


def showing(file: str) -> list[Json]:
    return [{"type": "image", "slack_file": {"id": file}, "alt_text": "Seven came, two went"}]


async def seen_by(slack: StandInSlack, bot: TinyBot, user: str, file: str) -> int:
    async with bot.http.get(f"{slack.url}/page/file/{file}", params={"user": user}) as answer:
        return answer.status


async def test_a_picture_is_seen_by_whoever_reads_the_message_that_shows_it(
    slack: StandInSlack, bot: TinyBot
) -> None:
    file = await upload(bot, "week.png")
    assert await seen_by(slack, bot, "U0ADA", file) == 404
    await bot.api("chat.postMessage", channel="C0ENG", text="The week", blocks=showing(file))
    assert await seen_by(slack, bot, "U0ADA", file) == 200
    assert await seen_by(slack, bot, "U0GUS", file) == 404


async def test_a_message_may_be_brought_up_to_date_with_a_picture_by_its_address(
    slack: StandInSlack, bot: TinyBot
) -> None:
    file = await upload(bot, "week.png")
    url = (await bot.api("files.info", file=file))["file"]["url_private"]
    posted = await bot.api("chat.postMessage", channel="C0HIRING", text="The week")
    blocks = [{**showing(file)[0], "slack_file": {"url": url}}]
    await bot.api("chat.update", channel="C0HIRING", ts=posted["ts"], text="The week", blocks=blocks)
    assert await seen_by(slack, bot, "U0GUS", file) == 200


@pytest.mark.parametrize("name", ["people.csv", None])
async def test_what_is_no_picture_or_not_there_is_no_block(bot: TinyBot, name: str | None) -> None:
    file = await upload(bot, name) if name else "F0NOBODY"
    answer = await bot.api("chat.postMessage", channel="C0HIRING", text="x", blocks=showing(file))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
    ]


async def test_a_picture_keeps_its_words_and_they_have_a_limit(slack: StandInSlack, bot: TinyBot) -> None:
    file = await upload(bot, "week.png", "Twelve people came")
    assert (await bot.api("files.info", file=file))["file"]["alt_txt"] == "Twelve people came"
    answer = await bot.api("files.getUploadURLExternal", filename="x.png", length=3, alt_txt="x" * 1001)
    assert answer["error"] == "alt_txt_too_large"
