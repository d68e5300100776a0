"""Hold controls against objects. One function does it for every door, so that no two of them can disagree."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, NamedTuple

from hardstand.analysis.occurring import Bits, Occurring
from hardstand.analysis.placing import Placing
from hardstand.controls.control import Control, Violations
from hardstand.controls.given import Given
from hardstand.engine.declared import parameters_of, undeclared
from hardstand.engine.owners import Owner
from hardstand.engine.settings import Settings
from hardstand.engine.standing import Local
from hardstand.inventory.fold import SHAPES
from hardstand.inventory.neighbours import Keeping, Neighbours
from hardstand.inventory.objects import KubeObject, Origin, World
from hardstand.inventory.views.base import Subject, View
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.workload import Workload
from hardstand.model.finding import Edit, ObjectRef
from hardstand.model.gap import Gap
from hardstand.model.kind import Kind, Platform, platform_of
from hardstand.model.live import live_name
from hardstand.model.path import Path, Value
from hardstand.model.verdict import Verdict, Why
from hardstand.model.violation import MalformedFieldError, NotApplicableError, UnknownError

_NO_SUBJECT = Why.NO_SUBJECT
_PASS, _FAIL, _UNKNOWN, _NOT_APPLICABLE = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE


class Hit(NamedTuple):
    """A violation, or a reason for not knowing, before it has an id and a place in a file.

    From `path` on its fields are those of a Violation, in the same order.
    """

    control: Control
    verdict: Verdict
    why: Why | None
    path: Path
    message: str
    caption: str = ""
    edits: tuple[Edit, ...] = ()
    cause: str = ""
    unsafe: bool = False
    """The edits are not safe here, although the control's repair may be."""


_Verdict = tuple[Control, Verdict, Why | None]


@dataclass(slots=True)
class Judged:
    """An object, its verdicts so far and what was found."""

    object: KubeObject
    verdicts: list[tuple[Control, Verdict, Why | None]] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    subjects: dict[type[View], Sequence[View]] = field(default_factory=dict)
    local: Local | None = None
    """Of a workload, what can be told of it alone."""
    compensation: dict[str, Verdict] = field(default_factory=dict)
    """The verdicts of controls that exceptions depend on."""
    seen: Bits | None = None
    """The fields that some control waits for and that have a value; None where that cannot be told."""
    owner: Owner | None = None
    """Of a live object that another made and that is not as it says: who that is."""

    def release(self) -> None:
        """Let the views go. Some know each other in circles, so each is made to forget what it remembers."""
        for views in self.subjects.values():
            for view in views:
                view.forget()
        self.subjects.clear()


@dataclass(frozen=True, slots=True)
class _Bound:
    """A control with what it is given."""

    control: Control
    run: Callable[[Any], Violations]


@dataclass(frozen=True, slots=True)
class _Group:
    """Controls about subjects of one type: whether an object has such is asked once for all of them."""

    subject: type[View]
    bound: list[_Bound]
    nothing: list[tuple[Control, Verdict, Why | None]]
    """Their verdicts where it has none."""
    held: list[_Bound]
    """Those that must be held against subjects; the others wait for fields that the object does not have."""
    waiting: list[tuple[Control, Verdict, Why | None]]
    """The verdicts of those others, where it has subjects."""
    itself: bool
    """The object itself is the subject, so that it has one."""


