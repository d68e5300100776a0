"""All suites that are asked, each with what turns its pack into cases."""

from collections.abc import Mapping

from agreement.case import Adapter
from agreement.suites import checkov, gatekeeper, kube_linter, kyverno, psa, regolibrary, trivy

ADAPTERS: Mapping[str, Adapter] = {
    "psa": psa.cases,
    "kyverno": kyverno.test_cases,
    "kyverno_chainsaw": kyverno.chainsaw_cases,
    "gatekeeper": gatekeeper.cases,
    "checkov_k8s": checkov.file_cases,
    "checkov_k8s_dirs": checkov.directory_cases,
    "regolibrary": regolibrary.cases,
    "kube_linter": kube_linter.cases,
    "trivy_examples": trivy.cases,
}
