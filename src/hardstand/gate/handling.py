"""Bytes in, bytes out: what the server calls for each request, whatever was sent.

An answer is an HTTP status and a body. Anything but 200 is a failed call to the API server, upon which the failure
policy decides; so what cannot be answered, for whatever reason, is never let in here.
"""

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from hardstand.gate.images import ImageReviewer
from hardstand.gate.request import ReviewError, uid_of
from hardstand.gate.review import Answer, Reviewer
from hardstand.gate.undecided import Undecided
from hardstand.model.admission import Recorder
from hardstand.model.path import Value
from hardstand.text.fast_json import dumps, loads

BAD_REQUEST, FAILED = 400, 500
ERROR = "error"

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP."""

    status: int
    body: bytes
    verdict: str
    """What to count it as: `admitted`, `denied`, `passed`, `exempt` or `error`."""
    fault: str = ""
    """What went wrong, for the log; also where an answer was given and could not be recorded."""


def _now() -> datetime:
    return datetime.now(UTC)


class Validating:
    """Answers `/validate`."""

    def __init__(
        self,
        reviewer: Reviewer,
        recorder: Recorder | None = None,
        *,
        keep: float = 1.0,
        clock: Clock = _now,
        undecided: Undecided | None = None,
    ) -> None:
        """`keep` is the part of what was admitted that is recorded, told by uid; what is loud always is.

        `undecided` counts what could not be decided for lack of rights.
        """
        self._reviewer = reviewer
        self._recorder = recorder
        self._keep = keep
        self._clock = clock
        self._undecided = undecided

    def __call__(self, data: bytes) -> Reply:
        """The answer to the body of a request."""
        return _guarded(data, self._answered)

    def _answered(self, body: Value) -> Reply:
        answer = self._reviewer.review(body, self._clock())
        if answer.unlisted and self._undecided is not None:
            self._undecided.count(answer.unlisted)
        fault = self._recorded(answer)
        return Reply(200, _encoded(answer.review), answer.verdict, fault)

    def _recorded(self, answer: Answer) -> str:
        """Record an answer; an answer that cannot be recorded is given all the same, and its audit annotations tell."""
        if self._recorder is None or answer.event is None or not (answer.loud or _is_kept(answer.uid, self._keep)):
            return ""
        try:
            self._recorder.record(answer.event())
        except OSError as error:
            return f"the answer to {answer.uid} could not be recorded: {error.strerror or error}"
        return ""


class ImagePolicy:
    """Answers `/image-policy`."""

    def __init__(self, reviewer: ImageReviewer, *, clock: Clock = _now) -> None:
        self._reviewer = reviewer
        self._clock = clock

    def __call__(self, data: bytes) -> Reply:
        """The answer to the body of a request."""
        return _guarded(data, self._answered)

    def _answered(self, body: Value) -> Reply:
        answer = self._reviewer.review(body, self._clock().astimezone(UTC).date())
        return Reply(200, _encoded(answer.review), answer.verdict)


def _guarded(data: bytes, answered: Callable[[Value], Reply]) -> Reply:
    body: Value = None
    try:
        body = loads(data, finite=_finite, no_number=_no_number)
        return answered(body)
    except ReviewError as error:
        return _refused(BAD_REQUEST, str(error), error.uid)
    except RecursionError:
        return _refused(BAD_REQUEST, "the request is nested too deeply", uid_of(body))
    except ValueError as error:
        if body is None:
            return _refused(BAD_REQUEST, "the request is not JSON", "")
        return _refused(FAILED, f"unexpected {type(error).__name__}; nothing was decided", uid_of(body))
    except Exception as error:  # noqa: BLE001 - the outermost edge: whatever it is, it is no answer
        return _refused(FAILED, f"unexpected {type(error).__name__}; nothing was decided", uid_of(body))


def _finite(digits: str) -> float:
    """The number; ReviewError for one beyond the range of floats: it would be judged as infinity, which nobody wrote.

    RFC 8259, section 6, lets whoever reads JSON set limits on the range of numbers.
    """
    found = float(digits)
    if math.isinf(found):
        raise ReviewError("a number of the request is beyond the range of 64-bit floats")
    return found


def _no_number(word: str) -> NoReturn:
    """ReviewError for NaN and infinities, which Python reads and RFC 8259, section 6, does not have."""
    raise ReviewError(f"the request is not JSON: {word} is no number there (RFC 8259, section 6)")


def _refused(status: int, message: str, uid: str) -> Reply:
    return Reply(status, _encoded({"error": f"hardstand: {message}", "uid": uid}), ERROR, message)


def _encoded(value: Any) -> bytes:
    return dumps(value)


def _is_kept(uid: str, part: float) -> bool:
    """Tell whether a request is among the part that is recorded; every replica says the same."""
    if part >= 1:
        return True
    digest = hashlib.sha256(uid.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:4], "big") < part * 2**32
