"""Every error gistkg raises on purpose.

GistkgError                      anything below; carries the exit code of the command line
├── CaseError                    the description of a tumour cannot be read or contradicts itself
│   ├── CaseValueError           a key of a case file is unknown, or its value is none it can have
│   ├── ContradictionError       two facts of a case that cannot both hold
│   ├── UnknownWordError         a word that names nothing a case can say
│   └── VariantError             a protein change that does not parse, or does not fit its gene
├── DateError                    a date that is none, or two in the wrong order
├── UnknownTermError             no term of the graph has this name
│   └── UnknownRecommendationError  something else stands where the name of a recommendation should
├── AmbiguousTermError           several terms of the graph have this name
├── WrongKindError               a term is not of the kind that was asked for
├── UnknownQuestionError         no query file has this name
├── ParameterError               a question was given a wrong parameter
├── FormatError                  a result cannot be written in this format
├── SourceError                  a file cannot be read, or does not parse
├── ExportError                  an export that cannot be what was asked for
│   └── UnknownTargetError       no export has this name
├── OutputError                  a file or folder cannot be written
├── NotARecommendationError      a claim that recommends nothing, so that it cannot be judged
├── NoPathError                  nothing connects two terms
├── MissingProgramError          a library or a Java that this call needs is not installed
├── ReasonerError                the OWL reasoner stopped
│   └── InconsistentError        the ontology contradicts itself
├── QuerySyntaxError             SPARQL that does not parse
└── QueryRefusedError            SPARQL that reaches outside the graph
"""

from collections.abc import Sequence

__all__ = [
    "AmbiguousTermError",
    "CaseError",
    "CaseValueError",
    "ContradictionError",
    "DateError",
    "ExportError",
    "FormatError",
    "GistkgError",
    "InconsistentError",
    "MissingProgramError",
    "NoPathError",
    "NotARecommendationError",
    "OutputError",
    "ParameterError",
    "QueryRefusedError",
    "QuerySyntaxError",
    "ReasonerError",
    "SourceError",
    "UnknownQuestionError",
    "UnknownRecommendationError",
    "UnknownTargetError",
    "UnknownTermError",
    "UnknownWordError",
    "VariantError",
    "WrongKindError",
]


class GistkgError(Exception):
    """Base of all errors that gistkg raises on purpose."""

    exit_code = 2


class CaseError(GistkgError):
    """What is said of a tumour cannot be understood, or contradicts itself."""


class CaseValueError(CaseError):
    """Something in a case file that is unknown or cannot be: where it stands, and what to write instead."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem


class ContradictionError(CaseError):
    """Two facts of a case that cannot both hold."""

    def __init__(self, one: str, other: str, advice: str = "leave one of them out") -> None:
        super().__init__(f"The case says both {one!r} and {other!r}, which cannot both hold; {advice}.")
        self.one = one
        self.other = other


class UnknownWordError(CaseError):
    """Words in a case that name nothing the graph knows."""

    def __init__(self, words: str, nearest: Sequence[str]) -> None:
        super().__init__(f"Nothing in the graph is called {words!r}. {_suggest(nearest, 'gistkg search TEXT')}")
        self.words = words
        self.nearest = tuple(nearest)


class VariantError(CaseError):
    """An alteration that cannot be read, or that the gene it is said of cannot have."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"{text!r}: {problem}")
        self.text = text
        self.problem = problem


class DateError(GistkgError):
    """A date that cannot be read, or two that are in the wrong order."""

    def __init__(self, text: str, problem: str) -> None:
        super().__init__(f"{text!r} {problem}.")
        self.text = text
        self.problem = problem


class UnknownTermError(GistkgError):
    """No term of the graph has this label, synonym or IRI."""

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        super().__init__(f"No term is called {name!r}. {_suggest(nearest, 'gistkg search TEXT')}")
        self.name = name
        self.nearest = tuple(nearest)


class UnknownRecommendationError(UnknownTermError):
    """A name that is not that of a claim: the form it should have, and what is meant or is about the same."""

    def __init__(self, name: str, nearest: Sequence[str], example: str, about: str = "", more: int = 0) -> None:
        sentence = f"{name!r} is not the name of a recommendation, which is like {example}; 'gistkg ask' shows them."
        also = f" and {more} more" if more else ""
        meant = f"About {about}: {', '.join(nearest)}{also}." if about else nearest and _suggest(nearest, "")
        GistkgError.__init__(self, f"{sentence} {meant or ''}".rstrip())
        self.name = name
        self.nearest = tuple(nearest)
        self.about = about


