from __future__ import annotations

import pytest

from articles.importing.references import Reference, keys, references
from articles.importing.references.citations import find_citations
from articles.spans import Span
from articles.vocabulary import SourceKind
from tests.importing.references.found import found, only, words


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("539 U.S. 244", "539 U.S. 244"),
        ("539 U. S.\n  244", "539 U.S. 244"),
        ("539\n  U. S. 244", "539 U.S. 244"),
        ("427 F Supp 2d 1084", "427 F. Supp. 2d 1084"),
        ("171 Wn.2d 1016", "171 Wash. 2d 1016"),
        ("24 Iowa 266", "24 Iowa 266"),
        ("63 NY2d 582", "63 N.Y.2d 582"),
        ("2023 WL 5600316", "2023 WL 5600316"),
        ("2006-Ohio-2095", "2006-Ohio-2095"),
        ("2017 IL App (4th) 160407", "2017 IL App (4th) 160407"),
    ],
)
def test_a_citation_is_found_exactly_and_has_one_normal_form(said: str, name: str) -> None:
    text = f"We said so in Quay v. Lamp, {said}, and meant it."

    (one,) = find_citations(text, Span(0, len(text)))

    assert (one.span.of(text), one.name, one.fields["citation"]) == (said, name, name)
    assert (one.kind, one.fields["title"]) == (SourceKind.COURT_CASE, "Quay v. Lamp")


def test_a_year_is_that_of_the_citation_it_stands_behind() -> None:
    text = "See Quay v. Lamp, 1 U.S. 12; Buoy v. Mast, 3 U.S. 4, 7 (1901), and Reef v. Cove, 5 U.S. 6."

    assert [(one.name, one.fields.get("published"), one.confirm) for one in found(text)] == [
        ("1 U.S. 12", None, ""),
        ("3 U.S. 4", "1901", ""),
        ("5 U.S. 6", None, ""),
    ]


def test_a_year_beside_a_parallel_citation_is_to_be_confirmed() -> None:
    text = "Quay v. Lamp, 1 U.S. 12, 347-348, 1 S. Ct. 2, 358 (1982)"

    assert [(one.fields["published"], one.confirm) for one in found(text)] == [
        ("1982", "The year 1982 stands beside another citation; confirm it."),
        ("1982", ""),
    ]


def test_a_case_named_further_away_is_not_that_of_the_citation() -> None:
    case, citation = found("Quay v. Lamp came long before 539 U.S. 244.")

    assert case.name == "Quay v. Lamp"
    assert "title" not in citation.fields


def test_codes_that_have_their_own_reader_are_not_read_twice() -> None:
    text = "See 47 U.S.C. § 230, Pub. L. 104-104, as amended, and Colo. Rev. Stat. § 18-9-313."

    assert [one.name for one in find_citations(text, Span(0, len(text)))] == ["Colo. Rev. Stat. § 18-9-313"]


def test_a_blank_page_is_to_be_found() -> None:
    one = only("Quay v. Lamp, 576 U.S. ___ (2013)")

    assert (one.name, one.confirm) == ("576 U.S. ___", "The page is left blank in the text; find it.")


@pytest.mark.parametrize(
    "text",
    [
        "It stands at 111 S.W. 12th St.",
        "On 5 Oct. 2019 it rained.",
        "He ran 26 Miles in 3 hours.",
        "$12 U.S. 5 times",
        "1 U.S. f24601",
    ],
)
def test_streets_dates_and_sums_are_no_citations(text: str) -> None:
    assert [one for one in found(text) if "citation" in one.fields] == []


@pytest.mark.parametrize(
    ("text", "said", "docket"),
    [
        ("Case 1:21-cv-03354 was filed.", "1:21-cv-03354", "1:21-cv-03354"),
        ("in No. 1:21–cv–03354 (ABC)", "1:21–cv–03354 (ABC)", "1:21-cv-03354 (ABC)"),
        ("as 4:21CV1424 went on", "4:21CV1424", "4:21CV1424"),
        ("The court will hear No. 22-976 in May.", "22-976", "22-976"),
        ("Docket No. HHD-CV-16-6065 was set.", "HHD-CV-16-6065", "HHD-CV-16-6065"),
        ("The judge read case number 23SC188947 aloud.", "23SC188947", "23SC188947"),
        ("in No. 99 Civ. 9404 (ABC), the", "99 Civ. 9404 (ABC)", "99 Civ. 9404 (ABC)"),
        ("It decided Case C-131/12 on Monday.", "C-131/12", "C-131/12"),
    ],
)
def test_docket_numbers_are_found_and_only_their_dashes_made_plain(text: str, said: str, docket: str) -> None:
    one = only(text, SourceKind.COURT_CASE)

    assert (one.span.of(text), one.fields["docket_number"]) == (said, docket)


