"""What axe finds on a page that is open in the browser."""

from __future__ import annotations

from tests.browser.workshop import workshop

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ASK = "tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})"


def violations(page) -> list[str]:
    """Return a line for each rule that the page breaks. axe is a script of others: open the page with `bypass_csp`."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=workshop() / "axe-core/axe.min.js")
    return [
        f"{page.url}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]} ({len(one['nodes'])} ×)"
        for one in page.evaluate(ASK, TAGS)["violations"]
    ]
