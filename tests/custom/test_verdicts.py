"""What controls of expressions come to in the evaluator: unknown, not applicable, messages, places, kinds."""

from typing import Any

import pytest

from hardstand.baseline.custom import CustomControl
from hardstand.baseline.custom_reader import Known, custom_control
from hardstand.controls.custom import made
from hardstand.engine import catalog
from hardstand.engine.custom_tests import judge
from hardstand.engine.evaluate import Hit
from hardstand.engine.kinds import followed, wanted
from hardstand.engine.settings import Settings
from hardstand.inventory.objects import KubeObject, objects_in
from hardstand.model.kind import Kind

KNOWN = Known(frozenset(), (), 37)
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}, "spec": {"x": 1}}


def declared(**fields: Any) -> CustomControl:
    told: list[tuple[Any, str]] = []
    value = {
        "id": "made-up",
        "summary": "Made up.",
        "severity": "low",
        "match": {"kinds": ["*"]},
        "tests": {"accepts": [POD], "rejects": [POD]},
        **fields,
    }
    one = custom_control(value, ("controls", 0), lambda path, message: told.append((path, message)), KNOWN)
    assert one is not None, told
    return one


def verdict(one: CustomControl, *objects: Any, complete: bool = False) -> tuple[str, str | None, list[Hit]]:
    parts = [
        part
        for value in objects
        for part in objects_in(value, file="f.yaml", document=0, rendered_from=None, namespace="default")
        if isinstance(part, KubeObject)
    ]
    judged = judge(made(one), parts, Settings(), complete=complete)
    ((_, found, why),) = judged[0].verdicts
    return found.value, why.value if why else None, judged[0].hits


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("object.spec.missing == 1", "`object.spec.missing == 1` cannot be evaluated: no such key: missing"),
        ("object.spec.x", "`object.spec.x` cannot be evaluated: the expression must give a bool, and gives a int"),
        ("object.spec.x + 'a' == ''", "cannot be evaluated: no such overload: `+` of int, string"),
        ("object.spec.x / 0 == 1", "cannot be evaluated: division by zero"),
        (
            "sign(quantity(object.metadata.name)) == 1",
            "no quantity",
        ),
        ("object.spec.x.y.z", "no field y in int"),
    ],
)
def test_what_cannot_be_evaluated_is_unknown(expression: str, says: str) -> None:
    found, why, hits = verdict(declared(expression=expression), POD)
    assert (found, why) == ("unknown", "crashed")
    assert says in hits[0].message


@pytest.mark.parametrize(
    ("expression", "looks"),
    [
        ("object.spec.x == 1", False),
        ("has(object.metadata.labels) && object.?spec.x.orValue(1) == 1", False),
        ("object.statusPage == 1", False),
        ("object.status.x == 1", True),
        ("object.?status.x.orValue(1) == 1", True),
        ("object . status.x == 1", True),
        ("has(object.status)", True),
        ("object['sta' + 'tus'].x == 1", True),
        ("size(object) == 4", True),
        ("[object].all(each, each.spec.x == 1)", True),
        ("dyn(object).status.x == 1", True),
    ],
)
def test_whether_it_may_look_at_a_status_is_known(expression: str, looks: bool) -> None:
    assert made(declared(expression=expression)).reported is looks
    named = declared(variables=[{"name": "held", "expression": expression}], expression="variables.held == true")
    assert made(named).reported is looks
    said = [{"expression": "object.spec.x == 2", "messageExpression": f"string({expression})"}]
    assert made(declared(validations=said)).reported is looks


def test_a_status_that_somebody_may_look_at_is_followed() -> None:
    pods = Kind("", "Pod")
    held = followed(catalog.load())
    assert not wanted(held)[pods].status
    assert wanted(catalog.load())[pods].status  # Where a pod has its address.
    assert wanted([*held, made(declared(expression="object.status.phase != 'Failed'"))])[pods].status
    elsewhere = declared(expression="object.status.x == 1", match={"kinds": ["Node"]})
    assert not wanted([*held, made(elsewhere)])[pods].status


def test_an_error_never_hides_what_another_expression_finds() -> None:
    one = declared(validations=[{"expression": "object.nope"}, {"expression": "object.spec.x == 2", "message": "is 1"}])
    found, _, hits = verdict(one, POD)
    assert found == "fail"
    assert [(hit.verdict.value, hit.message) for hit in hits] == [
        ("fail", "is 1"),
        ("unknown", "`object.nope` cannot be evaluated: no such key: nope"),
    ]