class AmbiguousTermError(GistkgError):
    """Several terms of the graph share this label or synonym."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        super().__init__(f"{name!r} names several terms: {', '.join(candidates)}. Use one of these names instead.")
        self.name = name
        self.candidates = tuple(candidates)


class WrongKindError(GistkgError):
    """A name is known, but what it names is not of the kind that was asked for."""

    def __init__(self, name: str, wanted: str, found: Sequence[str]) -> None:
        super().__init__(f"{name!r} names {' and '.join(found)}, which is not a kind of {wanted}.")
        self.name = name
        self.wanted = wanted
        self.found = tuple(found)


class UnknownQuestionError(GistkgError):
    """No query file has this name."""

    def __init__(self, name: str, nearest: Sequence[str]) -> None:
        super().__init__(f"No question is called {name!r}. {_suggest(nearest, 'gistkg queries')}")
        self.name = name
        self.nearest = tuple(nearest)


class ParameterError(GistkgError):
    """A question was given a parameter it does not have, or a value of the wrong kind."""

    def __init__(self, question: str, parameter: str, problem: str) -> None:
        super().__init__(f"Question {question!r}, parameter {parameter!r}: {problem}")
        self.question = question
        self.parameter = parameter
        self.problem = problem


class FormatError(GistkgError):
    """A result of this kind cannot be written in this format."""

    def __init__(self, wanted: str, possible: Sequence[str], hint: str = "") -> None:
        sentence = f"This result cannot be written as {wanted}; choose one of {', '.join(possible)}."
        super().__init__(f"{sentence} {hint}".rstrip())
        self.wanted = wanted
        self.possible = tuple(possible)


class SourceError(GistkgError):
    """A file that should be read is missing, unreadable, or does not parse."""

    def __init__(self, path: str, problem: str, line: int | None = None, column: int | None = None) -> None:
        place = ":".join([path, *(str(number) for number in (line, column) if number is not None)])
        super().__init__(f"{place}: {problem}")
        self.path = path
        self.problem = problem
        self.line = line
        self.column = column


class ExportError(GistkgError):
    """An export that cannot be what was asked for."""


class UnknownTargetError(ExportError):
    """There is no export of this name."""

    def __init__(self, name: str, known: Sequence[str], variant_of: Sequence[str] = ()) -> None:
        from difflib import get_close_matches

        near = [f"--to {one} --as {name.casefold()}" for one in variant_of]
        near = near or get_close_matches(name.casefold(), known, 1, 0.5)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        super().__init__(f"There is no target {name!r}. {hint}There are: {', '.join(known)}.")
        self.name = name
        self.known = tuple(known)


class OutputError(GistkgError):
    """A file or folder that cannot be written."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path} {problem}.")
        self.path = path
        self.problem = problem


class NotARecommendationError(GistkgError):
    """A claim that recommends nothing cannot be judged for a case."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} recommends nothing, so there is nothing to judge; 'gistkg show {name}' tells of it.")
        self.name = name


class NoPathError(GistkgError):
    """Two terms are not connected."""

    exit_code = 1

    def __init__(self, start: str, end: str) -> None:
        super().__init__(f"Nothing connects {start!r} with {end!r}; 'gistkg show' lists what each is linked to.")
        self.start = start
        self.end = end


class MissingProgramError(GistkgError):
    """A library or program this call needs is not installed."""

    def __init__(self, what: str, needed_for: str, install: str) -> None:
        super().__init__(f"{needed_for} needs {what}, which is not installed; run: {install}")
        self.what = what
        self.needed_for = needed_for
        self.install = install


class ReasonerError(GistkgError):
    """The OWL reasoner stopped without an answer."""

    def __init__(self, message: str) -> None:
        super().__init__(f"HermiT stopped: {message}")


class InconsistentError(ReasonerError):
    """The ontology contradicts itself, so that everything follows from it."""

    def __init__(self) -> None:
        super().__init__("the ontology contradicts itself; run: gistkg check --reason")


class QuerySyntaxError(GistkgError):
    """SPARQL that does not parse."""

    exit_code = 3

    def __init__(self, message: str, line: int | None, column: int | None, excerpt: str) -> None:
        place = f"line {line}, column {column}" if line is not None else "place unknown"
        pointer = f"\n  {excerpt}\n  {' ' * (column - 1)}^" if column is not None and excerpt else ""
        super().__init__(f"SPARQL syntax, {place}: {message}{pointer}")
        self.line = line
        self.column = column


class QueryRefusedError(GistkgError):
    """SPARQL that would reach outside the graph, or change it."""

    exit_code = 3


def _suggest(nearest: Sequence[str], otherwise: str) -> str:
    """Say the nearest known names, or where to look.

    >>> _suggest(["imatinib"], "gistkg search TEXT")
    'Did you mean imatinib?'
    """
    if not nearest:
        return f"Try: {otherwise}"
    if len(nearest) == 1:
        return f"Did you mean {nearest[0]}?"
    return f"Did you mean {', '.join(nearest[:-1])} or {nearest[-1]}?"
