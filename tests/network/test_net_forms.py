"""The forms in which is told who may reach whom: what each says is what the edges say."""

import csv
import io
import json
import re
from collections import defaultdict

import pytest

from hardstand.analysis.reach.blocks import EVERYWHERE, V4, blocks
from hardstand.analysis.reach.connections import ALL, NONE, Connections, port, shortly
from hardstand.analysis.reach.edges import End
from hardstand.network.forms.csv import as_csv
from hardstand.network.forms.graphviz import as_graphviz
from hardstand.network.forms.json import as_json
from hardstand.network.forms.markdown import as_markdown
from hardstand.network.forms.matrix_data import matrix_as_csv, matrix_as_json, matrix_as_markdown
from hardstand.network.forms.matrix_text import as_text as matrix_text
from hardstand.network.forms.mermaid import as_mermaid
from hardstand.network.forms.npguard import as_np_guard
from hardstand.network.forms.outside import outside_text
from hardstand.network.forms.rows import gathered
from hardstand.network.forms.text import as_text
from hardstand.network.reaching.comparing import compared
from hardstand.network.reaching.matrix import State, matrix_of
from hardstand.network.reaching.naming import chosen
from hardstand.network.reaching.selecting import Selection
from tests.network.picturing import everything, network, policy, random_network, workload

DB = "podSelector: {matchLabels: {app: db}}"
SHOP = (
    workload("web")
    + workload("api")
    + workload("db")
    + workload("agent", "ops")
    + policy(
        "db",
        f"{{{DB}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: api}}}}}}], ports: [{{port: 5432}}]}}]}}",
    )
    + policy(
        "api",
        "{podSelector: {matchLabels: {app: api}}, policyTypes: [Egress], "
        f"egress: [{{to: [{{{DB}}}]}}, {{to: [{{ipBlock: {{cidr: 192.0.2.0/24}}}}], ports: [{{port: 443}}]}}]}}",
    )
)
HOST = workload("web") + workload("host", more=", hostNetwork: true") + policy("none", "{podSelector: {}}")


def test_text_tells_what_is_alike_once() -> None:
    told = "".join(as_text(everything(SHOP)))
    assert (
        told
        == """\
every workload reaches
  shop/api[Deployment]  All Connections

internet reaches
  ops/agent[Deployment]  All Connections
  shop/api[Deployment]   All Connections
  shop/web[Deployment]   All Connections

ops/agent[Deployment] and shop/web[Deployment] reach
  ops/agent[Deployment]  All Connections
  shop/web[Deployment]   All Connections
  internet               All Connections

shop/api[Deployment] reaches
  shop/db[Deployment]  TCP 5432
  192.0.2.0/24         TCP 443

shop/db[Deployment] reaches
  ops/agent[Deployment]  All Connections
  shop/web[Deployment]   All Connections
  internet               All Connections

4 workloads in 2 namespaces, 15 pairs may talk; 3 reached from outside, 4 may call outside
"""
    )


def test_text_tells_what_every_workload_reaches_once() -> None:
    clients = "".join(workload(f"web-{at}") for at in range(4))
    dns = workload("dns") + policy(
        "dns",
        "{podSelector: {matchLabels: {app: dns}}, policyTypes: [Ingress, Egress], ingress: "
        "[{from: [{podSelector: {}}], ports: [{port: 53}]}, {from: [{podSelector: {matchLabels: "
        "{app: web-0}}}], ports: [{port: 9100}]}]}",
    )
    none = "".join(policy(f"p-{at}", f"{{podSelector: {{matchLabels: {{app: web-{at}}}}}}}") for at in range(4))
    assert (
        "".join(as_text(everything(clients + dns + none)))
        == """\
every workload reaches
  shop/dns[Deployment]  TCP 53

shop/web-0[Deployment] reaches
  shop/dns[Deployment]  TCP 53,9100
  internet              All Connections

shop/web-1[Deployment], shop/web-2[Deployment] and shop/web-3[Deployment] reach
  internet  All Connections

5 workloads in 1 namespace, 8 pairs may talk; 0 reached from outside, 4 may call outside
"""
    )


