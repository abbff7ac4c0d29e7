"""Claims with their words, sources, evidence and verdicts, which need each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import factory
from django.utils import timezone

from articles.models import (
    Appearance,
    ArticleVersion,
    Attribution,
    Citation,
    Claim,
    Claimant,
    ClaimRelation,
    ConfidentialSource,
    Correction,
    Derivation,
    DraftEvidence,
    Evidence,
    Source,
    SourceVersion,
    Verdict,
    VerdictDraft,
)
from articles.vocabulary import COURT_KINDS, SOURCE_REQUIRED, ClaimStatus, Posture
from tests.factories.articles import ArticleVersionFactory
from tests.factories.people import (
    SENTENCE,
    VerbFactory,
    day_of,
    moment_of,
    rating_called,
    some_editor,
    some_reporter,
)

# Claims


class ClaimFactory(VerbFactory):
    """`status` and `rating` are reached by the verbs; a merged claim needs `merged_into` or makes a survivor."""

    class Meta:
        model = Claim

    by = factory.LazyFunction(some_reporter)
    statement = factory.Sequence("Bridge number {} across the river cost four million dollars.".format)
    status = ClaimStatus.OPEN
    status_reason = "No record can settle this."
    merged_into = None
    rating = None

    @classmethod
    def enter(
        cls, by: Any, statement: str, status: str, status_reason: str, merged_into: Any, rating: Any, at: Any = None,
        **facts: Any,
    ) -> Claim:  # fmt: skip
        claim = Claim.add(by, statement, at=moment_of(at), **facts)
        if rating is not None:
            VerdictFactory(claim=claim, rating=rating)
        if merged_into is not None or status == ClaimStatus.MERGED:
            claim.merge_into(merged_into or ClaimFactory(), some_editor())
        elif status == ClaimStatus.CHECKING:
            claim.start_checking(some_editor())
        elif status == ClaimStatus.NOT_CHECKABLE:
            claim.declare_not_checkable(some_editor(), status_reason)
        elif status == ClaimStatus.DISMISSED:
            claim.dismiss(some_editor(), status_reason)
        claim.refresh_from_db()
        return claim


class ClaimRelationFactory(VerbFactory):
    class Meta:
        model = ClaimRelation

    by = factory.LazyFunction(some_reporter)
    first = factory.SubFactory(ClaimFactory)
    kind = "reports"
    second = factory.SubFactory(ClaimFactory)

    @classmethod
    def enter(cls, by: Any, first: Claim, kind: str, second: Claim) -> ClaimRelation:
        return ClaimRelation.relate(by, first, kind, second)


class ClaimantFactory(VerbFactory):
    class Meta:
        model = Claimant

    by = factory.LazyFunction(some_reporter)
    name = factory.Sequence("Organisation {}".format)
    kind = "organisation"
    merged_into = None

    @classmethod
    def enter(cls, by: Any, merged_into: Claimant | None, **facts: Any) -> Claimant:
        claimant = Claimant.add(by, **facts)
        if merged_into is not None:
            claimant.merge_into(merged_into, some_editor())
        return claimant


class AppearanceFactory(VerbFactory):
    """Marks `words` (default: the sentence of the default text, or the whole text) in `article_version`."""

    class Meta:
        model = Appearance

    by = factory.LazyFunction(some_reporter)
    claim = factory.SubFactory(ClaimFactory)
    article_version = factory.SubFactory(ArticleVersionFactory)
    words = None
    attributions: Sequence[dict] = ()

    @classmethod
    def enter(
        cls, by: Any, claim: Claim, article_version: ArticleVersion, words: str | None, attributions: Sequence[dict],
        start: int | None = None, **more: Any,
    ) -> Appearance:  # fmt: skip
        text = article_version.text
        if words is None:
            words = SENTENCE[1:] if SENTENCE[1:] in text else text.strip()
        start = text.index(words) if start is None else start
        return Appearance.mark(by, claim, article_version, start, start + len(words), attributions, **more)


class AttributionFactory(VerbFactory):
    """The one attribution of a new appearance, which is made with `appearance__…`."""

    class Meta:
        model = Attribution

    claimant = factory.SubFactory(ClaimantFactory)
    described_as = ""

    @classmethod
    def enter(cls, appearance: dict | None = None, **given: Any) -> Attribution:
        return AppearanceFactory(**(appearance or {}), attributions=[given]).attributions.get()


# Sources and evidence


class SourceFactory(VerbFactory):
    """Fills in what its kind needs. `public` opens it as evidence would."""

    class Meta:
        model = Source

    by = factory.LazyFunction(some_reporter)
    kind = "news_report"
    title = factory.Sequence("Source {}".format)
    public = False
    derived_from: Sequence[Source] = ()
    merged_into = None

    @classmethod
    def enter(
        cls, by: Any, public: bool, derived_from: Sequence[Source], merged_into: Source | None, **facts: Any
    ) -> Source:
        needed = {name: f"Some {name.replace('_', ' ')}" for name in SOURCE_REQUIRED[facts["kind"]]}
        source = Source.add(by, **{**needed, **facts})
        for origin in derived_from:
            source.derive_from(by, origin, "stated")
        if public:
            source.open_to_readers(some_editor())
        if merged_into is not None:
            source.merge_into(merged_into, some_editor())
        return source


class SourceVersionFactory(VerbFactory):
    class Meta:
        model = SourceVersion

    by = factory.LazyFunction(some_reporter)
    source = factory.SubFactory(SourceFactory)
    text = factory.Sequence(
        "Minutes of meeting {}. The council paid four million dollars for the bridge.".format
    )
    copy_quality = "primary"
    rights = "full"

    @classmethod
    def enter(cls, by: Any, source: Source, **facts: Any) -> SourceVersion:
        return SourceVersion.add(by, source, **facts)


class DerivationFactory(VerbFactory):
    class Meta:
        model = Derivation

    by = factory.LazyFunction(some_reporter)
    source = factory.SubFactory(SourceFactory)
    origin = factory.SubFactory(SourceFactory)
    basis = "stated"

    @classmethod
    def enter(cls, by: Any, source: Source, origin: Source, basis: str, **facts: Any) -> Derivation:
        return source.derive_from(by, origin, basis, **facts)


class ConfidentialSourceFactory(VerbFactory):
    class Meta:
        model = ConfidentialSource

    by = factory.LazyFunction(some_reporter)
    public_source = factory.SubFactory(SourceFactory, kind="anonymous_source")
    identity = "Somebody who must not be named here"

    @classmethod
    def enter(cls, by: Any, public_source: Source, identity: str, **facts: Any) -> ConfidentialSource:
        return ConfidentialSource.protect(by, public_source, identity, **facts)


class EvidenceFactory(VerbFactory):
    """By default a verified passage of a primary source. `public` opens it, `cited` publishes a verdict on it."""

    class Meta:
        model = Evidence

    by = factory.LazyFunction(some_reporter)
    claim = factory.SubFactory(ClaimFactory)
    source_version = factory.SubFactory(SourceVersionFactory)
    stance = "supports"
    passage = factory.LazyAttribute(lambda given: (given.source_version.text or "").rpartition(". ")[2])
    note = "What the council paid."
    public = False
    cited = False

    @classmethod
    def enter(
        cls,
        by: Any,
        claim: Claim,
        source_version: SourceVersion,
        stance: str,
        public: bool,
        cited: bool,
        **facts: Any,
    ) -> Evidence:
        if source_version.source.kind in COURT_KINDS:
            facts.setdefault("posture", Posture.FOUND)
        evidence = Evidence.add(by, claim, source_version, stance, **facts)
        if public:
            evidence.open_to_readers(some_editor())
        if cited:
            VerdictFactory(claim=claim, evidence=[evidence])
        evidence.refresh_from_db()
        return evidence


# Verdicts


class VerdictDraftFactory(VerbFactory):
    """A draft that the gate would let through, brought to `state`; `author` writes and submits it.

    `evidence=None` makes one piece for it; `reasoning=None` cites each piece.
    """

    class Meta:
        model = VerdictDraft

    claim = factory.SubFactory(ClaimFactory)
    author = factory.LazyFunction(some_reporter)
    rating = "supported"
    summary = "The record bears this out."
    reasoning = None
    evidence = None
    state = "writing"

    @classmethod
    def enter(
        cls,
        claim: Claim,
        author: Any,
        rating: Any,
        reasoning: str | None,
        evidence: Any,
        state: str,
        **facts: Any,
    ) -> VerdictDraft:
        if evidence is None:
            evidence = [EvidenceFactory(claim=claim, by=author)]
        evidence = list(evidence)
        if reasoning is None:
            reasoning = " ".join(f"The minutes say so [{number}]." for number in range(1, len(evidence) + 1))
        if claim.verdicts.exists():
            facts.setdefault("correction_kind", "update")
            facts.setdefault("correction_note", "New minutes were released.")
        for name in ("valid_from", "valid_to"):
            facts[name] = day_of(facts.get(name))
        draft = VerdictDraft.start(
            author, claim, evidence=evidence, rating=rating_called(rating), reasoning=reasoning, **facts
        )
        if state in ("submitted", "published"):
            draft.submit(author)
        if state == "published":
            draft.publish(some_editor())
        if state == "dropped":
            draft.drop(author)
        return draft


class DraftEvidenceFactory(VerbFactory):
    """The one use of evidence of a new draft, which is made with `draft`."""

    class Meta:
        model = DraftEvidence

    @classmethod
    def enter(cls, **draft: Any) -> DraftEvidence:
        return VerdictDraftFactory(**draft).evidence_uses.get()


class VerdictFactory(VerbFactory):
    """The next verdict of a claim's series: started, submitted and published. `at` is when readers saw it."""

    class Meta:
        model = Verdict

    claim = factory.SubFactory(ClaimFactory)
    author = factory.LazyFunction(some_reporter)
    approver = factory.LazyFunction(some_editor)
    at = None

    @classmethod
    def enter(cls, approver: Any, at: Any, **given: Any) -> Verdict:
        draft = VerdictDraftFactory(state="submitted", **given)
        return draft.publish(approver, at=moment_of(at))


