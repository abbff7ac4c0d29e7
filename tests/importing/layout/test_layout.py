from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.importing.layout import Laid, lay_out
from articles.spans import Span
from articles.vocabulary import BlockRole
from tests.pace import within

PROSE = "The bakery on Lake Street opened on Monday, and many people came to look at the new oven."
MORE = "Its owner, who learnt the trade on an island, wants to sell forty kinds of bread by the spring."

_pieces = st.sampled_from(
    [
        *(
            "\n",
            "\n\n",
            " ",
            "> ",
            "# ",
            "- ",
            "1. ",
            "| a | b |\n",
            "---\n",
            "===\n",
            "```\n",
            "a_slug_b\n",
            "[From Us]\n",
        ),
        *(
            "— Ada Roe\n",
            "By Ada Roe\n",
            "(PDF link)",
            "Read more",
            "Related articles\n",
            " date 2024-10-25 ",
            "Credit: X\n",
        ),
        *("\t", "\u00a0", "\u2028", "*(note)\n", "Short line\n", "A line that ends here.\n", PROSE, MORE),
    ]
)
any_text = st.lists(_pieces | st.text(max_size=6), max_size=25).map("".join)


def _roles(text: str) -> list[tuple[BlockRole, str]]:
    return [(block.role, text[block.start : block.end]) for block in lay_out(text)]


def _role_of(line: str) -> BlockRole:
    """The role of a line between two paragraphs."""
    text = f"{PROSE}\n\n{line}\n\n{MORE}"
    return next(block.role for block in lay_out(text) if block.start == len(PROSE) + 2)


@pytest.mark.parametrize(
    ("role", "lines"),
    [
        (
            BlockRole.METADATA,
            [
                *(
                    "Published: Oct. 25, 2024",
                    "Updated 3:15 PM ET, Fri October 25, 2024",
                    "Friday, October 25, 2024",
                ),
                *(
                    "2024-10-25T14:05:00Z",
                    "25.10.2024",
                    "Last updated 2 hours ago",
                    "3 min read",
                    "Tags: bread, ovens",
                ),
                *("7:45 p.m.", "SPRINGFIELD, Ill. (AP) —", "Posted on 25 October 2024 at 14:05"),
            ],
        ),
        (
            BlockRole.BYLINE,
            [
                *(
                    "By Jane Roe",
                    "By JANE ROE and JOHN DOE, Staff writers",
                    "Written by Jane Roe | The Lake Times",
                ),
                *(
                    "Jane Roe, Staff Writer",
                    "(Reporting by Jane Roe; Editing by John Doe)",
                    "Author: Jane Roe",
                ),
                *("Jane Roe and John Doe contributed to this report.", "By Jane Roe, 25 October 2024"),
            ],
        ),
        (
            BlockRole.HEADING,
            ["## What is new", "**What is new**", "What is new\n-----------", "What is new", "WHAT IS NEW"],
        ),
        (BlockRole.HEADING, ["How do we find the bakery again?", "– What is new –"]),
        (
            BlockRole.LIST_ITEM,
            ["- Rye bread", "* Rye bread", "• Rye bread", "1. Rye bread", "(a) Rye bread", "2) Rye bread."],
        ),
        (BlockRole.QUOTATION, ["> It smelt of bread all day.", "> It smelt\n> of bread."]),
        (BlockRole.ATTRIBUTION_LABEL, ["[From The Lake Times]", "[Via The Lake Times]", "— Jane Roe, baker"]),
        (
            BlockRole.IMAGE_SLUG,
            [
                "new_oven_of_the_bakery",
                "oven2_front",
                "IMG_2041.jpg",
                "![The oven](oven.png)",
                "[Image: the new oven]",
            ],
        ),
        (
            BlockRole.CAPTION,
            [
                *(
                    "Caption: The new oven",
                    "FILE - The old oven, seen in May 2020.",
                    "Pictured: the new oven",
                ),
                *(
                    "The new oven is lit on Monday. (AP Photo/Jane Roe)",
                    "The new oven on Monday. REUTERS/Jane Roe",
                    "The oven is lit. (Jane Roe/Lake Times)",
                ),
            ],
        ),
        (
            BlockRole.CREDIT,
            [
                *(
                    "Credit: Jane Roe",
                    "Photo by Jane Roe",
                    "Photo: Jane Roe/Lake Times",
                    "Getty Images",
                    "(AP Photo/Jane Roe)",
                ),
                *(
                    "Jane Roe via Getty Images",
                    "Image courtesy of The Lake Times",
                    "Screenshot: Lake Times",
                ),
                "Credit...Jane Roe for The Lake Times",
            ],
        ),
        (
            BlockRole.EMBED,
            [
                *(
                    "Post by @jane@example.social",
                    "View this post on Instagram",
                    "A post shared by Jane Roe (@jane)",
                ),
                *("pic.twitter.com/aBc123", "This video is not available in your country.", "@janeroe"),
            ],
        ),
        (
            BlockRole.LINK_TEXT,
            [
                *(
                    "(PDF link)",
                    "Read more",
                    "Read more »",
                    "Click here",
                    "Source link",
                    "View on Mastodon",
                    "View on X",
                ),
                *(
                    "Click here to see the oven",
                    "Read the full story at The Lake Times",
                    "https://example.org/oven",
                ),
            ],
        ),
        (
            BlockRole.FOOTNOTE,
            [
                *(
                    "*(What to eat with rye bread)",
                    "[1] See the price list of May.",
                    "* Correction: the oven is from 1920.",
                ),
                *(
                    "Editor’s note: This text was shortened.",
                    "† Prices of 2023.",
                    "Correction (May 3): The oven is old.",
                ),
            ],
        ),
        (
            BlockRole.PROVENANCE,
            [
                *(
                    "Cross Posted to Jane’s Bread",
                    "This article originally appeared in The Lake Times.",
                    "Source: Lake Times",
                ),
                *(
                    "Originally published at example.org",
                    "Republished with permission of The Lake Times.",
                    "h/t John Doe",
                ),
            ],
        ),
        (
            BlockRole.BOILERPLATE,
            [
                *(
                    "About The Author",
                    "Scroll to Top",
                    "Share this:",
                    "Subscribe to our newsletter",
                    "Advertisement",
                ),
                *(
                    "Related articles",
                    "© 2024 The Lake Times",
                    "The Lake Times. All rights reserved.",
                    "Facebook Twitter Email",
                ),
                *(
                    "We use cookies to improve this site.",
                    "Sign up for our daily newsletter!",
                    "12 Comments",
                    "* * *",
                    "___",
                ),
                *(
                    "Follow Jane Roe on Twitter @janeroe.",
                    "READ MORE: The oven that came by boat",
                    "Log in",
                    "Home | News | Sport",
                    "width:100%;",
                ),
                "By subscribing you agree to our terms.",
            ],
        ),
    ],
)
def test_a_line_shows_its_role(role: BlockRole, lines: list[str]) -> None:
    assert {line: _role_of(line) for line in lines} == dict.fromkeys(lines, role)


