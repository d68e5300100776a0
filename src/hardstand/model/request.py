"""What somebody asks the API server for, as its authorizers see it.

Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#review-your-request-attributes
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a resource, or with `path` for one that is not of the API's resources (`/healthz`)."""

    verb: str
    group: str = ""
    """The API group, without a version; empty is the core group."""
    resource: str = ""
    """The plural, in lower case."""
    subresource: str = ""
    name: str = ""
    """Empty where no single object is asked for: list, watch, create, deletecollection."""
    namespace: str = ""
    """Empty for what lies in none, and for all namespaces."""
    path: str | None = None

    @property
    def combined(self) -> str:
        """The resource as rules name it: with its subresource behind a slash."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    def __str__(self) -> str:
        if self.path is not None:
            return f"{self.verb} {self.path}"
        noun = f"{self.combined}.{self.group}" if self.group else self.combined
        named = f" {self.name}" if self.name else ""
        where = f" in {self.namespace}" if self.namespace else ""
        return f"{self.verb} {noun}{named}{where}"
