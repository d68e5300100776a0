"""Random roles and bindings with every form that rules have, and random requests that lie close to them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RBAC = "rbac.authorization.k8s.io"
VERSION = f"{RBAC}/v1"
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
READS = (("", "pods"), ("", "secrets"), ("", "configmaps"), ("apps", "deployments"), ("batch", "jobs"),
         ("example.com", "widgets"), ("apps", "statefulsets"))  # fmt: skip
SUBRESOURCES = ("log", "scale", "status", "exec")
NAMES = ("red", "green", "blue")
PATHS = ("/hardstand-test/a", "/hardstand-test/b", "/hardstand-test/a/deep")
GROUPS = ("readers", "writers", "system:authenticated", "system:serviceaccounts")

Manifest = dict[str, Any]
Review = dict[str, Any]
"""The spec of a SubjectAccessReview."""


@dataclass
class Estate:
    """Roles and bindings whose names begin with `prefix`, in namespaces whose names do as well."""

    prefix: str
    seed: int
    namespaces: Sequence[str] = ()
    cluster_roles: list[Manifest] = field(default_factory=list)
    roles: list[Manifest] = field(default_factory=list)
    bindings: list[Manifest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.namespaces = self.namespaces or [f"{self.prefix}-{at}" for at in range(3)]
        for at in range(24):
            self.cluster_roles.append(self._role("ClusterRole", f"{self.prefix}-c{at}", rules=2))
        for at in range(6):
            self._aggregate(f"{self.prefix}-sum{at}", f"{self.prefix}-group{at}")
        for at in range(18):
            role = self._role("Role", f"{self.prefix}-r{at}", rules=2)
            role["metadata"]["namespace"] = self.chance.choice(self.namespaces)
            self.roles.append(role)
        for at in range(48):
            self.bindings.append(self._binding(at))

    def manifests(self) -> list[Manifest]:
        """All of them, roles first."""
        return [*self.cluster_roles, *self.roles, *self.bindings]

    def reviews(self, count: int) -> list[Review]:
        """Requests, most of them close to what some grant allows."""
        return [self._review() for _ in range(count)]

    def _role(self, kind: str, name: str, rules: int) -> Manifest:
        made = [self._rule(paths=kind == "ClusterRole") for _ in range(self.chance.randint(1, rules))]
        return {"apiVersion": VERSION, "kind": kind, "metadata": {"name": name}, "rules": made}

    def _rule(self, *, paths: bool) -> Manifest:
        chance = self.chance
        verbs = ["*"] if chance.random() < 0.2 else chance.sample(VERBS, chance.randint(1, 4))
        if paths and chance.random() < 0.25:
            urls = chance.sample([*PATHS, "/hardstand-test/*", "/hardstand-test/a/*"], chance.randint(1, 2))
            return {"nonResourceURLs": urls, "verbs": verbs}
        rule: Manifest = {"verbs": verbs}
        group, resource = chance.choice(READS)
        rule["apiGroups"] = ["*"] if chance.random() < 0.2 else [group, *chance.sample(["", "apps"], 1)]
        form = chance.random()
        if form < 0.15:
            rule["resources"] = ["*"]
        elif form < 0.35:
            rule["resources"] = [f"*/{chance.choice(SUBRESOURCES)}"]
        elif form < 0.6:
            rule["resources"] = [f"{resource}/{chance.choice(SUBRESOURCES)}"]
        else:
            rule["resources"] = [resource, chance.choice(READS)[1]]
        if chance.random() < 0.25:
            rule["resourceNames"] = chance.sample(NAMES, chance.randint(1, 2))
            if rule["resourceNames"][0] == "blue":
                rule["resourceNames"].append("")  # For requests without a name.
        return rule

    def _aggregate(self, name: str, label: str) -> None:
        """A ClusterRole of others, selected by a label and its value, or by its being there."""
        for at in range(2):
            part = self._role("ClusterRole", f"{name}-part{at}", rules=2)
            part["metadata"]["labels"] = {label: "yes"}
            self.cluster_roles.append(part)
        wanted: Manifest = {"matchLabels": {label: "yes"}}
        if self.chance.random() < 0.5:
            wanted = {"matchExpressions": [{"key": label, "operator": "Exists"}]}
        role = {"apiVersion": VERSION, "kind": "ClusterRole", "metadata": {"name": name}, "rules": []}
        self.cluster_roles.append({**role, "aggregationRule": {"clusterRoleSelectors": [wanted]}})

    def _binding(self, at: int) -> Manifest:
        chance = self.chance
        everywhere = chance.random() < 0.45
        local = not everywhere and chance.random() < 0.4
        if local:
            role = chance.choice(self.roles)
            home = role["metadata"]["namespace"]
        else:
            sums = [one for one in self.cluster_roles if "aggregationRule" in one]
            role = chance.choice(sums if chance.random() < 0.4 else self.cluster_roles)
            home = chance.choice(self.namespaces)
        if not everywhere and chance.random() < 0.05:
            role = {"kind": "ClusterRole", "metadata": {"name": f"{self.prefix}-nowhere"}}
        metadata = {"name": f"{self.prefix}-b{at}", **({} if everywhere else {"namespace": home})}
        return {
            "apiVersion": VERSION,
            "kind": "ClusterRoleBinding" if everywhere else "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": RBAC, "kind": role["kind"], "name": role["metadata"]["name"]},
            "subjects": [self._subject() for _ in range(chance.randint(1, 2))],
        }

    def _subject(self) -> Manifest:
        chance, form = self.chance, self.chance.random()
        namespace = chance.choice(self.namespaces)
        if form < 0.35:
            return {"kind": "ServiceAccount", "name": chance.choice(("web", "job")), "namespace": namespace}
        if form < 0.45:  # The user of a service account, named as a user.
            return {"apiGroup": RBAC, "kind": "User", "name": f"system:serviceaccount:{namespace}:web"}
        if form < 0.7:
            return {"apiGroup": RBAC, "kind": "User", "name": f"{self.prefix}-{chance.choice(('ann', 'bob', 'cy'))}"}
        group = chance.choice((*GROUPS[:2], *GROUPS[:2], *GROUPS))
        if group == "system:serviceaccounts":
            return {"apiGroup": RBAC, "kind": "Group", "name": f"{group}:{namespace}"}
        return {"apiGroup": RBAC, "kind": "Group", "name": self._own(group)}

    def _own(self, group: str) -> str:
        return group if group.startswith("system:") else f"{self.prefix}-{group}"

    def _review(self) -> Review:
        chance = self.chance
        if chance.random() < 0.15:
            return self._masterly(self._somebody(self._anything()))
        binding = chance.choice(self.bindings)
        role = self._role_of(binding)
        rules = role["rules"] if role else []
        if role and "aggregationRule" in role:
            name = role["metadata"]["name"]
            parts = [one for one in self.cluster_roles if one["metadata"]["name"].startswith(f"{name}-part")]
            rules = [rule for part in parts for rule in part["rules"]]
        asked = self._near(chance.choice(rules), binding) if rules else self._anything()
        if chance.random() < 0.5:
            self._spoil(asked)
        return self._masterly(self._as(chance.choice(binding["subjects"]), asked))

    def _masterly(self, review: Review) -> Review:
        """Of some, whoever asks may do everything."""
        if self.chance.random() < 0.05:
            review["groups"] = [*review["groups"], "system:masters"]
        return review

    def _role_of(self, binding: Mapping[str, Any]) -> Manifest | None:
        wanted = binding["roleRef"]
        home = binding["metadata"].get("namespace") if wanted["kind"] == "Role" else None
        for one in (*self.cluster_roles, *self.roles):
            if (one["kind"], one["metadata"]["name"]) == (wanted["kind"], wanted["name"]) and (
                home is None or one["metadata"]["namespace"] == home
            ):
                return one
        return None

    def _near(self, rule: Mapping[str, Any], binding: Mapping[str, Any]) -> Review:
        """A request that the rule allows."""
        chance = self.chance
        verb = chance.choice(VERBS if rule["verbs"] == ["*"] else rule["verbs"])
        if "nonResourceURLs" in rule:
            url = chance.choice(rule["nonResourceURLs"])
            return {"nonResourceAttributes": {"verb": verb, "path": url.replace("*", chance.choice(("", "x", "a/y")))}}
        group = chance.choice(READS)[0] if rule["apiGroups"] == ["*"] else chance.choice(rule["apiGroups"])
        resource, _, subresource = chance.choice(rule["resources"]).partition("/")
        asked = {
            "verb": verb,
            "group": group,
            "resource": chance.choice(READS)[1] if resource == "*" else resource,
            "subresource": subresource,
            "namespace": binding["metadata"].get("namespace") or chance.choice((*self.namespaces, "")),
            "name": chance.choice(rule.get("resourceNames") or (*NAMES, "")),
        }
        return {"resourceAttributes": asked}

    def _spoil(self, review: Review) -> None:
        """Make one thing of a request another."""
        chance = self.chance
        if "nonResourceAttributes" in review:
            asked = review["nonResourceAttributes"]
            asked["path" if chance.random() < 0.6 else "verb"] = chance.choice((*PATHS, "get", "/other"))
            return
        asked = review["resourceAttributes"]
        other = self._anything(paths=False)["resourceAttributes"]
        key = chance.choice(("verb", "group", "resource", "subresource", "namespace", "name", "name"))
        asked[key] = other[key]

    def _anything(self, *, paths: bool = True) -> Review:
        chance = self.chance
        if paths and chance.random() < 0.15:
            return {"nonResourceAttributes": {"verb": chance.choice(VERBS), "path": chance.choice((*PATHS, "/x"))}}
        group, resource = chance.choice(READS)
        asked = {
            "verb": chance.choice(VERBS),
            "group": group,
            "resource": resource,
            "subresource": chance.choice(("", "", *SUBRESOURCES)),
            "namespace": chance.choice((*self.namespaces, "")),
            "name": chance.choice((*NAMES, "")),
        }
        return {"resourceAttributes": asked}

    def _somebody(self, review: Review) -> Review:
        return self._as(self._subject(), review)

    def _as(self, subject: Mapping[str, Any], review: Review) -> Review:
        """The request, made by somebody whom a subject means."""
        chance = self.chance
        name, namespace = subject["name"], subject.get("namespace", "")
        if subject["kind"] == "ServiceAccount" or name.startswith("system:serviceaccount:"):
            user = name if subject["kind"] == "User" else f"system:serviceaccount:{namespace}:{name}"
            home = user.split(":")[2]
            groups = ["system:serviceaccounts", f"system:serviceaccounts:{home}", "system:authenticated"]
            return {**review, "user": user, "groups": groups}
        if subject["kind"] == "User":
            other = [self._own(one) for one in GROUPS[:2] if chance.random() < 0.2]
            return {**review, "user": name, "groups": [*other, "system:authenticated"]}
        if name.startswith("system:serviceaccounts:"):
            account = {"kind": "ServiceAccount", "name": "stranger", "namespace": name.split(":")[2]}
            return self._as(account, review)
        return {**review, "user": f"{self.prefix}-stranger", "groups": sorted({name, "system:authenticated"})}
