"""How many claims stand where: by who asserts them, who passes them on, who published them, topic and month.

Each claim counts once in a tally, for what it is today: by the machine class of its current verdict, as not checkable,
or as not checked. A claim counts with all that was merged into it. Whose claims are most is found by the database, in
one statement for each tally, made of the same words of the QuerySets that every page asks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import connections
from django.db.models import Exists, F, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce, Substr
from django.utils.translation import gettext_lazy as _

from articles.models import Appearance, Attribution, Claim, Claimant, Topic, Verdict
from articles.vocabulary import ScaleClass

# As many names as a tally has; a list of everybody would be no plot, and of no use as a comparison.
MOST_NAMES = 15
NOT_CHECKED = "open"
NOT_CHECKABLE = "not_checkable"
# The order of the pieces of a bar.
STANDINGS: Mapping[str, Any] = {
    ScaleClass.TRUE.value: _("true"),
    ScaleClass.MOSTLY_TRUE.value: _("mostly true"),
    ScaleClass.MIXED.value: _("mixed"),
    ScaleClass.MOSTLY_FALSE.value: _("mostly false"),
    ScaleClass.FALSE.value: _("false"),
    ScaleClass.UNVERIFIABLE.value: _("not established"),
    NOT_CHECKABLE: _("not checkable"),
    NOT_CHECKED: _("not checked"),
}

# How the sets of claims are put together. Each is made once, by one walk, and the first serves all dimensions: an
# engine that looks into them row by row walks the record for each name. Standing and rating come together by a group,
# not by a join, since an engine that expects few ratings looks through all of them for each claim.
STOOD = """
    stood AS MATERIALIZED (
        SELECT
            root,
            MAX(month) AS month,
            COALESCE(MAX(class_), CASE MAX(status) WHEN 'not_checkable' THEN 'not_checkable' ELSE 'open' END) AS stands
        FROM (
            SELECT root, month, status, NULL AS class_ FROM standing
            UNION ALL SELECT root, NULL, NULL, class_ FROM rated
        ) AS told
        GROUP BY root
        HAVING MAX(month) IS NOT NULL
    )
"""
BY_NAME = """
    tally_{of} AS MATERIALIZED (
        SELECT named_{of}.name, stood.month, stood.stands, COUNT(*) AS claims
        FROM named_{of} JOIN stood ON stood.root = named_{of}.root
        GROUP BY 1, 2, 3
    )
"""
BY_MONTH = """
    tally_{of} AS MATERIALIZED (SELECT '' AS name, month, stands, COUNT(*) AS claims FROM stood GROUP BY 1, 2, 3)
"""
MOST = """
    most_{of} AS MATERIALIZED (
        SELECT name, SUM(claims) AS claims FROM tally_{of} GROUP BY name ORDER BY SUM(claims) DESC, name LIMIT %s
    )
"""
QUESTION = """
    SELECT '{of}' AS dimension, CAST(tally_{of}.name AS text) AS name, month, stands, tally_{of}.claims AS claims,
        most_{of}.claims AS most
    FROM tally_{of} JOIN most_{of} ON most_{of}.name = tally_{of}.name
"""


class Dimension(StrEnum):
    """By what claims are counted."""

    ASSERTS = "asserts"
    PASSES_ON = "passes_on"
    OUTLET = "outlet"
    TOPIC = "topic"
    MONTH = "month"


# Those whose names are numbers of rows.
NUMBERED = (Dimension.ASSERTS, Dimension.PASSES_ON, Dimension.TOPIC)


@dataclass(frozen=True)
class Name:
    """Whose claims are counted: the row's number and address where it has any, and what it is called."""

    key: Any
    label: str
    address: str = ""


@dataclass
class Tally:
    """The counts of one dimension: (name, month, standing) → claims. `names`: the most claims first."""

    names: list[Name] = field(default_factory=list)
    counts: Counter[tuple[Any, str, str]] = field(default_factory=Counter)

    def by_name(self, name: Name) -> list[int]:
        """Return the counts of a name in the order of STANDINGS."""
        sums: Counter[str] = Counter()
        for (key, _month, standing), count in self.counts.items():
            if key == name.key:
                sums[standing] += count
        return [sums[standing] for standing in STANDINGS]


def read() -> dict[Dimension, Tally]:
    """Return all tallies, as readers see the record. One query for the counts, and three for names."""
    found = {}
    named = _named()
    for dimension, counts in _counted(named).items():
        order = list(dict.fromkeys(key for key, *_rest in counts)) if named[dimension] is not None else []
        people = NAMES[dimension](order) if dimension in NAMES else [Name(key, key) for key in order]
        found[dimension] = Tally(people, Counter({(k, m, s): n for k, m, s, n in counts}))
    return found


