"""The sources around one: what it comes from, what repeats it, what it is part of, walked step by step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Exists, OuterRef

from articles.graph import Graph
from articles.graph.reaching import Reaching
from articles.models import Derivation, Source
from articles.models.recorded import at_desk, deeper
from articles.views.genealogy import Drawing, Edge, draw
from articles.vocabulary import DerivationBasis

# How many sources are drawn, in all and of those equally near; how many steps away they are looked for, and how many
# ties are read at each step.
DRAWN, AT_A_STEP, STEPS, TIES = 25, 10, 4, 200
# So many sources are loaded at once, the nearest ones, since a tie may lead to one that is not drawn; a family that has
# more so near is looked for step by step.
AT_ONCE = 100


@dataclass(frozen=True)
class Family:
    """A source and those it is tied to, the nearest ones drawn.

    `more` of those we know of found no room; `is_whole` says whether there can be others still. `repeating` sources
    derive from others, and all of them together from `origins` that derive from nothing on record.
    """

    sources: dict[int, Source]
    drawing: Drawing
    more: int
    is_whole: bool
    repeating: int
    origins: int

    def __bool__(self) -> bool:
        return len(self.sources) > 1

    @property
    def ties(self) -> set[str]:
        """The ties that are drawn, for the key to them."""
        return {line.edge.tie for line in self.drawing.lines}

    @property
    def boxes(self) -> Iterable[tuple[Any, Source]]:
        return [(box, self.sources[box.id]) for box in self.drawing.boxes]


def ties_of(source: Any, user: Any) -> dict[str, Any]:
    """Return the ties of a source to others, as sets of a graph: what it derives from and what derives from it, what it
    is a part of, and its parts. Merged sources count as their survivor; `source` is a row, or an `OuterRef`."""
    # By their ids, so that a database begins with these few and not with all there are.
    among = Source.objects.one_with(source).values("pk")
    derived = Derivation.objects.visible_to(user).order_by("pk")
    ends = ("pk", "origin_id", "origin__merged_into_id", "source_id", "source__merged_into_id", "basis")
    # A set each: joined by OR, PostgreSQL would look through all sources in their order.
    wholes = Source.objects.visible_to(user).filter(pk=OuterRef("part_of"))
    rows = Source.objects.visible_to(user).standing().filter(Exists(wholes)).order_by("pk")
    whole_and_part = ("part_of_id", "part_of__merged_into_id", "pk")
    return {
        "derived_from": derived.filter(source__in=among).values_list(*ends)[: TIES + 1],
        "derived": derived.filter(origin__in=among).values_list(*ends)[: TIES + 1],
        "in_whole": rows.filter(pk=getattr(source, "pk", source)).values_list(*whole_and_part)[: TIES + 1],
        "parts_of_it": rows.filter(
            pk__in=parts_of(Source.objects.one_with(deeper(source)).values("pk"))
        ).values_list(*whole_and_part)[: TIES + 1],
    }


# Sources as they are drawn, each with its ties.
NEAR = Graph(
    lambda user: Source.objects.only("pk", "title", "kind", "visibility", "merged_into").annotate(
        is_seen=Exists(Source.objects.visible_to(user).filter(pk=OuterRef("pk")))
    ),
    lambda user, source: ties_of(source, user),
)


@cache
def _around() -> Reaching:
    """Return what loads the next sources, and those around them as far as families are drawn, whoever sees which."""
    source, derivation = (f'"{model._meta.db_table}"' for model in (Source, Derivation))
    leads = (
        f"JOIN {source} own ON own.id = reached.id OR own.merged_into_id = reached.id "  # noqa: S608 (names of tables)
        f"JOIN {source} far ON {{among}}"
        f"SELECT origin_id FROM {derivation} WHERE source_id = own.id"
        f" UNION ALL SELECT source_id FROM {derivation} WHERE origin_id = own.id"
        f" UNION ALL SELECT own.part_of_id"
        f" UNION ALL SELECT part.id FROM {source} part WHERE part.part_of_id = own.id{{end}}"
    )
    survivor = "COALESCE(far.merged_into_id, far.id)"
    return Reaching(NEAR.gathered(), leads, survivor, steps=STEPS - 1, most=AT_ONCE)


def family_of(found: Source, user: Any) -> Family:
    """Return the family of a source as far as the viewer may see it; its ties are asked for where `found` is not shown
    with them. One statement for all four steps away from it, as readers see it; one for each that leads to very many
    sources, and at the desk."""
    if not hasattr(found, "shown"):
        found = NEAR.find_for(found.pk, user)
    sources, rows = {found.pk: found}, list[Any]([found])
    near, beyond = [found.pk], set()
    edges: dict[tuple[int, int, str], Edge] = {}
    known: dict[int, Any] = {}
    step, whole = near, True
    for _ in range(STEPS):
        ties, more = _ties(rows)
        whole = whole and not more
        step = []
        # What it comes from is drawn before what repeats it.
        for edge in sorted(ties, key=lambda edge: edge.earlier in near):
            edges.setdefault((edge.earlier, edge.later, edge.tie), edge)
            for one in (edge.earlier, edge.later):
                if one in near or one in step or one in beyond:
                    continue
                if len(step) < AT_A_STEP and len(near) + len(step) < DRAWN:
                    step.append(one)
                else:
                    beyond.add(one)
        near += step
        if not step:
            break
        if not known and not at_desk(user):
            known = {one.pk: one for one in _around().find(step)}
        further = [pk for pk in step if pk not in known]
        rows = [known[pk] for pk in step if pk in known] + NEAR.find_many(further, user)
        sources |= {one.pk: one for one in rows if one.is_seen}
    # What stands at the last step, or was not drawn, may be tied to others, which nobody has looked for.
    whole = whole and not step and not beyond
    kept = _one_tie(edges.values())
    repeating = {edge.later for edge in kept if edge.tie != "part"}
    origins = {edge.earlier for edge in kept if edge.tie != "part"} - repeating
    return Family(
        sources=sources,
        drawing=draw({pk: one.title for pk, one in sources.items()}, kept),
        more=len(beyond),
        is_whole=whole,
        repeating=len(repeating),
        origins=len(origins),
    )


def _ties(rows: list[Any]) -> tuple[list[Edge], bool]:
    """Return the ties of these sources to others, and whether there are more than are read."""
    derived = sorted({tie for row in rows for tie in (*row.shown.derived_from, *row.shown.derived)})
    edges = [
        Edge(of or origin, into or source, "inferred" if basis == DerivationBasis.INFERRED else "stated")
        for _, origin, of, source, into, basis in derived[: TIES + 1]
    ]
    parts = sorted(
        {tie for row in rows for tie in (*row.shown.in_whole, *row.shown.parts_of_it)},
        key=lambda tie: tie[-1],
    )
    edges_of_parts = [Edge(of or whole, part, "part") for whole, of, part in parts[: TIES + 1]]
    more = len(edges) > TIES or len(edges_of_parts) > TIES
    return [one for one in (*edges, *edges_of_parts) if one.earlier != one.later], more


def parts_of(ids: Any) -> Any:
    """Return the ids of the parts of these sources, as a query; `ids` may be one too.

    A set of its own: of an index that is nearly all NULL, SQLite believes that each look into it finds thousands of
    rows, and would rather read the whole table in order.
    """
    return Source.objects.filter(part_of__in=ids).order_by().values("pk")


def _one_tie(edges: Iterable[Edge]) -> list[Edge]:
    """Where merging made one derivation of two, stated counts before inferred."""
    edges = list(edges)
    stated = {(edge.earlier, edge.later) for edge in edges if edge.tie == "stated"}
    return [edge for edge in edges if edge.tie != "inferred" or (edge.earlier, edge.later) not in stated]