class CorrectionFactory(VerbFactory):
    """The correction by which a second verdict follows a first one."""

    class Meta:
        model = Correction

    claim = factory.SubFactory(ClaimFactory, rating="supported")
    kind = "update"
    note = "New minutes were released."

    @classmethod
    def enter(cls, claim: Claim, kind: str, note: str, **given: Any) -> Correction:
        return VerdictFactory(claim=claim, correction_kind=kind, correction_note=note, **given).correction


class CitationFactory(VerbFactory):
    """The one citation of a new verdict."""

    class Meta:
        model = Citation

    @classmethod
    def enter(cls, **given: Any) -> Citation:
        return VerdictFactory(**given).citations.get()


def make_series(claim: Claim, steps: Iterable[Sequence[Any]]) -> list[Verdict]:
    """Publish a series on a claim and return its rows.

    A step is `("withdrawal", at)` or `(kind, rating, at, valid_from, valid_to)`, where the kind is "verdict" or a
    kind of correction ("update", "affects_rating", "keeps_rating", "clarification", "typo"); dates may be ISO
    texts, and the last two may be left out.
    """
    series: list[Verdict] = []
    for kind, *rest in steps:
        if kind == "withdrawal":
            at = rest[0] if rest else timezone.now()
            last = Verdict.objects.current().get(claim=claim)
            series.append(last.withdraw(some_editor(), "It should not have been published.", moment_of(at)))
            continue
        slug, at, valid_from, valid_to = [*rest, None, None, None, None][:4]
        correction = (
            {}
            if kind == "verdict"
            else {"correction_kind": kind, "correction_note": f"The {kind} of a test."}
        )
        series.append(
            VerdictFactory(
                claim=claim, rating=slug, at=at, valid_from=valid_from, valid_to=valid_to, **correction
            )
        )
    claim.refresh_from_db()
    return series
