"""Files of the user's own beside the ontology: loaded whole, or refused with the file and the term."""

import pytest

import gistkg
from gistkg.errors import SourceError

PREFIXES = """@prefix ev: <https://w3id.org/gistkg/evidence/> .
@prefix gistkg: <https://w3id.org/gistkg/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def load(tmp_path, turtle):
    """The graph with one file of our own."""
    file = tmp_path / "own.ttl"
    file.write_text(PREFIXES + turtle, encoding="utf-8")
    return gistkg.load(file)


def test_a_synonym_of_our_own_is_understood(tmp_path):
    """What a file adds to a term counts."""
    kg = load(tmp_path, 'gistkg:MetastaticDisease skos:altLabel "spread"@en .')
    assert kg.ask("spread, untreated").with_status("applies")


def test_a_term_that_nobody_describes_is_refused(tmp_path):
    """A misspelt drug would otherwise be recommended by its IRI."""
    with pytest.raises(SourceError, match=r"own\.ttl: gistkg:Exampilnib is not described anywhere; run: gistkg check"):
        load(tmp_path, "ev:mine gistkg:recommends gistkg:Exampilnib .")


def test_evidence_that_is_there_already_is_not_described_anew(tmp_path):
    """Or a file could change what a source says."""
    with pytest.raises(SourceError, match="ev:pdq-2014-s28 is described already, elsewhere"):
        load(tmp_path, "ev:pdq-2014-s28 gistkg:recommends gistkg:Imatinib .")
