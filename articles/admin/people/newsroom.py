from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils.translation import gettext_lazy as _

from articles import pictures
from articles.admin.buttons import Button, administrators
from articles.admin.forms import VerbForm
from articles.admin.record import Panel, RecordAdmin
from articles.admin.site import desk
from articles.models import Needed, Newsroom, User
from articles.refusals import NoFiles, NotAllowed, Stale


class LogoForm(forms.Form):
    """A picture, or none; what it is the verb reads from its bytes."""

    picture = forms.FileField(
        label=_("Picture"),
        required=False,
        # The verb says why, in a sentence of its own.
        allow_empty_file=True,
        help_text=_("PNG, JPEG or WebP, at most 300,000 bytes; it is shown 48 pixels high."),
        widget=forms.FileInput(attrs={"accept": ",".join(pictures.KINDS.values())}),
    )
    remove = forms.BooleanField(label=_("Show no logo"), required=False)
    seen = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("picture")) == bool(cleaned.get("remove")):
            raise ValidationError(_("Choose a picture, or to show none: one of the two."))
        picture = cleaned.get("picture")
        if picture is not None and picture.size > pictures.HEAVIEST:
            # Read no more of it than is needed to know.
            self.add_error(
                "picture",
                _("This picture has %(size)d bytes; a logo may have %(most)d. Save it smaller.")
                % {"size": picture.size, "most": pictures.HEAVIEST},
            )
        return cleaned


class NeededForm(VerbForm):
    """Of whom a second factor is demanded."""

    of = forms.ChoiceField(label=_("A second factor is needed by"), choices=Needed.choices)

    def build(self) -> None:
        self.initial.setdefault("of", self.row.second_factor)


@admin.register(Newsroom, site=desk)
class NewsroomAdmin(RecordAdmin):
    list_display = ("name", "url", "language", "allows_self_approval")
    facts = ("logo", "second_factor", "revision")
    buttons = (
        Button(
            "second_factor", _("Say who needs a second factor"),
            lambda row, by, seen, of: row.demand_second_factor(by, of, expected=seen),
            _("It holds from now on. Who needs one and has none reaches only the page to set it up."),
            form=NeededForm, who=administrators,
        ),
    )  # fmt: skip

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.logo_view)
        return [path("<int:pk>/logo/", view, name="articles_newsroom_logo"), *super().get_urls()]

    def panels(self, request: HttpRequest, row: Newsroom) -> list[Panel]:
        if not self.has_change_permission(request, row):
            return []
        url = reverse("admin:articles_newsroom_logo", args=[row.pk])
        said = _("Another one, or none") if row.picture else _("Choose one")
        return [Panel(str(_("Logo")), [{"url": url, "text": str(said)}])]

    def logo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for a logo, and show it from then on; or show none."""
        row: Newsroom = self.get_object(request, str(pk))
        by = cast(User, request.user)
        status = 200
        form = LogoForm(initial={"seen": row.revision})
        if request.method == "POST":
            form = LogoForm(request.POST, request.FILES)
            if form.is_valid():
                try:
                    self._change(row, by, form.cleaned_data)
                except NotAllowed as refusal:
                    form.add_error(None, refusal.sentence)
                    status = 403
                except Stale as refusal:
                    form.add_error(None, refusal.sentence)
                    status = 409
                except NoFiles as refusal:
                    form.add_error(None, refusal.sentence)
                    status = 503
                except ValidationError as trouble:
                    for message in trouble.messages:
                        form.add_error("picture", message)
                else:
                    messages.success(request, _("Readers see it on every page from now on."))
                    return HttpResponseRedirect(reverse("admin:articles_newsroom_change", args=[row.pk]))
            status = 400 if status == 200 else status
        elif not self.has_change_permission(request, row):
            status = 403
        context = {
            **self.admin_site.each_context(request),
            "title": _("Logo"),
            "opts": self.opts,
            "row": row,
            "form": form,
            "may_change": self.has_change_permission(request, row),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/newsroom_logo.html", context, status=status)

    def _change(self, row: Newsroom, by: User, given: dict[str, Any]) -> None:
        if given["remove"]:
            row.remove_logo(by, expected=given["seen"])
        else:
            row.set_logo(by, given["picture"].read(), expected=given["seen"])
