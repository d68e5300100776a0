"""The rights of pods and containers on their node.

Source of all fields: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from collections.abc import Sequence

from hardstand.inventory.views.base import Field, View, boolean, integer, nested, string, strings, views


class Profile(View):
    """A seccomp or AppArmor profile."""

    type = string("type")
    localhost_profile = string("localhostProfile")


class SELinuxOptions(View):
    """SELinux labels."""

    type = string("type")
    user = string("user")
    role = string("role")
    level = string("level")


class WindowsOptions(View):
    """Windows settings."""

    host_process = boolean("hostProcess")
    run_as_user_name = string("runAsUserName")


class Capabilities(View):
    """Linux capabilities added to and dropped from the container runtime's default set."""

    add = strings("add")
    drop = strings("drop")


class Sysctl(View):
    """A kernel parameter."""

    name = string("name")
    value = string("value")


class PodSecurityContext(View):
    """`spec.securityContext`."""

    run_as_non_root = boolean("runAsNonRoot")
    run_as_user = integer("runAsUser")
    run_as_group = integer("runAsGroup")
    fs_group = integer("fsGroup")
    fs_group_change_policy = string("fsGroupChangePolicy")
    sysctls = views("sysctls", Sysctl)
    seccomp_profile = nested("seccompProfile", Profile)
    app_armor_profile = nested("appArmorProfile", Profile)
    selinux_options = nested("seLinuxOptions", SELinuxOptions)
    windows_options = nested("windowsOptions", WindowsOptions)

    def _groups(self, key: str) -> Sequence[int]:
        found = self.get(key)
        if found is None:
            return ()
        if not isinstance(found, list):
            raise self.malformed("a list", key)
        groups: list[int] = []
        for at, item in enumerate(found):
            if type(item) is not int:
                raise self.malformed("an integer", key, at)
            groups.append(item)
        return groups

    supplemental_groups: Field[Sequence[int]] = Field("supplementalGroups", _groups)  # type: ignore[arg-type]


class SecurityContext(View):
    """`containers[].securityContext`."""

    privileged = boolean("privileged")
    allow_privilege_escalation = boolean("allowPrivilegeEscalation")
    read_only_root_filesystem = boolean("readOnlyRootFilesystem")
    run_as_non_root = boolean("runAsNonRoot")
    run_as_user = integer("runAsUser")
    run_as_group = integer("runAsGroup")
    proc_mount = string("procMount")
    capabilities = nested("capabilities", Capabilities)
    seccomp_profile = nested("seccompProfile", Profile)
    app_armor_profile = nested("appArmorProfile", Profile)
    selinux_options = nested("seLinuxOptions", SELinuxOptions)
    windows_options = nested("windowsOptions", WindowsOptions)
