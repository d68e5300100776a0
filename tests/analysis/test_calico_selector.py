"""Calico's language of selectors.

The meanings are those of https://docs.tigera.io/calico/latest/reference/resources/networkpolicy#selectors.
"""

import random
from collections.abc import Callable, Mapping

import pytest

from hardstand.analysis.calico_selector import keys, parse, selects

Labels = Mapping[str, str]


@pytest.mark.parametrize(
    ("text", "labels", "selected"),
    [
        ("", {}, True),
        ("all()", {}, True),
        ("!all()", {"a": "b"}, False),
        ("global()", {"a": "b"}, False),  # What has labels here is in a namespace.
        ("k == 'v'", {"k": "v"}, True),
        ('k == "v"', {"k": "w"}, False),
        ("k=='v'", {"k": "v"}, True),
        ("k != 'v'", {"k": "v"}, False),
        ("k != 'v'", {"k": "w"}, True),
        ("k != 'v'", {}, True),
        ("has(k)", {"k": ""}, True),
        ("has( k )", {}, False),
        ("!has(k)", {}, True),
        ("k in { 'v1', 'v2' }", {"k": "v2"}, True),
        ("k in {'v1','v2'}", {"k": "v3"}, False),
        ("k in {'v1','v2'}", {}, False),
        ("k in {}", {"k": "v"}, False),
        ("k in {'v',}", {"k": "v"}, True),
        ("k not in {'v1'}", {"k": "v1"}, False),
        ("k not in {'v1'}", {}, True),
        ("k notin{'v1'}", {"k": "v2"}, True),
        ("k contains 's'", {"k": "asb"}, True),
        ("k contains 's'", {"k": "ab"}, False),
        ("k contains ''", {}, False),
        ("k starts with 's'", {"k": "sa"}, True),
        ("k starts with 's'", {"k": "as"}, False),
        ("k ends with 's'", {"k": "as"}, True),
        ("k ends  with 's'", {"k": "sa"}, False),
        ("(k == 'v')", {"k": "v"}, True),
        ("!!has(k)", {"k": ""}, True),
        ("!(has(a) && has(b))", {"a": ""}, True),
        ("in in {'in'}", {"in": "in"}, True),
        ("has == 'has'", {"has": "has"}, True),
        ("app.kubernetes.io/name == 'a && b'", {"app.kubernetes.io/name": "a && b"}, True),
        # The example of the page: `!` binds more than `&&`, and `&&` more than `||`.
        ("! has(my-label) || my-label starts with 'prod' && role in {'frontend','business'}", {}, True),
        (
            "! has(my-label) || my-label starts with 'prod' && role in {'frontend','business'}",
            {"my-label": "prod"},
            False,
        ),
        (
            "! has(my-label) || my-label starts with 'prod' && role in {'frontend','business'}",
            {"my-label": "prod-1", "role": "business"},
            True,
        ),
    ],
)
def test_what_is_selected(text: str, labels: Labels, selected: bool) -> None:
    assert selects(parse(text), labels) is selected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("k = 'v'", "at character 3 of `k = 'v'` there should be `==`"),
        ("k == v", "there should be a text in quotes"),
        ("k == 'v", "there should be a text in quotes"),
        ("k", "there should be `==`"),
        ("(k == 'v'", "there should be `)`"),
        ("k == 'v')", "there should be `&&`, `||` or the end"),
        ("k == 'v' & has(a)", "there should be `&&`"),
        ("k == 'v' &&", "there should be a label"),
        ("k in 'v'", "there should be `{`"),
        ("k in {'v' 'w'}", "there should be `,` or `}`"),
        ("k in {,}", "there should be a text in quotes"),
        ("has()", "there should be"),
        ("all", "there should be `==`"),
        ("!", "there should be a label"),
        ("~k", "there should be a label"),
        ("(" * 60 + "all()" + ")" * 60, "no more than 50 parentheses"),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"at character \d+") as error:
        parse(text)
    assert message in str(error.value)


def test_labels_that_are_asked_for() -> None:
    assert set(keys(parse("!(a == 'b' || has(c)) && all() && d in {'e'}"))) == {"a", "c", "d"}


Meaning = Callable[[Labels], bool]


def drawn(chance: random.Random, depth: int) -> tuple[str, Meaning]:
    """A selector as text, and what it means, made beside each other."""
    key, value = chance.choice("abc"), chance.choice(("x", "y", "xy"))
    match chance.randint(0, 9 if depth else 5):
        case 0:
            return f"{key} == '{value}'", lambda labels: labels.get(key) == value
        case 1:
            return f'{key}!="{value}"', lambda labels: labels.get(key) != value
        case 2:
            return f"has({key})", lambda labels: key in labels
        case 3:
            return f"{key} not in {{'{value}', 'z'}}", lambda labels: labels.get(key) not in (value, "z")
        case 4:
            return f"{key} starts with '{value}'", lambda labels: key in labels and labels[key].startswith(value)
        case 5:
            return f"{key} contains '{value}'", lambda labels: key in labels and value in labels[key]
        case 6:
            text, meaning = drawn(chance, depth - 1)
            return f"!({text})", lambda labels: not meaning(labels)
        case 7:
            text, meaning = drawn(chance, depth - 1)
            return f"( {text})", meaning
    (one, first), (other, second) = drawn(chance, depth - 1), drawn(chance, depth - 1)
    if chance.random() < 0.5:
        return f"({one}) && ({other})", lambda labels: first(labels) and second(labels)
    return f"({one})||({other})", lambda labels: first(labels) or second(labels)


@pytest.mark.parametrize("seed", range(300))
def test_what_is_written_is_what_is_meant(seed: int) -> None:
    chance = random.Random(seed)
    text, meaning = drawn(chance, 4)
    selector = parse(text)
    for _ in range(20):
        labels = {key: chance.choice(("x", "y", "xy", "z", "")) for key in "abc" if chance.random() < 0.6}
        assert selects(selector, labels) is meaning(labels), (text, labels)