def test_an_error_beside_what_holds_is_no_pass() -> None:
    one = declared(validations=[{"expression": "object.nope"}, {"expression": "object.spec.x == 1"}])
    assert verdict(one, POD)[:2] == ("unknown", "crashed")


@pytest.mark.parametrize(
    "expression",
    [
        "request.operation != 'DELETE'",
        "oldObject == null || oldObject.spec == object.spec",
        "authorizer.group('').resource('pods').namespace('shop').check('get').allowed()",
        "object.spec.x == 1 || request.dryRun",
        "[1].all(i, request.name != '')",
    ],
)
def test_what_asks_about_a_request_is_not_applicable(expression: str) -> None:
    assert verdict(declared(expression=expression), POD)[:2] == ("not-applicable", "no-subject")


def test_a_variable_that_asks_about_a_request_counts_for_those_that_use_it() -> None:
    variables = [
        {"name": "who", "expression": "request.userInfo.username"},
        {"name": "theirs", "expression": "variables.who == 'ada'"},
        {"name": "ours", "expression": "object.spec.x"},
    ]
    assert verdict(declared(variables=variables, expression="variables.theirs"), POD)[0] == "not-applicable"
    assert verdict(declared(variables=variables, expression="variables.ours == 1"), POD)[0] == "pass"


@pytest.mark.parametrize(
    "expression",
    [
        "object.spec.?request.orValue('request') == 'request'",
        "'request.operation' != object.metadata.name",
        "!has(object.request)",
        "[1].all(request, request == 1)",
        "{'oldObject': 1}.oldObject == 1",
    ],
)
def test_a_word_that_is_no_variable_does_not_count(expression: str) -> None:
    assert verdict(declared(expression=expression), POD)[0] == "pass"


def test_what_a_macro_names_hides_the_variable_only_inside_of_it() -> None:
    expression = "[1].all(request, request == 1) && request.name == 'p'"
    assert verdict(declared(expression=expression), POD)[0] == "not-applicable"


def test_of_two_expressions_the_one_without_a_request_still_decides() -> None:
    one = declared(validations=[{"expression": "request.name == 'p'"}, {"expression": "object.spec.x == 2"}])
    assert verdict(one, POD)[0] == "fail"


def test_variables_are_lazy_and_see_those_above() -> None:
    variables = [
        {"name": "broken", "expression": "object.nope.nope"},
        {"name": "one", "expression": "object.spec.x"},
        {"name": "two", "expression": "variables.one + 1"},
    ]
    assert verdict(declared(variables=variables, expression="variables.two == 2"), POD)[0] == "pass"
    assert verdict(declared(variables=variables, expression="variables.broken"), POD)[0] == "unknown"
    assert verdict(declared(variables=variables, expression="true || variables.broken"), POD)[0] == "pass"


def test_variables_are_not_touched_by_what_a_macro_names() -> None:
    one = declared(
        variables=[{"name": "x", "expression": "object.spec.x"}],
        expression="[{'spec': 7}].all(object, variables.x == 1)",
    )
    assert verdict(one, POD)[0] == "pass"


def test_params_are_what_is_declared() -> None:
    assert verdict(declared(params={"least": [1, 2]}, expression="object.spec.x in params.least"), POD)[0] == "pass"


def test_the_message_is_computed_or_declared() -> None:
    computed = declared(expression="false", messageExpression="'x is ' + string(object.spec.x)", message="else")
    assert verdict(computed, POD)[2][0].message == "x is 1"
    broken = declared(expression="false", messageExpression="'x is ' + object.spec.x", message="else")
    assert verdict(broken, POD)[2][0].message == "else"
    assert verdict(declared(expression="1 > 2"), POD)[2][0].message == "does not hold: 1 > 2"


@pytest.mark.parametrize(
    ("data", "expression"),
    [
        ({"kind": "Secret", "stringData": {"password": "hunter2hunter2"}}, "'it is ' + object.stringData.password"),
        (
            {"kind": "Secret", "stringData": {"password": "hunter2hunter2"}},
            "object.stringData.password.substring(0, 3)",
        ),
        ({"kind": "ConfigMap", "data": {"password": "hunter2hunter2"}}, "'it is ' + object.data.password"),
    ],
)
def test_a_message_never_holds_a_secret(data: dict[str, Any], expression: str) -> None:
    one = declared(expression="false", messageExpression=expression, message="holds a weak password")
    subject = {"apiVersion": "v1", "metadata": {"name": "s"}, **data}
    assert verdict(one, subject)[2][0].message == "holds a weak password"


