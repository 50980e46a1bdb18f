"""The first step: one computer, or a computer and Fly.io."""

from companion.entrypoints.setup.setup import Deployment, Setup
from companion.settings import Settings
from companion.texts import setup as texts

COMMANDS = ("COMPANION_LOG_COMMAND", "COMPANION_COMMAND")
URLS = ("SLACK_API_URL", "AWS_ENDPOINT_URL_DYNAMODB")


def choose_deployment(setup: Setup) -> None:
    setup.deployment = setup.options.deployment or _ask(setup)
    for name in URLS:
        # Commands have to find it later, without this environment.
        url = setup.answers.get(name)
        if url and url != getattr(Settings(), name.lower()):
            setup.answers.keep(**{name: url})
    for name in COMMANDS:
        usual = getattr(Settings(), name.lower())
        given = setup.options.values.get(name)
        if given and given != (setup.answers.get(name) or usual):
            setup.answers.keep(**{name: given if given != usual else ""})


def _ask(setup: Setup) -> Deployment:
    setup.dialogue.say(texts.HOW_TO_RUN)
    deployments = list(Deployment)
    present = Deployment.FLY if setup.answers.get("DYNAMODB_TABLE") else Deployment.MAC
    options = [texts.DEPLOYMENTS[deployment] for deployment in deployments]
    names = [texts.DEPLOYMENT_NAMES[deployment] for deployment in deployments]
    chosen = setup.dialogue.choose(texts.WAY, options, deployments.index(present), names)
    return deployments[chosen]
