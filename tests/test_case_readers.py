"""Case files in foreign formats are what the libraries of those formats take them for."""

from pathlib import Path

import pytest

from gistkg.case_formats import read_case
from gistkg.criteria import conditions

CASES = Path(__file__).parent / "data" / "cases"


def facts(graph, text, name):
    """What a case says, in the words of the graph."""
    return [(fact.term, fact.expression) for fact in read_case(graph, conditions(graph), text, name=name).facts]


@pytest.mark.interop
def test_the_library_of_phenopackets_writes_the_same_case(kg_graph):
    """Read, and written again by it, the file says the same to us."""
    phenopackets = pytest.importorskip("phenopackets", reason="phenopackets of the interop group is not there")
    from google.protobuf.json_format import MessageToJson, Parse

    text = (CASES / "phenopacket.json").read_text(encoding="utf-8")
    written = MessageToJson(Parse(text, phenopackets.Phenopacket()))
    assert facts(kg_graph, written, "written") == facts(kg_graph, text, "file") != []


@pytest.mark.interop
def test_a_field_that_phenopackets_do_not_have_is_found(kg_graph):
    """So that the reading above proves something."""
    phenopackets = pytest.importorskip("phenopackets", reason="phenopackets of the interop group is not there")
    from google.protobuf.json_format import Parse, ParseError

    text = (CASES / "phenopacket.json").read_text(encoding="utf-8").replace('"diseases"', '"illnesses"')
    with pytest.raises(ParseError, match="illnesses"):
        Parse(text, phenopackets.Phenopacket())


@pytest.mark.interop
def test_the_library_of_fhir_writes_the_same_case(kg_graph):
    """A bundle of R4 resources; R4B has the same in what mCODE uses of them."""
    pytest.importorskip("fhir.resources", reason="fhir.resources of the interop group is not there")
    from fhir.resources.R4B.bundle import Bundle

    text = (CASES / "mcode.json").read_text(encoding="utf-8")
    written = Bundle.model_validate_json(text).model_dump_json()
    assert facts(kg_graph, written, "written") == facts(kg_graph, text, "file") != []
