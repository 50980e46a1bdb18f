"""Settings are read without pydantic's plugins, and other code gets them all the same."""

import os

import pytest

from companion.settings import Settings, load_settings


class Plugin:
    def load(self) -> object:
        raise AssertionError("nothing asked for a plugin")

    value = name = "of_a_test"


def test_reading_settings_looks_for_no_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    class Another(Settings):
        """Not built yet."""

    monkeypatch.setattr("pydantic.plugin._loader._plugins", None)
    monkeypatch.setattr("pydantic.plugin._loader.entry_points", lambda group: [Plugin()])
    assert load_settings(Another).port == 8080


@pytest.mark.parametrize("before", [None, "logfire"])
def test_the_switch_is_as_it_was_afterwards(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    if before:
        monkeypatch.setenv("PYDANTIC_DISABLE_PLUGINS", before)
    else:
        monkeypatch.delenv("PYDANTIC_DISABLE_PLUGINS", raising=False)
    load_settings(Settings)
    assert os.environ.get("PYDANTIC_DISABLE_PLUGINS") == before
