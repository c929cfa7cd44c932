"""Web API methods that speak: posting, changing, and taking back messages."""

from dataclasses import replace

from bot.demo.slack import payloads
from bot.demo.slack.limits import MESSAGE_TEXT, checked_blocks
from bot.demo.slack.people import Channel
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, SlackError, Workspace


def composed(workspace: Workspace, channel: str, args: Json, *, ephemeral_to: str | None = None) -> Message:
    """A message of the bot out of what it sent, checked but not posted yet."""
    blocks = checked_blocks(args.get("blocks"))
    text = args.get("text") or ""
    if not isinstance(text, str) or not (text or blocks):
        raise SlackError("no_text")
    if len(text) > MESSAGE_TEXT:
        raise SlackError("msg_too_long")
    return Message(
        ts=workspace.now_ts(),
        channel=channel,
        text=text,
        blocks=blocks,
        ephemeral_to=ephemeral_to,
        thread_ts=args.get("thread_ts"),
        metadata=args.get("metadata"),
    )


class Chat:
    """The methods, each from arguments to answer."""

    def __init__(self, workspace: Workspace, url: str) -> None:
        self._workspace = workspace
        self._url = url

    def post_message(self, args: Json) -> Json:
        """`chat.postMessage`, to a channel or a person."""
        channel = self._room(args)
        posted = self._workspace.put(composed(self._workspace, channel.id, args))
        return {"channel": channel.id, "ts": posted.ts, "message": payloads.message(posted)}

    def post_ephemeral(self, args: Json) -> Json:
        """`chat.postEphemeral`: shown to one member of the channel."""
        channel = self._room(args)
        user = self._workspace.users.get(str(args.get("user")))
        if user is None:
            raise SlackError("user_not_found")
        if user.id not in channel.members:
            raise SlackError("user_not_in_channel")
        posted = composed(self._workspace, channel.id, args, ephemeral_to=user.id)
        return {"message_ts": self._workspace.put(posted).ts}

    def update(self, args: Json) -> Json:
        """`chat.update`: a message of the bot that everybody sees."""
        old = self._standing(args, "cant_update_message")
        new = composed(self._workspace, old.channel, args)
        changed = replace(new, ts=old.ts, thread_ts=old.thread_ts, files=old.files, edited=new.blocks is None)
        self._workspace.put(changed)
        answer = {"channel": old.channel, "ts": old.ts, "text": changed.text}
        return {**answer, "message": payloads.message(changed)}

    def delete(self, args: Json) -> Json:
        """`chat.delete`."""
        old = self._standing(args, "cant_delete_message")
        self._workspace.remove(old.channel, old.ts)
        return {"channel": old.channel, "ts": old.ts}

    def permalink(self, args: Json) -> Json:
        """`chat.getPermalink`."""
        channel, ts = str(args.get("channel")), str(args.get("message_ts"))
        if channel not in self._workspace.channels:
            raise SlackError("channel_not_found")
        if (channel, ts) not in self._workspace.messages:
            raise SlackError("message_not_found")
        link = f"{self._url}/archives/{channel}/p{ts.replace('.', '')}"
        return {"channel": channel, "permalink": link}

    def _room(self, args: Json) -> Channel:
        wanted = str(args.get("channel"))
        if wanted in self._workspace.users:
            return self._workspace.dm(wanted)
        channel = self._workspace.channels.get(wanted)
        if channel is None:
            raise SlackError("channel_not_found")
        if not channel.bot_in:
            raise SlackError("not_in_channel")
        return channel

    def _standing(self, args: Json, not_mine: str) -> Message:
        channel = str(args.get("channel"))
        if channel not in self._workspace.channels:
            raise SlackError("channel_not_found")
        found = self._workspace.messages.get((channel, str(args.get("ts"))))
        if found is None or found.ephemeral_to:
            raise SlackError("message_not_found")
        if not found.bot:
            raise SlackError(not_mine)
        return found
