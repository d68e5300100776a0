"""The page in a real browser: from a file, without a network, with hostile names, at the size of a big estate."""

import dataclasses
import json
import os
import re
import shutil
import time

import pytest

from hardstand.model.verdict import Action, Severity, Verdict, Why
from hardstand.report.html import render
from hardstand.report.json import summary

from .runs import EMPTY, PAGES, finding, hostile_run, run_of, scanned, unread

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
# Without a browser these tests are skipped, except where HARDSTAND_REQUIRE_BROWSER says that there must be one.
needs_browser = pytest.mark.skipif(
    not (CHROMIUM and DRIVER) and "HARDSTAND_REQUIRE_BROWSER" not in os.environ,
    reason="no chromium and chromedriver here: apt-get install chromium chromium-driver",
)
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--window-size=1300,1000",
)


@pytest.fixture(scope="module")
def browser():
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in QUIET:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


class Page:
    """A report in the browser. Leaving it checks that it asked for nothing and that nothing went wrong in it."""

    def __init__(self, browser, folder):
        self.browser = browser
        self.file = folder / "report.html"
        self.asked: list[str] = []

    def show(self, run, pages=PAGES, fragment=""):
        self.file.write_bytes(render(run, pages).encode("utf-8", "backslashreplace"))
        self.browser.get("about:blank")
        self.browser.get_log("performance")
        self.browser.get_log("browser")
        self.browser.get(f"{self.file.as_uri()}{fragment}")
        return self

    def js(self, script, *arguments):
        return self.browser.execute_script(f"return {script}", *arguments)

    def all(self, selector):
        return self.js("[...document.querySelectorAll(arguments[0])].map((one) => one.innerText)", selector)

    def text(self, selector):
        return self.js("document.querySelector(arguments[0]).textContent.replace(/\\s+/g, ' ').trim()", selector)

    def click(self, selector):
        self.js("document.querySelector(arguments[0]).click()", selector)

    def choose(self, name, value):
        script = "((one, value) => { one.value = value; one.dispatchEvent(new Event('input', { bubbles: true })); })"
        self.js(f"{script}(document.getElementById(arguments[0]), arguments[1])", name, value)

    def until(self, script, value):
        deadline = time.monotonic() + 5
        while (found := self.js(script)) != value and time.monotonic() < deadline:
            time.sleep(0.02)
        assert found == value

    def keys(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def check(self):
        assert self.browser.get_log("browser") == []
        events = [json.loads(one["message"])["message"] for one in self.browser.get_log("performance")]
        asked = [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]
        assert {url.partition("#")[0] for url in asked if not url.startswith("data:")} <= {self.file.as_uri()}


@pytest.fixture
def page(browser, tmp_path):
    found = Page(browser, tmp_path)
    yield found
    found.check()


def numbers(page):
    """The counts that the page shows."""
    ids = ("block", "warn", "waived", "fail", "unknown", "pass", "none")
    return {name: int(page.text(f"#count-{name}").replace(",", "")) for name in ids}


@needs_browser
def test_it_counts_what_the_run_counts(page, monkeypatch):
    run = scanned(monkeypatch)
    page.show(run)
    told = summary(run)
    told["none"] = told.pop("not_applicable")
    assert numbers(page) == {name: told[name] for name in numbers(page)}
    faults = [one for one in run.findings if one.verdict is Verdict.FAIL]
    assert page.text("#shown").startswith(f"{len(faults)} findings · ")
    assert page.text("#unknown-shown").startswith(f"{len(run.findings) - len(faults)} unknowns · ")
    assert page.text("#headline") == "2 root causes block."
    assert page.js("document.querySelectorAll('#coverage tbody tr').length") == 2 + len(run.coverage)


@needs_browser
def test_an_entry_opens_and_tells_all(page, monkeypatch):
    page.show(scanned(monkeypatch))
    page.click("#list .entry h3 button")
    body = page.text("#list .entry .body")
    for words in (
        "estate/web.yaml:17:25",
        "init container tune: runs privileged",
        "privileged: true",
        "Mend it",
        "Why",
    ):
        assert words in body
    assert page.text("#list .entry mark") == "true"
    assert "No container runs privileged" in body, "frameworks carry their titles"
    assert page.js("document.querySelectorAll('#list .entry .place').length") == 1, "one anchor is one place"
    assert page.js("document.querySelectorAll('#list .entry .said').length") == 2
    assert page.js("document.querySelector('#list .entry h3 button').getAttribute('aria-expanded')") == "true"
    page.click("#list .entry h3 button")
    assert page.js("document.querySelectorAll('.body').length") == 0


@needs_browser
def test_search_filters_and_the_address(page):
    run = run_of(
        finding(id="a" * 16, root_cause="a"),
        finding(id="b" * 16, root_cause="b", severity=Severity.LOW, place_file="deep/z.yaml", action=Action.BLOCK),
        finding(id="c" * 16, root_cause="c", action=Action.WAIVED, waiver="until spring", message="waits"),
        finding(id="d" * 16, root_cause="d", verdict=Verdict.UNKNOWN, why=Why.CRASHED, message="cannot be told: crash"),
        finding(id="e" * 16, root_cause="e", control="quiet-control", severity=Severity.MEDIUM, frameworks=()),
    )
    page.show(run)
    shown = "document.getElementById('shown').textContent"
    entries = "document.querySelectorAll('#list .entry').length"
    assert page.text("#shown") == "4 findings · 4 root causes"
    page.keys("/")
    assert page.js("document.activeElement.id") == "q"
    page.keys("waits")
    page.until(shown, "1 finding · 1 root cause · 3 filtered out")
    assert page.js("location.hash") == "#q=waits"
    page.keys("\ue00c")  # Escape
    page.until(entries, 4)
    for filters, left in (
        ("[data-facet=severity][data-value=low]", 1),
        ("[data-facet=severity][data-value=medium]", 2),
        ("[data-facet=action][data-value=block]", 1),
    ):
        page.click(filters)
        page.until(entries, left)
    assert page.js("location.hash") == "#severity=low%2Cmedium&action=block"
    assert page.text("#unknown-shown").endswith("1 filtered out"), "an unknown that is hidden is still counted"
    page.click("#clear")
    page.until(entries, 4)
    page.js("(document.getElementById('file').focus(), 1)")
    page.keys("DEEP/")
    page.until(entries, 1)
    page.click("#clear")
    page.until(entries, 4)
    page.js("(document.getElementById('framework').focus(), 1)")
    page.keys("\ue015")  # Down: the first framework
    page.until(entries, 3)
    page.show(run, fragment="#severity=medium&by=control&open=eeeeeeeeeeeeeeee")
    assert page.text("#shown") == "1 finding · 1 control · 3 filtered out"
    assert "quiet-control" in page.text("#list .entry.open .body")
    page.js("(location.hash = '#verdict=unknown', 1)")
    page.until(entries, 0)
    assert page.all("#unknown-list .entry .name") == ["Cannot be told: crash"]


@needs_browser
def test_the_keyboard_reaches_every_entry(page):
    page.show(run_of(*(finding(id=f"{n:016x}", root_cause=str(n), message=f"is {n}") for n in range(3))))
    page.keys("j", "j")
    assert page.js("document.activeElement.dataset.id") == f"{1:016x}"
    page.keys("\ue007")  # Enter
    assert page.js("document.querySelectorAll('.entry.open').length") == 1
    page.keys("k")
    assert page.js("document.activeElement.dataset.id") == f"{0:016x}"
    page.click("nav a[href='#coverage']")
    assert page.js("document.activeElement.id") == "coverage"
    assert page.js("location.hash") == f"#open={1:016x}", "going to a section does not give up the filters"


@needs_browser
def test_hostile_names_are_only_text(page):
    page.show(hostile_run())
    page.js("[...document.querySelectorAll('.entry h3 button')].forEach((one) => one.click())")
    for by in ("control", "file", "namespace", "cause"):
        page.choose("by", by)
        page.js("[...document.querySelectorAll('.entry h3 button')].forEach((one) => one.click())")
    assert page.js("document.images.length") == 0
    assert page.js("document.scripts.length") == 2
    assert '</script><img src=x onerror="alert(1)">' in page.text("#list")
    assert page.js("[...document.links].every((one) => /^(https:|file:)/.test(one.href))")


@needs_browser
def test_what_could_not_be_read_stands_at_the_top(page):
    page.show(unread(EMPTY))
    assert page.text("#headline") == "2 inputs could not be read, so this is not the whole picture."
    page.show(unread(run_of(finding(action=Action.BLOCK))))
    assert page.text("#headline").endswith("not the whole picture. 1 root cause blocks.")
    faults = page.all(".faults li")
    assert faults[0] == "estate/broken.yaml:3:5 a tab may not start a line"
    assert "helm is not here" in faults[1]
    page.show(EMPTY)
    assert page.text("#headline") == "There was nothing to judge."


@needs_browser
def test_a_control_may_fire_twenty_five_thousand_times(page):
    one = finding()
    place = one.locations[0]
    many = [
        dataclasses.replace(
            one,
            id=f"{n:016x}",
            locations=(dataclasses.replace(place, file=f"apps/{n // 25:04}/a.yaml", line=n % 25 + 1),),
            object=dataclasses.replace(one.object, namespace=f"app-{n // 25:04}", name=f"web-{n % 25}"),
            root_cause=f"privileged-container@directory:apps/{n // 25:04}",
        )
        for n in range(25_000)
    ]
    page.show(run_of(*many))
    assert page.file.stat().st_size < 8_000_000
    assert page.text("#shown") == "25,000 findings · 1,000 root causes"
    assert page.js("performance.getEntriesByType('navigation')[0].loadEventEnd") < 5_000
    assert page.js("document.querySelectorAll('*').length") < 5_000, "entries are made as they are asked for"
    page.keys("/", "app-0777/web-3")
    page.until("document.getElementById('shown').textContent", "1 finding · 1 root cause · 24,999 filtered out")


def test_the_policy_allows_only_what_is_in_the_page():
    found = render(run_of(finding()), PAGES)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', found).group(1)
    assert policy.startswith("default-src &#39;none&#39;;")
    assert "unsafe" not in policy
    assert not re.search(r"<[^>]+ (on\w+|style)=", found), "no inline handlers or styles, which the policy would stop"
    assert not re.search(r"<(script|link|img|iframe)\b[^>]*\b(src|href)=\"(?!data:)", found)
