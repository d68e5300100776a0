"""What Services, Ingresses and routes let in, with what policies leave of it."""

from hardstand.analysis.reach.estate import Estate
from tests.analysis.reach.written import estate

PODS = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9100}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: old, namespace: shop, labels: {app: web}}
spec: {containers: [{name: a, ports: [{name: http, containerPort: 3000}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{name: web, port: 80, targetPort: http}, {name: metrics, port: 9100}]}
---
"""
LET_IN = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {}, ingress: [{from: [%s]}]}
---
"""


def entered(of: Estate) -> list[str]:
    found = []
    for edge in of.edges:
        if edge.source.sort == "entrance":
            more = "" if edge.possible == edge.connections else f" perhaps {edge.possible}"
            found.append(f"{edge.source} {edge.destination} {edge.connections}{more}")
    return found


def test_an_ingress_leads_to_the_port_that_it_names() -> None:
    ingress = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: web}}}}]}}]}
"""
    assert entered(estate(PODS + ingress)) == [
        "{ingress-controller} shop/old[Pod] TCP 3000",
        "{ingress-controller} shop/web[Pod] TCP 8080",
    ]
    by_number = ingress.replace("{name: web}}}}]}}]}", "{number: 9100}}}}]}}]}")
    assert entered(estate(PODS + by_number)) == [
        "{ingress-controller} shop/old[Pod] TCP 9100",
        "{ingress-controller} shop/web[Pod] TCP 9100",
    ]
    # Where it runs is not told: it is among all pods of all namespaces, and among those of no label.
    assert len(entered(estate(PODS + LET_IN % "{namespaceSelector: {}}" + ingress))) == 2
    assert entered(estate(PODS + LET_IN % "{podSelector: {}}" + ingress)) == []
    assert entered(estate(PODS + LET_IN % "{ipBlock: {cidr: 0.0.0.0/0}}" + ingress)) == []
    assert entered(estate(PODS + ingress.replace("{name: web, port", "{name: other, port"))) == []


def test_a_route_of_openshift_leads_to_its_target() -> None:
    route = """
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: web, namespace: shop}
spec: {to: {kind: Service, name: web}, port: {targetPort: http}}
"""
    both = ["{ingress-controller} shop/old[Pod] TCP 3000", "{ingress-controller} shop/web[Pod] TCP 8080"]
    assert entered(estate(PODS + route)) == both
    assert entered(estate(PODS + route.replace("targetPort: http", "targetPort: web"))) == both
    assert entered(estate(PODS + route.replace(", port: {targetPort: http}", ""))) == [
        "{ingress-controller} shop/old[Pod] TCP 3000,9100",
        "{ingress-controller} shop/web[Pod] TCP 8080,9100",
    ]


def test_a_route_of_the_gateway_api_needs_a_gateway_and_a_grant() -> None:
    route = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: %s}
spec: {parentRefs: [{name: front, namespace: edge}], rules: [{backendRefs: [{name: web, namespace: shop, port: 9100}]}]}
---
"""
    gateway = """
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: front, namespace: edge}
spec: {listeners: [{name: all, port: 80, allowedRoutes: {namespaces: {from: %s}}}]}
---
"""
    grant = """
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: in, namespace: shop}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: edge}], to: [{group: "", kind: Service}]}
"""
    both = ["{gateway} shop/old[Pod] TCP 9100", "{gateway} shop/web[Pod] TCP 9100"]
    assert entered(estate(PODS + route % "shop" + gateway % "All")) == both
    assert entered(estate(PODS + route % "shop" + gateway % "Same")) == []
    assert entered(estate(PODS + route % "edge" + gateway % "All")) == []
    assert entered(estate(PODS + route % "edge" + gateway % "All" + grant)) == both


def test_a_balancer_shows_policies_the_callers_address_or_a_nodes() -> None:
    balancer = """
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {type: LoadBalancer, externalTrafficPolicy: Local, selector: {app: web}, ports: [{port: 443, targetPort: 8443}]%s}
"""
    open_ = ["{load-balancer} shop/old[Pod] TCP 8443", "{load-balancer} shop/web[Pod] TCP 8443"]
    assert entered(estate(PODS + balancer % "")) == open_
    some = LET_IN % "{ipBlock: {cidr: 198.51.100.0/24}}"
    assert entered(estate(PODS + some + balancer % "")) == open_
    assert entered(estate(PODS + some + balancer % ", loadBalancerSourceRanges: [203.0.113.0/24]")) == []
    assert entered(estate(PODS + some + balancer % ", loadBalancerSourceRanges: [198.51.0.0/16]")) == open_
    hidden = (balancer % "").replace("externalTrafficPolicy: Local, ", "")
    assert entered(estate(PODS + LET_IN % "{podSelector: {}}" + hidden)) == [
        "{load-balancer} shop/old[Pod] No Connections perhaps TCP 8443",
        "{load-balancer} shop/web[Pod] No Connections perhaps TCP 8443",
    ]
    assert entered(estate(PODS + balancer.replace("LoadBalancer", "ClusterIP") % "")) == []
    node = balancer.replace("LoadBalancer", "NodePort") % ""
    assert entered(estate(PODS + node)) == [one.replace("{load-balancer}", "{node-port}") for one in open_]


def test_what_cannot_be_read_is_doubted() -> None:
    made = estate(
        PODS
        + """
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 443}], loadBalancerSourceRanges: [nowhere]}
"""
    )
    assert any("Service shop/front" in doubt for doubt in made.doubts), made.doubts
