"""Public holidays by their codes, and what a wrong code is answered with."""

import sys
from datetime import date

import pytest

from companion.errors import SettingsError
from companion.settings import Settings, load_settings
from companion.settings.holidays import PublicHolidays

UNITY = date(2026, 10, 3)


def test_a_holiday_has_the_name_that_it_has_there() -> None:
    berlin = PublicHolidays.parse("DE-BE")
    assert berlin(UNITY) == "Tag der Deutschen Einheit"
    assert berlin(date(2026, 3, 8)) == "Frauentag"  # in Berlin alone
    assert PublicHolidays.parse("DE-BY")(date(2026, 3, 8)) is None
    assert berlin(date(2026, 10, 5)) is None


def test_several_places_are_off_together() -> None:
    both = PublicHolidays.parse("de-be, us")
    assert str(both) == "DE-BE,US"
    assert both(UNITY)
    assert both(date(2026, 11, 26)) == "Thanksgiving Day"


@pytest.mark.parametrize(
    ("code", "nearest"),
    [("DE-BX", "DE-BE"), ("Germany", "DE"), ("Germeny", "DE"), ("DE_BE", "DE"), ("DE-", "DE-BE"),
     ("UK", "GB"), ("XQ", ""), ("BB-X", "BB")],
)  # fmt: skip
def test_a_wrong_code_is_refused_with_the_nearest_ones(
    code: str, nearest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMPANION_HOLIDAYS", code)
    with pytest.raises(SettingsError) as raised:
        load_settings(Settings)
    assert f"COMPANION_HOLIDAYS: {code!r} is not a place whose holidays are known" in str(
        raised.value
    )
    named = str(raised.value).partition("the nearest are ")[2].split(", ")
    assert nearest in [each.split("\n")[0] for each in named] or not nearest


def test_the_days_of_a_rhythm_leave_holidays_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPANION_HOLIDAYS", "DE")
    rhythm = load_settings(Settings).rhythm
    whit_monday = date(2026, 5, 25)
    assert rhythm.holiday(whit_monday) == "Pfingstmontag"
    assert not rhythm.works_on(whit_monday)
    assert rhythm.works_on(date(2026, 5, 26))
    assert rhythm.holiday(UNITY) is None  # a Saturday is a day off anyway


def test_the_library_is_not_imported_where_no_codes_are_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)  # importing it would fail
    monkeypatch.delenv("COMPANION_HOLIDAYS", raising=False)
    rhythm = load_settings(Settings).rhythm
    assert rhythm.works_on(date(2026, 5, 25))
