"""Autoscalers of any make.

Sources: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/,
https://keda.sh/docs/latest/reference/scaledobject-spec/, https://github.com/kubernetes/autoscaler (vertical).
"""

from hardstand.inventory.views.base import Subject, View, nested
from hardstand.inventory.views.config import HorizontalPodAutoscaler, ScaleTarget
from hardstand.inventory.views.policies import ScaledObject
from hardstand.model.kind import Kind


class AutoscalerSpec(View):
    """What is scaled: `scaleTargetRef`, `targetRef` in a vertical autoscaler."""

    scale_target = nested("scaleTargetRef", ScaleTarget)
    vertical_target = nested("targetRef", ScaleTarget)

    @property
    def target(self) -> ScaleTarget:
        """What is scaled, under either name."""
        return self.vertical_target if self.vertical_target.exists else self.scale_target


class Autoscaler(Subject):
    """A HorizontalPodAutoscaler, a VerticalPodAutoscaler or a ScaledObject of KEDA."""

    kinds = HorizontalPodAutoscaler.kinds | ScaledObject.kinds | {Kind("autoscaling.k8s.io", "VerticalPodAutoscaler")}
    spec = nested("spec", AutoscalerSpec)
