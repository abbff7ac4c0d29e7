"""What the list of articles can be narrowed by."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q

from api import filters, parameters
from articles.models import Appearance, Claim, Claimant, Copy
from articles.vocabulary import Rights
from articles.web_addresses import address_key


def _at_address(rows: Any, url: str, user: Any) -> Any:
    # By the key first, which an index serves; ids, since an OR across a join is answered by reading both tables.
    named = {"url_key": address_key(url), "url": url}
    copied = Copy.objects.visible_to(user).filter(**named).order_by().values("article")
    return rows.filter(Q(**named) | Q(pk__in=copied))


def _holding(rows: Any, words: Any) -> Any:
    return rows.filter(pk__in=words.order_by().values("article_version__article"))


def _making(rows: Any, claim: int, user: Any) -> Any:
    return _holding(rows, Appearance.objects.visible_to(user).making(claim))


def _quoting(rows: Any, claimant: int, user: Any) -> Any:
    # Attributions are as visible as their appearance.
    one = Claimant.objects.one_with(claimant).values("pk")
    return _holding(rows, Appearance.objects.visible_to(user).filter(attributions__claimant__in=one))


def _about(rows: Any, topic: int, user: Any) -> Any:
    through = Claim.topics.through.objects.filter(topic=topic)
    return _holding(rows, Appearance.objects.visible_to(user).filter(claim__in=through.values("claim")))


def _with(rows: Any, wanted: list[str], user: Any) -> Any:
    words = Appearance.objects.visible_to(user).filter(article_version__article=OuterRef("pk"))
    checked = Claim.objects.checked().filter(pk=OuterRef("claim"))
    conditions = {"claims": Exists(words), "verdicts": Exists(words.filter(Exists(checked)))}
    return rows.filter(*(conditions[word] for word in wanted))


FILTERS = (
    parameters.text("publisher", "Who published it, exactly as on record.", 300, filters.equals("publisher")),
    parameters.language(filters.in_language()),
    parameters.text("url", "Its address, or that of a known copy, exactly as on record.", 2000, _at_address),
    *filters.PUBLISHED,
    *filters.CREATED,
    parameters.number(
        "claim",
        "The id of a claim that it makes, itself or merged into that one.",
        filters.where_seen(Claim, _making),
    ),
    parameters.number("claimant", "The id of a claimant whom its claims are attributed to.", _quoting),
    parameters.number("topic", "The id of a topic one of its claims is about.", _about),
    parameters.words(
        "has", "What it has: claims, claims with a current verdict.", ("claims", "verdicts"), _with
    ),
    parameters.words("rights", "How much of its text is shown.", Rights, filters.among("rights")),
    filters.VISIBILITY,
)
