"""Who is asking, what they may do, and how much of it they have used."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from api.limits import WINDOW, budget_of, counter
from api.views.reading import Reading
from articles.models import ApiKey, Role, Scope

DAYS_SHOWN = 30
# They say something of one asker.
UNSHARED = {"Cache-Control": "private, no-store"}


class MayShape(serializers.Serializer):
    """What whoever asks may do: the role of the owner and the scopes of the key together."""

    read_drafts = serializers.BooleanField(help_text="See what only the desk sees.")
    write = serializers.BooleanField()
    publish = serializers.BooleanField(help_text="Decide what readers see.")
    hand_in = serializers.BooleanField(help_text="Hand in articles (imports).")


class KeyShape(serializers.Serializer):
    """The key that was sent; never its secret."""

    identifier = serializers.CharField(help_text="The part of the token that names the key.")
    name = serializers.CharField()
    scopes = serializers.ListField(
        child=serializers.ChoiceField(choices=Scope.choices),
        help_text=" ".join(f"`{scope.value}` {scope.told}." for scope in Scope),
    )
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Null: it does not expire.")


class LimitShape(serializers.Serializer):
    """A budget of requests."""

    name = serializers.ChoiceField(choices=[("read", "reading"), ("write", "writing")])
    quota = serializers.IntegerField(allow_null=True, help_text="Requests in the window; null: no limit.")
    window = serializers.IntegerField(help_text="Seconds.")


class SpentLimitShape(LimitShape):
    """A budget of requests and what is left of it."""

    remaining = serializers.IntegerField(allow_null=True, help_text="Null where nothing is counted.")
    reset = serializers.IntegerField(allow_null=True, help_text="In how many seconds there is more again.")


class DayShape(serializers.Serializer):
    """What was asked with this key on one day (UTC)."""

    day = serializers.DateField()
    reads = serializers.IntegerField()
    writes = serializers.IntegerField()
    refused = serializers.IntegerField(help_text="For want of budget (429).")


class MeShape(serializers.Serializer):
    """Who is asking. Without a key or a session everything of a person is null."""

    id = serializers.IntegerField(allow_null=True, help_text="The account.")
    display_name = serializers.CharField(allow_null=True)
    role = serializers.ChoiceField(choices=Role.choices, allow_null=True)
    key = KeyShape(allow_null=True, help_text="Null where no key was sent.")
    may = MayShape()
    limits = LimitShape(many=True)


class UsageShape(serializers.Serializer):
    """What is left for whoever asks, and what was used."""

    limits = SpentLimitShape(many=True)
    today = DayShape(allow_null=True, help_text="Null where no key was sent.")
    days = DayShape(
        many=True,
        allow_null=True,
        help_text=f"The last {DAYS_SHOWN} days on which something was asked, today first. "
        "Null where no key was sent.",
    )


class Me(Reading, APIView):
    """Who is asking, and what they may do. Needs no key: then nobody is known."""

    @extend_schema(operation_id="me", responses=MeShape)
    def get(self, request: Any) -> Response:
        user, key = request.user, request.auth
        known = user.is_authenticated
        body = {
            "id": user.pk if known else None,
            "display_name": str(user) if known else None,
            "role": user.role if known else None,
            "key": key and _shown(key),
            "may": {
                "read_drafts": known and user.is_desk,
                "write": known and user.may_write,
                "publish": known and user.may_publish,
                "hand_in": known and user.may_import,
            },
            "limits": [limit for limit, _budget in _limits(request)],
        }
        return Response(body, headers=UNSHARED)


class Usage(Reading, APIView):
    """What is left in this minute, and what was asked with this key in the last days. Needs no key."""

    @extend_schema(operation_id="usage", responses=UsageShape)
    def get(self, request: Any) -> Response:
        now = time.time()
        limits = []
        for limit, budget in _limits(request):
            standing = counter().standing(budget, now)
            left = {"remaining": standing and standing.remaining, "reset": standing and standing.reset}
            limits.append(limit | left)
        days = _days(request.auth, now) if request.auth is not None and settings.API_LIMITS_READ else None
        body = {"limits": limits, "today": days and days[0], "days": days}
        return Response(body, headers=UNSHARED)


def _shown(key: ApiKey) -> dict[str, Any]:
    shown: dict[str, Any] = dict(KeyShape(key).data)
    return shown


def _limits(request: Any) -> list[tuple[dict[str, Any], Any]]:
    """Return each budget of whoever asks, in words and as it is; strangers only read."""
    kinds = (False, True) if request.user.is_authenticated else (False,)
    budgets = [budget_of(request, writes) for writes in kinds]
    return [({"name": one.name, "quota": one.quota or None, "window": WINDOW}, one) for one in budgets]


def _days(key: ApiKey, now: float) -> list[dict[str, Any]]:
    """Return what was asked on each day, today first and always there."""
    today = datetime.fromtimestamp(now, UTC).date()
    since = (today - timedelta(days=DAYS_SHOWN - 1)).isoformat()
    rows = counter().days(f"key:{key.pk}", since, now)
    days = [
        {"day": day, "reads": reads, "writes": writes, "refused": refused}
        for day, reads, writes, refused in rows
    ]
    if not days or days[0]["day"] != today.isoformat():
        days.insert(0, {"day": today.isoformat(), "reads": 0, "writes": 0, "refused": 0})
    return days
