"""Slack's limits of elements: https://docs.slack.dev/reference/block-kit/block-elements"""

import re
from typing import Any

from companion.sandbox.blockkit.problems import Found, require, within
from companion.sandbox.workspace.message import Body

_OPTIONS = {"overflow": 5, "checkboxes": 10, "radio_buttons": 10}
_MOST_OPTIONS = 100
_STYLES = ("primary", "danger")
_FORMS = {
    "datepicker": ("initial_date", re.compile(r"\d{4}-\d\d-\d\d")),
    "timepicker": ("initial_time", re.compile(r"([01]\d|2[0-3]):[0-5]\d")),
}


def check_text(
    body: Body, name: str, most: int, *, plain: bool = False, optional: bool = False
) -> Found:
    """A text object, which is not empty; `plain` ones have no formatting."""
    text: Any = body.get(name)
    if text is None and optional:
        return
    if not isinstance(text, dict):
        yield f"/{name}", "missing required field: text"
        return
    allowed = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if text.get("type") not in allowed:
        yield f"/{name}/type", f"must be {' or '.join(allowed)}"
    yield from within(f"/{name}", require(text, "text", str, least=1, most=most))


def check_element(element: Body) -> Found:
    """What all elements have in common, and what each kind has of its own."""
    kind = str(element["type"])
    yield from require(element, "action_id", str, most=255, optional=True)
    yield from check_text(element, "placeholder", 150, plain=True, optional=True)
    if "confirm" in element:
        yield from within("/confirm", _confirm(element["confirm"]))
    if kind == "button":
        yield from _button(element)
    elif kind == "plain_text_input":
        yield from _plain_text_input(element)
    elif kind in _OPTIONS or kind.endswith("static_select"):
        yield from _with_options(element, _OPTIONS.get(kind, _MOST_OPTIONS))
    elif kind in _FORMS:
        name, form = _FORMS[kind]
        if name in element and not form.fullmatch(str(element[name])):
            yield f"/{name}", "must be in a valid format"


def _button(button: Body) -> Found:
    yield from check_text(button, "text", 75, plain=True)
    yield from require(button, "value", str, most=2000, optional=True)
    yield from require(button, "url", str, most=3000, optional=True)
    yield from require(button, "accessibility_label", str, most=75, optional=True)
    if button.get("style", "primary") not in _STYLES:
        yield "/style", "must be primary or danger"


def _plain_text_input(element: Body) -> Found:
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not (isinstance(least, int) and 0 <= least <= 3000):
        yield "/min_length", "must be between 0 and 3000"
    elif not (isinstance(most, int) and max(least, 1) <= most <= 3000):
        yield "/max_length", "must be between min_length and 3000"
    elif len(str(element.get("initial_value") or "")) > most:
        yield "/initial_value", "must not be longer than max_length"


def _with_options(element: Body, most: int) -> Found:
    groups = element.get("option_groups")
    if groups is None:
        yield from _options(element, most)
        return
    yield from require(element, "option_groups", list, least=1, most=100)
    for number, group in enumerate(groups if isinstance(groups, list) else []):
        group = group if isinstance(group, dict) else {}
        yield from within(f"/option_groups/{number}", check_text(group, "label", 75, plain=True))
        yield from within(f"/option_groups/{number}", _options(group, most))


def _options(element: Body, most: int) -> Found:
    yield from require(element, "options", list, least=1, most=most)
    options = element.get("options")
    for number, option in enumerate(options if isinstance(options, list) else []):
        option = option if isinstance(option, dict) else {}
        where = f"/options/{number}"
        yield from within(where, check_text(option, "text", 75))
        yield from within(where, check_text(option, "description", 75, optional=True))
        yield from within(where, require(option, "value", str, most=150))


def _confirm(confirm: Any) -> Found:
    confirm = confirm if isinstance(confirm, dict) else {}
    yield from check_text(confirm, "title", 100, plain=True, optional=True)
    yield from check_text(confirm, "text", 300)
    yield from check_text(confirm, "confirm", 30, plain=True, optional=True)
    yield from check_text(confirm, "deny", 30, plain=True, optional=True)
