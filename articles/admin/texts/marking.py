"""Making a claim of words in a text, at the desk: the words are chosen or pasted, and found where they stand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button
from articles.admin.forms import LineEnds, VerbForm, choice
from articles.admin.texts.chain import chain_fields, chain_of
from articles.models import Appearance, Article, ArticleVersion, Claim
from articles.models.choices import labelled
from articles.vocabulary import ClaimKind, ClaimStatus

NEW = "new"


def claims_upon(user: Any, version: ArticleVersion, start: int, end: int) -> list[Claim]:
    """Return the claims that share words with text[start:end]; what was merged by the claim it was merged into."""
    lying = Appearance.objects.visible_to(user).filter(article_version=version, start__lt=end, end__gt=start)
    found = [one.claim.surviving() for one in lying.select_related("claim__merged_into")]
    return [one for one in dict.fromkeys(found) if one.status != ClaimStatus.DISMISSED]


class Asked(forms.RadioSelect):
    """A question that is put only where there is something to choose from."""

    @property
    def is_hidden(self) -> bool:
        return not self.choices


class MarkingForm(VerbForm):
    """Which words, what they claim, and who says it.

    Sent by a script, `start`, `prefix` and `suffix` come from what was selected; a person pastes the words.
    """

    into = forms.CharField(required=False, widget=Asked, label=_("These words are claimed already"))
    words = LineEnds(
        strip=False, widget=forms.Textarea(attrs={"rows": 3}), label=_("The words"),
        help_text=_("Exactly as they stand in the text."),
    )  # fmt: skip
    start = forms.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, label=_("From"),
        help_text=_("Offset of the first character; only where the words stand in the text more than once."),
    )  # fmt: skip
    statement = LineEnds(
        required=False, widget=forms.Textarea(attrs={"rows": 3}), label=_("The claim, worded to stand alone"),
        help_text=_("Left empty, it says what the words say."),
    )  # fmt: skip
    kind = forms.ChoiceField(choices=labelled(ClaimKind), initial=ClaimKind.FACT.value)

    def build(self) -> None:
        versions = ArticleVersion.objects.visible_to(self.user).filter(article=self.row)
        self.fields["version"] = forms.ModelChoiceField(versions, required=False, widget=forms.HiddenInput)
        # Not declared: a form has a prefix of its own.
        for name in ("prefix", "suffix"):
            self.fields[name] = LineEnds(required=False, strip=False, widget=forms.HiddenInput)
        self.fields["claim"] = choice(
            Appearance._meta.get_field("claim"), self.user, required=False, label=_("Or a claim on record"),
            help_text=_("That says the same: the words are added to it."),
        )  # fmt: skip
        self.fields.update(chain_fields(self.user))
        itself = Appearance.said_by_the_text(self.row)["described_as"]
        self.fields["described_as_1"].initial = itself

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["chain"] = chain_of(cleaned)
        words = cleaned.get("words")
        if not words or self.errors:
            return cleaned
        version = cleaned.get("version") or self.row.current_version
        try:
            start, end = placed(version, words, cleaned.get("start"), cleaned["prefix"], cleaned["suffix"])
        except ValidationError as trouble:
            for name, errors in trouble.error_dict.items():
                self.add_error("words" if name == "exact" else name, errors)
            return cleaned
        claim = self._chosen(version, start, end)
        return {
            "seen": cleaned.get("seen"), "version": version, "start": start, "end": end, "claim": claim,
            "chain": cleaned["chain"], "statement": cleaned["statement"], "kind": cleaned["kind"],
        }  # fmt: skip

    def _chosen(self, version: ArticleVersion, start: int, end: int) -> Claim | None:
        """Return the claim that the words are added to; None is a new one. Ask where one lies on them already."""
        if self.cleaned_data.get("claim"):
            return self.cleaned_data["claim"]
        into = self.cleaned_data.get("into")
        upon = {str(one.pk): one for one in claims_upon(self.user, version, start, end)}
        if into in upon or into == NEW or not upon:
            return upon.get(into or "")
        offered = [(pk, _("Add them to: %(claim)s") % {"claim": one.statement}) for pk, one in upon.items()]
        another = (NEW, _("They make another claim as well"))
        self.fields["into"].widget.choices = [*offered, another]
        self.add_error(
            "into", _("A claim lies on these words already. Say whether they make it, or another.")
        )
        return None


def placed(
    version: ArticleVersion, words: str, start: int | None, prefix: str = "", suffix: str = ""
) -> tuple[int, int]:
    """Return where the words stand in the text, in code points: at `start`, or else where the words around them say.

    Raises ValidationError with a sentence where they stand nowhere, or nobody can say which of several places is meant.
    """
    try:
        return version.place_of(words, start=start)
    except ValidationError:
        if not prefix and not suffix:
            raise
    return version.place_of(words, prefix=prefix, suffix=suffix)


def mark(
    row: Article, by: Any, seen: int | None, version: ArticleVersion, start: int, end: int, claim: Claim | None,
    chain: list[dict[str, Any]], statement: str, kind: str,
) -> Claim:  # fmt: skip
    """Make a claim of the words, or add them to one; return it."""
    if claim is None:
        new = Appearance.of_new_claim(by, version, start, end, chain, statement=statement, kind=kind)
        return new.claim
    claim = claim.surviving()
    Appearance.mark(by, claim, version, start, end, chain or [Appearance.said_by_the_text(row)])
    return claim


MARK = Button(
    "mark", _("Make a claim of words"), mark, _("The words make a claim."), form=MarkingForm,
)  # fmt: skip
