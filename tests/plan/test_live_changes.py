"""What the API server takes as a change of an object that is there, and what it does not."""

from typing import Any

import pytest

from hardstand.model.path import Value
from hardstand.plan.live_changes import refused

C = {"name": "app", "image": "a:1"}
T = {"key": "a", "operator": "Exists"}
ARMOR = {"container.apparmor.security.beta.kubernetes.io/app": "unconfined"}


def _of(version: str, kind: str, spec: dict[str, Value], **more: Any) -> dict[str, Any]:
    return {"apiVersion": version, "kind": kind, "metadata": {"name": "x", **more}, "spec": spec}


def _pod(**spec: Any) -> dict[str, Any]:
    return _of("v1", "Pod", {"containers": [C], **spec})


TEMPLATE = {"spec": {"containers": [C]}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (_pod(), _pod(containers=[{**C, "image": "a:2"}])),
        (_pod(), _pod(activeDeadlineSeconds=9)),
        (_pod(), _pod(tolerations=[T])),
        (_pod(), {**_pod(), "metadata": {"name": "x", "labels": {"a": "b"}}}),
        (
            _of("batch/v1", "Job", {"template": TEMPLATE}),
            _of("batch/v1", "Job", {"template": TEMPLATE, "suspend": True}),
        ),
        (_of("apps/v1", "StatefulSet", {}), _of("apps/v1", "StatefulSet", {"template": TEMPLATE})),
        (_of("apps/v1", "Deployment", {"replicas": 1}), _of("apps/v1", "Deployment", {"replicas": 2})),
        (_of("batch/v1", "CronJob", {}), _of("batch/v1", "CronJob", {"jobTemplate": {"spec": {"template": TEMPLATE}}})),
    ],
)
def test_what_it_takes(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert refused(before, after) is None


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        (_pod(), _pod(containers=[{**C, "image": "a:2", "tty": True}]), "`spec.containers`"),
        (_pod(), _pod(containers=[C, C]), "`spec.containers`"),
        (_pod(), _pod(securityContext={"runAsNonRoot": True}), "`spec.securityContext`"),
        (_pod(tolerations=[T]), _pod(tolerations=[]), "`spec.tolerations`"),
        (_pod(tolerations=[T]), _pod(), "`spec.tolerations`"),
        (_of("v1", "Pod", {}, annotations=ARMOR), _of("v1", "Pod", {}), "AppArmor's annotations"),
        (_of("batch/v1", "Job", {}), _of("batch/v1", "Job", {"template": TEMPLATE}), "`spec.template`"),
        (_of("apps/v1", "StatefulSet", {}), _of("apps/v1", "StatefulSet", {"serviceName": "a"}), "`spec.serviceName`"),
        (_of("apps/v1", "DaemonSet", {}), _of("apps/v1", "DaemonSet", {"selector": {}}), "`spec.selector`"),
        (
            {**_of("rbac.authorization.k8s.io/v1", "RoleBinding", {}), "roleRef": {"name": "a"}},
            {**_of("rbac.authorization.k8s.io/v1", "RoleBinding", {}), "roleRef": {"name": "b"}},
            "`roleRef`",
        ),
    ],
)  # fmt: skip
def test_what_it_refuses(before: dict[str, Any], after: dict[str, Any], field: str) -> None:
    reason = refused(before, after)
    assert reason is not None
    assert f"lets nobody change {field} of " in reason
    assert "kubectl replace --force -f x.yaml" in reason
