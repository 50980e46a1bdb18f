"""Names that look like ours and are not: nobody reads them, and nobody would notice."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from companion.settings.fields import OURS, Settings, belongs_to_library
from companion.settings.place import NAMED_BY
from companion.settings.sources import SettingsFile

KNOWN = OURS | {NAMED_BY}
OUR_PREFIXES = ("COMPANION_", "SLACK_", "DYNAMO")
_HARDLY_SIMILAR, _SIMILAR, _VERY_SIMILAR = 0.5, 0.8, 0.9
_SHORTEST = 6
"""Of shorter names of the environment, too many are similar by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownName:
    """A name that is not a setting, where it is set, and the setting that was perhaps meant."""

    name: str
    place: str
    nearest: str | None

    def __str__(self) -> str:
        meant = f" Did you mean {self.nearest}?" if self.nearest else ""
        return f"{self.name} (in {self.place}) is not a setting.{meant}"


def unknown_names(environ: Mapping[str, str], file: Path | None) -> list[UnknownName]:
    """Every unknown name of the file, and those of the environment that look like ours."""
    in_file = SettingsFile(Settings, file).names
    return [
        *_of_environment(name.upper() for name in environ),
        *_of_file(sorted({name.upper() for name in in_file}), str(file)),
    ]


def _of_environment(names: Iterable[str]) -> Iterator[UnknownName]:
    for name in sorted(names):
        nearest = _nearest(name) if len(name) >= _SHORTEST else None
        if name not in KNOWN and (nearest or name.startswith(OUR_PREFIXES)):
            yield UnknownName(name=name, place="the environment", nearest=nearest)


def _of_file(names: Iterable[str], file: str) -> Iterator[UnknownName]:
    for name in names:
        nearest = _nearest(name)
        if name not in KNOWN and (nearest or not belongs_to_library(name)):
            yield UnknownName(name=name, place=file, nearest=nearest)


def _nearest(name: str) -> str | None:
    # AWS has many names that are similar to ours, and right.
    cutoff = _VERY_SIMILAR if belongs_to_library(name) else _SIMILAR
    if name.startswith(OUR_PREFIXES):
        cutoff = _HARDLY_SIMILAR
    return next(iter(get_close_matches(name, KNOWN, 1, cutoff)), None)
