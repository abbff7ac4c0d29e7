"""Where in a text a claim is made, in which exact words, and who says it through whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.anchoring import Carried, carry_over, context
from articles.models.article import Article, ArticleVersion, Visibility
from articles.models.ledger import act
from articles.models.recorded import InsertOnly, RecordQuerySet, at_desk
from articles.refusals import Refused


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without the white space at its ends; an empty one where there is nothing else."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())


class AppearanceQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> AppearanceQuerySet:
        """Readers see the words where they may see both the claim and the article."""
        if at_desk(user):
            return self.all()
        from articles.models.claim import PUBLIC_STATUSES

        return self.filter(
            claim__status__in=PUBLIC_STATUSES, article_version__article__visibility=Visibility.PUBLIC
        )

    def editable_by(self, user: Any) -> AppearanceQuerySet:
        return self.none()

    def making(self, claim: Any) -> AppearanceQuerySet:
        """Return the appearances of a claim and of the claims merged into it."""
        from articles.models.claim import Claim

        return self.filter(claim__in=Claim.objects.one_with(claim))

    def not_carried_on(self) -> AppearanceQuerySet:
        """Leave out the appearances that a newer version of the text still has: the newest stands for all."""
        # Not a join, for the reason that `Evidence` has.
        return self.filter(~models.Exists(Appearance.objects.filter(carried_from=models.OuterRef("pk"))))

    def with_articles(self) -> AppearanceQuerySet:
        """Load what an appearance shows on its claim's side: the article, the version, who says it."""
        versions = ArticleVersion.objects.with_is_current().select_related("article")
        # Of no use beside the quotation, and some of it large.
        versions = versions.defer(
            "text", "offset_map", "fingerprint", "original_sha256", "encoding", "imported_at"
        )
        said = Attribution.objects.select_related("claimant")
        return self.with_these(versions, said)

    def with_these(self, versions: models.QuerySet, attributions: models.QuerySet) -> AppearanceQuerySet:
        """Load these versions and attributions along, for a list of appearances on their claim's side."""
        return self.prefetch_related(
            models.Prefetch("article_version", versions), models.Prefetch("attributions", attributions)
        ).order_by("article_version__article", "start", "-end", "pk")

    def with_claims(self) -> AppearanceQuerySet:
        """Load what an appearance shows on its article's side: the claim with its verdict, who says it."""
        from articles.models.claim import Claim

        return (
            self.select_related("article_version__article")
            .defer("article_version__text", "article_version__offset_map")
            .prefetch_related(
                models.Prefetch("claim", Claim.objects.with_current_verdict()), "attributions__claimant"
            )
            .order_by("start", "-end", "pk")
        )

    def of_current_texts(self) -> AppearanceQuerySet:
        """Leave out the appearances in versions that a newer one has followed."""
        newer = ArticleVersion.objects.filter(
            article=models.OuterRef("article_version__article"),
            number__gt=models.OuterRef("article_version__number"),
        )
        return self.filter(~models.Exists(newer))


