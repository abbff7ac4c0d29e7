"""A field that two people changed at once: what each made of it, and the ways to settle it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.comparing.differences import differences
from articles.comparing.threeway import merge

# A bigint has at most 19 digits.
LONGEST_ID = 18
# In the form: which way was chosen for a field, and the values that the ways stand for.
CHOSEN = "settle-"
# A value of a field as a form sends it: of a choice of several rows, their ids in order.
Sent = str | tuple[str, ...]


def is_id(value: Any) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID


@dataclass(frozen=True)
class Way:
    """One way to settle a conflict: its name, what the person reads, what the field then holds."""

    name: str
    label: Any
    sent: Sent
    words: str

    @property
    def values(self) -> tuple[str, ...]:
        return self.sent if isinstance(self.sent, tuple) else (self.sent,)


@dataclass(frozen=True)
class Conflict:
    """What a field said when the page was loaded, and what each of two people wants it to say, in words.

    `ways` are offered where both changed it. `stands` is the way whose value stands in the form.
    """

    name: str
    label: str
    before: str
    yours: str
    theirs: str
    ways: tuple[Way, ...] = ()
    stands: str = ""
    is_text: bool = False

    @property
    def your_words(self) -> SafeString | str:
        """What this person wrote, with what they put in marked."""
        return _marked(self.before, self.yours) if self.is_text else self.yours

    @property
    def their_words(self) -> SafeString | str:
        return _marked(self.before, self.theirs) if self.is_text else self.theirs

    @property
    def together(self) -> SafeString | None:
        """Both in one, with what each did marked; None where only one of them can hold."""
        found = next((one for one in self.ways if one.name == "both"), None)
        if found is None:
            return None
        if not self.is_text:
            return format_html("{}", found.words)
        looks = {
            "mine": ('<ins class="mine">{}</ins>', '<del class="mine">{}</del>'),
            "theirs": ('<ins class="theirs">{}</ins>', '<del class="theirs">{}</del>'),
            "both": ("<ins>{}</ins>", "<del>{}</del>"),
        }
        pieces: list[tuple[SafeString | str]] = []
        for one in merge(self.before, self.yours, self.theirs).stretches:
            put_in, taken_out = looks.get(one.kind, ("{}", "{}"))
            if one.kind != "same" and one.before:
                pieces.append((format_html(taken_out, one.before),))
            if one.together:
                pieces.append((format_html(put_in, one.together),))
        return format_html_join("", "{}", pieces)


def _marked(before: str, after: str) -> SafeString:
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<ins>{}</ins>", one.text) if one.kind == "added" else one.text,)
            for one in differences(before, after)
            if one.kind != "removed"
        ),
    )


def settled(data: Any) -> Any:
    """Return what was sent, with the ways chosen for its conflicts taken: no script has done so yet."""
    ways = {
        name.removeprefix(CHOSEN): way
        for name, way in data.items()
        if name.startswith(CHOSEN) and way in ("mine", "theirs", "both")
    }
    if not ways:
        return data
    data = cast(QueryDict, data).copy()
    for name, way in ways.items():
        values = data.getlist(f"{way}-{name}")
        if values:
            data.setlist(name, values)
    return data


def compare(
    form: forms.BaseForm, name: str, mine: Any, theirs: Any, *, is_changed: bool
) -> tuple[Conflict | None, Sent]:
    """Return how a field stands between two people, and what is to stand in the form.

    The first is None where only this person changed it, or both did the same. `mine` and `theirs` are values as
    `clean` gives them; what it said when the page was loaded came with the form.
    """
    field, data = form.fields[name], cast(QueryDict, form.data)
    prefixed = form.add_prefix(name)
    if isinstance(field, forms.ModelMultipleChoiceField):
        loaded: Sent = tuple(sorted(filter(is_id, data.getlist(form.add_initial_prefix(name))), key=int))
    else:
        loaded = str(data.get(form.add_initial_prefix(name), "")).replace("\r\n", "\n")
    ours, others = in_form(field, mine), in_form(field, theirs)
    stands = ours if is_changed else others
    if others in (loaded, ours):
        return None, stands
    is_text = (
        isinstance(field, forms.CharField) and isinstance(ours, str) and not isinstance(field, forms.URLField)
    )
    ways: list[Way] = []
    standing = ""
    if is_changed:
        both = _both(loaded, ours, others, is_text)
        ways.append(Way("mine", _("Keep yours"), ours, in_words(field, ours)))
        ways.append(Way("theirs", _("Take theirs"), others, in_words(field, others)))
        standing = "mine"
        if both is not None:
            ways.append(Way("both", _("Both together"), both, in_words(field, both)))
            stands, standing = both, "both"
    found = Conflict(
        prefixed, str(form[name].label), in_words(field, loaded, is_text), in_words(field, ours, is_text),
        in_words(field, others, is_text), tuple(ways), standing, is_text,
    )  # fmt: skip
    return found, stands


def _both(loaded: Sent, ours: Sent, others: Sent, is_text: bool) -> Sent | None:
    """Return what both did in one, None where that cannot be said without a person."""
    if isinstance(loaded, tuple):
        before, mine, theirs = set(loaded), set(ours), set(others)
        return tuple(sorted((theirs | (mine - before)) - (before - mine), key=int))
    return merge(loaded, str(ours), str(others)).text if is_text else None


def put(form: forms.BaseForm, data: QueryDict, name: str, sent: Sent, *, initial: bool = False) -> None:
    """Write a value into what was sent, as the field's widget would read it."""
    field = form.fields[name]
    key = form.add_initial_prefix(name) if initial else form.add_prefix(name)
    widget = field.widget
    if isinstance(sent, tuple):
        data.setlist(key, list(sent))
    elif isinstance(widget, forms.MultiWidget):
        many = cast(Any, widget)
        parts = many.decompress(field.to_python(sent) if sent else None)
        for suffix, part in zip(many.widgets_names, parts, strict=True):
            data[f"{key}{suffix}"] = "" if part is None else str(part)
    else:
        data[key] = sent


def in_form(field: forms.Field, value: Any) -> Sent:
    """Return the value as a form would send it."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return tuple(sorted((str(getattr(one, "pk", one)) for one in value or ()), key=int))
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)


def in_words(field: forms.Field, value: Sent, is_text: bool = False) -> str:
    """Return the value as a person reads it: the label of a choice, the names of rows."""
    if is_text:
        return str(value)
    if isinstance(value, tuple):
        rows = cast(Any, field).queryset.filter(pk__in=value) if value else ()
        return ", ".join(map(str, rows)) or "–"
    if isinstance(field, forms.ModelChoiceField):
        found = (
            field.queryset.filter(pk=value).first() if field.queryset is not None and is_id(value) else None
        )
        return str(found or "–")
    labels = dict(getattr(field, "choices", None) or ())
    return str(labels.get(value, value)) or "–"
