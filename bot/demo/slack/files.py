"""Files that people attach: kept in memory, and described as Slack describes them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from bot.demo.slack.clicks import CannotDo
from bot.demo.slack.inputs import Values, elements
from bot.demo.slack.people import BOT_USER, Channel, User
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import Message, SlackError, Workspace

Given = tuple[str, bytes, str]
"""Name, content, and mimetype of a file."""

FORM_FILE_BYTES = 10 * 2**20
FORM_FILES = 10

# Extension → filetype, what the page calls it, mimetype.
_KINDS = {
    "pdf": ("pdf", "PDF", "application/pdf"),
    "docx": (
        "docx",
        "Word Document",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "doc": ("doc", "Word Document", "application/msword"),
    "odt": ("odt", "OpenDocument Text", "application/vnd.oasis.opendocument.text"),
    "rtf": ("rtf", "Rich Text File", "application/rtf"),
    "txt": ("text", "Plain Text", "text/plain"),
    "md": ("markdown", "Markdown (raw)", "text/markdown"),
    "csv": ("csv", "CSV", "text/csv"),
    "tsv": ("tsv", "TSV", "text/tab-separated-values"),
    "xlsx": (
        "xlsx",
        "Excel Spreadsheet",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "html": ("html", "HTML", "text/html"),
    "png": ("png", "PNG", "image/png"),
    "jpg": ("jpg", "JPEG", "image/jpeg"),
    "jpeg": ("jpg", "JPEG", "image/jpeg"),
    "gif": ("gif", "GIF", "image/gif"),
    "zip": ("zip", "Zip", "application/zip"),
}
PICTURES = ("image/png", "image/jpeg", "image/gif")
_OTHER = ("binary", "Binary", "application/octet-stream")


@dataclass(frozen=True)
class File:
    """One file, and whose it is."""

    id: str
    name: str
    data: bytes
    mimetype: str
    owner: User
    created: int
    deleted: bool = False
    alt: str = ""


def tombstone(file_id: str) -> Json:
    """What stands in a message where a deleted file was."""
    return {"id": file_id, "mode": "tombstone"}


class Files:
    """All files of the workspace; `url` is where they can be fetched."""

    def __init__(self, workspace: Workspace, url: Callable[[], str]) -> None:
        self._workspace = workspace
        self._url = url
        self._kept: dict[str, File] = {}

    def keep(self, user_id: str, name: str, data: bytes, mimetype: str = "") -> File:
        """Takes a file in. Nobody but its owner and, from a form, the app can have it until it is posted."""
        owner = self._workspace.users.get(user_id)
        if owner is None:
            raise CannotDo("There is no such person.")
        kind = mimetype or _kind(name)[2]
        created = int(self._workspace.clock())
        file = File(self._workspace.new_id("F"), name, data, kind, owner, created)
        self._kept[file.id] = file
        return file

    def reserve(self, owner: User, name: str, alt: str = "") -> File:
        """A file whose content is still to come."""
        created = int(self._workspace.clock())
        file = File(self._workspace.new_id("F"), name, b"", _kind(name)[2], owner, created, alt=alt)
        self._kept[file.id] = file
        return file

    def fill(self, file: File, data: bytes) -> None:
        """The content of a reserved file."""
        self._kept[file.id] = replace(file, data=data)

    def get(self, file_id: str) -> File | None:
        """The file, a deleted one too."""
        return self._kept.get(file_id)

    def attached(self, user_id: str, ids: Iterable[object]) -> tuple[Json, ...]:
        """Slack's objects of what the person uploaded, for a message of theirs. Raises CannotDo."""
        return tuple(self.described(self._own(user_id, file_id)) for file_id in ids)

    def delete(self, file_id: str) -> None:
        """Deletes the content; a tombstone stays in each message."""
        self._kept[file_id] = replace(self._kept[file_id], deleted=True, data=b"")
        for message in list(self._workspace.messages.values()):
            if any(file["id"] == file_id for file in message.files):
                left = [tombstone(file_id) if file["id"] == file_id else file for file in message.files]
                self._workspace.put(replace(message, files=tuple(left)))

    def remove(self, args: Json) -> Json:
        """`files.delete`: one of the app's own."""
        file = self.get(str(args.get("file")))
        if file is None:
            raise SlackError("file_not_found")
        if file.deleted or file.owner.id != BOT_USER:
            raise SlackError("file_deleted" if file.deleted else "cant_delete_file")
        self.delete(file.id)
        return {}

    def info(self, args: Json) -> Json:
        """`files.info`."""
        file = self.get(str(args.get("file")))
        if file is None or not self.open_to_app(file.id):
            raise SlackError("file_not_found")
        if file.deleted:
            raise SlackError("file_deleted")
        return {"file": self.described(file), "comments": [], "response_metadata": {"next_cursor": ""}}

    def check(self, blocks: object) -> None:
        """Raises SlackError `invalid_blocks` for a picture that is none of the app's, or has not come yet."""
        for number, block in enumerate(blocks if isinstance(blocks, list) else ()):
            for file in map(self.get, shown_in(block)):
                if not (file and file.data and file.mimetype in PICTURES and self.open_to_app(file.id)):
                    place = f"[json-pointer:/blocks/{number}/slack_file]"
                    raise SlackError("invalid_blocks", [f"[ERROR] invalid slack file {place}"])

    def open_to_app(self, file_id: str) -> bool:
        """The app has what came by a form, and what is posted in a public channel or where it is a member."""
        rooms = self._rooms(file_id)
        return not rooms or any(room.bot_in or room.kind == "public" for room in rooms)

    def open_to(self, user: User, file_id: str) -> bool:
        """A person has their own files, and those posted where they can read."""
        file = self.get(file_id)
        return file is not None and (
            file.owner.id == user.id or any(room.seen_by(user) for room in self._rooms(file_id))
        )

    def described(self, file: File) -> Json:
        """Slack's file object."""
        filetype, pretty, _ = _kind(file.name)
        place = f"{self._url()}/files-pri/{file.owner.team_id}-{file.id}"
        name = re.sub(r"[^a-z0-9.]+", "_", file.name.lower())
        return {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": PurePath(file.name).stem or file.name,
            "mimetype": file.mimetype,
            "filetype": filetype,
            "pretty_type": pretty,
            "user": file.owner.id,
            "user_team": file.owner.team_id,
            "editable": False,
            "size": len(file.data),
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": any(room.kind == "public" for room in self._rooms(file.id)),
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{place}/{name}",
            "url_private_download": f"{place}/download/{name}",
            "media_display_type": "unknown",
            "permalink": f"{self._url()}/files/{file.owner.id}/{file.id}/{name}",
            "is_starred": False,
            "has_rich_preview": False,
            "file_access": "visible",
            **({"alt_txt": file.alt} if file.alt else {}),
        }

    def chosen(self, user_id: str, blocks: list[Json], values: Values) -> Values:
        """The values with every file input holding Slack's file objects.

        A file is an id, an object with one, or, from a test, a `Given`. Raises CannotDo when the input does
        not take it.
        """
        asked = {
            (block["block_id"], element["action_id"]): element
            for block, element in elements(blocks)
            if element["type"] == "file_input"
        }
        return {
            block_id: {
                action_id: self._filled(user_id, asked[block_id, action_id], held)
                if (block_id, action_id) in asked
                else held
                for action_id, held in inputs.items()
            }
            for block_id, inputs in values.items()
        }

    def _filled(self, user_id: str, element: Json, held: Json) -> Json:
        files = [self._taken(user_id, one) for one in held["files"] or ()]
        _fits(element, files)
        return {**held, "files": [self.described(file) for file in files]}

    def _taken(self, user_id: str, given: object) -> File:
        if isinstance(given, tuple):
            name, data, mimetype = given
            return self.keep(user_id, name, data, mimetype)
        return self._own(user_id, given)

    def _own(self, user_id: str, named: object) -> File:
        file = self._kept.get(str(named.get("id") if isinstance(named, dict) else named))
        if file is None or file.deleted or file.owner.id != user_id:
            raise CannotDo("That file is not there; please attach it again.")
        return file

    def _rooms(self, file_id: str) -> list[Channel]:
        messages = self._workspace.messages.values()
        posted = {one.channel for one in messages if file_id in {*_attached(one), *shown_in(one.blocks)}}
        return [self._workspace.channels[channel] for channel in posted]


