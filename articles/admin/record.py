"""What the desk's page of every noun has in common: who sees it, who changes it, and by which verb."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from articles.admin.bulk import WithBulk
from articles.admin.buttons import WithButtons
from articles.admin.claims.told import told_by_entry
from articles.admin.forms import Chooser, LineEnds, MultipleChooser, RecordForm, Rows, is_id
from articles.admin.landing import page_of
from articles.admin.listing import Bounded, BoundedList, filters, looked_for, page_asked, too_far
from articles.models import Change, ChangeRow
from articles.models.recorded import Recorded, at_desk


@dataclass
class Panel:
    """A short list beside a row: what belongs to it."""

    title: str
    lines: list[dict[str, Any]] = field(default_factory=list)
    add_url: str = ""
    add_label: str = ""
    empty: str = "None on record."


def line(row: models.Model, text: Any = None, **more: Any) -> dict[str, Any]:
    """Return a line of a panel that leads to the row's own page at the desk."""
    return {"url": page_of(row), "text": str(row) if text is None else text, **more}


def add_url(model: type[models.Model], **initial: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in initial.items())
    return f"{reverse(f'admin:articles_{model._meta.model_name}_add')}?{query}"


# What Django's date filters put into their links: a day, or midnight of one.
DAY = re.compile(r"[1-9]\d{3}-\d{2}-\d{2}( 00:00:00[+-]\d{2}:\d{2})?", re.ASCII)


