"""The page of a source: everything the graph takes from it, to be held against the paper."""

import re

import pytest

from gistkg.graph import load_graph
from gistkg.resolve import resolve
from gistkg.source_page import source_page


@pytest.fixture(scope="module")
def invictus():
    """The page of the paper on the INVICTUS trial, as lines."""
    graph = load_graph()
    return list(source_page(graph, resolve(graph, "src:blay-2020")))


def test_the_page_begins_with_what_is_needed_to_find_the_paper(invictus):
    """Its title, its citation and its identifiers."""
    title = "ripretinib in patients with advanced gastrointestinal stromal tumours (INVICTUS)"
    assert invictus[0] == f"# Blay 2020, {title}"
    assert "Lancet Oncol 2020;21 (7):923-934." in invictus[2]
    assert "PubMed 32511981; doi 10.1016/S1470-2045(20)30168-6" in invictus[4]


def test_the_study_stands_with_its_arms(invictus):
    """129 participants: 85 had ripretinib, 44 placebo."""
    assert "## Study: INVICTUS" in invictus
    assert "- **participants**: 129" in invictus
    (ripretinib,) = [line for line in invictus if line.startswith("| INVICTUS: ripretinib |")]
    assert ripretinib.startswith("| INVICTUS: ripretinib | 85 | ripretinib 150 mg once daily |")


def test_each_finding_stands_with_figure_interval_and_name(invictus):
    """Median 6.3 months (95% CI 4.6 to 6.9) against 1.0 (0.9 to 1.7); hazard ratio 0.15 (0.09 to 0.25), p < 0.0001."""
    findings = [row for row in invictus if row.startswith("| INVICTUS: ") and "`ev:" in row]
    rows = {row.rsplit("`", 2)[1]: row.split(" | ") for row in findings}
    assert rows["ev:invictus-pfs-ripretinib"][1:3] == ["6.3 months", "95% CI 4.6-6.9"]
    assert rows["ev:invictus-pfs-placebo"][1:3] == ["1 months", "95% CI 0.9-1.7"]
    assert rows["ev:invictus-pfs-comparison"][1:4] == ["0.15; for", "95% CI 0.09-0.25", "< 0.0001"]


def test_a_superseded_finding_names_the_later_one():
    """On the page of the paper, and with each claim that rests on it."""
    graph = load_graph()
    later = "overall survival longer with 3 years of imatinib after 10 years, hazard ratio 0.55"
    said = f", superseded by SSG XVIII: {later} (ev:ssg-xviii-os-comparison-10-years)"
    first = "SSG XVIII: overall survival longer with 3 years of imatinib, hazard ratio 0.45"
    page = list(source_page(graph, resolve(graph, "src:joensuu-2012")))
    assert any(line.startswith(f"| {first}{said} | 0.45; for | ") for line in page)
    assert f"- **supports**: {first} (`ev:ssg-xviii-os-comparison`){said}" in page


def test_a_guideline_stands_with_all_its_claims():
    """Population, direction, strength, level and place of each."""
    graph = load_graph()
    page = list(source_page(graph, resolve(graph, "src:pdq-2014")))
    assert sum(line.startswith("### ") for line in page) == 31
    start = page.index("### KIT exon 9: imatinib 800 mg daily to begin with may be appropriate")
    block = page[start : start + 16]
    assert "- **id**: `ev:pdq-2014-s28`, recommendation" in block
    assert "- **place**: Drug dose and schedule, references 18" in block
    assert "- **direction**: for" in block
    assert "- **hedge**: may be appropriate" in block
    assert "- **holds**: from 2014-02-25 until 2024-12-13" in block


def test_what_is_disputed_stands_at_the_end():
    """The hazard ratio of ImadGIST is printed in two ways."""
    graph = load_graph()
    page = "\n".join(source_page(graph, resolve(graph, "src:onclive-jones-2025")))
    assert "## Conflicts and flags" in page
    assert "`ev:conflict-imadgist-hazard-ratio`" in page.partition("## Conflicts and flags")[2]
    assert page.endswith("Informs; does not choose a patient's treatment.")


def test_every_source_has_a_page_whose_tables_are_whole():
    """No cell breaks a row, whatever stands in it."""
    graph = load_graph()
    sources = ("src:pdq-2024", "src:joensuu-2012", "src:plaat-2000", "src:gist-review-2010")
    for name in sources:
        rows = [line for line in source_page(graph, resolve(graph, name)) if line.startswith("| ")]
        assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} <= {5, 7}, name


def test_the_command_writes_it(run):
    """As Markdown; in other formats a source is a term like others."""
    code, out, _ = run("show", "src:blay-2020", "--format", "markdown")
    assert code == 0
    assert "## Findings" in out
    code, out, _ = run("show", "src:blay-2020", "--format", "json")
    assert code == 0
    assert out.startswith("{")
