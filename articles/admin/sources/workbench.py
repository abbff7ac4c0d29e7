"""What the desk's page of a source shows: its versions in time, what rests on it, and where it comes from."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Length

from articles.admin.record import Panel, add_url, line
from articles.models import Claim, ConfidentialSource, Derivation, Evidence, ReviewTask, Source, SourceVersion
from articles.models.source import independent_origins_of
from articles.models.source_change import folded
from articles.views import stages
from articles.vocabulary import ReviewReason, SourceKind, Stance

# How many pieces of evidence and neighbours are listed.
LISTED = 200


@dataclass(frozen=True)
class Resting:
    """One claim that rests on the source, with its evidence from it; each piece with whether its passage still stands.

    `origins` is from how many independent origins the claim is supported, by all sources on record for it.
    """

    claim: Claim
    url: str
    pieces: list[tuple[Evidence, str, str]]
    origins: int
    is_waiting: bool


def timeline(source: Source, user: Any) -> dict[str, Any]:
    """Return the versions as a timeline, newest first, with what differs from the one before. Two queries."""
    versions = stages.versions_of(source, user).annotate(length=Length("text"))
    listed = list(versions.order_by("-number", "-pk")[: stages.LISTED + 1])
    told = stages.stages(source, listed[: stages.LISTED], stages.verdicts_on(source, user))
    before: dict[int, SourceVersion] = {}
    for one in sorted(listed, key=lambda row: (row.source_id, row.number)):
        last = before.get(one.source_id)
        one.differs_from = last if last and one.sha256 and one.sha256 != last.sha256 else None
        one.url = line(one)["url"]
        if one.sha256:
            before[one.source_id] = one
    return {"stages": told, "more_versions": len(listed) > stages.LISTED}


def resting(source: Source, told: list[stages.Stage], user: Any) -> dict[str, Any]:
    """Return the claims that rest on the source, whether their passages stand in its newest text, and from how many
    independent origins they are supported. The same number of queries however many they are."""
    pieces = list(
        Evidence.objects.visible_to(user)
        .resting_on(source)
        .standing()
        .select_related("source_version")
        .defer("source_version__text")
        .order_by("-pk")[: LISTED + 1]
    )
    newest = _newest(told)
    texts = SourceVersion.objects.visible_to(user).values_list("text", flat=True)
    text = (texts.get(pk=newest.pk) or "") if newest else ""
    read_as = folded(text)
    by_claim: dict[int, list[Evidence]] = defaultdict(list)
    for piece in pieces[:LISTED]:
        by_claim[piece.claim_id].append(piece)
    claims = Claim.objects.visible_to(user).with_current_verdict().in_bulk(list(by_claim))
    supporting = Evidence.objects.visible_to(user).standing().filter(claim__in=claims, stance=Stance.SUPPORTS)
    sources: dict[int, set[int]] = defaultdict(set)
    for claim_id, source_id in supporting.order_by().values_list("claim_id", "source_version__source_id"):
        sources[claim_id].add(source_id)
    origins = independent_origins_of(sources)
    waiting = set(
        ReviewTask.objects.visible_to(user)
        .filter(claim__in=claims, reason=ReviewReason.SOURCE_CHANGED, closed_at=None)
        .order_by()
        .values_list("claim_id", flat=True)
    )
    return {
        "newest": newest,
        "resting": [
            Resting(
                claims[pk], line(claims[pk])["url"],
                [(one, line(one)["url"], standing_of(one, newest, text, read_as)) for one in rows],
                origins.get(pk, 0), pk in waiting,
            )
            for pk, rows in by_claim.items() if pk in claims
        ],
        "more_resting": len(pieces) > LISTED,
    }  # fmt: skip


def _newest(told: list[stages.Stage]) -> SourceVersion | None:
    """Return the latest of the versions whose text is stored, by the order of the timeline."""
    return next((stage.version for stage in told if stage.version.length), None)


def standing_of(piece: Evidence, newest: SourceVersion | None, text: str, read_as: str) -> str:
    """Say of a passage how it stands in the newest text: "stands", "alike" (but for quotation marks, dashes, space),
    "gone"; "unknown" where there is no passage, or no text to look in. `read_as` is the text folded, once for all."""
    if not piece.passage or newest is None:
        return "unknown"
    if piece.passage in text:
        return "stands"
    return "alike" if folded(piece.passage) in read_as else "gone"


def neighbours(source: Source, user: Any) -> list[Panel]:
    """Return the lists beside the form: where the source comes from, what derives from it, what it is part of."""
    one = list(Source.objects.one_with(source).values_list("pk", flat=True))
    derivations = Derivation.objects.visible_to(user).filter(source__in=one).select_related("origin")
    derivatives = Derivation.objects.visible_to(user).filter(origin__in=one).select_related("source")
    parts = Source.objects.visible_to(user).standing().filter(part_of__in=one).order_by("pk")
    panels = [
        Panel(
            "Where it comes from",
            [line(each, each.origin, note=each.get_basis_display()) for each in derivations],
            add_url(Derivation, source=source.pk), "Add an origin",
        ),
        Panel(
            "What derives from it",
            [line(each, each.source, note=each.get_basis_display()) for each in derivatives[:LISTED]],
        ),
        Panel("Its parts", [line(each, note=each.get_kind_display()) for each in parts[:LISTED]]),
    ]  # fmt: skip
    if source.kind == SourceKind.ANONYMOUS_SOURCE:
        kept = ConfidentialSource.objects.visible_to(user).filter(public_source=source)
        panels.append(
            Panel(
                "Who it is", [line(each) for each in kept],
                add_url(ConfidentialSource, public_source=source.pk), "Keep who it is",
                empty="Nothing that you may see.",
            )
        )  # fmt: skip
    return panels
