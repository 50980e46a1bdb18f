"""The views of apps: the modals that people have open, and their Home tabs."""

import secrets
from collections.abc import Callable

from companion.sandbox.workspace.apps import SlackApp, identifier
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.workspace_file import WorkspaceFile

_MOST_STACKED = 3
"""https://docs.slack.dev/surfaces/modals#updating_views"""
_ABSENT: Body = {
    "private_metadata": "",
    "callback_id": "",
    "external_id": "",
    "close": None,
    "submit": None,
    "clear_on_close": False,
    "notify_on_close": False,
}


class Views:
    """Modals are stacked, the open one last, and are gone after a restart; Home tabs stay.

    `on_change` gets the person whose modals or whose Home tab changed.
    """

    def __init__(self, file: WorkspaceFile, team_id: str) -> None:
        self.on_change: Callable[[str], None] = lambda user_id: None
        self._file = file
        self._team_id = team_id
        self._stacks: dict[str, list[Body]] = {}
        self._homes: dict[str, Body] = file.load("home")

    # Reading

    def stack(self, user_id: str) -> list[Body]:
        """The modals that a person has open; the last one is shown."""
        return list(self._stacks.get(user_id, []))

    def home(self, app: SlackApp, user_id: str) -> Body | None:
        """What the app's Home tab shows to a person, once it was published."""
        return self._homes.get(_key(app, user_id))

    def find(self, view_id: str, user_id: str) -> Body:
        """A modal or Home tab that this person sees."""
        homes = [view for key, view in self._homes.items() if key.endswith(f" {user_id}")]
        for view in (*self._stacks.get(user_id, []), *homes):
            if view["id"] == view_id:
                return view
        raise RefusedError("not_found")

    # What apps do

    def open(self, app: SlackApp, user_id: str, view: Body) -> Body:
        """Open a modal, in the place of those that were open."""
        opened = self._new(app, view, None)
        self._check_external_id(app, opened)
        self._stacks[user_id] = [opened]
        self.on_change(user_id)
        return opened

    def push(self, app: SlackApp, user_id: str, view: Body) -> Body:
        """Open a modal on top of the one that is open."""
        stack = self._stacks.get(user_id)
        if not stack or stack[-1]["app_id"] != app.app_id:
            raise RefusedError("not_found")
        if len(stack) >= _MOST_STACKED:
            raise RefusedError("push_limit_reached")
        pushed = self._new(app, view, stack)
        self._check_external_id(app, pushed)
        stack.append(pushed)
        self.on_change(user_id)
        return pushed

    def update(
        self, app: SlackApp, view: Body, *, view_id: str, external_id: str, seen: str
    ) -> Body:
        """Show something else in a modal or Home tab; `seen` is the hash that the app knows."""
        for user_id, known in self._all_of(app):
            if view_id == known["id"] or (external_id and external_id == known["external_id"]):
                _check_hash(known, seen)
                self._replace(known, view)
                self.on_change(user_id)
                return known
        raise RefusedError("not_found")

    def publish(self, app: SlackApp, user_id: str, view: Body, seen: str) -> Body:
        """Show something in a person's Home tab."""
        home = self._homes.get(_key(app, user_id))
        if home is None:
            home = self._new(app, view, None)
        else:
            _check_hash(home, seen)
            self._replace(home, view)
        self._homes[_key(app, user_id)] = home
        self._file.put("home", _key(app, user_id), home)
        self.on_change(user_id)
        return home

    # What people do

    def close(self, user_id: str, view_id: str | None = None) -> list[Body]:
        """Close one modal, or (None) all; returns those that were closed, the open one first."""
        stack = self._stacks.get(user_id, [])
        closed = [view for view in reversed(stack) if view_id in (None, view["id"])]
        self._stacks[user_id] = [view for view in stack if view not in closed]
        self.on_change(user_id)
        return closed

    def _all_of(self, app: SlackApp) -> list[tuple[str, Body]]:
        modals = [(user, view) for user, stack in self._stacks.items() for view in stack]
        homes = [(key.partition(" ")[2], view) for key, view in self._homes.items()]
        return [(user, view) for user, view in modals + homes if view["app_id"] == app.app_id]

    def _check_external_id(self, app: SlackApp, view: Body) -> None:
        taken = {known["external_id"] for _, known in self._all_of(app)}
        if view["external_id"] and view["external_id"] in taken:
            raise RefusedError("duplicate_external_id")

    def _new(self, app: SlackApp, view: Body, below: list[Body] | None) -> Body:
        view_id = identifier("V")
        return {
            **_ABSENT,
            **view,
            "id": view_id,
            "team_id": self._team_id,
            "state": {"values": {}},
            "hash": _new_hash(),
            "previous_view_id": below[-1]["id"] if below else None,
            "root_view_id": below[0]["id"] if below else view_id,
            "app_id": app.app_id,
            "app_installed_team_id": self._team_id,
            "bot_id": app.bot_id,
        }

    def _replace(self, known: Body, view: Body) -> None:
        known |= {**_ABSENT, "external_id": known["external_id"], **view, "hash": _new_hash()}


def _key(app: SlackApp, user_id: str) -> str:
    return f"{app.app_id} {user_id}"


def _check_hash(view: Body, seen: str) -> None:
    if seen and seen != view["hash"]:
        raise RefusedError("hash_conflict")


def _new_hash() -> str:
    return f"{secrets.randbelow(10**10):010}.{secrets.token_hex(4)}"
