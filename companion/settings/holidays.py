"""Public holidays by the codes that the person set, like `DE-BE`.

The library is imported only where somebody has set codes.
"""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """The holidays of all codes together."""

    codes: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "PublicHolidays":
        """`DE-BE`, `AT, DE-BY`. ValueError, with the nearest code, for one that is not known."""
        return cls(tuple(dict.fromkeys(_known(code) for code in text.replace(",", " ").split())))

    def __str__(self) -> str:
        """As `parse` reads it."""
        return ",".join(self.codes)

    def __call__(self, day: date) -> str | None:
        """What the day is called where it is a holiday, in the language of the place."""
        names = (_calendar(code).get(day) for code in self.codes)
        return next((name for name in names if name), None)


@cache
def _calendar(code: str) -> "HolidayBase":
    import holidays

    country, _, region = code.partition("-")
    return holidays.country_holidays(country, subdiv=region or None)


def _known(code: str) -> str:
    """The code as the library writes it."""
    import holidays

    countries = holidays.list_supported_countries(include_aliases=False)
    country, dash, region = code.partition("-")
    country = country.upper()
    if country not in countries:
        raise ValueError(_unknown(code, _nearest_countries(country)))
    regions = {each.lower(): f"{country}-{each}" for each in countries[country]}
    if not dash:
        return country
    if region.lower() not in regions:
        raise ValueError(_unknown(code, list(regions.values()) or [country]))
    return regions[region.lower()]


def _unknown(code: str, nearest: list[str]) -> str:
    return f"{code!r} is not a place whose holidays are known; the nearest are {', '.join(nearest)}"


def _nearest_countries(typed: str) -> list[str]:
    """By their names and codes."""
    from difflib import get_close_matches

    from holidays.registry import COUNTRIES

    names = {name.upper(): code for name, (_, code, *_) in COUNTRIES.items()}
    initials = {"".join(word[0] for word in name.split("_")): names[name] for name in names}
    found = [initials[typed]] if typed in initials else []  # UK
    found += [names[name] for name in get_close_matches(typed, names, 3)]
    codes = sorted(names.values())
    found += [code for code in codes if code[:1] == typed[:1] and code in typed]
    return list(dict.fromkeys(found)) or get_close_matches(typed, codes, 5, 0.4) or codes
