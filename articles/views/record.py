"""The record itself: its entries, one by one, and what an outsider needs to make their hashes again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from articles import proof
from articles.addresses import address
from articles.graph import Graph
from articles.keeping import with_state
from articles.models import Change, ChangeRow, LedgerHead, Readers, Verdict
from articles.models.recorded import deeper
from articles.signed_heads import BadKey, Head, Signer, signer
from articles.views import history
from articles.views.page import answered, page, show, viewer
from articles.views.paging import newest_first
from articles.views.parameters import BadParameter, Parameters

PLAIN = "text/plain; charset=utf-8"
# How many rows of one entry a page shows; a program gets them all.
ROWS = 100
# The nouns that have a page, by the name of its address.
PAGES = {"claim": "claim", "article": "article", "source": "source", "claimant": "claimant", "topic": "topic"}


@dataclass(frozen=True)
class Listed:
    """One entry of the list: number and hash; what was done only where the viewer may know."""

    seq: int
    hash: str
    act: Change | None
    done: str = ""
    to: str = ""
    link: str = ""

    @property
    def address(self) -> str:
        return address("record_entry", self.seq)


def _sets(user: Any, entry: Any) -> dict[str, Any]:
    """Name what is said of an entry where the viewer may know what was done: the act, and what it was done to."""
    acts = Change.objects.visible_to(user)
    about = acts.filter(pk=getattr(deeper(entry), "pk", deeper(entry)), object_type="verdict")
    named = ChangeRow.objects.filter(change__in=_one_of(acts, entry)).exclude(readers=Readers.HIDDEN)
    return {
        "act": acts.filter(pk=getattr(entry, "pk", entry)).defer("envelope")[:1],
        # In one order, whoever asks and whenever: a page that differs has another ETag, and looks as if it were stale.
        "named": named.order_by("object_type").values_list("object_type").annotate(Count("pk")),
        "verdict": Verdict.objects.visible_to(user)
        .filter(pk__in=about.order_by().values("object_id"))
        .only("claim_id", "number")[:1],
    }


def _one_of(acts: Any, entry: Any) -> Any:
    of = deeper(entry)
    return acts.filter(pk=getattr(of, "pk", of)).order_by().values("pk")


def _whole(user: Any, entry: Any) -> dict[str, Any]:
    acts, key = Change.objects.visible_to(user), getattr(entry, "pk", entry)
    rows = ChangeRow.objects.filter(change__in=_one_of(acts, entry))
    return {
        **_sets(user, entry),
        "act": acts.filter(pk=key)[:1],
        "rows": rows.order_by("position")[:ROWS],
        "next": Change.objects.filter(pk__gt=key).order_by("pk").values_list("pk", flat=True)[:1],
        "head": LedgerHead.objects.filter(pk=1)[:1],
    }


# Entries as a list says them, and one with all that its page shows.
LISTED = Graph(lambda user: Change.objects.only("seq", "hash"), _sets)
ENTRY = Graph(lambda user: with_state(Change.objects.only("seq", "hash"), None), _whole)


@page
def record(request: HttpRequest) -> HttpResponse:
    """How far the record goes, what it promises, and its entries, the newest first. Three statements."""
    user = viewer(request)
    parameters = Parameters(request, {"after"})
    found = newest_first(Change.objects.only("seq", "hash"), parameters)
    head = _head()
    return show(
        request,
        "articles/record/record.html",
        {
            "state_house": head.house,
            "newest_entry": head,
            "canonical_query": parameters.canonical(),
            "page": found,
            "entries": [_listed(one) for one in LISTED.find_many([one.pk for one in found], user)],
            "instance": proof.instance_in(head.genesis),
            # What the record promises stands on its first page.
            "newest": head if not found.first else None,
            "verifier": str(key.verifier) if (key := _signer()) else "",
            "origin": request.build_absolute_uri("/"),
        },
    )


@page
def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """One entry: what is chained, word for word, and what it commits to. Two statements."""
    user = viewer(request)
    Parameters(request, set())
    # No ledger is as long as that, and no database takes a greater number.
    found = ENTRY.find_for(seq, user) if seq < 2**63 else None
    if found is None:
        head = LedgerHead.objects.get(pk=1)
        return show(request, "articles/record/record_missing.html", {"seq": seq, "head": head}, status=404)
    act, rows = found.shown.act, found.shown.rows
    opened = proof.open_payloads(rows)
    return show(
        request,
        "articles/record/record_entry.html",
        {
            "state_house": found.state_house,
            "newest_entry": found.shown.head,
            "entry": _listed(found),
            "envelope": act.envelope if act else "",
            "previous": json.loads(act.envelope)["previous"] if act else "",
            "before": seq - 1 if seq else None,
            "behind": seq + 1 if found.shown.next == seq + 1 else None,
            "rows": [_row(row, row.pk in opened) for row in rows],
            "further": act.rows - len(rows) if act else 0,
            "as_data": f"{reverse('record_entries')}?from={seq}" if seq else reverse("record_entries"),
        },
    )


@page
def entries(request: HttpRequest) -> HttpResponse:
    """The chain as JSON, oldest first, for whoever makes the hashes again: `?from=` says with which entry to begin.
    Two statements."""
    parameters = Parameters(request, {"from"})
    first = parameters.number("from") or 0
    # No ledger is as long as that, and no database takes a greater number.
    found = proof.stretch(min(first, 2**62))
    head = found.head
    if first > head.seq + 1:
        raise BadParameter(f"from is {first}; this record ends with entry {head.seq}.")
    response = JsonResponse(
        {
            "instance": proof.instance_in(found.genesis),
            "head": {"seq": head.seq, "hash": head.hash},
            "entries": found.entries,
            "next": None if found.next is None else f"{request.path}?from={found.next}",
        },
        json_dumps_params={"ensure_ascii": False},
    )
    patch_cache_control(response, no_cache=True)
    return response


@answered
def head(request: HttpRequest) -> HttpResponse:
    """Where the record stands, signed: a signed note for whoever keeps heads (`articles.signed_heads`)."""
    key = _signer()
    if key is None:
        sentence = _("Nobody signs the heads of this record. What it comes to stands at /record/.")
        return HttpResponse(f"{sentence}\n", status=404, content_type=PLAIN)
    # Of this moment: who asks again is told a later one.
    return HttpResponse(key.sign(Head.now()), content_type=PLAIN, headers={"Cache-Control": "no-store"})


def _signer() -> Signer | None:
    """Return the key of this newsroom; None where it has none, or one that `manage.py check` refuses."""
    try:
        return signer()
    except BadKey:
        return None


def _head() -> Any:
    """Return the newest entry, with the envelope of the first one as `genesis`."""
    genesis = Change.objects.filter(pk=0).values("envelope")
    return LedgerHead.objects.annotate(genesis=Subquery(genesis)).get(pk=1)


def _listed(row: Any) -> Listed:
    """Say of an entry what the viewer may know."""
    act, counted = row.shown.act, dict(row.shown.named)
    if act is None:
        return Listed(row.seq, row.hash, None)
    link = _link(act, counted, row.shown.verdict)
    return Listed(row.seq, row.hash, act, history.done(act.verb), history.counted(counted), link)


def _link(act: Change, nouns: dict[str, int], verdict: Verdict | None) -> str:
    """Return the page of what an entry was about, where it has one and readers may see it."""
    if verdict is not None:
        return verdict.get_absolute_url()
    if act.object_type in PAGES and act.object_type in nouns and act.object_id is not None:
        return address(PAGES[act.object_type], act.object_id)
    return ""


def _row(row: ChangeRow, is_open: bool) -> dict[str, Any]:
    hidden = row.readers == Readers.HIDDEN
    return {
        "position": row.position + 1,
        # That a row readers never saw was written says enough.
        "noun": "" if hidden else history.noun(row.object_type),
        "number": None if hidden else row.object_id,
        "readers": row.readers,
        "commitment": row.commitment,
        "payload": row.payload if is_open else None,
        "salt": row.salt if is_open else None,
        "is_erased": row.payload is None,
    }
