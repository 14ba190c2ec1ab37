"""What can be said on the command line: the commands, their options and their help."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from typing import Any, NoReturn

__all__ = ["build_parser"]

_NOTICE = "gistkg informs; it does not choose a patient's treatment."
_EXIT_STATUS = """\
exit status:
  0    done
  1    nothing was found, or the answer is no
  2    bad input: an option, a word, a term, a question or a file
  3    SPARQL that does not parse, or that is refused
  130  interrupted
"""

_ROW_FORMATS = ("table", "json", "csv", "tsv", "markdown")
_ALL_FORMATS = (*_ROW_FORMATS, "turtle", "jsonld")
_PAGE_FORMATS = ("table", "markdown", "json", "turtle", "jsonld")


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line, or of one command alone, which is several times as fast to build.

    >>> build_parser().parse_args(["search", "efflux"]).text
    ['efflux']
    """
    parser = _Parser(
        prog="gistkg",
        description="Which treatment has which evidence in gastrointestinal stromal tumours,\nand why a drug fails.",
        epilog=f"{_EXIT_STATUS}\n{_NOTICE}",
        formatter_class=_Help,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version of the program and of the graph")
    parser.add_argument(
        "--with",
        dest="extra",
        action="append",
        default=[],
        metavar="FILE",
        help="load this Turtle file as well; can be said several times, before the command",
    )
    commands = parser.add_subparsers(prog="gistkg", title="commands", metavar="COMMAND", dest="command", required=True)
    for name in [command] if command in _COMMANDS else _COMMANDS:
        summary, add_arguments, description, examples = _COMMANDS[name]
        added = commands.add_parser(
            name,
            help=summary,
            description=description,
            epilog="examples:\n" + "".join(f"  {example}\n" for example in examples),
            formatter_class=_Help,
            allow_abbrev=False,
        )
        add_arguments(added)
        added.set_defaults(parser=added)
    return parser


class _Parser(argparse.ArgumentParser):
    """An argument parser that names the nearest choice, and says one line instead of the usage."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """The arguments; what nobody knows is told by the command it was given to, with its help."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            early = any(word.partition("=")[0] == "--with" for word in unknown)
            where = f"; --with FILE stands before the command: gistkg --with FILE {found.command} ..." if early else ""
            found.parser.error(f"unrecognized arguments: {' '.join(unknown)}{where}")
        return found

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"gistkg: error: {message}\nTry: {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: object) -> None:
        choices = [str(choice) for choice in action.choices or ()]
        if choices and value not in choices:
            from difflib import get_close_matches

            near = get_close_matches(str(value), choices, 1)
            hint = f"did you mean {near[0]}?" if near else f"choose one of {', '.join(choices)}"
            raise argparse.ArgumentError(action, f"there is no {value!r}; {hint}")


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        # Left to itself, argparse imports shutil to learn the width, for every option once more.
        super().__init__(prog, max_help_position=30, width=_width())
        self._action_max_length = 14  # argparse forgets the indent of the names of commands


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns) > 40:
        return int(columns) - 2
    try:
        return max(os.get_terminal_size().columns, 40) - 2
    except OSError:
        return 78


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from gistkg import __version__
        from gistkg.files import content_version, ontology_files

        sys.stdout.write(f"gistkg {__version__} (graph {content_version(ontology_files())})\n")
        parser.exit()


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORDS", help="what is known of the tumour and of its treatment")
    parser.add_argument("--case", metavar="FILE|-", help="read the case from a file; - is standard input")
    parser.add_argument("--all", action="store_true", help="also show what does not apply")
    _add_time_and_place(parser)
    _add_format(parser, _ALL_FORMATS)


def _explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("claim", metavar="ID", help="a recommendation, as the answer names it")
    parser.add_argument("words", nargs="*", metavar="WORDS", help="what is known of the tumour and of its treatment")
    parser.add_argument("--case", metavar="FILE|-", help="read the case from a file; - is standard input")
    _add_time_and_place(parser)
    _add_format(parser, ("table", "json"))


