"""Which rights have a control of their own, for controls that leave to them what they tell."""

from hardstand.analysis.rbac.rights import is_everything
from hardstand.analysis.rbac.rule import ALL, Rule
from hardstand.controls.identity import (
    bind_right,
    certificate_signing_right,
    escalate_right,
    exec_right,
    impersonate_right,
    node_change_right,
    node_proxy_right,
    persistent_volume_right,
    pod_creation_right,
    port_forward_right,
    secret_reading_right,
    token_creation_right,
    webhook_right,
)

RIGHTS = (
    *bind_right.RIGHTS,
    *certificate_signing_right.RIGHTS,
    *escalate_right.RIGHTS,
    *exec_right.RIGHTS,
    *impersonate_right.RIGHTS,
    *node_change_right.RIGHTS,
    *node_proxy_right.RIGHTS,
    *persistent_volume_right.RIGHTS,
    *pod_creation_right.RIGHTS,
    *port_forward_right.RIGHTS,
    *secret_reading_right.RIGHTS,
    *token_creation_right.RIGHTS,
    *webhook_right.RIGHTS,
)
"""Those of the controls over single rights; a test finds one that is missing."""


def is_told(rule: Rule, *, cluster: bool) -> bool:
    """Tell whether a control over single rights, or over stars, reports a rule. `cluster`: a ClusterRole has it."""
    stars = is_everything(rule) or any(ALL in words for words in (rule.verbs, rule.resources, rule.groups, rule.urls))
    return stars or any(one.given_by(rule, cluster=cluster) for one in RIGHTS)
