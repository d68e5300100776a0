"""Kubeconfigs: which clusters there are, and as whom one signs in to each.

Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
"""

from hardstand.inventory.views.base import Subject, View, boolean, nested, string, strings, views
from hardstand.model.kind import Kind


class EnvironmentVariable(View):
    """A variable of an exec plugin."""

    name = string("name")
    value = string("value")


class ExecPlugin(View):
    """The program that gives a credential."""

    command = string("command")
    args = strings("args")
    env = views("env", EnvironmentVariable)


class AuthProvider(View):
    """A way of signing in that kubectl gave up in 1.26; its configuration may hold tokens."""

    name = string("name")


class SignsIn(View):
    """How a user of a kubeconfig signs in."""

    client_certificate = string("client-certificate")
    client_certificate_data = string("client-certificate-data")
    client_key = string("client-key")
    client_key_data = string("client-key-data")
    token = string("token")
    token_file = string("tokenFile")
    username = string("username")
    password = string("password")
    exec = nested("exec", ExecPlugin)
    auth_provider = nested("auth-provider", AuthProvider)


class NamedUser(View):
    """An entry of `users`."""

    name = string("name")
    user = nested("user", SignsIn)


class Reached(View):
    """How a cluster is reached."""

    server = string("server")
    insecure = boolean("insecure-skip-tls-verify")


class NamedCluster(View):
    """An entry of `clusters`."""

    name = string("name")
    cluster = nested("cluster", Reached)


class Kubeconfig(Subject):
    """A kubeconfig."""

    kinds = frozenset({Kind("", "Config")})
    noun = "kubeconfig"
    users = views("users", NamedUser)
    clusters = views("clusters", NamedCluster)
