"""A baseline with every built-in persona, and what each may and may not do: one table for our engine and a server."""

BASELINE = """\
boundary:
  environments:
    production: {{namespaces: [{shop}, {billing}]}}
    staging: {{namespaces: [{staging}]}}
identity: {{groups_prefix: "oidc:"}}
personas:
  developer: {{groups: [developers], namespaces: [{shop}]}}
  sre: {{groups: [sre], environments: [production]}}
  security-engineer: {{groups: [security]}}
  deployer: {{groups: [ci], subjects: ["serviceaccount:{staging}/deployer"], environments: [staging]}}
  break-glass: {{groups: [emergency], ends: 4h}}
  auditor:
    groups: [audit]
    namespaces: [{shop}]
    rules:
    - {{verbs: [get], resources: [configmaps], names: [prices]}}
    - {{verbs: [get], urls: [/metrics]}}
"""

GROUPS = {
    "developer": "developers",
    "sre": "sre",
    "security-engineer": "security",
    "deployer": "ci",
    "break-glass": "emergency",
    "auditor": "audit",
}

MAY = {
    "developer": """
        get pods shop; list events shop; get pods/log shop; watch deployments.apps shop; get configmaps shop
        list ingresses.networking.k8s.io shop; get services shop
        """,
    "sre": """
        get pods/log shop; list pods -; get nodes -; list events staging; patch deployments.apps shop
        patch statefulsets.apps/scale billing; update deployments.apps/scale shop; delete pods shop
        create pods/eviction billing; get persistentvolumes -; patch cronjobs.batch shop
        """,
    "security-engineer": """
        list pods -; get roles.rbac.authorization.k8s.io shop; list clusterrolebindings.rbac.authorization.k8s.io -
        get validatingadmissionpolicies.admissionregistration.k8s.io -; list clusterpolicies.kyverno.io -
        create networkpolicies.networking.k8s.io staging; delete resourcequotas staging; get nodes -
        list networkpolicies.networking.k8s.io shop; list serviceaccounts -
        """,
    "deployer": """
        create deployments.apps staging; patch services staging; update configmaps staging; delete jobs.batch staging
        create ingresses.networking.k8s.io staging; get pods staging; create persistentvolumeclaims staging
        watch replicasets.apps staging; list events staging
        """,
    "break-glass": """
        get secrets shop; create pods/exec billing; delete nodes -; get /metrics
        create clusterrolebindings.rbac.authorization.k8s.io -
        """,
    "auditor": "get configmaps shop prices; get /metrics",
}

MAY_NOT = {
    "developer": """
        get secrets shop; create pods/exec shop; create pods/portforward shop; get pods billing; list pods -
        create pods/attach shop; patch deployments.apps shop; delete pods shop; get nodes -
        get roles.rbac.authorization.k8s.io shop; create serviceaccounts/token shop; patch pods/ephemeralcontainers shop
        """,
    "sre": """
        get secrets shop; list secrets -; create pods/exec shop; patch deployments.apps staging; patch nodes -
        delete pods staging; create deployments.apps shop; get nodes/proxy -; create pods shop
        create rolebindings.rbac.authorization.k8s.io shop; delete persistentvolumeclaims shop
        """,
    "security-engineer": """
        get secrets shop; list secrets -; create networkpolicies.networking.k8s.io shop
        delete networkpolicies.networking.k8s.io billing; patch deployments.apps staging; get pods/log shop
        create validatingadmissionpolicies.admissionregistration.k8s.io -; create pods/exec staging
        create clusterroles.rbac.authorization.k8s.io -; get nodes/proxy -; update roles.rbac.authorization.k8s.io shop
        delete resourcequotas -
        """,
    "deployer": """
        create deployments.apps shop; get pods/log staging; get secrets staging; create secrets staging
        create pods/exec staging
        create roles.rbac.authorization.k8s.io staging; create rolebindings.rbac.authorization.k8s.io staging
        delete persistentvolumeclaims staging; create serviceaccounts staging; create deployments.apps -
        patch networkpolicies.networking.k8s.io staging; impersonate serviceaccounts staging
        """,
    "break-glass": "",
    "auditor": "get configmaps shop other; list configmaps shop; get configmaps billing prices; get /logs",
}


def asked(table: str, names: dict[str, str]) -> list[dict[str, str]]:
    """The questions of a table: verb, resource (`pods/log`, `jobs.batch`) or path, namespace (`-` for all) and name."""
    found = []
    for line in table.replace("\n", ";").split(";"):
        words = line.split()
        if not words:
            continue
        verb, noun, *rest = words
        if noun.startswith("/"):
            found.append({"verb": verb, "path": noun})
            continue
        named, _, subresource = noun.partition("/")
        resource, _, group = named.partition(".")
        namespace = "" if rest[0] == "-" else names[rest[0]]
        question = {"verb": verb, "resource": resource, "group": group, "subresource": subresource}
        found.append({**question, "namespace": namespace, "name": rest[1] if len(rest) > 1 else ""})
    return found
