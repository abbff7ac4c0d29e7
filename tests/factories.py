"""Rows for tests. Every one enters by the verb a door would call, so that the ledger agrees with the record.

    ClaimFactory(rating="supported")               a claim with a published verdict
    ClaimFactory(status="dismissed")               … as the verbs leave it
    ArticleFactory(text="…", public=True)          … opened to readers
    EvidenceFactory(claim=claim, cited=True)       … cited by a published verdict
    VerdictDraftFactory(state="submitted")         … waiting for a second editor
    make_series(claim, [("verdict", "supported", "2024-01-10"), ("withdrawal", "2024-02-01")])

Where nobody is named, a reporter writes and an editor decides; both are made when they are first needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import factory
from django.utils import timezone

from articles.importing.text import read_text
from articles.models import (
    Appearance,
    Article,
    ArticleVersion,
    Attribution,
    Block,
    Citation,
    Claim,
    Claimant,
    ClaimRelation,
    ConfidentialSource,
    Copy,
    Correction,
    Derivation,
    DraftEvidence,
    Evidence,
    ManifestItem,
    Newsroom,
    Rating,
    RatingScale,
    RedactedText,
    Redaction,
    Role,
    Source,
    SourceVersion,
    Topic,
    User,
    Verdict,
    VerdictDraft,
)
from articles.vocabulary import COURT_KINDS, SOURCE_REQUIRED, ClaimStatus, Posture

#: The passwords of all accounts made here.
PASSWORD = "a pass phrase for tests"
SENTENCE = "The bridge across the river cost four million dollars."
TEXT = (
    "A bridge and its bill\n\n"
    "Officials opened the bridge on Friday. According to two people briefed on the plan, "
    f"{SENTENCE[0].lower()}{SENTENCE[1:]} Others doubt the figure.\n"
)


def somebody(role: str) -> User:
    """Return the account that does what a test does not say who does: one per role."""
    found = User.objects.filter(username=f"some_{role}").first()
    return found or UserFactory(username=f"some_{role}", display_name=f"Some {role.title()}", role=role)


def some_reporter() -> User:
    return somebody(Role.REPORTER)


def some_editor() -> User:
    return somebody(Role.EDITOR)


def some_administrator() -> User:
    return somebody(Role.ADMINISTRATOR)


def newsroom() -> Newsroom:
    """Return the newsroom, opened with the standard scale where it was not."""
    return Newsroom.objects.first() or Newsroom.open("The Example Desk")


def rating_called(slug: str | Rating | None) -> Rating | None:
    """Return the rating of this name on the current scale; the newsroom is opened where it was not."""
    if slug is None or isinstance(slug, Rating):
        return slug
    newsroom()
    return RatingScale.current().ratings.get(slug=slug)


def moment_of(value: str | date | datetime | None) -> datetime | None:
    """Return a moment from `2024-01-10`, `2024-01-10T12:00`, a date (noon, UTC) or a datetime."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value if "T" in value else f"{value}T12:00")
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return value and datetime(value.year, value.month, value.day, 12, tzinfo=UTC)