def test_an_error_never_holds_a_value() -> None:
    subject = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "s"},
        "stringData": {"password": "hunter2hunter2"},
    }
    for expression in (
        "quantity(object.stringData.password) == quantity('1')",
        "object[object.stringData.password]",
        "timestamp(object.stringData.password) > timestamp(0)",
        "int(object.stringData.password) == 1",
        "'a'.matches('[' + object.stringData.password)",
        "object.stringData.password + 1 == 'a'",
        "ip(object.stringData.password).family() == 4",
        "semver(object.stringData.password).major() == 4",
        "url(object.stringData.password).getHost() == ''",
    ):
        found, _, hits = verdict(declared(expression=expression), subject)
        assert found == "unknown"
        assert "hunter2" not in hits[0].message


def test_the_field_is_where_the_finding_is() -> None:
    one = declared(expression="false", field='metadata.labels["a.b/c"]')
    assert verdict(one, POD)[2][0].path == ("metadata", "labels", "a.b/c")
    assert verdict(declared(expression="false", field="spec.containers[0].image"), POD)[2][0].path[2:] == (0, "image")


@pytest.mark.parametrize(
    ("kinds", "looked_at"),
    [
        (["Workload"], ["v1 Pod", "apps/v1 Deployment"]),
        (["Service"], ["v1 Service", "serving.knative.dev/v1 Service"]),
        (["core/Service"], ["v1 Service"]),
        (["apps/Deployment", "core/Pod"], ["v1 Pod", "apps/v1 Deployment"]),
        (["apps/*"], ["apps/v1 Deployment"]),
        (["*/Pod"], ["v1 Pod"]),
    ],
)
def test_kinds(kinds: list[str], looked_at: list[str]) -> None:
    one = made(declared(expression="true", match={"kinds": kinds}))
    words = ["v1 Pod", "apps/v1 Deployment", "v1 Service", "serving.knative.dev/v1 Service", "v1 Node"]
    objects = [
        part
        for word in words
        for part in objects_in(
            {"apiVersion": word.split()[0], "kind": word.split()[1], "metadata": {"name": "a"}},
            file="", document=0, rendered_from=None, namespace="default",
        )
        if isinstance(part, KubeObject)
    ]  # fmt: skip
    found = {f"{judged.object.api_version} {judged.object.kind.name}" for judged in judge(one, objects, Settings())}
    wanted = set(looked_at) | ({"serving.knative.dev/v1 Service"} if kinds == ["Workload"] else set())
    assert found == wanted


def test_the_namespace_is_its_own_object() -> None:
    one = declared(expression="namespaceObject.metadata.labels.tier == 'gold'", match={"kinds": ["Pod"]})
    gold = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"tier": "gold"}}}
    plain = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"tier": "tin"}}}
    other = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "other", "labels": {"tier": "gold"}}}
    assert verdict(one, POD, gold)[0] == "pass"
    assert verdict(one, POD, plain)[0] == "fail"
    assert verdict(one, POD, other)[:2] == ("unknown", "not-in-input")
    assert verdict(one, POD)[:2] == ("unknown", "not-in-input")


def test_outside_of_namespaces_the_namespace_is_null() -> None:
    one = declared(expression="namespaceObject == null", match={"kinds": ["Node"]})
    assert verdict(one, {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n"}})[0] == "pass"


def test_a_property_can_be_named_as_the_documentation_escapes_it() -> None:
    subject = {
        "apiVersion": "v1",
        "kind": "X",
        "metadata": {"name": "x"},
        "spec": {"x-prop": 1, "redact__d": 2, "if": 3},
    }
    for expression in (
        "object.spec.x__dash__prop == 1",
        "object.spec.redact__underscores__d == 2",
        "object.spec.redact__d == 2",
        "object.spec.__if__ == 3",
        "object.spec['x-prop'] == 1",
        "object.spec.`x-prop` == 1",
        "has(object.spec.x__dash__prop)",
    ):
        assert verdict(declared(expression=expression), subject)[0] == "pass", expression


def test_the_page_has_what_reports_show() -> None:
    one = made(declared(expression="true", why="Because.", fix="Mend it.\n\nThen rest."))
    assert one.doc == "Made up.\n\nWhy\n    Because.\n\nFix\n    Mend it.\n\n    Then rest."
    assert one.summary == "Made up"
    assert "    true" in made(declared(expression="true")).doc
