"""`hardstand VERB`: find the verb, hand over, and turn every expected failure into a sentence."""

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any, NoReturn

from hardstand import __version__
from hardstand.cli.errors import COULD_NOT_LOOK, UsageError, complain, nearest

VERBS = {
    "init": "draft a baseline from what is there",
    "scan": "read manifests, charts, kustomizations or a cluster and report what does not hold",
    "snapshot": "keep what a cluster is, in a file or a history, to be read like the cluster",
    "fix": "show the changes that end findings, proven, as a diff; --apply makes them",
    "plan": "order the changes that remove the most risk for the least effort",
    "explain": "show a control's page, or list all controls",
    "baseline": "run the tests of the controls that the baseline declares",
    "rbac": "say who can do what, how they came to, and what they really need",
    "net": "say what may talk to what, what should, and what does",
    "blast": "say what falls with a workload, how far, and what shrinks that most",
    "gate": "hold the line at admission: serve it, plan it, or export it as native policy",
    "rehearse": "say what a changed baseline would refuse, of what runs and of past requests",
    "diff": "compare two scans: what is new, gone and unchanged",
    "watch": "watch a running cluster: what opens and what closes, as it happens",
    "doctor": "say what can be read here, and which rights each verb needs in a cluster",
}
"""Each verb's module under hardstand.cli, imported only when it is asked for, and its line in --help."""


class _Parser(argparse.ArgumentParser):
    """argparse, with this project's way of saying errors."""

    def __init__(self, **settings: Any) -> None:
        """No abbreviations: what a shortened option means would change with the next option that begins alike."""
        super().__init__(allow_abbrev=False, **settings)

    def error(self, message: str) -> NoReturn:
        complain(message, f"`{self.prog} --help` shows what it takes")
        raise SystemExit(COULD_NOT_LOOK)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give the exit status."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        status = _dispatch(words)
        sys.stdout.flush()
    except UsageError as error:
        for message, hint in error.before:
            complain(message, hint)
        complain(str(error), error.hint)
        return COULD_NOT_LOOK
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away, as `head` does. Nothing more can be written, so nothing is flushed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except OSError as error:
        complain(f"cannot write: {error.strerror or error}")
        return COULD_NOT_LOOK
    except Exception as error:  # noqa: BLE001 - the outermost edge: a defect of ours must not look like "it blocks"
        traceback.print_exc()
        hint = "this is a defect in Hardstand; please report it with the lines above"
        complain(f"unexpected {type(error).__name__}; nothing was decided", hint)
        return COULD_NOT_LOOK
    return status


def entry() -> NoReturn:
    """The installed command: run, flush, and leave without taking every object apart first."""
    try:
        status = main()
    except SystemExit as ending:  # argparse has answered --help, --version or a wrong usage.
        status = ending.code if isinstance(ending.code, int) else 0
        sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _dispatch(words: list[str]) -> int:
    verb = words[0] if words else "--help"
    if verb in VERBS:
        module = importlib.import_module(f"hardstand.cli.{verb}")
        # A family of verbs is a package; a module may have VERBS since it speaks of ours, as `doctor` does.
        below: Mapping[str, str] | None = getattr(module, "VERBS", None) if hasattr(module, "__path__") else None
        return _run(module, verb, words[1:]) if below is None else _below(module, verb, below, words[1:])
    parser = _Parser(prog="hardstand", description=_overview(), formatter_class=_Formatter, usage="hardstand VERB …")
    parser.add_argument("--version", action="version", version=f"hardstand {__version__}")
    if not verb.startswith("-"):
        raise UsageError(f"there is no verb `{verb}`", nearest(verb, VERBS) or "`hardstand --help` lists the verbs")
    parser.parse_args([verb])
    return 0


def _run(module: ModuleType, verb: str, words: list[str]) -> int:
    """Parse what comes after a verb, and hand over."""
    parser = _Parser(prog=f"hardstand {verb}", description=module.__doc__, formatter_class=_Formatter)
    module.add_arguments(parser)
    expanded = getattr(module, "expanded", list)
    parse = parser.parse_intermixed_args if getattr(module, "INTERMIXED", False) else parser.parse_args
    status: int = module.run(parse(expanded(words)))
    return status


def _below(module: ModuleType, verb: str, verbs: Mapping[str, str], words: list[str]) -> int:
    """A verb that is a family of verbs, each a module of its package."""
    name = words[0] if words else "--help"
    if name in verbs:
        part = importlib.import_module(f"{module.__name__}.{name.replace('-', '_')}")
        deeper: Mapping[str, str] | None = getattr(part, "VERBS", None) if hasattr(part, "__path__") else None
        if deeper is not None:
            return _below(part, f"{verb} {name}", deeper, words[1:])
        return _run(part, f"{verb} {name}", words[1:])
    description = f"{module.__doc__}\nverbs:\n{_lines(verbs)}\n\n`hardstand {verb} VERB --help` tells more."
    parser = _Parser(
        prog=f"hardstand {verb}",
        description=description,
        formatter_class=_Formatter,
        usage=f"hardstand {verb} VERB …",
    )
    if not name.startswith("-"):
        hint = nearest(name, verbs) or f"`hardstand {verb} --help` lists the verbs"
        raise UsageError(f"there is no verb `{verb} {name}`", hint)
    parser.parse_args([name])
    return 0


def _lines(verbs: Mapping[str, str]) -> str:
    width = max(map(len, verbs)) + 2
    return "\n".join(f"  {name:<{width}}{line}" for name, line in verbs.items())


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help as written, with room for options."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=32, width=min(100, _terminal_width()))


def _terminal_width() -> int:
    try:
        return max(60, os.get_terminal_size().columns)
    except OSError:
        return 100


def _overview() -> str:
    return (
        "A hardening operating model for self-hosted software.\n\n"
        f"verbs:\n{_lines(VERBS)}\n\n"
        "`hardstand VERB --help` tells more. Exit status: 0 nothing blocks, 1 something blocks, 2 it could not look."
    )
