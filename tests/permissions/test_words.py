"""What somebody may not see is told them nowhere: a word of its own is planted in each such row, and then looked for.

For readers on all that answers them and their programs; for the people of the desk also on the desk's own pages.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from articles.admin import desk
from articles.admin.landing import page_of
from articles.models import LedgerHead
from tests import factories as f
from tests.desk.conftest import history_of, list_of
from tests.permissions.doors import PAGES, RESOURCES
from tests.permissions.table import ROLES, TABLE, Line
from tests.permissions.test_doors import client_of, noun_of, page_of_form

# Of letters alone, so that nothing cuts it; each line has its own.
WORD = re.compile(r"zyxwvut[a-z]{2}q")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def word_of(number: int) -> str:
    return f"Zyxwvut{LETTERS[number // 26]}{LETTERS[number % 26]}q"


def _revised(name: str) -> Callable[[Any, str], Any]:
    """By the verb, so that the ledger and the search hear of it; what is closed was changed while it was open."""

    def plant(row: Any, word: str) -> None:
        row = type(row)._base_manager.get(pk=row.pk)
        type(row).revise(row, None, **{name: word})

    return plant


def _put(name: str, wrap: Callable[[str], Any] = str) -> Callable[[Any, str], Any]:
    """Straight into the row, which no ledger and no index follows."""
    return lambda row, word: type(row)._base_manager.filter(pk=row.pk).update(**{name: wrap(word)})


def _another_text(row: Any, word: str) -> None:
    f.ArticleVersionFactory(article=row.article, text=f"{word} said so.\n{f.TEXT}")


def _title(way: Callable[[Any], Any]) -> Callable[[Any, str], Any]:
    return lambda row, word: _revised("title")(way(row), word)


def _of_appearance(row: Any, word: str) -> None:
    if row.claim.status == "dismissed":
        _revised("statement")(row.claim, word)
    else:
        _title(lambda one: one.article_version.article)(row, word)


def _reasoned(row: Any, word: str) -> None:
    """Nothing stands in an assessment before it is given."""
    if row.given_at is not None:
        _put("reasoning")(row, word)


# How a word comes into a row that somebody does not see. Where the row has none, it comes into what it hangs on.
PLANTED: dict[str, Callable[[Any, str], Any]] = {
    "answeredrequest": _put("answer"),
    "anchorproposal": _title(lambda row: row.article_version.article),
    "apikey": _put("name"),
    "appearance": _of_appearance,
    "arrival": _put("name"),
    "article": _revised("title"),
    "articleversion": _another_text,
    "auditentry": lambda row, word: f.AuditEntryFactory(whom=row.whom, detail=word),
    "assessment": _reasoned,
    "attribution": lambda row, word: _revised("name")(row.claimant, word),
    "block": lambda row, word: _another_text(row.article_version, word),
    "claim": _revised("statement"),
    "claimant": _revised("name"),
    "claimrelation": lambda row, word: _revised("statement")(row.low, word),
    "complaint": _put("outcome"),
    "confidentialsource": _put("identity"),
    "conflictofinterest": _put("interest"),
    "contact": _revised("question"),
    "copy": _revised("note"),
    "delivery": _put("body", '{{"word": "{}"}}'.format),
    "derivation": _title(lambda row: row.source),
    "draftevidence": lambda row, word: _put("summary")(row.draft, word),
    "evidence": _revised("note"),
    "handback": _put("note"),
    "job": _put("queue"),
    "keptform": _put("fields", lambda word: [["text", word, word]]),
    "manifestitem": _put("manifest"),
    "note": _put("text"),
    "researchstep": _revised("place"),
    "reviewtask": _put("note"),
    "savedsearch": _put("q"),
    "schedule": _put("task"),
    "source": _revised("title"),
    "sourceversion": lambda row, word: f.SourceVersionFactory(source=row.source, text=f"{word} said so."),
    "submission": _put("note"),
    "suggestion": _put("reader"),
    "topic": _revised("name"),
    "upload": _put("name"),
    "user": _put("username"),
    "verdictdraft": _put("summary"),
    "webhook": _put("name"),
}
# Numbers, marks and what the database keeps for itself: nothing that could be recognised.
WORDLESS = {
    *("assignment", "changerow", "change", "claimvector", "guesscount", "ledgerhead"),
    *("mailrefusal", "original", "passagemark", "searchdocument", "searchword"),
}


def plant(people: dict[str, Any], role: str) -> dict[str, tuple[Line, Any]]:
    """Make every line that this role does not see; return word → line and row."""
    found = {}
    for number, line in enumerate(TABLE):
        if "s" in line.rights(role):
            continue
        row = line.make(people)
        if noun_of(row) not in WORDLESS:
            word = word_of(number)
            PLANTED[noun_of(row)](row, word)
            found[word.casefold()] = (line, row)
    return found


def told(client: Client, addresses: Iterator[str], planted: dict[str, tuple[Line, Any]]) -> list[str]:
    """Return where a planted word stands, and of which line it is."""
    found = []
    for address in dict.fromkeys(addresses):
        answer = client.get(address, follow=True)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        for word in set(WORD.findall(body.decode(errors="replace").casefold())):
            line, _row = planted[word]
            found.append(f"{line.state}: {address}")
    return found


def public_addresses() -> Iterator[str]:
    """Yield what answers readers and their programs, each row that they see with it."""
    models: list[Any] = [apps.get_model("articles", noun) for noun in sorted(PAGES)]
    for name in ("home", "claims", "articles", "sources", "claimants", "topics"):
        yield reverse(name)
    for name in (
        "corrections",
        "methodology",
        "fairness",
        "fairness_csv",
        "record",
        "record_entries",
        "feeds",
        "sitemap",
        "sitemap_pages",
    ):
        yield reverse(name)
    for noun in ("claims", "articles", "sources", "claimants", "topics"):
        yield reverse("sitemap_part", args=[noun, 0])
    for form in ("atom", "json"):
        yield from (reverse(name, args=[form]) for name in ("feed_verdicts", "feed_corrections"))
    for word in ("bridge", "zyxwvut"):
        yield f"{reverse('search')}?q={word}"
    for model in models:
        for row in model.objects.visible_to(None):
            yield row.get_absolute_url()
            if model._meta.model_name in ("claim", "claimant", "topic", "article"):
                yield reverse(f"feed_{model._meta.model_name}", args=[row.pk, "json"])
    yield from (reverse("record_entry", args=[seq]) for seq in range(LedgerHead.objects.get().seq + 1))


def program_addresses() -> Iterator[str]:
    """Yield the lists of the API, and of each of its nouns what a reader finds in full."""
    yield from ("/api/v1/changes/?page_size=100", "/api/v1/changes/", "/api/v1/ratings/", "/api/v1/")
    for noun, address in RESOURCES.items():
        model: Any = apps.get_model("articles", noun)
        paths = [address(row) for row in model.objects.visible_to(None)[:5]] if noun != "user" else []
        yield from (f"/api/v1/{path}" for path in paths)
        yield f"/api/v1/{path_of_list(noun)}?page_size=100"
    for name in ("claims", "articles", "sources", "evidence"):
        yield f"/api/v1/{name}/export.ndjson"


def path_of_list(noun: str) -> str:
    class Row:
        pk = article_id = source_id = number = 1

    path = RESOURCES[noun](Row())
    return path[: path.rindex("1/")]


def test_readers_are_told_nothing(people):
    planted = plant(people, "stranger")
    assert len(planted) > 60
    hidden = [row for _line, row in planted.values()]
    own = (row.get_absolute_url() for row in hidden if noun_of(row) in PAGES)
    resources = (f"/api/v1/{RESOURCES[noun_of(row)](row)}" for row in hidden if noun_of(row) in RESOURCES)
    for addresses in (public_addresses(), program_addresses(), own, resources):
        assert told(Client(), addresses, planted) == []
    # The same search finds them for somebody who may see them.
    seen = told(client_of(people, "administrator"), program_addresses(), planted)
    assert len({one.partition(":")[0] for one in seen}) > 20


@pytest.mark.parametrize("role", ROLES[1:])
def test_colleagues_are_told_nothing(people, role):
    planted = plant(people, role)
    client = client_of(people, role)
    assert planted
    assert told(client, desk_addresses(planted, role), planted) == []
    assert told(client, program_addresses(), planted) == []


def desk_addresses(planted: dict[str, tuple[Line, Any]], role: str) -> Iterator[str]:
    """Yield the desk's lists, queues and bins, and the pages of each hidden row and of what hangs together with it."""
    yield reverse("admin:index")
    yield from (queue.url for queue in desk.queues)
    for model in desk._registry:
        yield list_of(model)
        yield f"{list_of(model)}?q=zyxwvut"
    for _line, row in planted.values():
        for one in (row, *beside(row)):
            yield from (page_of_form(one), page_of(one), history_of(one))


def beside(row: Any) -> Iterator[Any]:
    """Yield the rows that this one names, and those that these name."""
    for field in row._meta.concrete_fields:
        other = getattr(row, field.name) if field.is_relation else None
        if other is None:
            continue
        yield other
        if noun_of(other) == "verdictdraft":
            yield from (other.claim, *other.assessments.all(), *other.hand_backs.all())


def test_every_noun_is_planted_or_says_why_not(people):
    hidden = {noun for line in TABLE for noun in nouns_of(line, people)}
    assert hidden <= PLANTED.keys() | WORDLESS and not PLANTED.keys() & WORDLESS


def nouns_of(line: Line, people: dict[str, Any]) -> list[str]:
    return [noun_of(line.make(people))] if any("s" not in line.rights(role) for role in ROLES) else []
