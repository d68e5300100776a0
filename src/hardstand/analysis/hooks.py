"""Objects that a deployment tool runs at a certain moment and then removes itself.

Sources: https://helm.sh/docs/topics/charts_hooks/, https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/.
"""

from hardstand.inventory.views.base import Subject

HOOKS = ("helm.sh/hook", "argocd.argoproj.io/hook")
DELETION = ("helm.sh/hook-delete-policy", "argocd.argoproj.io/hook-delete-policy")


def is_hook(subject: Subject) -> bool:
    """Tell whether a tool runs it as a step of a deployment."""
    return not subject.metadata.annotations.keys().isdisjoint(HOOKS)


def is_deleted_hook(subject: Subject) -> bool:
    """Tell whether the hook says when it is deleted."""
    return is_hook(subject) and any(key in subject.metadata.annotations for key in DELETION)
