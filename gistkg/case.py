"""What is known of one tumour: words in, facts out.

A fact is a class expression that holds of the case. What is not said is unknown; "untreated" and "KIT wild type" say
what silence does not.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from decimal import Decimal

from gistkg.criteria import Conditions
from gistkg.errors import CaseError, ContradictionError, UnknownWordError
from gistkg.expressions import And, AtLeast, Expression, Named, Not, Or, Some
from gistkg.graph import Graph
from gistkg.phrases import ARTICLES, DRUG, GIST, LONGEST, Fact, Phrases
from gistkg.record import Record
from gistkg.resolve import find, is_kind, label_of, lexicon, near, normalise, same_but_spelt
from gistkg.results import Iri
from gistkg.terms import GISTKG
from gistkg.wording import denials, denying, mark_of, naive_to, not_mutated, says_unknown, stray_sign

__all__ = ["Case", "Fact", "case_from_words"]


class Case(Record):
    """A tumour described by facts; `notes` say what was read with a warning, or not understood."""

    facts: tuple[Fact, ...]
    notes: tuple[str, ...] = ()

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """What is known, as class expressions that all hold; that the tumour is a GIST comes first."""
        return (Named(GISTKG + "Case"), GIST, *(fact.expression for fact in self.facts))


_FILLERS = frozenset({*ARTICLES, "and", "but", "in", "of", "then", "with"})
_JOINERS = frozenset({*ARTICLES, ",", "and", "then", "with"})
"""Between two drugs, these let what was said of the first go on to the second."""
_DEFINITION = "SELECT ?term ?text { ?term skos:definition ?text }"
_LONGER_THAN_A_TREATMENT = 18
"""Fewer years than this are more likely how long something lasted than an age, unless it is said that they are one."""

_SAID_OF_A_DRUG = ("progressed on", "had")


def case_from_words(graph: Graph, conditions: Conditions, words: str) -> Case:
    """Read a case from words such as `metastatic, KIT exon 9, untreated`.

    Commas and semicolons part the facts; within a part the longest known names are taken. No word is passed over but
    `a an and but in of the then with`. A drug after `and`, `then` or a comma takes the words said of the drug before,
    as in `progressed on imatinib and sunitinib`; `no` and `never had` before one say that it was not given.
    Raises `UnknownWordError` with the nearest names, `CaseError` for a term that is no fact of a tumour or for what can
    be read in two ways, and `ContradictionError` naming two facts that cannot both hold.

    >>> from gistkg.criteria import conditions
    >>> from gistkg.graph import load_graph
    >>> graph = load_graph()
    >>> [str(fact.term) for fact in case_from_words(graph, conditions(graph), "metastatic, KIT exon 9").facts]
    ['gistkg:MetastaticDisease', 'gistkg:KitExon9Mutation']
    """
    reader = _Words(graph, conditions)
    facts = list(dict.fromkeys(fact for clause in re.split(r"[;\n]", words) for fact in reader.clause(clause)))
    if not facts:
        raise CaseError('Nothing is said of the tumour; try: gistkg ask "metastatic, KIT exon 9, untreated"')
    for index, later in enumerate(facts):
        for earlier in facts[:index]:
            if conditions.evaluate([earlier.expression], later.expression) is False:
                raise ContradictionError(earlier.words, later.words)
        if conditions.evaluate([earlier.expression for earlier in facts[:index]], later.expression) is False:
            raise ContradictionError(", ".join(earlier.words for earlier in facts[:index]), later.words)
    return Case(tuple(facts), tuple(warning for fact in facts for warning in fact.warnings))


class _Words(Phrases):
    """Finds the facts that words name, with the classes and properties of the graph."""

    def __init__(self, graph: Graph, conditions: Conditions) -> None:
        super().__init__(graph, conditions)
        self.latest: Fact | None = None
        self.listed = ""
        self.lead_of_list = ""
        """What was said of a drug, if after a comma another one has its last word again: it is open what that means."""

    def clause(self, text: str) -> Iterator[Fact]:
        """The facts of what stands between semicolons."""
        number = re.search(r"\d+,\d+", text)
        if number is not None:
            raise CaseError(
                f"{number[0]!r}: write a point in a number, and a space after a comma that parts two facts."
            )
        before: Fact | None = None
        for part in text.split(","):
            found = list(self.facts(part.split(), before, {","}))
            sign = stray_sign(part, parted=True)
            if found and sign is not None:
                raise CaseError(
                    f"{part.strip()!r}: {sign!r} can mean that it is not so, or not sure; say in words what is so, and "
                    "leave out what is not known."
                )
            yield from found
            before = found[-1] if found else before

    def facts(self, words: list[str], before: Fact | None, joined: set[str]) -> Iterator[Fact]:
        """The facts of one part, longest names first; `joined` holds what stands between them and the fact `before`."""
        while words and words[0].casefold() in _FILLERS:
            joined = {*joined, words[0].casefold()}
            words = words[1:]
        if not words:
            return
        length, fact = self.repeated(words, before, joined) or self.named(words)
        denied = self.denied(words) if fact is None or denying(words) else None
        if denied is not None and denied[0] > length:
            length, fact = denied
        elif fact is None:
            length, fact = self.carried(words, before, joined)
        elif before is not None:
            self.refuse_second_latest(before, fact, joined)
        if fact.words in self.may_be_time:
            self.refuse_time(fact, is_alone="," in joined and length == len(words))
        self.latest = fact
        yield fact
        yield from self.facts(words[length:], fact, set())

    def named(self, words: list[str]) -> tuple[int, Fact | None]:
        """The fact of the longest name that words begin with, and how many words that has."""
        for length in range(min(len(words), LONGEST), 0, -1):
            fact = self.fact(" ".join(words[:length]))
            if fact is not None:
                return length, fact
        return 0, None

    def repeated(self, words: list[str], before: Fact | None, joined: set[str]) -> tuple[int, Fact] | None:
        """The fact of a drug before which a word is said again, as in `progressed on imatinib and on sunitinib`.

        What was said of the drug before goes on to it. Raises `CaseError` where `on sunitinib` may be a fact of its
        own: after `then`, and at the end of a list. After a comma alone it is one.
        """
        if before is None or len(words) == 1 or not joined <= _JOINERS:
            return None
        said = [word.casefold() for word in before.words.split()]
        is_list = before.words == self.listed and said[0] == words[0].casefold()
        if not is_list and words[0].casefold() not in said[1:]:
            return None
        start = 1 + (words[1].casefold() in ARTICLES)
        length = start + self.drug_length(words[start:])
        if length == start:
            return None
        if not is_list:
            self.lead_of_list = " ".join(said[: len(said) - said[::-1].index(words[0].casefold())])
        drug, together = " ".join(words[start:length]), "then" not in joined and not joined.isdisjoint(("and", "with"))
        goes_on = not is_list and self.lead(before.words).casefold() == self.lead_of_list
        if goes_on and (together or not self.begins_a_fact(words[0])):
            used, fact = self.carried(words[start:], before, joined)
            return start + used, fact
        alone = " ".join(words[:length])
        if joined.isdisjoint(("and", "then", "with")) and self.fact(alone):
            self.listed = alone
            return None
        forms = [form for form in (f"{self.lead_of_list} {drug}", f"now {alone}") if self.fact(form)]
        between = " ".join(word for word in ("and", "with", "then") if word in joined)
        whole = f"{before.words}{',' * (',' in joined)} {between} {alone}".replace("  ", " ")
        say = (
            f"say {' or '.join(map(repr, forms))}, as is meant" if forms else "say of each drug, in full, what is known"
        )
        raise CaseError(f"{whole!r} can be read in more than one way; {say}.")

    def begins_a_fact(self, word: str) -> bool:
        """Whether some fact of a drug is called by this word and the drug alone."""
        for term, name in lexicon(self.graph).texts():
            first, *rest = name.casefold().split()
            if first == word.casefold() and term in self.conditions.criteria:
                rest = rest[1:] if rest and rest[0] in ARTICLES else rest
                if rest and self.drug_length(rest) == len(rest):
                    return True
        return False

    def refuse_second_latest(self, before: Fact, fact: Fact, joined: set[str]) -> None:
        """Raise `CaseError` if the same is said of the latest treatment with two drugs that were not given together."""
        one, other = before.expression, fact.expression
        if not (isinstance(one, Some) and isinstance(other, Some) and one.property == other.property):
            return
        lead = self.lead(before.words)
        if one.property not in self.conditions.functional or not lead or self.lead(fact.words) != lead:
            return
        if "then" not in joined and not joined.isdisjoint(("and", "with")):
            return
        if not (self.conditions.evaluate([one], other) or self.conditions.evaluate([other], one)):
            raise CaseError(
                f"{before.words!r} is said of the latest treatment, and so is {fact.words!r}; say 'and' if they were "
                "given together, else 'had' of the earlier one."
            )

    def carried(self, words: list[str], before: Fact | None, joined: set[str]) -> tuple[int, Fact]:
        """The fact that a drug makes with what was said of the drug before it, and how many words name the drug.

        A denial does not go on (`no TKI and imatinib` is neither or not both), nor does what is said of the latest
        treatment, unless `and` or `with` says that it is of two drugs.
        """
        lead = self.lead(before.words) if before else ""
        either = words[0].casefold() == "or"
        length = self.drug_length(words[1:] if either else words)
        is_joined = either or (joined and joined <= {*_JOINERS, *lead.split()[-1:]})
        if before is None or not lead or not length or not is_joined:
            raise self.unknown(words[:LONGEST], before if not joined else None)
        drug = " ".join(words[1 : length + 1] if either else words[:length])
        if either or _denies(before.expression):
            several = f"{before.words} {'or' if either else 'and'} {drug}"
            each = f"{lead} {drug}"
            is_example = _denies(before.expression) and (self.denied(each.split()) or self.fact(each))
            such = f", such as '{before.words}, {each}'" if is_example else ""  # of "or" it would say that both are so
            raise CaseError(
                f"{several!r} can be read in more than one way; say of each drug, in full, what is known{such}."
            )
        fact = self.said(lead, drug)
        if fact is None:
            raise self.no_fact(drug, f"{lead} {drug}")
        self.refuse_second_latest(before, fact, joined)
        return length, fact

    def refuse_time(self, fact: Fact, *, is_alone: bool) -> None:
        """Raise `CaseError` for few years, or years beside other words or after a drug: how long it lasted."""
        before = self.latest.words.split() if self.latest is not None else []
        number = fact.words.rstrip(string.ascii_letters + ". ")
        many = Decimal(re.sub(r"[^0-9.]", "", number)) >= _LONGER_THAN_A_TREATMENT
        if many and is_alone and not any(self.drug_length(before[index:]) for index in range(len(before))):
            return
        known = lexicon(self.graph)
        short = (name for name in known.synonyms.get(fact.term.full, ()) if fact.label.startswith(name))
        raise CaseError(
            f"{fact.words!r} can be the {fact.label}, or how long something lasted; "
            f"say '{min(short, key=len, default=fact.label)} {number}' if it is the first."
        )

    def unknown(self, words: list[str], before: Fact | None) -> CaseError:
        """The error for words that are no fact: of a known term its kind, else the nearest names.

        With words `before` in the same part, the nearest names of both count as well.
        """
        phrase = " ".join(words)
        if says_unknown(phrase):
            return CaseError(f"{phrase!r}: what is not known is left out.")
        if mark_of(f"a {words[0]}") == ("a", ""):
            return CaseError("A dash can mean that what stands before it is not so; leave it out, or say so in words.")
        if find(self.graph, phrase):
            return self.no_fact(phrase)
        length = self.drug_length(words)
        if length and words[length].casefold() in {*_FILLERS, "or"}:
            return self.no_fact(" ".join(words[:length]))
        if denials(words[0]) and self.drug_length(words[1:]):
            return self.not_denied(words)
        wild_type = f"{not_mutated(phrase)} wild type"
        if self.fact(wild_type) is not None:
            return CaseError(
                f"{phrase!r} does not say whether that was tested; say {wild_type!r} if it was, else leave it out."
            )
        sayable = [name for term, name in lexicon(self.graph).texts() if self.meaning(Iri(term)) is not None]
        phrases = [f"{before.words} {phrase}", phrase] if before else [phrase]
        nearest = [name for one in phrases for name in near(one, sayable, limit=12) if same_but_spelt(one, name)]
        return UnknownWordError(phrase, list(dict.fromkeys(nearest))[:3])

    def no_fact(self, phrase: str, tried: str = "") -> CaseError:
        """The error for a term that says nothing of a tumour by itself, with what can be said instead."""
        about = [fact.words for lead in _SAID_OF_A_DRUG if (fact := self.said(lead, phrase))]
        if not about:
            facts = [name for term, name in lexicon(self.graph).texts() if term in self.conditions.criteria]
            plain = normalise(phrase)
            about = [name for name in facts if "," not in name and f" {plain} " in f" {normalise(name)} "][:3]
            about = about or [name for name in facts if set(plain.split()) <= set(normalise(name).split())][:1]
        also = f", nor is {tried!r} one that the graph knows" if tried else ""
        say = f"; say for instance {' or '.join(map(repr, about))}" if about else ""
        term = find(self.graph, phrase)[0]
        label = label_of(self.graph, term)
        if not about and is_kind(self.graph, term, GISTKG + "Setting"):
            meant = next((str(row["text"]) for row in self.graph.rows(_DEFINITION, term=term)), "")
            say = f": {meant.rstrip('.')}; say which drugs were given, and what came of them"
        return CaseError(f"{phrase!r} ({label}) is no fact about a tumour by itself{also}{say}.")

    def denied(self, words: list[str]) -> tuple[int, Fact] | None:
        """The fact that a drug was never given, and how many words say it, as in `no prior TKI` or `TKI-naive`."""
        lead = denying(words)
        start = lead + (lead < len(words) and words[lead].casefold() in ARTICLES)
        length = start + self.drug_length(words[start:]) if lead else 0
        drug = " ".join(words[start:length])
        for end in range(1, min(len(words), LONGEST) + 1) if not drug else ():
            named = (naive_to(" ".join(words[:end])) or "").split()
            named = named[1:] if named and named[0].casefold() in ARTICLES else named
            if named and self.drug_length(named) == len(named):
                length, drug = end, " ".join(named)
        if not drug:
            return None
        phrase = " ".join(words[:length])
        for term in find(self.graph, drug):
            if DRUG in self.conditions.ancestors.get(term.full, ()):
                given = Some(GISTKG + "gaveDrug", Named(term.full))
                never = Not(Some(GISTKG + "hadTreatment", given)), Not(Some(GISTKG + "receivedDrug", Named(term.full)))
                return length, Fact(phrase, term, f"has had no {label_of(self.graph, term)}", And(never))
        return None

    def not_denied(self, words: list[str]) -> CaseError:
        """The error for a denial before a drug that can mean more than that it was never given."""
        drug = " ".join(words[1 : 1 + self.drug_length(words[1:])])
        return CaseError(
            f"'{words[0]} {drug}' is not understood; say 'no {drug}' if it was never given, else what was given."
        )


def _denies(expression: Expression) -> bool:
    """Whether a complement is in an expression."""
    match expression:
        case Not():
            return True
        case And(parts) | Or(parts):
            return any(map(_denies, parts))
        case Some(_, filler) | AtLeast(_, _, filler):
            return _denies(filler)
        case _:
            return False
