"""The functions of Kubernetes' CEL, a file per library; importing a file registers what it holds."""

import importlib

FILES = (
    "authorizer",
    "conversions",
    "formats",
    "lists",
    "network",
    "optionals",
    "quantity",
    "regex",
    "semver",
    "sets",
    "strings",
    "text_format",
    "times",
    "url",
)


def load() -> None:
    """Register every function."""
    for name in FILES:
        importlib.import_module(f"{__name__}.{name}")
