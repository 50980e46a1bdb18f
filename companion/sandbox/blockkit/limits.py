"""Slack's limits of blocks: https://docs.slack.dev/reference/block-kit/blocks"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any

from companion.sandbox.blockkit.element_limits import check_element, check_text
from companion.sandbox.blockkit.problems import Found, require, within
from companion.sandbox.workspace.message import Body


class Surface(StrEnum):
    """Where blocks are shown."""

    MESSAGE = "message"
    MODAL = "modal"
    HOME = "home"


_MOST = {Surface.MESSAGE: 50, Surface.MODAL: 100, Surface.HOME: 100}
_EVERYWHERE = frozenset(
    {"actions", "context", "divider", "header", "image", "input", "rich_text", "section"}
)
_KINDS = {
    Surface.MESSAGE: _EVERYWHERE | {"markdown", "table"},
    Surface.MODAL: _EVERYWHERE,
    Surface.HOME: _EVERYWHERE,
}
MARKDOWN_LIMIT = 12_000
"""Over all `markdown` blocks of a message."""
_INPUTS = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
_PICKERS = frozenset({"datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons"})
_SELECTS = frozenset(
    f"{kind}_select" for kind in ("static", "external", "users", "conversations", "channels")
)
_CHOICES = _PICKERS | _SELECTS | {f"multi_{kind}" for kind in _SELECTS}
_ALLOWED = {
    "actions": _PICKERS | _SELECTS | {"button", "overflow"},
    "input": _INPUTS | _CHOICES,
    "section": _CHOICES | {"button", "overflow", "image"},
}


def problems_of(blocks: Any, surface: Surface) -> list[str]:
    """What Slack would complain about, each with where it is; nothing where it takes them."""
    return [f"{problem} [json-pointer:/blocks{where}]" for where, problem in _all(blocks, surface)]


def _all(blocks: Any, surface: Surface) -> Found:
    if not isinstance(blocks, list):
        yield "", "must be an array"
        return
    if len(blocks) > _MOST[surface]:
        yield "", f"no more than {_MOST[surface]} items allowed"
    for number, block in enumerate(blocks):
        yield from within(f"/{number}", _block(block, surface))
    named = [block.get("block_id") for block in blocks if isinstance(block, dict)]
    yield from _twice("block_id", [name for name in named if name])
    markdown = [block for block in blocks if _is(block, "markdown")]
    if sum(len(str(block.get("text", ""))) for block in markdown) > MARKDOWN_LIMIT:
        yield "", f"no more than {MARKDOWN_LIMIT} characters of markdown allowed"


def _block(block: Any, surface: Surface) -> Found:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in _KINDS[surface]:
        yield "/type", f"unsupported type: {kind}"
        return
    yield from require(block, "block_id", str, most=255, optional=True)
    match kind:
        case "section":
            yield from _section(block)
        case "header":
            yield from check_text(block, "text", 150, plain=True)
        case "markdown":
            yield from require(block, "text", str, least=1)
        case "context":
            yield from _context(block)
        case "actions":
            yield from _actions(block)
        case "input":
            yield from _input(block)
        case "image":
            yield from _image(block)
        case "rich_text" | "table":
            yield from require(block, "elements" if kind == "rich_text" else "rows", list)


def _section(block: Body) -> Found:
    if "text" not in block and not block.get("fields"):
        yield "", "must have text or fields"
    yield from check_text(block, "text", 3000, optional=True)
    fields = block.get("fields", [])
    yield from require(block, "fields", list, least=1, most=10, optional=True)
    for number, field in enumerate(fields if isinstance(fields, list) else []):
        yield from check_text({f"fields/{number}": field}, f"fields/{number}", 2000)
    if "accessory" in block:
        yield from within("/accessory", _one_of(block["accessory"], "section"))


def _context(block: Body) -> Found:
    yield from require(block, "elements", list, least=1, most=10)
    elements = block.get("elements")
    for number, element in enumerate(elements if isinstance(elements, list) else []):
        where = f"elements/{number}"
        if _is(element, "image"):
            yield from within(f"/{where}", _image(element))
        else:
            yield from check_text({where: element}, where, 3000)


def _actions(block: Body) -> Found:
    yield from require(block, "elements", list, least=1, most=25)
    elements = block.get("elements")
    elements = elements if isinstance(elements, list) else []
    for number, element in enumerate(elements):
        yield from within(f"/elements/{number}", _one_of(element, "actions"))
    named = [element.get("action_id") for element in elements if isinstance(element, dict)]
    yield from _twice("action_id", [name for name in named if name])


def _input(block: Body) -> Found:
    yield from check_text(block, "label", 2000, plain=True)
    yield from check_text(block, "hint", 2000, plain=True, optional=True)
    yield from within("/element", _one_of(block.get("element"), "input"))


def _image(block: Body) -> Found:
    yield from require(block, "alt_text", str, most=2000)
    yield from require(block, "image_url", str, most=3000, optional=True)
    if not block.get("image_url") and not block.get("slack_file"):
        yield "", "must have image_url or slack_file"
    yield from check_text(block, "title", 2000, plain=True, optional=True)


def _one_of(element: Any, block: str) -> Found:
    if not isinstance(element, dict) or element.get("type") not in _ALLOWED[block]:
        yield "/type", "unsupported type"
    elif element["type"] == "image":
        yield from _image(element)
    else:
        yield from check_element(element)


def _twice(name: str, values: Sequence[object]) -> Iterator[tuple[str, str]]:
    for value in dict.fromkeys(values):
        if values.count(value) > 1:
            yield "", f"`{name}` {value} already exists"


def _is(block: Any, kind: str) -> bool:
    return isinstance(block, dict) and block.get("type") == kind
