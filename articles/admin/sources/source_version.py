from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import return_to
from articles.admin.conflicts import is_id
from articles.admin.forms import LineEnds, RecordForm
from articles.admin.passages import compared
from articles.admin.record import Panel, RecordAdmin, add_url, line
from articles.admin.site import desk
from articles.canonical import sha256
from articles.importing.decoding import TextError
from articles.importing.evidence_file import ENDINGS, HEAVIEST, EvidenceFile, read
from articles.models import ConfidentialSource, Evidence, Source, SourceVersion, Upload
from articles.models.source_change import claims_resting_on, is_another_state
from articles.pictures import EVIDENCE_KINDS
from articles.views.stages import COMPARED, SHOWN

# How many claims are counted whose verdicts would have to be read again.
COUNTED = 100
# Up to how many bytes a waiting picture is shown.
SHOWN_PICTURE = 2_000_000


@dataclass(frozen=True)
class Difference:
    """A version beside the one stored before it. `stretches` are None where there are no two texts to compare, or they
    are too long for a page."""

    before: SourceVersion
    is_same_hash: bool
    stretches: list[tuple[bool, list[SafeString]]] | None

    @classmethod
    def of(cls, version: SourceVersion, before: SourceVersion | None) -> Difference | None:
        if before is None or not version.sha256:
            return None
        old, new = before.text, version.text
        fits = old is not None and new is not None and len(old) + len(new) <= COMPARED
        return cls(
            before,
            before.sha256 == version.sha256,
            compared(old, new) if fits else None,  # type: ignore[arg-type]
        )


@dataclass(frozen=True)
class Preview:
    """What keeping a version would do: what was read, what differs, and how many verdicts are to be read again."""

    version: SourceVersion
    file: EvidenceFile | None
    file_name: str
    difference: Difference | None
    claims: int
    mark: str

    @property
    def text(self) -> str:
        return (self.version.text or "")[:SHOWN]

    @property
    def picture_address(self) -> str:
        """Return the waiting picture as an address that holds it, where it is small enough for a page; else ""."""
        if self.file is None or not self.file.is_picture or len(self.file.data) > SHOWN_PICTURE:
            return ""
        kind = EVIDENCE_KINDS[self.file.ending.rpartition(".")[2]]
        return f"data:{kind};base64,{b64encode(self.file.data).decode()}"

    @property
    def is_many(self) -> bool:
        return self.claims > COUNTED


