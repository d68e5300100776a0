"""Command lines as components read them."""

import pytest

from hardstand.inventory.components.flags import Flags
from hardstand.inventory.components.said import minor_of
from hardstand.inventory.components.values import BOOLEAN, DURATION, GATES, NUMBER, WORDS, duration
from hardstand.inventory.components.words import Environment, Word, expanded, listed, scripted
from hardstand.model.violation import MalformedFieldError, UnfitFieldError


def flags(*words: str, one_dash: bool = False) -> Flags:
    return Flags(listed(words, ("flags",)), ("flags",), one_dash=one_dash)


def values(found: Flags, name: str) -> list[str | None]:
    return [one.value for one in found.given(name)]


def test_a_value_stands_after_the_name_or_in_the_next_word() -> None:
    found = flags("--a=1", "--b", "2", "--c", "--d=x=y", "--e=")
    assert [values(found, name) for name in "abcde"] == [["1"], ["2"], [None], ["x=y"], [""]]
    assert found.given("b")[0].path == ("flags", 1)


def test_given_twice_both_are_kept_in_order() -> None:
    assert values(flags("--a=1", "--a", "2"), "a") == ["1", "2"]


def test_underscores_are_dashes() -> None:
    assert values(flags("--anonymous_auth=false"), "anonymous-auth") == ["false"]


def test_a_boolean_takes_no_word_of_its_own() -> None:
    assert values(flags("--profiling", "--secure-port=1"), "profiling") == [None]
    with pytest.raises(MalformedFieldError, match="a word of its own after it"):
        flags("--profiling", "false").given("profiling")


def test_nothing_counts_after_two_dashes() -> None:
    assert values(flags("--a=1", "--", "--a=2"), "a") == ["1"]


def test_one_dash_is_for_etcd() -> None:
    assert values(flags("-cert-file=a"), "cert-file") == []
    assert values(flags("-cert-file=a", "--cert-file", "b", one_dash=True), "cert-file") == ["a", "b"]


def test_a_word_that_cannot_be_told_may_be_any_flag() -> None:
    environment = Environment({"KNOWN": "--b=2", "SECRET": None})
    words = [expanded(text, (), environment) for text in ("--a=1", "$(KNOWN)", "$(SECRET)")]
    found = Flags(words, ())
    with pytest.raises(UnfitFieldError, match="variable SECRET"):
        found.given("a")
    with pytest.raises(UnfitFieldError):
        found.given("absent")


def test_a_value_that_cannot_be_told_is_that_of_its_flag_alone() -> None:
    words = [expanded(text, (), Environment({"IP": None})) for text in ("--advertise-address=$(IP)", "--a=1")]
    found = Flags(words, ())
    assert values(found, "a") == ["1"]
    with pytest.raises(UnfitFieldError):
        found.given("advertise-address")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("$(A)", "1"),
        ("x-$(A)-$(A)", "x-1-1"),
        ("$$(A)", "$(A)"),
        ("$(NONE)", "$(NONE)"),
        ("$A", "$A"),
        ("$(", "$("),
    ],
)
def test_references(text: str, told: str) -> None:
    """https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/"""
    assert expanded(text, (), Environment({"A": "1"})) == Word(told, ())


def test_a_variable_may_come_from_a_whole_config_map() -> None:
    assert expanded("$(NONE)", (), Environment({}, open=True)).unfit is not None


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("exec kube-apiserver --a=1", ["exec", "kube-apiserver", "--a=1"]),
        ("kube-apiserver \\\n  --a=1 \\\n  --b='x y'", ["kube-apiserver", "--a=1", "--b=x y"]),
        ("kube-apiserver --a=1 1>>/var/log/x.log 2>&1", ["kube-apiserver", "--a=1"]),
        (
            "kube-controller-manager --controllers='*,tokencleaner'",
            ["kube-controller-manager", "--controllers=*,tokencleaner"],
        ),
    ],
)
def test_a_script_of_one_command(script: str, told: list[str]) -> None:
    assert [(word.text, word.unfit) for word in scripted(script, ())] == [(word, None) for word in told]


@pytest.mark.parametrize(
    "script", ["a; kube-apiserver", "kube-apiserver $FLAGS", "kube-apiserver `flags`", "kube-apiserver 'open", "a | b"]
)
def test_any_other_script_cannot_be_told(script: str) -> None:
    (word,) = scripted(script, ())
    assert word.unfit is not None


def test_values() -> None:
    assert BOOLEAN.texts(["false", "T"]) is True
    assert NUMBER.texts(["0x10"]) == 16
    assert WORDS.texts(["a,b", '"c,d"']) == ("a", "b", "c,d")
    assert GATES.texts(["A=true", "kube:A=false,B=1"]) == {"A": False, "B": True}
    assert DURATION.field("1h30m") == 5400
    for reader, text in ((BOOLEAN, "yes"), (NUMBER, "many"), (GATES, "A"), (DURATION, "1d")):
        with pytest.raises(ValueError):  # noqa: PT011 - whatever its words, the setting names the flag.
            reader.texts([text])


@pytest.mark.parametrize(("text", "seconds"), [("0", 0), ("1.5h", 5400), ("1m0s", 60), ("-2s", -2), (".5s", 0.5)])
def test_durations(text: str, seconds: float) -> None:
    """https://pkg.go.dev/time#ParseDuration"""
    assert duration(text) == seconds


@pytest.mark.parametrize(
    ("tag", "minor"),
    [
        ("v1.31.2", 31),
        ("1.30.4-eks-a1b2", 30),
        ("v1.9", 9),
        ("latest", None),
        ("3.5.21-0", None),
        ("", None),
        ("v11.2", None),
    ],
)
def test_versions(tag: str, minor: int | None) -> None:
    assert minor_of(tag) == minor
