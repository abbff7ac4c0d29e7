"""What an answer may cost: three statements, six where rows are counted by facets. One table for all of them.

Every route of readers and every list and detail of the API is asked on a record with several of everything, with
nothing kept. A route that nobody named here is asked all the same, and fails where it takes more. That costs do not
grow with the rows is what `test_query_counts` shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.urls import reverse

from api.urls import router
from articles.models import Claim, LedgerHead
from articles.models.ledger import act
from tests import factories as f
from tests.api.test_query_counts import rich_record
from tests.pages.everything import NOT_PAGES, PAGES, Everything, everything
from tests.query_counts import queries_of

MOST, WITH_FACETS = 3, 6
#: Routes that count rows by facets: what the list can be narrowed down by, with how many there are of each.
FACETED = {"home", "claims", "topic", "claimant", "claimants", "search", "fairness", "fairness_csv"}
#: Route → why it takes more, and how many.
MORE: dict[str, int] = {}
#: Further questions to routes of readers, by what stands behind the address.
ASKED = {
    "claims": [
        "?topic={topic}&rating=supported&status=checked", "?sort=verdict", "?claimant={claimant}&article={article}",
        "?claimant={claimant}&article={article}&topic={topic}&rating=supported&sort=verdict",
    ],
    "claim": ["?as_of=2024-06-01", "?held_on=2024-06-01"],
    "articles": ["?checked=yes&year=2024", "?checked=no"],
    "article": ["?version=1"],
    "sources": ["?kind=court_case", "?cited=yes"],
    "source": ["?on=2024-01-01", "?version=1", "?changes=2", "?after=100000"],
    "claimants": ["?kind=organisation"],
    "search": ["?q=bridge", "?q=bridge&rating=supported", "?q=bridge river&kind=claim&rating=supported", "?q=brigde"],
    "corrections": ["?type=claim", "?type=typo", "?after=100000"],
    "record": ["?after=5"],
    "record_entries": ["?from=3"],
    "feed_search": ["?q=bridge", "?q=bridge river"],
    "feed_claims": ["", "?status=checked", "?kind=fact"],
    "feed_verdicts": ["?after=3"],
    "feed_corrections": ["?after=100000"],
}  # fmt: skip
#: What every list of the API is asked besides, and further questions to some.
OF_LISTS = ["", "?page_size=1"]
OF_ALL = ["?page_size=2"]
ASKED_OF_API = {
    "claims": [
        "?checked=true&status=open", "?rating=supported", "?q=bridge", "?q=bridge river&rating=supported",
        "?topic={topic}", "?include=merged", "?ordering=-asserted_at",
    ],
    "articles": ["?q=bridge"],
    "sources": ["?q=bridge", "?kind=court_case"],
    "claimants": ["?include=merged", "?q=bridge"],
    "verdicts": ["?current=true"],
    "evidence": ["?source={source}"],
    "appearances": ["?claimant={claimant}"],
}  # fmt: skip


@pytest.fixture
def record(db, settings) -> Everything:
    settings.ANSWERS_KEPT = 0
    made = everything()
    with act(None, "grow", None):
        rich_record(3)
        statute = f.SourceFactory(kind="statute", public=True, derived_from=[made.case])
        for year in ("2021", "2022", "2024"):
            f.SourceVersionFactory(
                source=statute, text=f"The rule of {year}.", rights="full", effective_from=f"{year}-01-01"
            )
        for _ in range(2):
            f.SourceFactory(public=True, derived_from=[statute], part_of=made.report)
    for claim in Claim.objects.filter(verdicts=None, status="open")[:2]:
        claim.revise(f.some_reporter(), statement=f"Worded anew {claim.pk}.")
    return made


def of_readers(made: Everything) -> Iterator[tuple[str, str]]:
    """Yield (route, address) of everything that readers and their programs can ask."""
    ids = {"topic": made.topic.pk, "claimant": made.claimant.pk, "article": made.article.pk}
    for name in PAGES:
        addresses = list(dict.fromkeys(one.split("?")[0] for one in made.of(name)))
        for one in [*made.of(name), *(one + query for one in addresses for query in ASKED.get(name, ()))]:
            yield name, one.format(**ids)
    plain = {
        name: reverse(name)
        for name in NOT_PAGES - {"source_file", "logo", "sitemap_part"}
        if not name.startswith("feed_")
    }
    plain |= {
        name: reverse(name, args=["atom"])
        for name in NOT_PAGES
        if name in ("feed_verdicts", "feed_corrections")
    }
    plain |= {name: reverse(name, args=["json"]) for name in ("feed_search", "feed_claims")}
    for noun in ("claim", "claimant", "topic", "article"):
        plain[f"feed_{noun}"] = reverse(f"feed_{noun}", args=[getattr(made, noun).pk, "atom"])
    plain["sitemap_part"] = reverse("sitemap_part", args=["claims", 1])
    for name, one in plain.items():
        for query in ASKED.get(name, []) if name == "feed_search" else ["", *ASKED.get(name, [])]:
            yield name, one + query


def of_programs(made: Everything) -> Iterator[tuple[str, str]]:
    """Yield (noun, address) of every list of the API, with all that can be shown of its rows."""
    ids = {"topic": made.topic.pk, "claimant": made.claimant.pk, "source": made.case.pk}
    for noun, viewset, _ in router.registry:
        expandable = ",".join(getattr(viewset, "expandable", ()))
        queries = [*OF_LISTS, *ASKED_OF_API.get(noun, [])] + ([f"?expand={expandable}"] if expandable else [])
        for query in queries:
            yield noun, f"/api/v1/{noun}/{query.format(**ids)}"
    for noun, row in (("articles", made.article), ("sources", made.case)):
        for rest in ("versions/", "versions/1/"):
            yield noun, f"/api/v1/{noun}/{row.pk}/{rest}"
    yield "claims", f"/api/v1/claims/{made.open.pk}/"
    yield "claims", f"/api/v1/claims/{made.claim.pk}/?as_of=2999-01-01&held_on=2024-06-01"
    yield "changes", "/api/v1/changes/"
    yield "changes", "/api/v1/changes/?after=2&position=0"
    yield "lookup", f"/api/v1/lookup/?url=http://testserver{made.claim.get_absolute_url()}"


def counted(client: Any, address: str) -> list[str] | None:
    """Return the statements of an answer, made for the second time and kept nowhere; None where readers get none."""
    if client.get(address).status_code >= 300:
        return None
    for name in ("rows", "answers"):
        caches[name].clear()
    return queries_of(lambda: client.get(address))


def dear(client: Any, asked: Iterator[tuple[str, str]]) -> list[str]:
    """Return, in words, the answers that take more than they may."""
    found = []
    for name, address in asked:
        statements = counted(client, address)
        most = MORE.get(name, WITH_FACETS if name in FACETED else MOST)
        if statements is not None and len(statements) > most:
            listed = "\n".join(f"    {sql[:160]}" for sql in statements)
            found.append(f"{name} {address} takes {len(statements)}, at most {most}:\n{listed}")
    return found


def test_what_readers_ask(client, record):
    assert not (found := dear(client, of_readers(record))), "\n".join(found)


def test_what_programs_ask(client, record):
    details = []
    for noun, _, _ in router.registry:
        answer = client.get(f"/api/v1/{noun}/")
        rows = answer.json().get("results", []) if answer.status_code == 200 else []
        details += [(noun, f"/api/v1/{noun}/{row['id']}/") for row in rows[:2]]
    assert len(details) > 20
    found = dear(client, iter([*of_programs(record), *details]))
    assert not found, "\n".join(found)


def test_one_that_takes_more_is_named(client, record, monkeypatch):
    monkeypatch.setattr("tests.pages.test_statements.MOST", 1)
    assert LedgerHead.objects.exists()
    assert any(one.startswith("record ") for one in dear(client, iter([("record", reverse("record"))])))
