"""Turns text that people type into text as Slack stores it, and back."""

import re

_URL = re.compile(r"https?://[^\s<>|]+")
_TRAILING = ".,;:!?)]}'\"*_~`"
# What a bot may send unescaped: entities, and references and links in angle brackets.
_SENT = re.compile(r"&(?:amp|lt|gt);|<(?:[@#!]|https?:|mailto:)[^<>\n]*>")
_CONTROL = re.compile(r"<([^<>\n]+)>")


def escape(text: str) -> str:
    """Slack's three entities, and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The reverse of `escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def as_typed(typed: str) -> str:
    """A person's text as Slack stores it: everything literal, bare URLs as links."""
    stored, end = [], 0
    for match in _URL.finditer(typed):
        url = match[0].rstrip(_TRAILING)
        stored += [escape(typed[end : match.start()]), f"<{escape(url)}>"]
        end = match.start() + len(url)
    return "".join([*stored, escape(typed[end:])])


def as_sent(sent: str) -> str:
    """A bot's text as Slack stores it: references stay, stray characters are escaped."""
    stored, end = [], 0
    for match in _SENT.finditer(sent):
        stored += [as_typed(sent[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*stored, as_typed(sent[end:])])


def for_editing(stored: str) -> str:
    """What a person would type to get the stored text (links by their address)."""
    return unescape(_CONTROL.sub(lambda match: match[1].partition("|")[0], stored))
