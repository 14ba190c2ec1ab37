"""The evidence summary table of CIViC, read row by row; a row that is cut off is an error, not a gap.

The table has had two layouts: one with a gene and a variant, and since molecular profiles were introduced one with the
name of a profile. Both are read; the columns this package uses are named in `Row`.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from gistkg.errors import SourceError
from gistkg.record import Record

__all__ = ["Row", "read_table"]


class Row(Record):
    """One evidence item, as the table words it; `line` is where it stands, and `alteration` names gene and variant.

    `item` is the number behind "EID", `page` and `profile_page` are addresses in CIViC, `reviewed` is `None` where the
    table gives no date.
    """

    line: int
    item: str
    alteration: str
    disease: str
    doid: str
    drugs: tuple[str, ...]
    interaction: str
    kind: str
    direction: str
    level: str
    significance: str
    statement: str
    citation: str
    pubmed_id: str
    rating: str
    status: str
    reviewed: datetime | None
    page: str
    profile_page: str
    flagged: bool


_COMMON = (
    "disease", "doid", "evidence_type", "evidence_direction", "evidence_level", "evidence_statement", "citation_id",
    "source_type", "citation", "rating", "evidence_status", "evidence_id", "last_review_date", "evidence_civic_url",
)  # fmt: skip
_LAYOUTS: tuple[Mapping[str, str], ...] = (
    {
        "alteration": "molecular_profile",
        "drugs": "therapies",
        "interaction": "therapy_interaction_type",
        "significance": "significance",
        "profile": "molecular_profile_civic_url",
    },
    {
        "alteration": "variant",
        "gene": "gene",
        "drugs": "drugs",
        "interaction": "drug_interaction_type",
        "significance": "clinical_significance",
        "profile": "variant_civic_url",
    },
)
_GZIP = b"\x1f\x8b"


def read_table(path: Path, *, content: bytes | None = None) -> tuple[Row, ...]:
    """Every row of an evidence summary table; of `content`, if it is given, which the path then only names.

    Raises `SourceError` with the line for a file that cannot be read, is not UTF-8, lacks a column, has a row with more
    or fewer cells than its header, or an item twice; then nothing of it is used.
    """
    try:
        content = path.read_bytes() if content is None else content
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror})") from None
    if not content.strip():
        raise SourceError(str(path), "is empty")
    if content.startswith(_GZIP):
        raise SourceError(str(path), "is compressed with gzip; unpack it first")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise SourceError(str(path), f"is not UTF-8 ({error.reason})", line) from None
    lines = csv.reader(text.splitlines(keepends=True), delimiter="\t", strict=True)
    try:
        header = next(lines, [])
        layout = _layout(path, header)
        rows = tuple(_row(path, layout, header, cells, lines.line_num) for cells in lines if cells)
    except csv.Error as error:
        raise SourceError(str(path), f"is no tab-separated table ({error})", lines.line_num) from None
    if not rows:
        raise SourceError(str(path), "has a header and no rows; is it cut off?", 2)
    seen: dict[str, int] = {}
    for row in rows:
        if row.item in seen:
            raise SourceError(str(path), f"EID{row.item} stands on line {seen[row.item]} already", row.line)
        seen[row.item] = row.line
    return rows


def _layout(path: Path, header: Sequence[str]) -> Mapping[str, str]:
    best = min(_LAYOUTS, key=lambda layout: len({*_COMMON, *layout.values()} - set(header)))
    missing = [name for name in (*best.values(), *_COMMON) if name not in header]
    if missing:
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        raise SourceError(
            str(path),
            f"is no evidence summary table of CIViC: there is no column {', '.join(missing[:3])}{more}. "
            "Take the file ClinicalEvidenceSummaries.tsv of a release, with its header.",
            1,
        )
    return best


def _row(path: Path, layout: Mapping[str, str], header: Sequence[str], cells: Sequence[str], line: int) -> Row:
    if len(cells) != len(header):
        problem = f"has {len(cells)} of {len(header)} cells; the row is cut off, or a tab was added"
        raise SourceError(str(path), problem, line)
    said = dict(zip(header, (cell.strip() for cell in cells), strict=True))
    if not said["evidence_id"].isdecimal():
        raise SourceError(str(path), f"evidence_id {said['evidence_id']!r} is not a number", line)
    gene = f"{said[layout['gene']]} " if "gene" in layout else ""
    return Row(
        line=line,
        item=said["evidence_id"],
        alteration=gene + said[layout["alteration"]],
        disease=said["disease"],
        doid=said["doid"].removeprefix("DOID:"),
        drugs=tuple(name.strip() for name in said[layout["drugs"]].split(",") if name.strip()),
        interaction=said[layout["interaction"]],
        kind=said["evidence_type"],
        direction=said["evidence_direction"],
        level=said["evidence_level"],
        significance=said[layout["significance"]],
        statement=said["evidence_statement"],
        citation=said["citation"],
        pubmed_id=said["citation_id"] if said["source_type"].casefold() == "pubmed" else "",
        rating=said["rating"],
        status=said["evidence_status"],
        reviewed=_date(path, said["last_review_date"], line),
        page=said["evidence_civic_url"],
        profile_page=said[layout["profile"]],
        flagged=said.get("is_flagged", "").casefold() == "true",
    )


def _date(path: Path, text: str, line: int) -> datetime | None:
    """The day of a review, such as `2021-02-11 19:39:31 UTC`.

    >>> _date(Path("t.tsv"), "2021-02-11 19:39:31 UTC", 2)
    datetime.datetime(2021, 2, 11, 0, 0, tzinfo=datetime.timezone.utc)
    """
    if not text:
        return None
    try:
        return datetime.strptime(text[:10], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise SourceError(str(path), f"last_review_date {text!r} is no date such as 2021-02-11", line) from None
