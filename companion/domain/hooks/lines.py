"""Lines of ours in somebody's file, between two marks, so that exactly they can be removed."""

BEGIN, END = "# >>> companion-memory >>>", "# <<< companion-memory <<<"


def marked(lines: str) -> str:
    """The lines between the marks."""
    return f"{BEGIN}\n{lines.strip()}\n{END}\n"


def without(text: str) -> str:
    """The text without our lines; all else keeps every character."""
    begin = _line(text, BEGIN)
    end = _line(text, END, begin) if begin is not None else None
    if begin is None or end is None:
        return text
    after = text[end + len(END) :].removeprefix("\n")
    return text[:begin] + after


def has(text: str) -> bool:
    """Whether our lines are there."""
    return without(text) != text


def _line(text: str, mark: str, since: int = 0) -> int | None:
    """Where the line that is the mark begins."""
    at = text.find(mark, since)
    while at >= 0:
        ends = text[at + len(mark) : at + len(mark) + 1]
        if (at == 0 or text[at - 1] == "\n") and ends in ("", "\n"):
            return at
        at = text.find(mark, at + 1)
    return None
