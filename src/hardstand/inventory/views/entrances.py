"""Everything that lets requests in by host name: each make has its file, and here they are one kind of subject."""

from hardstand.inventory.views.entrance import Entrance, Host
from hardstand.inventory.views.gateway import AnyGateway, Gateway, IstioGateway, Route
from hardstand.inventory.views.ingress import Ingress, OpenShiftRoute

__all__ = ["AnyGateway", "Entrance", "Host"]

Entrance.makes = (Ingress, Gateway, IstioGateway, Route, OpenShiftRoute)
Entrance.kinds = frozenset().union(*(make.kinds or () for make in Entrance.makes))
AnyGateway.kinds = frozenset().union(*(make.kinds or () for make in Entrance.makes if issubclass(make, AnyGateway)))
