"""Manifests as YAML: the same data gives the same text, in which every reader of YAML finds that data again.

PyYAML reads what it writes, but others take more words than it does for something else than a text. YAML 1.1, which
kubectl and API servers read, has the single letters `y` and `n` for yes and no, and YAML 1.2 has `1e3` for a number.

Sources: https://yaml.org/type/bool.html, https://yaml.org/spec/1.2.2/#1032-tag-resolution
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

WIDTH = 110

_TEXT = "tag:yaml.org,2002:str"
_NO_TEXT = re.compile(r"[yn]|[-+]?\.?[0-9][0-9a-f_xobpe.:+-]*", re.IGNORECASE | re.ASCII)
"""What stands in quotes whatever PyYAML thinks of it: letters for yes and no, and whatever looks like a number."""

_BREAKS = re.compile("[\x85\u2028\u2029\ufeff]")
"""What some readers take for the end of a line, and fold: only an escape keeps it."""


class Block(str):
    """Text that stands in a block, its lines as they are."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and quotes whatever some reader might take for something else than a text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Whatever is the same twice is written twice."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = '"' if _BREAKS.search(text) else "'" if _NO_TEXT.fullmatch(text) else None
    return dumper.represent_scalar(_TEXT, str(text), style=style)


def _block(dumper: yaml.SafeDumper, text: Block) -> yaml.Node:
    return dumper.represent_scalar(_TEXT, str(text), style="|")


_Dumper.add_multi_representer(str, _text)
_Dumper.add_representer(str, _text)
_Dumper.add_representer(Block, _block)


def documents(values: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each value as a document of its own, its keys in their order."""
    for one in values:
        yield f"---\n{document(one)}"


def document(value: Mapping[str, Any]) -> str:
    """A value as the one document of a file."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=WIDTH, allow_unicode=True))
