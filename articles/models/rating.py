"""What a verdict can say: ratings on scales that have versions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models.choices import labelled, one_of
from articles.models.ledger import act
from articles.models.recorded import Recorded, RecordQuerySet, Revised, at_desk
from articles.models.user import require_administrator
from articles.refusals import Refused
from articles.vocabulary import ScaleClass

# The scale a new newsroom starts with: what the record shows of a claim, not what we think of its speaker.
STANDARD_SCALE = [
    ("supported", 5, ScaleClass.TRUE, "Supported",
     "The record bears the claim out as it is worded."),
    ("mostly_supported", 4, ScaleClass.MOSTLY_TRUE, "Mostly supported",
     "The record bears the claim out but for something that does not change its point."),
    ("partly_supported", 3, ScaleClass.MIXED, "Partly supported",
     "The record bears out one part of the claim and not another."),
    ("mostly_contradicted", 2, ScaleClass.MOSTLY_FALSE, "Mostly contradicted",
     "The record goes against the claim but for something that does not change its point."),
    ("contradicted", 1, ScaleClass.FALSE, "Contradicted",
     "The record goes against the claim as it is worded."),
    ("not_established", None, ScaleClass.UNVERIFIABLE, "Not established",
     "No record that we found decides it either way."),
]  # fmt: skip


class ScaleQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> ScaleQuerySet:
        return self.all()

    def editable_by(self, user: Any) -> ScaleQuerySet:
        return self.all() if at_desk(user) and user.may_administer else self.none()


class RatingQuerySet(ScaleQuerySet):
    def in_use(self) -> RatingQuerySet:
        """Return the ratings new verdicts can give: those of the newest scale that are not retired."""
        newest = RatingScale.objects.order_by("-number").values("pk")[:1]
        return self.filter(scale=models.Subquery(newest), retired_at=None)


class RatingScale(Revised, Recorded):
    """One version of the newsroom's scale. Verdicts keep the scale they were given on."""

    on_every_page: ClassVar = True
    revisable: ClassVar = frozenset({"name"})

    number = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=200)
    adopted_at = models.DateTimeField(default=timezone.now)

    objects = ScaleQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-number"]
        verbose_name = "rating scale"

    def __str__(self) -> str:
        return f"{self.name} (version {self.number})"

    @classmethod
    def current(cls) -> RatingScale | None:
        """Return the newest scale; None before the newsroom was opened."""
        return cls.objects.order_by("-number").first()

    @classmethod
    def adopt(cls, by: Any, name: str, ratings: Iterable[dict[str, Any]]) -> RatingScale:
        """Adopt a new version of the scale; the ratings of the one before stay for the verdicts that use them."""
        if by is not None:
            require_administrator(by, "adopts a rating scale")
        with act(by, "adopt", None) as entry:
            last = cls.current()
            scale = cls(number=last.number + 1 if last else 1, name=name, adopted_at=entry.at)
            entry.insert(scale)
            entry.subject = entry.subject or scale
            for position, facts in enumerate(ratings, start=1):
                rating = Rating(scale=scale, position=position, **facts)
                entry.insert(rating)
        return scale

    @classmethod
    def adopt_standard(cls, by: Any) -> RatingScale:
        """Adopt the scale a new newsroom starts with."""
        ratings = [
            {
                "slug": slug,
                "rank": rank,
                "machine_class": machine,
                "labels": {"en": label},
                "definitions": {"en": words},
            }
            for slug, rank, machine, label, words in STANDARD_SCALE
        ]
        return cls.adopt(by, "What the record shows", ratings)


class Rating(Revised, Recorded):
    """One value of a scale."""

    on_every_page: ClassVar = True
    revisable: ClassVar = frozenset({"labels", "definitions"})

    scale = models.ForeignKey(RatingScale, models.PROTECT, related_name="ratings")
    slug = models.SlugField(max_length=60)
    position = models.PositiveIntegerField()
    rank = models.SmallIntegerField(
        null=True, blank=True, help_text=_("Higher is nearer to true; empty: off the scale.")
    )
    machine_class = models.CharField(max_length=20, choices=labelled(ScaleClass))
    labels = models.JSONField(default=dict, help_text=_("One label per interface language."))
    definitions = models.JSONField(default=dict, help_text=_("What it means, per interface language."))
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaces", editable=False
    )

    objects = RatingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["scale_id", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scale", "slug"],
                name="rating_once_per_scale",
                violation_error_message="This scale already has a rating of that name.",
            ),
            one_of("machine_class", ScaleClass, "rating_machine_class_known"),
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Every page shows these, so they must be texts by language."""
        for name, needed in (("labels", True), ("definitions", False)):
            texts = getattr(self, name)
            by_language = isinstance(texts, dict) and all(
                isinstance(text, str) and text.strip() for text in texts.values()
            )
            if not by_language or (needed and not texts):
                raise ValidationError({name: 'Write one text per language, such as {"en": "Supported"}.'})

    @property
    def label(self) -> str:
        return in_language(self.labels) or self.slug

    @property
    def definition(self) -> str:
        return in_language(self.definitions)

    def retire(self, by: Any, replaced_by: Rating | None = None, at: datetime | None = None) -> None:
        """Let no new verdict use this rating; old ones keep it."""
        self.require_editable(by)
        with act(by, "retire", self, at) as entry:
            if self.retired_at:
                raise Refused(f"“{self}” is retired already.", "retired")
            self.retired_at, self.replaced_by = entry.at, replaced_by
            self.full_clean()
            self.write(["retired_at", "replaced_by"])
            entry.add(self)


def in_language(texts: dict[str, str], language: str | None = None) -> str:
    """Return the text in the reader's language, else in English, else any."""
    wanted = language or get_language() or "en"
    for key in (wanted, wanted.split("-")[0], "en"):
        if texts.get(key):
            return texts[key]
    return next((text for text in texts.values() if text), "")
