from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from articles.admin.buttons import Button, editors
from articles.admin.readers.complaint import complaints_about
from articles.admin.record import Panel, ReadOnlyAdmin, RecordAdmin, add_url, line
from articles.admin.site import desk
from articles.admin.texts.handing_in import WithHandingIn
from articles.admin.texts.marking import MARK
from articles.admin.texts.workbench import WithWorkbench, workbench_of
from articles.models import Appearance, Article, ArticleVersion, Block, Copy


@admin.register(Article, site=desk)
class ArticleAdmin(WithWorkbench, WithHandingIn, RecordAdmin):
    change_form_template = "admin/article_page.html"
    list_display = (
        "__str__", "workbench", "publisher", "published_words", "rights", "visibility", "claims", "checked",
    )  # fmt: skip
    list_filter = ("visibility", "rights", "language", "published_latest")
    search_fields = ("title", "byline", "publisher", "url")
    facts = ("visibility", "created_at", "created_by", "revision")
    buttons = (
        Button(
            "open", "Open to readers", lambda row, by, seen: row.open_to_readers(by),
            "Readers can see the article now.", who=editors, when=lambda row: not row.is_public, weight="main",
        ),
        Button(
            "close", "Take back to the desk", lambda row, by, seen: row.close_to_readers(by),
            "Only the desk can see the article now.", who=editors, when=lambda row: row.is_public, weight="grave",
        ),
        MARK,
    )  # fmt: skip

    @admin.display(description=_("text"))
    def workbench(self, row: Article) -> SafeString:
        told = _("Work on %(article)s") % {"article": row}
        return format_html('<a href="{}" aria-label="{}">{}</a>', workbench_of(row), told, _("Work on"))

    @admin.display(description="published", ordering="published_latest")
    def published_words(self, row: Article) -> str:
        return row.published.words()

    @admin.display(ordering="claim_count")
    def claims(self, row: Any) -> int:
        return row.claim_count

    @admin.display(ordering="checked_count")
    def checked(self, row: Any) -> int:
        return row.checked_count

    def panels(self, request: Any, row: Article) -> list[Panel]:
        versions = (
            ArticleVersion.objects.visible_to(request.user).filter(article=row).defer("text", "offset_map")
        )
        marks = Appearance.objects.visible_to(request.user).filter(article_version__article=row)
        marks = marks.of_current_texts().select_related("claim")
        return [
            Panel(
                "Claims in the text", [line(one.claim, note=f"“{one.exact[:160]}”") for one in marks[:200]]
            ),
            Panel("Versions", [line(one, f"Version {one.number}", note=one.imported_at) for one in versions]),
            Panel(
                "Where it stands",
                [
                    line(one, note=one.get_kind_display())
                    for one in Copy.objects.visible_to(request.user).filter(article=row)
                ],
                add_url(Copy, article=row.pk),
                "Add a place",
            ),
            complaints_about(request.user, row),
        ]


@admin.register(ArticleVersion, site=desk)
class ArticleVersionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "encoding", "imported_at")
    list_select_related = ("article",)
    search_fields = ("article__title", "article__publisher", "sha256")
    list_filter = ("imported_at",)
    left_out = ("id", "offset_map")

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("text", "offset_map")

    def panels(self, request: Any, row: ArticleVersion) -> list[Panel]:
        marks = (
            Appearance.objects.visible_to(request.user).filter(article_version=row).select_related("claim")
        )
        return [
            Panel(
                "Claims in this text",
                [line(one.claim, note=f"“{one.exact[:160]}”") for one in marks[:200]],
                add_url(Appearance, article_version=row.pk),
                "Mark words",
            )
        ]


@admin.register(Copy, site=desk)
class CopyAdmin(RecordAdmin):
    list_display = ("__str__", "kind", "article", "url")
    list_filter = ("kind",)
    list_select_related = ("article",)
    search_fields = ("publisher", "url", "note", "article__title")
    add_fields = (
        "article", "kind", "publisher", "url", "note", "published_earliest", "published_latest", "published_basis",
    )  # fmt: skip

    def add_record(self, by: Any, facts: dict[str, Any]) -> Copy:
        return facts.pop("article").add_copy(by, **facts)


@admin.register(Block, site=desk)
class BlockAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "article_version", "key", "parser")
    list_filter = ("role",)
    list_select_related = ("article_version__article",)
    search_fields = ("key", "note", "article_version__article__title")

    def listed(self, queryset: Any) -> Any:
        return queryset.defer("article_version__text", "article_version__offset_map")
