"""Modals and Homes: opening, stacking, updating, and closing them."""

import secrets
from dataclasses import replace

from bot.demo.slack.inputs import Values, state_of
from bot.demo.slack.wire import Json
from bot.demo.slack.workspace import VIEW_STACK, SlackError, Trigger, View, Workspace


class Windows:
    """Every change of a view; refusals are SlackErrors with the codes of `views.*`."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def stack(self, user: str) -> list[View]:
        """The person's open modals, the root first."""
        return [self._workspace.views[view_id] for view_id in self._workspace.stacks.get(user, [])]

    def home(self, user: str) -> View | None:
        """What the bot published on the person's Home tab."""
        view_id = self._workspace.homes.get(user)
        return self._workspace.views[view_id] if view_id else None

    def shown(self, user: str, view_id: str) -> View:
        """A view the person has before them. Raises SlackError `not_found`."""
        open_here = [*self._workspace.stacks.get(user, []), self._workspace.homes.get(user)]
        if view_id not in open_here:
            raise SlackError("not_found")
        return self._workspace.views[view_id]

    def open(self, trigger: Trigger, body: Json) -> View:
        """A new modal, in place of whatever was open."""
        view = self._new(trigger.user, body)
        self._restack(trigger.user, [view.id])
        return view

    def push(self, user: str, body: Json) -> View:
        """A modal on top of the one that is open."""
        stack = self._workspace.stacks.get(user, [])
        if len(stack) >= VIEW_STACK:
            raise SlackError("push_limit_reached")
        if not stack:
            raise SlackError("invalid_trigger_id")
        view = self._new(user, body, root=stack[0], previous=stack[-1])
        self._restack(user, [*stack, view.id])
        return view

    def update(self, view_id: str, body: Json, known_hash: object = None) -> View:
        """New content for an open view; inputs with the same ids keep what was typed."""
        view = self._workspace.views.get(view_id)
        if view is None:
            raise SlackError("not_found")
        if known_hash and known_hash != view.hash:
            raise SlackError("hash_conflict")
        self._check_external_id(body, view.id)
        values = state_of(body["blocks"], view.values)
        return self._keep(replace(view, body=body, hash=self._hash(), values=values))

    def by_external_id(self, external_id: object) -> str:
        """The id of the view the bot named so. Raises SlackError `not_found`."""
        for view in self._workspace.views.values():
            if external_id and view.body.get("external_id") == external_id:
                return view.id
        raise SlackError("not_found")

    def publish(self, user: str, body: Json, known_hash: object = None) -> View:
        """The person's Home."""
        old = self.home(user)
        if old is not None:
            return self.update(old.id, body, known_hash)
        view = self._new(user, body)
        self._workspace.homes[user] = view.id
        return self._keep(view)

    def type_into(self, view: View, values: Values) -> View:
        """What a person typed or chose; the hash stays, for the bot did not change the view."""
        merged = {block: dict(inputs) for block, inputs in view.values.items()}
        for block_id, inputs in values.items():
            merged.setdefault(block_id, {}).update(inputs)
        typed = replace(view, values=merged)
        self._workspace.views[view.id] = typed
        return typed

    def close(self, user: str, view_id: str) -> list[View]:
        """Closes a modal and those on top of it (`clear_on_close`: all); the closed ones, top first."""
        stack = self._workspace.stacks.get(user, [])
        if view_id not in stack:
            return []
        keep = 0 if self._workspace.views[view_id].body.get("clear_on_close") else stack.index(view_id)
        return self._drop(user, stack[:keep])

    def submitted(self, user: str, view_id: str) -> list[View]:
        """Closes the submitted modal alone."""
        stack = self._workspace.stacks.get(user, [])
        return self._drop(user, [one for one in stack if one != view_id])

    def clear(self, user: str) -> list[View]:
        """Closes every modal of the person."""
        return self._drop(user, [])

    def _new(self, user: str, body: Json, root: str | None = None, previous: str | None = None) -> View:
        view_id = self._workspace.new_id("V")
        self._check_external_id(body, view_id)
        values = state_of(body["blocks"], {})
        view = View(view_id, user, body, self._hash(), values, root or view_id, previous)
        self._workspace.views[view_id] = view
        return view

    def _keep(self, view: View) -> View:
        self._workspace.views[view.id] = view
        if self._workspace.homes.get(view.user) == view.id:
            body = {"type": "home", "view": view.for_slack()}
            self._workspace.announce(body, frozenset({view.user}))
        else:
            self._tell(view.user)
        return view

    def _restack(self, user: str, stack: list[str]) -> None:
        gone = [one for one in self._workspace.stacks.get(user, []) if one not in stack]
        self._workspace.stacks[user] = stack
        for view_id in gone:
            del self._workspace.views[view_id]
        self._tell(user)

    def _drop(self, user: str, keep: list[str]) -> list[View]:
        closed = [view for view in reversed(self.stack(user)) if view.id not in keep]
        self._restack(user, keep)
        return closed

    def _tell(self, user: str) -> None:
        views = [view.for_slack() for view in self.stack(user)]
        self._workspace.announce({"type": "views", "views": views}, frozenset({user}))

    def _hash(self) -> str:
        return f"{int(self._workspace.clock())}.{secrets.token_urlsafe(6)}"

    def _check_external_id(self, body: Json, view_id: str) -> None:
        wanted = body.get("external_id")
        others = (view for view in self._workspace.views.values() if view.id != view_id)
        if wanted and any(view.body.get("external_id") == wanted for view in others):
            raise SlackError("duplicate_external_id")
