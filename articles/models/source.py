"""What bears on claims: reports, court cases, rules, statutes, statements, posts, people nobody names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import connections, models
from django.utils.translation import gettext_lazy as _

from articles.addresses import address, slug
from articles.models.addressed import Addressed, at_address
from articles.models.article import Visibility, visibility_known
from articles.models.choices import labelled, one_of
from articles.models.counting import HowMany
from articles.models.dated import Published
from articles.models.ledger import act
from articles.models.merging import Merging, MergingQuerySet, by_survivor
from articles.models.recorded import PublicSeq, Recorded, RecordQuerySet, at_desk, by_part, require_there
from articles.models.user import require_editor
from articles.refusals import Refused
from articles.vocabulary import (
    ANONYMOUS_FORBIDDEN,
    COURT_KINDS,
    SOURCE_FIELDS,
    SOURCE_REQUIRED,
    DerivationBasis,
    SourceKind,
)
from articles.web_addresses import spellings

# The fields that only sources of some kinds have, in the order a form shows them.
KIND_FIELDS = (
    "court", "docket_number", "judge", "citation", "jurisdiction",
    "platform", "account", "venue", "filed_with", "described_as",
)  # fmt: skip

# By what sources are looked up that a text may mean; and how many words of it are compared.
_COMPARED_FIELDS = ("title", "publisher", "url", "docket_number", "citation", "account")
_COMPARED_WORDS = 3
_WORD = re.compile(r"[^\W_]+")
_OF_ANY_ADDRESS = ("http", "https", "www")


_NOT_NAMED = "An anonymous source has no publisher, people or address."


def _of_its_kind(field: str) -> str:
    owners = sorted(kind.value for kind, own in SOURCE_FIELDS.items() if field in own)
    return f"Only these kinds of source have a {field.replace('_', ' ')}: {', '.join(owners)}."


def _needed(field: str) -> str:
    return f"A source of this kind needs a {field.replace('_', ' ')}."


def fields_refused(source: Source) -> dict[str, str]:
    """Return field → sentence for what the constraints would refuse, so that a form can say it beside the field."""
    if source.kind not in SOURCE_FIELDS:
        return {}
    kind = SourceKind(source.kind)
    own, needed = SOURCE_FIELDS[kind], SOURCE_REQUIRED[kind]
    filled = {name for name in KIND_FIELDS if getattr(source, name)}
    refused = {name: _of_its_kind(name) for name in KIND_FIELDS if name in filled - own}
    refused |= {name: _needed(name) for name in KIND_FIELDS if name in needed - filled}
    if kind == SourceKind.ANONYMOUS_SOURCE:
        refused |= {name: _NOT_NAMED for name in ANONYMOUS_FORBIDDEN if getattr(source, name)}
    return refused


def kind_fields_constraints() -> list[models.CheckConstraint]:
    """Return what the tables of `articles.vocabulary` say about fields and kinds, as constraints."""
    constraints = []
    for field in KIND_FIELDS:
        owners = sorted(kind.value for kind, own in SOURCE_FIELDS.items() if field in own)
        needing = sorted(kind.value for kind, own in SOURCE_REQUIRED.items() if field in own)
        constraints.append(
            models.CheckConstraint(
                condition=models.Q(**{field: ""}) | models.Q(kind__in=owners),
                name=f"source_{field}_of_its_kind",
                violation_error_message=_of_its_kind(field),
            )
        )
        if needing:
            constraints.append(
                models.CheckConstraint(
                    condition=~models.Q(kind__in=needing) | ~models.Q(**{field: ""}),
                    name=f"source_{field}_needed",
                    violation_error_message=_needed(field),
                )
            )
    return constraints


class SourceQuerySet(MergingQuerySet):
    def visible_to(self, user: Any) -> SourceQuerySet:
        """Readers see a source once evidence from it, or a source derived from it, was opened to them."""
        return self.all() if at_desk(user) else self.filter(visibility=Visibility.PUBLIC)

    def editable_by(self, user: Any) -> SourceQuerySet:
        return self.filter(merged_into=None) if at_desk(user) else self.none()

    def standing(self) -> SourceQuerySet:
        """Leave out the sources that were merged into another."""
        return self.filter(merged_into=None)

    def at_address(self, *urls: str) -> SourceQuerySet:
        """Return the standing sources at one of these web addresses, however they are spelt: tracked, mobile, archived,
        with a slash at the end, or as the quick page for telephones (AMP)."""
        return self.standing().filter(at_address(*(one for url in urls for one in spellings(url))))

    def sharing_words_with(self, references: Iterable[Mapping[str, Any]], most: int = 200) -> SourceQuerySet:
        """Narrow to sources that could be one of these references: they share its longest words, or its numbers.

        Each reference has `fields`, some of those a source has, by name. Whether a source is one of them its
        normal forms say; this only keeps everybody from comparing all.
        """
        alike = models.Q(pk__in=[])
        for reference in references:
            for name, value in reference["fields"].items():
                found = (word.lstrip("0") for word in _WORD.findall(value) if word not in _OF_ANY_ADDRESS)
                words = sorted(found, key=len)[-_COMPARED_WORDS:]
                if name in _COMPARED_FIELDS and words:
                    alike |= models.Q(*(models.Q(**{f"{name}__icontains": word}) for word in words))
        return self.filter(alike).order_by("-id")[:most]

    def for_listing(self, most: int | None = None) -> SourceQuerySet:
        """Load what one row of a list shows: how many claims readers see resting on the source.

        `most` claims on each source are looked at, if given.
        """
        from articles.models.claim import Claim

        claims = Claim.objects.public().filter(
            evidence__visibility=Visibility.PUBLIC, evidence__source_version__source=models.OuterRef("pk")
        )
        return self.annotate(claim_count=HowMany(claims, most=most)).order_by("title", "id")


class Source(Addressed, Merging, PublicSeq, Published):
    """Something that bears on claims. Docket numbers are not unique: one case may be several sources."""

    revisable: ClassVar = frozenset(
        {
            "kind", "title", "publisher", "people", "url", "description", "part_of",
            "published_earliest", "published_latest", "published_basis", *KIND_FIELDS,
        }
    )  # fmt: skip

    kind = models.CharField(max_length=30, choices=labelled(SourceKind))
    title = models.CharField(
        max_length=500, help_text=_("As it calls itself; for an anonymous source, your words.")
    )
    publisher = models.CharField(max_length=300, blank=True, help_text=_("Who put it out, or issued it."))
    people = models.CharField(
        max_length=500, blank=True, help_text=_("Authors, speakers or directors, on one line.")
    )
    url = models.URLField(blank=True, max_length=2000)
    description = models.TextField(blank=True)
    court = models.CharField(max_length=300, blank=True)
    docket_number = models.CharField(max_length=100, blank=True, db_index=True)
    judge = models.CharField(max_length=300, blank=True)
    citation = models.CharField(max_length=300, blank=True)
    jurisdiction = models.CharField(max_length=200, blank=True)
    platform = models.CharField(max_length=200, blank=True)
    account = models.CharField(max_length=200, blank=True)
    venue = models.CharField(max_length=300, blank=True)
    filed_with = models.CharField(max_length=300, blank=True)
    described_as = models.CharField(
        max_length=500, blank=True, help_text=_("The exact words that describe an anonymous source.")
    )
    part_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts",
        help_text=_("An order in a case, an excerpt of a book. Not: a report of a report."),
    )  # fmt: skip
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.DESK, editable=False
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["title", "id"]
        constraints: ClassVar = [
            *Published.Meta.constraints,
            one_of("kind", SourceKind, "source_kind_known"),
            visibility_known("source"),
            models.CheckConstraint(
                condition=~models.Q(title=""),
                name="source_has_a_title",
                violation_error_message="A source needs a title.",
            ),
            *kind_fields_constraints(),
            models.CheckConstraint(
                condition=~models.Q(kind=SourceKind.ANONYMOUS_SOURCE)
                | models.Q(**dict.fromkeys(ANONYMOUS_FORBIDDEN, "")),
                name="source_anonymous_stays_so",
                violation_error_message=_NOT_NAMED,
            ),
            models.CheckConstraint(
                condition=models.Q(part_of=None) | ~models.Q(part_of=models.F("id")),
                name="source_not_part_of_itself",
                violation_error_message="A source cannot be a part of itself.",
            ),
        ]
        indexes: ClassVar = [
            by_part("source_by_part"),
            by_survivor("source_by_survivor"),
            *Addressed.Meta.indexes,
            # The list of sources asks: which open sources of this kind, by title?
            models.Index(fields=["visibility", "kind", "title", "id"], name="source_by_kind"),
            # A program asks: all of them, by title.
            models.Index(fields=["title", "id"], name="source_by_title"),
            # The desk's list asks: all of this kind, by title, and what came out since that day?
            models.Index(fields=["kind", "title", "id"], name="source_of_kind"),
            models.Index(fields=["-published_latest", "-id"], name="source_by_date"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def slug(self) -> str:
        return slug(self.title, "source")

    def get_absolute_url(self) -> str:
        return address("source", self.pk, self.slug)

    @property
    def is_court(self) -> bool:
        return self.kind in COURT_KINDS

    def own_fields(self) -> list[tuple[str, str]]:
        """Return (label, value) of the fields of its kind that are filled in."""
        return [(name.replace("_", " "), getattr(self, name)) for name in KIND_FIELDS if getattr(self, name)]

    def clean(self) -> None:
        if refused := fields_refused(self):
            raise ValidationError(refused)
        seen, above = {self.pk}, self.part_of
        while above is not None:
            if above.pk in seen and above.pk is not None:
                raise ValidationError({"part_of": "This would make the source a part of itself."})
            seen.add(above.pk)
            above = above.part_of

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        from articles.models.claim import Claim

        ids = list(ids)
        claims = Claim.objects.filter(evidence__source_version__source__in=ids)
        near = cls.objects.filter(
            models.Q(part_of__in=ids)
            | models.Q(parts__in=ids)
            | models.Q(origins__origin__in=ids)
            | models.Q(derivatives__source__in=ids)
        )
        beside = [*near.values_list("pk", flat=True), *cls.objects.families(ids)]
        return [(Claim, claims.values_list("pk", flat=True)), (cls, beside)]

    # Verbs.

    @classmethod
    def add(cls, by: Any, **facts: Any) -> Source:
        """Put a source on record, at the desk only until evidence from it is opened to readers."""
        with act(by, "add", None) as entry:
            source = cls(**facts)
            entry.insert(source)
        return source

    def add_version(self, by: Any, **facts: Any) -> Any:
        """Add the source's text or file as it stood; see `SourceVersion.add`."""
        from articles.models.source_version import SourceVersion

        return SourceVersion.add(by, self, **facts)

    def derive_from(self, by: Any, origin: Source, basis: str, note: str = "") -> Derivation:
        """Say that this source repeats or rests on `origin`."""
        self.require_editable(by)
        with act(by, "derive", self) as entry:
            if self.pk in ancestors([origin.pk]) | {(origin.merged_into_id or origin.pk)}:
                raise Refused(f"“{origin}” already derives from “{self}”.", "derivation_in_circle")
            derivation = Derivation(source=self, origin=origin, basis=basis, note=note)
            entry.insert(derivation)
            if self.visibility == Visibility.PUBLIC:
                origin.show()
        return derivation

    def point_at(self, survivor: Source | None) -> None:
        """Merge; where readers see one of the two they see both, since each leads to the other."""
        super().point_at(survivor)
        if survivor is not None and Visibility.PUBLIC in (self.visibility, survivor.visibility):
            survivor.show()

    def open_to_readers(self, by: Any) -> None:
        """Show readers this source although no evidence from it is public yet."""
        require_editor(by, "decides which sources readers see")
        with act(by, "open_to_readers", self):
            self.show()

    def show(self) -> None:
        """Let readers see this source with its chain and its whole: a part of acts that open evidence."""
        with act(None, "show", self) as entry:
            found = Chains.of([self.pk])
            ids = found.ancestors() | set(found.survivor.values())
            # With what was merged into them: derivations and addresses still name the merged ones.
            chain = Source.objects.filter(models.Q(pk__in=ids) | models.Q(merged_into__in=ids))
            parts = Source.objects.filter(pk__in=[one.part_of_id for one in chain if one.part_of_id])
            for source in {*chain, *parts}:
                if source.visibility == Visibility.PUBLIC:
                    continue
                source.visibility = Visibility.PUBLIC
                source.write(["visibility"])
                entry.add(source)
        self.refresh_from_db(fields=["visibility", "revision"])


class DerivationQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> DerivationQuerySet:
        if at_desk(user):
            return self.all()
        public = Visibility.PUBLIC
        return self.filter(source__visibility=public, origin__visibility=public)

    def editable_by(self, user: Any) -> DerivationQuerySet:
        return self.all() if at_desk(user) else self.none()


class Derivation(Recorded):
    """One source repeats or rests on another: a report of a report, a story after an unnamed official."""

    hangs_on: ClassVar = {"source": ("source", "origin")}

    source = models.ForeignKey(Source, models.PROTECT, related_name="origins")
    origin = models.ForeignKey(Source, models.PROTECT, related_name="derivatives")
    basis = models.CharField(max_length=20, choices=labelled(DerivationBasis))
    note = models.CharField(max_length=500, blank=True)

    objects = DerivationQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["source_id", "id"]
        constraints: ClassVar = [
            one_of("basis", DerivationBasis, "derivation_basis_known"),
            models.UniqueConstraint(
                fields=["source", "origin"],
                name="derivation_once",
                violation_error_message="This derivation is already on record.",
            ),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("origin")),
                name="derivation_not_from_itself",
                violation_error_message="A source cannot derive from itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} ← {self.origin}"

    @classmethod
    def shown_with(cls, ids: Iterable[int]) -> list:
        pairs = cls.objects.filter(pk__in=ids).values_list("source_id", "origin_id")
        sources = {pk for pair in pairs for pk in pair}
        return [(Source, sources), *Source.shown_with(sources)]

    def take_back(self, by: Any) -> None:
        """Remove the derivation."""
        self.source.require_editable(by)
        with act(by, "underive", self.source) as entry:
            require_there(self)
            entry.remove(type(self), self.pk)
            entry.add(self.source, self.origin)
            self.delete()