@pytest.mark.parametrize(
    "line",
    [
        "By Monday the shop had closed.",
        "By Easter.",
        "“It was the best bread ever.” ― Jane Roe",
        "By the river stood the old mill, and nobody went there.",
        "Published authors came to the bakery in May 2024.",
        "The report published Tuesday showed that bread was dearer than before.",
        "This article of faith is not shared by all bakers.",
        "Share prices of the mill fell by two percent.",
        "Follow the river and you will come to the mill.",
        "Subscribe to the idea or not, bread has to be baked.",
        "Support for the bakery grew among the members of the club.",
        "Related companies did not answer.",
        "Advertisement sales fell.",
        "Photo by photo, the archive of the town was saved.",
        "In 2024 the bakery sold forty kinds of bread.",
        "We use flour of the mill in all our bread.",
        "Click by click the old lock opened.",
        "“It smelt of bread all day.”",
        "He said:",
        "Not yet.",
        "Update: The bakery is closed until May.",
        "Q: Does it smell?",
        "It opened at 7 p.m.",
        "As published prices fell, bakers came.",
        "Tags on the bread said what was in it.",
    ],
)
def test_a_sentence_is_a_paragraph_however_it_begins(line: str) -> None:
    assert _role_of(line) == BlockRole.PARAGRAPH


def test_the_first_line_is_a_title_only_where_it_shows() -> None:
    title = "Bakery Opens on Lake Street"
    assert _roles(f"{title}\n\n\n{PROSE}")[0] == (BlockRole.TITLE, title)
    assert _roles(f"{title}\n{PROSE}\n{MORE}")[0] == (BlockRole.TITLE, title)
    assert _roles(f"{title}\n\nBy Jane Roe\n\n{PROSE}")[0] == (BlockRole.TITLE, title)
    assert _roles(f"# {title}\n\n{PROSE}")[0] == (BlockRole.TITLE, f"# {title}")
    assert _roles(f"{title}\n===================\n\n{PROSE}")[0][0] == BlockRole.TITLE
    assert _roles(f"Will the Bakery Ever Open Again?\n\n{PROSE}")[0][0] == BlockRole.TITLE
    for first in (PROSE, "The bakery opened.", "Is it open?", "He said:", title):
        assert _roles(f"{first}\n\nIt did.")[0][0] != BlockRole.TITLE or first == title
    assert _roles(title) == [(BlockRole.PARAGRAPH, title)]