def test_text_has_one_line_for_what_one_reaches_of_another() -> None:
    limited = workload("limited") + policy(
        "limited",
        "{podSelector: {matchLabels: {app: limited}}, policyTypes: [Egress], "
        "egress: [{ports: [{port: 53, protocol: UDP}]}]}",
    )
    told = "".join(as_text(everything("".join(workload(f"web-{at}") for at in range(4)) + limited)))
    assert "every workload reaches\n  shop/limited[Deployment]  All Connections\n\n" in told
    assert "UDP 1-52" not in told
    assert (
        """
shop/limited[Deployment] reaches
  all 4 other workloads  UDP 53
  internet               UDP 53
"""
        in told
    )


def test_text_says_what_is_left_out_where_that_is_shorter() -> None:
    named = "{podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress], ingress: [{ports: [%s]}]}"
    ports = "{port: 1, endPort: 52}, {port: 54, endPort: 65535}, {port: 1, endPort: 65535, protocol: UDP}"
    told = "".join(as_text(everything(workload("web") + workload("api") + policy("web", named % ports))))
    assert "shop/web[Deployment]  TCP 1-52,54-65535,UDP 1-65535" in told
    assert shortly(ALL - port("UDP", 53)) == "all but UDP 53"
    assert shortly(ALL) == "All Connections"


def test_text_tells_what_hangs_on_what_nobody_can_tell() -> None:
    told = "".join(as_text(everything(HOST)))
    assert "  shop/web[Deployment]  perhaps All Connections\n      if pods on their node's network: " in told
    assert "1 of them not certain" in told


def test_text_says_that_nothing_is_reached() -> None:
    told = "".join(
        as_text(everything(workload("web") + policy("none", "{podSelector: {}, policyTypes: [Ingress, Egress]}")))
    )
    assert told == "nothing is reached; 1 workload read\n"


@pytest.mark.parametrize("seed", range(200))
def test_the_groups_of_the_text_are_exactly_the_edges(seed: int) -> None:
    selection = Selection(random_network(seed))
    expected: dict[tuple[End, End], tuple[Connections, Connections]] = {}
    outside: dict[End, dict[tuple[Connections, Connections], Connections]] = defaultdict(dict)
    for edge in selection:
        if edge.destination.span is None:
            expected[edge.source, edge.destination] = (edge.connections, edge.possible)
        else:
            how = (edge.connections, edge.possible)
            outside[edge.source][how] = outside[edge.source].get(how, NONE) | Connections((edge.destination.span,))
    found = gathered(selection)
    told: dict[tuple[End, End], tuple[Connections, Connections]] = {}
    for how, row in found.common.items():
        for source in (end for end in selection.estate.edges.ends if end.namespace):
            told.update({(source, end): how for end in row.ends if end != source})
    for group in found.groups:
        for source in group.sources:
            for how, row in group.rows.items():
                for end in (one for one in row.ends if one != source):
                    sure, possible = told.get((source, end), (NONE, NONE))
                    told[source, end] = (sure | how[0], possible | how[1])
            left = {how: Connections(row.outside) for how, row in group.rows.items() if row.outside}
            assert left == outside.pop(source, {})
    assert told == expected
    assert not outside


@pytest.mark.parametrize("seed", range(60))
def test_every_form_has_every_pair(seed: int) -> None:
    selection = Selection(random_network(seed))
    pairs = [(edge.source.name, edge.destination.name) for edge in selection]
    found = json.loads("".join(as_json(selection, None, ())))
    assert [(one["from"], one["to"]) for one in found["edges"]] == pairs
    assert [one.get("possible") for one in found["edges"]] == [
        None if edge.possible == edge.connections else str(edge.possible) for edge in selection
    ]
    assert all(one["conditions"] for one in found["edges"] if "possible" in one)
    table = list(csv.reader(io.StringIO("".join(as_csv(selection)), newline="")))
    assert [(row[0], row[1]) for row in table[1:]] == pairs
    rows = "".join(as_markdown(selection)).splitlines()[2:]
    assert len(rows) == len(re.findall(r" -->\||-\.->\|", "".join(as_mermaid(selection))))
    assert len(rows) == len(re.findall(r"n\d+ -> n\d+ ", "".join(as_graphviz(selection))))


