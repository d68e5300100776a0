"""The words that a baseline may use, from the controls there are."""

from hardstand import frameworks
from hardstand.baseline.vocabulary import KnownControl, KnownParameter, Vocabulary
from hardstand.controls.control import Control
from hardstand.controls.given import LATEST
from hardstand.engine import catalog
from hardstand.inventory.views.base import Subject
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.workload import Workload


def vocabulary() -> Vocabulary:
    """Every control of the catalog."""
    requirements = [f"{name}:{one}" for name, each in frameworks.load().items() for one in each.requirements]
    return Vocabulary({one.id: _known(one) for one in catalog.load()}, tuple(requirements), LATEST.minor)


def _known(one: Control) -> KnownControl:
    subject = Workload if issubclass(one.subject, Container) else one.subject
    kinds = subject.kinds if issubclass(subject, Subject) else None
    parameters = {each.name: KnownParameter(each.parse, each.default is not None) for each in one.parameters}
    return KnownControl(one.area, one.maturity, kinds, parameters)
