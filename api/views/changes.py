"""What changed on the record, so that a copy of it can be kept in step."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api import parameters
from api.parameters import Parameter, Unreadable
from api.views.reading import Reading
from articles.feed import BeyondTheHead, Page, Place, read
from articles.keeping import has_it, tag
from articles.models import LedgerHead, Readers
from articles.refusals import Refused

USUAL, MOST = 200, 1000
_COUNT = re.compile(r"[0-9]{1,18}")


def _read_count(value: str) -> int:
    if not _COUNT.fullmatch(value):
        raise Unreadable("it must be a whole number such as 0 or 12.")
    return int(value)


class RowShape(serializers.Serializer):
    """One row that an entry wrote, showed or hid, as it stands now."""

    object = serializers.CharField(help_text="Its noun, in one word: claim, articleversion …")
    id = serializers.IntegerField()
    state = serializers.ChoiceField(
        choices=[Readers.SHOWN.value, Readers.GONE.value],
        help_text="`gone`: readers do not see it now; throw your copy of it away.",
    )
    row = serializers.DictField(
        allow_null=True,
        help_text="The row as it stands now, flat: columns and values; null once it is gone.",
    )


class EntryShape(serializers.Serializer):
    """One act: an entry of the ledger, with the rows of it that concern readers."""

    seq = serializers.IntegerField(
        help_text="Its number. Numbers of acts that concern no reader are left out."
    )
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    object = serializers.CharField(help_text="The noun it was said of.")
    id = serializers.IntegerField(allow_null=True, help_text="The id of that row.")
    actor = serializers.IntegerField(allow_null=True, help_text="The id of who did it; null: a command.")
    hash = serializers.CharField(help_text="SHA-256 of `envelope`, as UTF-8.")
    previous = serializers.CharField(
        help_text="The hash of the entry with the number before, shown here or not."
    )
    envelope = serializers.CharField(help_text="The entry as it is chained, as canonical JSON in a text.")
    whole = serializers.BooleanField(
        help_text="False: the next page goes on with further rows of this entry."
    )
    rows = RowShape(many=True)


class HeadShape(serializers.Serializer):
    """The newest entry of the ledger, whether it concerns readers or not."""

    seq = serializers.IntegerField()
    hash = serializers.CharField()


class ChangesShape(serializers.Serializer):
    """Entries, oldest first."""

    results = EntryShape(many=True)
    next = serializers.URLField(
        help_text="Where to go on, now or later; never null. Keep it: it is all a copy must remember."
    )
    more = serializers.BooleanField(help_text="Whether there is more at `next` already.")
    head = HeadShape()


class Changes(Reading, APIView):
    """What changed, entry by entry. Whoever applies it from 0 on, or after a dump, has what readers see."""

    tagged_answer = True
    refuses = {"409": "Refused409Ledger"}

    def parameters(self) -> Sequence[Parameter]:
        return (
            Parameter(
                "after",
                "The number of the last entry you have whole. Default: 0, from the beginning.",
                _read_count,
                {"type": "integer", "minimum": 0, "maximum": 10**18 - 1, "default": 0},
            ),
            Parameter(
                "position",
                "As `next` gives it: of the entry `after`, you have only the rows up to here.",
                _read_count,
                {"type": "integer", "minimum": 0, "maximum": 10**18 - 1},
            ),
            Parameter(
                "limit",
                f"How many rows an answer has at most; fewer where they are long. Default: {USUAL}.",
                parameters.read_number(1, MOST),
                {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL},
            ),
        )

    @extend_schema(operation_id="changes_list", responses=ChangesShape)
    def get(self, request: Any) -> Response:
        place = Place(self.asked.get("after", 0), self.asked.get("position"))
        # Read first: where somebody acts meanwhile the tag is too old, and never too new.
        head = LedgerHead.objects.get(pk=1)
        asked = f"{place.seq}.{place.position}.{self.asked.get('limit', USUAL)}"
        current = tag(request._request, "changes", asked, head.hash, None)
        if has_it(request._request, current):
            return Response(status=304, headers={"ETag": current})
        try:
            page = read(place, self.asked.get("limit", USUAL), head)
        except BeyondTheHead:
            raise Refused(
                f"You have read up to entry {place.seq}, but this ledger ends with entry {head.seq}: it is another "
                "one, or an older state of it. Begin again from 0, or from a dump.",
                "beyond_head",
            ) from None
        return Response(
            {
                "results": page.entries,
                "next": self._next(page),
                "more": page.more,
                "head": {"seq": head.seq, "hash": head.hash},
            },
            headers={"ETag": current},
        )

    def _next(self, page: Page) -> str:
        query = {"after": page.place.seq, "position": page.place.position, "limit": self.asked.get("limit")}
        words = urlencode({name: value for name, value in query.items() if value is not None})
        address: str = self.request.build_absolute_uri(f"{self.request.path}?{words}")
        return address