class SourceVersionForm(RecordForm):
    """Takes the text as it is, its first and last blanks too, or a file; shows what comes of it before it is kept.

    A previewed file waits with the uploads until it is kept, so that nobody has to choose it again.
    """

    text = LineEnds(
        required=False, strip=False, empty_value=None, widget=admin.widgets.AdminTextareaWidget,
        label=_("Text"), help_text=_("As it stands there. Beside a picture or a scan: the words that it shows."),
    )  # fmt: skip
    upload = forms.FileField(
        required=False, allow_empty_file=True, label=_("Or a file"),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=_("A text, web page, PDF, or a picture (PNG, JPEG, WebP, GIF). Kept byte for byte, with its hash."),
    )  # fmt: skip
    retrieved_at = forms.DateTimeField(
        required=False, label=_("Retrieved at"), help_text=_("When you looked, in UTC."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    charset = forms.CharField(
        required=False, max_length=40, label=_("Character set of the file"),
        help_text=_("Only where you know it, for example windows-1252. Without it the file’s own marks decide."),
    )  # fmt: skip
    same_state = forms.BooleanField(
        required=False, label=_("It shows the same state as the version before"),
        help_text=_("For pictures and files that no program can compare: then no verdict has to be read again."),
    )  # fmt: skip
    waiting = forms.IntegerField(required=False, widget=forms.HiddenInput)
    previewed = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    class Media:
        js = (forms.widgets.Script("desk/source.js", type="module"),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.file: EvidenceFile | None = None
        self.preview: Preview | None = None
        self.waits: Upload | None = None
        if "seen_as" in self.fields:
            self.fields["seen_as"].label = _("What was looked at")
            self.fields["seen_as"].help_text = _(
                "In words. Of a picture, what it shows: readers who cannot see it get this instead."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = cleaned.get("upload")
        try:
            if chosen is not None:
                if chosen.size > HEAVIEST:
                    raise TextError(f"This file has {chosen.size:,} bytes; at most {HEAVIEST:,} are kept.")
                self.file = read(chosen.read(), cleaned.get("charset") or None)
                self.waits = Upload(name=(chosen.name or "file")[:500], content=self.file.data, by=self.user)
            elif cleaned.get("waiting"):
                self.waits = Upload.objects.filter(pk=cleaned["waiting"], by=self.user).first()
                if self.waits is None:
                    raise TextError("This file no longer waits here. Choose it again.")
                self.file = read(bytes(self.waits.content), cleaned.get("charset") or None)
        except TextError as trouble:
            self.add_error("upload", str(trouble))
        if self.file is not None and self.file.is_picture and not (cleaned.get("seen_as") or "").strip():
            self.add_error("seen_as", _("Say what the picture shows, for whoever cannot see it."))
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """Return what `SourceVersion.add` is to be told. Pasted words go before those read out of the file."""
        apart = ("source", "upload", "charset", "waiting", "previewed", "same_state")
        facts = {name: value for name, value in self.cleaned_data.items() if name not in apart}
        if self.file is not None and not facts.get("text"):
            facts["text"] = self.file.text
        return facts

    def _write(self) -> models.Model:
        preview = self._previewed()
        asked = self.cleaned_data.get("previewed") or ""
        if "_preview" in self.data or (asked and asked != preview.mark):
            self._show(preview, is_other=bool(asked) and "_preview" not in self.data)
            return self.instance
        given: dict[str, Any] = {"same_state": self.cleaned_data["same_state"]}
        if self.file is not None:
            given |= {"content": self.file.data, "ending": self.file.ending}
        version = self.cleaned_data["source"].add_version(self.user, **self.facts, **given)
        if self.waits is not None and self.waits.pk:
            self.waits.delete()
        return version

    def _previewed(self) -> Preview:
        source = self.cleaned_data["source"]
        version = SourceVersion(source=source, **{**self.facts, "text": self.facts.get("text") or None})
        digest = self.file.sha256 if self.file else ""
        version.sha256 = sha256(version.text) if version.text else digest
        version.full_clean(exclude=["number", "file"], validate_unique=False)
        before = source.versions.last_stored()
        difference = Difference.of(version, before)
        is_told_same = self.cleaned_data["same_state"] and not (before and version.text and before.text)
        claims = 0
        if is_another_state(version, before) and not is_told_same:
            claims = len(claims_resting_on(source))
        mark = f"{before.pk if before else 0}-{version.sha256[:32]}-{digest[:32]}"
        name = self.waits.name if self.waits else ""
        return Preview(version, self.file, name, difference, claims, mark)

    def _show(self, preview: Preview, is_other: bool) -> None:
        """Keep nothing yet: show the preview, and let the file wait."""
        if self.waits is not None and self.waits.pk is None:
            self.waits.save()
        self.preview = preview
        data = cast(QueryDict, self.data).copy()
        data["waiting"] = str(self.waits.pk) if self.waits else ""
        data["previewed"] = preview.mark
        self.data = data
        self.is_other = is_other
        raise ValidationError(_("Not kept yet."), code="preview")


@admin.register(SourceVersion, site=desk)
class SourceVersionAdmin(RecordAdmin):
    form = SourceVersionForm
    add_form_template = "admin/source_version_add.html"
    change_form_template = "admin/source_version.html"
    list_display = ("__str__", "copy_quality", "rights", "retrieved_at", "effective_from", "effective_to")
    list_filter = ("copy_quality", "rights", "retrieved_at")
    list_select_related = ("source",)
    search_fields = ("source__title", "source__publisher", "seen_as", "archive_url", "sha256")
    add_fields = (
        "source", "text", "upload", "seen_as", "copy_quality", "rights", "effective_from", "effective_to",
        "retrieved_at", "archive_url", "charset", "same_state", "waiting", "previewed",
    )  # fmt: skip
    facts = (
        "source", "number", "copy_quality", "rights", "seen_as", "effective_from", "effective_to", "retrieved_at",
        "archive_url", "sha256",
    )  # fmt: skip

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("text")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        # The answer to a preview opens where it stands.
        return super().add_view(request, f"{request.get_full_path()}#preview", extra_context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        form = context["adminform"].form
        preview = getattr(form, "preview", None)
        if preview is not None:
            # It is no mistake that nothing was kept yet.
            form.errors.clear()
            context |= {"errors": [], "preview": preview, "is_other": form.is_other}
        if add:
            context["title"] = _("Add a version")
            context["source"] = self._source(request, form)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _source(self, request: HttpRequest, form: Any) -> Source | None:
        """Return the source the page is about, as far as that is known already."""
        wanted = form["source"].value()
        if not is_id(wanted or ""):
            return None
        return Source.objects.visible_to(request.user).filter(pk=wanted).first()

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on where the person came from; else to the source, with all that rests on it."""
        answer = super().response_add(request, obj, post_url_continue)
        if "_popup" in request.POST or not isinstance(answer, HttpResponseRedirect):
            return answer
        return HttpResponseRedirect(return_to(request) or self.page_of(obj.source))

    def notices(self, request: HttpRequest, row: SourceVersion) -> dict[str, Any]:
        before = (
            SourceVersion.objects.visible_to(request.user)
            .filter(source=row.source_id, number__lt=row.number)
            .exclude(sha256="")
            .order_by("-number")
            .first()
        )
        return {
            "difference": Difference.of(row, before),
            "words": (row.text or "")[:SHOWN],
            "left_out": max(len(row.text or "") - SHOWN, 0),
        }

    def panels(self, request: Any, row: SourceVersion) -> list[Panel]:
        evidence = (
            Evidence.objects.visible_to(request.user).filter(source_version=row).select_related("claim")
        )
        lines = [
            line(one, one.passage or one.note, quote=bool(one.passage), mark=one.stance,
                 tag=one.get_stance_display(), note=one.claim)
            for one in evidence[:200]
        ]  # fmt: skip
        return [Panel("Evidence from it", lines, add_url(Evidence, source_version=row.pk), "Add evidence")]


@admin.register(ConfidentialSource, site=desk)
class ConfidentialSourceAdmin(RecordAdmin):
    """Only editors and whoever entered it find it here; to everybody else it is not there."""

    list_display = ("__str__", "public_source", "entered_by")
    list_select_related = ("public_source", "entered_by")
    search_fields = ("public_source__title",)
    add_fields = ("public_source", "identity", "notes")

    def add_record(self, by: Any, facts: dict[str, Any]) -> ConfidentialSource:
        return ConfidentialSource.protect(by, **facts)