def test_np_guard_knows_no_ipv6_no_icmp_and_no_balancer() -> None:
    text = workload("web") + policy(
        "web",
        "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: '2001:db8::/32'}}, {ipBlock: {cidr: 192.0.2.0/24}}]}]}",
    )
    found = json.loads("".join(as_np_guard(everything(text))))
    assert [(one["src"], one["conn"]) for one in found if one["dst"] == "shop/web[Deployment]"] == [
        ("192.0.2.0-192.0.2.255[External]", "All Connections")
    ]
    assert not [one for one in found if ":" in one["src"] + one["dst"]]
    assert json.loads("".join(as_np_guard(everything("")))) == []


def test_diagrams_escape_what_they_are_given() -> None:
    text = workload('"a]|b--><x"', "'n\\s\"'")
    mermaid, graphviz = ("".join(form(everything(text))) for form in (as_mermaid, as_graphviz))
    assert '["#quot;a]|b--#gt;#lt;x#quot;' in mermaid or "a]|b--#gt;#lt;x" in mermaid
    assert '-->"|' not in mermaid
    assert '\\\\s\\"' in graphviz


def test_markdown_and_csv_escape_what_they_are_given() -> None:
    text = workload("'=cmd|x'", "shop") + workload("b")
    markdown = "".join(as_markdown(everything(text)))
    assert "=cmd\\|x" in markdown
    assert "'=x" in "".join(matrix_as_csv(matrix_of(network(workload("a", "'=x'")))))


def test_the_header_of_a_matrix_is_as_safe_as_its_rows() -> None:
    """Names of what is called stand in it."""
    hostile = workload("b", r'"@SUM(1)|\e]0;x\a\nfrom"')
    table = list(csv.reader(io.StringIO("".join(matrix_as_csv(matrix_of(network(hostile)))), newline="")))
    name = "'@SUM(1)|\ufffd]0;x\ufffd\ufffdfrom/b[Deployment]"
    assert name in table[0]
    assert table[0][1:] == [row[0] for row in table[1:]]


@pytest.mark.parametrize(
    ("spans", "six", "text"),
    [
        ((V4,), False, "internet"),
        (EVERYWHERE, True, "internet"),
        ((V4,), True, "internet (IPv4)"),
        (blocks("0.0.0.0/0", ["10.0.0.0/8"]), False, "internet except 10.0.0.0/8"),
        (blocks("0.0.0.0/0", ["10.0.0.0/8", "192.0.2.1/32"]), False, "internet except 10.0.0.0/8, 192.0.2.1/32"),
        (blocks("10.0.0.0/8"), False, "10.0.0.0/8"),
        (blocks("10.0.0.0/8", ["10.0.0.0/32"]), False, "10.0.0.1-10.255.255.255"),
        (blocks("::/0", ["::/1"]), True, "8000::/1"),
    ],
)  # fmt: skip
def test_addresses_are_told_in_few_words(spans: object, six: bool, text: str) -> None:
    assert outside_text(spans, six=six) == text  # type: ignore[arg-type]


def test_the_matrix_has_the_four_states() -> None:
    matrix = matrix_of(network(HOST + workload("far", "ops")))
    assert matrix.state("shop/web[Deployment]", "ops/far[Deployment]") is State.ALL
    assert matrix.state("shop/host[Deployment]", "shop/web[Deployment]") is State.UNKNOWN
    assert matrix.state("ops/far[Deployment]", "shop/web[Deployment]") is State.NONE
    assert matrix.state("ops/far[Deployment]", "ops/far[Deployment]") is None
    shop = matrix_of(network(SHOP))
    assert shop.state("shop/api[Deployment]", "shop/db[Deployment]") is State.SOME
    assert shop.state("shop/api[Deployment]", "internet") is State.SOME
    assert shop.state("internet", "shop/web[Deployment]") is State.ALL
    by = matrix_of(network(SHOP), "namespace")
    assert (by.rows, by.state("shop", "shop"), by.state("ops", "shop")) == (
        ["ops", "shop", "internet"],
        State.SOME,
        State.SOME,
    )
    assert by.state("ops", "ops") is None


