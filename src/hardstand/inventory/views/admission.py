"""Settings of admission plugins.

Sources: https://kubernetes.io/docs/reference/config-api/apiserver-config.v1/#apiserver-config-k8s-io-v1-AdmissionConfiguration
and https://kubernetes.io/docs/tasks/configure-pod-container/enforce-standards-admission-controller/
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hardstand.inventory.views.base import Subject, View, nested, string, strings, views
from hardstand.model.kind import Kind

if TYPE_CHECKING:
    from hardstand.inventory.objects import KubeObject

_ADMISSION = Kind("apiserver.config.k8s.io", "AdmissionConfiguration")
_POD_SECURITY = Kind("pod-security.admission.config.k8s.io", "PodSecurityConfiguration")


class Levels(View):
    """The levels of namespaces that say none themselves."""

    enforce = string("enforce")


class Exemptions(View):
    """What PodSecurity never looks at."""

    usernames = strings("usernames")
    namespaces = strings("namespaces")
    runtime_classes = strings("runtimeClasses")


class PodSecuritySettings(View):
    """A PodSecurityConfiguration."""

    defaults = nested("defaults", Levels)
    exemptions = nested("exemptions", Exemptions)


class _Plugin(View):
    """A plugin and its settings, in place or in a file of their own."""

    name = string("name")
    configuration = nested("configuration", PodSecuritySettings)


class PodSecurityPlugin(Subject):
    """What the plugin PodSecurity is told: `settings`, wherever the file has them."""

    kinds = frozenset({_ADMISSION, _POD_SECURITY})
    noun = "PodSecurity configuration"
    plugins = views("plugins", _Plugin)

    def __init__(self, kube: "KubeObject", settings: PodSecuritySettings | None = None) -> None:
        super().__init__(kube)
        self.settings = settings or PodSecuritySettings(self.data, (), self)

    @classmethod
    def of(cls, kube: "KubeObject") -> Sequence[View]:
        """The settings in an object; none where another plugin's are, or they lie in a file of their own."""
        if kube.kind == _POD_SECURITY:
            return [cls(kube)]
        plugins = [one for one in cls(kube).plugins if one.name == "PodSecurity" and one.configuration.exists]
        return [cls(kube, one.configuration) for one in plugins]