@dataclass(frozen=True)
class Chains:
    """What some sources derive from, at any distance.

    `survivor` says of each source that was asked about, by its id, which it counts as: itself, or what it was merged
    into. `above` names the direct origins of these and of all above them, by ids of survivors.
    """

    survivor: dict[int, int]
    above: dict[int, set[int]]

    @classmethod
    def of(cls, ids: Iterable[int]) -> Chains:
        """Read them, by one query however long the chains are. A circle is gone through once; merged sources count as
        their survivor, with what they derive from."""
        asked = Source.objects.filter(pk__in=set(ids)).order_by().values_list("pk", "merged_into_id")
        using = asked.db
        named, given = asked.query.get_compiler(using, elide_empty=False).as_sql()
        source, derivation = (f'"{model._meta.db_table}"' for model in (Source, Derivation))
        # From a survivor, with what was merged into it, to the survivors of what these derive from.
        step = (
            f"JOIN {source} own ON own.id = standing.id OR own.merged_into_id = standing.id "
            f"JOIN {derivation} derived ON derived.source_id = own.id "
            f"JOIN {source} origin ON origin.id = derived.origin_id"
        )
        sql = (
            f"WITH RECURSIVE asked(id, survivor) AS ({named}), "  # noqa: S608 (the SQL is Django's own)
            "standing(id) AS (SELECT COALESCE(survivor, id) FROM asked"
            f" UNION SELECT COALESCE(origin.merged_into_id, origin.id) FROM standing {step}) "
            "SELECT 0, id, COALESCE(survivor, id) FROM asked"
            f" UNION ALL SELECT 1, standing.id, COALESCE(origin.merged_into_id, origin.id) FROM standing {step}"
        )
        survivor: dict[int, int] = {}
        above: dict[int, set[int]] = defaultdict(set)
        with connections[using].cursor() as cursor:
            cursor.execute(sql, given)
            for is_above, one, other in cursor.fetchall():
                if is_above:
                    above[one].add(other)
                else:
                    survivor[one] = other
        return cls(survivor, above)

    def ancestors(self) -> set[int]:
        """Return the ids of all sources that these derive from, at any distance."""
        return {origin for origins in self.above.values() for origin in origins}


