"""Buttons, menus, pickers and fields as HTML controls.

Each carries `data-block` and `data-action`, by which the page says what was done.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from companion.sandbox.blockkit.elements import options_of
from companion.sandbox.page.html.context import Choices, Context, literal
from companion.sandbox.page.html.emoji import with_pictures
from companion.sandbox.page.html.mrkdwn import SAFE_SCHEMES, render_mrkdwn

type Element = Mapping[str, Any]

_INPUTS = {
    "plain_text_input": ("text", "initial_value"),
    "number_input": ("number", "initial_value"),
    "email_text_input": ("email", "initial_value"),
    "url_text_input": ("url", "initial_value"),
    "datepicker": ("date", "initial_date"),
    "datetimepicker": ("datetime-local", ""),
    "timepicker": ("time", "initial_time"),
}
_ICON = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="{}"/></svg>'
_DOTS = _ICON.format("M4 10h.01M10 10h.01M16 10h.01")


def render_text(text: Mapping[str, Any], here: Context) -> str:
    """A text object."""
    if text.get("type") == "mrkdwn":
        return render_mrkdwn(text["text"], here.name_of)
    return render_plain(text)


def render_plain(text: Mapping[str, Any] | None) -> str:
    """A `plain_text` object: no formatting but emoji."""
    return literal(with_pictures(str((text or {}).get("text", "")))).replace("\n", "<br>")


def render_element(
    element: Element, block_id: str, here: Context, *, field: str = "", required: bool = False
) -> str:
    """An element as a control. `field` is its id where a label stands beside it."""
    name = literal(json.dumps([block_id, element["action_id"]]))
    own = f'data-control="{name}" data-kind="{element["type"]}"'
    if "confirm" in element:
        own += f' data-confirm="{literal(json.dumps(_confirm(element["confirm"], here)))}"'
    if field:
        own += f' id="{field}" aria-describedby="{field}-hint {field}-error"'
    elif element["type"] not in ("button", "overflow"):
        own += f' aria-label="{_placeholder(element) or "Choose"}"'
    if required:
        own += " required"
    kind = str(element["type"])
    render = _textarea if element.get("multiline") else _RENDERERS.get(kind, _select)
    return render(element, own, here)


def _button(element: Element, own: str, here: Context) -> str:
    style = {"primary": " primary", "danger": " danger"}.get(str(element.get("style")), "")
    label = element.get("accessibility_label")
    named = f' aria-label="{literal(label)}"' if label else ""
    url = str(element.get("url") or "")
    text = render_plain(element["text"])
    if url.startswith(SAFE_SCHEMES):
        leads = f'href="{literal(url)}" target="_blank" rel="noopener noreferrer"'
        return f'<a class="button{style}" role="button" {leads} {own}{named}>{text}</a>'
    return f'<button type="button" class="button{style}" {own}{named}>{text}</button>'


def _overflow(element: Element, own: str, here: Context) -> str:
    items = [
        {"value": option["value"], "label": with_pictures(option["text"]["text"])}
        for option in options_of(dict(element))
    ]
    return (
        f'<button type="button" class="button overflow" {own} aria-haspopup="menu" '
        f'aria-label="More" data-items="{literal(json.dumps(items))}">{_DOTS}</button>'
    )


def _choices(element: Element, own: str, here: Context) -> str:
    kind = "radio" if element["type"] == "radio_buttons" else "checkbox"
    initial = element.get("initial_options") or [element.get("initial_option") or {}]
    chosen = {option.get("value") for option in initial}
    shown = "".join(
        f'<label class="choice"><input type="{kind}" value="{literal(option["value"])}"'
        f"{' checked' if option['value'] in chosen else ''}>"
        f"<span>{render_text(option['text'], here)}{_description(option, here)}</span></label>"
        for option in options_of(dict(element))
    )
    role = "radiogroup" if kind == "radio" else "group"
    # `required` is no attribute of a group; the server says what is missing.
    return f'<div class="choices" role="{role}" {own.removesuffix(" required")}>{shown}</div>'


def _description(option: Element, here: Context) -> str:
    if not option.get("description"):
        return ""
    return f'<small class="description">{render_text(option["description"], here)}</small>'


def _select(element: Element, own: str, here: Context) -> str:
    kind = str(element["type"])
    if kind.startswith("users"):
        options = _named(here.users, element.get("initial_user"))
    elif kind.startswith(("channels", "conversations")):
        initial = element.get("initial_channel") or element.get("initial_conversation")
        options = _named(here.channels, initial)
    else:
        options = _grouped(element)
    empty = f'<option value="">{_placeholder(element) or "Choose an option"}</option>'
    return f'<span class="select"><select {own}>{empty}{options}</select></span>'


def _grouped(element: Element) -> str:
    chosen = (element.get("initial_option") or {}).get("value")
    groups = element.get("option_groups")
    if not groups:
        return _options(element.get("options") or [], chosen)
    return "".join(
        f'<optgroup label="{render_plain(group["label"])}">'
        f"{_options(group['options'], chosen)}</optgroup>"
        for group in groups
    )


def _options(options: Sequence[Element], chosen: object) -> str:
    return "".join(
        f'<option value="{literal(option["value"])}"'
        f"{' selected' if option['value'] == chosen else ''}>"
        f"{render_plain(option['text'])}</option>"
        for option in options
    )


def _named(choices: Choices, chosen: object) -> str:
    options = [{"value": key, "text": {"text": name}} for key, name in choices]
    return _options(options, chosen)


def _external(element: Element, own: str, here: Context) -> str:
    initial = element.get("initial_option") or {}
    least = int(element.get("min_query_length", 3))
    return (
        f'<input type="text" role="combobox" autocomplete="off" {own} data-least="{least}" '
        f'data-value="{literal(initial.get("value", ""))}" '
        f'value="{literal(initial.get("text", {}).get("text", ""))}" '
        f'placeholder="{_placeholder(element)}">'
    )


def _textarea(element: Element, own: str, here: Context) -> str:
    initial = literal(element.get("initial_value") or "")
    return f'<textarea rows="4" {own} {_lengths(element)}>\n{initial}</textarea>'


def _input(element: Element, own: str, here: Context) -> str:
    kind, initial = _INPUTS[str(element["type"])]
    step = ' step="any"' if element.get("is_decimal_allowed") else ""
    value = literal(element.get(initial) or "")
    return (
        f'<input type="{kind}" autocomplete="off" {own}{step} {_lengths(element)} value="{value}">'
    )


def _lengths(element: Element) -> str:
    limits = ("min_length", "minlength"), ("max_length", "maxlength")
    given = [f'{to}="{int(element[name])}"' for name, to in limits if name in element]
    focus = ["data-focus"] if element.get("focus_on_load") else []
    return " ".join([*given, *focus, f'placeholder="{_placeholder(element)}"'])


def _placeholder(element: Element) -> str:
    return literal(with_pictures(str((element.get("placeholder") or {}).get("text", ""))))


def _confirm(confirm: Element, here: Context) -> dict[str, str]:
    """What the page's dialog says before it goes on, each part as HTML."""
    words = {"title": "Are you sure?", "text": "", "confirm": "Yes", "deny": "No"}
    shown = {
        name: render_text(confirm[name], here) if confirm.get(name) else word
        for name, word in words.items()
    }
    return {**shown, "style": str(confirm.get("style", "primary"))}


_RENDERERS: Mapping[str, Callable[[Element, str, Context], str]] = {
    "button": _button,
    "checkboxes": _choices,
    "external_select": _external,
    "multi_static_select": _choices,
    "overflow": _overflow,
    "radio_buttons": _choices,
    **dict.fromkeys(_INPUTS, _input),
}
