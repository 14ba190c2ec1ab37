"""The IRIs that Python code mentions; what they mean stands in `ontology/`."""

__all__ = ["EV", "GISTKG", "GRAPH", "OWL", "PREFIXES", "RDF", "RDFS", "SKOS", "SRC", "XSD", "compact", "expand"]

GISTKG = "https://w3id.org/gistkg/"
EV = GISTKG + "evidence/"
SRC = GISTKG + "source/"
GRAPH = GISTKG + "graph/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "ev": EV,
    "gistkg": GISTKG,
    "owl": OWL,
    "rdf": RDF,
    "rdfs": RDFS,
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": SKOS,
    "src": SRC,
    "xsd": XSD,
}
"""The prefixes every query and every output of gistkg may use without declaring them."""

_LONGEST_FIRST = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def compact(iri: str) -> str:
    """Write an IRI with the longest prefix that fits; an IRI without one stays whole.

    >>> compact("https://w3id.org/gistkg/evidence/pdq-2014-s09"), compact("https://example.org/x")
    ('ev:pdq-2014-s09', 'https://example.org/x')
    """
    for prefix, namespace in _LONGEST_FIRST:
        if iri.startswith(namespace):
            local = iri[len(namespace) :]
            return f"{prefix}:{local}" if local and "/" not in local and "#" not in local else iri
    return iri


def expand(name: str) -> str | None:
    """The IRI of a prefixed name or of `<iri>`; `None` if it is neither.

    >>> expand("gistkg:Imatinib"), expand("imatinib")
    ('https://w3id.org/gistkg/Imatinib', None)
    """
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    if name.startswith(("http://", "https://")):
        return name
    prefix, colon, local = name.partition(":")
    if colon and prefix in PREFIXES and local and " " not in local:
        return PREFIXES[prefix] + local
    return None
