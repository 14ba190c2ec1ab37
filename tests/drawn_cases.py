"""Cases drawn by chance from words that say much of a tumour; the tests that compare two judgements share them."""

from gistkg.case import case_from_words
from gistkg.errors import ContradictionError

WORDS = (
    "metastatic", "recurrent", "localised", "localised unresectable", "marginally resectable", "resected",
    "completely resected", "advanced", "very large", "large", "difficult to access", "unacceptable morbidity",
    "KIT exon 9", "KIT wild type", "KIT exon 11", "KIT V654A", "acquired KIT V654A", "PDGFRA D842V", "PDGFRA wild type",
    "untreated", "no TKI", "no TKI for advanced disease", "had imatinib", "progressed on imatinib",
    "progressed on imatinib 400 mg", "progressed on imatinib 400 mg within 2 months", "stable on a TKI",
    "tolerates a TKI", "stable on imatinib for 1 year", "electively stopped imatinib",
    "progressed after stopping imatinib", "R0", "R2", "SDH-deficient", "NTRK fusion", "adult", "high risk",
    "progressed on sunitinib", "intolerant of sunitinib", "progressed on regorafenib", "CD117 positive",
    "localised resectable", "acquired KIT exon 17 mutation", "1.5 cm", "incidental", "indolent",
)  # fmt: skip


def drawn_cases(graph, known, chance, beginnings=()):
    """Endless cases of one to five words that do not contradict each other.

    With `beginnings`, every second case is one of them and up to two words more: words alone seldom meet all that a
    population requires.
    """
    while True:
        drawn = chance.sample(WORDS, chance.randint(1, 5))
        if beginnings and chance.random() < 0.5:
            drawn = [chance.choice(beginnings), *drawn[:2]]
        words = ", ".join(drawn)
        try:
            yield words, case_from_words(graph, known, words).expressions
        except ContradictionError:
            continue
