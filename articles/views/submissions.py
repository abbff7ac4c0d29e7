"""A reader's part: forms to send a claim, an article or an error, and the private page of what became of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, ngettext
from django.views.decorators.http import require_http_methods

from articles.models import Submission, SubmissionKind, Verdict
from articles.refusals import Refused
from articles.submitting import count_sender, page_at
from articles.views.page import View, show, viewer
from articles.views.submission_forms import LONGEST, MoreForm, ReaderForm, ReportForm, SendingForm, SubmitForm

# How long the page that tells the private address stands; later its address leads on to the private page.
TOLD_FOR = timedelta(hours=1)


def form_page(view: View) -> View:
    """Make a view a page with a form, which no cache shares: it holds a stamp and a token of its reader."""

    @wraps(view)
    def answer(request: HttpRequest, **captured: Any) -> HttpResponse:
        response = view(request, **captured)
        # The reader's own browser may go back to it, with all that was typed.
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return require_http_methods(["GET", "HEAD", "POST"])(answer)


def private_page(referrer: str, *methods: str) -> Callable[[View], View]:
    """Make a view a page that only its reader finds: kept nowhere, found by no search, named to no other site.

    `referrer` is its policy. A browser that may name nobody sends `Origin: null` with a form, which is refused as
    forged: a page that holds a form says "same-origin".
    """

    def make(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, token: str) -> HttpResponse:
            row = Submission.objects.found(token)
            if row is None:
                raise Http404
            response = view(request, row=row, token=token)
            response.headers["Referrer-Policy"] = referrer
            response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
            patch_cache_control(response, private=True, no_store=True)
            return response

        return require_http_methods(["GET", "HEAD", *methods])(answer)

    return make


@form_page
def submit(request: HttpRequest) -> HttpResponse:
    """Ask for a claim or an article to check; `?text=` are the words of a claim that is to be checked."""
    words = request.GET.get("text", "").replace("\0", "")[: LONGEST[SubmissionKind.CLAIM]]
    form = SubmitForm(request.POST or None, initial={"text": words}, **_asked_of(request))
    return _received(request, form) or _form(request, "articles/submissions/submit.html", form)


@form_page
def report(request: HttpRequest) -> HttpResponse:
    """Ask for an error on a page of ours; `?about=` is the page it came from."""
    about = request.GET.get("about", "")
    page = page_at(about, viewer(request), request.get_host())
    form = ReportForm(
        request.POST or None, initial={"about": page.path if page else about}, **_asked_of(request)
    )
    answer = _received(request, form)
    if answer is not None:
        return answer
    shown = form.page if form.is_bound else page
    lost = bool(about) and page is None and not form.is_bound
    return _form(request, "articles/submissions/report.html", form, page=shown, lost=lost)


def _asked_of(request: HttpRequest) -> dict[str, Any]:
    return {"now": time.time(), "user": viewer(request), "host": request.get_host()}


def _received(request: HttpRequest, form: SendingForm) -> HttpResponse | None:
    """Take in what was sent, and return where that leads; None where the form is to be shown (again)."""
    if request.method != "POST" or not form.is_valid():
        return None
    if _is_too_much(request, form):
        return None
    kind = form.kind(form.cleaned_data)
    try:
        row = Submission.submit(form.token, kind, language=get_language() or "en", **form.facts())
    except ValidationError as trouble:
        form.add_error(None, trouble.messages)
        return None
    if row is None:
        return HttpResponseRedirect(reverse("submission_known"))
    return HttpResponseRedirect(reverse("submission_received", args=[form.token]))


def _is_too_much(request: HttpRequest, form: ReaderForm) -> bool:
    """Count what was sent, and say in the form when it may be sent again, where that was more than we can read."""
    refusal = count_sender(request)
    if refusal is None:
        return False
    minutes = -(-refusal.reset // 60)
    told = ngettext(
        "More was sent from here than we can read. Nothing is lost: send this again in %(minutes)d minute.",
        "More was sent from here than we can read. Nothing is lost: send this again in %(minutes)d minutes.",
        minutes,
    )
    form.add_error(None, told % {"minutes": minutes})
    form.wait = refusal.reset  # type: ignore[attr-defined]
    return True


def _form(request: HttpRequest, template: str, form: ReaderForm, **more: Any) -> HttpResponse:
    """Show a form, with what was typed and what is to be mended."""
    wait = getattr(form, "wait", 0)
    status = 429 if wait else 400 if form.is_bound and form.errors else 200
    facts = {"form": form, "kept_days": settings.SUBMISSIONS_KEPT_DAYS, **more}
    response = show(request, template, facts, status=status)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


@form_page
def known(request: HttpRequest) -> HttpResponse:
    """Thank for what somebody else has sent today; their link is theirs."""
    return show(request, "articles/submissions/submitted.html", {})


@private_page("no-referrer")
def received(request: HttpRequest, row: Submission, token: str) -> HttpResponse:
    """Tell the private address, which is told nowhere else."""
    address = reverse("submission", args=[token])
    if timezone.now() - row.at > TOLD_FOR:
        return HttpResponseRedirect(address)
    facts = {"sent": row, "address": address, "whole_address": request.build_absolute_uri(address)}
    return show(request, "articles/submissions/submitted.html", facts)


@private_page("no-referrer")
def submission(request: HttpRequest, row: Submission, token: str) -> HttpResponse:
    """Show what was sent and what became of it; nothing of what the desk says among itself."""
    page = page_at(row.about, None) if row.about else None
    followed = row.duplicate_of or row
    # The other submission is another reader's; of it only what is public is told.
    claim, article = row.claim or followed.claim, row.article or followed.article
    return show(
        request,
        "articles/submissions/submission.html",
        {
            "sent": row,
            "page": page,
            "claim": _public(claim),
            "article": _public(article),
            "corrected": _corrections(row),
            "kept_days": settings.SUBMISSIONS_KEPT_DAYS,
            "more": reverse("submission_more", args=[token]) if row.is_open else "",
            "withdraw": reverse("submission_withdraw", args=[token]),
        },
    )


@private_page("same-origin", "POST")
def more(request: HttpRequest, row: Submission, token: str) -> HttpResponse:
    """Ask what there is to add to what was sent, as long as nobody has decided on it."""
    address = reverse("submission", args=[token])
    form = MoreForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and not _is_too_much(request, form):
        try:
            row.say_more(form.cleaned_data["words"])
            return HttpResponseRedirect(address)
        except Refused as refused:
            form.add_error("words", str(refused))
    if not row.is_open and not form.is_bound:
        return HttpResponseRedirect(address)
    return _form(request, "articles/submissions/more.html", form, address=address)


@private_page("same-origin", "POST")
def withdraw(request: HttpRequest, row: Submission, token: str) -> HttpResponse:
    """Ask whether it is to be taken back and erased, and do so."""
    address = reverse("submission", args=[token])
    if request.method == "POST":
        row.withdraw()
    if row.is_forgotten:
        return HttpResponseRedirect(address)
    return show(request, "articles/submissions/withdraw.html", {"sent": row, "address": address})


def _public(row: Any) -> Any:
    """Return the row if every reader may see it."""
    return row if row is not None and type(row).objects.visible_to(None).filter(pk=row.pk).exists() else None


def _corrections(row: Submission) -> list[Verdict]:
    """Return what was corrected since this error was reported, the first one first."""
    if row.review_task_id is None or row.claim is None:
        return []
    series = Verdict.objects.visible_to(None).in_series_of(row.claim).in_short()
    return list(
        series.filter(correction__isnull=False, published_at__gt=row.at).select_related("correction", "claim")
        .order_by("pk")[:20]
    )  # fmt: skip
