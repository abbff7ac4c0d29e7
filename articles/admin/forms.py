"""Forms that hand what they cleaned to a verb, and show what the verb answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.http import QueryDict

from articles.admin.conflicts import Conflict, compare, in_form, is_id, put, settled
from articles.admin.site import desk
from articles.models.kept_form import PRIVATE, UNKEPT
from articles.refusals import Refused, Stale


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
    did not touch reads as it does now; what both changed reads as both where their changes do not meet, and keeps
    this person's words beside the other's where they do.
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
        if self.is_bound:
            self.data = settled(self.data)
            if self.seen_revision is not None:
                # Without a revision nothing is overwritten: no row stands at 0.
                self.seen_revision = int(seen) if is_id(seen) else 0
        for field in self.fields.values():
            field.show_hidden_initial = self.instance.pk is not None and not isinstance(
                field, forms.FileField
            )
        keep_back(self)

    @property
    def is_kept(self) -> bool:
        """May what is typed here be kept until it is sent?"""
        return self._meta.model._meta.model_name not in UNKEPT

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
        self.stale = stale
        self.conflicts, self.taken_over, self.data = merged(
            self, lambda name: getattr(stale.current, name), set(self.changed_data)
        )
        self.seen_revision = stale.current.revision


def merged(
    form: forms.BaseForm, theirs: Callable[[str], Any], changed: set[str]
) -> tuple[list[Conflict], list[Conflict], QueryDict]:
    """Return what both people changed, what only the other did, and the form's data with both in it.

    `theirs` gives the value of a field as it stands now; `changed` are the fields that this person changed.
    """
    data = cast(QueryDict, form.data).copy()
    both: list[Conflict] = []
    taken_over: list[Conflict] = []
    mine = dict(form.cleaned_data)
    for name, field in form.fields.items():
        if not field.show_hidden_initial:
            continue
        value = theirs(name)
        conflict, stands = compare(form, name, mine.get(name), value, is_changed=name in changed)
        put(form, data, name, stands)
        put(form, data, name, in_form(field, value), initial=True)
        if conflict is not None:
            (both if name in changed else taken_over).append(conflict)
    return both, taken_over, data


def keep_back(form: forms.BaseForm) -> None:
    """Mark the fields whose words are never kept while they are typed."""
    for name in PRIVATE & form.fields.keys():
        form.fields[name].widget.attrs["data-private"] = ""


class VerbForm(forms.Form):
    """What a button asks for besides its row: nothing but the revision the person was looking at."""

    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.user = row, user
        self.conflicts: list[Conflict] = []
        self.taken_over: list[Conflict] = []
        self.stale: Stale | None = None
        self.initial.setdefault("seen", getattr(row, "revision", None))
        self.build()
        if self.is_bound:
            self.data = settled(self.data)
        for name, field in self.fields.items():
            # What it says of the row already; a reason or a note says nothing yet.
            field.show_hidden_initial = name != "seen" and self.get_initial_for_field(field, name) is not None
        keep_back(self)

    def build(self) -> None:
        """Add the fields that depend on the row or the person."""

    def on_top_of(self, row: Any, stale: Stale | None = None) -> VerbForm:
        """Return the same answers on top of the row as it stands now: sending them again is a decision.

        Where somebody else wrote first, with what they changed of what is asked here.
        """
        data = cast(QueryDict, self.data).copy()
        fresh = type(self)(row=row, user=self.user)
        data["seen"] = str(getattr(row, "revision", ""))
        conflicts: list[Conflict] = []
        taken_over: list[Conflict] = []
        if stale is not None:
            conflicts, taken_over, data = merged(
                self,
                lambda name: fresh.get_initial_for_field(fresh.fields[name], name),
                set(self.changed_data),
            )
            data["seen"] = str(getattr(row, "revision", ""))
        again = type(self)(data, row=row, user=self.user)
        again.is_valid()
        again.conflicts, again.taken_over, again.stale = conflicts, taken_over, stale
        return again

    @property
    def is_kept(self) -> bool:
        return self.row._meta.model_name not in UNKEPT

    def typed(self) -> list[tuple[str, str]]:
        """Return the texts that were typed, each under the label of its field."""
        texts = [name for name, field in self.fields.items() if isinstance(field, forms.CharField)]
        said = [(str(self[name].label), str(self[name].value() or "")) for name in texts]
        return [(label, words) for label, words in said if words.strip()]

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
