"""Where a publication can be read, by its identifiers."""

from __future__ import annotations

from urllib.parse import quote

__all__ = ["doi_page", "pubmed_page"]


def pubmed_page(pubmed_id: str) -> str:
    """The page of PubMed.

    >>> pubmed_page("17369574")
    'https://pubmed.ncbi.nlm.nih.gov/17369574/'
    """
    return f"https://pubmed.ncbi.nlm.nih.gov/{quote(pubmed_id, safe='')}/"


def doi_page(doi: str) -> str:
    """The address that leads to what has a DOI; marks that no address can hold are percent-encoded.

    >>> doi_page("10.1002/(SICI)1<2>3")
    'https://doi.org/10.1002/(SICI)1%3C2%3E3'
    """
    return f"https://doi.org/{quote(doi, safe='/():;,')}"
