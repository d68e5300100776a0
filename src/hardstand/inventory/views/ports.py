"""Objects that name ports of containers."""

from collections.abc import Iterator
from typing import NamedTuple

from hardstand.inventory.views.base import Subject, View
from hardstand.inventory.views.services import Service
from hardstand.inventory.views.workload import Workload


class NamedPort(NamedTuple):
    """A port, by number or name, and where it is."""

    value: int | str
    view: View
    field: str


class PortHolder(Subject):
    """A Service or a workload."""

    kinds = Service.kinds | frozenset(Workload.kinds)

    @property
    def ports(self) -> Iterator[NamedPort]:
        """The ports that a Service leads to; the numbers and names of the ports that containers declare."""
        if self.kind in Service.kinds:
            for port in Service(self.object).spec.ports:
                if port.target_port is not None:
                    yield NamedPort(port.target_port, port, "targetPort")
            return
        for container in Workload(self.object).containers:
            for declared in container.ports:
                if declared.name is not None:
                    yield NamedPort(declared.name, declared, "name")
                if declared.container_port is not None:
                    yield NamedPort(declared.container_port, declared, "containerPort")
