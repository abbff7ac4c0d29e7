"""What a list can be narrowed down by, and how many of its rows each choice would leave.

To count a whole record for each reader would cost the more the longer the record is. So one statement counts among the
newest rows that fit, at most `SAMPLE` of them: where fewer fit, its numbers are exact; where more do, each is what
there are at least, and is shown so ("340+"). Nothing above 1,000 is told apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.formats import number_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from articles.formats.direction import closed
from articles.models.counting import TOLD, numbers
from articles.views.parameters import BadParameter, Parameters, shown

# Among how many rows it is counted.
SAMPLE = 1_000
# How many choices of one facet are shown at once, and how many at all.
SOME, MOST = 10, 100

# What hangs on the rows: (ids of rows, as something for `__in`; the viewer) → rows of (value, number), as one queryset
# or several. The numbers of each value are added up.
Hanging = Callable[[Any, Any], QuerySet | Sequence[QuerySet]]


@dataclass(frozen=True)
class Facet:
    """One thing by which a list can be narrowed down.

    `name` is the parameter in the address. `title` stands over the choices, and `phrase` is how the sentence above the
    list says that one was made, with %(value)s in it, or a mapping from values to whole phrases. Counted is either a
    `column` (an expression on the row itself) or what hangs on it (`hanging`). `labels` gives words to values: a
    mapping of all that are allowed, or a function (values, viewer) → mapping of those that are there; without it a
    value is text of the record and speaks for itself.
    """

    name: str
    title: Any
    phrase: Any
    narrow: Callable[[Any, str, Any], Any]
    column: Any = None
    hanging: Hanging | None = None
    labels: Mapping[str, Any] | Callable[[list[str], Any], Mapping[str, Any]] | None = None
    # Whether the values are words of ours, or of the record: a browser is told of these how to lay them out.
    is_ours: bool = True
    # In the order of `labels`, not by number.
    keeps_order: bool = False
    # Whether a value is the number of a row.
    by_number: bool = False
    # The name of a page with all values, where there is one.
    index: str = ""


@dataclass(frozen=True)
class Choice:
    """One value of a facet: what it is called, how many rows it leaves (words, may be empty), where it leads."""

    label: str
    count: str
    address: str
    is_current: bool


@dataclass(frozen=True)
class Group:
    """The choices of one facet, as the page shows them; `without` leads to the list without this condition."""

    facet: Facet
    choices: list[Choice]
    without: str
    value: str
    chosen: str

    @property
    def first(self) -> list[Choice]:
        return self.choices[:SOME]

    @property
    def further(self) -> list[Choice]:
        return self.choices[SOME:]

    @property
    def phrase(self) -> str:
        if isinstance(self.facet.phrase, Mapping):
            return str(self.facet.phrase[self.value])
        value = self.chosen if self.facet.is_ours else isolated(self.chosen)
        return str(self.facet.phrase) % {"value": value}


@dataclass(frozen=True)
class Tally:
    """How many rows there are in a sample, and how many of each value; `is_whole` says that nothing was left out."""

    total: int
    values: dict[str, dict[str, int]]

    @property
    def is_whole(self) -> bool:
        return self.total <= SAMPLE

    def is_whole_of(self, name: str) -> bool:
        """Say whether nothing of the set of this name was left out."""
        return self.values.get("", {}).get(name, self.total) <= SAMPLE

    def words(self, count: int, is_whole: bool | None = None) -> str:
        """Return a number as a reader reads it: "12", "12+" where there may be more, "1,000+"."""
        whole = self.is_whole if is_whole is None else is_whole
        if count > TOLD or (count == TOLD and not whole):
            return _("%(number)s+") % {"number": _number(TOLD)}
        return _number(count) if whole else _("%(number)s+") % {"number": _number(count)}


@dataclass(frozen=True)
class Browsed:
    """A list as it was asked for: its rows, narrowed down, and what else could be asked."""

    rows: Any
    groups: list[Group]
    total: int
    tally: Tally
    # Whatever else narrows the list: (phrase, address without it).
    besides: list[tuple[str, str]] = field(default_factory=list)

    @cached_property
    def count(self) -> str:
        return self.tally.words(self.total)

    @property
    def sample(self) -> str:
        return _number(SAMPLE)

    @property
    def is_sampled(self) -> bool:
        return not self.tally.is_whole

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """What was chosen: (phrase, address of the list without it)."""
        return [(group.phrase, group.without) for group in self.groups if group.chosen] + self.besides

    @property
    def conditions(self) -> str:
        """All that was chosen, as a sentence has it: "rated Contradicted, about Housing"."""
        return ", ".join(phrase for phrase, _address in self.chosen)


def lengths(rows: Mapping[int, QuerySet]) -> dict[int, str]:
    """Return how many rows each of these sets has, in words, by one statement; above 1,000 none is counted further."""
    return {key: told(number) for key, number in numbers(rows).items()}


def told(count: int) -> str:
    """Return a number as a row of a list tells it: "12", or "1,000+" for all that is more."""
    return Tally(count, {}).words(count)


def _number(count: int) -> str:
    return number_format(count, force_grouping=True)


def isolated(words: str) -> str:
    """Return words of the record between the characters that keep their direction from the sentence they stand in."""
    return f"\u2068{closed(words)}\u2069"


def browse(
    rows: Any,
    facets: Iterable[Facet],
    parameters: Parameters,
    user: Any,
    besides: Iterable[tuple[str, str]] = (),
) -> Browsed:
    """Narrow a list down by what its address says, and count what each other choice would leave.

    Costs one statement, and one for each facet whose labels are rows. Raises BadParameter for a value that is none.
    """
    facets = list(facets)
    asked = {facet.name: value for facet in facets if (value := _asked(facet, parameters))}
    wholes = {"": _narrowed(rows, facets, asked, user)}
    for name in asked:
        wholes[name] = _narrowed(rows, facets, {key: one for key, one in asked.items() if key != name}, user)
    tally = count(wholes, [(one.name, one.name if one.name in asked else "", one) for one in facets], user)
    groups = [_group(facet, asked, tally, parameters, user) for facet in facets]
    return Browsed(wholes[""], [one for one in groups if one.choices], tally.total, tally, list(besides))


def narrowed_by(
    rows: Any, facets: Iterable[Facet], parameters: Parameters, user: Any
) -> tuple[Any, list[str]]:
    """Narrow a list down by what its address says, as `browse` does, and count nothing: for what is no page.

    Returns the rows and what was chosen, in phrases. Raises BadParameter for a value that is none.
    """
    phrases = []
    for facet in facets:
        value = _asked(facet, parameters)
        if value:
            group = _group(facet, {facet.name: value}, Tally(0, {}), parameters, user)
            rows = facet.narrow(rows, value, user)
            phrases.append(group.phrase)
    return rows, phrases


def _asked(facet: Facet, parameters: Parameters) -> str:
    if facet.by_number:
        number = parameters.number(facet.name)
        return str(number) if number else ""
    if isinstance(facet.labels, Mapping):
        return parameters.choice(facet.name, facet.labels)
    return parameters.text(facet.name)


def _narrowed(rows: Any, facets: Iterable[Facet], asked: Mapping[str, str], user: Any) -> Any:
    for facet in facets:
        if facet.name in asked:
            rows = facet.narrow(rows, asked[facet.name], user)
    return rows


def _group(facet: Facet, asked: Mapping[str, str], tally: Tally, parameters: Parameters, user: Any) -> Group:
    counted = tally.values.get(facet.name, {})
    mine = asked.get(facet.name, "")
    values = list(counted)
    if mine and mine not in counted:
        values.insert(0, mine)
    labels: Mapping[str, Any]
    if facet.labels is None:
        labels = {value: value for value in values}
    else:
        labels = facet.labels(values, user) if callable(facet.labels) else facet.labels
    if mine and mine not in labels:
        raise BadParameter(
            _("%(name)s is %(value)s; this list has nothing of that kind.")
            % {"name": facet.name, "value": shown(mine)}
        )
    if facet.keeps_order:
        values = [value for value in labels if value in counted or value == mine]
    # Among rows that were narrowed by the others only, there may be more than the list itself has.
    whole = tally.is_whole_of(facet.name)
    choices = [
        Choice(
            label=str(labels[value]),
            count=tally.words(counted.get(value, 0), whole),
            address=parameters.link(**{facet.name: None if value == mine else value, "after": None}),
            is_current=value == mine,
        )
        for value in values
        if value in labels
    ]
    return Group(
        facet=facet,
        choices=choices,
        without=parameters.link(**{facet.name: None, "after": None}) if mine else "",
        value=mine,
        chosen=str(labels[mine]) if mine else "",
    )


def count(wholes: Mapping[str, Any], asked: Iterable[tuple[str, str, Facet]], user: Any) -> Tally:
    """Count, in one statement, how often each value is there.

    `wholes` are querysets by name, each looked at as far as its newest `SAMPLE` rows; "" is the list itself. `asked`
    are (key of the answer, name of the whole it is asked of, facet). In `Tally.values`, beside the keys, "" says how
    many rows each named whole has, up to one more than the sample.
    """
    asked = list(asked)
    rows = wholes[""]
    # Django's own SQL, put together with names that are numbered here or stand in the source.
    # ruff: noqa: S608, S611
    connection = connections[rows.db]
    parts: list[str] = []
    given: list[Any] = []

    def put(name: str, columns: Iterable[str], queries: Iterable[QuerySet]) -> None:
        compiled = [query.query.get_compiler(using=rows.db, elide_empty=False).as_sql() for query in queries]
        # Slices and unions stand in brackets of their own where an engine allows them: as tables.
        sql = " UNION ALL ".join(f"SELECT * FROM ({one}) AS t" for one, _given in compiled)
        parts.append(f"{name} ({', '.join(columns)}) AS ({sql})")
        for _sql, some in compiled:
            given.extend(some)

    places = {name: at for at, name in enumerate(wholes)}
    for name, at in places.items():
        columns = [facet for _key, whole, facet in asked if whole == name and facet.column is not None]
        newest = wholes[name].order_by("-pk").values_list("pk", *(facet.column for facet in columns))
        put(f"w{at}", ["id", *(f"v_{facet.name}" for facet in columns)], [newest[: SAMPLE + 1]])
    answers = [f"SELECT '' AS k, CAST({at} AS text) AS v, COUNT(*) AS n FROM w{at}" for at in places.values()]
    for at, (_key, whole, facet) in enumerate(asked):
        table = f"w{places[whole]}"
        if facet.column is not None:
            parts.append(f"f{at} (v, n) AS (SELECT v_{facet.name}, 1 FROM {table})")
        else:
            assert facet.hanging is not None
            hanging = facet.hanging(RawSQL(f"SELECT id FROM {table}", []), user)
            put(f"f{at}", ["v", "n"], [hanging] if isinstance(hanging, QuerySet) else hanging)
        answers.append(
            f"SELECT '{at}', CAST(v AS text), n FROM (SELECT v, SUM(n) AS n FROM f{at} WHERE v IS NOT NULL "
            f"GROUP BY v HAVING SUM(n) > 0 ORDER BY n DESC, v LIMIT {MOST}) AS a{at}"
        )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {' UNION ALL '.join(answers)}", given)
        found = cursor.fetchall()
    names = list(wholes)
    values: dict[str, dict[str, int]] = {"": {}, **{key: {} for key, _whole, _facet in asked}}
    for key, value, number in found:
        if key == "":
            values[""][names[int(value)]] = int(number)
        else:
            values[asked[int(key)][0]][value] = int(number)
    return Tally(values[""][""], values)