def test_several_numbers_of_one_hearing_are_all_found() -> None:
    assert words("The justices took up Nos. 22-976, 22-977 and 22-1008.") == ["22-976", "22-977", "22-1008"]


@pytest.mark.parametrize(
    "text",
    [
        "Call No. 10-15 for lamps.",
        "Police gave it case number 21-123456.",
        "complaint SEB2020-059",
        "score of 21-10",
        "The judge wears size no. 22-976.",
    ],
)
def test_other_numbers_are_no_dockets(text: str) -> None:
    assert found(text) == []


def test_decisions_of_other_countries_are_cited_by_their_own_numbers() -> None:
    text = "R (Lamp) v Secretary of State for Quays [2019] UKSC 41, and ECLI:EU:C:2014:317."

    first, second = found(text)

    assert (first.name, first.fields["title"]) == (
        "[2019] UKSC 41",
        "R (Lamp) v Secretary of State for Quays",
    )
    assert second.name == "ECLI:EU:C:2014:317"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("It goes back to Quay v. Lamp.", "Quay v. Lamp"),
        ("In United States v. Lamp & Oil Co., the", "United States v. Lamp & Oil Co."),
        ("Commonwealth v. Quay was heard.", "Commonwealth v. Quay"),
        (
            "the ruling in Lamp Makers Ass’n v. Harbour Bd. of Ed., which",
            "Lamp Makers Ass’n v. Harbour Bd. of Ed.",
        ),
        ("The court decided Quay v Lamp.", "Quay v Lamp"),
        ("as In re Lantern Trust shows", "In re Lantern Trust"),
        ("Brief for Appellees in Quay v. Lamp", "Quay v. Lamp"),
        ("Quay v. Lamp’s holding", "Quay v. Lamp"),
    ],
)
def test_cases_are_found_by_their_names(text: str, name: str) -> None:
    assert [one.name for one in found(text, SourceKind.COURT_CASE)] == [name]


def test_the_name_of_a_case_does_not_run_on_over_an_empty_line() -> None:
    text = "OPINION\n\nQuay v. Lamp\n\nADA MAST"

    assert [one.name for one in _in_one_block(text)] == ["Quay v. Lamp"]


def test_a_court_at_the_edge_of_what_is_near_keeps_its_whole_name() -> None:
    text = f"Lamp County Superior Court {'met and ' * 17} then 1:21-cv-03354 came up."

    assert text.index("1:21") - 160 in range(text.index("County"), text.index("Court"))
    assert only(text).fields["court"] == "Lamp County Superior Court"


def test_a_court_further_away_is_not_that_of_the_docket() -> None:
    text = f"Lamp County Superior Court {'met and ' * 22} the Court saw 1:21-cv-03354."

    assert "court" not in only(text).fields


def test_two_cases_in_one_breath_stay_two() -> None:
    assert words("Buoy v. Lamp Co. and Mast v. Reef were cited.") == ["Buoy v. Lamp Co.", "Mast v. Reef"]


@pytest.mark.parametrize("text", ["Lamps vs. Quays drew a crowd.", "Lamp v Quay ended 3-1."])
def test_matches_of_teams_are_no_cases(text: str) -> None:
    assert found(text, SourceKind.COURT_CASE) == []


def test_a_case_takes_its_docket_and_the_court_beside_it() -> None:
    text = "Quay v. Lamp, No. 1:21-cv-03354, is before the U.S. District Court for the District of Freedonia."

    one = only(text)

    assert one.span.of(text) == "1:21-cv-03354"
    assert dict(one.fields) == {
        "title": "Quay v. Lamp",
        "docket_number": "1:21-cv-03354",
        "court": "U.S. District Court for the District of Freedonia",
    }


@pytest.mark.parametrize(
    ("text", "court"),
    [
        ("The 9th U.S. Circuit Court of Appeals ruled on Tuesday.", "9th U.S. Circuit Court of Appeals"),
        ("Lamp County Superior Court dismissed it.", "Lamp County Superior Court"),
        ("a ruling by the European Court of Human Rights", "European Court of Human Rights"),
        ("Judges of the Lamp County Court ruled on it.", "Lamp County Court"),
        ("The Supreme Court of Freedonia has upheld it.", "Supreme Court of Freedonia"),
    ],
)
def test_a_court_that_ruled_asks_for_its_case(text: str, court: str) -> None:
    one = only(text)

    assert (one.kind, one.name) == (SourceKind.COURT_CASE, court)
    assert one.confirm == "The text names the court but not the case; find the case."
    assert keys(one) == ()


