"""The words of the bench: ratios, bars, comparisons, and what it says to a file that is none of its own."""

import copy
import json
from xml.etree import ElementTree

import pytest

from tests.bench import report


def row(request, peer, per_second, **more):
    figures = {
        "p50": 1.0, "p99": 2.0, "bytes": 5000.0, "errors": 0, "cpu_server": 0.4, "cpu_database": 0.1, "memory": 90.0,
        "foreign": 0.01, "best": per_second, "worst": per_second, "sql": 1,
    }  # fmt: skip
    return {"request": request, "peer": peer, "per_second": per_second, **figures, **more}


@pytest.fixture
def result():
    return {
        "at": "2026-11-21T08:00:00+00:00",
        "size": "full",
        "claims": 1_000_000,
        "rounds": 5,
        "seconds": 3,
        "machine": {
            "processor": "<EPYC>",
            "cores": 2,
            "python": "3.11.7",
            "granian": "2.8.7",
            "django": "5.2.19",
            "commit": "abc",
        },
        "engines": [
            {
                "engine": "PostgreSQL 15.18",
                "requests": [
                    row("detail", "floor", 5000.0),
                    row("detail", "ours, made", 2000.0),
                    row("detail", "naive", 50.0),
                    row("page", "floor", 4000.0),
                    row("page", "ours, made", 400.0),
                    row("page", "ours, kept", 4400.0),
                    row("page", "naive", 80.0),
                    row("page 304", "ours, kept", 8000.0),
                ],
                "search": {
                    "two common words": {"ours": 45.0, "floor": 44.0, "naive": 900.0},
                    "a rare word": {"ours": 12.0, "floor": 3.0},
                },
            }
        ],
    }


def line(text, *words):
    found = [one for one in text.splitlines() if all(f" {word} " in one for word in words)]
    assert len(found) == 1, (words, found)
    return found[0]


def test_each_answer_stands_beside_the_floor_and_the_naive_peer(result):
    share = report.ratios(result["engines"][0])
    assert share["detail", "ours, made"] == (0.4, 40)
    assert share["page", "ours, made"] == (0.1, 5)


def test_an_answer_of_304_stands_beside_the_floors_whole_page(result):
    assert report.ratios(result["engines"][0])["page 304", "ours, kept"] == (2.0, 100)


def test_the_table_says_which_bars_are_met_and_which_are_not(result):
    text = report.table(result)
    assert "≥ 0.30, ≥ 30 × met" in line(text, "detail", "ours, made")
    assert "≥ 0.15 SHORT" in line(text, "page", "ours, made")
    assert "< 50 met" in line(text, "two common words")
    assert "< 10 SHORT" in line(text, "a rare word")


def test_both_halves_of_a_bar_must_be_met(result):
    result["engines"][0]["requests"][2]["per_second"] = 100.0
    assert "SHORT" in line(report.table(result), "detail", "ours, made")


def test_lists_have_a_bar_of_each_kind(result):
    result["engines"][0]["requests"] += [
        row("list of 50 with filter", "floor", 500.0), row("list of 50 with filter", "ours, made", 250.0),
        row("list of 50 with filter", "ours, kept", 400.0), row("list of 50 with filter", "naive", 6.0),
    ]  # fmt: skip
    text = report.table(result)
    # Half of the floor, but 42 times the naive peer.
    assert "≥ 0.40, ≥ 50 × SHORT" in line(text, "list of 50 with filter", "ours, made")
    assert "≥ 0.40, ≥ 50 × met" in line(text, "list of 50 with filter", "ours, kept")


def test_less_than_ten_answers_a_second_are_told_by_their_tenths(result):
    result["engines"][0]["requests"][2]["per_second"] = 0.44
    assert " 0.4 " in line(report.table(result), "detail", "naive")


def test_at_other_sizes_search_has_no_bar(result):
    result["claims"] = 20_000
    assert "SHORT" not in line(report.table(result), "a rare word")


def test_errors_are_shown(result):
    result["engines"][0]["requests"][1]["errors"] = 7
    assert line(report.table(result), "detail", "ours, made").rstrip(" |").endswith("7")


def test_a_comparison_goes_by_the_share_of_the_floor_and_not_by_speed(result):
    """The past machine was twice as fast at everything: nothing has changed."""
    past = copy.deepcopy(result)
    for one in past["engines"][0]["requests"]:
        one["per_second"] *= 2
    text = report.comparison(result, past)
    assert "+0%" in line(text, "detail", "ours, made")
    assert "slower" not in text
    assert "faster" not in text


def test_a_comparison_says_what_became_slower_and_what_faster(result):
    past = copy.deepcopy(result)
    past["engines"][0]["requests"][1]["per_second"] = 3000.0
    past["engines"][0]["requests"][4]["per_second"] = 200.0
    text = report.comparison(result, past)
    assert "slower" in line(text, "detail", "ours, made")
    assert "faster" in line(text, "page", "ours, made")


def test_a_comparison_names_another_size(result):
    past = {**result, "size": "small"}
    assert "That was the small size" in report.comparison(result, past)


def test_a_comparison_leaves_out_what_was_not_measured_then(result):
    past = copy.deepcopy(result)
    del past["engines"][0]["requests"][4]
    assert "page       |" not in report.comparison(result, past).replace("page 304", "")


def test_the_plot_is_a_drawing_with_a_bar_for_each_answer(result):
    drawn = ElementTree.fromstring(report.plot(result))
    svg = "{http://www.w3.org/2000/svg}"
    bars = [one for one in drawn.iter(f"{svg}rect") if one.get("x")]
    assert len(bars) == len(result["engines"][0]["requests"])
    assert all(float(one.get("width")) > 0 for one in bars)


def test_a_result_is_written_as_three_files_and_read_again(result, tmp_path):
    place = tmp_path / "one"
    report.write(place, result, copy.deepcopy(result))
    assert {path.name for path in tmp_path.iterdir()} == {"one.json", "one.md", "one.svg"}
    assert report.read(tmp_path / "one.json") == result
    assert "## Since 2026-11-21 (abc), full" in (tmp_path / "one.md").read_text()


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"engines": []}', '{"engines": [{}]}', '{"engines": [{"requests": []}]}']
)
def test_a_file_that_is_no_result_is_told_by_a_sentence(tmp_path, content):
    path = tmp_path / "past.json"
    path.write_text(content)
    with pytest.raises(
        SystemExit, match=r"is not a result of the bench: name a \.json of build/bench/results"
    ):
        report.read(path)


@pytest.mark.parametrize("missing", ["at", "size", "machine"])
def test_so_is_one_that_was_cut(tmp_path, result, missing):
    del result[missing]
    path = tmp_path / "past.json"
    path.write_text(json.dumps(result))
    with pytest.raises(SystemExit, match="is not a result of the bench"):
        report.read(path)


def test_so_is_one_without_a_floor(tmp_path, result):
    del result["engines"][0]["requests"][0]
    path = tmp_path / "past.json"
    path.write_text(json.dumps(result))
    with pytest.raises(SystemExit, match="is not a result of the bench"):
        report.read(path)


def test_so_is_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SystemExit, match="cannot be read: No such file or directory"):
        report.read(tmp_path / "none.json")
