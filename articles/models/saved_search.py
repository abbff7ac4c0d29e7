"""A search that somebody at the desk comes back to, under a name of their own."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.ledger import act
from articles.models.rating import Rating
from articles.models.recorded import RecordQuerySet, Revised, at_desk, require_there
from articles.refusals import NotAllowed, Refused

# How many one person may have: the home page counts in each what is new.
MOST_SEARCHES = 20
# What may stand beside the words, as it stands in the address of the search page.
CONDITIONS = ("rating",)


class SavedSearchQuerySet(RecordQuerySet):
    def visible_to(self, user: Any) -> SavedSearchQuerySet:
        """Whoever saved it, and nobody else: what somebody looks for is theirs."""
        return self.filter(owner_id=user.pk) if at_desk(user) else self.none()

    def editable_by(self, user: Any) -> SavedSearchQuerySet:
        return self.visible_to(user)


class SavedSearch(Revised):
    """The words and conditions of one search for claims. Neither on record nor in the ledger."""

    revisable: ClassVar = frozenset({"name", "q", "filters"})

    owner = models.ForeignKey(
        "articles.User",
        models.PROTECT,
        editable=False,
        related_name="saved_searches",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("What you call it; only you read it."))
    q = models.CharField(
        _("words to look for"), max_length=1_000, help_text=_("All that the search page understands.")
    )
    filters = models.CharField(
        _("conditions"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("As in the address of the search page: rating=contradicted."),
    )
    created_at = models.DateTimeField(_("saved"), default=timezone.now, editable=False)
    # When its owner last opened it: what came after is new.
    looked_at = models.DateTimeField(_("last opened"), default=timezone.now, editable=False)

    objects = SavedSearchQuerySet.as_manager()

    class Meta:
        verbose_name = "saved search"
        verbose_name_plural = "saved searches"
        ordering: ClassVar = ["owner_id", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_search_once",
                violation_error_message="You have saved a search under this name already: choose another.",
            ),
            models.CheckConstraint(
                condition=~models.Q(q="") & ~models.Q(name=""),
                name="saved_search_says_what",
                violation_error_message="A saved search needs a name, and words to look for.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        # Ends of lines and what else nobody sees in a box of one line.
        self.name, self.q = " ".join(self.name.split()), " ".join(self.q.split())
        self.filters = urlencode(sorted(self.conditions.items()))

    @property
    def conditions(self) -> dict[str, str]:
        """Return what stands beside the words: name → value. Raises ValidationError for what none of ours is."""
        asked = self.filters.strip().removeprefix("?")
        try:
            given = parse_qsl(asked, keep_blank_values=True, strict_parsing=bool(asked))
        except ValueError:
            given = [("", "")]
        found = {name: value.strip() for name, value in given}
        if len(found) < len(given) or not set(found) <= set(CONDITIONS):
            raise ValidationError({"filters": _("A condition reads rating=contradicted; there is no other.")})
        found = {name: value for name, value in found.items() if value}
        rating = found.get("rating")
        if rating and not Rating.objects.filter(slug=rating).exists():
            raise ValidationError({"filters": _("No rating is called so.")})
        return found

    @property
    def query(self) -> str:
        """Return the query of the search page and of the feed behind it."""
        return f"?{urlencode({'q': self.q})}{'&' if self.filters else ''}{self.filters}"

    @property
    def text(self) -> str:
        """Return words and conditions as one text of the search box."""
        return " ".join([self.q, *(f"{name}:{value}" for name, value in parse_qsl(self.filters))])

    # Verbs.

    @classmethod
    def add(cls, by: Any, name: str, q: str, filters: str = "", at: datetime | None = None) -> SavedSearch:
        """Save a search. What is there by now is not new.

        Raises ValidationError with sentences by field; Refused beyond twenty; NotAllowed for readers.
        """
        if not at_desk(by):
            raise NotAllowed("Only the desk saves searches.")
        with act(by, "add", None, at) as entry:
            if cls.objects.filter(owner_id=by.pk).count() >= MOST_SEARCHES:
                raise Refused(
                    f"You have {MOST_SEARCHES} saved searches, which are the most: delete one first.",
                    "too_many",
                )
            row = cls(
                owner_id=by.pk, name=name, q=q, filters=filters, created_at=entry.at, looked_at=entry.at
            )
            row.full_clean()
            row.save(force_insert=True)
        return row

    def look(self, by: Any, at: datetime | None = None) -> None:
        """Note that its owner opened it: what was found until then is not new any more."""
        self._require_owner(by)
        self.looked_at = at or timezone.now()
        # Beside the revision: to look at it changes nothing that anybody typed.
        type(self).objects.filter(pk=self.pk).update(looked_at=self.looked_at)

    def forget(self, by: Any) -> None:
        """Throw it away."""
        with act(by, "forget", None):
            require_there(self)
            self._require_owner(by)
            self.delete()

    def _require_owner(self, by: Any) -> None:
        if by is None or by.pk != self.owner_id or not at_desk(by):
            raise NotAllowed("Only who saved a search opens, changes or deletes it.")
