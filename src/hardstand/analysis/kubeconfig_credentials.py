"""The credentials that a kubeconfig itself holds: who has the file is who it says."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from hardstand.analysis.secret_arguments import in_arguments
from hardstand.analysis.secret_text import all_in_named_value
from hardstand.inventory.views.kubeconfig import SignsIn
from hardstand.model.path import Path

_FILLED_IN = re.compile(r"\$\{?[A-Za-z_(]|\{\{|^<[^<>]*>$|^$")
"""What a template leaves open: nothing of it is a secret yet."""

_TOKENS = ("access-token", "id-token", "refresh-token", "client-secret")
"""What the configurations of the former auth providers hold."""


class Credential(NamedTuple):
    """A secret in a kubeconfig. Its text is for comparing, never for showing."""

    called: str
    text: str
    steps: Path
    """Where it stands below the user."""


def static(user: SignsIn) -> Iterator[Credential]:
    """Tokens, passwords and keys that are good as they are, wherever the file goes."""
    for called, text, key in (
        ("token", user.token, "token"),
        ("password", user.password, "password"),
        ("client key", user.client_key_data, "client-key-data"),
    ):
        if text is not None and not _FILLED_IN.search(text.strip()):
            yield Credential(called, text.strip(), (key,))
    given = user.auth_provider.get("config") if user.auth_provider.exists else None
    for key in _TOKENS:
        held = given.get(key) if isinstance(given, dict) else None
        if isinstance(held, str) and not _FILLED_IN.search(held.strip()):
            yield Credential(key.replace("-", " "), held.strip(), ("auth-provider", "config", key))


def in_plugin(user: SignsIn) -> Iterator[Credential]:
    """Secrets that a plugin is given in its variables and arguments."""
    plugin = user.exec
    for at, variable in enumerate(plugin.env):
        for found in all_in_named_value(variable.name or "", variable.value or ""):
            yield Credential(f"{found.kind} in a variable", found.value, ("exec", "env", at, "value"))
    # The list and not its item is the place: an item without a name is known by what is in it.
    for _, found in in_arguments(list(plugin.args)):
        yield Credential(f"{found.kind} among the arguments", found.value, ("exec", "args"))
