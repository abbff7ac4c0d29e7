"""What the page of a source says of its kind and its copies: labels of fields, and how far such a source carries."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from articles.models import Source, SourceVersion
from articles.models.source import KIND_FIELDS
from articles.vocabulary import SOURCE_FIELDS, CopyQuality, SourceKind

register = template.Library()

# One sentence for each kind: what it is, and how far it carries. A test asks that none is missing.
KIND_NOTES = {
    SourceKind.NEWS_REPORT: _(
        "A news report says what its reporters found, or were told. What it repeats from others rests on them."
    ),
    SourceKind.BLOG_POST: _("A blog post says what its author saw, thinks, or read elsewhere."),
    SourceKind.BOOK: _("A book says what its author holds; editions differ, so passages are cited by page."),
    SourceKind.FILM: _(
        "A film shows what its makers chose and cut; what people say in it are their own words."
    ),
    SourceKind.DATASET: _("A dataset counts what its makers defined, in the time and place they covered."),
    SourceKind.IMAGE: _("An image shows what stood before the lens; when and where is told from elsewhere."),
    SourceKind.FACT_CHECK: _(
        "A fact-check says what another newsroom concluded, from the evidence it names."
    ),
    SourceKind.COURT_CASE: _(
        "A court case is a dispute before a court. How far it had come says how far it carries: "
        "what is alleged in it is not yet found."
    ),
    SourceKind.COURT_FILING: _(
        "A filing says what a party alleges; it is not a finding. An order says what the court decided at that point."
    ),
    SourceKind.STATUTE: _("A statute says what the law was while that version of it was in force."),
    SourceKind.PLATFORM_RULE: _(
        "A platform rule says what a platform told its users they may do; not how it was enforced."
    ),
    SourceKind.SOCIAL_POST: _(
        "A social post shows what an account published. It may have been edited or deleted since."
    ),
    SourceKind.READER_COMMENT: _(
        "A reader comment shows what somebody wrote below a text; who wrote it is mostly not known."
    ),
    SourceKind.GOVERNMENT_STATEMENT: _(
        "A government statement says what an authority declares. It is evidence of what was said, and by whom."
    ),
    SourceKind.ORGANISATION_STATEMENT: _(
        "A statement says what an organisation declares about itself or others. "
        "It is evidence of what was said, and by whom."
    ),
    SourceKind.SPEECH: _("A speech shows what somebody said aloud, as it was recorded or written down."),
    SourceKind.COMPLAINT: _(
        "A complaint says what somebody alleges before an authority; it is not a finding."
    ),
    SourceKind.ANONYMOUS_SOURCE: _(
        "An anonymous source is known only by the words in which others describe it. "
        "This record never says who it is, so readers cannot ask it themselves."
    ),
}
COPY_NOTES = {
    CopyQuality.PRIMARY: _("what the issuer itself put out"),
    CopyQuality.ORIGINAL_PUBLISHER: _("the text as its first publisher shows it"),
    CopyQuality.MIRROR: _("a copy that somebody else keeps"),
    CopyQuality.REWORDED: _("not the wording itself, but what somebody made of it"),
}
FIELD_LABELS = {
    "court": _("Court"),
    "docket_number": _("Docket number"),
    "judge": _("Judge"),
    "citation": _("Citation"),
    "jurisdiction": _("Jurisdiction"),
    "platform": _("Platform"),
    "account": _("Account"),
    "venue": _("Venue"),
    "filed_with": _("Filed with"),
    "described_as": _("Described as"),
}
PEOPLE = {SourceKind.FILM: _("Directed by"), SourceKind.SPEECH: _("Spoken by")}
ISSUED = {
    SourceKind.GOVERNMENT_STATEMENT, SourceKind.ORGANISATION_STATEMENT, SourceKind.STATUTE, SourceKind.PLATFORM_RULE,
    SourceKind.COURT_CASE, SourceKind.COURT_FILING,
}  # fmt: skip
# Of these one asks first who issued or published it, before the fields of the kind.
PUBLISHED_SOMEWHERE = set(SourceKind) - {
    SourceKind.ANONYMOUS_SOURCE, SourceKind.COURT_CASE, SourceKind.COURT_FILING, SourceKind.SOCIAL_POST,
    SourceKind.READER_COMMENT, SourceKind.PLATFORM_RULE, SourceKind.SPEECH, SourceKind.COMPLAINT,
}  # fmt: skip


@register.filter
def kind_note(source: Source) -> Any:
    """Return what a source of this kind is and how far it carries, in a sentence."""
    return KIND_NOTES[SourceKind(source.kind)]


@register.filter
def copy_note(quality: str) -> Any:
    """Return what a copy of this quality is, in a few words."""
    return COPY_NOTES[CopyQuality(quality)]


@register.filter
def anchor(version: SourceVersion, source: Source) -> str:
    """Return the anchor of a version on the page of a source: of its own, or of one merged into it."""
    merged = "" if version.source_id == source.pk else f"{version.source_id}-"
    return f"version-{merged}{version.number}"


@register.filter
def fields_of_kind(source: Source) -> list[tuple[Any, str, bool]]:
    """Return what a source of this kind has: (label, value, whether the value is a quotation). A field of the kind that
    nobody has filled in has the value ""."""
    kind = SourceKind(source.kind)
    rows: list[tuple[Any, str, bool]] = []
    if kind != SourceKind.ANONYMOUS_SOURCE:
        if source.publisher or kind in PUBLISHED_SOMEWHERE:
            rows.append((_("Issued by") if kind in ISSUED else _("Publisher"), source.publisher, False))
        if source.people:
            rows.append((PEOPLE.get(kind, _("By")), source.people, False))
    own = SOURCE_FIELDS[kind]
    rows += [
        (FIELD_LABELS[name], getattr(source, name), name == "described_as")
        for name in KIND_FIELDS
        if name in own or getattr(source, name)
    ]
    return rows
