"""Debian's Chromium, driven as a person would, and what every page owes at every width."""

import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import axe_playwright_python
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from werkzeug.serving import make_server

# The same browser without a window's machinery looks at a page in two thirds of the time.
CHROMIUM = (
    os.environ.get("SWA_CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
    or "/usr/bin/chromium"
)
FLAGS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
WIDE, PHONE, NARROWEST = (1280, 900), (375, 740), (320, 640)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
WATCH_POLICY = """
window.policyReports = [];
document.addEventListener('securitypolicyviolation',
  event => window.policyReports.push(event.violatedDirective + ' ' + event.blockedURI));
"""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# All nodes are wanted of what is wrong only; of what is right one node shows that the rule ran.
# The one frame, a mail's preview, is sandboxed: no script of ours or of axe runs in it.
RUN_AXE = """async tags => axe.run(document, {runOnly: {type: 'tag', values: tags},
                                            resultTypes: ['violations'], iframes: false,
                                            rules: {'target-size': {enabled: true}}})"""
OWN = re.compile(r"(http://(127\.0\.0\.1|localhost)[:/]|data:|about:|blob:)")
# No HTML shown as text, and no date or time off the house style (C26, C27).
TAGS_AS_TEXT = re.compile(r"</?(a|b|p|div|span|strong|h[1-6]|br)\b[^>]*>")
ODD_TIMES = re.compile(
    r"\b\d{1,2}/\d{1,2}/\d{2,4}\b|\b\d{1,2}:00[ap]m\b|\b\d{1,2} ?[AP]M\b|\b(?<!:)12[ap]m\b"
)


@dataclass
class Visit:
    """A page that was opened, with what the browser complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve the app on a free port of this machine; yields its address."""
    server = make_server("127.0.0.1", 0, _in_one_piece(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()


def _in_one_piece(app: Flask) -> Callable[[Any, Any], list[bytes]]:
    """Read each answer to its end before it is sent.

    Werkzeug's server leaves a file open when the browser goes away in the middle of it.
    """

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            parts.close()  # type: ignore[attr-defined]  # Flask's answers can be closed

    return answer


@contextmanager
def visitor(
    browser: Browser,
    *,
    size: tuple[int, int] = WIDE,
    scripts: bool = True,
    cookies: list[dict[str, Any]] | None = None,
) -> Iterator[Visit]:
    """Open a fresh browser window; requests to other hosts find nobody and are reported."""
    context: BrowserContext = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=size[0] < WIDE[0],
        java_script_enabled=scripts,
    )
    context.add_cookies(cookies or [])  # type: ignore[arg-type]
    try:
        with tab(context, scripts=scripts) as visit:
            yield visit
    finally:
        context.close()


@contextmanager
def tab(context: BrowserContext, *, scripts: bool = True) -> Iterator[Visit]:
    """Open a tab in a window that is there; what it has fetched before is not fetched again."""
    page = context.new_page()
    visit = Visit(page)
    if scripts:
        page.add_init_script(AXE)
        page.add_init_script(WATCH_POLICY)
    page.on("console", lambda line: _note(visit, line.type, line.text))
    page.on("pageerror", lambda error: visit.complaints.append(f"error: {error}"))
    page.on("request", lambda request: _note_host(visit, request.url))
    try:
        yield visit
    finally:
        page.close()


def _note_host(visit: Visit, url: str) -> None:
    if not OWN.match(url):
        visit.complaints.append(f"other host: {url}")


def _note(visit: Visit, kind: str, text: str) -> None:
    expected = "Failed to load resource: the server responded with a status of"
    if kind in {"error", "warning"} and not text.startswith(expected):
        visit.complaints.append(f"{kind}: {text}")


def press(page: Page, name: str) -> None:
    """Press a button that leads to another page, and wait until that page is there."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def axe_findings(page: Page) -> list[str]:
    """Run axe and say what it found; fails when it did not really run."""
    page.wait_for_load_state("load")
    result = page.evaluate(RUN_AXE, WCAG)
    ran = {rule["id"] for kind in ("passes", "violations", "incomplete") for rule in result[kind]}
    assert {"document-title", "html-has-lang"} <= ran, f"axe did not run: {sorted(ran)[:5]}"
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def faults_of(visit: Visit) -> list[str]:
    """Say what is wrong with the open page: C1, C2, C18, C26, C27, C40 and the policy."""
    page, faults = visit.page, list(visit.complaints)
    page.wait_for_load_state("load")
    checks = {
        "exactly one h1": page.locator("h1").count() == 1,
        "main": page.locator("main#main-content").count() == 1,
        "language": page.locator("html").get_attribute("lang") == "en",
        "title in three parts": page.title().count(" – ") == 2,
        "no required attribute": page.locator("[required]").count() == 0,
        "novalidate": page.locator("form[method=post]:not([novalidate])").count() == 0,
        "no GOV.UK": "GOV.UK" not in page.content(),
    }
    faults += [name for name, holds in checks.items() if not holds]
    text = page.locator("body").inner_text()
    faults += [f"shown as text: {found.group()}" for found in TAGS_AS_TEXT.finditer(text)]
    faults += [f"not house style: {found.group()}" for found in ODD_TIMES.finditer(text)]
    faults += [f"policy: {report}" for report in page.evaluate("window.policyReports || []")]
    return faults