class _Groups:
    """The controls about one kind, and which of them an object need not be held against."""

    def __init__(self, kind: Kind, bound: Iterable[_Bound], occurring: Occurring) -> None:
        self._bound = list(bound)
        self._occurring = occurring
        self._kind = kind
        self._mask = occurring.fields(one.control.id for one in self._bound)
        self._found: dict[Bits | None, list[_Group]] = {}
        self._whole = self._by_subject()
        self._bare: dict[str, _Verdict | None] = {}

    def of(self, seen: Bits | None) -> list[_Group]:
        """The controls for an object, by the fields of it that occur."""
        seen = None if seen is None else seen & self._mask
        groups = self._found.get(seen)
        if groups is None:
            groups = self._grouped(seen)
            if len(self._found) < _REMEMBERED:
                self._found[seen] = groups
        return groups

    def _grouped(self, seen: Bits | None) -> list[_Group]:
        groups = {name: replace(one, held=[], waiting=[]) for name, one in self._whole.items()}
        for one in self._bound:
            control = one.control
            group = groups[control.subject]
            verdict = None
            if seen is not None and self._occurring.waits(control.id, seen):
                if control.id not in self._bare:
                    self._bare[control.id] = self._of_a_bare_one(one)
                verdict = self._bare[control.id]
            if verdict is None:
                group.held.append(one)
            else:
                group.waiting.append(verdict)
        return list(groups.values())

    def _by_subject(self) -> dict[type[View], _Group]:
        """What is the same whichever fields an object has: the garbage collector goes through it again and again."""
        groups: dict[type[View], _Group] = {}
        for one in self._bound:
            control = one.control
            group = groups.get(control.subject)
            if group is None:
                group = _Group(control.subject, [], [], [], [], itself=_is_the_object(control.subject))
                groups[control.subject] = group
            group.bound.append(one)
            group.nothing.append((control, _NOT_APPLICABLE, Why.NO_SUBJECT))
        return groups

    def _of_a_bare_one(self, one: _Bound) -> _Verdict | None:
        """What a control says of an object that has no field at all: that it holds, unless this version or what is
        declared leaves it nothing to say. None where it is something else, and each object must be looked at."""
        judged = Judged(_bare(self._kind))
        _judge(one, _subjects(judged, one.control.subject), judged)
        ((_, verdict, why),) = judged.verdicts
        return (one.control, verdict, why) if verdict in (_PASS, _NOT_APPLICABLE) else None


_REMEMBERED = 4096
"""Sets of fields; there are as many as objects differ in which rare fields they have."""


def _bare(kind: Kind) -> KubeObject:
    """Something that makes pods of one container, and says nothing else."""
    data: dict[str, Value] = {"spec": {"containers": [{}]}}
    for step in reversed(SHAPES[kind].template):
        data = {str(step): data}
    version = f"{kind.group}/v1" if kind.group else "v1"
    ref = ObjectRef(version, kind.name, None, "bare")
    return KubeObject(version, kind, None, ref.name, data, Origin("", 0), "", ref)


