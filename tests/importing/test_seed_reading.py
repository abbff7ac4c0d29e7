"""Both sample texts, read by program, against what people found in them: offsets only."""

from __future__ import annotations

from itertools import chain

import pytest
from django.conf import settings

from articles.importing.layout import lay_out
from articles.importing.layout.header import read_header
from articles.importing.manifest import read_manifest
from articles.importing.sentences.clauses import clauses
from articles.importing.sentences.splitting import split
from articles.importing.text import read_text
from articles.vocabulary import TELLING_ROLES, BlockRole

A = "000_a7328bbeb998593a"
B = "003_83fdf76cc6024f85"

#: Where each sentence begins and ends; the number is that of its key.
SENTENCES: dict[str, dict[int, tuple[int, int]]] = {
    A: {
        1: (17, 126),
        2: (127, 305),
        3: (306, 439),
        4: (440, 549),
        5: (550, 642),
        6: (643, 682),
        7: (683, 790),
        8: (792, 947),
        9: (948, 1104),
        10: (1105, 1299),
        11: (1300, 1449),
        12: (1450, 1688),
        13: (1689, 1867),
        14: (1868, 2031),
        15: (2032, 2185),
        16: (2186, 2273),
        17: (2274, 2361),
        18: (2362, 2424),
        19: (2425, 2587),
        21: (2601, 2732),
        22: (2733, 2934),
        23: (2935, 3028),
        24: (3029, 3153),
        25: (3154, 3264),
        26: (3265, 3373),
        27: (3374, 3459),
        28: (3460, 3518),
    },
    B: {
        1: (55, 165),
        2: (166, 260),
        3: (262, 514),
        4: (516, 541),
        5: (542, 660),
        6: (661, 778),
        7: (779, 944),
        8: (945, 1007),
        9: (1009, 1083),
        10: (1084, 1140),
        11: (1141, 1198),
        12: (1199, 1291),
        13: (1293, 1456),
        16: (1535, 1696),
        17: (1697, 1868),
        18: (1870, 1976),
        19: (1977, 2030),
        20: (2031, 2070),
        23: (2123, 2278),
        24: (2279, 2348),
        25: (2350, 2495),
        26: (2496, 2524),
        27: (2525, 2554),
        28: (2555, 2892),
        29: (2893, 2926),
        31: (2950, 3127),
        32: (3129, 3303),
        33: (3304, 3559),
        34: (3561, 3656),
        35: (3657, 3712),
        38: (3788, 3955),
        39: (3956, 3997),
        40: (3998, 4029),
        41: (4030, 4061),
        42: (4062, 4141),
        43: (4143, 4236),
        44: (4237, 4308),
        45: (4309, 4502),
        46: (4503, 4698),
        47: (4699, 4822),
        48: (4823, 4959),
        50: (4994, 5184),
        51: (5185, 5248),
        52: (5250, 5342),
        53: (5343, 5484),
        54: (5485, 5525),
        55: (5526, 5630),
        56: (5631, 5816),
        59: (5892, 6014),
        60: (6015, 6133),
        61: (6134, 6241),
        62: (6243, 6430),
        63: (6431, 6519),
        64: (6520, 6657),
        65: (6658, 6755),
        66: (6756, 6903),
        67: (6904, 6915),
        69: (6942, 6992),
    },
}

