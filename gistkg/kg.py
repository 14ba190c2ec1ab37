"""The object a user holds: one graph, and every way to ask it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from gistkg.graph import Binding, Graph, load_graph
from gistkg.results import Rows, Triples

if TYPE_CHECKING:
    from pathlib import Path as FilePath

    import networkx
    import owlready2
    import rdflib

    from gistkg.applicability import Answer
    from gistkg.case import Case
    from gistkg.changes import Changes
    from gistkg.criteria import Conditions
    from gistkg.export.product import Product
    from gistkg.model import Claim, Recommendation, Result, Source, Term
    from gistkg.questions import Question
    from gistkg.reason import Classification
    from gistkg.resolve import Hit
    from gistkg.risk import SchemeRisk
    from gistkg.traverse import Link, Path

__all__ = ["KnowledgeGraph", "load"]


class KnowledgeGraph:
    """A loaded graph. Names of terms may be labels, synonyms, prefixed names or IRIs.

    Every method imports what it needs when it is called, so that a program pays only for what it uses.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    @property
    def version(self) -> str:
        """Twelve digits that change with any byte of the ontology."""
        return self.graph.version

    def __len__(self) -> int:
        """The number of triples, in all named graphs together."""
        return len(self.graph.store)

    def __repr__(self) -> str:
        return f"<KnowledgeGraph {self.version}: {len(self)} triples in {len(self.graph.files)} named graphs>"

    # SPARQL

    def query(self, sparql: str, /, **bindings: Binding) -> Rows | Triples | bool:
        """Evaluate SPARQL 1.1 over the union of the named graphs; see `gistkg.graph.Graph.query`.

        >>> kg = load()
        >>> [row["drug"] for row in kg.query("SELECT ?drug { ?drug rdfs:subClassOf gistkg:BrafInhibitor }")]
        ['gistkg:Dabrafenib']
        """
        return self.graph.query(sparql, **bindings)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The catalogue of questions, by name."""
        from gistkg.questions import catalogue

        return catalogue()

    def run(self, question: str, /, **parameters: object) -> Rows | Triples | bool:
        """Answer one question of the catalogue; a parameter left out takes its default, and without one means any.

        >>> [row["perDay"] for row in load().run("dose-by-genotype", mutation="KIT exon 9")][:1]
        [Decimal('800')]
        """
        from gistkg.questions import run

        return run(self.graph, question, **parameters)

    # Cases

    @cached_property
    def conditions(self) -> Conditions:
        """Every criterion and population, ready to be evaluated."""
        from gistkg.criteria import conditions

        return conditions(self.graph)

    def ask(
        self,
        case: str | Mapping[str, object] | Case,
        *,
        as_of: datetime | str | None = None,
        jurisdiction: str | None = None,
    ) -> Answer:
        """Judge every recommendation for a case, as of a date, in one place or any.

        A case is words, keys with values (see `gistkg.document`), or was read by `gistkg.case_formats.read_case`.
        Raises `CaseError` for what it cannot place, `DateError`, and `UnknownTermError` for a place.

        >>> answer = load().ask("metastatic, KIT exon 9, untreated")
        >>> answer.with_status("applies")[0].claim.label
        'MetaGIST: imatinib 400 mg twice daily is better than once daily with a KIT exon 9 mutation'
        """
        return self._judge(self._case(case), as_of, jurisdiction)

    def _case(self, case: str | Mapping[str, object] | Case) -> Case:
        from gistkg.case import Case, case_from_words

        if isinstance(case, str):
            return case_from_words(self.graph, self.conditions, case)
        if isinstance(case, Case):
            return case
        from gistkg.document import case_from_document

        return case_from_document(self.graph, self.conditions, case)

    def _judge(self, case: Case, as_of: datetime | str | None, jurisdiction: str | None) -> Answer:
        from gistkg.applicability import answer
        from gistkg.changes import moment_of, place_of

        moment = moment_of(str(as_of)) if as_of is not None else None
        place = None if jurisdiction is None else place_of(self.graph, jurisdiction)
        return answer(self.graph, self.conditions, case, as_of=moment, jurisdiction=place)

    def at(self, as_of: datetime | str, jurisdiction: str | None = None) -> KnowledgeGraph:
        """The graph as it stood on a date: without the claims that did not hold then, or not in that place.

        >>> load().at("1999-12-31").claims()
        ()
        """
        from gistkg.changes import at, moment_of, place_of

        place = None if jurisdiction is None else place_of(self.graph, jurisdiction)
        return KnowledgeGraph(at(self.graph, moment_of(str(as_of)), place))

    def changes(self, start: datetime | str, end: datetime | str) -> Changes:
        """The claims that began to hold between two dates, that ended, and that were revised."""
        from gistkg.changes import changes, moment_of

        return changes(self.graph, moment_of(str(start)), moment_of(str(end)))

    def risk(self, case: str | Mapping[str, object] | Case) -> tuple[SchemeRisk, ...]:
        """What each risk scheme says of a case, side by side; a case is what `ask` takes.  Raises `CaseError`.

        >>> [str(risk.group) for risk in load().risk("gastric, 4 cm, 7 mitoses, not ruptured")]
        ['intermediate risk by NIH 2002', 'moderate risk by AFIP 2006', 'intermediate risk by modified NIH']
        """
        from gistkg.risk import risk_groups

        return risk_groups(self.graph, self.conditions, self._case(case))

    # Records

    def term(self, name: str) -> Term:
        """A term with its label, kind, definition and synonyms.

        >>> load().term("P-gp").label
        'P-glycoprotein'
        """
        from gistkg.records import term

        return term(self.graph, name)

    def source(self, name: str) -> Source:
        """A publication, guideline edition or label."""
        from gistkg.records import source

        return source(self.graph, name)

    def claim(self, name: str) -> Claim:
        """One claim; a `Recommendation` if it is one."""
        from gistkg.records import claim

        return claim(self.graph, name)

    def claims(self, *, source: str | None = None) -> tuple[Claim, ...]:
        """Every claim, or those of one source."""
        from gistkg.records import claims

        return claims(self.graph, source=source)

    def recommendations(self) -> tuple[Recommendation, ...]:
        """Every recommendation, for and against."""
        from gistkg.records import recommendations

        return recommendations(self.graph)

    def results(self, claim: str) -> tuple[Result, ...]:
        """The results a claim reports or rests on, down to the arm."""
        from gistkg.records import results

        return results(self.graph, claim)

    def search(self, text: str, *, limit: int = 20) -> tuple[Hit, ...]:
        """The terms whose names or definitions hold a text, the best first."""
        from gistkg.resolve import search

        return search(self.graph, text, limit=limit)

    # Traversal

    def neighbours(self, term: str) -> tuple[Link, ...]:
        """The links a term takes part in.

        >>> [str(link) for link in load().neighbours("P-glycoprotein") if "carries" in str(link)]
        ['--carries out--> drug efflux by P-glycoprotein']
        """
        from gistkg.resolve import resolve
        from gistkg.traverse import neighbours

        return neighbours(self.graph, resolve(self.graph, term))

    def path(self, start: str, end: str) -> Path:
        """The shortest explanation path between two terms.  Raises `NoPathError`."""
        from gistkg.resolve import resolve
        from gistkg.traverse import shortest_path

        return shortest_path(self.graph, resolve(self.graph, start), resolve(self.graph, end))

    def mechanism_paths(self, start: str, end: str | None = None) -> tuple[Path, ...]:
        """All paths of a mechanism from a gene, a protein or a mechanism to the failure it is proposed to end in.

        >>> print(load().mechanism_paths("MDR1", "failure of cytotoxic chemotherapy")[0])  # doctest: +ELLIPSIS
        ABCB1 gene --encodes--> P-glycoprotein --carries out--> drug efflux by P-glycoprotein --acts on drug--> ...
        """
        from gistkg.resolve import resolve
        from gistkg.traverse import mechanism_paths

        return mechanism_paths(
            self.graph, resolve(self.graph, start), None if end is None else resolve(self.graph, end)
        )

    # Other formats

    def export(
        self,
        target: str,
        path: str | FilePath | None = None,
        *,
        variant: str | None = None,
        about: str | None = None,
    ) -> Product:
        """The graph in another format or vocabulary, written to a file or folder if a path is given.

        The targets are those of `gistkg.export.targets.TARGETS`, and so are their variants; what a target has no
        place for is in the `losses` of the product, and in a file beside the export. `about` chooses one term where
        the target is about one.
        Raises `ExportError`, `MissingProgramError`, and `OutputError` for a path that cannot be written.

        >>> load().export("rdf", variant="turtle").losses
        ()
        """
        from pathlib import Path

        from gistkg.export.targets import build, variant_of
        from gistkg.export.targets import target as target_of
        from gistkg.export.writing import write_product

        chosen = target_of(target)
        wanted = variant_of(chosen, variant, None if path is None else str(path))
        product = build(self.graph, target, wanted, about)
        if path is not None:
            write_product(
                product, Path(path), target=target, variant=wanted, version=self.version, folder=chosen.is_folder
            )
        return product

    # Other libraries

    def rdflib(self) -> rdflib.Dataset:
        """A copy as an rdflib dataset; never give it a stranger's query, see `gistkg.interchange.to_rdflib`."""
        from gistkg.interchange import to_rdflib

        return to_rdflib(self.graph)

    def networkx(self) -> networkx.MultiDiGraph[str]:
        """A copy as a networkx graph of terms and links."""
        from gistkg.traverse import networkx_view

        return networkx_view(self.graph)

    def owl(self) -> owlready2.Ontology:
        """A copy as an owlready2 ontology in a world of its own, with the axioms of the populations derived."""
        from gistkg.reason import to_owlready2

        return to_owlready2(self.graph)

    def classify(self) -> Classification:
        """Run HermiT over the graph.  Raises `MissingProgramError` without Java, `ReasonerError` if it stops."""
        from gistkg.reason import classify

        return classify(self.graph)


def load(*extra: str | FilePath) -> KnowledgeGraph:
    """Load the knowledge graph, and Turtle files of your own beside it.

    Raises `SourceError` for a file that cannot be read or does not parse; then nothing is loaded.

    >>> load()  # doctest: +ELLIPSIS
    <KnowledgeGraph ...: ... triples in ... named graphs>
    """
    if not extra:
        return KnowledgeGraph(load_graph())
    from pathlib import Path

    return KnowledgeGraph(load_graph([Path(path) for path in extra]))
