"""One corpus of hostile input for every door: pages, desk, API, import and search.

Each group is a list of `Hostile`; `each(GROUP)` makes the parameters of a test from it, named after the input:

    @pytest.mark.parametrize("text", each(TEXTS))

All of it is spelled in escapes, so that no editor, diff or tool trips over this file.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Hostile:
    """One input: a name for the test report, and the value to throw at a door."""

    name: str
    value: str


def each(*groups: Iterable[Hostile]) -> list[Any]:
    """Return the inputs of these groups as parameters of a test, with their names as ids."""
    return [pytest.param(one.value, id=one.name) for group in groups for one in group]


#: What no text of the record may hold: refused with a sentence (4xx), at every door, on both engines.
UNSTORABLE = [
    Hostile("nul", "before\x00after"),
    Hostile("nul_alone", "\x00"),
    Hostile("lone_high_surrogate", "before\ud800after"),
    Hostile("lone_low_surrogate", "before\udfffafter"),
]

#: Control characters other than NUL: the database takes them, an editor may still be told no.
CONTROLS = [
    Hostile("c0_backspace", "good\x08\x08\x08\x08evil"),
    Hostile("c0_escape", "\x1b[2J\x1b[1;31mred"),
    Hostile("c0_bell_and_vertical", "bell\x07 vertical\x0b form\x0c"),
    Hostile("c1_next_line", "one\x85two"),
    Hostile("delete", "a\x7fb"),
    Hostile("carriage_return_line_feed", "name\r\nSet-Cookie: a=b\r\n\r\n<b>"),
    Hostile("line_and_paragraph_separator", "one\u2028two\u2029three"),
]

#: Letters that look, count or lay out differently from what a programmer expects. All of them storable.
LETTERS = [
    Hostile("bidi_override", "invoice\u202egnp.exe"),
    Hostile("bidi_isolates_unclosed", "\u2066\u2067\u2068 never closed"),
    Hostile("zero_width", "zero\u200bwidth\u200cjoin\u200der\ufeffmark"),
    Hostile("right_to_left", "\u05d4\u05d5\u05d0 \u05d0\u05de\u05e8 (100%) \u0642\u0627\u0644"),
    Hostile("combining_pile", "Z" + "\u0351\u036b\u0343\u036a\u0302" * 40 + "algo"),
    Hostile("decomposed", "Cafe\u0301 A\u030angstro\u0308m"),
    Hostile("compatibility_forms", "\ufb01ne \u2460 \uff26\uff35\uff2c\uff2c \u212b"),
    Hostile("emoji_family", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466\U0001f3fd"),
    Hostile("flags", "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"),
    Hostile("beyond_the_plane", "\U00020000\U0002ffff\U0010fffd"),
    Hostile("turkish_case", "\u0130stanbul \u0131\u015f\u0131k I i"),
    Hostile("german_sharp_s", "STRASSE stra\u00dfe \u1e9e"),
    Hostile("digits_of_other_scripts", "\u0661\u0662\u0663 \u0967\u0968\u0969 \uff11\uff12\uff13"),
    Hostile("private_use_and_noncharacter", "\ue000 \ufffe \uffff \U0001fffe"),
    Hostile("replacement_character", "bro\ufffdken"),
    Hostile("only_spaces", " \u00a0\u2003\u3000\t "),
    Hostile("only_invisible", "\u200b\u2060\ufeff\u00ad"),
    Hostile("soft_hyphens", "ex\u00adtra\u00ador\u00addi\u00adnary"),
]

#: Long ones: nothing overflows, times out or is cut without a word.
LONG = [
    Hostile("ten_thousand_letters", "a" * 10_000),
    Hostile("ten_thousand_words", "word " * 10_000),
    Hostile("ten_thousand_lines", "line\n" * 10_000),
    Hostile("one_word_of_three_hundred", "Donaudampfschifffahrtsgesellschaft" * 9),
    Hostile("ten_thousand_emoji", "\U0001f600" * 10_000),
    Hostile("ten_thousand_brackets", "[" * 5_000 + "]" * 5_000),
]

#: Code for somebody: HTML, JavaScript, templates, Markdown, SQL, shells, headers. Shown as the text it is.
INJECTIONS = [
    Hostile("html_script", "<script>alert(1)</script>"),
    Hostile("html_closing_script", "</script><script>alert(1)</script>"),
    Hostile("html_image_error", '<img src=x onerror="alert(1)">'),
    Hostile("html_svg", "<svg/onload=alert(1)>"),
    Hostile("html_attribute", '" autofocus onfocus="alert(1)'),
    Hostile("html_attribute_single", "' onmouseover='alert(1)"),
    Hostile("html_comment_and_cdata", "--><!-- ]]> <![CDATA["),
    Hostile("html_closing_all", "</textarea></title></style></template></main></body></html><h1>gone"),
    Hostile("html_entity", "&lt;b&gt; &amp;amp; &#x3c;script&#x3e; &quot"),
    Hostile("html_style", "<style>*{display:none}</style>"),
    Hostile(
        "html_base_and_meta",
        '<base href="//evil.example"><meta http-equiv=refresh content="0;//evil.example">',
    ),
    Hostile("html_form", '<form action="//evil.example"><input name=csrfmiddlewaretoken>'),
    Hostile("template_sum", "{{ 7*7 }}"),
    Hostile("template_debug", "{% debug %}"),
    Hostile("template_include", '{% include "admin/base.html" %}{{ settings.SECRET_KEY }}'),
    Hostile("template_unclosed", "{% if %} {{ {# "),
    Hostile("javascript_template", "${7*7} `${alert(1)}`"),
    Hostile("percent_format", "%s %d %n %(password)s 100%"),
    Hostile("brace_format", "{0} {by.password} {0.__class__.__init__.__globals__}"),
    Hostile("json_breaking", '"}],"x":[{"'),
    Hostile("json_in_script", '</script><!--<script>\u2028{"a":1}'),
    Hostile("markdown_link", "[x](javascript:alert(1))"),
    Hostile("markdown_link_entity", "[x](&#106;avascript:alert(1))"),
    Hostile("markdown_data_link", "[x](data:text/html;base64,PHNjcmlwdD4=)"),
    Hostile("markdown_image", "![x](https://evil.example/track.gif)"),
    Hostile("markdown_reference", "[x][y]\n\n[y]: javascript:alert(1)"),
    Hostile("markdown_html", "**bold**<img src=x onerror=alert(1)>`code`\n\n<div onclick=alert(1)>x</div>"),
    Hostile("markdown_autolink", "<javascript:alert(1)> www.evil.example"),
    Hostile("markdown_nesting", "> " * 500 + "deep"),
    Hostile("markdown_emphasis", "*a_" * 2_000),
    Hostile("sql_drop", "'; DROP TABLE articles_claim; --"),
    Hostile("sql_or_true", "' OR 1=1 --"),
    Hostile("sql_union", "1) UNION SELECT password FROM articles_user --"),
    Hostile("sql_like", "%_\\%\\_"),
    Hostile("dollar_quoted", "$guard$ $$ $1"),
    Hostile("shell", "$(touch /tmp/owned) `id` ; id | id && id"),
    Hostile("path", "../../../../etc/passwd"),
    Hostile("header", "x\r\nLocation: https://evil.example"),
    Hostile("xml_entity", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    Hostile("yaml_object", "!!python/object/apply:os.system [id]"),
    Hostile("log_line", "ok\nERROR django: forged line"),
]

#: What a spreadsheet takes for a formula when it opens an export.
FORMULAS = [
    Hostile("formula_equals", '=HYPERLINK("https://evil.example","x")'),
    Hostile("formula_plus", "+1+cmd|' /C calc'!A0"),
    Hostile("formula_minus", "-2+3+cmd|' /C calc'!A0"),
    Hostile("formula_at", "@SUM(1+1)*cmd|' /C calc'!A0"),
    Hostile("formula_tab", "\t=1+1"),
    Hostile("formula_return", "\r=1+1"),
    Hostile("formula_fullwidth", "\uff1d1+1"),
    Hostile("formula_in_quotes", '"=1+1",=1+1'),
]

#: Everything that may be typed into a text field and that the database can hold.
TEXTS = [*CONTROLS, *LETTERS, *INJECTIONS, *FORMULAS]

#: The words of two full-text engines and of LIKE: whatever is asked, the answer is a page, never an error.
QUERIES = [
    Hostile("empty", ""),
    Hostile("quote", '"'),
    Hostile("three_quotes", '"a" "b'),
    Hostile("star", "*"),
    Hostile("star_after", "bri*"),
    Hostile("star_before", "*idge"),
    Hostile("near", "NEAR(bridge cost, 5)"),
    Hostile("near_open", "NEAR("),
    Hostile("and_or_not", "AND OR NOT"),
    Hostile("only_not", "NOT bridge"),
    Hostile("column", "statement:bridge"),
    Hostile("column_set", "{a b}:c"),
    Hostile("caret", "^bridge"),
    Hostile("plus_phrase", "one + two"),
    Hostile("minus", "-bridge -- -"),
    Hostile("brackets", "(((bridge"),
    Hostile("tsquery", "bridge & ! | <-> cost:*A"),
    Hostile("backslash", "\\"),
    Hostile("like_pattern", "%_%"),
    Hostile("only_stop_words", "the of and a"),
    Hostile("punctuation", "?!.,;:\u2026\u2014"),
    Hostile("one_letter", "a"),
    Hostile("emoji", "\U0001f600"),
    Hostile("chinese", "\u6865\u6881\u8d39\u7528"),
    Hostile("apostrophes", "don't don\u2019t don\u02bct"),
    Hostile("long", "bridge " * 10_000),
    Hostile("long_word", "b" * 50_001),
    Hostile("many_quotes", '"' * 5_000),
    Hostile("many_brackets", "(" * 5_000),
]

#: Addresses that no field for an address takes, or that must never become a link.
URLS = [
    Hostile("javascript", "javascript:alert(1)"),
    Hostile("javascript_in_capitals", "JaVaScRiPt:alert(1)"),
    Hostile("javascript_after_space", " \tjavascript:alert(1)"),
    Hostile("javascript_with_line_end", "java\nscript:alert(1)"),
    Hostile("javascript_looking_like_http", "javascript://example.org/%0aalert(1)"),
    Hostile("data", "data:text/html,<script>alert(1)</script>"),
    Hostile("vbscript", "vbscript:msgbox(1)"),
    Hostile("file", "file:///etc/passwd"),
    Hostile("no_host", "https://"),
    Hostile("only_slashes", "////"),
    Hostile("scheme_relative", "//evil.example/"),
    Hostile("space_within", "https://example.org/a b"),
    Hostile("open_bracket", "https://[::1"),
    Hostile("bad_port", "https://example.org:99999999/"),
    Hostile("line_end", "https://example.org/\r\nX: y"),
    Hostile("too_long", "https://example.org/" + "a" * 20_000),
]

#: Addresses that are well-formed and still not to be trusted: stored as given, fetched by nobody unguarded.
TRICKY_URLS = [
    Hostile("angle_brackets", "https://example.org/<script>"),
    Hostile("quote", 'https://example.org/"onmouseover="alert(1)'),
    Hostile("user_in_front", "https://example.org@evil.example/"),
    Hostile("password_in_front", "https://user:secret@example.org/"),
    Hostile("this_machine", "http://127.0.0.1:8000/admin/"),
    Hostile("this_machine_v6", "http://[::1]/"),
    Hostile("metadata_service", "http://169.254.169.254/latest/meta-data/"),
    Hostile("number_as_host", "http://2130706433/"),
    Hostile("look_alike", "https://ex\u0430mple.org/"),
    Hostile("encoded_dots", "https://example.org/%2e%2e/%2e%2e/etc"),
    Hostile("fragment_and_query", "https://example.org/?a=1&b=<2>#'x"),
]

#: What is not a date of this record (EDTF, years 1000 to 9999).
DATES = [
    Hostile("empty_interval", "../.."),
    Hostile("year_zero", "0000"),
    Hostile("year_one", "0001-01-01"),
    Hostile("year_ten_thousand", "10000"),
    Hostile("year_ten_thousand_day", "10000-01-01"),
    Hostile("year_of_many_digits", "Y170000002"),
    Hostile("negative_year", "-0044-03-15"),
    Hostile("thirtieth_of_february", "2024-02-30"),
    Hostile("leap_day_of_1900", "1900-02-29"),
    Hostile("month_thirteen", "2024-13"),
    Hostile("month_zero", "2024-00-10"),
    Hostile("american", "10/25/2024"),
    Hostile("ambiguous", "03/04/2025"),
    Hostile("words", "yesterday"),
    Hostile("season", "2024-21"),
    Hostile("uncertain", "2024?"),
    Hostile("backwards", "2024-12/2024-01"),
    Hostile("three_ends", "2024/2025/2026"),
    Hostile("with_time", "2024-10-25T12:00:00Z"),
    Hostile("other_digits", "\u0662\u0660\u0662\u0664"),
    Hostile("fullwidth_digits", "\uff12\uff10\uff12\uff14"),
    Hostile("sign", "+2024"),
    Hostile("space", "2024 -10"),
    Hostile("line_end", "2024\n"),
    Hostile("nul", "2024\x00"),
    Hostile("offset_that_leaves_time", "0001-01-01T00:00:00+14:00"),
]

#: What comes where a number is expected: page, id, revision, limit.
NUMBERS = [
    Hostile("zero", "0"),
    Hostile("negative", "-1"),
    Hostile("beyond_bigint", str(2**63)),
    Hostile("five_thousand_digits", "9" * 5_000),
    Hostile("infinity_by_exponent", "1e999"),
    Hostile("infinity", "Infinity"),
    Hostile("nan", "NaN"),
    Hostile("float", "1.5"),
    Hostile("thousands", "1,234"),
    Hostile("hexadecimal", "0x10"),
    Hostile("underscore", "1_000"),
    Hostile("other_digits", "\u0661\u0662\u0663"),
    Hostile("superscript", "\u00b2"),
    Hostile("space", " 1 "),
    Hostile("word", "one"),
    Hostile("empty", ""),
    Hostile("sql", "1 OR 1=1"),
    Hostile("boolean", "true"),
]

#: Bodies that are no JSON, or JSON that means two things. Each is a whole request body.
JSON_BODIES = [
    Hostile("empty", ""),
    Hostile("nothing_but_space", "  \n"),
    Hostile("cut_off", '{"statement": "x'),
    Hostile("a_word", "statement"),
    Hostile("single_quotes", "{'statement': 'x'}"),
    Hostile("a_list", "[]"),
    Hostile("a_text", '"statement"'),
    Hostile("a_number", "1"),
    Hostile("null", "null"),
    Hostile("trailing_comma", '{"statement": "x",}'),
    Hostile("two_bodies", '{"statement": "x"}{"statement": "y"}'),
    Hostile("same_key_twice", '{"statement": "x", "statement": "y"}'),
    Hostile("deep_lists", "[" * 5_000 + "]" * 5_000),
    Hostile("deep_objects", '{"a":' * 5_000 + "1" + "}" * 5_000),
    Hostile("number_without_end", '{"statement": 1e999}'),
    Hostile("nan", '{"statement": NaN}'),
    Hostile("infinity", '{"statement": -Infinity}'),
    Hostile("five_thousand_digits", '{"statement": ' + "9" * 5_000 + "}"),
    Hostile("escaped_nul", '{"statement": "a\\u0000b"}'),
    Hostile("escaped_surrogate", '{"statement": "a\\ud800b"}'),
    Hostile("raw_control", '{"statement": "a\x01b"}'),
    Hostile("byte_order_mark", '\ufeff{"statement": "x"}'),
    Hostile("list_for_text", '{"statement": ["x"]}'),
    Hostile("object_for_text", '{"statement": {"$ne": null}}'),
    Hostile("unknown_fields", '{"statement": "x", "__class__": "y", "revision": 9, "status": "merged"}'),
]