class RecordList(BoundedList):
    """A list that loads what its rows show by the QuerySet's own word for it."""

    model_admin: RecordAdmin

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Refuse days that no calendar of ours has; Django would hand them to the database."""
        found = super().get_filters_params(params)
        for name, values in found.items():
            if name.endswith(("__gte", "__lt")) and not all(map(DAY.fullmatch, values)):
                raise IncorrectLookupParameters(name)
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet:
        # Before filters and order, which the person chooses.
        self.root_queryset = self.model_admin.listed(self.root_queryset)
        return super().get_queryset(request, exclude_parameters)


class RecordAdmin(WithBulk, WithButtons):
    """One noun at the desk. Reads through `visible_to`, writes through verbs, deletes nothing."""

    form = RecordForm
    actions: Any = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = Bounded
    list_per_page = 50
    list_max_show_all = 200
    formfield_overrides: ClassVar = {
        models.TextField: {
            "form_class": LineEnds,
            "widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 4}),
        },
        models.URLField: {"assume_scheme": "https"},
    }

    # What the add form asks for; without it nothing is added by hand.
    add_fields: tuple[str, ...] = ()
    # What the page shows and nobody types; default: every column the form does not have.
    facts: tuple[str, ...] | None = None
    # Columns that tell nobody anything.
    left_out: tuple[str, ...] = ("id", "public_seq")
    # Lookups that links use beside those of `list_filter`.
    linked: tuple[str, ...] = ()
    # (parameter of a filter, its value or ANY) → how a list so filtered is sorted, where an index serves that alone.
    filtered_orders: ClassVar[dict[tuple[str, str | None], tuple[str, ...]]] = {}
    # How far the rows of a list are counted, where each of them costs something.
    counted: int | None = None
    # Relations to few rows, which a list may name.
    short_lists: tuple[str, ...] = ()

    # Reading.

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        visible = self.model.objects.visible_to(request.user)
        related = self.list_select_related
        return visible.select_related(*related) if isinstance(related, tuple) and related else visible

    def listed(self, queryset: models.QuerySet) -> models.QuerySet:
        """Load what one row of the list shows."""
        return queryset.for_listing() if hasattr(queryset, "for_listing") else queryset

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RecordList

    def get_search_results(self, request: HttpRequest, queryset: models.QuerySet, search_term: str) -> Any:
        return looked_for(request, queryset, self.get_search_fields(request), search_term), False

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        return filters(self.model, super().get_list_filter(request))

    def get_paginator(self, request: HttpRequest, queryset: Any, *args: Any, **kwargs: Any) -> Any:
        found: Any = super().get_paginator(request, queryset, *args, **kwargs)
        found.at, found.counted = page_asked(request), self.counted
        return found

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return too_far(request) or super().changelist_view(request, extra_context)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Allow what the filters and our own links ask; Django would allow every lookup on every column."""
        filtered = {one for one in self.list_filter if isinstance(one, str)}
        words = {f"{one}{word}" for one in filtered for word in ("", "__exact", "__isnull", "__gte", "__lt")}
        words |= {getattr(one, "parameter_name", "") for one in self.list_filter} - {""}
        return lookup in words or (lookup in self.linked and all(map(is_id, value)))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404(f"There is no {self.opts.verbose_name} {object_id} here.")
        return found

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """Return where readers meet this row."""
        if obj is None or not hasattr(obj, "get_absolute_url"):
            return None
        try:
            return obj.get_absolute_url()
        except NoReverseMatch:
            return None

    # Who may what. Rows are guarded by `visible_to` and `editable_by`, the door by Django's `is_staff`.

    def has_module_permission(self, request: HttpRequest) -> bool:
        return at_desk(request.user)

    def _granted(self, request: HttpRequest, verb: str) -> bool:
        """Has the group of this person's role anything to do with the noun in this way?"""
        codename = f"articles.{verb}_{self.opts.model_name}"
        return at_desk(request.user) and request.user.has_perm(codename)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._granted(request, "view")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(self.add_fields) and self._granted(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not self.written_fields() or not self._granted(request, "change"):
            return False
        if obj is None or obj.pk is None:
            return True
        # Django asks this six times a page; the row lives as long as the request.
        if not hasattr(obj, "_editable_here"):
            obj._editable_here = self.model.objects.editable_by(request.user).filter(pk=obj.pk).exists()
        return obj._editable_here

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    # Forms.

    def written_fields(self) -> list[str]:
        """Return what `revise` may change, in the order of the model."""
        revisable: frozenset[str] = getattr(self.model, "revisable", frozenset())
        return [one.name for one in self.opts.fields if one.name in revisable]

    def shown_facts(self) -> list[str]:
        if self.facts is not None:
            return list(self.facts)
        apart = {*self.written_fields(), *self.left_out}
        return [one.name for one in self.opts.fields if one.name not in apart]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if obj is None:
            return [(None, {"fields": list(self.add_fields)})]
        written, facts = self.written_fields(), self.shown_facts()
        sets = [(None, {"fields": written})] if written else []
        return [*sets, ("On record" if written else None, {"fields": facts})] if facts else sets

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if obj is None else self.shown_facts()

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user, "record_admin": self})

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        widget = getattr(formfield, "widget", None)
        if isinstance(widget, admin.widgets.RelatedFieldWidgetWrapper):
            # The other row has a page of its own; it is looked at from here, not changed.
            widget.can_change_related = False
        if formfield is not None and isinstance(widget, admin.widgets.AdminSplitDateTime):
            # Its label is that of neither of its two fields.
            for part, word in zip(widget.widgets, (_("date"), _("time")), strict=True):
                part.attrs["aria-label"] = f"{formfield.label}, {word}"
        return formfield

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", db_field.remote_field.model.objects.visible_to(request.user))
        if db_field.name not in self.short_lists:
            kwargs.setdefault("widget", Chooser(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs.setdefault("queryset", db_field.remote_field.model.objects.visible_to(request.user))
        kwargs.setdefault("widget", MultipleChooser(db_field, self.admin_site))
        kwargs.setdefault("form_class", Rows)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Fill the relations of the add form from the address, as links from other pages ask; nothing else."""
        relations = {one.name for one in self.opts.fields if one.is_relation}
        return {name: value for name, value in request.GET.items() if name in relations and is_id(value)}

    # Writing.

    def add_record(self, by: Any, facts: dict[str, Any]) -> Any:
        """Call the verb behind the add form."""
        return self.model.add(by, **facts)

    def change_record(self, by: Any, row: Any, expected: int | None, changes: dict[str, Any]) -> Any:
        """Call the verb behind the change form."""
        return row.revise(by, expected=expected, **changes)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:
        return form.instance  # the verb has written it

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        pass

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        pass

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        pass  # the ledger is the only history

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:  # type: ignore[override]
        pass

    # Pages.

    def panels(self, request: HttpRequest, row: Any) -> list[Panel]:
        """Return the short lists beside a row, each by one query."""
        return []

    def notices(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what the templates of this noun show above its form."""
        return {}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Any = None,
    ) -> HttpResponse:  # fmt: skip
        form = context["adminform"].form
        context["show_save_and_add_another"] = False
        context["has_history"] = issubclass(self.model, Recorded)
        if change and obj is not None:
            context.update(self.notices(request, obj))
            context["offered"] = self.offered(request, obj)
            context["panels"] = self.panels(request, obj)
            fields = [field for one in context["offered"] for field in one["form"].fields.values()]
            context.setdefault(
                "people", next((one.offered for one in fields if hasattr(one, "offered")), None)
            )
            for offer in context["offered"]:
                context["media"] += offer["form"].media
            if form.stale is not None:
                context["last_change"] = self.last_change(obj)
                context["errors"] = []  # the conflict says it, with both texts
        response = super().render_change_form(request, context, add, change, form_url, obj)
        if form.stale is not None:
            response.status_code = 409
        return response

    def history(self, row: Any) -> models.QuerySet:
        """Return the ledger's entries about this row, oldest first."""
        return Change.objects.none() if not isinstance(row, Recorded) else Change.objects.about(row)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the ledger's entries about a row, newest first."""
        row = self.get_object(request, object_id)
        changes = self.history(row).select_related("actor").order_by("-seq")
        paginator = self.get_paginator(request, changes, 100)
        page = paginator.get_page(request.GET.get(PAGE_VAR, 1))
        # What is outside the ledger has no entries, and perhaps no number either.
        rows = ChangeRow.objects.about(type(row), [row.pk] if isinstance(row, Recorded) else [])
        told = told_by_entry(rows, page.object_list)
        for change in page.object_list:
            change.differences = told.get(change.seq, [])
        context = {
            **self.admin_site.each_context(request),
            "title": "History",
            "subtitle": str(row),
            "changes": page,
            "page_range": paginator.get_elided_page_range(page.number),
            "page_var": PAGE_VAR,
            "object": row,
            "opts": self.opts,
            "module_name": self.opts.verbose_name_plural,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/object_history.html", context)


class ReadOnlyAdmin(RecordAdmin):
    """A noun nobody types: it is written by other nouns' verbs."""

    def written_fields(self) -> list[str]:
        return []
