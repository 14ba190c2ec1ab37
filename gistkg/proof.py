"""What HermiT proves of conditions: which can be met, which follows from which, which rule each other out.

A question about conditions is put as a class expression and asked as one test of satisfiability: that `a` follows from
the facts `f` is that `f and not a` can never be. Some hundred such tests a second need one start of Java.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, permutations

import pyoxigraph as ox

from gistkg.criteria import Conditions, Proofs, condition_version
from gistkg.errors import ReasonerError, SourceError
from gistkg.expressions import And, AtLeast, Bound, Expression, Has, Named, Not, Or, Some, Truth
from gistkg.graph import Graph, graph_name
from gistkg.reason import run_hermit
from gistkg.terms import OWL, RDF, RDFS, XSD, compact

__all__ = [
    "class_triples",
    "decide",
    "derived_turtle",
    "prove",
    "satisfiable",
    "without_evidence",
]

_SATISFIABLE = "> is satisfiable."
_PREFIX = "urn:gistkg:question:"


def prove(graph: Graph, conditions: Conditions) -> Proofs:
    """Let HermiT find every implication and exclusion among the criteria, and every population that is empty.

    Criteria that speak of different properties are not put to it: no axiom of the ontology joins those. Takes some
    minutes. Raises `MissingProgramError` without Java, and `ReasonerError`.
    """
    criteria = conditions.criteria
    about = {iri: frozenset(_properties(conditions, expression)) for iri, expression in criteria.items()}
    questions: dict[str, Expression] = {}
    for one, other in permutations(sorted(criteria), 2):
        if about[one] & about[other] and conditions.evaluate([criteria[one]], criteria[other]) is None:
            questions[f"implied {one} {other}"] = And((Named(one), Not(Named(other))))
    for one, other in combinations(sorted(criteria), 2):
        if about[one] & about[other] and conditions.evaluate([criteria[one]], criteria[other]) is None:
            questions[f"excluded {one} {other}"] = And((Named(one), Named(other)))
    questions |= {f"empty {population}": Named(population) for population in conditions.populations}
    never = [name.split() for name, possible in satisfiable(graph, questions).items() if not possible]
    excluded = {(one, other) for kind, one, *rest in never if kind == "excluded" for other in rest}
    return Proofs(
        frozenset((one, rest[0]) for kind, one, *rest in never if kind == "implied"),
        frozenset(excluded | {(other, one) for one, other in excluded}),
        tuple(sorted(one for kind, one, *_ in never if kind == "empty")),
    )


def _properties(conditions: Conditions, expression: Expression) -> Iterator[str]:
    """The properties of a case that an expression speaks of, with those above them and those of what it names."""
    match expression:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _properties(conditions, part)
        case Not(part):
            yield from _properties(conditions, part)
        case Named(iri):
            defined = conditions.criteria.get(iri) or conditions.definitions.get(iri)
            if defined is not None:
                yield from _properties(conditions, defined)
        case Some() | Has() | Bound() | AtLeast():
            yield from conditions.broader_properties.get(expression.property, ())
            yield expression.property


def derived_turtle(graph: Graph, conditions: Conditions) -> str:
    """The file `ontology/derived/criteria.ttl`: all implications and exclusions among criteria, plain ones included.

    Raises `SourceError` if nobody can be in a population.
    """
    proofs = prove(graph, conditions)
    if proofs.empty:
        raise SourceError("ontology/conditions", f"nobody can be in {', '.join(map(compact, proofs.empty))}")
    implied, excluded = set(proofs.implied), set(proofs.excluded)
    for one, other in permutations(conditions.criteria, 2):
        truth = conditions.evaluate([conditions.criteria[one]], conditions.criteria[other])
        if truth is not None:
            (implied if truth else excluded).add((one, other))
    blocks = [_HEADER.format(version=condition_version(graph))]
    for one in sorted(conditions.criteria):
        lines = [
            f"    gistkg:{link} " + " , ".join(compact(other) for first, other in sorted(pairs) if first == one) + " ;"
            for link, pairs in (("impliesCriterion", implied), ("rulesOutCriterion", excluded))
            if any(first == one for first, _ in pairs)
        ]
        if lines:
            blocks.append("\n".join([compact(one), *lines, "    .", ""]))
    return "\n".join(blocks)


def decide(
    graph: Graph,
    cases: Sequence[tuple[Expression, ...]],
    populations: Sequence[str],
    expected: Mapping[int, Truth] | None = None,
) -> list[Truth]:
    """Whether each population follows from each case, is ruled out by it, or neither, case by case; by HermiT.

    What is `expected` of a pair, by its number in that order, saves a test: of `True` and `False` it is tested whether
    they follow, and nothing else. Facts that contradict each other prove everything; here they are called `True`.
    """
    expected = expected or {}
    known = {f"{_PREFIX}case:{number}": And(facts) for number, facts in enumerate(cases)}
    asked: dict[str, Expression] = {}
    pairs = [(case, population) for case in known for population in populations]
    for number, (case, population) in enumerate(pairs):
        if expected.get(number) is not False:
            asked[f"{number} outside"] = And((Named(case), Not(Named(population))))
        if expected.get(number) is not True:
            asked[f"{number} inside"] = And((Named(case), Named(population)))
    possible = satisfiable(graph, asked, known)

    def truth(number: int) -> Truth:
        if not possible.get(f"{number} outside", True):
            return True
        return None if possible.get(f"{number} inside", True) else False

    return [truth(number) for number in range(len(pairs))]


def satisfiable(
    graph: Graph, expressions: Mapping[str, Expression], defined: Mapping[str, Expression] | None = None
) -> dict[str, bool]:
    """Whether anything can be what each class expression says.

    Classes that the expressions name beside those of the graph are `defined` by IRI. The evidence has no part in it: it
    only costs the reasoner time. Raises what `gistkg.reason.classify` raises.

    >>> from gistkg.graph import load_graph
    >>> gist = Named("https://w3id.org/gistkg/GastrointestinalStromalTumour")
    >>> satisfiable(load_graph(), {"one": gist, "other": And((gist, Not(gist)))})
    {'one': True, 'other': False}
    """
    if not expressions:
        return {}
    names = {_PREFIX + str(number): name for number, name in enumerate(expressions)}
    triples: list[ox.Triple] = []
    for iri, expression in {**(defined or {}), **{iri: expressions[name] for iri, name in names.items()}}.items():
        node = ox.NamedNode(iri)
        triples.append(ox.Triple(node, _TYPE, _CLASS))
        triples.append(ox.Triple(node, ox.NamedNode(OWL + "equivalentClass"), class_triples(expression, triples)))
    output = run_hermit(without_evidence(graph), triples, [f"-k<{iri}>" for iri in names])
    answers = {}
    for line in output.splitlines():
        iri = line.removeprefix("<").partition(">")[0]
        if iri in names:
            answers[names[iri]] = line.endswith(_SATISFIABLE)
    if len(answers) != len(names):
        raise ReasonerError(f"it answered {len(answers)} of {len(names)} questions")
    return answers


def without_evidence(graph: Graph) -> Graph:
    """The files of a graph that conditions depend on, in a graph of their own."""
    files = tuple(file for file in graph.files if not file.name.startswith(("evidence/", "derived/")))
    wanted = [graph_name(file) for file in files]
    store = ox.Store()
    store.bulk_extend(quad for name in wanted for quad in graph.store.quads_for_pattern(None, None, None, name))
    return Graph(store, files)


def class_triples(expression: Expression, triples: list[ox.Triple]) -> ox.NamedNode | ox.BlankNode:
    """The node of a class expression in OWL; its triples are added to a list, blank nodes fresh."""
    if isinstance(expression, Named):
        return ox.NamedNode(expression.iri)
    node = ox.BlankNode()

    def add(property_: str, value: ox.NamedNode | ox.BlankNode | ox.Literal) -> None:
        triples.append(ox.Triple(node, ox.NamedNode(property_), value))

    if isinstance(expression, Some | Has | Bound | AtLeast):
        add(RDF + "type", ox.NamedNode(OWL + "Restriction"))
        add(OWL + "onProperty", ox.NamedNode(expression.property))
    else:
        add(RDF + "type", _CLASS)
    match expression:
        case Some(_, filler):
            add(OWL + "someValuesFrom", class_triples(filler, triples))
        case Has(_, value):
            add(OWL + "hasValue", _literal(value))
        case Bound(_, facet, limit):
            add(OWL + "someValuesFrom", _datatype(facet, _literal(limit), triples))
        case AtLeast(count, _, filler):
            whole = ox.NamedNode(XSD + "nonNegativeInteger")
            add(OWL + "minQualifiedCardinality", ox.Literal(str(count), datatype=whole))
            add(OWL + "onClass", class_triples(filler, triples))
        case And(parts):
            add(OWL + "intersectionOf", _list([class_triples(part, triples) for part in parts], triples))
        case Or(parts):
            add(OWL + "unionOf", _list([class_triples(part, triples) for part in parts], triples))
        case Not(part):
            add(OWL + "complementOf", class_triples(part, triples))
    return node


_HEADER = """@prefix gistkg: <https://w3id.org/gistkg/> .

