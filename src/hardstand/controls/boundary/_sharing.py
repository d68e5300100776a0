"""What workloads of other environments use, to find what production shares with them."""

from collections.abc import Callable, Hashable, Iterable

from hardstand.analysis.joining import MalformedNeighbourError
from hardstand.controls.api import Given, NotApplicableError, UnknownError
from hardstand.inventory.views.workload import Workload
from hardstand.model.violation import MalformedFieldError, not_in_input

Things = Callable[[Workload, Given], Iterable[Hashable]]


class Users:
    """Who uses what, of the workloads that lie in environments none of which is production.

    Only the first workload by name is kept of each environment, so that what is said does not depend on the order of
    the input.
    """

    def __init__(self, given: Given, things: Things) -> None:
        """`things` gives what a workload uses; what cannot be told of it leaves answers open, and ends nothing."""
        self._given = given
        self._under: dict[Hashable, dict[str, str]] = {}
        self._open: dict[Hashable, UnknownError] = {}
        self._blind: list[UnknownError | MalformedNeighbourError] = []
        self._any = False
        for workload in given.everywhere(Workload):
            self._take(workload, things)

    def _take(self, workload: Workload, things: Things) -> None:
        boundary = self._given.boundary
        try:
            sure, perhaps = self._given.environments(workload), self._given.perhaps(workload)
            if any(boundary.is_production(name) for name in sure) or not (sure or perhaps):
                return
            self._any = True
            for thing in things(workload, self._given):
                for name in sure:
                    users = self._under.setdefault(thing, {})
                    users[name] = min(users.get(name, str(workload)), str(workload))
                if not sure:
                    error = self._given.untold(workload, perhaps[0])
                    self._open[thing] = min(self._open.get(thing, error), error, key=str)
        except NotApplicableError:  # The pods are described by another object.
            pass
        except (UnknownError, MalformedNeighbourError) as error:
            self._blind.append(error)
        except MalformedFieldError as error:
            self._blind.append(MalformedNeighbourError(workload, error))

    def must_be_there(self) -> None:
        """UnknownError when the input holds no workload to share anything with, and may just not have been"
        " given it."""
        if not self._any and not self._given.complete:
            raise not_in_input("workload of an environment that is not production", None)

    def sharing(self, thing: Hashable, fits: Callable[[str], bool]) -> tuple[str, str] | None:
        """An environment that `fits` and its first workload that uses the thing; UnknownError when that is open."""
        users = self._under.get(thing, {})
        for name in self._given.boundary.environments:
            if name in users and fits(name):
                return name, users[name]
        if thing in self._open:
            raise self._open[thing]
        return None

    def must_see(self) -> None:
        """UnknownError or MalformedNeighbourError when it could not be told of some workload what it uses."""
        if self._blind:
            raise min(self._blind, key=str)
