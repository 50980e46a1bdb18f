"""Whether a model's words rest on the entries it was given: what can be checked, is.

Checked are images, links and addresses, mentions, tickets, numbers, paths and code: each has to
stand, whole, in one of the entries. That the prose between them is true is not proven.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a claim is about."""

    IMAGE = "image"
    LINK = "link"
    MARKUP = "markup"
    """`<…>`: HTML, an autolink, or Slack's own form of a mention."""
    ADDRESS = "address"
    MENTION = "mention"
    CODE = "code"
    TICKET = "ticket"
    PATH = "path"
    COMMIT = "commit"
    """`engine@1a2b3c4`, `engine#12`, or a hash alone."""
    NUMBER = "number"


LEADS_AWAY = frozenset({Kind.IMAGE, Kind.LINK, Kind.MARKUP, Kind.ADDRESS, Kind.MENTION})
"""What would fetch something, lead somebody somewhere, or call somebody."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Something in a text that is either in its sources or invented."""

    kind: Kind
    text: str


def claims(text: str) -> Iterator[Claim]:
    """Everything in a text that can be checked."""
    plain = readable(text)
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            if claimed := _trimmed(kind, match[match.lastindex or 0]):
                yield Claim(kind, claimed)
    for match in _LABELLED.finditer(plain):
        if _misleads(*match.groups()):
            yield Claim(Kind.LINK, match[0])


class Sources:
    """What a text may rest on: the entries' own texts, and the days and times beside them."""

    def __init__(self, texts: Iterable[str]) -> None:
        plain = [readable(text) for text in texts]
        self._everything = "\n".join(plain)
        self._claims = {claim for text in plain for claim in claims(text)}
        self._words = {claim.text for claim in self._claims}

    def support(self, claim: Claim) -> bool:
        """Whether it stands there, whole: `https://example.co` is not in `https://example.com`."""
        if claim in self._claims:
            return True
        match claim.kind:
            case Kind.IMAGE:
                return False  # to show one is to fetch it: only where the person wrote the same
            case Kind.LINK:
                return bool(claim.text) and claim.text in self._words
            case Kind.CODE:
                return _stands_in(claim.text, self._everything)
            case Kind.MARKUP:
                return claim.text.strip("<>") in self._words
            case _:
                return claim.text in self._words

    def unsupported(self, text: str, kinds: Iterable[Kind] = Kind) -> list[Claim]:
        """The claims of these kinds that stand in none of the sources, in the text's order."""
        wanted = frozenset(kinds)
        return [claim for claim in claims(text) if claim.kind in wanted and not self.support(claim)]


_ZERO_WIDTH = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# Chinese, Japanese and Korean: there `。` ends a sentence, and no space comes after `：`.
_CJK = r"\u2e80-\u312f\u31a0-\u9fff\uac00-\ud7af"
# Browsers read `evil。com` as `evil.com`, see https://www.unicode.org/reports/tr46/#Notation
_DOT = re.compile(rf"(?<=[^\W{_CJK}])[\u3002\u2027](?=[^\W{_CJK}])")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_UNESCAPES = 3
"""How often one form of writing a character may hide another."""


def readable(text: str) -> str:
    """The text as it would be read: no entities, no escapes, no characters that do not show."""
    for _ in range(_UNESCAPES):
        before = text
        text = unicodedata.normalize("NFKC", _ZERO_WIDTH.sub("", html.unescape(text)))
        text = _ESCAPED.sub(r"\1", text)
        if text == before:
            break
    return _DOT.sub(".", text.casefold())