def day_of(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


class VerbFactory(factory.django.DjangoModelFactory):
    """A factory whose rows enter by a verb: `enter` gets what the test gave and the defaults."""

    class Meta:
        abstract = True

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        return cls.enter(**kwargs)

    @classmethod
    def enter(cls, **given: Any) -> Any:
        raise NotImplementedError


# People


class UserFactory(VerbFactory):
    class Meta:
        model = User

    username = factory.Sequence("person{}".format)
    display_name = factory.Sequence("Person {}".format)
    role = Role.REPORTER
    password = PASSWORD

    @classmethod
    def enter(cls, is_active: bool = True, **given: Any) -> User:
        user = User.objects.create_user(**given)
        if not is_active:
            user.deactivate(some_administrator())
        return user


class NewsroomFactory(VerbFactory):
    class Meta:
        model = Newsroom

    name = "The Example Desk"
    by = None

    @classmethod
    def enter(cls, **given: Any) -> Newsroom:
        return Newsroom.open(**given)


class RatingScaleFactory(VerbFactory):
    """A further version of the scale; `ratings` are dicts, by default those of the standard scale again."""

    class Meta:
        model = RatingScale

    by = None
    name = factory.Sequence("Scale {}".format)
    ratings = None

    @classmethod
    def enter(cls, by: Any, name: str, ratings: Iterable[dict] | None) -> RatingScale:
        if ratings is None:
            return RatingScale.adopt_standard(by)
        return RatingScale.adopt(by, name, ratings)


class RatingFactory(VerbFactory):
    """A rating of the current scale, by its slug; `retired` retires it."""

    class Meta:
        model = Rating

    slug = "supported"
    retired = False

    @classmethod
    def enter(cls, slug: str, retired: bool) -> Rating:
        found = rating_called(slug)
        if retired:
            found.retire(None)
        return found


class TopicFactory(VerbFactory):
    class Meta:
        model = Topic

    name = factory.Sequence("Topic {}".format)

    @classmethod
    def enter(cls, name: str) -> Topic:
        return Topic.named(name)


# Articles


class ArticleFactory(VerbFactory):
    class Meta:
        model = Article

    by = factory.LazyFunction(some_reporter)
    title = factory.Sequence("A bridge and its bill, part {}".format)
    text = TEXT
    rights = "full"
    public = False

    @classmethod
    def enter(cls, by: Any, text: str, public: bool, at: Any = None, **facts: Any) -> Article:
        article = Article.add(by, read_text(text.encode()), at=moment_of(at), **facts)
        if public:
            article.open_to_readers(some_editor())
        return article


class ArticleVersionFactory(VerbFactory):
    """The first version of a new article, or the next one of `article`."""

    class Meta:
        model = ArticleVersion

    article = None
    by = factory.LazyFunction(some_reporter)
    text = TEXT

    @classmethod
    def enter(cls, article: Article | None, by: Any, text: str, **facts: Any) -> ArticleVersion:
        if article is None:
            return ArticleFactory(by=by, text=text, **facts).current_version
        return article.add_version(by, read_text(text.encode()), **facts)


class CopyFactory(VerbFactory):
    class Meta:
        model = Copy

    article = factory.SubFactory(ArticleFactory)
    by = factory.LazyFunction(some_reporter)
    kind = "copy"
    publisher = factory.Sequence("Paper {}".format)

    @classmethod
    def enter(cls, article: Article, by: Any, **facts: Any) -> Copy:
        return article.add_copy(by, **facts)


class BlockFactory(factory.django.DjangoModelFactory):
    """Rebuildable and outside the chain, so it is the one row no verb makes."""

    class Meta:
        model = Block

    article_version = factory.SubFactory(ArticleVersionFactory)
    role = "title"
    start = 0
    end = 21
    parser = "tests 1"


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


# Beside the record


class RedactionFactory(VerbFactory):
    class Meta:
        model = Redaction

    by = factory.LazyFunction(some_administrator)
    words = "four million"
    reason = "A private matter."

    @classmethod
    def enter(cls, by: Any, words: str, reason: str, **more: Any) -> Redaction:
        return Redaction.everywhere(by, words, reason, **more)


class RedactedTextFactory(VerbFactory):
    """The first text a new redaction masked; something must say its words."""

    class Meta:
        model = RedactedText

    @classmethod
    def enter(cls, **given: Any) -> RedactedText:
        return RedactionFactory(**given).texts.first()


class ManifestItemFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ManifestItem

    manifest = "bridge.yaml"
    path = factory.Sequence("claims/C{}".format)
    object_type = "claim"
    object_id = factory.LazyFunction(lambda: ClaimFactory().pk)
    digest = "0" * 64
    revision = 1