## Proved by HermiT of the criteria; written by `python -m gistkg.proof`, never by hand.

<https://w3id.org/gistkg/>
    gistkg:provedFor "{version}" ;
    .
"""
_TYPE = ox.NamedNode(RDF + "type")
_CLASS = ox.NamedNode(OWL + "Class")


def _literal(value: object) -> ox.Literal:
    if isinstance(value, bool):
        return ox.Literal(str(value).lower(), datatype=ox.NamedNode(XSD + "boolean"))
    if isinstance(value, str):
        return ox.Literal(value)
    return ox.Literal(str(value), datatype=ox.NamedNode(XSD + "decimal"))


def _datatype(facet: str, limit: ox.Literal, triples: list[ox.Triple]) -> ox.BlankNode:
    node, restriction = ox.BlankNode(), ox.BlankNode()
    triples.append(ox.Triple(node, _TYPE, ox.NamedNode(RDFS + "Datatype")))
    triples.append(ox.Triple(node, ox.NamedNode(OWL + "onDatatype"), ox.NamedNode(XSD + "decimal")))
    triples.append(ox.Triple(restriction, ox.NamedNode(XSD + facet), limit))
    triples.append(ox.Triple(node, ox.NamedNode(OWL + "withRestrictions"), _list([restriction], triples)))
    return node


def _list(items: list[ox.NamedNode | ox.BlankNode], triples: list[ox.Triple]) -> ox.NamedNode | ox.BlankNode:
    head: ox.NamedNode | ox.BlankNode = ox.NamedNode(RDF + "nil")
    for item in reversed(items):
        cell = ox.BlankNode()
        triples.append(ox.Triple(cell, ox.NamedNode(RDF + "first"), item))
        triples.append(ox.Triple(cell, ox.NamedNode(RDF + "rest"), head))
        head = cell
    return head


def _main() -> None:
    """Write the proofs anew, in a checkout."""
    from gistkg.criteria import conditions
    from gistkg.files import folder
    from gistkg.graph import load_graph

    graph = load_graph()
    path = folder("ontology") / "derived" / "criteria.ttl"
    path.parent.mkdir(exist_ok=True)
    path.write_text(derived_turtle(graph, conditions(graph)), encoding="utf-8")


if __name__ == "__main__":
    _main()
