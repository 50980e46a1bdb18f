"""The last step: what to do next."""

import shlex
import sys
from urllib.parse import urlsplit

from companion.entrypoints.setup.answers import Answers
from companion.entrypoints.setup.fly_toml import fly_toml
from companion.entrypoints.setup.setup import Deployment, Setup
from companion.entrypoints.terminal import command
from companion.texts import setup as texts

SECRETS = (
    "SLACK_SIGNING_SECRET",
    "SLACK_WEB_BOT_TOKEN",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
)
PLACE = ("DYNAMODB_TABLE", "AWS_REGION", "COMPANION_LOG_COMMAND", "COMPANION_COMMAND")


def tell_next_steps(setup: Setup) -> None:
    """A dozen lines at most."""
    for name in setup.answers.shadowed():
        setup.dialogue.problem(texts.SHADOWED.format(name=name, file=setup.answers.file))
    done = texts.DONE_KEYCHAIN if setup.answers.in_keychain else texts.DONE
    lines = [done.format(file=setup.answers.file), ""]
    if setup.deployment is Deployment.FLY:
        lines += [f"  {line}" for line in _fly_commands(setup.answers)]
    lines += [line.format(command=command()) for line in texts.NEXT_STEPS]
    setup.dialogue.tell("\n".join(lines))


def _fly_commands(answers: Answers) -> list[str]:
    host = urlsplit(answers.get("COMPANION_WEBHOOK_URL")).hostname or ""
    app = host.removesuffix(".fly.dev") if host.endswith(".fly.dev") else "<app>"
    # What differs from fly.toml is set too: on Fly.io a secret goes before [env].
    in_fly_toml = fly_toml().get("env", {})
    place = [
        name for name in PLACE if answers.get(name) not in {"", str(in_fly_toml.get(name, ""))}
    ]
    secrets = [name for name in SECRETS if answers.get(name)]
    if answers.in_keychain:
        # Only a checkout has the keyring command on a PATH.
        send = texts.FLY_FROM_KEYCHAIN.format(
            names=" ".join(secrets), keyring=f"{shlex.quote(sys.executable)} -m keyring"
        )
        more = [texts.FLY_SET.format(name=name, value=answers.get(name)) for name in place]
    else:
        names, file = "|".join([*secrets, *place]), shlex.quote(str(answers.file))
        send, more = texts.FLY_FROM_FILE.format(names=names, file=file), []
    if not answers.get("AWS_ACCESS_KEY_ID"):
        more.append(texts.FLY_AWS_KEYS)
    return [texts.FLY_CREATE.format(app=app), send, *more, texts.FLY_DEPLOY]
