"""Google's methods: `claims:search`; and those of its others that programs may try here."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from rest_framework.views import APIView

from api.google.answers import InvalidArgument, answer, refusal, refusal_of
from api.google.questions import Question, host_of, read
from api.google.reviews import Row, found
from api.google.selection import part
from articles.addresses import address, slug
from articles.formats.claim_review import day_said, moment, rating_word, told

FORM = "application/x-www-form-urlencoded"


class GoogleView(APIView):
    """A method of Google's. Nobody is asked who they are: everybody gets what readers see."""

    authentication_classes = ()
    permission_classes = ()
    # Not a part of our own API, whose description says what it is; Google's has its discovery document.
    schema = None

    def get_exception_handler(self) -> Any:
        return refusal_of

    def perform_content_negotiation(self, request: Any, force: bool = False) -> Any:
        # There is one format, whatever is accepted; as Google has it.
        return super().perform_content_negotiation(request, force=True)

    def http_method_not_allowed(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        raise Http404(f"There is no {request.method} at {request.path[:100]}.")

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Let a page of another site ask, as a browser wants to know beforehand."""
        return HttpResponse(
            status=204,
            headers={
                "Access-Control-Allow-Origin": "*",
                "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
                "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, X-HTTP-Method-Override",
                "Access-Control-Max-Age": "86400",
            },
        )


class Search(GoogleView):
    """`claims:search`: checked claims that say these words, or all of them, with what was found."""

    def get(self, request: Any) -> HttpResponse:
        return self.search(request, request.query_params.lists())

    def post(self, request: Any) -> HttpResponse:
        """A GET whose address would be longer than 2,048 characters: what is asked comes as a form."""
        if request.headers.get("X-HTTP-Method-Override", "").strip().upper() != "GET":
            self.http_method_not_allowed(request)
        if request.content_type.partition(";")[0].strip().lower() != FORM:
            raise InvalidArgument([("", f"A search that is posted comes as {FORM}.")])
        # Django's own form, which has its limits; DRF's reads whatever comes.
        form = request._request.POST
        names = {*request.query_params, *form}
        both = [(name, [*request.query_params.getlist(name), *form.getlist(name)]) for name in sorted(names)]
        return self.search(request, both)

    def search(self, request: Any, given: Any) -> HttpResponse:
        question = read(given)
        host = host_of(request.get_host())
        body: dict[str, Any] = {}
        # One newsroom publishes here, so another one's site has nothing.
        if question.site in ("", host):
            rows, mark = found(question, timezone.now())
            base = f"{request.scheme}://{request.get_host()}"
            if rows:
                body["claims"] = [claim_of(row, question, host, base) for row in rows]
            if mark:
                body["nextPageToken"] = question.token(mark)
        if question.fields is not None:
            body = part(body, question.fields)
        return answer(body, pretty=question.pretty)


class NotHere(GoogleView):
    """A method of Google's that this server has not."""

    sentence = ""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "OPTIONS":
            return self.options(request)
        return refusal(501, self.sentence)


class Nothing(GoogleView):
    """Whatever else is asked for below /v1alpha1/."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return refusal(404, f"There is nothing at {request.path[:200]}.")


def claim_of(row: Row, question: Question, host: str, base: str) -> dict[str, Any]:
    """Return a claim in Google's shape. What is not known is left out."""
    statement, language = row["of_statement"], row["of_language"]
    rating = rating_word(row["rating__labels"], row["rating__slug"], question.asked_language or language)
    # Google has no words for a month or a range.
    said = day_said(row["of_asserted_earliest"], row["of_asserted_latest"])
    return told(
        text=statement,
        claimant=row["claimant"],
        claimDate=moment(said),
        claimReview=[
            told(
                publisher=told(name=row["newsroom"], site=host),
                url=base + address("claim", row["of_id"], slug(statement, "claim")),
                title=f"{rating}: {statement}",
                reviewDate=moment(row["published_at"]),
                textualRating=rating,
                languageCode=language,
            )
        ],
    )
