"""Admission: what is asked of an API server, judged before it is there.

`hardstand gate` serves: it answers API servers over TLS. `hardstand gate serve --help` tells how.
`hardstand gate plan` shows what would be installed at the API server, and how it behaves.
`hardstand gate export --to vap` writes controls as policies that the API server evaluates itself.
"""

import argparse
import importlib
from collections.abc import Mapping, Sequence

_VERBS: Mapping[str, str] = {
    "serve": "answer API servers over TLS (what `hardstand gate` does without a verb)",
    "plan": "show what would be installed at the API server, and how it behaves",
    "export": "write controls as native policy: for API servers, Gatekeeper or Kyverno",
}
"""Each verb's module, `hardstand.cli.gate_VERB`, and its line in --help."""


def expanded(words: Sequence[str]) -> list[str]:
    """The words with the verb that is meant where none is said."""
    asks = bool(words) and words[0] in (*_VERBS, "-h", "--help")
    return [*words] if asks else ["serve", *words]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of every verb below this one."""
    verbs = parser.add_subparsers(dest="gate_verb", required=True, metavar="|".join(_VERBS))
    for name, words in _VERBS.items():
        module = importlib.import_module(f"hardstand.cli.gate_{name}")
        below = verbs.add_parser(
            name, help=words, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module.add_arguments(below)


def run(arguments: argparse.Namespace) -> int:
    """Do what the verb below this one says, and give the exit status."""
    status: int = importlib.import_module(f"hardstand.cli.gate_{arguments.gate_verb}").run(arguments)
    return status
