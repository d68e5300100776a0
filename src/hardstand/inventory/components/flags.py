"""Flags of a command line, read as the programs read them.

Kubernetes' components use pflag, in which `--flag value` and `--flag=value` are the same, a boolean takes a value after
`=` only, and `_` in names is `-` (https://pkg.go.dev/github.com/spf13/pflag, k8s.io/component-base/cli/flag). etcd uses
Go's flag package, where one dash does as well as two (https://pkg.go.dev/flag#hdr-Command_line_flag_syntax).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from hardstand.inventory.components.words import Word
from hardstand.model.path import Path
from hardstand.model.unfit import Unfit
from hardstand.model.violation import MalformedFieldError, UnfitFieldError

BOOLEANS = frozenset(
    {
        "allow-privileged",
        "anonymous-auth",
        "audit-log-compress",
        "auto-tls",
        "client-cert-auth",
        "contention-profiling",
        "enable-bootstrap-token-auth",
        "encryption-provider-config-automatic-reload",
        "leader-elect",
        "make-iptables-util-chains",
        "peer-auto-tls",
        "peer-client-cert-auth",
        "profiling",
        "protect-kernel-defaults",
        "rotate-certificates",
        "rotate-server-certificates",
        "seccomp-default",
        "service-account-extend-token-expiration",
        "service-account-lookup",
        "use-service-account-credentials",
    }
)
"""Flags that take no word after them. Source: `--help` of the components of Kubernetes 1.36 and of etcd 3.6."""


@dataclass(frozen=True, slots=True)
class Given:
    """A flag as it was given: its value, or None without one, and the word after it where that may be meant for it."""

    value: str | None
    path: Path
    unfit: Unfit | None = None
    stray: bool = False
    """A boolean flag that a plain word follows, which no component takes."""


class Flags:
    """What a command line gives. `home` is where a flag that is missing would be added."""

    def __init__(self, words: Iterable[Word], home: Path, *, one_dash: bool = False) -> None:
        self.home = home
        self._dashes = 1 if one_dash else 2
        self._given: dict[str, list[Given]] = defaultdict(list)
        self._open: Word | None = None
        self._read(list(words))

    def given(self, name: str) -> Sequence[Given]:
        """Every time that the flag is given, in order. UnfitFieldError where it cannot be told what is given."""
        if self._open is not None and self._open.unfit is not None:
            raise UnfitFieldError(self._open.path, self._open.unfit)
        found = self._given.get(name, ())
        for one in found:
            if one.unfit is not None:
                raise UnfitFieldError(one.path, one.unfit)
            if one.stray:
                raise MalformedFieldError(
                    one.path, f"`--{name}=true` or `--{name}=false`", "a word of its own after it"
                )
        return found

    def named(self) -> Mapping[str, Sequence[Given]]:
        """All flags that can be told."""
        return self._given

    def _read(self, words: list[Word]) -> None:
        at = 0
        while at < len(words):
            word, after = words[at], words[at + 1] if at + 1 < len(words) else None
            at += 1
            if word.text == "--" and word.unfit is None:
                return
            name, equals, value = self._split(word.text)
            if word.unfit is not None and not (name and equals):
                self._open = word
            elif not name:
                continue
            elif equals:
                self._given[name].append(Given(value, word.path, word.unfit))
            elif after is None or (after.unfit is None and after.text.startswith("-")):
                self._given[name].append(Given(None, word.path))
            elif name in BOOLEANS:
                self._given[name].append(Given(None, word.path, stray=after.unfit is None))
            else:
                self._given[name].append(Given(after.text, word.path, after.unfit))
                at += 1

    def _split(self, text: str) -> tuple[str, str, str]:
        """The flag's name, `=` if there is one, and what follows it; no name for what is no flag."""
        start, equals, value = text.partition("=")
        name = start.lstrip("-")
        dashes = len(start) - len(name)
        if not name or dashes < self._dashes or dashes > 2:
            return "", "", ""
        return name.replace("_", "-"), equals, value
