"""Which hosts are databases, told from the scheme, the port, or the names around them.

Sources: the projects' own documentation of their connection strings and default ports, as registered at
https://www.iana.org/assignments/service-names-port-numbers.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from hardstand.analysis.secret_names import words

BROKERS = frozenset({"rabbitmq", "kafka", "nats"})
"""What passes messages on; data rests there too, but nobody calls it a database."""

_SCHEMES: Mapping[str, str] = {
    "postgres": "postgresql",
    "postgresql": "postgresql",
    "mysql": "mysql",
    "mysql2": "mysql",
    "mariadb": "mysql",
    "mongodb": "mongodb",
    "mongodb+srv": "mongodb",
    "redis": "redis",
    "rediss": "redis",
    "valkey": "redis",
    "sqlserver": "sqlserver",
    "mssql": "sqlserver",
    "oracle": "oracle",
    "cassandra": "cassandra",
    "clickhouse": "clickhouse",
    "couchbase": "couchbase",
    "couchbases": "couchbase",
    "cockroachdb": "postgresql",
    "neo4j": "neo4j",
    "bolt": "neo4j",
    "memcached": "memcached",
    "memcache": "memcached",
    "amqp": "rabbitmq",
    "amqps": "rabbitmq",
    "kafka": "kafka",
    "nats": "nats",
}
_PORTS: Mapping[int, str] = {
    1433: "sqlserver",
    1521: "oracle",
    2379: "etcd",
    3306: "mysql",
    4222: "nats",
    5432: "postgresql",
    5671: "rabbitmq",
    5672: "rabbitmq",
    5984: "couchdb",
    6379: "redis",
    6432: "postgresql",
    7687: "neo4j",
    8123: "clickhouse",
    9042: "cassandra",
    9092: "kafka",
    9200: "elasticsearch",
    11211: "memcached",
    26257: "postgresql",
    27017: "mongodb",
}
_NAMES: Mapping[str, str] = {
    "postgresql": "cockroachdb pg pghost pghostaddr pgsql postgres postgresql psql timescaledb",
    "mysql": "mariadb mysql mysqladmin mysqldump",
    "mongodb": "mongo mongodb mongodump mongorestore mongosh",
    "redis": "keydb redis valkey",
    "elasticsearch": "elasticsearch opensearch",
    "sqlserver": "mssql sqlserver",
    "cassandra": "cassandra scylla scylladb",
    "database": "database db rds",
    **{name: name for name in ("clickhouse", "couchbase", "couchdb", "etcd", "influxdb", "kafka")},
    **{name: name for name in ("memcached", "nats", "neo4j", "oracle", "rabbitmq")},
}
_WORDS = {word: store for store, names in _NAMES.items() for word in names.split()}
"""Words in names of hosts, variables and client programs, and what they stand for."""

_BESIDE = words("admin api backup console dashboard exporter metrics operator ui web")
"""Words that say that it is a program about the database, and not the database."""

_OVER_HTTP = frozenset({"elasticsearch", "couchdb", "clickhouse", "influxdb"})
"""Databases that are asked over HTTP; another that an `http://` URL seems to name is a program about it."""


def usual_at(port: int | None) -> str:
    """What usually listens on a port; empty for ports that nothing here has for its own."""
    return _PORTS.get(port or 0, "")


def usual_ports(store: str) -> list[int]:
    """The ports that a store usually listens on."""
    return [number for number, one in _PORTS.items() if one == store]


def store_named(name: str) -> str:
    """The store that an image or a host is named after, as `store_at` does; of a program about one, nothing."""
    return _in_words(name)


def is_about_stores(name: str) -> bool:
    """Tell whether a name is one of a program beside a store, such as an exporter or a console."""
    return not _BESIDE.isdisjoint(re.findall(r"[a-z]+", name.lower()))


def store_at(scheme: str, host: str, port: int | None, variable: str) -> str:
    """What answers there, as one word such as `postgresql` or `kafka`; empty when nothing says that it keeps data.

    The scheme decides, then the port, then the words in the host's first label, then those in the variable's name.
    """
    known = _SCHEMES.get(scheme)
    if known:
        return known
    found = usual_at(port) or _better(_in_words(host.partition(".")[0]), _in_words(variable))
    if not found and host.endswith((".rds.amazonaws.com", ".database.windows.net", ".database.azure.com")):
        found = "database"
    if scheme in ("http", "https") and found not in _OVER_HTTP:
        return ""
    return found


def _better(first: str, second: str) -> str:
    """The first, unless the second says more than that it is a database."""
    return second if first in ("", "database") and second else first


@lru_cache(maxsize=10_000)
def _in_words(name: str) -> str:
    parts = re.findall(r"[a-z]+[0-9]?[a-z]*", name.lower())
    if not _BESIDE.isdisjoint(parts):
        return ""
    named = [_WORDS[part] for part in parts if part in _WORDS]
    return next((one for one in named if one != "database"), "database" if named else "")