# After casefold and NFKC: lower case, and no full-width forms.
_TLD_WORD = r"[^\W_](?:[\w-]*[^\W_])?"
_PATTERNS: Sequence[tuple[Kind, re.Pattern[str]]] = (
    (Kind.IMAGE, re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])?")),
    (Kind.LINK, re.compile(r"\]\s?\(\s*<?([^\s)>]*)")),
    (Kind.LINK, re.compile(r"(?m)^\s{0,3}\[[^\]\n]+\]:\s*<?([^\s>]*)")),
    (Kind.MARKUP, re.compile(r"<[a-z/!?@#][^<>\n]*>?")),
    (Kind.ADDRESS, re.compile(r"(?:\b[a-z][a-z0-9+.-]{0,40}:)?//[^\s<>\"'`|)\]]+")),
    (
        Kind.ADDRESS,
        re.compile(
            r"\b(?:mailto|tel|sms|data|javascript|file|slack|vscode|callto|skype|facetime|magnet"
            r"|about|blob|intent|ssh|git|https?|ftp):[^\s<>\"'`|)\]]+"
        ),
    ),
    # Any program may have its own scheme, such as `obsidian:open`.
    (
        Kind.ADDRESS,
        re.compile(rf"\b[a-z][a-z0-9+.-]{{1,40}}:(?=[^\W\d{_CJK}]|%)[^\s<>\"'`|)\]]+"),
    ),
    (Kind.ADDRESS, re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    # `example.com`, `www.example.com/a`, and `parser.py`, which cannot be told from it.
    (
        Kind.ADDRESS,
        re.compile(
            rf"(?<![\w@./\\-])(?:{_TLD_WORD}\.)+[^\W\d_]{{2,}}(?:[/?#:][^\s<>\"'`|)\]]*)?(?![\w@])"
        ),
    ),
    (Kind.MENTION, re.compile(r"(?<![\w@./+-])@[\w][\w.-]*")),
    (Kind.CODE, re.compile(r"(?s)(`+)(?!`)(.+?)(?<!`)\1(?!`)")),
    (Kind.TICKET, re.compile(r"(?<![\w/-])[a-z][a-z0-9]+-\d+(?![\w-])")),
    (Kind.TICKET, re.compile(r"(?<![\w&])[#!]\d+\b")),
    (Kind.COMMIT, re.compile(r"(?<![\w.+/-])[\w.+-]+(?:@[0-9a-f]{7,40}|#\d+)\b")),
    (Kind.COMMIT, re.compile(r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{7,40}\b")),
    (Kind.PATH, re.compile(r"(?<![\w/\\:])(?:~|\.{1,2}|[a-z]:)?(?:[\w.@+~-]*[/\\])+[\w.@+~-]*\w")),
    (Kind.NUMBER, re.compile(r"(?<![\w#!./\\-])v?\d[\d.,:/-]*(?:%|[^\W\d_]{1,2}\b)?")),
    (Kind.NUMBER, re.compile(r"(?<=[-/])\d[\d.,:]*\b")),
)
_LABELLED = re.compile(r"\[((?:[^\[\]\n]|\[[^\[\]\n]*\])*)\]\s?\(\s*<?([^\s)>]*)")
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//(?:www\.)?|^www\.")
_NOT_PATHS = frozenset({"and/or", "either/or"})


def _misleads(label: str, target: str) -> bool:
    """Whether a link shows another address than the one it leads to."""
    leads_to = _SCHEME.sub("", target)
    shown = {_SCHEME.sub("", claim.text) for claim in claims(label) if claim.kind is Kind.ADDRESS}
    # `[github.com](https://github.com/acme)` shows the beginning of its address.
    return any(not re.match(rf"{re.escape(each)}(?:[/?#]|$)", leads_to) for each in shown)


def _trimmed(kind: Kind, text: str) -> str:
    if kind is Kind.CODE:
        return " ".join(text.split())
    text = text.rstrip(".,;:!?…'\"*_~”’)]}/-")
    if kind is Kind.PATH and text in _NOT_PATHS:
        return ""
    if kind is Kind.NUMBER:
        return text.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+", text) else text
    return text


def _stands_in(code: str, everything: str) -> bool:
    """Whether it stands there between word boundaries, however it is broken into lines."""
    flat = " ".join(everything.split())
    before = r"(?<!\w)" if code[:1].isalnum() else ""
    after = r"(?!\w)" if code[-1:].isalnum() else ""
    return bool(re.search(f"{before}{re.escape(code)}{after}", flat))
