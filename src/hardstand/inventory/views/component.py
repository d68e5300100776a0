"""Components of a cluster: settings told by flags, configuration files and defaults, folded into one.

A setting answers with its value and the place that says so. Where nothing says it, the component's own default holds,
and the place is where it would be set. Where something may say it that is not in the object, the answer is unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar, overload

from hardstand.inventory.components.documents import CONFIG_MAP, FILES, WORKLOADS, said_in
from hardstand.inventory.components.kubeadm import CLUSTER_CONFIGURATION
from hardstand.inventory.components.said import Said
from hardstand.inventory.components.values import Reader
from hardstand.inventory.views.base import Subject, View
from hardstand.model.component import COMPONENT_CONFIG, CONFIG_FLAGS, ETCD
from hardstand.model.kind import Kind
from hardstand.model.path import Path, Value, called, dotted
from hardstand.model.unfit import Unfit
from hardstand.model.verdict import Why
from hardstand.model.violation import (
    MalformedFieldError,
    NotApplicableError,
    UnfitFieldError,
    UnknownError,
    Violation,
)

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """A setting: its value, and the place that says it or would say it."""

    value: T
    path: Path
    default: bool = False
    """Nothing says it, so the component's own default holds."""

    @property
    def by_default(self) -> str:
        """Words for the end of a message."""
        return " by default" if self.default else ""


class Component(Subject):
    """One component, as one object says it."""

    programs: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, kube: "KubeObject", said: Said) -> None:
        super().__init__(kube)
        self.said = said
        self.caption = said.caption

    @classmethod
    def of(cls, kube: "KubeObject") -> Sequence[View]:
        """The components of this sort that an object speaks of."""
        found = said_in(kube)
        return [cls(kube, said) for said in found if said.program in cls.programs] if found else ()

    @property
    def version(self) -> int | None:
        """The minor version of Kubernetes, where it is told."""
        return self.said.version

    @property
    def minor(self) -> int:
        """As `version`; UnknownError where nothing tells it, for defaults that depend on it."""
        if self.said.version is None:
            program = self.said.program
            message = f"the version of {program} is not in the input, and its default depends on it"
            raise UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:version of {program}:")
        return self.said.version

    def breaks(self, told: Told[T], message: str) -> Violation:
        """Say that the control does not hold, at the place that says so."""
        # Nodes are set up alike: one entry in a report, however many there are.
        cause = f"component:{self.said.program}" if self.kind == COMPONENT_CONFIG else ""
        return Violation(told.path, message, self.caption, cause=cause)

    @property
    def config_file(self) -> str | None:
        """The file with the rest of the configuration that the flags name, where the object does not hold it."""
        flag = CONFIG_FLAGS.get(self.said.program)
        if flag is None or self.said.flags is None or self.said.config is not None:
            return None
        given = self.said.flags.given(flag)
        return self.on_host(given[-1].value or "") if given else None

    def named(self, flag: str) -> str | None:
        """The file that a flag names, as the host knows it; None where the flag is not given."""
        given = self.said.flags.given(flag) if self.said.flags is not None else ()
        return self.on_host(given[-1].value or "") if given else None

    def on_host(self, path: str) -> str:
        """Where a path of the container lies on the host, where a mount tells; else the path itself."""
        for inside, outside in sorted((self.said.mounts or {}).items(), key=lambda pair: -len(pair[0])):
            if path == inside or path.startswith(inside.rstrip("/") + "/"):
                return outside + path.removeprefix(inside)
        return path


