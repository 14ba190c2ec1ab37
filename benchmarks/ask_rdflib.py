"""The question of the benchmark, asked the plain way: parse the Turtle with rdflib, run one query, print JSON."""

import json
import sys
from pathlib import Path

import rdflib

MET = (
    "IsGist",
    "HasUnresectableOrMetastaticDisease",
    "HasUnresectableMetastaticOrRecurrentDisease",
    "HasKitExon9Mutation",
    "HadNoDrugTreatment",
    "HadNoTyrosineKinaseInhibitor",
    "HadNoTkiForAdvancedDisease",
)
QUERY = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX gistkg: <https://w3id.org/gistkg/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?claim ?label ?therapy ?perDay ?direction ?modality ?population ?source ?locator WHERE {
  VALUES ?kind { gistkg:Recommendation gistkg:MonitoringRecommendation }
  ?claim a ?kind ; skos:prefLabel ?label ; gistkg:appliesTo ?group ; gistkg:hasDirection/skos:notation ?direction ;
    gistkg:hasModality/skos:notation ?modality ; dcterms:source ?source ; gistkg:locator ?locator .
  ?group skos:prefLabel ?population .
  ?claim gistkg:recommends|gistkg:recommendsProcedure ?what . ?what skos:prefLabel ?therapy .
  OPTIONAL { ?what gistkg:dosePerDay ?perDay }
  FILTER NOT EXISTS { ?group gistkg:requires ?criterion . FILTER(?criterion NOT IN (CRITERIA)) }
} ORDER BY ?direction ?claim ?what
""".replace("CRITERIA", ", ".join(f"gistkg:{name}" for name in MET))

graph = rdflib.Graph()
for path in sorted(Path(sys.argv[1]).rglob("*.ttl")):
    if "shapes" not in path.parts:
        graph.parse(path, format="turtle")
json.dump([{str(name): str(value) for name, value in row.asdict().items()} for row in graph.query(QUERY)], sys.stdout)
