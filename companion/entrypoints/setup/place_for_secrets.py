"""Where secrets are kept: in the settings file, or in a keychain that protects them."""

from companion.bootstrap.surroundings import keychain
from companion.entrypoints.setup.setup import Setup
from companion.errors import UsageError
from companion.texts import setup as texts


def choose_place_for_secrets(setup: Setup) -> None:
    wanted, dialogue = setup.options.keychain, setup.dialogue
    if wanted is None and not dialogue.attended:
        return
    if wanted is not False and not keychain().is_secure():
        if wanted:
            raise UsageError(texts.NO_KEYCHAIN)
        return
    if wanted is None:
        wanted = dialogue.confirm(texts.USE_KEYCHAIN, setup.answers.in_keychain)
    setup.answers.use_keychain(wanted)
