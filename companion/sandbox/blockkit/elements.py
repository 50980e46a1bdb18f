"""The interactive elements in blocks: their ids, and what a person chose or typed in them."""

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from companion.sandbox.workspace.message import Body

type Given = str | list[str] | None
"""What a person put into an element: a text, a value, a date; a list where several can be."""
type Values = Mapping[str, Mapping[str, Given]]
"""By block and action, as the page sends them."""

# Where the payload has what was chosen, and what an element shows before that.
_SINGLE = {
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
}
_OPTION = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
}
_NOTHING_KEPT = ("button", "overflow")


def with_ids(blocks: list[Body]) -> list[Body]:
    """The blocks as Slack shows them: those to press or to fill in have ids, made up if missing."""
    return [_with_ids(block) for block in blocks]


def _with_ids(block: Body) -> Body:
    match block:
        case {"type": "actions", "elements": elements}:
            parts: Body = {"elements": [_named(element) for element in elements]}
        case {"type": "section", "accessory": {"type": kind} as accessory} if kind != "image":
            parts = {"accessory": _named(accessory)}
        case {"type": "input", "element": element}:
            parts = {"element": _named(element)}
        case _:
            return block
    return {"block_id": _new_id(), **block, **parts}


def _named(element: Body) -> Body:
    return {"action_id": _new_id(), **element}


def _new_id() -> str:
    return secrets.token_urlsafe(4)[:5]


def elements_of(blocks: list[Body]) -> Iterator[tuple[Body, Body]]:
    """Each block with each of its interactive elements."""
    for block in blocks:
        match block:
            case {"type": "actions", "elements": elements}:
                yield from ((block, element) for element in elements)
            case {"type": "section", "accessory": {"action_id": _} as accessory}:
                yield block, accessory
            case {"type": "input", "element": element}:
                yield block, element


def action(element: Body, given: Given) -> Body:
    """What `actions` of a payload says of an element that was pressed, chosen or filled in."""
    kind = element["type"]
    said = {"type": kind, "action_id": element["action_id"]}
    if kind == "button":
        kept = ("text", "value", "style", "url")
        return {**said, **{name: element[name] for name in kept if name in element}}
    if kind == "overflow":
        return {**said, "selected_option": _option(element, given)}
    return {**said, **_value(element, given)}


def state_values(blocks: list[Body], values: Values) -> Body:
    """`state.values`: what every element holds that holds something, pressed or not."""
    state: Body = {}
    for block, element in elements_of(blocks):
        if element["type"] in _NOTHING_KEPT:
            continue
        block_id, action_id = block["block_id"], element["action_id"]
        given = values.get(block_id, {})
        now = given[action_id] if action_id in given else initially(element)
        state.setdefault(block_id, {})[action_id] = _value(element, now)
    return state


def initially(element: Body) -> Given:
    """What an element holds before anybody touched it."""
    kind = element["type"]
    if kind in _OPTION:
        chosen = element.get(_OPTION[kind][1])
        if isinstance(chosen, list):
            return [str(option["value"]) for option in chosen]
        return str(chosen["value"]) if chosen else None
    found: Given = element.get(_SINGLE[kind][1])
    return found


def _value(element: Body, given: Given) -> Body:
    kind = str(element["type"])
    if kind in _OPTION:
        name = _OPTION[kind][0]
        if name == "selected_options":
            chosen = given if isinstance(given, list) else [given] if given else []
            return {"type": kind, name: [_option(element, value) for value in chosen]}
        return {"type": kind, name: _option(element, given) if given else None}
    name = _SINGLE[kind][0]
    if kind == "datetimepicker":
        return {"type": kind, name: int(str(given)) if given else None}
    # An input that was left empty has the value null, and not an empty text.
    return {"type": kind, name: given or ([] if kind.startswith("multi_") else None)}


def options_of(element: Body) -> list[Body]:
    """All options of a menu, in groups or not."""
    groups = element.get("option_groups") or [element]
    return [option for group in groups for option in group.get("options") or []]


def _option(element: Body, given: Any) -> Body:
    for option in options_of(element):
        if option["value"] == given:
            return {
                name: option[name]
                for name in ("text", "value", "description", "url")
                if name in option
            }
    # The options of an external menu are the app's: nothing of them stands in the block.
    return {"text": {"type": "plain_text", "text": str(given), "emoji": True}, "value": str(given)}
