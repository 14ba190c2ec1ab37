"""Networks: every term and link is in all three formats, and programs not written by us read them whole."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest

from gistkg.export.mechanisms import claims_of_links
from gistkg.export.network import build, network
from gistkg.export.network_files import Edge, Network, Node, cyjs, gexf, graphml
from gistkg.terms import GISTKG, compact
from gistkg.traverse import networkx_view

WRITERS = {"graphml": graphml, "gexf": gexf, "cytoscape": cyjs}
ABOUT = {"title": "t", "version": "1", "content": "0", "created": "2026-11-23", "license": "l", "notice": "n"}
AWKWARD = "a\tb \"c\" <d> & 'e'\nf\x01\ud800 é"
INVENTED = Network(
    (Node("e:1", {"label": AWKWARD, "synonyms": ("x", "y")}), Node("http://e.org/a?b=1&c#d", {"label": "two"})),
    (
        Edge("1 p 2", "e:1", "http://e.org/a?b=1&c#d", {"predicate": "p", "label": "p"}),
        Edge("1 q 2", "e:1", "http://e.org/a?b=1&c#d", {"predicate": "q", "label": "q", "claims": ("ev:a", "ev:b")}),
    ),
    ABOUT,
)


@pytest.fixture(scope="module")
def found(kg_graph):
    """The network of the whole graph."""
    return network(kg_graph)


@pytest.fixture(scope="module")
def files(found):
    """The content of the file of each format."""
    return {variant: write(found).encode() for variant, write in WRITERS.items()}


@pytest.fixture(scope="module")
def nodes(found):
    """The nodes by id."""
    return {node.id: node.data for node in found.nodes}


@pytest.fixture(scope="module")
def edges(found):
    """The edges by id."""
    return {edge.id: edge for edge in found.edges}


def flat(data):
    """Columns as formats without lists hold them."""
    between = {"synonyms": "; ", "hedges": "; "}
    return {
        name: value if isinstance(value, str) else between.get(name, " ").join(value) for name, value in data.items()
    }


def test_a_recommendation_is_a_node_with_all_its_columns(nodes):
    """As the Turtle of the fourth statement of trial-conclusions.ttl has it: against, not for."""
    assert nodes["ev:conclusion-sunitinib-d842v"] == {
        "iri": GISTKG + "evidence/conclusion-sunitinib-d842v",
        "label": "PDGFRA D842V: resistant to sunitinib",
        "kind": "gistkg:Recommendation",
        "text": "GIST with PDGFRA D842V is resistant to sunitinib, as to imatinib.",
        "valid_from": "2026-11-23T00:00:00Z",
        "locator": "Text",
        "direction": "against",
        "modality": "reported",
        "graph": (GISTKG + "graph/derived/evidence", GISTKG + "graph/evidence/trial-conclusions"),
    }


def test_a_link_to_a_therapy_tells_its_direction(edges):
    """So that nobody who draws only the links takes a drug for recommended that is not."""
    against = edges["ev:conclusion-sunitinib-d842v gistkg:recommends gistkg:Sunitinib"]
    assert against.data["direction"] == "against"
    assert against.data["claims"] == ("ev:conclusion-sunitinib-d842v",)
    started = edges["ev:pdq-2024-175 gistkg:recommends gistkg:Imatinib800mgPerDay"]
    assert (started.source, started.target) == ("ev:pdq-2024-175", "gistkg:Imatinib800mgPerDay")
    assert started.data == {
        "predicate": "gistkg:recommends",
        "iri": GISTKG + "recommends",
        "label": "recommends",
        "claims": ("ev:pdq-2024-175",),
        "direction": "for",
        "modality": "may",
        "hedges": ("may",),
        "valid_from": "2024-12-13T00:00:00Z",
        "graph": (GISTKG + "graph/evidence/pdq-2024",),
    }
    ended = edges["ev:fda-entrectinib-ntrk-2019 gistkg:recommends gistkg:Entrectinib"]
    assert (ended.data["direction"], ended.data["valid_until"]) == ("for", "2023-10-20T00:00:00Z")


def test_every_link_to_a_therapy_tells_what_its_claim_says(kg_graph, edges):
    """Direction, modality and hedges, counted by a query."""
    rows = kg_graph.rows(
        """SELECT ?claim ?link ?therapy ?direction (GROUP_CONCAT(DISTINCT ?hedge; SEPARATOR = ";") AS ?hedges) {
          VALUES ?link { gistkg:recommends gistkg:recommendsProcedure gistkg:concernsTherapy }
          ?claim ?link ?therapy OPTIONAL { ?claim gistkg:hasDirection/skos:prefLabel ?direction }
          OPTIONAL { ?claim gistkg:hasHedge ?hedge }
        } GROUP BY ?claim ?link ?therapy ?direction"""
    )
    stated = {
        f"{r['claim']} {r['link']} {r['therapy']}": (r["direction"], set(str(r["hedges"] or "").split(";")))
        for r in rows
    }
    told = {
        name: (edge.data.get("direction"), set(edge.data.get("hedges", ("",))))
        for name, edge in edges.items()
        if edge.data["predicate"] in ("gistkg:recommends", "gistkg:recommendsProcedure", "gistkg:concernsTherapy")
    }
    assert len(stated) > 500
    assert told == stated


def test_the_claims_of_a_mechanism_link_name_both_its_ends(edges):
    """Two statements name the pump and the low concentration in the cell; both are hedged."""
    link = edges["gistkg:EffluxByPGlycoprotein gistkg:leadsTo gistkg:LowDrugConcentrationInCell"]
    assert link.data["claims"] == ("ev:pdq-2014-s06", "ev:pdq-2024-083")
    assert link.data["hedges"] == ("in part", "may")


def test_where_no_claim_names_both_ends_those_about_the_mechanism_stand_behind_a_link(kg_graph, edges):
    """Nine statements are about the pump; those about RAS mutations say nothing of BRAF V600E."""
    assert edges["gistkg:PGlycoprotein gistkg:carriesOut gistkg:EffluxByPGlycoprotein"].data["claims"] == (
        *(
            "ev:eechoute-2011-s01",
            "ev:pdq-2014-s04",
            "ev:pdq-2014-s06",
            "ev:pdq-2024-083",
            "ev:perez-gutierrez-2007-s01",
        ),
        *("ev:perez-gutierrez-2007-s02", "ev:plaat-2000-s01", "ev:resistance-pump-substrates-2005-s01"),
        "ev:resistance-pump-substrates-pharmacol-rev-s01",
    )
    pathway = "gistkg:bringsAbout gistkg:DownstreamPathwayActivation"
    assert edges[f"gistkg:KrasMutation {pathway}"].data["claims"] == ("ev:resistance-cancers-2022-s01",)
    assert "claims" not in edges[f"gistkg:BrafV600E {pathway}"].data


def test_no_claim_about_one_mutation_stands_behind_the_link_of_another(kg_graph, edges):
    """The statement about KIT T670I and sunitinib says nothing of KIT V654A."""
    about = "ev:gist-review-2010-kit-t670i-sunitinib"
    pocket = "gistkg:bringsAbout gistkg:SecondaryKitAtpPocketMutation"
    assert about in edges[f"gistkg:KitT670I {pocket}"].data["claims"]
    assert about not in edges[f"gistkg:KitV654A {pocket}"].data["claims"]
    assert claims_of_links(kg_graph).of(GISTKG + "KitV654A", GISTKG + "inGene", GISTKG + "KitGene") == ()


def test_every_link_of_the_view_is_an_edge_of_its_own(kg_graph, found):
    """And every term a node."""
    view = networkx_view(kg_graph)
    assert [node.id for node in found.nodes] == sorted(view)
    assert len({edge.id for edge in found.edges}) == len(found.edges) == view.number_of_edges()
    assert {(e.source, e.target, e.data["predicate"]) for e in found.edges} == set(view.edges(keys=True))


def test_what_is_carried_and_what_is_dropped_are_all_statements(kg_graph, found, files):
    """Each statement about a named term is a link, a column, or told of among the losses."""
    linked = {edge.id for edge in found.edges}
    shown = {(node.data["iri"], text) for node in found.nodes for text in flat_values(node.data)}
    product = build(kg_graph, "graphml")
    assert product.content == files["graphml"]
    assert product.carried == {"nodes": len(found.nodes), "links": len(found.edges)}
    losses = {one.what: set(one.items) for one in product.losses}
    missing = []
    for quad in kg_graph.store:
        if not isinstance(quad.subject, ox.NamedNode):
            continue
        subject, predicate = quad.subject.value, compact(quad.predicate.value)
        if isinstance(quad.object, ox.BlankNode):
            told = subject in losses["structure of class expressions"]
        elif isinstance(quad.object, ox.NamedNode):
            carried = f"{compact(subject)} {predicate} {compact(quad.object.value)}" in linked
            told = carried or subject in losses[f"declarations with {predicate}"]
        else:
            told = (subject, quad.object.value) in shown or subject in losses.get(f"values of {predicate}", ())
        if not told:
            missing.append(quad.triple)
    assert missing == []
    assert len(losses["values of gistkg:value"]) == 800
    assert "values of gistkg:hasHedge" not in losses


def flat_values(data):
    """Each text of the columns of a node."""
    for value in data.values():
        yield from [value] if isinstance(value, str) else value


def test_awkward_text_survives_and_what_xml_cannot_hold_is_replaced():
    """Quotes, line ends and ampersands; not a control character."""
    (name,) = [
        element.text for element in ET.fromstring(graphml(INVENTED)).iter() if (element.text or "").startswith("a\t")
    ]
    assert name == AWKWARD.replace("\x01", "\ufffd").replace("\ud800", "\ufffd")
    gexf_node = next(element for element in ET.fromstring(gexf(INVENTED)).iter() if element.get("id") == "e:1")
    assert gexf_node.get("label") == name
    assert json.loads(cyjs(INVENTED))["elements"]["nodes"][0]["data"]["synonyms"] == ["x", "y"]


@pytest.mark.parametrize("variant", list(WRITERS))
def test_the_notice_and_the_version_stand_in_the_file(kg_graph, files, variant):
    """Once, where the format has a place for them."""
    text = files[variant].decode()
    assert text.count("Informs; does not choose a patient's treatment.") == 1
    assert kg_graph.version in text


def test_the_same_graph_gives_the_same_bytes_in_another_process(files):
    """Whatever the order of sets there, and whatever the clock says."""
    program = (
        "import hashlib\nfrom gistkg.graph import load_graph\nfrom gistkg.export.network import network\n"
        "from gistkg.export.network_files import cyjs, gexf, graphml\nfound = network(load_graph())\n"
        "for write in graphml, gexf, cyjs: print(hashlib.sha256(write(found).encode()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == [hashlib.sha256(content).hexdigest() for content in files.values()]


@pytest.mark.interop
@pytest.mark.parametrize("variant", ["graphml", "gexf"])
def test_networkx_reads_the_same_network(found, files, variant):
    """Nodes, edges, keys and columns."""
    networkx = pytest.importorskip("networkx", reason="networkx is needed to read the network back")
    stream = io.BytesIO(files[variant])
    if variant == "graphml":
        read = networkx.read_graphml(stream, force_multigraph=True)
    else:
        read = networkx.read_gexf(stream, version="1.3")
    assert dict(read.nodes(data=True)) == {node.id: flat(node.data) for node in found.nodes}
    expected = {edge.id: (edge.source, edge.target, flat(edge.data)) for edge in found.edges}
    own = {"id", "kind", "networkx_key"}
    if variant == "graphml":
        told = {
            key: (s, t, {k: v for k, v in d.items() if k not in own})
            for s, t, key, d in read.edges(keys=True, data=True)
        }
        assert read.is_multigraph()
    else:
        told = {d["id"]: (s, t, {k: v for k, v in d.items() if k not in own}) for s, t, d in read.edges(data=True)}
    assert told == expected


@pytest.mark.interop
def test_igraph_reads_the_same_network(found, files, tmp_path):
    """From GraphML, with its own reader."""
    igraph = pytest.importorskip("igraph", reason="igraph is needed to read GraphML a second time")
    path = tmp_path / "gistkg.graphml"
    path.write_bytes(files["graphml"])
    read = igraph.Graph.Read_GraphML(str(path))
    names = read.vs["id"]
    told = {v["id"]: {k: x for k, x in v.attributes().items() if x and k != "id"} for v in read.vs}
    assert told == {node.id: flat(node.data) for node in found.nodes}
    # igraph 1.0 gives the ids of nodes to edges, so that links are told apart by their ends and their property
    links = [
        (names[e.source], names[e.target], {k: x for k, x in e.attributes().items() if x and k != "id"})
        for e in read.es
    ]
    assert links == [(edge.source, edge.target, flat(edge.data)) for edge in found.edges]


def lists(data):
    """Columns as JSON holds them."""
    return {name: value if isinstance(value, str) else list(value) for name, value in data.items()}


def node_program(program, *packages):
    """What a program for Node.js prints; skips where Node.js or a package is missing."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is needed to load the file where it is used")
    needs = "".join(f"require.resolve({name!r});" for name in packages)
    if subprocess.run([node, "-e", needs], capture_output=True).returncode != 0:
        pytest.skip(f"npm packages {', '.join(packages)} are needed, found through NODE_PATH")
    done = subprocess.run([node, "-e", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.interop
def test_cytoscape_loads_the_same_network(found, files, tmp_path):
    """Headless, as a page would."""
    path = tmp_path / "gistkg.cyjs"
    path.write_bytes(files["cytoscape"])
    program = f"""
      const cytoscape = require('cytoscape'), file = JSON.parse(require('fs').readFileSync({str(path)!r}));
      const cy = cytoscape({{elements: file.elements, headless: true}});
      console.log(JSON.stringify({{nodes: cy.nodes().map(n => n.data()), edges: cy.edges().map(e => e.data())}}));
    """
    read = node_program(program, "cytoscape")
    assert {one["id"]: one for one in read["nodes"]} == {
        node.id: {"id": node.id, "name": node.data["label"], **lists(node.data)} for node in found.nodes
    }
    assert {one["id"]: one for one in read["edges"]} == {
        edge.id: {
            "id": edge.id,
            "source": edge.source,
            "target": edge.target,
            "interaction": edge.data["label"],
            **lists(edge.data),
        }
        for edge in found.edges
    }


@pytest.mark.interop
def test_graphology_reads_the_same_network(found, files, tmp_path):
    """From GEXF, as a graph in which several links join two terms."""
    path = tmp_path / "gistkg.gexf"
    path.write_bytes(files["gexf"])
    program = f"""
      const {{MultiDirectedGraph}} = require('graphology'), gexf = require('graphology-gexf');
      const graph = gexf.parse(MultiDirectedGraph, require('fs').readFileSync({str(path)!r}, 'utf8'));
      const nodes = {{}}, edges = {{}};
      graph.forEachNode((node, data) => {{ nodes[node] = data; }});
      graph.forEachEdge((edge, data, source, target) => {{ edges[edge] = [source, target, data]; }});
      console.log(JSON.stringify({{nodes, edges}}));
    """
    read = node_program(program, "graphology", "graphology-gexf")
    assert read["nodes"] == {node.id: flat(node.data) for node in found.nodes}
    assert read["edges"] == {
        edge.id: [edge.source, edge.target, flat(edge.data) | {"kind": edge.data["predicate"]}] for edge in found.edges
    }