def test_a_crawler_s_prefix_is_cut_from_the_first_sentence() -> None:
    assert _roles(f" date 2024-10-25 {PROSE}") == [
        (BlockRole.METADATA, " date 2024-10-25"),
        (BlockRole.PARAGRAPH, PROSE),
    ]
    assert _roles(f" date 2024-10 1 of 3 | {PROSE}")[0] == (BlockRole.METADATA, " date 2024-10 1 of 3 |")
    assert _roles("date palms grow here.") == [(BlockRole.PARAGRAPH, "date palms grow here.")]


def test_front_matter_is_one_block() -> None:
    front = "---\ntitle: Bread\ntags:\n  - rye\n---"

    assert _roles(f"{front}\n\n{PROSE}") == [(BlockRole.METADATA, front), (BlockRole.PARAGRAPH, PROSE)]
    assert _roles(f"---\n{PROSE}\n---")[0] == (BlockRole.BOILERPLATE, "---")


def test_wrapped_lines_are_one_paragraph_and_lines_that_end_are_not() -> None:
    wrapped = (
        "The bakery on Lake Street opened on Monday, as the owner Jane\n"
        "Roe had said, and many people came to look at the new oven.\n"
        "She learnt the trade on an island and wants to sell forty\n"
        "kinds of bread by the spring."
    )
    assert _roles(f"{wrapped}\n\n{wrapped}") == [(BlockRole.PARAGRAPH, wrapped)] * 2
    assert _roles(f"{PROSE}\n{MORE}\n{PROSE}") == [
        (BlockRole.PARAGRAPH, PROSE),
        (BlockRole.PARAGRAPH, MORE),
        (BlockRole.PARAGRAPH, PROSE),
    ]
    broken = "The baker bakes and\nsells forty kinds of bread."
    assert _roles(broken) == [(BlockRole.PARAGRAPH, broken)]


def test_short_lines_after_a_colon_are_a_list() -> None:
    entries = ["Rye bread", "Rolls", "Cake of the day"]
    text = "\n".join(["The bakery sells these:", *entries, "", PROSE])

    assert [role for role, _ in _roles(text)] == [
        BlockRole.PARAGRAPH,
        *[BlockRole.LIST_ITEM] * 3,
        BlockRole.PARAGRAPH,
    ]


def test_a_list_item_holds_the_lines_that_stand_in() -> None:
    item = "- Rye bread of the\n  Lake Street bakery"

    assert _roles(f"{item}\n- Rolls") == [(BlockRole.LIST_ITEM, item), (BlockRole.LIST_ITEM, "- Rolls")]


def test_tables_and_fences_are_no_prose() -> None:
    table = "| Bread | Price |\n| --- | --- |\n| Rye | 5 |"
    columns = "Rye    5\nRolls    1"
    fence = "```sh\nbake bread\n```"

    assert _roles(f"{PROSE}\n\n{table}\n\n{columns}\n\n{fence}\n\n{MORE}") == [
        (BlockRole.PARAGRAPH, PROSE),
        (BlockRole.TABLE, table),
        (BlockRole.TABLE, columns),
        (BlockRole.EMBED, fence),
        (BlockRole.PARAGRAPH, MORE),
    ]


def test_the_paragraph_before_a_label_is_quoted_from_whom_it_names() -> None:
    text = f"{PROSE}\n\n{MORE}\n\n[From The Lake Times]\n\n{PROSE}"
    blocks = lay_out(text)

    assert [block.role for block in blocks] == [
        BlockRole.PARAGRAPH,
        BlockRole.QUOTATION,
        BlockRole.ATTRIBUTION_LABEL,
        BlockRole.PARAGRAPH,
    ]
    assert blocks[1].said_by is not None
    assert blocks[1].said_by.of(text) == "The Lake Times"


def test_a_dash_and_a_name_give_the_paragraph_before_them() -> None:
    text = f"{PROSE}\n\n> {MORE}\n>\n> {PROSE}\n\n— Reuters\n\n{PROSE}\n\n— Not a name of anybody"
    blocks = lay_out(text)
    quoted = [block for block in blocks if block.role is BlockRole.QUOTATION]

    assert {block.said_by.of(text) for block in quoted if block.said_by} == {"Reuters"}
    assert blocks[-1].role is BlockRole.PARAGRAPH