class Evaluator:
    """Controls compiled for one run: per kind, which ones look at the object alone and which need its neighbours."""

    def __init__(
        self,
        controls: Sequence[Control],
        settings: Settings,
        *,
        also: Iterable[tuple[type[Subject], Sequence[str]]] = (),
    ) -> None:
        """`also`: views and fields that are kept besides what the controls read."""
        self._settings = settings
        self._placing = Placing(settings.baseline.boundary, settings.cluster, settings.baseline.within)
        self._declared = {one.id: parameters_of(one, settings) for one in controls}
        silent = [one for one in controls if undeclared(one, settings)]
        self._silent = [(one, _NOT_APPLICABLE, Why.NOT_DECLARED) for one in silent]
        self._occurring = Occurring({one.id: one.when for one in controls if one not in silent})
        self._alone = [self._bind(one, None) for one in controls if not one.reads and one not in silent]
        self._joining = [one for one in controls if one.reads and one not in silent]
        self._silent_by_kind: dict[Kind, list[tuple[Control, Verdict, Why | None]]] = {}
        self._alone_by_kind: dict[Kind, _Groups] = {}
        self._joined_by_kind: dict[tuple[World, Kind], _Groups] = {}
        self._joins: dict[Kind, bool] = {}
        self._neighbours: Neighbours | None = None
        reads = ((read.view, read.keep) for one in self._joining for read in one.reads)
        self.keeping = Keeping.of(chain(reads, also))

    def joins(self, kind: Kind) -> bool:
        """Tell whether some control judges objects of this kind by their neighbours."""
        answer = self._joins.get(kind)
        if answer is None:
            answer = self._joins[kind] = any(about(one, kind) for one in self._joining)
        return answer

    def alone(self, kube: KubeObject) -> Judged:
        """Judge an object by what it says itself."""
        judged = Judged(kube)
        groups = self._alone_by_kind.get(kube.kind)
        if groups is None:
            bound = (one for one in self._alone if about(one.control, kube.kind))
            groups = _Groups(kube.kind, bound, self._occurring)
            self._alone_by_kind[kube.kind] = groups
            self._silent_by_kind[kube.kind] = [one for one in self._silent if about(one[0], kube.kind)]
        judged.verdicts.extend(self._silent_by_kind[kube.kind])
        judged.seen = self._occurring.seen(kube)
        _hold(groups.of(judged.seen), judged)
        return judged

    def ungiven(self, gap: Gap) -> Judged:
        """Everything that objects of a kind which could not be listed cannot be judged by; nothing if nobody asked."""
        judged = Judged(_standing_for(gap))
        if gap.why is not Why.NOT_IN_INPUT:
            for one in (*(bound.control for bound in self._alone), *self._joining):
                if about(one, gap.kind):
                    judged.hits.append(Hit(one, _UNKNOWN, gap.why, (), gap.reason, cause=gap.cause))
                    judged.verdicts.append((one, _UNKNOWN, gap.why))
        return judged

    def meet(self, neighbours: Neighbours) -> None:
        """Take in the facts that joins are judged by."""
        self._neighbours = neighbours
        self._joined_by_kind.clear()

    def joined(self, judged: Judged) -> None:
        """Judge an object by its neighbours, adding to what was found before."""
        if self._neighbours is None:
            raise RuntimeError("meet() comes before joined()")
        kind, world = judged.object.kind, judged.object.origin.world
        groups = self._joined_by_kind.get((world, kind))
        if groups is None:
            around = self._around(kind, world)
            bound = (self._bind(one, around) for one in self._joining if about(one, kind))
            groups = _Groups(kind, bound, self._occurring)
            self._joined_by_kind[world, kind] = groups
        _hold(groups.of(judged.seen), judged)

    def _around(self, kind: Kind, world: World) -> Neighbours:
        """What an object of this kind knows: of Compose services none, for nothing of a cluster is around them."""
        if self._neighbours is None or platform_of(kind) is Platform.COMPOSE:
            return Neighbours((), self.keeping, complete=True)
        return self._neighbours.seen_from(world)

    def _bind(self, one: Control, neighbours: Neighbours | None) -> _Bound:
        given = Given(
            pod_security=self._settings.pod_security,
            declared=self._declared[one.id],
            neighbours=neighbours,
            needed=frozenset(read.view for read in one.reads if read.needed),
            declared_views=frozenset(read.view for read in one.reads),
            boundary=self._settings.baseline.boundary,
            placing=self._placing,
            clock=lambda: self._settings.moment,
            baseline=self._settings.baseline,
            cluster=self._settings.cluster,
        )
        check = one.check
        return _Bound(one, (lambda subject: check(subject, given)) if one.takes_given else check)


def _standing_for(gap: Gap) -> KubeObject:
    """An object that stands for all those of a kind that could not be listed."""
    kind, namespace = gap.kind, gap.namespace
    version = f"{kind.group}/*" if kind.group else "v1"
    origin = Origin(live_name(f"{kind}/{namespace or ''}"), 0)
    return KubeObject(
        version, kind, namespace, "*", {}, origin, f"|{kind.group}|{kind.name}|{namespace or ''}|*",
        ObjectRef(version, kind.name, namespace, "*"),
    )  # fmt: skip


def about(one: Control, kind: Kind) -> bool:
    """Tell whether the control holds on the platform of this kind, and its subjects are found in such objects."""
    if platform_of(kind) not in one.platforms:
        return False
    if issubclass(one.subject, Container):
        return kind in Workload.kinds
    return issubclass(one.subject, Subject) and one.subject.about(kind)


def _subjects(judged: Judged, subject: type[View]) -> Sequence[View]:
    """The subjects of one type in an object, made once."""
    found = judged.subjects.get(subject)
    if found is None:
        if issubclass(subject, Container):
            workload = _subjects(judged, Workload)[0]
            found = workload.containers if isinstance(workload, Workload) else ()
        elif issubclass(subject, Subject):
            found = subject.of(judged.object)
        else:
            raise TypeError(f"{subject.__name__} is not a subject")
        judged.subjects[subject] = found
    return found


