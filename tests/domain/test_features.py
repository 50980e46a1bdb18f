"""The list of what is switched off."""

import pytest

from companion.domain.features import Feature, parse_features
from tests.documents import ROOT


def test_a_list_is_read_with_commas_or_spaces() -> None:
    assert parse_features("Buttons, home\tdnd") == {Feature.BUTTONS, Feature.HOME, Feature.DND}


@pytest.mark.parametrize(
    ("text", "advice"), [("butons", "did you mean buttons"), ("xyz", "write any of command, ")]
)
def test_an_unknown_one_is_refused_with_what_can_be_written(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        parse_features(f"home {text}")


def test_the_page_on_settings_names_each() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    (row,) = (line for line in page.splitlines() if line.startswith("| `COMPANION_OFF`"))
    assert [feature for feature in Feature if f"`{feature}`" not in row] == []
