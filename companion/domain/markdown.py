"""Markdown as Slack's `markdown` block reads it: escaping, tidying, splitting, plain text.

The syntax is CommonMark's (https://spec.commonmark.org/0.31.2/), as far as
https://docs.slack.dev/reference/block-kit/blocks/markdown-block says that Slack shows it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKDOWN_LIMIT = 10_000
"""Slack takes 12,000 characters of Markdown in a message; it does not say how it counts them."""
FALLBACK_LIMIT = 2_900
"""How much text a notification gets: below the limit of a text object; Slack shows less anyway."""
MIN_LIMIT = 200
"""Below this, closing and reopening a code fence would leave no room for its content."""

# Quotes and list items may hold a fence; the widths are limited so that MIN_LIMIT is enough.
_CONTAINER = r"(?:[ \t]|>|[-*+][ \t]|\d{1,9}[.)][ \t])"
_FENCE_LINE = re.compile(rf"({_CONTAINER}{{0,20}})(`{{3,20}}(?!`)|~{{3,20}}(?!~))(.{{0,50}})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_TOP_HEADING = re.compile(rf"^({_CONTAINER}*)#{{1,2}}(?=[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_NO_PARAGRAPH = re.compile(r"$|[\s#>|]|[-*+]\s|\d+[.)]\s|```|~~~")

_URL = re.compile(r"(https?://[^\s<>\[\]()*`|\\]+)")
# An underscore inside a word means nothing in CommonMark, and names in code are full of them.
_SPECIAL = re.compile(r"[\\`*\[\]<>~|]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_ANY_SPECIAL = re.compile(r"[\\`*\[\]<>~|_&]")
_LINE_START = re.compile(r"^(\d{1,9}(?=[.)])|(?=[#+=-]))")

_INLINE = re.compile(
    r"\\([!-/:-@\[-`{-~])"  # an escaped character
    r"|(?<!`)(`+)(?!`)(.+?)(?<!`)\2(?!`)"  # a code span
    r"|!?\[([^\[\]]*)\]\([^)\s]{1,3000}\)"  # a link or picture: its text
    r"|(?<=\S)\*+|\*+(?=\S)|~~|(?<!\w)_+|_+(?!\w)"  # emphasis
)


@dataclass(frozen=True, slots=True)
class _Fence:
    """An open code fence: what opens and closes it again in another message."""

    indent: str
    run: str
    info: str

    @property
    def opening(self) -> str:
        return f"{self.indent}{self.run}{self.info}"

    @property
    def closing(self) -> str:
        return f"{self.indent}{self.run}"


def _after(line: str, fence: _Fence | None) -> _Fence | None:
    """The fence that is open after a line, given the one that is open before it."""
    match = _FENCE_LINE.fullmatch(line)
    if match is None:
        return fence
    lead, run, info = match.groups()
    if fence is None:
        opens = run[0] == "~" or "`" not in info
        return _Fence(re.sub(r"[^>\s]", " ", lead), run, info) if opens else None
    same_place = lead.count(">") == fence.indent.count(">") and not lead.strip("> \t")
    closes = same_place and run.startswith(fence.run) and not info.strip()
    return None if closes else fence


def _lines(markdown: str) -> Iterator[tuple[str, _Fence | None, _Fence | None]]:
    """Each line with the fence that is open before it and the one that is open after it."""
    before: _Fence | None = None
    for line in markdown.split("\n"):
        after = _after(line, before)
        yield line, before, after
        before = after


def escape(line: str) -> str:
    """One line of somebody's text, so that it shows as it was typed. URLs stay links."""
    if not _ANY_SPECIAL.search(line):  # most have none, and this is quick to see
        return _LINE_START.sub(r"\1\\", line, count=1)
    pieces = _URL.split(line)
    pieces[::2] = [_SPECIAL.sub(r"\\\g<0>", piece) for piece in pieces[::2]]
    return _LINE_START.sub(r"\1\\", "".join(pieces), count=1)


def list_item(label: str, text: str, mark: str = "") -> str:
    """A text of any number of lines as one item of a list, shown as it was typed. `mark` is
    Markdown that comes after the label."""
    lines = []
    for line in text.expandtabs(4).splitlines():
        words = line.strip()
        if words:
            # Plain spaces at the start of a line are not shown; code would lose its shape.
            lines.append("\u00a0" * (len(line) - len(line.lstrip())) + escape(words))
    return f"- **{label}** {mark}{' ' if mark else ''}" + "  \n  ".join(
        lines
    )  # two spaces: a line break