@pytest.mark.parametrize(
    "text",
    [
        "The Freedonia courts never did.",
        "The court ruled.",
        "The Court ruled.",
        "A District Court ruled.",
        "She lives on Court Street.",
        "He sat in the Supreme Court.",
    ],
)
def test_courts_without_a_name_or_a_ruling_are_no_references(text: str) -> None:
    assert found(text) == []


def test_court_papers_are_filings_whose_case_is_to_be_found() -> None:
    one = only("He sold lamps, according to court documents filed on Monday.")

    assert (one.kind, one.name) == (SourceKind.COURT_FILING, "court documents")
    assert one.confirm == "The text does not say in which case the papers were filed; find the case."


@pytest.mark.parametrize(
    ("said", "name", "jurisdiction"),
    [
        ("47 U.S.C. § 230(c)(1)", "47 U.S.C. § 230(c)(1)", "United States"),
        ("18 USC 2381", "18 U.S.C. § 2381", "United States"),
        ("18 U. S. C.\n  § 2381", "18 U.S.C. § 2381", "United States"),
        ("40 C.F.R. § 60.1", "40 C.F.R. § 60.1", "United States"),
        ("Pub. L. No. 104–104", "Pub. L. 104-104", "United States"),
        ("Colo. Rev. Stat. § 18-9-313(2.7)", "Colo. Rev. Stat. § 18-9-313(2.7)", "Colorado"),
        ("Article 6(1)(f) of the GDPR", "GDPR Art. 6(1)(f)", "European Union"),
        ("GDPR Art. 6", "GDPR Art. 6", "European Union"),
        ("Regulation (EU) 2016/679", "Regulation (EU) 2016/679", "European Union"),
        ("Directive 2000/31/EC", "Directive 2000/31/EC", "European Union"),
        ("§ 130 Abs. 1 StGB", "§ 130 Abs. 1 StGB", "Germany"),
        ("Online Safety Act 2023", "Online Safety Act 2023", None),
        ("Voting Rights Act of 1965", "Voting Rights Act of 1965", None),
        ("Section 5 of the Harbour Lights Act", "Section 5 of the Harbour Lights Act", None),
        ("Section 187 of the Penal Code", "Section 187 of the Penal Code", None),
        ("Convention on the Law of the Sea", "Convention on the Law of the Sea", None),
        ("Crime, Lamps and Courts Act 2013", "Crime, Lamps and Courts Act 2013", None),
    ],
)
def test_statutes_are_found_exactly_and_named_in_one_form(
    said: str, name: str, jurisdiction: str | None
) -> None:
    text = f"They say that it breaks the {said}; others do not."

    # A block may run over lines.
    (one,) = [one for one in _in_one_block(text) if one.kind is SourceKind.STATUTE]

    assert (one.span.of(text), one.name, one.fields.get("jurisdiction")) == (said, name, jurisdiction)


def test_the_regulation_without_an_article_may_be_that_of_two_countries() -> None:
    assert dict(only("The GDPR forbids it.").fields) == {"citation": "GDPR"}


def test_whose_act_it_is_is_no_part_of_its_name() -> None:
    assert words("He opposed Mayor Lamp’s Clean Water Act.") == ["Clean Water Act"]
    assert words("Ada Lamp and the Harbour Lights Act") == ["Harbour Lights Act"]
    assert words("It is the Children’s Reading Act.") == ["Children’s Reading Act"]


def test_popular_names_of_statutes_are_to_be_confirmed() -> None:
    one = only("It is shielded by Section 230 of the Telecommunication Act.")
    bare = only("Section 230 shields it.")

    assert one.fields["citation"] == bare.fields["citation"] == "47 U.S.C. § 230"
    assert (
        one.confirm == "“Section 230 of the Telecommunication Act” is taken for 47 U.S.C. § 230; confirm it."
    )
    assert bare.confirm == "“Section 230” is taken for 47 U.S.C. § 230; confirm it."


@pytest.mark.parametrize(
    "text",
    [
        "He put on an act.",
        "The Class Act won.",
        "They sat in Section 12 of the stadium.",
        "The Lamp Makers Convention met.",
        "The dress code is strict.",
        "Act now.",
        "Ten Reasons To Act",
        "The Opening Act of 2019 was loud.",
        "In 2018 USC 2381 students came.",
        "The Lamp National Convention on Wednesday",
    ],
)
def test_acts_on_a_stage_are_no_statutes(text: str) -> None:
    assert found(text) == []


def _in_one_block(text: str) -> list[Reference]:
    return references(text, [Span(0, len(text))])
