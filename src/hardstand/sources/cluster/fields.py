"""Fields of a configuration file, read with a sentence for whatever is not as it should be."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from hardstand.sources.cluster.errors import ConfigError


class Fields:
    """A mapping somewhere in a file. Wrong types are ConfigErrors that name file and field, and never the value."""

    def __init__(self, data: Mapping[str, object], file: str, path: tuple[str, ...]) -> None:
        self._data = data
        self.file = file
        self._path = path

    def where(self, key: str = "") -> str:
        """The file and the field, for a message."""
        return f"{self.file}: {'.'.join([*self._path, key]) if key else '.'.join(self._path)}"

    def wrong(self, key: str, what: str, hint: str = "mend the kubeconfig") -> ConfigError:
        """The error that says that a field is not as it should be."""
        return ConfigError(f"{self.where(key)} {what}", hint)

    def text(self, key: str) -> str | None:
        """A text, or None where there is none."""
        value = self._data.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise self.wrong(key, "must be a text; quote it")
        return value

    def needed(self, key: str) -> str:
        """A text that must be there."""
        value = self.text(key)
        if value is None:
            raise self.wrong(key, "is missing")
        return value

    def flag(self, key: str) -> bool:
        """True or false; nothing is false."""
        value = self._data.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        raise self.wrong(key, "must be true or false")

    def texts(self, key: str) -> Sequence[str]:
        """A list of texts."""
        value = self._data.get(key) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self.wrong(key, "must be a list of texts")
        return value

    def file_named(self, key: str) -> str | None:
        """The path of a file, which counts from the folder of the configuration."""
        value = self.text(key)
        return None if value is None else str(Path(self.file).parent / value)

    def below(self, key: str) -> "Fields":
        """A mapping, empty where there is none."""
        value = self._data.get(key)
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise self.wrong(key, "must be a mapping")
        return Fields(value, self.file, (*self._path, key))

    def has(self, key: str) -> bool:
        """Tell whether the field says something."""
        return bool(self._data.get(key))

    def items(self, key: str) -> Iterator["Fields"]:
        """The mappings of a list, each called by its name in messages."""
        value = self._data.get(key) or []
        if not isinstance(value, list):
            raise self.wrong(key, "must be a list")
        for at, one in enumerate(value):
            if not isinstance(one, dict):
                raise self.wrong(f"{key}[{at}]", "must be a mapping")
            called = one.get("name")
            yield Fields(one, self.file, (*self._path, f"{key}[{f'name={called}' if called else at}]"))

    @property
    def whole(self) -> Mapping[str, object]:
        """The mapping as it was read."""
        return self._data
