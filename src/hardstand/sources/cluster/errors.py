"""What can go wrong between here and an API server, each with its place and its remedy. No token is ever in one."""


class ClusterError(Exception):
    """A cluster could not be asked. `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


class ConfigError(ClusterError):
    """The kubeconfig, the service account's files or an exec plugin does not say how to reach a cluster."""


class ConnectError(ClusterError):
    """No answer could be had: nobody listens, the name is unknown, or the two sides do not trust each other."""


class DisconnectedError(ClusterError):
    """The connection ended in the middle of an answer or of a watch."""


class ApiError(ClusterError):
    """The API server's answer is that it will not."""

    def __init__(self, status: int, message: str, hint: str = "") -> None:
        self.status = status
        super().__init__(message, hint)


class AuthError(ApiError):
    """The server does not know who asks (401)."""


class ForbiddenError(ApiError):
    """The server knows who asks, and they may not (403)."""


class NotFoundError(ApiError):
    """There is no such object, or no such kind (404)."""


class ConflictError(ApiError):
    """The object is there already, or was changed by somebody else in the meantime (409)."""


class GoneError(ApiError):
    """The resource version or the continue token has expired (410): list again."""

    def __init__(self, status: int, message: str, hint: str = "", token: str | None = None) -> None:
        """`token`: a continue token with which the rest can be had, though not as of the same moment."""
        self.token = token
        super().__init__(status, message, hint)


_BY_STATUS: dict[int, type[ApiError]] = {
    401: AuthError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
}


def api_error(status: int, message: str, token: str | None = None) -> ApiError:
    """The error for an answer with this HTTP status; `token` is the continue token of a 410."""
    if status == 410:
        return GoneError(status, message, token=token)
    return _BY_STATUS.get(status, ApiError)(status, message)
