"""What the bench found, in words: a table, a plot, and what has changed since a past result. Pure functions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from tests.bench import export

# What the issue asks of each request: the share of the floor, and times the naive peer.
BARS = {
    ("detail", "ours, made"): (0.30, 30),
    ("page", "ours, made"): (0.15, None),
    ("page", "ours, kept"): (0.90, None),
    ("page 304", "ours, kept"): (0.95, None),
    # Of answers made anew and of rows that are kept: which of the two the issue means it does not say.
    ("list of 50 with filter", "ours, made"): (0.40, 50),
    ("list of 50 with filter", "ours, kept"): (0.40, 50),
    ("10,000th page by keyset", "ours, made"): (0.40, None),
    ("10,000th page by keyset", "ours, kept"): (0.40, None),
    ("search, two common words", "ours, made"): (0.60, 100),
    ("search, two common words", "ours, kept"): (0.60, 100),
    ("search, a rare word", "ours, made"): (0.60, 100),
    ("search, a rare word", "ours, kept"): (0.60, 100),
}
# Milliseconds that a kind of question may take at a million claims.
SEARCH_BARS = {
    "two common words": 50, "a rare word": 10, "only stop words": 1000, "200 common words": 1000,
    "10,000 characters": 1000,
}  # fmt: skip
COLOURS = {"floor": "#6b6b6b", "ours, made": "#1f5f8b", "ours, kept": "#3f9b6d", "naive": "#b4552d"}
# A change in a ratio that one run against another of the same code shows now and then.
NOISE = 0.10


def read(path: Path) -> dict[str, Any]:
    """Return a past result. SystemExit with a sentence where the file is none."""
    try:
        found = json.loads(path.read_text())
        for engine in found["engines"]:
            ratios(engine)
        _heading(found)
    except OSError as trouble:
        raise SystemExit(f"{path} cannot be read: {trouble.strerror}.") from trouble
    except (ValueError, LookupError, TypeError) as trouble:
        raise SystemExit(
            f"{path} is not a result of the bench: name a .json of build/bench/results."
        ) from trouble
    return found


def write(place: Path, result: dict[str, Any], past: dict[str, Any] | None) -> None:
    """Write a result beside itself as .json, .md and .svg."""
    place.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n")
    parts = [table(result), *([comparison(result, past)] if past else [])]
    place.with_suffix(".md").write_text("\n".join(parts))
    place.with_suffix(".svg").write_text(plot(result))


def ratios(engine: dict[str, Any]) -> dict[tuple[str, str], tuple[float, float | None]]:
    """Return, for each request and peer, its answers per second as a share of the floor's and times the naive peer's.

    An answer of 304 or from store stands beside the floor's whole answer.
    """
    speed = {(row["request"], row["peer"]): row["per_second"] for row in engine["requests"]}
    found = {}
    for (request, peer), per_second in speed.items():
        whole = request.removesuffix(" 304")
        naive = speed.get((whole, "naive"))
        found[request, peer] = (
            per_second / max(speed[whole, "floor"], 1e-9), per_second / naive if naive else None
        )  # fmt: skip
    return found


def table(result: dict[str, Any]) -> str:
    machine = result["machine"]
    lines = [
        f"# {result['claims']:,} claims, {result['at'][:10]}",
        "",
        f"{machine['cores']} cores ({machine['processor']}) for servers, database and load together; Python "
        f"{machine['python']}, Django {machine['django']}, granian {machine['granian']} with two processes each; "
        f"commit {machine['commit']}. Medians of {result['rounds']} interleaved rounds of {result['seconds']:g} s.",
    ]
    for engine in result["engines"]:
        share = ratios(engine)
        lines += ["", f"## {engine['engine']}", ""]
        lines += _rows(
            ("request", "peer", "req/s", "of the floor", "× naive", "bar", "p50 ms", "p99 ms", "CPU ms server",
             "CPU ms database", "SQL", "bytes", "memory MiB", "foreign load", "errors"),
            (
                (
                    row["request"], row["peer"], _speed(row["per_second"]),
                    f"{share[row['request'], row['peer']][0]:.2f}",
                    _times(share[row["request"], row["peer"]][1]),
                    _bar(BARS.get((row["request"], row["peer"])), share[row["request"], row["peer"]]),
                    f"{row['p50']:.2f}", f"{row['p99']:.1f}", f"{row['cpu_server']:.2f}", f"{row['cpu_database']:.2f}",
                    "–" if row["sql"] is None else str(row["sql"]), f"{row['bytes']:,.0f}", f"{row['memory']:.0f}",
                    f"{row['foreign']:.0%}", str(row["errors"]),
                )
                for row in sorted(engine["requests"], key=lambda row: row["request"])
            ),
        )  # fmt: skip
        if engine.get("exports"):
            lines += [
                "",
                "Exports, read as fast as they come; the naive peer to a two-hundredth of the rows:",
                "",
            ]
            lines += _rows(export.HEAD, export.table(engine["exports"]))
        if not engine["search"]:
            continue
        lines += ["", "Search, in one process, milliseconds; its floor is the statements alone:", ""]
        lines += _rows(
            ("typed", "ours", "floor", "naive", "bar"),
            (
                (
                    name, f"{row['ours']:.1f}", f"{row['floor']:.1f}",
                    f"{row['naive']:,.0f}" if "naive" in row else "–",
                    _limit(SEARCH_BARS.get(name), row["ours"]) if result["claims"] >= 1_000_000 else "",
                )
                for name, row in engine["search"].items()
            ),
        )  # fmt: skip
    return "\n".join([*lines, ""])


def comparison(result: dict[str, Any], past: dict[str, Any]) -> str:
    """Return how the ratios to the floor have moved since a past result: the machine may have been another."""
    lines = [
        "", _heading(past), "",
    ]  # fmt: skip
    if past["size"] != result["size"]:
        lines += [f"That was the {past['size']} size: its databases were not these.", ""]
    before = {engine["engine"].split()[0]: ratios(engine) for engine in past["engines"]}
    rows = []
    for engine in result["engines"]:
        name = engine["engine"].split()[0]
        for key, (now, _) in ratios(engine).items():
            then = before.get(name, {}).get(key)
            if then is None or key[1] == "floor":
                continue
            moved = now / then[0] - 1
            word = "" if abs(moved) < NOISE else "faster" if moved > 0 else "slower"
            rows.append((name, *key, f"{then[0]:.3f}", f"{now:.3f}", f"{moved:+.0%}", word))
    lines += _rows(
        ("engine", "request", "peer", "of the floor then", "now", "change", f"beyond {NOISE:.0%}"), rows
    )
    return "\n".join([*lines, ""])


def _heading(past: dict[str, Any]) -> str:
    return f"## Since {past['at'][:10]} ({past['machine']['commit']}), {past['size']}"


def _rows(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Return a table that reads well as it stands and as Markdown."""
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]

    def line(row: list[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"

    return [
        line(cells[0]),
        "|" + "|".join("-" * (width + 2) for width in widths) + "|",
        *map(line, cells[1:]),
    ]


def _speed(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def _times(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _bar(bar: tuple[float, float | None] | None, reached: tuple[float, float | None]) -> str:
    if bar is None:
        return ""
    share, times = bar
    wanted = f"≥ {share:.2f}" + (f", ≥ {times:g} ×" if times else "")
    met = reached[0] >= share and (times is None or (reached[1] or 0) >= times)
    return f"{wanted} {'met' if met else 'SHORT'}"


def _limit(bar: float | None, reached: float) -> str:
    return "" if bar is None else f"< {bar:g} {'met' if reached < bar else 'SHORT'}"


# --- The plot ---

LEFT, WIDE, STEP, TOP = 190, 560, 22, 46


def plot(result: dict[str, Any]) -> str:
    """Return a drawing: answers per second of each request and peer, as bars on a logarithmic scale."""
    bars: list[tuple[str, str, float]] = []
    for engine in result["engines"]:
        bars.append((engine["engine"], "", 0))
        bars += [
            (f"{row['request']}, {row['peer']}", row["peer"], row["per_second"])
            for row in sorted(engine["requests"], key=lambda row: row["request"])
        ]
    most = max(per_second for _, _, per_second in bars)
    top = math.ceil(math.log10(max(most, 10)))
    height = TOP + STEP * len(bars) + 30

    def across(value: float) -> float:
        return LEFT + WIDE * max(0.0, math.log10(max(value, 1))) / top

    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDE + 90} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="12">',
        f"<title>Answers per second, {result['claims']:,} claims</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="12" y="24" font-size="15" font-weight="600">Answers per second, {result["claims"]:,} claims, '
        f"{result['machine']['cores']} cores</text>",
    ]
    for power in range(top + 1):
        x = across(10**power)
        drawn.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{height - 24}" stroke="#ddd"/>')
        drawn.append(
            f'<text x="{x:.1f}" y="{height - 8}" text-anchor="middle" fill="#555">{10**power:,}</text>'
        )
    for place, (name, peer, per_second) in enumerate(bars):
        y = TOP + STEP * place
        if not peer:
            drawn.append(f'<text x="12" y="{y + 15}" font-weight="600">{escape(name)}</text>')
            continue
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
        drawn.append(
            f'<rect x="{LEFT}" y="{y + 3}" width="{across(per_second) - LEFT:.1f}" height="{STEP - 8}" '
            f'fill="{COLOURS[peer]}"/>'
        )
        drawn.append(f'<text x="{across(per_second) + 6:.1f}" y="{y + 14}">{per_second:,.0f}</text>')
    return "\n".join([*drawn, "</svg>", ""])
