"""Where settings are: one file, the same in every folder."""

from pathlib import Path

import pytest

from companion.errors import SettingsError
from companion.settings import place
from companion.settings.place import settings_file_to_read, settings_place

PYPROJECT = '[project]\nname = "{name}"\n'


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's settings file, which does not exist yet."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path / "config" / "companion-memory" / "settings.env"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the package is in; by itself not a checkout."""
    monkeypatch.setattr(place, "_PACKAGE", tmp_path / "root" / "companion")
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def write(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_an_installed_package_has_its_settings_in_the_persons_folder(
    config: Path, root: Path
) -> None:
    assert settings_place(None, {}) == config
    assert settings_file_to_read(None, {}) == config  # there is none yet: the environment may do


def test_a_checkout_has_its_own_and_without_one_the_persons(config: Path, root: Path) -> None:
    write(root / "pyproject.toml", PYPROJECT.format(name="companion-memory"))
    assert settings_place(None, {}) == root / ".env"
    write(config)
    assert settings_place(None, {}) == config
    write(root / ".env")
    assert settings_place(None, {}) == root / ".env"


@pytest.mark.parametrize("text", [PYPROJECT.format(name="another"), "not TOML", "[tool]\n"])
def test_another_project_is_not_a_checkout(config: Path, root: Path, text: str) -> None:
    write(root / "pyproject.toml", text)
    write(root / ".env")
    assert settings_place(None, {}) == config


def test_the_folder_that_a_command_is_typed_in_does_not_matter(
    config: Path, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "project"
    write(here / ".env")
    write(here / "pyproject.toml", PYPROJECT.format(name="companion-memory"))
    monkeypatch.chdir(here)
    assert settings_place(None, {}) == config


def test_a_named_file_goes_before_all_and_the_option_before_the_variable(
    config: Path, root: Path, tmp_path: Path
) -> None:
    first, second = write(tmp_path / "first.env"), write(tmp_path / "second.env")
    write(config)
    environ = {"COMPANION_ENV_FILE": str(second)}
    assert settings_file_to_read(str(first), environ) == first
    assert settings_file_to_read(None, environ) == second
    assert settings_file_to_read(None, {"COMPANION_ENV_FILE": " "}) == config


def test_a_named_file_that_does_not_exist_is_an_error_and_may_be_written(tmp_path: Path) -> None:
    missing = tmp_path / "missing.env"
    with pytest.raises(SettingsError, match=f"--env-file names {missing}, and there is no such"):
        settings_file_to_read(str(missing), {})
    with pytest.raises(SettingsError, match="COMPANION_ENV_FILE names"):
        settings_file_to_read(None, {"COMPANION_ENV_FILE": str(missing)})
    assert settings_place(str(missing), {}) == missing
