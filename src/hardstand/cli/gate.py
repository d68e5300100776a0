"""Hold the line at admission.

`hardstand gate plan` shows what would be installed at the API server, and how it behaves.
"""

import argparse
import importlib
from collections.abc import Mapping
from typing import Any

PARTS: Mapping[str, str] = {"plan": "show what would be installed at the API server, and how it behaves"}
"""Each part's module is `hardstand.cli.gate_PART`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments of every part."""
    parts = parser.add_subparsers(dest="part", required=True, metavar="PART", title="parts")
    for name, line in PARTS.items():
        module = _module(name)
        part = parts.add_parser(name, help=line, description=module.__doc__, formatter_class=parser.formatter_class)
        module.add_arguments(part)


def run(arguments: argparse.Namespace) -> int:
    """Do what the part does, and give its exit status."""
    status: int = _module(arguments.part).run(arguments)
    return status


def _module(part: str) -> Any:
    return importlib.import_module(f"hardstand.cli.gate_{part}")
