"""The framework files are well-formed and hold the ids that controls may name."""

import dataclasses
import re

import pytest

from hardstand import frameworks

PSS_BASELINE = {
    "hostNamespaces",
    "privileged",
    "capabilities_baseline",
    "hostPathVolumes",
    "hostPorts",
    "hostProbesAndHostLifecycle",
    "appArmorProfile",
    "seLinuxOptions",
    "procMount",
    "seccompProfile_baseline",
    "sysctls",
    "windowsHostProcess",
}
PSS_RESTRICTED = {
    "restrictedVolumes",
    "allowPrivilegeEscalation",
    "runAsNonRoot",
    "runAsUser",
    "seccompProfile_restricted",
    "capabilities_restricted",
    "procMount_restricted",
}
# How many parts each chapter of the production checklist has; P11 stands alone.
CHECKLIST = {"P1": 4, "P2": 3, "P3": 3, "P4": 3, "P5": 4, "P6": 3, "P7": 3, "P8": 3, "P9": 3, "P10": 3}
ID_SHAPE = {
    "cis-kubernetes": r"[1-5]\.\d+(\.\d+)?",
    "iso-27001": r"A\.[5-8]\.\d+",
    "nist-800-190": r"4\.[1-5]\.[1-5]",
    "nist-800-53": r"[A-Z]{2}-\d+(\(\d+\))?",
    "nsa-cisa": r"[a-z-]+\.[a-z-]+",
    "pci-dss": r"\d{1,2}(\.\d+){2,3}",
    "production-checklist": r"P\d+(\.\d)?",
    "pss-baseline": r"[A-Za-z]+(_baseline)?",
    "pss-restricted": r"[A-Za-z]+(_restricted)?",
    "soc2": r"(CC\d|A\d|C\d)\.\d",
    "twelve-controls": r"T[1-7](\.\d)?",
}
HEAD = 'id = "mine"\ntitle = "Mine"\nversion = "1"\nsource = "https://example.com"\n'


def test_the_frameworks_are_these():
    assert list(frameworks.load()) == sorted(ID_SHAPE)


@pytest.mark.parametrize("name", sorted(ID_SHAPE))
def test_a_framework_is_well_formed(name):
    framework = frameworks.load()[name]
    assert framework.id == name
    assert framework.version
    assert framework.source.startswith("https://")
    for requirement, title in framework.requirements.items():
        assert re.fullmatch(ID_SHAPE[name], requirement), requirement
        assert 5 <= len(title) <= 140, (requirement, title)
        assert title == title.strip(), requirement
        assert not title.endswith("."), requirement
    titles = list(framework.requirements.values())
    assert len(set(titles)) == len(titles), "two requirements have one title"


def test_pod_security_ids_are_those_of_kubernetes():
    assert set(frameworks.load()["pss-baseline"].requirements) == PSS_BASELINE
    assert set(frameworks.load()["pss-restricted"].requirements) == PSS_RESTRICTED


def test_the_production_checklist_is_complete():
    wanted = {f"{chapter}.{part}" for chapter, parts in CHECKLIST.items() for part in range(1, parts + 1)} | {"P11"}
    assert set(frameworks.load()["production-checklist"].requirements) == wanted


def test_every_family_of_the_twelve_controls_has_its_parts():
    held = frameworks.load()["twelve-controls"].requirements
    assert {key for key in held if "." not in key} == {f"T{family}" for family in range(1, 8)}
    for family in range(1, 8):
        parts = [int(key.split(".")[1]) for key in held if key.startswith(f"T{family}.")]
        assert parts == list(range(1, len(parts) + 1))
        assert len(parts) >= 4, f"T{family}"


def test_cis_policies_are_complete():
    held = frameworks.load()["cis-kubernetes"].requirements
    sections = {"5.1": 13, "5.2": 12, "5.3": 2, "5.4": 2, "5.5": 1, "5.6": 4}
    wanted = {f"{section}.{part}" for section, parts in sections.items() for part in range(1, parts + 1)}
    assert {key for key in held if key.startswith("5.")} == wanted


@pytest.mark.parametrize(
    "full", ["pss-baseline:privileged", "nist-800-53:AC-6(10)", "cis-kubernetes:5.2.2", "production-checklist:P11"]
)
def test_known_ids(full):
    assert frameworks.known(full)


@pytest.mark.parametrize(
    "full",
    [
        "pss-baseline",
        "pss-baseline:",
        "pss-baseline:Privileged",
        "privileged",
        "nobody:privileged",
        "",
        ":",
        "pss-baseline:a:b",
    ],
)
def test_unknown_ids(full):
    assert not frameworks.known(full)


def test_what_is_loaded_is_shared_and_cannot_be_changed():
    framework = frameworks.load()["soc2"]
    assert frameworks.load()["soc2"] is framework
    with pytest.raises(TypeError):
        framework.requirements["CC9.9"] = "made up"
    with pytest.raises(dataclasses.FrozenInstanceError):
        framework.title = "other"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("id = ", "mine.toml"),
        (HEAD, "[requirements] is missing"),
        (HEAD + "[requirements]\n", "[requirements] is missing or empty"),
        (HEAD + '[requirements]\nA1.1 = "unquoted"\n', "ids with a dot need quotes"),
        (HEAD + '[requirements]\n"A" = " "\n', "'A' must be text and not empty"),
        (HEAD + 'note = "x"\n[requirements]\n"A" = "a"\n', "note"),
        (HEAD.replace("mine", "yours") + '[requirements]\n"A" = "a"\n', "not the file's name"),
    ],
)
def test_a_malformed_file_is_named(text, complaint):
    with pytest.raises(ValueError, match=re.escape(complaint)) as caught:
        frameworks.parse("mine.toml", text)
    assert str(caught.value).startswith("mine.toml: ")
