"""A request's object as it may be kept: without whatever is known to be a secret."""

from collections.abc import Mapping

from hardstand.analysis.secret_values import secret_values
from hardstand.model.path import Value

MASK = "•"


def hidden(data: Mapping[str, Value]) -> Mapping[str, Value]:
    """The object with a mask of its length in place of each literal secret, wherever it stands in a text."""
    secrets = sorted(secret_values(data), key=len, reverse=True)
    return {key: _masked(value, secrets) for key, value in data.items()} if secrets else data


def _masked(value: Value, secrets: list[str]) -> Value:
    if isinstance(value, str):
        for one in secrets:
            if one in value:
                value = value.replace(one, MASK * len(one))
        return value
    if isinstance(value, dict):
        return {key: _masked(one, secrets) for key, one in value.items()}
    return [_masked(one, secrets) for one in value] if isinstance(value, list) else value