class Appearance(InsertOnly):
    """The exact words of an article version that make a claim. `text[start:end] == exact`, in code points."""

    long_texts: ClassVar = frozenset({"exact", "prefix", "suffix"})
    hangs_on: ClassVar = {"claim": ("claim",), "article": ("article_version__article",)}
    continues: ClassVar = ("carried_from_id",)

    claim = models.ForeignKey("articles.Claim", models.PROTECT, related_name="appearances")
    article_version = models.ForeignKey(ArticleVersion, models.PROTECT, related_name="appearances")
    start = models.PositiveIntegerField(help_text=_("First code point of the quotation, from 0."))
    end = models.PositiveIntegerField(help_text=_("The code point after the last one."))
    exact = models.TextField()
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to"
    )

    objects = AppearanceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["article_version_id", "start", "-end", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")),
                name="appearance_end_after_start",
                violation_error_message="The quotation must end after it starts.",
            ),
            models.UniqueConstraint(
                fields=["claim", "article_version", "start", "end"],
                name="appearance_once",
                violation_error_message="These words are already on record for this claim.",
            ),
        ]
        indexes: ClassVar = [
            # The article page asks: which claims stand in this version, in the order of the text?
            models.Index(fields=["article_version", "start"], name="appearance_in_text_order"),
        ]

    def __str__(self) -> str:
        return f"“{self.exact[:80]}” [{self.start}:{self.end}]"

    def clean(self) -> None:
        if self.article_version.text[self.start : self.end] != self.exact:
            raise ValidationError(
                {"exact": f"The text of {self.article_version} does not say this at {self.start}:{self.end}."}
            )

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        from articles.models.claim import Claim

        articles = Article.objects.filter(versions__appearances__in=ids)
        claims = Claim.objects.filter(appearances__in=ids)
        return [
            (Article, articles.values_list("pk", flat=True)),
            (Claim, claims.values_list("pk", flat=True)),
        ]

    @classmethod
    def for_readers(cls) -> models.QuerySet:
        rows = super().for_readers().select_related("article_version__article")
        return rows.defer("article_version__text", "article_version__offset_map")

    def kept_back(self) -> tuple[str, ...]:
        return () if self.article_version.article.shows_surroundings else ("prefix", "suffix")

    @classmethod
    def mark(
        cls,
        by: Any,
        claim: Any,
        version: ArticleVersion,
        start: int,
        end: int,
        attributions: Sequence[dict[str, Any]] = (),
        carried_from: Appearance | None = None,
    ) -> Appearance:
        """Say that these words of the version make the claim, and who asserts it, outermost first.

        Each attribution has `claimant` or `described_as`, and optionally `words` and `start` (both in the
        text of the version; without `start` the first place within the quotation).
        """
        claim.require_editable(by)
        try:
            prefix, suffix = context(version.text, start, end)
        except ValueError as trouble:
            raise ValidationError({"exact": str(trouble)}) from trouble
        with act(by, "mark", claim) as entry:
            appearance = cls(
                claim=claim, article_version=version, start=start, end=end, exact=version.text[start:end],
                prefix=prefix, suffix=suffix, carried_from=carried_from,
            )  # fmt: skip
            entry.insert(appearance)
            for position, given in enumerate(attributions, start=1):
                attribution = Attribution(
                    appearance=appearance, position=position, **appearance._placed(given)
                )
                entry.insert(attribution)
        return appearance

    @staticmethod
    def said_by_the_text(article: Article) -> dict[str, Any]:
        """Return the first link of a chain, as `mark` wants it, where nobody is named: the text itself."""
        itself = article.publisher or article.byline or "The text itself"
        return {"described_as": itself[: Attribution._meta.get_field("described_as").max_length]}

    @classmethod
    def of_new_claim(
        cls,
        by: Any,
        version: ArticleVersion,
        start: int,
        end: int,
        attributions: Sequence[dict[str, Any]] = (),
        *,
        statement: str = "",
        **facts: Any,
    ) -> Appearance:
        """Make a claim of text[start:end], in one act; return its words, whose `claim` is the new one.

        `statement` words it so that it stands alone, by default as in the text; `facts` are the claim's. Without
        attributions the text itself says it.
        """
        from articles.models.claim import Claim

        with act(by, "add", None):
            # A sentence may run over lines that only its text breaks.
            statement = statement.strip() or " ".join(version.text[start:end].split())
            claim = Claim.add(by, statement, **{"language": version.article.language, **facts})
            attributions = attributions or [cls.said_by_the_text(version.article)]
            return cls.mark(by, claim, version, start, end, attributions)

    def re_anchor(self, by: Any, version: ArticleVersion, start: int, end: int) -> Appearance:
        """Say that a newer version of the article makes the claim at text[start:end]; return the new appearance.

        Decides the proposal about it where one is open. Raises Refused where the words were carried on already, and
        ValidationError for another article's version, or one that is not newer.
        """
        from articles.models.proposal import AnchorProposal

        with act(by, "re_anchor", self.claim):
            own = self.article_version
            if version.article_id != own.article_id or version.number <= own.number:
                sentence = f"This must be a version of the same article after version {own.number}."
                raise ValidationError({"article_version": sentence})
            if not 0 <= start < end <= len(version.text):
                raise ValidationError({"start": f"The text has {len(version.text)} characters."})
            if Appearance.objects.filter(carried_from=self).exists():
                raise Refused("These words were carried on already: anchor the newest.", "carried_on")
            asked = AnchorProposal.objects.open().filter(appearance=self, article_version=version).first()
            if asked is not None:
                return asked.accept(by, start, end)
            claim = self.claim.merged_into or self.claim
            attributions = [one.found_in(version.text, start, end) for one in self.attributions.all()]
            return type(self).mark(by, claim, version, start, end, attributions, carried_from=self)

    def _placed(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return an attribution with the span of its words."""
        words: str = given.get("words", "")
        start: Any = given.get("start")
        if words and start is None:
            start = self.article_version.text.find(words, self.start, self.end)
            if start < 0:
                raise ValidationError({"words": f"“{words}” does not stand in the quotation."})
        end = start + len(words) if words else None
        return {**given, "words": words, "start": start if words else None, "end": end}

    @classmethod
    def carry_over(cls, old: ArticleVersion, new: ArticleVersion) -> list[Any]:
        """Carry appearances to a newer text where prefix, words and suffix stand there once.

        Of all others it makes proposals for an editor, and returns them. What was still undecided about the older
        text is asked anew of the newer one.
        """
        from articles.models.proposal import AnchorProposal

        undecided = {
            proposal.appearance_id: proposal
            for proposal in AnchorProposal.objects.open().filter(article_version=old)
        }
        waiting = (
            cls.objects.filter(models.Q(article_version=old) | models.Q(pk__in=list(undecided)))
            .select_related("claim", "article_version")
            .prefetch_related("attributions")
            .order_by("pk")
        )
        proposals = []
        for appearance in waiting:
            if appearance.pk in undecided:
                undecided[appearance.pk].overtake(new.imported_at)
            found = carry_over(
                appearance.prefix,
                appearance.exact,
                appearance.suffix,
                new.text,
                old_text=appearance.article_version.text,
            )
            if not isinstance(found, Carried):
                proposals.append(AnchorProposal.put(appearance, new, found, new.imported_at))
                continue
            attributions = [
                one.found_in(new.text, found.start, found.end) for one in appearance.attributions.all()
            ]
            cls.mark(
                None, appearance.claim, new, found.start, found.end, attributions, carried_from=appearance
            )
        return proposals


class AttributionQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> AttributionQuerySet:
        """Attributions are as visible as their appearance."""
        if at_desk(user):
            return self.all()
        return self.filter(appearance__in=Appearance.objects.visible_to(user))

    def editable_by(self, user: Any) -> AttributionQuerySet:
        return self.none()

    def by(self, claimant: Any) -> AttributionQuerySet:
        """Return what is attributed to a claimant, or its id, and to those merged into it."""
        from articles.models.claimant import Claimant

        return self.filter(claimant__in=Claimant.objects.one_with(claimant))


class Attribution(InsertOnly):
    """One link of the chain "the post → WSJ → two people briefed on the request"; position 1 is outermost."""

    long_texts: ClassVar = frozenset({"words"})
    hangs_on: ClassVar = {"appearance": ("appearance",)}

    appearance = models.ForeignKey(Appearance, models.PROTECT, related_name="attributions")
    position = models.PositiveIntegerField()
    claimant = models.ForeignKey(
        "articles.Claimant", models.PROTECT, null=True, blank=True, related_name="attributions"
    )
    described_as = models.CharField(
        max_length=300, blank=True, help_text=_("In our words, where no claimant is known.")
    )
    words = models.TextField(blank=True, help_text=_("The exact words that name them."))
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    objects = AttributionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["appearance_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["appearance", "position"], name="attribution_position_once"),
            models.CheckConstraint(
                condition=models.Q(claimant__isnull=False) | ~models.Q(described_as=""),
                name="attribution_names_somebody",
                violation_error_message="Name a claimant, or describe who says it.",
            ),
            models.CheckConstraint(
                condition=models.Q(words="", start=None, end=None)
                | (~models.Q(words="") & models.Q(end__gt=models.F("start"))),
                name="attribution_words_with_span",
                violation_error_message="The words of an attribution need their place in the text.",
            ),
        ]

    def __str__(self) -> str:
        return str(self.claimant or self.described_as)

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        from articles.models.claimant import Claimant

        appearances = Attribution.objects.filter(pk__in=ids).values_list("appearance_id", flat=True)
        claimants = Claimant.objects.filter(attributions__in=ids).values_list("pk", flat=True)
        return [(Claimant, claimants), *Appearance.shown_with(list(appearances))]

    def clean(self) -> None:
        text = self.appearance.article_version.text
        if self.words and text[self.start : self.end] != self.words:
            raise ValidationError({"words": f"The text does not say this at {self.start}:{self.end}."})

    def found_in(self, text: str, start: int, end: int) -> dict[str, Any]:
        """Return what `Appearance.mark` needs to make the same attribution where the quotation is text[start:end].

        The words that name somebody come along where they still stand as far from the quotation's beginning as
        they did, or where they carry over by themselves as a quotation does, or else somewhere within this one;
        otherwise only whom they name.
        """
        facts = {"claimant": self.claimant, "described_as": self.described_as, "note": self.note}
        if self.start is None or self.end is None:
            return facts
        place = start + self.start - self.appearance.start
        if place < 0 or not text.startswith(self.words, place):
            old_text = self.appearance.article_version.text
            prefix, suffix = context(old_text, self.start, self.end)
            found = carry_over(prefix, self.words, suffix, text, old_text=old_text)
            place = found.start if isinstance(found, Carried) else text.find(self.words, start, end)
        return {**facts, "words": self.words, "start": place} if place >= 0 else facts
