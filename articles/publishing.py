"""The publish gate, and what happens on its other side.

`obstacles` lists every reason why a draft may not go out yet, each with a stable code, a sentence and the
place where it is mended. `publish` and `withdraw` insert the next row of a claim's verdict series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from articles.canonical import canonical, moment
from articles.markdown import CITATION
from articles.models.claim import Claim
from articles.models.draft import DraftState, VerdictDraft
from articles.models.evidence import Evidence
from articles.models.interest import ConflictOfInterest, conflict_sentence, require_impartial
from articles.models.ledger import act
from articles.models.newsroom import Newsroom
from articles.models.rating import RatingScale
from articles.models.review import ReviewTask
from articles.models.source import KIND_FIELDS, independent_origins
from articles.models.user import require_editor
from articles.models.verdict import PARTS, Citation, Correction, CorrectionKind, Verdict, VerdictKind
from articles.refusals import NotAllowed, NotPublishable, Refused
from articles.vocabulary import ClaimStatus, Posture, ScaleClass, SourceKind, Stance

# What a party said and nobody has decided: no ground for calling a claim true or false.
UNDECIDED = (Posture.ALLEGED, Posture.CHARGED)
DECIDED_CLASSES = (ScaleClass.TRUE, ScaleClass.FALSE, ScaleClass.MOSTLY_TRUE, ScaleClass.MOSTLY_FALSE)


@dataclass(frozen=True)
class Obstacle:
    """One reason why a draft may not go out: stable code, sentence, and what it is about."""

    code: str
    sentence: str
    where: str = "draft"
    # The one piece of evidence it is about, where the draft itself need not change.
    evidence_id: int | None = None


@dataclass(frozen=True)
class Case:
    """A draft with all the gate looks at, read once."""

    draft: VerdictDraft
    by: Any
    evidence: list[Evidence]
    previous: Verdict | None
    newsroom: Newsroom
    at: datetime


Check = Callable[[Case], Iterator[Obstacle]]


def _state(case: Case) -> Iterator[Obstacle]:
    if case.draft.state != DraftState.SUBMITTED:
        yield Obstacle("not_submitted", "The draft has not been submitted for a second reading.")
    claim = case.draft.claim
    if claim.status in (ClaimStatus.MERGED, ClaimStatus.DISMISSED, ClaimStatus.NOT_CHECKABLE):
        yield Obstacle(
            "claim_not_open", f"The claim is {claim.get_status_display()}; reopen it first.", "claim"
        )


def _people(case: Case) -> Iterator[Obstacle]:
    if case.draft.author_id is None:
        yield Obstacle("no_author", "Nobody has taken this draft over; its author must have an account.")
    elif case.draft.was_written_by(case.by) and not case.newsroom.allows_self_approval:
        yield Obstacle("self_approval", "You wrote this, or a part of it; another editor must publish it.")


def _interests(case: Case) -> Iterator[Obstacle]:
    sentence = conflict_sentence(case.by, case.draft.claim_id) if case.by is not None else ""
    if sentence:
        yield Obstacle("conflict_of_interest", sentence)
    # Their words may go out once somebody who has no stake in it has taken them over.
    conflicted = (
        ConflictOfInterest.objects.standing().on([case.draft.claim_id]).values_list("person", flat=True)
    )
    kept_out = set(conflicted)
    if case.draft.author_id in kept_out and not case.draft.writers.exclude(pk__in=kept_out).exists():
        yield Obstacle(
            "author_conflict",
            f"{case.draft.author}, who wrote this, has a conflict of interest on the claim; somebody else must take "
            "the draft over: read it, and change what they find.",
        )


def _time(case: Case) -> Iterator[Obstacle]:
    until = case.draft.embargo_until
    if until is not None and case.at < until:
        sentence = f"It is under embargo until {until.astimezone(UTC):%d %B %Y, %H:%M} UTC."
        note = case.draft.embargo_note.strip()
        yield Obstacle("embargo", f"{sentence} {note}".strip(), "embargo_until")


def _assessments(case: Case) -> Iterator[Obstacle]:
    for one in case.draft.assessments.standing().select_related("assessor", "rating").order_by("pk"):
        if one.is_open:
            yield Obstacle(
                "assessment_open",
                f"{one.assessor} was asked for a second assessment and has not given it yet.",
                "assessments",
            )
        elif one.differs_from(case.draft.rating):
            yield Obstacle(
                "assessment_differs",
                f"{one.assessor} comes to “{one.rating}”; change the rating, or let an editor settle it with a note.",
                "assessments",
            )


def _rating(case: Case) -> Iterator[Obstacle]:
    rating = case.draft.rating
    if rating is None:
        yield Obstacle("no_rating", "Choose a rating.", "rating")
        return
    if rating.retired_at is not None:
        yield Obstacle("rating_retired", f"The rating “{rating}” is retired; choose another.", "rating")
    current = RatingScale.current()
    if current is not None and rating.scale_id != current.pk:
        yield Obstacle(
            "rating_of_old_scale", f"“{rating}” belongs to an older scale; choose again.", "rating"
        )


def _words(case: Case) -> Iterator[Obstacle]:
    if not case.draft.summary.strip():
        yield Obstacle("no_summary", "Write the summary: one or two sentences for readers.", "summary")
    if not case.draft.reasoning.strip():
        yield Obstacle(
            "no_reasoning", "Write the reasoning: how the record leads to the rating.", "reasoning"
        )


def _citations(case: Case) -> Iterator[Obstacle]:
    if not case.evidence:
        yield Obstacle("no_evidence", "Choose the evidence that the verdict rests on.", "evidence")
        return
    cited = {int(number) for number in CITATION.findall(case.draft.reasoning)}
    beyond = sorted(number for number in cited if not 1 <= number <= len(case.evidence))
    if beyond:
        listed = ", ".join(f"[{number}]" for number in beyond)
        yield Obstacle(
            "citation_without_evidence",
            f"The reasoning cites {listed}, but the evidence goes from [1] to [{len(case.evidence)}].",
            "reasoning",
        )
    missing = [number for number in range(1, len(case.evidence) + 1) if number not in cited]
    if missing and case.draft.reasoning.strip():
        listed = ", ".join(f"[{number}]" for number in missing)
        yield Obstacle(
            "evidence_not_cited", f"The reasoning never cites {listed}; cite it or take it out.", "reasoning"
        )


def _evidence(case: Case) -> Iterator[Obstacle]:
    for number, one in enumerate(case.evidence, start=1):
        if Evidence.objects.filter(replaces=one).exists():
            yield Obstacle(
                "evidence_replaced", f"Evidence [{number}] was replaced by a newer row.", "evidence"
            )
        if one.source_version.source.is_court and not one.posture:
            yield Obstacle(
                "no_posture",
                f"Evidence [{number}] is from a court: say whether this was alleged, found, ordered …",
                "evidence",
                one.pk,
            )
    rating = case.draft.rating
    if rating is None or rating.machine_class not in DECIDED_CLASSES:
        return
    bearing = [one for one in case.evidence if one.stance != Stance.CONTEXT]
    if case.evidence and not bearing:
        yield Obstacle(
            "only_context", "All the evidence is context; none supports or refutes the claim.", "evidence"
        )
    elif bearing and all(one.posture in UNDECIDED for one in bearing):
        yield Obstacle(
            "only_alleged",
            "All that supports this rating was alleged or charged, and decided by nobody.",
            "evidence",
        )
    elif bearing and all(one.source_version.source.kind == SourceKind.ANONYMOUS_SOURCE for one in bearing):
        yield Obstacle("only_anonymous", "This rating rests on anonymous sources alone.", "evidence")


def _series(case: Case) -> Iterator[Obstacle]:
    draft, previous = case.draft, case.previous
    if previous is None:
        return
    if not draft.correction_kind:
        yield Obstacle(
            "no_correction_kind",
            f"Verdict {previous.number} is published: say why another follows it.",
            "correction_kind",
        )
    if not draft.correction_note.strip():
        yield Obstacle(
            "no_correction_note", "Tell readers what was wrong or what changed.", "correction_note"
        )
    if draft.correction_kind in (
        CorrectionKind.KEEPS_RATING,
        CorrectionKind.CLARIFICATION,
        CorrectionKind.TYPO,
    ):
        if previous.rating_id != draft.rating_id:
            yield Obstacle(
                "rating_changed",
                f"“{draft.get_correction_kind_display()}” says that the rating stays, but it changes.",
                "correction_kind",
            )
    elif draft.correction_kind == CorrectionKind.AFFECTS_RATING and previous.rating_id == draft.rating_id:
        yield Obstacle(
            "rating_unchanged",
            "The correction is said to change the rating, but it stays.",
            "correction_kind",
        )
    elif draft.correction_kind == CorrectionKind.VOID:
        yield Obstacle("void_has_rating", "To void a verdict, withdraw it.", "correction_kind")


CHECKS: tuple[Check, ...] = (
    _state, _people, _interests, _time, _rating, _words, _citations, _evidence, _series, _assessments,
)  # fmt: skip


def obstacles(draft: VerdictDraft, by: Any, at: datetime | None = None) -> list[Obstacle]:
    """Return every reason why `by` may not publish this draft at that moment (default: now).

    An empty list is a green light.
    """
    case = Case(
        draft=draft,
        by=by,
        evidence=draft.cited_evidence(),
        previous=draft.claim.verdicts.order_by("number").last(),
        newsroom=Newsroom.current(),
        at=at or timezone.now(),
    )
    return [obstacle for check in CHECKS for obstacle in check(case)]


def publish(draft: VerdictDraft, by: Any, expected: int | None = None, at: datetime | None = None) -> Verdict:
    """Publish a submitted draft as the next verdict on its claim.

    Raises NotAllowed, NotPublishable with all obstacles, Stale where the draft was changed since `expected`
    was read, and Refused where somebody else published it first.
    """
    _require_name(by, "publishes verdicts")
    expected = draft.revision if expected is None else expected
    with act(by, "publish", None, at) as entry:
        draft.refresh_from_db()
        if draft.state == DraftState.PUBLISHED:
            done: Any = draft.verdict
            raise Refused(
                f"This was published already, as verdict {done.number} by {done.approver} "
                f"on {done.published_at:%d %B %Y at %H:%M} UTC.",
                "already_published",
            )
        found = obstacles(draft, by, entry.at)
        if found:
            raise NotPublishable(found)
        draft.write([], expected)
        evidence = draft.cited_evidence()
        for one in evidence:
            one.open_to_readers(by)
        verdict = as_it_would_be(draft, evidence, draft.author, by, entry.at)
        _insert(entry, verdict, evidence, draft.correction_kind, draft.correction_note)
        if draft.claim.status == ClaimStatus.CHECKING:
            draft.claim.reopen(by)
        if draft.review_on is not None:
            ReviewTask.remind(draft.claim, draft.review_on, entry.at)
        draft.state, draft.verdict = DraftState.PUBLISHED, verdict
        draft.publish_at, draft.scheduled_by, draft.scheduled_as, draft.schedule_lifted = None, None, "", ""
        draft.write(["state", "verdict"])
    return verdict


def as_it_would_be(
    draft: VerdictDraft, evidence: list[Evidence], author: Any, approver: Any, at: datetime
) -> Verdict:
    """Return the verdict that a draft would be published as, with its snapshot; nothing is written."""
    previous = draft.claim.verdicts.order_by("number").last()
    verdict = Verdict(
        claim=draft.claim,
        number=previous.number + 1 if previous else 1,
        supersedes=previous,
        rating=draft.rating,
        claim_wording=draft.claim.statement,
        summary=draft.summary.strip(),
        reasoning=draft.reasoning.strip(),
        author=author,
        approver=approver,
        self_approved=approver.pk is not None and draft.was_written_by(approver),
        published_at=at,
        valid_from=draft.valid_from,
        valid_to=draft.valid_to,
    )
    verdict.snapshot = canonical(snapshot(verdict, evidence))
    return verdict


def withdraw(verdict: Verdict, by: Any, note: str, at: datetime | None = None) -> Verdict:
    """Publish that we no longer stand by a verdict. The verdict stays readable, with this notice on it."""
    _require_name(by, "withdraws verdicts")
    require_impartial(by, verdict.claim_id)
    if not note.strip():
        raise Refused("Say why the verdict is withdrawn; readers see it.", "no_note")
    with act(by, "withdraw", None, at) as entry:
        if not Verdict.objects.current().filter(pk=verdict.pk).exists():
            raise Refused(
                "This is not the verdict readers see today, so it cannot be withdrawn.", "not_current"
            )
        withdrawal = Verdict(
            claim=verdict.claim,
            number=verdict.number + 1,
            kind=VerdictKind.WITHDRAWAL,
            supersedes=verdict,
            claim_wording=verdict.claim_wording,
            summary=note.strip(),
            author=verdict.author,
            approver=by,
            self_approved=verdict.author_id == by.pk,
            published_at=entry.at,
        )
        withdrawal.snapshot = canonical(snapshot(withdrawal, []))
        _insert(entry, withdrawal, [], CorrectionKind.VOID, note)
    return withdrawal


def _require_name(by: Any, what: str) -> None:
    """Raise NotAllowed unless `by` is an editor; a command on the machine has no name to put under a verdict."""
    require_editor(by, what)
    if by is None:
        raise NotAllowed(f"Only an editor {what}; a command must say which one.")


def _insert(entry: Any, verdict: Verdict, evidence: list[Evidence], kind: str, note: str) -> None:
    """Write the next row of the series with its citations and its correction."""
    entry.insert(verdict)
    entry.subject = verdict
    for position, one in enumerate(evidence, start=1):
        citation = Citation(verdict=verdict, evidence=one, position=position)
        entry.insert(citation)
    if verdict.supersedes is not None:
        before, after = difference(verdict.supersedes, verdict)
        correction = Correction(verdict=verdict, kind=kind, note=note.strip(), before=before, after=after)
        entry.insert(correction)


def difference(old: Verdict, new: Verdict) -> tuple[str, str]:
    """Return what readers see change from one row of a series to the next, a line for each thing."""
    before, after = [], []
    for name, label in PARTS.items():
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            before.append(f"{label}: {was or '–'}")
            after.append(f"{label}: {now or '–'}")
    return "\n".join(before), "\n".join(after)


def snapshot(verdict: Verdict, evidence: list[Evidence]) -> dict[str, Any]:
    """Return all that readers are shown of a verdict, in plain values, as it stands at this moment."""
    claim: Claim = verdict.claim
    rating = verdict.rating
    sources = [one.source_version.source for one in evidence]
    return {
        "newsroom": Newsroom.current().name,
        "kind": verdict.kind,
        "number": verdict.number,
        "claim": {"id": claim.pk, "statement": claim.statement, "asserted": claim.asserted.edtf()},
        "rating": rating
        and {
            "slug": rating.slug,
            "labels": rating.labels,
            "definitions": rating.definitions,
            "class": rating.machine_class,
            "rank": rating.rank,
            "scale": rating.scale.number,
        },
        "summary": verdict.summary,
        "reasoning": verdict.reasoning,
        "evidence": [_evidence_image(number, one) for number, one in enumerate(evidence, start=1)],
        "sources": len({source.pk for source in sources}),
        "independent_origins": independent_origins(source.pk for source in sources),
        "author": str(verdict.author),
        "approver": str(verdict.approver),
        "self_approved": verdict.self_approved,
        "published_at": verdict.published_at,
        "valid_from": verdict.valid_from,
        "valid_to": verdict.valid_to,
    }


def _evidence_image(number: int, one: Evidence) -> dict[str, Any]:
    version = one.source_version
    source = version.source
    return {
        "number": number,
        "id": one.pk,
        "stance": one.stance,
        "passage": one.passage,
        "passage_state": one.passage_state,
        "locator": one.locator,
        "posture": one.posture,
        "note": one.note,
        "source": {
            "id": source.pk,
            "kind": source.kind,
            "title": source.title,
            "publisher": source.publisher,
            "people": source.people,
            "url": source.url,
            "published": source.published.edtf(),
            **{name: getattr(source, name) for name in KIND_FIELDS if getattr(source, name)},
        },
        "version": {
            "id": version.pk,
            "number": version.number,
            "copy_quality": version.copy_quality,
            "sha256": version.sha256,
            "archive_url": version.archive_url,
            "seen_as": version.seen_as,
            "retrieved_at": version.retrieved_at and moment(version.retrieved_at),
        },
    }
