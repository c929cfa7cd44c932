"""Slack's messages as lines of text."""

from commands.extract import Message, message_text


def test_markup_becomes_what_the_author_saw() -> None:
    text = "*Jane* &amp; <mailto:jane@doe.example|jane@doe.example> <tel:+4479|+44 79> <https://a.example/x|our page>"
    assert message_text({"text": text}) == "*Jane* & jane@doe.example +4479 our page <https://a.example/x>"


def test_a_link_whose_label_repeats_it_stands_once() -> None:
    assert message_text({"text": "<https://www.a.example/b|a.example/b>"}) == "https://www.a.example/b"


def test_mentions_keep_their_ids() -> None:
    assert message_text({"text": "<@U123> in <#C9|jobs> <!here>"}) == "<@U123> in <#C9|jobs> <!here>".replace(
        "|jobs", ""
    )


def test_what_somebody_typed_is_not_taken_for_markup_twice() -> None:
    assert message_text({"text": "&lt;@U1&gt; &amp;lt;b&amp;gt;"}) == "<@U1> &lt;b&gt;"


def test_rich_text_is_walked() -> None:
    blocks = [
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "text", "text": "Hi "}, {"type": "user", "user_id": "U1"}],
                },
                {
                    "type": "rich_text_list",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
                    ],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "a\nb"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
            ],
        }
    ]
    assert (
        message_text({"text": "not this", "blocks": blocks}) == "Hi <@U1>\n• one\n> a\n> b\n```\nx = 1\n```"
    )


def test_sections_fields_context_attachments_and_files_are_read() -> None:
    message = Message.from_slack(
        {
            "text": "t",
            "blocks": [
                {
                    "type": "section",
                    "text": {"type": "mrkdwn", "text": "a"},
                    "fields": [{"type": "plain_text", "text": "b"}],
                },
                {"type": "context", "elements": [{"type": "mrkdwn", "text": "c"}]},
                {"type": "something new", "title": {"type": "plain_text", "text": "d"}},
            ],
            "attachments": [{"text": "e", "fields": [{"title": "f", "value": "g"}]}, {"fallback": "h"}],
            "files": [{"name": "cv.pdf"}, {"title": "photo"}, {}],
        }
    )
    assert (message.blocks, message.attachments, message.files) == (
        "a\nb\nc\nd",
        "e\nf: g\nh",
        ("cv.pdf", "photo"),
    )
    assert message.plain == "a\nb\nc\nd\n\ne\nf: g\nh\n\ncv.pdf\nphoto"


def test_nonsense_is_left_out() -> None:
    assert message_text({"text": 5, "blocks": "x", "attachments": [None, 1], "files": {"name": "x"}}) == ""


def test_nesting_ends_somewhere() -> None:
    block: dict[str, object] = {"type": "text", "text": "deep"}
    for _ in range(5000):
        block = {"type": "rich_text_section", "elements": [block]}
    assert message_text({"blocks": [block]}) == ""