def _attached(message: Message) -> Iterator[str]:
    yield from (str(file["id"]) for file in message.files)


def shown_in(node: object) -> Iterator[str]:
    """The ids of the files that blocks show as pictures, by id or by address."""
    for one in node if isinstance(node, (list, tuple)) else ():
        yield from shown_in(one)
    if isinstance(node, dict):
        shown = node.get("slack_file")
        if isinstance(shown, dict):
            named = re.search(r"/files-pri/[^/-]+-(\w+)/", str(shown.get("url", "")))
            yield named[1] if named else str(shown.get("id", ""))
        yield from shown_in(list(node.values()))


def _kind(name: str) -> tuple[str, str, str]:
    return _KINDS.get(PurePath(name).suffix.lower().removeprefix("."), _OTHER)


def _fits(element: Json, files: Sequence[File]) -> None:
    most, types = element.get("max_files", FORM_FILES), element.get("filetypes")
    if len(files) > most:
        raise CannotDo(f"Please attach {most} files at most.")
    if any(len(file.data) > FORM_FILE_BYTES for file in files):
        raise CannotDo("A file may have 10 MB at most.")
    if types and any(_kind(file.name)[0] not in types for file in files):
        raise CannotDo(f"Only these types of file are taken: {', '.join(types)}.")
