"""Handing in articles. A new one waits at the desk, and what could be checked in it; no verdict comes of it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors import error
from api.parsers import StrictJSON
from api.views.reading import Reading
from api.writing.bodies import Body, Text
from api.writing.once import once
from api.writing.verbs import Writes
from articles.importing.batch import Outcome, import_files, nothing_done
from articles.importing.files.handed_in import MAX_UPLOAD, NothingHandedIn, pasted, uploaded
from articles.importing.report import Failure, Fate, Report
from articles.models import Scope, Upload

# Bytes. A larger file may take longer than a client or a proxy waits.
AT_ONCE = 2_000_000
# What a status says of the files together: the strongest of what became of each.
_STATUSES = {Fate.NEW: 201, Fate.VERSION: 201, Fate.HELD: 202}


class HandedIn(Body):
    """A file, or a text, with a name to know it again by."""

    file = serializers.FileField(
        required=False,
        help_text="A text, Markdown, HTML or PDF; or a zip of such, with manifests beside them, "
        "which take the scope write.",
    )
    text = Text(
        required=False,
        allow_blank=True,
        help_text="Instead of a file: the words themselves.",
    )
    name = Text(
        required=False,
        max_length=500,
        help_text="For a text. The same name later brings a newer version of the same article, where half of the "
        "words are the same.",
    )
    repair = serializers.BooleanField(
        default=False,
        help_text="Mend text that was decoded wrongly before it came here; else it is only told.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("file" in attrs) == ("text" in attrs):
            raise serializers.ValidationError("Give either a file or a text.", code="one_of_two")
        return attrs


class OutcomeShape(serializers.Serializer):
    """What became of one file."""

    file = serializers.CharField(help_text="The name it was handed in by.")
    fate = serializers.ChoiceField(
        choices=[(fate.name.lower(), fate.value) for fate in Fate], help_text="What became of it as a whole."
    )
    article = serializers.IntegerField(
        allow_null=True, help_text="The article it was filed under, or resembles."
    )
    arrival = serializers.IntegerField(allow_null=True, help_text="Where it is held: the row at the desk.")
    created = serializers.DictField(child=serializers.IntegerField(), help_text="How many rows of each noun.")
    updated = serializers.DictField(child=serializers.IntegerField())
    unchanged = serializers.IntegerField()
    claims = serializers.ListField(
        child=serializers.DictField(), help_text="What became of each claim's words in a newer text."
    )
    differences = serializers.ListField(child=serializers.CharField())
    notes = serializers.ListField(child=serializers.CharField(), help_text="Sentences for people.")
    refused = serializers.ListField(child=serializers.CharField(), help_text="Why nothing of it was written.")


class Outcomes(serializers.Serializer):
    """What became of each file."""

    files = OutcomeShape(many=True)
    job = serializers.URLField(
        allow_null=True, help_text="Where it is told how far it is, where it is done in the background."
    )


class Imports(Writes, Reading, APIView):
    """Hand in articles. A new one stays at the desk; what could be checked in it waits there as suggestions.

    A newer text of an article, known by the same name or address, is shown to whom the article is shown.

    A file larger than 2 MB is imported in the background, and so is any with `Prefer: respond-async`: the answer is
    202 and names a job, which says how far it is and in the end what became of each file.
    """

    needs = Scope.IMPORT
    parser_classes = (MultiPartParser, StrictJSON)
    http_method_names = ("post", "options")

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": HandedIn, "application/json": HandedIn},
        responses={201: Outcomes, 200: Outcomes, 202: Outcomes},
    )
    def post(self, request: Request) -> Response:
        return once(request, lambda: self._import(request))

    def _import(self, request: Any) -> Response:
        given = self.read_body(HandedIn)
        file: UploadedFile | None = given.get("file")
        if file is not None and _in_background(request, file):
            return self._later(request, file, given["repair"])
        try:
            outcomes = self.outcomes(request, given)
        except NothingHandedIn as trouble:
            raise ValidationError({"file" if file else "text": [str(trouble)]}) from trouble
        if nothing_done(one.fate for one in outcomes):
            raise RefusedFile(
                [
                    error("refused_file", sentence, pointer="#/file" if file else "#/text")
                    for one in outcomes
                    if isinstance(one, Failure)
                    for sentence in one.sentences
                ]
            )
        fates = [one.fate for one in outcomes if isinstance(one, Report)]
        status = next((_STATUSES[fate] for fate in _STATUSES if fate in fates), 200)
        changed = any(not one.changes_nothing for one in outcomes if isinstance(one, Report))
        return Response(
            {"files": [one.as_json(at_desk=request.user.is_desk) for one in outcomes], "job": None},
            status=201 if status == 200 and changed else status,
            headers={"Cache-Control": "no-store"},
        )

    def outcomes(self, request: Any, given: dict[str, Any]) -> list[Outcome]:
        """Import what was handed in. Raises NothingHandedIn."""
        # A key that may only hand in does what handing in takes, and sees nothing else: a manifest takes more.
        by = request.user.limited([Scope.WRITE]) if request.auth else request.user
        if "file" not in given:
            return list(import_files(self._pasted(given), by, repair=given["repair"]))
        with uploaded([given["file"]]) as files:
            manifests = request.user.may_write
            return list(import_files(files, by, repair=given["repair"], manifests=manifests))

    def _later(self, request: Request, file: UploadedFile, repair: bool) -> Response:
        if file.size is not None and file.size > MAX_UPLOAD:
            raise ValidationError(
                {"file": [f"The file has {file.size:,} bytes; at most {MAX_UPLOAD:,} are taken."]}
            )
        job = Upload.hand_in(request.user, file.name or "", file.read(), repair=repair)
        address = request.build_absolute_uri(reverse("api-job-detail", args=[job.pk]))
        return Response(
            {"files": [], "job": address},
            status=202,
            headers={"Location": address, "Cache-Control": "no-store", "Preference-Applied": "respond-async"},
        )

    @staticmethod
    def _pasted(given: dict[str, Any]) -> list[Any]:
        try:
            return pasted(given["text"], given.get("name", ""))
        except NothingHandedIn:
            raise ValidationError({"text": ["The text is empty."]}) from None


class RefusedFile(APIException):
    """Nothing of what was handed in was taken; `errors` says why."""

    status_code = 400
    default_code = "refused_file"

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        super().__init__(errors[0]["detail"])
        self.errors = errors


def _in_background(request: Request, file: UploadedFile) -> bool:
    wished = request.headers.get("Prefer", "").replace(" ", "").lower().split(",")
    return "respond-async" in wished or (file.size or 0) > AT_ONCE