def ancestors(ids: Iterable[int]) -> set[int]:
    """Return the ids of all sources that these derive from, at any distance. One query."""
    return Chains.of(ids).ancestors()


def independent_origins(ids: Iterable[int]) -> int:
    """Return how many independent origins these sources have.

    Two sources are of one origin where the chains above them meet anywhere; a source that derives from
    nothing on record is its own origin. Part-of does not count: two orders in one case are two.
    """
    return independent_origins_of({None: ids})[None]


def independent_origins_of(sources: Mapping[Any, Iterable[int]]) -> dict[Any, int]:
    """Return the same for many sets of sources at once, by their keys. One query."""
    named = {key: set(ids) for key, ids in sources.items()}
    found = Chains.of(set[int]().union(*named.values()))
    return {
        key: _origins({found.survivor[one] for one in ids if one in found.survivor}, found.above)
        for key, ids in named.items()
    }


def _origins(ids: set[int], above: Mapping[int, set[int]]) -> int:
    groups: list[set[int]] = []
    for one in ids:
        chain, wanted = {one}, {one}
        while wanted:
            wanted = {origin for source in wanted for origin in above.get(source, ())} - chain
            chain |= wanted
        meeting = [group for group in groups if group & chain]
        groups = [group for group in groups if not group & chain]
        groups.append(chain.union(*meeting))
    return len(groups)
