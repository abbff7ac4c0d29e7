"""Who checks a claim: found by a few letters of a name, handed on, given back. Works without script."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.forms import VerbForm
from articles.models import Assignment, User
from articles.vocabulary import ClaimStatus

# Whom a browser offers while somebody types, and how many of one name are told apart in a sentence.
OFFERED, _TOLD_APART = 50, 5


def colleagues(user: Any) -> QuerySet:
    """Return who works at the desk with this person, for whoever is to be found by name."""
    return User.objects.visible_to(user).filter(is_active=True).order_by("display_name", "pk")


def offered_colleagues(user: Any) -> QuerySet:
    """Return whom a page offers while a name is typed; who is not among them is found by typing on."""
    return _offered(colleagues(user))


def _offered(people: QuerySet) -> QuerySet:
    return people.only("username", "display_name")[:OFFERED]


class PersonField(forms.CharField):
    """One colleague, by user name, name, or a part of them that means nobody else; “me” is whoever asks."""

    def __init__(self, *, user: Any, people: QuerySet | None = None, **options: Any) -> None:
        self.user, self.people = user, colleagues(user) if people is None else people
        attrs = {"list": "people", "autocomplete": "off", "data-key": "s", "data-key-means": say("assign")}
        super().__init__(max_length=150, widget=forms.TextInput(attrs=attrs), **options)

    @property
    def offered(self) -> QuerySet:
        """Whom the form's own page offers while a name is typed."""
        return _offered(self.people)

    def clean(self, value: Any) -> User | None:
        words = super().clean(value)
        if not words:
            return None
        if words.casefold() == say("me").casefold():
            return self.user
        exact = Q(username__iexact=words) | Q(display_name__iexact=words)
        part = Q(username__icontains=words) | Q(display_name__icontains=words)
        for called in (exact, part):
            found = list(self.people.filter(called)[: _TOLD_APART + 1])
            if len(found) == 1:
                return found[0]
            if found:
                names = ", ".join(f"{one} ({one.username})" for one in found[:_TOLD_APART])
                raise ValidationError(
                    _("More than one is called so: %(names)s. Type the user name.") % {"names": names}
                )
        raise ValidationError(_("Nobody here is called “%(words)s”.") % {"words": words[:50]})


class InsteadForm(VerbForm):
    """Carries who had the claim when the page was made, so that nobody takes it from somebody else unawares."""

    was = forms.IntegerField(required=False, min_value=0, max_value=2**62, widget=forms.HiddenInput)

    def build(self) -> None:
        self.initial["was"] = _assignee_of(self.row)


class AssignForm(InsteadForm):
    def build(self) -> None:
        super().build()
        nobody_has_it = self.initial["was"] is None
        self.fields["person"] = PersonField(
            user=self.user, label=_("Who checks it"), initial=self.user.username if nobody_has_it else "",
        )  # fmt: skip


def _assignee_of(claim: Any) -> int | None:
    given = getattr(claim, "assignment", None)
    return given.assignee_id if given is not None else None


def _to_whom_it_was(claim: Any) -> tuple[str, dict[str, Any]]:
    given = getattr(claim, "assignment", None)
    return ("assign", {"person": given.assignee.username}) if given is not None else ("unassign", {})


def _assign(row: Any, by: Any, seen: int | None, person: User, was: int | None) -> None:
    Assignment.give(by, row, person, instead_of=was)


def _unassign(row: Any, by: Any, seen: int | None, was: int | None) -> None:
    Assignment.lift(by, row, was)


#: The buttons of a claim about who checks it.
ASSIGNING = (
    Button(
        "assign", _("Assign"), _assign, _("It is theirs to check."), form=AssignForm,
        when=lambda row: row.status in (ClaimStatus.OPEN, ClaimStatus.CHECKING), undo=_to_whom_it_was,
    ),
    Button(
        "unassign", _("Give it back"), _unassign, _("Nobody has it to check now."), form=InsteadForm,
        when=lambda row: _assignee_of(row) is not None, undo=_to_whom_it_was,
    ),
)  # fmt: skip