#: What is no sentence of the author, and the one quotation without marks.
BLOCKS: dict[str, list[tuple[str, int, int, BlockRole]]] = {
    A: [
        ("A00", 0, 16, BlockRole.METADATA),
        ("A08-A19", 792, 2587, BlockRole.QUOTATION),
        ("A20", 2589, 2599, BlockRole.ATTRIBUTION_LABEL),
    ],
    B: [
        ("B00", 0, 52, BlockRole.TITLE),
        ("B14", 1458, 1484, BlockRole.IMAGE_SLUG),
        ("B15", 1485, 1533, BlockRole.CREDIT),
        ("B21", 2072, 2103, BlockRole.EMBED),
        ("B22", 2105, 2121, BlockRole.LINK_TEXT),
        ("B30", 2928, 2949, BlockRole.IMAGE_SLUG),
        ("B31", 2950, 3127, BlockRole.CAPTION),
        ("B36", 3713, 3723, BlockRole.LINK_TEXT),
        ("B37", 3725, 3786, BlockRole.HEADING),
        ("B49", 4961, 4992, BlockRole.FOOTNOTE),
        ("B57", 5818, 5840, BlockRole.IMAGE_SLUG),
        ("B58", 5841, 5890, BlockRole.CREDIT),
        ("B68", 6917, 6941, BlockRole.IMAGE_SLUG),
        ("B69", 6942, 6992, BlockRole.CAPTION),
        ("B70", 6994, 7024, BlockRole.PROVENANCE),
        ("B71", 7028, 7039, BlockRole.LINK_TEXT),
        ("B72", 7041, 7057, BlockRole.BOILERPLATE),
        ("B73", 7059, 7072, BlockRole.BOILERPLATE),
    ],
}

#: Sentences that make several claims.
COMPOUND: dict[str, list[int]] = {A: [2, 3, 15], B: [25, 28, 31, 33, 34]}

both = pytest.mark.parametrize("name", [A, B])


def _text(name: str) -> str:
    return read_text((settings.BASE_DIR / "seeds" / f"{name}.txt").read_bytes()).text


def _told(text: str) -> list[tuple[int, int]]:
    told = [split(text, block.start, block.end) for block in lay_out(text) if block.role in TELLING_ROLES]
    return [tuple(span) for span in chain.from_iterable(told)]


@both
def test_every_sentence_of_the_samples_is_found(name: str) -> None:
    text = _text(name)

    assert _told(text) == [(start, end) for start, end in SENTENCES[name].values()]


@both
def test_every_other_line_of_the_samples_has_its_role(name: str) -> None:
    found = [
        (block.start, block.end, block.role)
        for block in lay_out(_text(name))
        if block.role is not BlockRole.PARAGRAPH
    ]

    assert found == [(start, end, role) for _, start, end, role in BLOCKS[name]]


def test_the_quotation_without_marks_is_given_to_the_label_under_it() -> None:
    text = _text(A)
    quotation = next(block for block in lay_out(text) if block.role is BlockRole.QUOTATION)

    assert quotation.said_by is not None
    assert quotation.said_by.of(text) == "WSJ"


@both
def test_the_blocks_of_the_manifest_are_found_without_it(name: str) -> None:
    text = _text(name)
    manifest = read_manifest((settings.BASE_DIR / "seeds" / f"{name}.yaml").read_bytes(), f"{name}.yaml")
    found = {(block.start, block.end, block.role) for block in lay_out(text)}
    for block in manifest.blocks:
        start = text.index(block.quote, block.start or 0)
        assert (start, start + len(block.quote), block.role) in found, block.key


@both
def test_compound_sentences_fall_into_their_claims(name: str) -> None:
    text = _text(name)
    parts = {number: clauses(text, *SENTENCES[name][number]) for number in COMPOUND[name]}

    assert {number for number, found in parts.items() if len(found) >= 2} == set(COMPOUND[name])


def test_what_the_headers_say_is_read_and_nothing_more() -> None:
    text = _text(A)
    header = read_header(text, lay_out(text))
    assert header.title is None
    assert header.byline is None
    assert header.date is not None
    assert header.date.earliest is not None
    assert header.date.earliest == header.date.latest
    assert header.date.earliest.isoformat() == "2024-10-25"
    assert "crawler" in header.date.basis

    text = _text(B)
    header = read_header(text, lay_out(text))
    assert header.title is not None
    assert tuple(header.title) == (0, 52)
    assert (header.byline, header.date) == (None, None)
