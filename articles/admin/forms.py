"""Forms that hand what they cleaned to a verb, and show what the verb answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import QueryDict

from articles.admin.site import desk
from articles.refusals import Refused, Stale

# A bigint has at most 19 digits.
LONGEST_ID = 18


def is_id(value: Any) -> bool:
    text = str(value)
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID


class LineEnds(forms.CharField):
    """Browsers send every line end as CRLF; the record knows only LF."""

    def to_python(self, value: Any) -> str | None:
        text = super().to_python(value)
        return None if text is None else text.replace("\r\n", "\n").replace("\r", "\n")


class _Forgiving:
    """Shows a form again whose id was garbage; Django's own widget fails on looking it up."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if is_id(one)], attrs)  # type: ignore[misc]


class Chooser(_Forgiving, AutocompleteSelect):
    """Choose one row by searching."""


class MultipleChooser(_Forgiving, AutocompleteSelectMultiple):
    """Choose rows by searching."""


class Rows(forms.ModelMultipleChoiceField):
    """Rows by their ids; what no id can be is refused before the database is asked."""

    def clean(self, value: Any) -> Any:
        for one in value or ():
            if not is_id(one):
                raise ValidationError(
                    self.error_messages["invalid_pk_value"],
                    code="invalid_pk_value",
                    params={"pk": str(one)[:50]},
                )
        return super().clean(value)


def choice(field: Any, user: Any, *, many: bool = False, **options: Any) -> forms.Field:
    """Return a form field that searches what `field` (a relation of a model) leads to, as far as `user` sees it."""
    queryset = field.remote_field.model.objects.visible_to(user)
    kind, widget = (Rows, MultipleChooser) if many else (forms.ModelChoiceField, Chooser)
    return kind(queryset=queryset, widget=widget(field, desk), **options)


@dataclass(frozen=True)
class Conflict:
    """A field that two people changed at once: what each of them wants it to say."""

    label: str
    yours: str
    theirs: str


def add_refusal(form: forms.BaseForm, trouble: ValidationError | Refused) -> None:
    """Put what a rule answered beside the field it is about, or on top where the form does not have that field."""
    if isinstance(trouble, Refused):
        form.add_error(None, trouble.sentence)
        return
    by_field = (
        trouble.error_dict if hasattr(trouble, "error_dict") else {NON_FIELD_ERRORS: trouble.error_list}
    )
    for name, errors in by_field.items():
        form.add_error(name if name in form.fields else None, errors)


class RecordForm(forms.ModelForm):
    """Writes a row through `add` or `revise`, once all fields are clean.

    Every field carries what it said when the page was loaded, so that a field somebody else changed is told
    apart from one this person changed. If another wrote first, the form comes back with both: what this person
    did not touch reads as it does now, what both changed keeps this person's words beside the other's.
    """

    user: Any = None
    record_admin: Any = None
    stale: Stale | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: list[Conflict] = []
        self.taken_over: list[Conflict] = []
        self.seen_revision = getattr(self.instance, "revision", None)
        seen = str(self.data.get("seen_revision", ""))
        if self.is_bound and self.seen_revision is not None:
            # Without a revision nothing is overwritten: no row stands at 0.
            self.seen_revision = int(seen) if is_id(seen) else 0
        for field in self.fields.values():
            field.show_hidden_initial = self.instance.pk is not None and not isinstance(
                field, forms.FileField
            )

    def _post_clean(self) -> None:
        # Not ModelForm's: it would change the instance before the verb compares it with what is asked for, and
        # check the rules a second time.
        if self.errors:
            return
        try:
            self.instance = self._write()
        except Stale as stale:
            self._take_in(stale)
        except (ValidationError, Refused) as trouble:
            add_refusal(self, trouble)

    def _write(self) -> models.Model:
        if self.instance.pk is None:
            return self.record_admin.add_record(self.user, self.cleaned_data)
        changes = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        # A row of its own: what a refused verb leaves in it must not show on the page.
        row = type(self.instance)._default_manager.visible_to(self.user).filter(pk=self.instance.pk).first()
        if row is None:
            raise Refused(f"This {self.instance._meta.verbose_name} is no longer there.", "gone")
        return self.record_admin.change_record(self.user, row, self.seen_revision, changes)

    def _take_in(self, stale: Stale) -> None:
        """Show what the other wrote beside what this person wrote, and lose neither."""
        self.add_error(None, stale.sentence)
        if stale.current is None:
            return
        data = cast(QueryDict, self.data).copy()
        self.stale, self.data = stale, data
        mine, changed = dict(self.cleaned_data), set(self.changed_data)
        for name, field in self.fields.items():
            loaded = str(data.get(self.add_initial_prefix(name), "")).replace("\r\n", "\n")
            ours, theirs = _in_form(field, mine.get(name)), _in_form(field, getattr(stale.current, name))
            if name not in changed:
                data[self.add_prefix(name)] = theirs
            if theirs not in (loaded, ours):
                before = ours if name in changed else loaded
                found = Conflict(str(self[name].label), _in_words(field, before), _in_words(field, theirs))
                (self.conflicts if name in changed else self.taken_over).append(found)
            data[self.add_initial_prefix(name)] = theirs
        self.seen_revision = stale.current.revision


def _in_form(field: forms.Field, value: Any) -> str:
    """Return the value as a form would send it."""
    prepared = field.prepare_value(value)
    return "" if prepared is None else str(prepared)


def _in_words(field: forms.Field, value: str) -> str:
    """Return the value as a person reads it: the label of a choice, the name of a row."""
    if isinstance(field, forms.ModelChoiceField):
        found = (
            field.queryset.filter(pk=value).first() if field.queryset is not None and is_id(value) else None
        )
        return str(found or "–")
    labels = dict(getattr(field, "choices", None) or ())
    return str(labels.get(value, value)) or "–"


class VerbForm(forms.Form):
    """What a button asks for besides its row: nothing but the revision the person was looking at."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.user = row, user
        self.initial.setdefault("seen", getattr(row, "revision", None))
        self.build()

    def build(self) -> None:
        """Add the fields that depend on the row or the person."""

    def clean_seen(self) -> int | None:
        """Return the revision seen; who sends none has seen none, and 0 is no row's."""
        seen = self.cleaned_data["seen"]
        return 0 if seen is None and hasattr(self.row, "revision") else seen


class ReasonForm(VerbForm):
    """A verb that wants to know why."""

    reason = LineEnds(widget=forms.Textarea(attrs={"rows": 3}), help_text="Readers see it.")


class NoteForm(VerbForm):
    """A verb that passes something on."""

    note = LineEnds(widget=forms.Textarea(attrs={"rows": 3}))
