"""The stored file of one version of a source: a screenshot, a page, a PDF. What it is was decided by its content."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseNotModified

from articles.models import SourceVersion
from articles.views.page import page, viewer

# Nothing in it runs, loads or is sent, also where somebody opens it in a tab of its own.
POLICY = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; sandbox"


@page
def source_file(request: HttpRequest, pk: int, number: int) -> Any:
    """The file of a source's version of this number, as far as its rights allow; whoever may not have it finds none."""
    rows = SourceVersion.objects.with_fetchable_file(viewer(request)).select_related("source")
    # Numbers that no row can have are not asked for: a database would fail on them.
    found = rows.filter(source=pk, number=number).defer("text").first() if max(pk, number) < 2**31 else None
    if found is None or not found.file_ending or not default_storage.exists(found.file.name):
        raise Http404("There is no file of this version here.")
    tag = f'"{found.file_sha256}"'
    asked = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    answer: Any
    if tag in asked:
        answer = HttpResponseNotModified()
    else:
        answer = FileResponse(
            default_storage.open(found.file.name),
            content_type=found.file_kind,
            as_attachment=found.picture is None,
            filename=f"source-{found.source_id}-version-{found.number}.{found.file_ending}",
        )
    answer["ETag"] = tag
    answer["Cache-Control"] = "public, no-cache"
    answer["Content-Security-Policy"] = POLICY
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
