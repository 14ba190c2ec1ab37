"""Alterations as reports name them, and the class of the graph that each belongs to."""

from __future__ import annotations

import re

from gistkg.criteria import conditions
from gistkg.errors import VariantError
from gistkg.expressions import And, Expression, Named, Not
from gistkg.graph import Graph
from gistkg.hgvs import ProteinChange, Residue, same_protein
from gistkg.loci import Exon, Isoform, Loci, Locus, loci
from gistkg.mentions import Mention, find_mention, may_mention
from gistkg.record import Record
from gistkg.resolve import label_of, lexicon, near
from gistkg.results import Iri
from gistkg.terms import GISTKG, expand

__all__ = ["Finding", "find_alteration"]
