"""Who works at the desk, and who checks what: the desk's own matters."""

from __future__ import annotations

from typing import Any

from api import parameters
from api.pagination import Order, orders
from api.serializers.assignment import AssignmentRow, PersonRow
from api.views.closed import ClosedViewSet
from api.writing.verbs import TakesBack
from articles.models import Assignment, Role, User


class AssignmentViewSet(TakesBack, ClosedViewSet):
    """Assignments: who checks which claim. A claim is assigned by its own verb; DELETE leaves it to nobody."""

    queryset = Assignment.objects.none()
    serializer_class = detail_class = AssignmentRow
    filters = (
        parameters.number(
            "assignee",
            "The id of a person; see /me/ for your own.",
            lambda rows, pk, user: rows.filter(assignee=pk),
        ),
        parameters.number("claim", "The id of a claim.", lambda rows, pk, user: rows.filter(claim=pk)),
    )
    orderings = orders(at=Order("at", "moment"))

    def loaded(self, rows: Any) -> Any:
        return rows.for_listing()


class PersonViewSet(ClosedViewSet):
    """People: who works at the desk, by the ids that assignments and the record name them by."""

    queryset = User.objects.none()
    serializer_class = detail_class = PersonRow
    filters = (
        parameters.words(
            "role", "What they may do.", Role.values, lambda rows, roles, user: rows.filter(role__in=roles)
        ),
        parameters.flag(
            "active",
            "Whether they still work here.",
            lambda rows, wanted, user: rows.filter(is_active=wanted),
        ),
    )