def test_a_name_in_the_last_line_of_a_marked_quotation_is_whose_it_is() -> None:
    text = f"> {MORE}\n> — Jane Roe, baker\n\n> {PROSE}\n> And so on."
    first, second = lay_out(text)

    assert first.said_by is not None
    assert first.said_by.of(text) == "Jane Roe, baker"
    assert second.said_by is None


def test_a_short_line_under_another_is_no_heading_of_what_a_blank_line_parts_from_it() -> None:
    text = f"{PROSE}\nJane Roe of Lake Town\n\n{MORE}"

    assert [role for role, _ in _roles(text)] == [BlockRole.PARAGRAPH] * 3


def test_a_line_under_an_image_is_its_caption() -> None:
    text = f"{PROSE}\n\nnew_oven_front\n{MORE}\n\n{PROSE}"

    assert [role for role, _ in _roles(text)] == [
        BlockRole.PARAGRAPH,
        BlockRole.IMAGE_SLUG,
        BlockRole.CAPTION,
        BlockRole.PARAGRAPH,
    ]


def test_a_lost_link_at_the_end_of_a_paragraph_is_cut_off() -> None:
    for link in ("(PDF link)", "Read more »", "[Continue reading…]"):
        assert _roles(f"{PROSE} {link}") == [(BlockRole.PARAGRAPH, PROSE), (BlockRole.LINK_TEXT, link)]
    assert _roles("He sent her a (PDF link)") == [(BlockRole.PARAGRAPH, "He sent her a (PDF link)")]


def test_headlines_under_related_articles_are_furniture_until_a_sentence_comes() -> None:
    text = f"{PROSE}\n\nRelated articles\n\nThe oven that came by boat\n\nBread for all\n\n{MORE}"

    assert [role for role, _ in _roles(text)] == [
        BlockRole.PARAGRAPH,
        *[BlockRole.BOILERPLATE] * 3,
        BlockRole.PARAGRAPH,
    ]


def test_what_is_known_is_kept_and_the_rest_laid_out_around_it() -> None:
    text = f"Bread\n\n{PROSE}\n\nLake Times\n\nRelated articles\n\n{MORE}"
    start = text.index("Lake Times")
    known = [
        Laid(BlockRole.ATTRIBUTION_LABEL, start, start + 10),
        Laid(BlockRole.CAPTION, start + 4, start + 12),
        Laid(BlockRole.PARAGRAPH, text.index("Related"), text.index("Related") + 16, Span(0, 5)),
        Laid(BlockRole.CREDIT, 0, len(text) + 1),
    ]
    blocks = lay_out(text, known)

    assert known[0] in blocks
    assert known[2] in blocks
    assert known[1] not in blocks
    assert len(blocks) == 5


def test_a_known_label_still_gives_the_paragraph_before_it() -> None:
    text = f"{PROSE}\n\n[From The Lake Times]"
    label = Laid(BlockRole.ATTRIBUTION_LABEL, len(PROSE) + 2, len(text))
    paragraph = Laid(BlockRole.PARAGRAPH, 0, len(PROSE))

    assert [block.role for block in lay_out(text, [label])] == [
        BlockRole.QUOTATION,
        BlockRole.ATTRIBUTION_LABEL,
    ]
    assert lay_out(text, [paragraph, label]) == (paragraph, label)


@given(any_text, st.lists(st.tuples(st.integers(0, 80), st.integers(0, 30)), max_size=4))
@settings(max_examples=100, deadline=None)
def test_every_character_lies_in_exactly_one_block(text: str, places: list[tuple[int, int]]) -> None:
    known = [Laid(BlockRole.CAPTION, start, start + length) for start, length in places]
    blocks = lay_out(text, known)

    covered = [at for block in blocks for at in range(block.start, block.end)]
    assert covered == sorted(set(covered))
    assert {at for at, char in enumerate(text) if not char.isspace()} <= set(covered) <= set(range(len(text)))
    for block in blocks:
        words = text[block.start : block.end]
        is_prefix = block.start == 0 and block.role is BlockRole.METADATA
        assert words == words.strip() or block in known or (is_prefix and words == words.rstrip())
        assert words or block in known


_HOSTILE = [
    *(
        "(",
        ".",
        "“",
        "a\n",
        "- a\n",
        "> a\n",
        "```x\n",
        "|a|\n",
        "a | b | c\n",
        "a\n===\n",
        "x_y\nab c\n",
        "[From X]\n",
    ),
    *("— Jane Roe\n", "By Jane Roe\n", "2024-10-25 ", "a: b\n", "---\n", "a  \t", "word ", "{ a: b;", "© "),
]


@pytest.mark.parametrize("piece", _HOSTILE)
def test_hostile_texts_are_laid_out_in_time_that_grows_with_their_length(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    with within(2):
        lay_out(text)
