"""Handing in articles, the one thing the API writes so far. What comes waits at the desk; nothing is published."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.authentication import NoKeysYet
from api.errors import CONTENT_TYPE, error, problem
from api.parameters import Parameter
from articles.importing.batch import Outcome, import_files, nothing_done
from articles.importing.files.handed_in import NothingHandedIn, pasted, uploaded
from articles.importing.report import Failure, Fate, Report

# What a status says of the files together: the strongest of what became of each.
_STATUSES = {Fate.NEW: 201, Fate.VERSION: 201, Fate.HELD: 202}


class DeskSession(SessionAuthentication):
    """The session of the desk, with the token against forged requests that writing needs."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        found = super().authenticate(request)
        return found if found is not None and found[0].is_desk else None

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class HandedIn(serializers.Serializer):
    """A file, or a text, with a name to know it again by."""

    file = serializers.FileField(
        required=False,
        help_text="A text, Markdown, HTML or PDF; or a zip of such, with manifests beside them.",
    )
    text = serializers.CharField(
        required=False,
        trim_whitespace=False,
        allow_blank=True,
        help_text="Instead of a file: the words themselves.",
    )
    name = serializers.CharField(
        required=False,
        max_length=500,
        help_text="For a text. The same name later brings a newer version of the same article.",
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


class Imports(APIView):
    """Hand in articles. They stay at the desk; what could be checked in them waits there as suggestions."""

    authentication_classes = (NoKeysYet, DeskSession)
    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser, JSONParser)
    http_method_names = ("post", "options")

    def parameters(self) -> tuple[Parameter, ...]:
        return ()

    @extend_schema(
        operation_id="imports_create",
        request={"multipart/form-data": HandedIn, "application/json": HandedIn},
        responses={201: Outcomes, 200: Outcomes, 202: Outcomes},
    )
    def post(self, request: Request) -> Response:
        asked = HandedIn(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        file: UploadedFile | None = given.get("file")
        try:
            outcomes = self.outcomes(request, given)
        except NothingHandedIn as trouble:
            raise ValidationError({"file" if file else "text": [str(trouble)]}) from trouble
        if nothing_done(one.fate for one in outcomes):
            errors = [
                error("refused_file", sentence, pointer="#/file" if file else "#/text")
                for one in outcomes
                if isinstance(one, Failure)
                for sentence in one.sentences
            ]
            detail = errors[0]["detail"]
            return Response(
                problem(400, "refused_file", detail, errors),
                status=400,
                headers={"Cache-Control": "no-store"},
                content_type=CONTENT_TYPE,
            )
        fates = [one.fate for one in outcomes if isinstance(one, Report)]
        status = next((_STATUSES[fate] for fate in _STATUSES if fate in fates), 200)
        changed = any(not one.changes_nothing for one in outcomes if isinstance(one, Report))
        return Response(
            {"files": [one.as_json() for one in outcomes]},
            status=201 if status == 200 and changed else status,
            headers={"Cache-Control": "no-store"},
        )

    def outcomes(self, request: Request, given: dict[str, Any]) -> list[Outcome]:
        """Import what was handed in. Raises NothingHandedIn."""
        if "file" not in given:
            found = pasted(given["text"], given.get("name", ""))
            return list(import_files(found, request.user, repair=given["repair"]))
        with uploaded([given["file"]]) as files:
            return list(import_files(files, request.user, repair=given["repair"]))