@pytest.mark.parametrize("seed", range(60))
def test_the_matrix_says_what_the_edges_say_in_every_form(seed: int) -> None:
    estate = random_network(seed)
    matrix = matrix_of(estate)
    for edge in (one for one in Selection(estate) if one.source.namespace and one.destination.namespace):
        state = matrix.state(edge.source.name, edge.destination.name)
        assert state is (State.UNKNOWN if not edge.connections else state)
        assert state in (State.ALL, State.SOME, State.UNKNOWN)
        assert (state is State.ALL) == (str(edge.connections) == "All Connections")
    table = list(csv.reader(io.StringIO("".join(matrix_as_csv(matrix)), newline="")))
    found = json.loads("".join(matrix_as_json(matrix, None, (), ())))
    assert found["from"] == [row[0] for row in table[1:]]
    assert found["to"] == table[0][1:]
    assert [[cell or "" for cell in row] for row in found["cells"]] == [row[1:] for row in table[1:]]
    markdown = "".join(matrix_as_markdown(matrix)).splitlines()
    assert len(markdown) == len(table) + 1
    assert not {cell for row in found["cells"] for cell in row} - {None, *map(str, State)}


def test_the_matrix_folds_what_is_alike_and_goes_on_below() -> None:
    text = "".join(workload(f"web-{at}") for at in range(5))
    assert (
        "".join(matrix_text(matrix_of(network(text))))
        == """\
                                        1 2
1 shop/web-0[Deployment] and 4 like it  A A
2 internet                              A -

rows reach columns: A everything, s some, · nothing, ? nobody can tell; 4 rows are folded (`--format csv` has them all)
"""
    )
    wide = "".join(
        workload(f"web-{at}")
        + policy(
            f"web-{at}",
            f"{{podSelector: {{matchLabels: {{app: web-{at}}}}}, "
            f"ingress: [{{from: [{{podSelector: {{matchLabels: {{app: web-{at - 1}}}}}}}]}}]}}",
        )
        for at in range(9)
    )
    lines = "".join(matrix_text(matrix_of(network(wide)), 50)).splitlines()
    assert max(map(len, lines[:-1])) <= 50
    firsts = [line for line in lines if line.startswith(" 1 shop/web-0[Deployment]")]
    assert firsts == [" 1 shop/web-0[Deployment]   -  A  ·  ·  ·  ·  ·  ·", " 1 shop/web-0[Deployment]   ·  A"]


@pytest.mark.parametrize("seed", range(80))
def test_a_network_differs_from_another_by_what_their_edges_differ(seed: int) -> None:
    old, new = random_network(seed), random_network(seed + 1000)
    same = compared(old, old)
    assert (same.changes, same.new, same.gone) == ([], [], [])
    there, back = compared(old, new), compared(new, old)
    assert {(one.source, one.destination, one.before, one.after) for one in there.changes} == {
        (one.source, one.destination, one.after, one.before) for one in back.changes
    }
    assert [one.opened for one in there.changes] == [one.closed for one in back.changes]
    assert (list(there.new), list(there.gone)) == (list(back.gone), list(back.new))


def test_an_end_is_called_by_any_part_of_its_name() -> None:
    estate = network(SHOP + workload("web", "ops"))
    names = {
        "shop/web[Deployment]": {"shop/web[Deployment]"},
        "shop/web": {"shop/web[Deployment]"},
        "web": {"shop/web[Deployment]", "ops/web[Deployment]"},
        "web[Deployment]": {"shop/web[Deployment]", "ops/web[Deployment]"},
        "ops/": {"ops/agent[Deployment]", "ops/web[Deployment]"},
    }
    for word, ends in names.items():
        assert {end.name for end in estate.edges.ends if end in chosen(word, estate)} == ends
    assert all((end.span is not None) == (end in chosen("internet", estate)) for end in estate.edges.ends)
