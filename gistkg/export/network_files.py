"""Networks as files: GraphML, GEXF and Cytoscape JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from gistkg.record import Record

__all__ = ["EDGE_COLUMNS", "LISTS", "NODE_COLUMNS", "Edge", "Network", "Node", "cyjs", "gexf", "graphml"]

_COMMON = ("direction", "modality", "hedges", "graph")
NODE_COLUMNS = (
    *("iri", "label", "kind", "definition", "synonyms", "text", "valid_from", "valid_until", "locator", "citation"),
    *_COMMON,
)
"""The columns of a term."""
EDGE_COLUMNS = ("predicate", "iri", "label", "claims", "valid_from", "valid_until", *_COMMON)
"""The columns of a link."""

LISTS = {"synonyms": "; ", "hedges": "; ", "claims": " ", "graph": " "}
"""The columns that hold several values, and what stands between them where a format has no lists."""


class Node(Record):
    """A term: `id` is its compact IRI; `data` its columns, none of them empty, each text or several texts."""

    id: str
    data: Mapping[str, str | tuple[str, ...]]


class Edge(Record):
    """A link: `id` is "subject property object", which no other link has; `data` as of nodes."""

    id: str
    source: str
    target: str
    data: Mapping[str, str | tuple[str, ...]]


class Network(Record):
    """The nodes and edges of `gistkg.traverse.networkx_view`, sorted, with more columns; `about` tells of the whole."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    about: Mapping[str, str]


_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_GEXF = "http://gexf.net/1.3"
_SCHEMA = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation'


def graphml(found: Network) -> str:
    """Write GraphML.

    >>> one = Network((Node("e:1", {"label": "<1>"}),), (), {})
    >>> graphml(one).splitlines()[-3].strip()
    '<node id="e:1"><data key="node-label">&lt;1&gt;</data></node>'
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<graphml xmlns="{_GRAPHML}" {_SCHEMA}="{_GRAPHML} {_GRAPHML}/1.0/graphml.xsd">',
    ]
    for kind, columns in (("graph", tuple(found.about)), ("node", NODE_COLUMNS), ("edge", EDGE_COLUMNS)):
        lines += [f'  <key id="{kind}-{name}" for="{kind}" attr.name="{name}" attr.type="string"/>' for name in columns]
    lines.append('  <graph id="gistkg" edgedefault="directed">')
    lines += [f'    <data key="graph-{name}">{_text(value)}</data>' for name, value in found.about.items()]
    for node in found.nodes:
        lines.append(f"    <node id={_quoted(node.id)}>{_data('node', node.data)}</node>")
    for edge in found.edges:
        ends = f"source={_quoted(edge.source)} target={_quoted(edge.target)}"
        lines.append(f"    <edge id={_quoted(edge.id)} {ends}>{_data('edge', edge.data)}</edge>")
    return "\n".join([*lines, "  </graph>", "</graphml>", ""])


def _data(kind: str, data: Mapping[str, str | tuple[str, ...]]) -> str:
    return "".join(f'<data key="{kind}-{name}">{_text(_flat(name, value))}</data>' for name, value in data.items())


def gexf(found: Network) -> str:
    """Write GEXF 1.3, in which several links can join two terms if they are of different kinds.

    >>> about = dict.fromkeys(("version", "content", "license", "notice", "created", "title"), "")
    >>> gexf(Network((Node("e:1", {"label": "<1>"}),), (), about)).splitlines()[-6].strip()
    '<node id="e:1" label="&lt;1&gt;"><attvalues></attvalues></node>'
    """
    about = found.about
    said = f"Version {about['version']}, content {about['content']}, {about['license']}. {about['notice']}"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<gexf xmlns="{_GEXF}" {_SCHEMA}="{_GEXF} {_GEXF}/gexf.xsd" version="1.3">',
        f"  <meta lastmodifieddate={_quoted(about['created'])}>",
        "    <creator>gistkg</creator>",
        f"    <title>{_text(about['title'])}</title>",
        f"    <description>{_text(said)}</description>",
        "  </meta>",
        '  <graph defaultedgetype="directed" mode="static">',
    ]
    for kind, columns in (("node", NODE_COLUMNS), ("edge", EDGE_COLUMNS)):
        lines.append(f'    <attributes class="{kind}" mode="static">')
        lines += [f'      <attribute id="{name}" title="{name}" type="string"/>' for name in _own(columns)]
        lines.append("    </attributes>")
    lines.append(f'    <nodes count="{len(found.nodes)}">')
    for node in found.nodes:
        label = _quoted(str(node.data["label"]))
        lines.append(f"      <node id={_quoted(node.id)} label={label}>{_values(node.data)}</node>")
    lines += ["    </nodes>", f'    <edges count="{len(found.edges)}">']
    for edge in found.edges:
        ends = f"source={_quoted(edge.source)} target={_quoted(edge.target)}"
        named = f"kind={_quoted(str(edge.data['predicate']))} label={_quoted(str(edge.data['label']))}"
        lines.append(f"      <edge id={_quoted(edge.id)} {ends} {named}>{_values(edge.data)}</edge>")
    return "\n".join([*lines, "    </edges>", "  </graph>", "</gexf>", ""])


def _own(columns: Iterable[str]) -> list[str]:
    """The columns that GEXF has no attribute of its own for."""
    return [name for name in columns if name != "label"]


def _values(data: Mapping[str, str | tuple[str, ...]]) -> str:
    values = "".join(f'<attvalue for="{name}" value={_quoted(_flat(name, data[name]))}/>' for name in _own(data))
    return f"<attvalues>{values}</attvalues>"


def cyjs(found: Network) -> str:
    """Write the JSON of Cytoscape and of cytoscape.js.

    >>> import json
    >>> one = Network((Node("e:1", {"label": "<1>"}),), (), {"title": "one"})
    >>> json.loads(cyjs(one))["elements"]["nodes"]
    [{'data': {'id': 'e:1', 'name': '<1>', 'label': '<1>'}}]
    """
    import json

    title = found.about["title"]
    nodes = [{"data": {"id": node.id, "name": node.data["label"], **_lists(node.data)}} for node in found.nodes]
    edges = [
        {
            "data": {
                "id": edge.id,
                "source": edge.source,
                "target": edge.target,
                "interaction": edge.data["label"],
                **_lists(edge.data),
            }
        }
        for edge in found.edges
    ]
    whole = {
        "format_version": "1.0",
        "generated_by": "gistkg",
        "target_cytoscapejs_version": "~2.1",
        "data": {"name": title, "shared_name": title, **found.about},
    }
    head = json.dumps(whole, ensure_ascii=False, indent=1)[:-2]
    rows = [",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) for rows in (nodes, edges)]
    return f'{head},\n "elements": {{\n"nodes": [\n{rows[0]}\n],\n"edges": [\n{rows[1]}\n]\n}}\n}}\n'


def _lists(data: Mapping[str, str | tuple[str, ...]]) -> dict[str, str | list[str]]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in data.items()}


def _flat(name: str, value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else LISTS[name].join(value)


_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML file can hold, however it is written."""


def _text(value: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", value))


def _quoted(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
