"""Why the gate does not serve, in a sentence for whoever starts it."""


class GateError(Exception):
    """The gate cannot begin, or cannot go on. `hint` says what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)
