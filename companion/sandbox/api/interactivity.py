"""What people do with an app's buttons, menus, modals, shortcuts and Home tab."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from companion.sandbox.api.app_calls import AppCalls, NotAnsweredError
from companion.sandbox.api.content import read_view
from companion.sandbox.api.payloads import Payloads
from companion.sandbox.api.response_urls import ResponseUrls
from companion.sandbox.api.triggers import Triggers
from companion.sandbox.blockkit.elements import Given, Values, action, elements_of, state_values
from companion.sandbox.blockkit.limits import Surface
from companion.sandbox.workspace.apps import SlackApp
from companion.sandbox.workspace.event_payloads import app_home_opened, event_callback
from companion.sandbox.workspace.message import Body, RefusedError
from companion.sandbox.workspace.views import Views
from companion.sandbox.workspace.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A shortcut as the app's manifest has it; `kind` is `message` or `global`."""

    callback_id: str
    name: str
    kind: str = "message"


class Interactivity:
    """Sends each interaction to the app that posted the message, opened the view or has the
    shortcut. What needs an ack raises NotAnsweredError if none comes in time."""

    def __init__(
        self,
        workspace: Workspace,
        views: Views,
        calls: AppCalls,
        triggers: Triggers,
        responses: ResponseUrls,
        shortcuts: tuple[Shortcut, ...],
    ) -> None:
        self.shortcuts = shortcuts
        self._workspace = workspace
        self._views = views
        self._calls = calls
        self._payloads = Payloads(workspace, triggers, responses)

    async def press(
        self,
        target: str,
        action_id: str,
        given: Given,
        user_id: str,
        *,
        block_id: str | None = None,
        values: Values | None = None,
    ) -> None:
        """Press a button, or choose in a menu, of a message (its `ts`) or a view (its id).

        `values` is what the other elements there hold; without it they are untouched.
        """
        app, blocks, shown = self._looked_at(target, user_id)
        block, element = _element(blocks, action_id, block_id)
        held = {key: dict(inner) for key, inner in (values or {}).items()}
        if given is not None:
            held.setdefault(block["block_id"], {})[action_id] = given
        state = {"values": state_values(blocks, held)}
        if "view" in shown:
            shown["view"] = {**shown["view"], "state": state}
        else:
            shown["state"] = state
        pressed = {**action(element, given), "block_id": block["block_id"]}
        pressed["action_ts"] = self._payloads.now_ts()
        payload = {**self._payloads.acting("block_actions", app, user_id), **shown}
        await self._calls.send_interaction(app, {**payload, "actions": [pressed]})

    async def suggest(
        self, target: str, action_id: str, typed: str, user_id: str, *, block_id: str | None = None
    ) -> list[Body]:
        """The options that an app offers in an external menu for what was typed so far."""
        app, blocks, shown = self._looked_at(target, user_id)
        block, _ = _element(blocks, action_id, block_id)
        payload = self._payloads.common("block_suggestion", app, user_id)
        payload |= {"block_id": block["block_id"], "action_id": action_id, "value": typed}
        answer = await self._calls.send_interaction(app, {**payload, **shown})
        groups = answer.get("option_groups") or [answer]
        return [option for group in groups for option in group.get("options") or []]

    async def submit(self, view_id: str, values: Values, user_id: str) -> Body:
        """Submit a modal; returns the app's `response_action`, such as the errors to show.

        As Slack's client does, it looks first whether all that is required was filled in.
        """
        view = self._views.find(view_id, user_id)
        state = state_values(view["blocks"], values)
        if missing := _missing(view["blocks"], state):
            return {"response_action": "errors", "errors": missing}
        app = self._workspace.directory.apps[view["app_id"]]
        payload = self._payloads.acting("view_submission", app, user_id)
        payload["view"] = {**view, "state": {"values": state}}
        payload["response_urls"] = []
        answer = await self._calls.send_interaction(app, payload)
        return self._take_answer(answer, app, view, user_id)

    def _take_answer(self, answer: Body, app: SlackApp, view: Body, user_id: str) -> Body:
        """Do with the modal what the app answers to its submission."""
        kind = answer.get("response_action")
        try:
            if kind == "errors":
                if not _fits(answer.get("errors"), view["blocks"]):
                    raise RefusedError("invalid_arguments")
            elif kind == "clear":
                self._views.close(user_id)
            elif kind == "update":
                shown = read_view(answer.get("view"), Surface.MODAL)
                self._views.update(app, shown, view_id=view["id"], external_id="", seen="")
            elif kind == "push":
                self._views.push(app, user_id, read_view(answer.get("view"), Surface.MODAL))
            else:
                self._views.close(user_id, view["id"])
                return {}
        except RefusedError as error:
            raise NotAnsweredError(app, error.code) from error
        return answer

    async def close(self, user_id: str, *, all_of_them: bool = False) -> None:
        """Close the modal that is open, or all of the stack; the app hears of it if it wants."""
        stack = self._views.stack(user_id)
        if not stack:
            return
        cleared = all_of_them or stack[-1]["clear_on_close"]
        for view in self._views.close(user_id, None if cleared else stack[-1]["id"]):
            if not view["notify_on_close"]:
                continue
            app = self._workspace.directory.apps[view["app_id"]]
            payload = self._payloads.common("view_closed", app, user_id)
            await self._calls.send_interaction(
                app, {**payload, "view": view, "is_cleared": bool(cleared)}
            )

    async def use_shortcut(self, callback_id: str, ts: str | None, user_id: str) -> None:
        """Use a shortcut: one on a message with its `ts`, a global one without."""
        kind = "message" if ts else "global"
        if Shortcut(callback_id, "", kind) not in [
            Shortcut(known.callback_id, "", known.kind) for known in self.shortcuts
        ]:
            raise RefusedError("shortcut_not_found")
        app = self._calls.shortcut_app
        payload = self._payloads.acting("message_action" if ts else "shortcut", app, user_id)
        payload |= {"callback_id": callback_id, "action_ts": self._payloads.now_ts()}
        if ts:
            message = self._workspace.find_shown(ts, user_id)
            shown = self._payloads.of_message(message, app, user_id)
            kept = ("channel", "message", "response_url")
            payload |= {name: shown[name] for name in kept if name in shown}
            payload["message_ts"] = ts
        await self._calls.send_interaction(app, payload)

    def home_event(self, user_id: str, tab: str) -> Body:
        """The event about a person who looks at a tab of the daemon app's."""
        directory = self._workspace.directory
        app = directory.daemon_app
        channel = directory.open_dm(user_id, app)
        home = self._views.home(app, user_id)
        event = app_home_opened(user_id, channel, tab, home, self._payloads.now_ts())
        return event_callback(event, directory.identity)

    def _looked_at(self, target: str, user_id: str) -> tuple[SlackApp, list[Body], Body]:
        """Whose message or view it is, its blocks, and what a payload says about it."""
        apps = self._workspace.directory.apps
        if target.startswith("V"):
            view = self._views.find(target, user_id)
            shown = {"container": {"type": "view", "view_id": target}, "view": view}
            return apps[view["app_id"]], view["blocks"], shown
        message = self._workspace.find_shown(target, user_id)
        app = apps.get(message.body.get("app_id", ""))
        if app is None:
            raise RefusedError("no_such_action")
        shown = self._payloads.of_message(message, app, user_id)
        return app, message.body.get("blocks", []), shown


