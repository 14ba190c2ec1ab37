"""The command line: thin doors onto the functions of the other modules, which each command imports for itself."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from gistkg.errors import GistkgError, SourceError
from gistkg.options import build_parser

if TYPE_CHECKING:
    from argparse import Namespace

    from gistkg.case import Case
    from gistkg.graph import Graph
    from gistkg.kg import KnowledgeGraph
    from gistkg.questions import Question
    from gistkg.results import Rows, Triples

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; nothing that gistkg raises on purpose gets past it.

    >>> main(["search", "no such thing at all"])
    1
    """
    if sys.stdout is None:  # closed by whoever started us
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - as long as the program runs
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    if "_ARGCOMPLETE" in os.environ:
        from gistkg.completion import complete

        complete(build_parser())
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        _refuse_broken_text(given)
        args = build_parser(_command(given)).parse_args(given)
        _refuse_missing(args.extra)
        code = _RUN[args.command](args)
        sys.stdout.flush()
    except SystemExit as stop:  # argparse has said what is wrong, or printed its help
        return stop.code if isinstance(stop.code, int) else 0
    except GistkgError as error:
        print(f"gistkg: error: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # whoever read our output has seen enough
        _discard_output()
        return 0
    except OSError as error:  # a full disk, a file system gone
        _discard_output()
        print(f"gistkg: error: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def _refuse_missing(files: Sequence[str]) -> None:
    """A file of --with is looked for whatever the command, also where no graph is needed."""
    for file in files:
        if not os.path.isfile(file):  # noqa: PTH113 - pathlib costs a cold start some milliseconds
            raise SourceError(file, "cannot be read: there is no such file")


def _command(given: Sequence[str]) -> str | None:
    """The command of a command line, if only --with stands before it."""
    words = iter(given)
    for word in words:
        if word == "--with":
            next(words, None)
        elif not word.startswith("--with="):
            return word
    return None


def _discard_output() -> None:
    """Send what is still buffered nowhere, or Python would complain at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse_broken_text(given: Sequence[str]) -> None:
    for argument in given:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise SourceError("command line", f"{argument!r} is not UTF-8") from None


def _ask(args: Namespace) -> int:
    from gistkg.ask import run_ask

    _refuse_two_cases(args)
    return run_ask(
        " ".join(args.words),
        format=args.format,
        everything=args.all,
        stream=sys.stdout,
        as_of=args.as_of,
        jurisdiction=args.jurisdiction,
        case=args.case,
        extra=args.extra,
    )


def _refuse_two_cases(args: Namespace) -> None:
    if bool(args.words) == (args.case is not None):
        args.parser.error("say what is known in words, or in a file with --case FILE; not both, and not neither")


def _case(kg: KnowledgeGraph, args: Namespace) -> Case:
    """The case of a command that takes words or a file."""
    _refuse_two_cases(args)
    if args.case is not None:
        from gistkg.ask import case_from_file

        return case_from_file(kg, args.case)
    from gistkg.case import case_from_words

    return case_from_words(kg.graph, kg.conditions, " ".join(args.words))


def _explain(args: Namespace) -> int:
    from gistkg.explain import judgement_of, write_explanation

    kg = _kg(args)
    answer = kg.ask(_case(kg, args), as_of=args.as_of, jurisdiction=args.jurisdiction)
    write_explanation(kg, answer, args.claim, args.format, sys.stdout)
    return 0 if judgement_of(kg, answer, args.claim).status in ("applies", "undetermined") else 1


def _changes(args: Namespace) -> int:
    from gistkg.changes import changes, moment_of, place_of
    from gistkg.listing import show_changes

    kg = _kg(args)
    place = None if args.jurisdiction is None else place_of(kg.graph, args.jurisdiction)
    found = changes(kg.graph, moment_of(args.start), moment_of(args.end), jurisdiction=place)
    chosen = None
    if args.words:
        judged = kg.ask(" ".join(args.words), as_of=args.end, jurisdiction=args.jurisdiction).judgements
        chosen = {one.claim.iri for one in judged if one.status != "doesNotApply"}
    return show_changes(found, chosen, args.format, sys.stdout)


def _risk(args: Namespace) -> int:
    from gistkg.listing import show_risks

    kg = _kg(args)
    case = _case(kg, args)
    risks = kg.risk(case)
    show_risks(case, risks, args.format, sys.stdout)
    return 1 if all(risk.status == "notAssigned" for risk in risks) else 0


def _query(args: Namespace) -> int:
    from gistkg.render import write_rows

    graph = _graph(args)
    if args.as_of or args.jurisdiction:
        from gistkg.changes import at, moment_of, place_of

        moment = moment_of(args.as_of) if args.as_of else None
        graph = at(graph, moment, place_of(graph, args.jurisdiction) if args.jurisdiction else None)

    def evaluate_and_write() -> int:
        answer = _answer(graph, args.query, dict(args.parameter))
        write_rows(answer, args.format, sys.stdout)
        return 1 if answer is False else 0

    return _interruptible(evaluate_and_write)


def _interruptible(work: Callable[[], int]) -> int:
    """Do work in a thread: the store cannot be stopped while it evaluates, but the process can be left (Ctrl-C)."""
    from threading import Thread

    outcome: list[int | BaseException] = []

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:
            outcome.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(0.5)  # without a limit, an interrupt would wait for the thread
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    return outcome[0]


def _answer(graph: Graph, asked: str | None, parameters: dict[str, str]) -> Rows | Triples | bool:
    if asked is None or asked == "-" or "{" in asked:
        sparql = asked if asked and "{" in asked else _standard_input()
        if not parameters:
            return graph.query(sparql)
        from gistkg.questions import evaluate

        return evaluate(graph, sparql, **parameters)
    from gistkg.questions import evaluate, run

    found = _question(asked)
    return run(graph, found, **parameters) if found.summary else evaluate(graph, found.sparql, **parameters)


def _question(name: str) -> Question:
    from pathlib import Path

    from gistkg.questions import question, read_question

    return read_question(Path(name)) if name.endswith((".rq", ".sparql")) or "/" in name else question(name)


def _standard_input() -> str:
    wanted = "give the name of a question, a file or SPARQL"
    try:
        sparql = _standard_bytes(wanted).decode("utf-8")  # as SPARQL is, whatever the locale
    except UnicodeDecodeError as error:
        raise SourceError("standard input", f"is not UTF-8 ({error})") from None
    if not sparql.strip():
        raise SourceError("standard input", f"is empty; {wanted}")
    return sparql


def _standard_bytes(wanted: str) -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise SourceError("standard input", f"has nothing to read; {wanted}")
    return sys.stdin.buffer.read()


def _queries(args: Namespace) -> int:
    from gistkg.listing import show_question, show_questions

    if args.name is None:
        show_questions(args.format, sys.stdout)
    else:
        show_question(_graph(args), _question(args.name), args.format, sys.stdout)
    return 0


def _show(args: Namespace) -> int:
    from gistkg.show import show

    show(_graph(args), " ".join(args.term), args.format, sys.stdout)
    return 0


def _search(args: Namespace) -> int:
    from gistkg.listing import show_hits
    from gistkg.resolve import search

    text = " ".join(args.text)
    hits = search(_graph(args), text, limit=args.limit)
    if hits or args.format != "table":
        show_hits(hits, args.format, sys.stdout)
    else:
        print(f"gistkg: nothing in the graph is called {text!r}, or nearly so", file=sys.stderr)
    return 0 if hits else 1


def _path(args: Namespace) -> int:
    from gistkg.listing import show_paths
    from gistkg.resolve import resolve
    from gistkg.traverse import mechanism_paths, shortest_path

    if args.end is None and not args.mechanism:
        args.parser.error("a second term is missing; only --mechanism goes without")
    graph = _graph(args)
    start = resolve(graph, args.start)
    end = None if args.end is None else resolve(graph, args.end)
    paths = mechanism_paths(graph, start, end) if args.mechanism else (shortest_path(graph, start, end or start),)
    if not paths:
        print(f"gistkg: no links of a mechanism lead on from {args.start!r}", file=sys.stderr)
    if paths or args.format == "json":
        show_paths(paths, args.format, sys.stdout)
    return 0 if paths else 1


def _check(args: Namespace) -> int:
    from pathlib import Path

    from gistkg.check import run
    from gistkg.render import Table, write_rows

    say = _say if sys.stderr.isatty() else None
    problems = run([Path(file) for file in (*args.extra, *args.files)], reason=args.reason, progress=say)
    if args.format == "table":
        print("\n".join(map(str, problems)) or "no problems")
    else:
        rows = tuple((one.file, one.line, one.rule, one.message) for one in problems)
        write_rows(Table(("file", "line", "rule", "message"), rows), args.format, sys.stdout)
    return 1 if problems else 0


def _say(doing: str) -> None:
    _tell(f"{doing} ...")


def _coverage(args: Namespace) -> int:
    from gistkg.coverage import write_coverage, write_mapping_coverage

    write = write_mapping_coverage if args.mappings else write_coverage
    return write(_graph(args), args.format, sys.stdout)


def _export(args: Namespace) -> int:
    from gistkg.errors import ExportError
    from gistkg.export.targets import TARGETS, build, target, variant_of

    if args.to is None:
        from gistkg.listing import show_targets

        if (args.output, args.variant, args.about) != (None, None, None):
            raise ExportError("What to write is missing: --to TARGET; 'gistkg export' lists the targets.")

        show_targets(tuple(TARGETS.values()), args.format, sys.stdout)
        return 0
    from pathlib import Path

    from gistkg.export.writing import write_product

    chosen = target(args.to)
    if args.format != "table":
        raise ExportError(f"--format is how the targets are listed; a variant of {chosen.name} is chosen with --as.")
    variant = variant_of(chosen, args.variant, args.output)
    if chosen.is_folder and args.output in (None, "-"):
        raise ExportError(f"{chosen.name} is a folder of files; say where: --output FOLDER")
    graph = _graph(args)
    product = build(graph, chosen.name, variant, args.about)
    dropped = sum(len(one.items) for one in product.losses)
    kinds = [f"{count} {what}" for what, count in product.carried.items()]
    carried = ", ".join(kinds[:4]) + (f" and {len(kinds) - 4} kinds more" if len(kinds) > 4 else "")
    if args.output in (None, "-"):
        sys.stdout.flush()
        sys.stdout.buffer.write(product.content)
        if dropped:
            _tell(f"left out: {'; '.join(f'{len(one.items)} {one.what}' for one in product.losses)}")
        return 0
    report = write_product(
        product, Path(args.output), target=chosen.name, variant=variant, version=graph.version, folder=chosen.is_folder
    )
    flavour = f" as {variant}" if len(chosen.variants) > 1 else ""
    _tell(
        f"wrote {args.output}{flavour} ({carried})" + (f"; {dropped} things left out, see {report}" if report else "")
    )
    return 0


def _import(args: Namespace) -> int:
    from pathlib import Path

    from gistkg.imports.civic import judge_rows
    from gistkg.imports.civic_report import write_report
    from gistkg.imports.civic_table import read_table

    if args.output == "-":
        from gistkg.errors import OutputError

        raise OutputError("-", "is standard output, where the report goes; give --output the name of a file")
    content = _standard_bytes("give the name of a table, or send it one") if args.file == "-" else None
    path = Path("standard input" if args.file == "-" else args.file)
    rows = read_table(path, content=content)
    graph = _graph(args)
    items = judge_rows(graph, rows)
    if args.output is not None:
        from gistkg.export.writing import write_file
        from gistkg.imports.civic_turtle import turtle_of

        write_file(Path(args.output), turtle_of(graph, items, path, content=content))
    write_report(items, len(rows) - len(items), args.format, sys.stdout)
    if args.output is not None:
        _tell(f"wrote {args.output}; to use it: gistkg --with {args.output} ...")
    return 0 if any(item.is_loaded for item in items) else 1


def _graph(args: Namespace) -> Graph:
    """The graph, with the files that --with names."""
    from gistkg.graph import load_graph

    if not args.extra:
        return load_graph()
    from pathlib import Path

    return load_graph(Path(file) for file in args.extra)


def _kg(args: Namespace) -> KnowledgeGraph:
    from gistkg.kg import load

    return load(*args.extra)


def _tell(what: str) -> None:
    print(f"gistkg: {what}", file=sys.stderr)


def _completion(args: Namespace) -> int:
    from gistkg.completion import shell_code

    print(shell_code(args.shell))
    return 0


_RUN = {
    "ask": _ask,
    "explain": _explain,
    "changes": _changes,
    "risk": _risk,
    "query": _query,
    "queries": _queries,
    "show": _show,
    "search": _search,
    "path": _path,
    "check": _check,
    "coverage": _coverage,
    "export": _export,
    "import": _import,
    "completion": _completion,
}

if __name__ == "__main__":
    sys.exit(main())
