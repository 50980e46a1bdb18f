"""`companion manifest`: YAML for Slack's form, and the link that fills that form in."""

from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from companion.domain.manifest import App, creation_link, manifest
from tests.entrypoints.cli.conftest import Run


@pytest.mark.parametrize("app", ["daemon", "single"])
def test_what_is_printed_is_yaml_of_the_manifest(companion: Run, app: str) -> None:
    printed = companion("manifest", app)
    assert printed.exit_code == 0
    assert yaml.safe_load(printed.stdout) == manifest(App(app))


def test_the_web_app_has_its_address_and_names_as_they_were_given(companion: Run) -> None:
    printed = companion(
        *("manifest", "web", "--url", "https://mine.fly.dev/"),
        *("--command", "/did", "--name", "Ada: log? #1"),
    )
    it = yaml.safe_load(printed.stdout)
    assert it["features"]["slash_commands"][0]["url"] == "https://mine.fly.dev/slack/events"
    assert it["features"]["slash_commands"][0]["command"] == "/did"
    assert it["display_information"]["name"] == "Ada: log? #1"


def test_the_commands_have_the_names_of_the_settings_or_those_that_are_given(
    companion: Run,
) -> None:
    def names(*arguments: str) -> list[str]:
        it = yaml.safe_load(companion("manifest", "single", *arguments, **settings).stdout)
        return [command["command"] for command in it["features"]["slash_commands"]]

    settings: dict[str, str] = {}
    assert names() == ["/log", "/companion"]
    settings = {"COMPANION_LOG_COMMAND": "/did", "COMPANION_COMMAND": "/mem"}
    assert names() == ["/did", "/mem"]
    assert names("--companion-command", "/me-mory") == ["/did", "/me-mory"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("web",), "The web app needs --url"),
        (("web", "--url", "mine.fly.dev"), "Write it like https://companion.fly.dev"),
        (("web", "--url", "http://mine.fly.dev"), "Write it like https://companion.fly.dev"),
        (("web", "--url", "https://mine.fly.dev/slack/events"), "Write it like"),
        (("single", "--url", "https://mine.fly.dev"), "--url is for the web app only"),
        (("single", "--command", "log"), "is not a slash command"),
        (("single", "--command", "/Log"), "is not a slash command"),
        (("single", "--companion-command", "companion"), "is not a slash command"),
        (("single", "--name", "x" * 36), "at most 35 characters"),
        (("both",), "'web', 'daemon', 'single'"),
    ],
)
def test_what_slack_would_not_take_is_refused(
    companion: Run, arguments: tuple[str, ...], words: str
) -> None:
    refused = companion("manifest", *arguments)
    assert refused.exit_code == 2
    assert refused.stdout == ""
    assert words in refused.stderr


@pytest.mark.parametrize("app", App)
def test_the_link_to_slacks_form_carries_the_whole_manifest(app: App) -> None:
    data = manifest(app, url="https://mine.fly.dev", name="Ada & co. +1")
    link = urlsplit(creation_link(data))
    assert (link.scheme, link.netloc, link.path) == ("https", "api.slack.com", "/apps")
    query = parse_qs(link.query, strict_parsing=True)
    assert query["new_app"] == ["1"]
    assert yaml.safe_load(query["manifest_yaml"][0]) == data
