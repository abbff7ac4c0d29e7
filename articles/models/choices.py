"""The words of `articles.vocabulary` as Django choices, and as constraints that hold them in the database."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from django.db.models import CheckConstraint, F, Q
from django.utils.translation import gettext_lazy as _

# Every word of the vocabulary as a person says it; a test compares.
LABELS = {
    "news_report": _("news report"),
    "blog_post": _("blog post"),
    "book": _("book"),
    "film": _("film"),
    "dataset": _("dataset"),
    "image": _("image"),
    "fact_check": _("fact-check"),
    "court_case": _("court case"),
    "court_filing": _("court filing or order"),
    "statute": _("statute"),
    "platform_rule": _("platform rule"),
    "social_post": _("social post"),
    "reader_comment": _("reader comment"),
    "government_statement": _("government statement"),
    "organisation_statement": _("organisation statement"),
    "speech": _("speech"),
    "complaint": _("complaint"),
    "anonymous_source": _("anonymous source"),
    "paragraph": _("paragraph"),
    "quotation": _("quotation"),
    "list_item": _("list item"),
    "metadata": _("metadata"),
    "title": _("title"),
    "byline": _("byline"),
    "attribution_label": _("attribution label"),
    "image_slug": _("image slug"),
    "caption": _("caption"),
    "credit": _("credit"),
    "embed": _("embed"),
    "link_text": _("link text"),
    "footnote": _("footnote"),
    "provenance": _("provenance"),
    "boilerplate": _("boilerplate"),
    "heading": _("heading"),
    "table": _("table"),
    "supports": _("supports"),
    "refutes": _("refutes"),
    "context": _("context"),
    "alleged": _("alleged"),
    "charged": _("charged"),
    "stipulated": _("stipulated"),
    "found": _("found"),
    "verdict": _("verdict"),
    "judgment": _("judgment"),
    "ordered": _("ordered"),
    "settled": _("settled"),
    "dismissed": _("dismissed"),
    "reversed": _("reversed"),
    "open": _("open"),
    "checking": _("checking"),
    "not_checkable": _("not checkable"),
    "merged": _("merged"),
    "fact": _("fact"),
    "quantity": _("quantity"),
    "attributed_report": _("attributed report"),
    "legal": _("legal"),
    "prediction": _("prediction"),
    "opinion": _("opinion"),
    "other": _("other"),
    "reports": _("reports"),
    "part_of": _("part of"),
    "same": _("same"),
    "narrower": _("narrower"),
    "opposite": _("opposite"),
    "updates": _("updates"),
    "primary": _("primary"),
    "original_publisher": _("original publisher"),
    "mirror": _("mirror"),
    "reworded": _("reworded"),
    "full": _("full"),
    "excerpt": _("excerpt"),
    "none": _("none"),
    "person": _("person"),
    "organisation": _("organisation"),
    "account": _("account"),
    "group": _("group"),
    "original": _("original"),
    "cross_post": _("cross-post"),
    "copy": _("copy"),
    "this_text": _("this text"),
    "stated": _("stated"),
    "inferred": _("inferred"),
    "textual": _("textual"),
    "editor": _("editor"),
    "suggestion": _("suggestion"),
    "manifest": _("manifest"),
    "api": _("API"),
    "reader": _("reader"),
    "verified": _("verified"),
    "transcribed": _("transcribed"),
    "true": _("true"),
    "mostly_true": _("mostly true"),
    "mixed": _("mixed"),
    "mostly_false": _("mostly false"),
    "false": _("false"),
    "unverifiable": _("unverifiable"),
    "changed": _("changed"),
    "ambiguous": _("ambiguous"),
    "lost": _("lost"),
    "accepted": _("accepted"),
    "overtaken": _("overtaken"),
    "filed": _("filed"),
    "copied": _("noted as a copy"),
    "held": _("held"),
    "set_aside": _("set aside"),
    "text": _("text"),
    "markdown": _("markdown"),
    "html": _("html"),
    "pdf": _("pdf"),
    "text_changed": _("text changed"),
    "source_changed": _("source changed"),
    "reader_report": _("a reader reports an error"),
    "review_date": _("the day set for it has come"),
    "desk": _("a colleague asks for it"),
}


def labelled(words: Iterable[StrEnum]) -> list[tuple[str, object]]:
    """Return (value, label) pairs for a field's `choices`."""
    return [(word.value, LABELS[word.value]) for word in words]


def one_of(field: str, words: Iterable[StrEnum], name: str, *, blank: bool = False) -> CheckConstraint:
    """Return the constraint that `field` holds one of the words; choices alone constrain only forms."""
    values = sorted(word.value for word in words)
    return CheckConstraint(
        condition=Q(**{f"{field}__in": [*values, ""] if blank else values}),
        name=name,
        violation_error_message=f"{field.replace('_', ' ').capitalize()} must be one of: {', '.join(values)}.",
    )


def in_order(earliest: str, latest: str, name: str, sentence: str) -> CheckConstraint:
    """Return the constraint that two nullable dates are not the wrong way round."""
    unknown = Q(**{f"{earliest}__isnull": True}) | Q(**{f"{latest}__isnull": True})
    return CheckConstraint(
        condition=unknown | Q(**{f"{latest}__gte": F(earliest)}), name=name, violation_error_message=sentence
    )
