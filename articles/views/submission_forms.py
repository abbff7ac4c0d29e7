"""The forms by which readers send a claim, an article or an error, and what keeps programs out of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from articles.models import SubmissionKind
from articles.submitting import MOST_LINKS, OurPage, Stamp, links_in, page_at

# Code points. An article is pasted whole; everything else is told in a page or two.
LONGEST = {SubmissionKind.CLAIM: 5_000, SubmissionKind.ARTICLE: 300_000, SubmissionKind.ERROR: 10_000}
LONGEST_REASON = 5_000


def in_figures(**counts: int) -> dict[str, str]:
    """Return the numbers as a sentence has them: 20,000."""
    return {name: number_format(count, force_grouping=True) for name, count in counts.items()}


class Words(forms.CharField):
    """A text of several lines; browsers send every line end as CRLF, the record knows only LF."""

    def __init__(self, rows: int, **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "cols": 40, "dir": "auto"}), **options)

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


class Address(forms.URLField):
    """An address on the web: http and https, and no other kind."""

    def __init__(self, **options: Any) -> None:
        widget = forms.URLInput(attrs={"inputmode": "url", "autocomplete": "off"})
        wrong = _("This is no web address. Write it like https://paper.example/article.")
        super().__init__(
            required=False, max_length=2000, assume_scheme="https", widget=widget,
            error_messages={"invalid": wrong}, **options,
        )  # fmt: skip

    def clean(self, value: Any) -> str:
        address: str = super().clean(value)
        if address and not address.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(self.error_messages["invalid"], "invalid")
        return address


class ReaderForm(forms.Form):
    """A form whose errors stand above it, each leading to its field."""

    # The server says what is missing, in the language of the page.
    use_required_attribute = False

    def troubles(self) -> list[tuple[str, str]]:
        """Return (id of the field, sentence) of what is to be mended, in the order of the form."""
        found = [("", str(sentence)) for sentence in self.non_field_errors()]
        for field in self:
            # Of several radio buttons the first is gone to.
            place = f"{field.auto_id}_0" if field.use_fieldset else field.auto_id
            found += [(place, str(sentence)) for sentence in field.errors]
        return found


class MoreForm(ReaderForm):
    """What a reader adds to what they sent."""

    words = Words(
        6,
        label=_("What you want to add"),
        max_length=LONGEST[SubmissionKind.CLAIM],
        error_messages={"required": _("Write what you want to add.")},
    )


class SendingForm(ReaderForm):
    """What all of them ask: how to reach the reader, who may leave it open. Errors keep everything typed.

    `stamp` is the stamp that goes out with the form when it is shown; of a form that came back in time, its own.
    """

    # A field that people do not see; programs fill in whatever there is.
    TRAP = "website"

    contact = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_(
            "We send no e-mail by ourselves: a private address shows you what became of it. Leave yours only if we "
            "may ask you back."
        ),
        error_messages={"invalid": _("This is no e-mail address. Write it like name@mail.example.")},
    )
    consent = forms.BooleanField(label=_("You may keep my e-mail address to ask me back."), required=False)

    def __init__(self, *args: Any, now: float, user: Any, host: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.host = user, host
        came = Stamp.read(self.data.get("stamp", "")) if self.is_bound else None
        self.too_old = self.is_bound and (came is None or came.is_too_old(now))
        self.too_fast = came is not None and came.is_too_fast(now)
        self.stamp = Stamp.new(now) if came is None or self.too_old else came

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("contact") and not cleaned.get("consent"):
            self.add_error(
                "consent", _("Tick this so that we may keep your e-mail address, or remove the address.")
            )
        kind = self.kind(cleaned)
        self._check_length(kind, cleaned)
        links, most = links_in(f"{cleaned.get('text', '')}\n{cleaned.get('reason', '')}"), MOST_LINKS[kind]
        if links > most:
            told = ngettext(
                "There are %(links)d web addresses in this, and there may be %(most)d. Leave the others out.",
                "There are %(links)d web addresses in this, and there may be %(most)d. Leave the others out.",
                links,
            )
            self.add_error("text", told % {"links": links, "most": most})
        if self.data.get(self.TRAP):
            # A person's browser may have filled it in; it comes back empty, and then all is well.
            told_of_trap = _(
                "Something was written into a field that people do not see. It is empty now: send again."
            )
            self.add_error(None, told_of_trap)
        elif self.too_old:
            self.add_error(None, _("This form was open for too long. Nothing is lost: send it again."))
        elif self.too_fast:
            self.add_error(
                None,
                _("This came back faster than people write. Nothing is lost: wait a moment, send it again."),
            )
        return cleaned

    def _check_length(self, kind: SubmissionKind, cleaned: dict[str, Any]) -> None:
        length, longest = len(cleaned.get("text") or ""), LONGEST[kind]
        if length > longest:
            told = _("This is %(length)s characters long, and may be %(longest)s. Make it shorter.")
            self.add_error("text", told % in_figures(length=length, longest=longest))

    def kind(self, cleaned: dict[str, Any]) -> SubmissionKind:
        raise NotImplementedError

    def facts(self) -> dict[str, Any]:
        """Return what was sent, as `Submission.submit` takes it."""
        names = ("about", "text", "url", "reason", "contact", "consent")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    @property
    def token(self) -> str:
        """The token of what was sent by this form; sent again it is the same."""
        said = self.cleaned_data
        return self.stamp.token(
            self.kind(said), said.get("about", ""), said.get("text", ""), said.get("url", "")
        )


class SubmitForm(SendingForm):
    """A claim or an article to be checked."""

    what = forms.ChoiceField(
        label=_("What should we check?"),
        choices=[
            (SubmissionKind.CLAIM.value, _("A claim: one statement that somebody made")),
            (SubmissionKind.ARTICLE.value, _("An article: a whole text")),
        ],
        initial=SubmissionKind.CLAIM.value,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a claim or an article.")},
    )
    text = Words(
        8,
        label=_("The words of the claim, or the text of the article"),
        required=False,
        help_text=_("Copy a claim word for word. Of an article its address below is enough."),
    )
    url = Address(
        label=_("Where it was said or published"), help_text=_("Its address on the web, if it has one.")
    )
    reason = Words(
        3,
        label=_("Why it matters"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("What made you doubt it, or who is told so."),
    )
    field_order = ("what", "text", "url", "reason", "contact", "consent")

    def kind(self, cleaned: dict[str, Any]) -> SubmissionKind:
        return SubmissionKind(cleaned.get("what") or SubmissionKind.CLAIM)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("text") or "text" in self.errors:
            return cleaned
        if self.kind(cleaned) == SubmissionKind.CLAIM:
            self.add_error("text", _("Write what was said, word for word if you can."))
        elif not cleaned.get("url") and "url" not in self.errors:
            self.add_error("text", _("Paste the text of the article, or give its address below."))
        return cleaned


class ReportForm(SendingForm):
    """An error on a page of ours."""

    about = forms.CharField(
        label=_("Which page"),
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Its address on this site, such as /claims/12/."),
        error_messages={"required": _("Say which page: copy its address from your browser.")},
    )
    text = Words(
        8,
        label=_("What is wrong"),
        help_text=_("Which words, and how it should read."),
        error_messages={"required": _("Say what is wrong on this page.")},
    )
    url = Address(
        label=_("What shows it"), help_text=_("The address of a page or document, if there is one.")
    )
    field_order = ("about", "text", "url", "contact", "consent")
    page: OurPage | None = None

    def kind(self, cleaned: dict[str, Any]) -> SubmissionKind:
        return SubmissionKind.ERROR

    def clean_about(self) -> str:
        """Return the path of the page; what is no page that this reader may see is refused."""
        self.page = page_at(self.cleaned_data["about"], self.user, self.host)
        if self.page is None:
            raise forms.ValidationError(
                _("There is no page of ours at this address. Copy it from your browser.")
            )
        return self.page.path
