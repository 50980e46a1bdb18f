"""The first question and the last word: where it runs, and what to do next."""

import os
from urllib.parse import urlsplit

from companion.entrypoints.setup.journey import Journey, Way
from companion.settings import Settings

_WAYS = {
    Way.MAC: "a Mac (or Linux) alone: one Slack app, entries in SQLite; /log works while it runs",
    Way.FLY: "a Mac and Fly.io: two Slack apps, entries in DynamoDB; /log always works",
}
_FLY_SECRETS = ("SLACK_SIGNING_SECRET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_PLACE = ("DYNAMODB_TABLE", "AWS_REGION")


def choose_way(it: Journey) -> None:
    """A machine alone, or one and Fly.io."""
    if it.given.way:
        it.way = it.given.way
    else:
        it.talk.say("How will you run it?")
        present = Way.FLY if it.answers.get("DYNAMODB_TABLE") else Way.MAC
        ways = list(_WAYS)
        it.way = ways[it.talk.choose("Way", list(_WAYS.values()), ways.index(present))]
    for name in ("SLACK_API_URL", "AWS_ENDPOINT_URL_DYNAMODB"):
        # Where the commands will have to look too, when this environment is gone.
        present_url = it.answers.get(name)
        if present_url and present_url != getattr(Settings(), name.lower()):
            it.answers.keep(**{name: present_url})


def choose_place_for_secrets(it: Journey) -> None:
    """`.env`, or the keychain where there is one that is worth the name."""
    from companion.adapters import keychain
    from companion.errors import UsageError

    if it.given.keychain is None and not it.talk.attended:
        return
    wanted = it.given.keychain
    if wanted is not False and not keychain.usable():
        if wanted:
            raise UsageError("There is no keychain here that protects secrets: use --no-keychain.")
        return
    if wanted is None:
        wanted = it.talk.confirm(
            "Keep the secrets in the keychain instead of .env?", it.answers.in_keychain
        )
    it.answers.use_keychain(wanted)


def tell_what_is_next(it: Journey) -> None:
    """A dozen lines at most."""
    for name in it.answers.shadowed():
        it.talk.problem(f"{name} is set otherwise in the environment, which goes before .env.")
    us = "uv run " if os.environ.get("UV") else ""
    where = "the keychain and .env have" if it.answers.in_keychain else ".env has"
    lines = [f"That is all: {where} it, for you alone to read. Next:", ""]
    if it.way is Way.FLY:
        lines += [f"  {line}" for line in _fly_lines(it, us)]
    lines += [
        f"  {us}companion doctor           sees whether all of it works, now and later",
        f"  {us}companion daemon           starts it here; Ctrl-C stops it",
        f"  {us}companion daemon install   starts it whenever you log in",
    ]
    it.talk.tell("\n".join(lines))


def _fly_lines(it: Journey, us: str) -> list[str]:
    answers = it.answers
    host = urlsplit(answers.get("COMPANION_WEBHOOK_URL")).hostname or ""
    app = host.removesuffix(".fly.dev") if host.endswith(".fly.dev") else "<app>"
    # What differs from fly.toml goes along: a secret there counts for more than its [env].
    place = [name for name in _PLACE if answers.get(name) not in {"", _in_fly_toml(name)}]
    names = [*(name for name in _FLY_SECRETS if answers.get(name)), *place]
    if answers.in_keychain:
        each = " ".join(_FLY_SECRETS)
        get = f"{us}keyring get companion-memory $n"
        send = f'for n in {each}; do echo "$n=$({get})"; done | fly secrets import'
        extra = [f"fly secrets set {name}={answers.get(name)}" for name in place]
    else:
        send, extra = f"grep -E '^({'|'.join(names)})=' .env | fly secrets import", []
    if not answers.get("AWS_ACCESS_KEY_ID"):
        extra.append("fly secrets set AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…")
    return [
        f"fly apps create {app}   # and write that name into fly.toml",
        send,
        *extra,
        "fly deploy",
    ]


def _in_fly_toml(name: str) -> str:
    import tomllib
    from pathlib import Path

    try:
        settings = tomllib.loads(Path("fly.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    return str(settings.get("env", {}).get(name, ""))
