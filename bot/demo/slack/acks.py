"""What Slack does with the bot's acks: messages, form errors, next views, or its own words."""

from collections.abc import Callable

from bot.demo.slack.deliver import Delivery
from bot.demo.slack.limits import checked_view, suggestion_complaints
from bot.demo.slack.respond import Responses
from bot.demo.slack.windows import Windows
from bot.demo.slack.wire import Json, as_object
from bot.demo.slack.workspace import ResponseUrl, SlackError, Workspace

_NO_FORM = "We had some trouble connecting. Try again?"
_NO_OPTIONS = "Options could not be loaded."


class Acks:
    """One entry, `apply`; what happens then depends on the errand."""

    def __init__(self, workspace: Workspace, windows: Windows, responses: Responses) -> None:
        self._workspace = workspace
        self._windows = windows
        self._responses = responses
        self._by_type: dict[str, Callable[[Delivery], None]] = {
            "slash_command": self._command,
            "view_submission": self._submission,
            "block_suggestion": self._suggestion,
        }
        self._by_action: dict[str, Callable[[Delivery, Json], None]] = {
            "errors": self._errors,
            "update": self._update,
            "push": self._push,
            "clear": self._clear,
        }

    def apply(self, delivery: Delivery) -> None:
        """Does what the ack says; a missing ack is a notice to the person."""
        if not delivery.ok:
            self._unanswered(delivery)
            return
        handle = self._by_type.get(delivery.errand.type)
        if handle is not None:
            handle(delivery)

    def view_errors(self, user: str, view_id: str, errors: dict[str, str]) -> None:
        """Shows sentences beside inputs of an open modal."""
        body = {"type": "view_errors", "view_id": view_id, "errors": errors}
        self._workspace.view_errors[view_id] = errors
        self._workspace.announce(body, frozenset({user}))

    def suggestions(self, delivery: Delivery) -> Json:
        """`{options}` or `{option_groups}` of a well answered `block_suggestion`, else no options."""
        answer = delivery.json if delivery.ok else {}
        return answer if not suggestion_complaints(answer) else {"options": []}

    def _unanswered(self, delivery: Delivery) -> None:
        errand = delivery.errand
        # Nobody sees that an event, or the closing of a form, did not arrive.
        if errand.kind == "events_api" or errand.type == "view_closed":
            return
        in_form = {"view_submission": _NO_FORM, "block_suggestion": _NO_OPTIONS}
        said = f"{errand.label} failed because the app did not respond"
        self._workspace.notice(errand.user, in_form.get(errand.type, said))

    def _command(self, delivery: Delivery) -> None:
        if not delivery.body.strip():
            return
        errand = delivery.errand
        said = as_object(delivery.body) or {"text": delivery.body}
        where = ResponseUrl(errand.user, str(errand.channel), self._workspace.clock())
        try:
            self._responses.answer(where, said)
        except SlackError as no:
            self._workspace.notice(errand.user, f'{errand.label} failed with the error "{no.error}"')

    def _suggestion(self, delivery: Delivery) -> None:
        if suggestion_complaints(delivery.json):
            self._workspace.notice(delivery.errand.user, _NO_OPTIONS)

    def _submission(self, delivery: Delivery) -> None:
        user, view_id = delivery.errand.user, str(delivery.errand.view_id)
        answer = delivery.json
        if not delivery.body.strip() or answer == {}:
            self._windows.submitted(user, view_id)
            return
        try:
            self._by_action[answer["response_action"]](delivery, answer)
        except (KeyError, SlackError):
            # A form answered with something Slack does not take stays open, and says no more than this.
            self._workspace.notice(user, _NO_FORM)

    def _errors(self, delivery: Delivery, answer: Json) -> None:
        view = self._windows.shown(delivery.errand.user, str(delivery.errand.view_id))
        inputs = {block["block_id"] for block in view.body["blocks"] if block["type"] == "input"}
        errors: dict[str, str] = answer["errors"]
        if not errors or not errors.keys() <= inputs:
            raise SlackError("invalid_arguments")
        self.view_errors(view.user, view.id, errors)

    def _update(self, delivery: Delivery, answer: Json) -> None:
        self._windows.update(str(delivery.errand.view_id), checked_view(answer["view"], "modal"))

    def _push(self, delivery: Delivery, answer: Json) -> None:
        self._windows.push(delivery.errand.user, checked_view(answer["view"], "modal"))

    def _clear(self, delivery: Delivery, answer: Json) -> None:
        self._windows.clear(delivery.errand.user)
