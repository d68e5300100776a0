"""Workloads: every kind that makes pods, folded to one shape."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from hardstand.inventory.fold import SHAPES
from hardstand.inventory.unnamed import is_mapping
from hardstand.inventory.views.base import Field, Metadata, Subject, View, boolean, integer, nested, string, views
from hardstand.inventory.views.container import Container
from hardstand.inventory.views.pod import PodSpec
from hardstand.model.kind import COMPOSE_SERVICE, Kind
from hardstand.model.path import Value, called
from hardstand.model.verdict import Why
from hardstand.model.violation import MalformedFieldError, NotApplicableError

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject


class Strategy(View):
    """How a controller replaces its pods."""

    type = string("type")
    rolling_update = nested("rollingUpdate", View)


class ClaimTemplate(View):
    """A claim that is made for each pod and is a volume of its name there."""

    metadata = nested("metadata", Metadata)


class WorkloadSpec(View):
    """The `spec` of a controller."""

    replicas = integer("replicas")
    strategy = nested("strategy", Strategy)
    update_strategy = nested("updateStrategy", Strategy)
    selector = nested("selector", View)
    claim_templates = views("volumeClaimTemplates", ClaimTemplate)
    ttl_seconds_after_finished = integer("ttlSecondsAfterFinished")


class Workload(Subject):
    """One workload of any kind that makes pods. `pod` is its pod's specification, wherever the kind keeps it."""

    kinds = frozenset(SHAPES)
    spec = nested("spec", WorkloadSpec)

    def __init__(self, kube: "KubeObject") -> None:
        super().__init__(kube)
        self.shape = SHAPES[kube.kind]

    def _template(self, _key: str) -> View:
        data: Mapping[str, Value] = self.data
        steps = self.shape.template
        for depth, step in enumerate(steps):
            found = data.get(step)  # type: ignore[arg-type]
            if found is None:
                if self.shape.template_optional:
                    raise NotApplicableError(Why.NO_SUBJECT)
                raise MalformedFieldError(steps[: depth + 1], "a mapping", "nothing")
            if type(found) is not dict:
                raise MalformedFieldError(steps[: depth + 1], "a mapping", called(found))
            data = found
        return View(data, steps, self)

    template: Field[View] = Field("template", _template)  # type: ignore[arg-type]

    def _pod(self, _key: str) -> PodSpec:
        template = self.template
        spec = template.get("spec")
        if type(spec) is not dict:
            raise template.malformed("a mapping", "spec")
        return PodSpec(spec, template.at("spec"), self)

    pod: Field[PodSpec] = Field("pod", _pod)  # type: ignore[arg-type]

    def _pod_metadata(self, _key: str) -> Metadata:
        template = self.template
        found = template.get("metadata")
        if found is not None and not is_mapping(found):
            raise template.malformed("a mapping", "metadata")
        return Metadata(found, template.at("metadata"), self)

    pod_metadata: Field[Metadata] = Field("pod_metadata", _pod_metadata)  # type: ignore[arg-type]

    def forget(self) -> None:
        """As of any view. The pod knows its workload, and containers their pod: these circles end here."""
        pod = self.__dict__.get("pod")
        super().forget()
        if pod is not None:
            pod.forget()

    @property
    def containers(self) -> Sequence[Container]:
        """Init, regular and ephemeral containers, in this order."""
        return self.pod.containers

    @property
    def service_account(self) -> str:
        """The service account that the pods run as; `default` when none is named."""
        return self.pod.service_account_name or self.pod.deprecated_service_account or "default"

    @property
    def unit(self) -> str:
        """What people call that which shares a network and volumes: `pod`, or `service` in Compose."""
        return "service" if self.kind == COMPOSE_SERVICE else "pod"

    @property
    def machine(self) -> str:
        """What people call that which it runs on: `node`, or `host` in Compose."""
        return "host" if self.kind == COMPOSE_SERVICE else "node"

    def __str__(self) -> str:
        return str(self.object.ref)


class CronSpec(View):
    """The `spec` of a CronJob, as far as it says when pods run."""

    schedule = string("schedule")
    time_zone = string("timeZone")
    suspend = boolean("suspend")


class CronJob(Workload):
    """A workload that runs at its times."""

    kinds = frozenset({Kind("batch", "CronJob")})
    timing = nested("spec", CronSpec)