def _is_the_object(subject: type[View]) -> bool:
    """Tell whether each object of the kinds that it is about is one subject, whatever it says."""
    if not issubclass(subject, Subject):
        return False
    plain = subject.of.__func__ is Subject.of.__func__  # type: ignore[attr-defined]
    return plain and subject.__init__ is Subject.__init__


def _hold(groups: Iterable[_Group], judged: Judged) -> None:
    """Hold controls against an object, and record one verdict of each."""
    for group in groups:
        if group.itself and not group.held:
            judged.verdicts.extend(group.waiting)
            continue
        subjects = judged.subjects.get(group.subject)
        if subjects is None:
            try:
                subjects = _subjects(judged, group.subject)
            except (MalformedFieldError, NotApplicableError) as error:
                for one in group.bound:
                    judged.verdicts.append((one.control, *_without_subjects(one.control, judged.hits, error)))
                continue
        if not subjects:  # Most pods are no API server, and dozens of controls ask.
            judged.verdicts.extend(group.nothing)
            continue
        judged.verdicts.extend(group.waiting)
        for one in group.held:
            _judge(one, subjects, judged)


def _judge(bound: _Bound, subjects: Iterable[View], judged: Judged) -> None:
    """Hold one control against every subject of its type in an object, and record one verdict."""
    one, run, hits = bound.control, bound.run, judged.hits
    verdict: Verdict = _NOT_APPLICABLE
    why: Why | None = _NO_SUBJECT
    said: set[tuple[Path, str]] | None = None
    try:
        for subject in subjects:
            before = len(hits)
            part, reason = _PASS, None
            try:
                for found in run(subject):
                    hits.append(Hit(one, _FAIL, None, *found))  # One by one: what came before a crash stays found.
            except NotApplicableError as error:
                part, reason = _NOT_APPLICABLE, error.why
            except Exception as error:  # noqa: BLE001 - a control must not take the others down with it
                said = set() if said is None else said
                part, reason = _without_answer(one, subject, hits, said, error)
            if len(hits) > before and hits[before].verdict is _FAIL:  # What is unknown comes last, if at all.
                part, reason = _FAIL, None
            if verdict is _NOT_APPLICABLE or (part is not _PASS and part.rank > verdict.rank):
                verdict, why = part, reason
    except (MalformedFieldError, NotApplicableError) as error:  # The list of subjects breaks off.
        verdict, why = _without_subjects(one, hits, error)
    judged.verdicts.append((one, verdict, why))


def _without_subjects(
    one: Control, hits: list[Hit], error: MalformedFieldError | NotApplicableError
) -> tuple[Verdict, Why | None]:
    """The verdict where the subjects themselves cannot be had."""
    if isinstance(error, NotApplicableError):
        return _NOT_APPLICABLE, error.why
    hits.append(Hit(one, _UNKNOWN, error.why, error.path, str(error), cause=error.cause))
    return _UNKNOWN, error.why


def _without_answer(
    one: Control, subject: View, hits: list[Hit], said: set[tuple[Path, str]], error: Exception
) -> tuple[Verdict, Why | None]:
    """The verdict on a subject for which the control raised `error`; what is unknown is added to the hits.

    `said` is what was added for the object before: another of its containers may say the same.
    """
    if isinstance(error, MalformedFieldError):
        hit = Hit(one, _UNKNOWN, error.why, error.path, str(error), subject.caption, cause=error.cause)
    elif isinstance(error, UnknownError):
        hit = Hit(one, _UNKNOWN, error.why, (), str(error), cause=error.cause)
    else:
        message = f"the control `{one.id}` crashed: {type(error).__name__}"
        hit = Hit(one, _UNKNOWN, Why.CRASHED, subject.path, message, subject.caption, cause=f"crash:{one.id}")
    if (hit.path, hit.message) not in said:
        said.add((hit.path, hit.message))
        hits.append(hit)
    return _UNKNOWN, hit.why