def _changes(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("start", metavar="FROM", help="a date, such as 2014-01-01")
    parser.add_argument("end", metavar="TO", help="a later date")
    parser.add_argument("words", nargs="*", metavar="WORDS", help="a case: show only what applies to it, or may")
    parser.add_argument("--jurisdiction", metavar="PLACE", help="only what holds there, such as EU")
    _add_format(parser, _ROW_FORMATS)


def _add_time_and_place(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", metavar="DATE", help="judge what held on this date; today, if left out")
    parser.add_argument("--jurisdiction", metavar="PLACE", help="leave out what holds elsewhere only, such as EU")


def _risk(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar="WORDS", help="what is known of the tumour")
    parser.add_argument("--case", metavar="FILE|-", help="read the case from a file; - is standard input")
    _add_format(parser, _ROW_FORMATS)


def _query(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query",
        nargs="?",
        metavar="NAME|FILE|SPARQL|-",
        help="a file ends in .rq or has a / in it; - is standard input",
    )
    parser.add_argument(
        "-p",
        "--parameter",
        action="append",
        default=[],
        type=_assignment,
        metavar="NAME=VALUE",
        help="give a variable a value; a term by label, synonym, prefixed name or IRI",
    )
    _add_time_and_place(parser)
    _add_format(parser, _ALL_FORMATS)


def _queries(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a question of the catalogue")
    _add_format(parser, _ROW_FORMATS)


def _show(parser: argparse.ArgumentParser) -> None:
    known_as = "a label, synonym, prefixed name, IRI, or code elsewhere such as NCIT:C62035"
    parser.add_argument("term", nargs="+", metavar="TERM", help=known_as)
    _add_format(parser, _PAGE_FORMATS)


def _search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="+", metavar="TEXT", help="words, or the beginning of one")
    parser.add_argument("--limit", type=_count, default=20, metavar="N", help="at most so many terms (%(default)s)")
    _add_format(parser, _ROW_FORMATS)


def _path(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("start", metavar="A", help="a label, synonym, prefixed name or IRI")
    parser.add_argument("end", nargs="?", metavar="B", help="another; may be left out with --mechanism")
    parser.add_argument("--mechanism", action="store_true", help="follow only the links of a mechanism, all the ways")
    _add_format(parser, ("table", "json"))


def _check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="*", metavar="FILE", help="a Turtle file to check with the ontology")
    parser.add_argument("--reason", action="store_true", help="also let the OWL reasoner look for contradictions")
    _add_format(parser, _ROW_FORMATS)


def _coverage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mappings", action="store_true", help="count the terms that have codes in other vocabularies")
    _add_format(parser, _ROW_FORMATS)


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="TARGET", help="what to write; without it, the targets are listed")
    parser.add_argument("-o", "--output", metavar="FILE|FOLDER", help="where to; standard output, if left out")
    parser.add_argument(
        "--as", dest="variant", metavar="VARIANT", help="a flavour of the target; left out, the end of FILE chooses"
    )
    parser.add_argument("--about", metavar="TERM", help="one term, where the target is about one, such as svg")
    _add_format(parser, _ROW_FORMATS)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("knowledgebase", choices=("civic",), metavar="civic", help="whose table it is")
    parser.add_argument(
        "file", metavar="FILE.tsv|-", help="the evidence summary table of a release; - is standard input"
    )
    parser.add_argument("-o", "--output", metavar="FILE.ttl", help="write what was understood as Turtle")
    _add_format(parser, _ROW_FORMATS)


def _completion(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=("bash", "zsh", "fish"), metavar="bash|zsh|fish", help="your shell")


_COMMANDS: dict[str, tuple[str, Callable[[argparse.ArgumentParser], None], str, tuple[str, ...]]] = {
    "ask": (
        "which recommendations apply to a case",
        _ask,
        (
            "Judge every recommendation for a case: what applies, what does not, and what cannot be\n"
            "told yet. In words, separate the facts with commas. A file holds YAML or JSON with the keys\n"
            "of gistkg/case.schema.json, a GA4GH Phenopacket, an mCODE bundle, or Turtle.\n"
            "A word that nobody knows is an error, never ignored."
        ),
        (
            'gistkg ask "metastatic, untreated"',
            'gistkg ask "metastatic, untreated" --all',
            'gistkg ask "unresectable, treatment-naive" --format json',
            "gistkg ask --case case.yaml",
            "echo '{extent: metastatic, treatments: []}' | gistkg ask --case -",
        ),
    ),
    "explain": (
        "walk one recommendation from a case to its evidence",
        _explain,
        (
            "Show why a recommendation applies to a case, or does not, criterion by criterion with the\n"
            "fact that decided, and what it rests on: its source, its citations, studies and arms."
        ),
        (
            'gistkg explain ev:pdq-2014-s28 "metastatic, untreated"',
            "gistkg explain ev:pdq-2014-s28 --case case.yaml",
        ),
    ),
    "changes": (
        "list what the graph gained, lost and revised between two dates",
        _changes,
        (
            "Show the claims that began to hold between two dates, those that ended, and those that\n"
            "another one revised. With a case, only what applies to it on one of the dates, or may."
        ),
        ("gistkg changes 2014-01-01 2014-12-31", 'gistkg changes 2014-01-01 2014-12-31 "metastatic, untreated"'),
    ),
    "risk": (
        "which risk group each scheme puts a tumour into",
        _risk,
        (
            "Show the risk group of a tumour in every risk scheme, side by side, with the facts that\n"
            "decided, and those that are missing because they could still change the group.\n"
            "Separate the facts with commas. A tumour that no printed row is about stays unassigned."
        ),
        (
            'gistkg risk "gastric, 6 cm, 7 mitoses, not ruptured"',
            'gistkg risk "small intestine, size 4 cm, 8 mitoses per 5 mm2" --format json',
            "gistkg risk --case case.yaml",
        ),
    ),
    "query": (
        "run SPARQL, or a question of the catalogue",
        _query,
        (
            "Run a question of the catalogue, a SPARQL file, or SPARQL from the command line\n"
            "or standard input.\n"
            "The usual prefixes (gistkg:, ev:, src:, skos:, ...) and those of codes (NCIT:, ...) need\n"
            "no declaration."
        ),
        (
            "gistkg query                     < question.rq",
            "gistkg query question.rq -p drug=gistkg:NAME",
            "gistkg query 'SELECT ?drug { ?drug rdfs:subClassOf+ gistkg:Drug }'",
            "gistkg queries                   # the names of the catalogue",
        ),
    ),
    "queries": (
        "list the questions of the catalogue, or show one",
        _queries,
        "List the catalogue; with a name, show what the question asks, its parameters\nand its SPARQL.",
        ("gistkg queries", "gistkg queries NAME"),
    ),
    "show": (
        "show one term, claim or source on a page",
        _show,
        "Show what a term is, what is said of it and what it is linked to.",
        (
            'gistkg show "overall survival"',
            "gistkg show gistkg:Recommendation --format markdown",
            "gistkg show src:blay-2007 --format markdown     # all of one source, to proof-read",
            "gistkg show ev:NAME --format turtle",
        ),
    ),
    "search": (
        "find terms by words in their names and definitions",
        _search,
        "Find the terms whose label, synonym or definition holds a text, the best first.",
        ("gistkg search efflux", "gistkg search survival --limit 5 --format json"),
    ),
    "path": (
        "explain how two terms are connected",
        _path,
        (
            "Show the shortest chain of links between two terms; with --mechanism, every chain\n"
            "along the links of a resistance mechanism, with its claims and their hedges."
        ),
        ('gistkg path "drug efflux" "overall survival"', 'gistkg path --mechanism "drug efflux"'),
    ),
    "check": (
        "check Turtle files, or the whole ontology",
        _check,
        "Check the ontology, together with Turtle files of your own, against the shapes\nand rules.",
        ("gistkg check", "gistkg check my-trial.ttl", "gistkg check --reason --format json"),
    ),
    "coverage": (
        "count what is in the graph, and what of it has no source",
        _coverage,
        (
            "Count sources, studies, findings, claims, recommendations, drugs, variants, mechanisms and\n"
            "the rest. What names no source is listed, and makes the exit code 1. With --mappings, count\n"
            "instead which terms have codes in other vocabularies, and how many of those match exactly."
        ),
        ("gistkg coverage", "gistkg coverage --format json", "gistkg coverage --mappings"),
    ),
    "export": (
        "write the graph in another format or vocabulary",
        _export,
        (
            "Write the graph for other tools: RDF and OWL, tables, FHIR, VA-Spec, Biolink, OBO, pictures.\n"
            "What a target has no place for is counted, and listed in FILE.losses.json beside the export.\n"
            "Files are written whole or not at all, and the same graph gives the same bytes."
        ),
        (
            "gistkg export                              # the targets",
            "gistkg export --to rdf -o gistkg.ttl",
            "gistkg export --to fhir --as r4 -o recommendations.json",
            "gistkg export --to tables -o tables/       # CSV, in a folder",
            'gistkg export --to svg --about "KIT V654A" -o v654a.svg',
        ),
    ),
    "import": (
        "hold a table of another knowledgebase against the graph",
        _import,
        (
            "Read the evidence summary table of CIViC, keep its items on the tumour of the graph, match\n"
            "their alterations and drugs, and report which agree with the claims of the graph, which\n"
            "contradict them, and which were not understood. Nothing in the ontology changes: --output\n"
            "writes a Turtle file that --with loads beside it."
        ),
        (
            "gistkg import civic ClinicalEvidenceSummaries.tsv",
            "gistkg import civic ClinicalEvidenceSummaries.tsv -o civic.ttl",
            "gistkg import civic - -o civic.ttl < ClinicalEvidenceSummaries.tsv",
            'gistkg --with civic.ttl query drug-by-mutation -p mutation="KIT V654A"',
        ),
    ),
    "completion": (
        "print what makes the shell complete gistkg commands",
        _completion,
        "Print the shell code that completes commands, names of questions and labels of terms.",
        (
            'eval "$(gistkg completion bash)"',
            'eval "$(gistkg completion zsh)"',
            "gistkg completion fish > ~/.config/fish/completions/gistkg.fish",
        ),
    ),
}


def _add_format(parser: argparse.ArgumentParser, choices: tuple[str, ...]) -> None:
    parser.add_argument(
        "-f", "--format", choices=choices, default="table", metavar="FORMAT", help=f"{', '.join(choices)} (%(default)s)"
    )


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above 0")
    return int(text)
