"""Whom and what a text mentions: ids like `U02ABCDEF`, and the names that stand in their place."""

import json
import re
from collections.abc import Mapping
from typing import Any

_MENTION = re.compile(r"[@#]([A-Z][A-Z0-9]+)", re.ASCII)


def with_names(text: str, names: Mapping[str, str]) -> str:
    """The text with names like `@Bo` in the place of ids like `@U02ABCDEF`.

    `names` has them by id, each with its `@` or `#`. An id without one stays.
    """
    if not names:
        return text
    return _MENTION.sub(lambda found: names.get(found[1]) or found[0], text)


def channel_names(mentions: Mapping[str, str]) -> list[str]:
    """The names of the channels among them, without their `#`."""
    return [name.removeprefix("#") for name in mentions.values() if name.startswith("#")]


def mentions_to_json(mentions: Mapping[str, str]) -> str:
    """As a store and a file have them; empty for none."""
    return json.dumps(dict(mentions), ensure_ascii=False) if mentions else ""


def mentions_from_json(text: str | None) -> dict[str, str]:
    """What `mentions_to_json` wrote. ValueError for anything else."""
    return read_mentions(json.loads(text)) if text else {}


def read_mentions(value: Any) -> dict[str, str]:
    """The mentions, if `value` has their form. ValueError if it has another."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value.values()):
        raise ValueError("its mentions are not an object of ids and names")
    return dict(value)