def _element(blocks: list[Body], action_id: str, block_id: str | None) -> tuple[Body, Body]:
    for block, element in elements_of(blocks):
        if element["action_id"] == action_id and block_id in (None, block["block_id"]):
            return block, element
    raise RefusedError("no_such_action")


def _missing(blocks: list[Body], state: Mapping[str, Any]) -> dict[str, str]:
    """What Slack's client says below the fields that cannot be submitted."""
    found = {}
    for block, element in elements_of(blocks):
        if block["type"] != "input":
            continue
        value = state[block["block_id"]][element["action_id"]]
        given = next(value[name] for name in value if name != "type")
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not given:
            if not block.get("optional"):
                found[block["block_id"]] = "Please complete this required field."
        elif element["type"] == "plain_text_input" and len(given) < least:
            found[block["block_id"]] = f"Please enter at least {least} characters."
        elif element["type"] == "plain_text_input" and len(given) > most:
            found[block["block_id"]] = f"Please enter at most {most} characters."
    return found


def _fits(errors: Any, blocks: list[Body]) -> bool:
    """Whether errors are for input blocks that there are, as Slack wants it."""
    inputs = {block["block_id"] for block in blocks if block["type"] == "input"}
    return isinstance(errors, dict) and bool(errors) and errors.keys() <= inputs