class Setting(Generic[T]):
    """A setting of a component. Read when it is asked for and then remembered, like a field of a view.

    `flag` and `config` say where it may stand: `config` are the steps to it in a configuration file, of the kind `file`
    where the component has files of several kinds. `default` holds when neither says it, and `bare` instead of it when
    there is no configuration file at all. `file_wins`: where there is a file, the flag does not count.
    `zero_is_unset`: a zero in a file stands for the default.
    """

    def __init__(
        self,
        read: Reader[T],
        *,
        flag: str = "",
        config: Path = (),
        file: str = "",
        default: T | Callable[["Component"], T],
        bare: T | None = None,
        file_wins: bool = False,
        zero_is_unset: bool = False,
    ) -> None:
        self._read = read
        self._flag = flag
        self._config = config
        self._file = file
        self._default = default
        self._bare = bare
        self._file_wins = file_wins
        self._zero_is_unset = zero_is_unset
        self._attribute = flag

    def __set_name__(self, owner: type, name: str) -> None:
        self._attribute = name

    @overload
    def __get__(self, component: None, owner: type) -> Self: ...
    @overload
    def __get__(self, component: Component, owner: type) -> Told[T]: ...
    def __get__(self, component: Component | None, owner: type) -> Told[T] | Self:
        if component is None:
            return self
        told = self._told(component)
        component.__dict__[self._attribute] = told
        return told

    def _told(self, component: Component) -> Told[T]:
        said = component.said
        has_file = said.config is not None or component.config_file is not None
        by_flag = None if self._file_wins and has_file else self._by_flag(said)
        return by_flag or self._by_variable(said, has_file=has_file) or self._by_file(component) or self._by_default(
            component
        )  # fmt: skip

    def _by_flag(self, said: Said) -> Told[T] | None:
        given = said.flags.given(self._flag) if said.flags is not None and self._flag else ()
        if not given:
            return None
        texts = ["true" if one.value is None else one.value for one in given]
        return Told(self._parsed(texts, given[-1].path), given[-1].path)

    def _by_variable(self, said: Said, *, has_file: bool) -> Told[T] | None:
        """etcd takes each flag from the environment too: https://etcd.io/docs/v3.6/op-guide/configuration/"""
        if said.program != ETCD or (has_file and self._file_wins):
            return None
        name = "ETCD_" + self._flag.upper().replace("-", "_")
        if said.variables is None or (name in said.variables and said.variables[name] is None):
            reason = f"the variable {name} of etcd, which may say it, cannot be told from what was given"
            raise UnfitFieldError(said.home, Unfit(Why.NOT_RENDERED, reason, said.home, "environment of etcd"))
        text = said.variables.get(name)
        return None if not text else Told(self._parsed([text], said.home), said.home)

    def _by_file(self, component: Component) -> Told[T] | None:
        said = component.said
        if said.config is None:
            return None
        if not self._config or (said.config_kind and self._file and self._file != said.config_kind):
            if not said.process:
                raise NotApplicableError(Why.NO_SUBJECT)  # A file of another matter.
            if said.flags is None:
                message = f"the flags of {said.program} are not in the input, and no file says `--{self._flag}`"
                raise UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:flags of {said.program}:")
            return None
        value: Value = dict(said.config)
        for depth, step in enumerate(self._config):
            if not isinstance(value, dict):
                raise MalformedFieldError(self._place(said, depth), "a mapping", called(value))
            value = value.get(str(step))
            if value is None:
                return None
        path = self._place(said, len(self._config))
        try:
            found = self._read.field(value)
        except ValueError:
            raise MalformedFieldError(path, self._read.expected, called(value)) from None
        # What `/configz` answers has been through the defaults, and a zero there is one.
        in_force = said.process and said.flags is None
        return None if self._zero_is_unset and not found and not in_force else Told(found, path)

    def _by_default(self, component: Component) -> Told[T]:
        said = component.said
        missing = component.config_file
        if missing is not None and self._config:
            message = f"{said.program} reads {missing}, which is not in the input"
            raise UnknownError(Why.NOT_IN_INPUT, message, f"not-in-input:{missing}:")
        if said.flags is None and said.config is None:
            raise UnknownError(
                Why.NOT_IN_INPUT, f"nothing says how {said.program} is configured", f"not-in-input:{said.program}:"
            )
        in_file = said.config is not None and bool(self._config)
        place = self._place(said, len(self._config)) if in_file else said.home
        if self._bare is not None and said.config is None:
            return Told(self._bare, place, default=True)
        value = self._default(component) if callable(self._default) else self._default
        return Told(value, place, default=True)

    def _place(self, said: Said, depth: int) -> Path:
        return said.config_path if said.embedded else (*said.config_path, *self._config[:depth])

    def _parsed(self, texts: Sequence[str], path: Path) -> T:
        try:
            return self._read.texts(texts)
        except (ValueError, IndexError):
            reason = f"{dotted(path)}: `--{self._flag}` must be {self._read.expected}"
            raise UnfitFieldError(path, Unfit(Why.MALFORMED_FIELD, reason, path)) from None


def kinds_of(*programs: str, workloads: bool = True) -> frozenset[Kind]:
    """The kinds of objects that speak of a component."""
    files = {kind for kind, program in FILES.items() if program in programs}
    others = {COMPONENT_CONFIG, *(WORKLOADS if workloads else ())}
    return frozenset(files | others)


def feature(told: Told[Mapping[str, bool]], name: str, *, default: bool) -> bool:
    """Whether a feature is on."""
    return told.value.get(name, default)


__all__ = ["CLUSTER_CONFIGURATION", "CONFIG_MAP", "Component", "Setting", "Told", "feature", "kinds_of"]
