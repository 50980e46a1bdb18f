"""What a signed form of Slack's is: a slash command, an interaction, or a check of Slack's.

Bolt looks for the shapes of every kind of request, and answers 500 to mixtures of them. So what is
passed on to it has only the fields of its own kind, each of the type that Slack gives it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from companion.domain.entry import storable
from companion.domain.manifest import MEMBER_ID

MAX_FIELDS = 100
MAX_DEPTH = 50
"""So deep may the JSON of an interaction nest. Slack's own is not half as deep."""

TRIGGER_ID = re.compile(r"[\w.-]{1,200}", re.ASCII)
IDENTITIES = {"user_id": MEMBER_ID, "trigger_id": TRIGGER_ID}
"""What a command must have, so that it is somebody's, and one entry however often it comes."""
PASSED_ON = (
    "command",
    "text",
    "user_id",
    "trigger_id",
    "team_id",
    "enterprise_id",
    "channel_id",
    "response_url",
)

PAYLOAD_FIELDS: dict[str, type] = {
    "type": str,
    "user": dict,
    "team": dict,
    "enterprise": dict,
    "trigger_id": str,
    "response_url": str,
    "callback_id": str,
    "actions": list,
    "action_ts": str,
    "container": dict,
    "channel": dict,
    "message": dict,
    "message_ts": str,
    "state": dict,
    "view": dict,
    "is_cleared": bool,
}
"""https://docs.slack.dev/reference/interaction-payloads"""
WITH_ID = ("team", "enterprise", "channel")
OTHER_ID = re.compile(r"[A-Z0-9]{0,40}", re.ASCII)
OF_A_VIEW = ("id", "type", "callback_id")
NEEDED = {
    "block_actions": "actions",
    "view_submission": "view",
    "view_closed": "view",
    "message_action": "callback_id",
    "shortcut": "callback_id",
}
"""The interactions that there are, each with the field that says what was used."""


def read_form(text: str) -> dict[str, Any]:
    """A slash command's fields, an interaction's payload, or a check of Slack's. Raises
    HTTPBadRequest or HTTPNotFound for what is none of them."""
    try:
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise web.HTTPBadRequest(text="the body cannot be read\n") from None
    form = dict(fields)
    if "command" not in form and form.get("ssl_check") == "1":
        # https://docs.slack.dev/interactivity/implementing-slash-commands/
        return {"ssl_check": "1"}
    if "command" not in form and "payload" in form:
        _refuse_doubles(form, fields)
        return read_payload(form["payload"])
    if not form.get("command", "").startswith("/"):
        raise web.HTTPNotFound(text="neither a slash command nor an interaction\n")
    _refuse_doubles(form, fields)
    for name, pattern in IDENTITIES.items():
        if not pattern.fullmatch(form.get(name, "")):
            raise web.HTTPBadRequest(text=f"{name} is missing or wrong\n")
    return {name: form[name] for name in PASSED_ON if name in form}


def read_payload(text: str) -> dict[str, Any]:
    """An interaction: a press, a form that was sent or closed, or a shortcut. Raises like
    `read_form`."""
    try:
        payload = _storable(json.loads(text, parse_constant=_refuse_constant))
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="the payload cannot be read\n") from None
    kind = payload.get("type") if isinstance(payload, dict) else None
    if not isinstance(kind, str) or kind not in NEEDED:
        raise web.HTTPNotFound(text="not an interaction that is known here\n")
    known = {name: payload[name] for name in PAYLOAD_FIELDS if payload.get(name) is not None}
    problem = next(_problems(known, NEEDED[kind]), None)
    if problem is not None:
        raise web.HTTPBadRequest(text=f"{problem} is missing or wrong\n")
    return known


def _problems(known: dict[str, Any], needed: str) -> Iterator[str]:
    """The fields that are missing or not what they are with Slack. To be read up to the first."""
    yield from (name for name, value in known.items() if type(value) is not PAYLOAD_FIELDS[name])
    if needed not in known:
        yield needed
    if not _is_id(MEMBER_ID, known.get("user", {}).get("id")):
        yield "user"
    if "trigger_id" in known and not TRIGGER_ID.fullmatch(known["trigger_id"]):
        yield "trigger_id"
    if not all(_is_id(OTHER_ID, known[name].get("id", "")) for name in WITH_ID if name in known):
        yield "an id"
    if "actions" in known and not (known["actions"] and all(map(_is_action, known["actions"]))):
        yield "actions"
    if "view" in known and not all(isinstance(known["view"].get(name), str) for name in OF_A_VIEW):
        yield "view"


def _is_id(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_action(action: object) -> bool:
    return isinstance(action, dict) and isinstance(action.get("action_id"), str)


def _storable(value: Any, depth: int = MAX_DEPTH) -> Any:
    """The same with texts that can be stored. ValueError for what nests too deep."""
    if isinstance(value, str):
        return storable(value)
    if not isinstance(value, dict | list):
        return value
    if not depth:
        raise ValueError("it nests too deep")
    if isinstance(value, list):
        return [_storable(each, depth - 1) for each in value]
    return {storable(name): _storable(each, depth - 1) for name, each in value.items()}


def _refuse_constant(name: str) -> None:
    """`NaN` and its like are Python's, not JSON's."""
    raise ValueError(name)


def _refuse_doubles(form: dict[str, str], fields: list[tuple[str, str]]) -> None:
    if len(form) < len(fields):
        raise web.HTTPBadRequest(text="a field is there twice\n")