def tidy(answer: str) -> str:
    """A model's answer, made to fit under one of our headings; empty if it said nothing.

    Headings are of the third level or lower, no code fence stays open, and none surrounds it all.
    """
    tidied: list[str] = []
    fence: _Fence | None = None
    for line, before, fence in _lines(_unwrapped(answer.strip())):
        if before or fence:
            tidied.append(line)
        elif _UNDERLINE.fullmatch(line) and tidied and not _NO_PARAGRAPH.match(tidied[-1]):
            tidied[-1] = f"### {tidied[-1].strip()}"  # it was a heading, underlined
        else:
            tidied.append(_TOP_HEADING.sub(r"\1###", line, count=1))
    if fence:
        tidied.append(fence.closing)
    return "\n".join(tidied).strip()


def _unwrapped(answer: str) -> str:
    """The answer without a code fence around everything, which models like to add."""
    first, *inside = answer.split("\n")
    opened = _after(first, None)
    if opened is None or not inside or _after(inside.pop(), opened) is not None:
        return answer
    fences = (match for line in inside if (match := _FENCE_LINE.fullmatch(line)))
    inner = next(fences, None)
    # A bare fence inside would be the end of the first one: then there are two blocks of code.
    return answer if inner and not inner[3].strip() else "\n".join(inside).strip()


def split_markdown(markdown: str, limit: int = MARKDOWN_LIMIT) -> list[str]:
    """Parts of at most `limit` characters, none empty, that together say the same.

    Cut before a heading if there is one, else at a blank line, at a line, at a word, or anywhere;
    a code fence only if there is no other place; it is closed in one part and opened again in the
    next. Only line breaks and the space at a cut are left out. ValueError for a `limit`
    under MIN_LIMIT.
    """
    if limit < MIN_LIMIT:
        raise ValueError(f"Markdown cannot be split into parts of {limit} characters")
    parts = []
    rest = markdown.strip("\n")
    while len(rest) > limit:
        part, rest = _cut(rest, limit)
        parts.append(part)
    return [part for part in (*parts, rest) if part.strip()]


def _cut(text: str, limit: int) -> tuple[str, str]:
    """The first part of a text that is too long, and the rest."""
    closings = [len(fence.closing) + 1 for _, _, fence in _lines(text[:limit]) if fence]
    room = limit - max(closings, default=0)
    best: dict[int, tuple[int, _Fence | None]] = {}  # rank → the last place to cut of that rank
    start, line_fence, last_words, blank = 0, None, "", False
    previous: _Fence | None = None  # the fence before the line before
    for line, fence, _ in _lines(text):
        if start > room + 1:
            break
        # Right after the line that opens a fence there is nothing in it yet.
        if start and not (fence and previous is None):
            best[_rank(line, fence, last_words, blank)] = start, fence
        if start <= room:
            line_start, line_fence = start, fence
        start += len(line) + 1
        previous, blank = fence, not line.strip()
        last_words = last_words if blank else line
    if best:
        at, fence = best[min(best)]
        return _parted(text[: at - 1], text[at:], fence)
    space = text.rfind(" ", line_start, room + 1)
    if text[line_start : max(space, line_start)].strip():
        return _parted(text[:space], text[space + 1 :], line_fence)
    return _parted(text[:room], text[room:], line_fence)


def _rank(line: str, fence: _Fence | None, last_words: str, blank: bool) -> int:
    """How bad it is to cut before a line; 0 is best."""
    if fence:
        return 3
    if _HEADING.match(last_words):
        return 4  # a heading without what it heads
    if _HEADING.match(line):
        return 0
    return 1 if blank else 2


def _parted(part: str, rest: str, fence: _Fence | None) -> tuple[str, str]:
    if fence:
        return f"{part}\n{fence.closing}", f"{fence.opening}\n{rest}"
    return part.rstrip("\n"), rest.lstrip("\n")


def _words_of(markup: re.Match[str]) -> str:
    escaped, _, code, linked = markup.groups()
    return escaped or code or (linked or "").strip("`")


def plain_text(markdown: str, limit: int = FALLBACK_LIMIT) -> str:
    """The words without the markup, for notifications; `…` where it had to be cut.

    `&`, `<` and `>` stay as they are: the caller escapes them where the text is shown.
    """
    lines = []
    for line, before, after in _lines(markdown):
        if before and after:
            lines.append(line)
        elif not before and not after:
            words = re.sub(r"^(\s*)(?:#{1,6}[ \t]+|>[ \t]?)", r"\1", line)
            words = re.sub(r"^(\s*)[-*+][ \t]+", r"\1• ", words)
            lines.append(_INLINE.sub(_words_of, words).rstrip())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    if len(text) <= limit:
        return text
    cut = text[:limit]
    words_end = max(cut.rfind(" "), cut.rfind("\n"))
    return cut[: words_end if words_end > 0 else limit - 1].rstrip() + "…"
