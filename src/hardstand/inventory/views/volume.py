"""The volumes of a pod.

Source of all fields: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from hardstand.inventory.views.base import View, boolean, integer, nested, quantity, string, string_map, views
from hardstand.inventory.views.references import KeyRef, LocalRef


class HostPath(View):
    """A directory or file of the node."""

    path_ = string("path")
    type = string("type")


class Projection(View):
    """One source of a projected volume."""

    secret = nested("secret", KeyRef)
    config_map = nested("configMap", KeyRef)
    service_account_token = nested("serviceAccountToken", View)


class Projected(View):
    """Several sources in one volume."""

    sources = views("sources", Projection)


class SecretVolume(View):
    """A Secret as files."""

    secret_name = string("secretName")
    default_mode = integer("defaultMode")
    optional = boolean("optional")


class EmptyDir(View):
    """A directory that lives as long as the pod."""

    medium = string("medium")
    size_limit = quantity("sizeLimit")


class Claim(View):
    """A reference to a PersistentVolumeClaim."""

    claim_name = string("claimName")
    read_only = boolean("readOnly")


class FlexVolume(View):
    """A volume that a program on the node provides."""

    driver = string("driver")


class CsiVolume(View):
    """A volume that a driver mounts as the pod starts."""

    driver = string("driver")
    attributes = string_map("volumeAttributes")
    publish_secret = nested("nodePublishSecretRef", LocalRef)


class Volume(View):
    """A volume of a pod; `source_keys` are the keys that say what it is."""

    name = string("name")
    host_path = nested("hostPath", HostPath)
    empty_dir = nested("emptyDir", EmptyDir)
    secret = nested("secret", SecretVolume)
    config_map = nested("configMap", KeyRef)
    projected = nested("projected", Projected)
    claim = nested("persistentVolumeClaim", Claim)
    flex_volume = nested("flexVolume", FlexVolume)
    csi = nested("csi", CsiVolume)

    @property
    def source_keys(self) -> list[str]:
        """Every key with a value besides the name, in the order written."""
        return [key for key, value in self.data.items() if key != "name" and value is not None]
