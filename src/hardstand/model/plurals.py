"""What resources are called, where no server is there to say."""

from hardstand.model.kind import Kind

_IRREGULAR = {
    # As their own definitions name them.
    Kind("consul.hashicorp.com", "ProxyDefaults"): "proxydefaults",
    Kind("consul.hashicorp.com", "ServiceDefaults"): "servicedefaults",
    Kind("mongodbcommunity.mongodb.com", "MongoDBCommunity"): "mongodbcommunity",
    Kind("redis.redis.opstreelabs.in", "Redis"): "redis",
    Kind("", "Endpoints"): "endpoints",
}

_SIBILANTS = ("s", "x", "ch", "sh")


def plural(kind: Kind) -> str:
    """The resource of a kind, by the rule that generators follow.

    Source: k8s.io/gengo/v2/namer/plural_namer.go
    """
    if kind in _IRREGULAR:
        return _IRREGULAR[kind]
    name = kind.name.lower()
    if name.endswith(_SIBILANTS):
        return f"{name}es"
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"