def _claimants(keys: list[int]) -> list[Name]:
    rows = Claimant.objects.visible_to(None).in_bulk(keys)
    return [Name(key, rows[key].name, rows[key].get_absolute_url()) for key in keys if key in rows]


def _topics(keys: list[int]) -> list[Name]:
    rows = Topic.objects.visible_to(None).in_bulk(keys)
    return [Name(key, rows[key].name, rows[key].get_absolute_url()) for key in keys if key in rows]


# What returns the names of ids, without those that readers do not see.
NAMES: Mapping[Dimension, Any] = {
    Dimension.ASSERTS: _claimants,
    Dimension.PASSES_ON: _claimants,
    Dimension.TOPIC: _topics,
}


def _named() -> dict[Dimension, QuerySet | None]:
    """Return, for each dimension, who has which claim; None for months, where nobody has any."""
    # By way of the appearances, as visible as which an attribution is: asked for the attributions, SQLite makes a list
    # of all appearances first.
    said = (
        Appearance.objects.visible_to(None)
        .filter(attributions__claimant__isnull=False)
        .order_by()
        .annotate(
            name=Coalesce("attributions__claimant__merged_into_id", "attributions__claimant_id"),
            root=Coalesce("claim__merged_into_id", "claim_id"),
        )
        .values("name", "root")
        .distinct()
    )
    # Whom nobody stands behind asserts it; all before only pass it on.
    behind = Attribution.objects.filter(
        appearance=OuterRef("pk"), position__gt=OuterRef("attributions__position")
    )
    made = (
        Appearance.objects.visible_to(None)
        .order_by()
        .annotate(
            name=F("article_version__article__publisher"),
            root=Coalesce("claim__merged_into_id", "claim_id"),
        )
        .values("name", "root")
        .distinct()
    )
    about = (
        # The headings of a merged claim are not its survivor's: whoever merged them chose those.
        Claim.objects.visible_to(None)
        .standing()
        .filter(topics__isnull=False)
        .order_by()
        .annotate(name=F("topics"), root=F("pk"))
        .values("name", "root")
        .distinct()
    )
    return {
        Dimension.ASSERTS: said.alias(is_cited=Exists(behind)).filter(is_cited=False),
        Dimension.PASSES_ON: said.alias(is_cited=Exists(behind)).filter(is_cited=True),
        Dimension.OUTLET: made,
        Dimension.TOPIC: about,
        Dimension.MONTH: None,
    }


def _standing() -> QuerySet:
    """Return the claims that readers see, each with the month in which it came on record."""
    # As text: both engines write a moment of UTC that way, and none has to be taken apart for it.
    month = Substr(Cast("created_at", TextField()), 1, 7)
    return (
        Claim.objects.visible_to(None)
        .standing()
        .order_by()
        .annotate(root=F("pk"), month=month)
        .values("root", "status", "month")
    )


def _rated() -> QuerySet:
    """Return the classes of the verdicts that readers see today; a claim has one at most."""
    return (
        Verdict.objects.visible_to(None)
        .seen_today()
        .order_by()
        .annotate(root=Coalesce("claim__merged_into_id", "claim_id"), class_=F("rating__machine_class"))
        .values("root", "class_")
    )


def _counted(named: dict[Dimension, QuerySet | None]) -> dict[Dimension, list[tuple[Any, ...]]]:
    """Return (name, month, standing, claims) of the names with the most claims, these first; '' is no name."""
    parts: dict[str, QuerySet] = {"standing": _standing(), "rated": _rated()}
    parts |= {f"named_{of}": rows for of, rows in named.items() if rows is not None}
    using = parts["standing"].db
    sets: list[str] = []
    parameters: list[Any] = []
    for part, rows in parts.items():
        sql, given = rows.query.get_compiler(using).as_sql()
        sets.append(f"{part} AS ({sql})")
        parameters += given
    sets.append(STOOD)
    for of, names in named.items():
        sets += [(BY_MONTH if names is None else BY_NAME).format(of=of), MOST.format(of=of)]
        parameters.append(MOST_NAMES)
    questions = " UNION ALL ".join(QUESTION.format(of=of) for of in named)
    found: dict[Dimension, list[tuple[Any, ...]]] = {of: [] for of in named}
    # Put together from our own names; every value is a parameter.
    with connections[using].cursor() as cursor:
        cursor.execute(f"WITH {', '.join(sets)} {questions}", parameters)
        for of, name, month, stands, claims, most in cursor.fetchall():
            key = int(name) if Dimension(of) in NUMBERED else name
            found[Dimension(of)].append((most, key, month, stands, claims))
    return {
        of: [row[1:] for row in sorted(counts, key=lambda row: (-row[0], *row[1:3]))]
        for of, counts in found.items()
    }
