"""The question of the benchmark, asked the plain way: parse the Turtle with rdflib, run one query, print JSON.

The criteria that the case meets, and those it is known not to meet, are given: `ask_rdflib.py ONTOLOGY CRITERIA.json`.
"""

import json
import sys
from pathlib import Path

import rdflib

QUERY = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX gistkg: <https://w3id.org/gistkg/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?claim ?label ?therapy ?perDay ?direction ?modality ?population ?source ?locator WHERE {
  VALUES ?kind { gistkg:Recommendation gistkg:MonitoringRecommendation }
  ?claim a ?kind ; skos:prefLabel ?label ; gistkg:appliesTo ?group ; gistkg:hasDirection/skos:notation ?direction ;
    gistkg:hasModality/skos:notation ?modality ; dcterms:source ?source ; gistkg:locator ?locator ;
    gistkg:validFrom ?from .
  FILTER(?from <= NOW())
  FILTER NOT EXISTS { ?claim gistkg:validUntil ?until . FILTER(?until <= NOW()) }
  ?group skos:prefLabel ?population .
  ?claim gistkg:recommends|gistkg:recommendsProcedure ?what . ?what skos:prefLabel ?therapy .
  OPTIONAL { ?what gistkg:dosePerDay ?perDay }
  FILTER NOT EXISTS { ?group gistkg:requires ?criterion . FILTER(?criterion NOT IN (MET)) }
  FILTER NOT EXISTS { ?group gistkg:excludes ?criterion . FILTER(?criterion NOT IN (UNMET)) }
} ORDER BY ?direction ?claim ?what
"""

criteria = json.loads(Path(sys.argv[2]).read_text())
for name in ("UNMET", "MET"):
    QUERY = QUERY.replace(f"({name})", f"({', '.join(f'<{iri}>' for iri in criteria[name.lower()])})")
graph = rdflib.Graph()
for path in sorted(Path(sys.argv[1]).rglob("*.ttl")):
    if not {"shapes", "mappings"} & {*path.parts}:
        graph.parse(path, format="turtle")
json.dump([{str(name): str(value) for name, value in row.asdict().items()} for row in graph.query(QUERY)], sys.stdout)
