"""The package, and other clients, against the program itself over the sample corpus.

Run: KGLOOM_BINARY=…/kgloom python connectors/python/tests/real.py [-v]
What needs a package that is not installed is skipped; so is all of it without KGLOOM_BINARY (or an installed wheel with
KGLOOM_INSTALLED=1).
"""
import contextlib
import csv
import io
import os
import re
import shutil
import sys
import tempfile
import threading
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parent.parent.parent / "examples"
INSTALLED = bool(os.environ.get("KGLOOM_INSTALLED"))
if not INSTALLED:
    sys.path.insert(0, str(HERE.parent / "python"))

import kgloom  # noqa: E402

EMPLOYED = "SELECT ?who { ?p wdt:P108 organization:Lumenta ; rdfs:label ?who } ORDER BY ?who"
FOUNDED = (EXAMPLES / "queries" / "founded-before-1900.rq").read_text("utf-8")


def need(case, *packages):
    for package in packages:
        try:
            __import__(package)
        except ImportError as error:
            case.skipTest(f"{package} is not installed ({error})")


def blocks():
    """The examples of README.md, with the heading that each stands under."""
    heading = ""
    inside = None
    for line in (HERE.parent / "README.md").read_text("utf-8").splitlines():
        if line.startswith("```"):
            if inside:
                yield heading, "\n".join(inside)
            inside = [] if line == "```python" else None
        elif inside is not None:
            inside.append(line)
        elif line.startswith("#"):
            heading = line.strip("# ")


@unittest.skipUnless(os.environ.get("KGLOOM_BINARY") or INSTALLED, "KGLOOM_BINARY names no program")
class Real(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        shutil.copytree(EXAMPLES / "corpus", Path(cls.folder) / "texts")
        cls.home = os.getcwd()
        cls.program = os.path.abspath(os.environ["KGLOOM_BINARY"]) if os.environ.get("KGLOOM_BINARY") else kgloom.binary()
        os.environ["KGLOOM_BINARY"] = cls.program
        os.chdir(cls.folder)
        cls.graph = kgloom.start("state", "texts")

    @classmethod
    def tearDownClass(cls):
        cls.graph.stop()
        os.chdir(cls.home)
        shutil.rmtree(cls.folder, ignore_errors=True)

    def employed(self):
        return [row["who"] for row in self.graph.rows(EMPLOYED)]

    def test_rows(self):
        with open(EXAMPLES / "queries" / "founded-before-1900.csv", encoding="utf-8", newline="") as expected:
            expected = [dict(row) for row in csv.DictReader(expected)]
        self.assertEqual([{name: str(one) for name, one in row.items()} for row in self.graph.rows(FOUNDED)], expected)

    def test_what_is_not_sparql(self):
        with self.assertRaises(kgloom.KgloomError) as caught:
            self.graph.rows("SELECT ?who {\n ?who wdt:P108 }")
        self.assertEqual(caught.exception.status, 400)
        self.assertIsInstance(caught.exception.line, int)
        self.assertIsInstance(caught.exception.column, int)

    def test_ask_and_construct(self):
        self.assertTrue(self.graph.ask("ASK { organization:Lumenta ?p ?o }"))
        self.assertFalse(self.graph.ask("ASK { organization:Nobody ?p ?o }"))
        told = self.graph.construct("CONSTRUCT WHERE { organization:Lumenta ?p ?o }")
        self.assertIn("<urn:kgloom:organization:Lumenta>", told)
        self.assertEqual(self.graph.rows("SELECT ?x { organization:Nobody ?p ?x }"), [])

    def test_the_graph_in_json(self):
        status = self.graph.status()
        self.assertTrue(status["ready"] and status["writable"])
        self.assertEqual(self.graph.find("Lumenta")[0]["name"], "Lumenta")
        lumenta = self.graph.entity("urn:kgloom:organization:Lumenta")
        self.assertEqual(lumenta["name"], "Lumenta")
        self.assertTrue(self.graph.neighbourhood(lumenta["iri"])["edges"])
        self.assertTrue(self.graph.explain("Lumenta", "founded by", "Ingrid Solberg"))
        self.assertIn("place of birth", [one["label"] for one in self.graph.schema()["relations"]])
        self.assertTrue(self.graph.answer("Who founded Lumenta?")["reading"])
        self.assertEqual(len(self.graph.rejections(3)), 3)
        with self.assertRaises(kgloom.KgloomError) as caught:
            self.graph.entity("urn:kgloom:organization:Nobody")
        self.assertEqual(caught.exception.status, 404)

    def test_documents(self):
        identity = "../odd//ids/ä ?#%2F.txt"
        text = "Wanda Prell was born in Brennholt on 3 May 1911."
        born = "SELECT ?born { ?p rdfs:label 'Wanda Prell' ; wdt:P569 ?born }"
        answer = self.graph.put(identity, text)
        self.assertEqual(answer["put"], 1)
        self.assertTrue(answer["came"])
        self.assertEqual([str(row["born"]) for row in self.graph.rows(born)], ["1911-05-03"])
        self.assertEqual(self.graph.text(identity), text)
        self.assertEqual("".join(piece["text"] for piece in self.graph.reading(identity)["pieces"]), text)
        self.assertIn(identity, [one["id"] for one in self.graph.documents()])
        self.assertEqual(self.graph.put(identity, text)["unchanged"], 1)
        self.assertEqual(self.graph.delete(identity)["deleted"], 1)
        self.assertEqual(self.graph.rows(born), [])
        with self.assertRaises(kgloom.KgloomError) as caught:
            self.graph.delete(identity)
        self.assertEqual(caught.exception.status, 404)
        with self.assertRaises(kgloom.KgloomError) as caught:
            self.graph.put("empty", "")
        self.assertEqual(caught.exception.status, 422)
        with self.assertRaises(kgloom.KgloomError) as caught:
            kgloom.connect(self.graph.url).put("a", text)
        self.assertEqual(caught.exception.status, 401)

    def test_many_documents(self):
        many = [(f"many-{number}", f"Wanda Prell {number} was born in 19{number:02}.") for number in range(5)]
        total = self.graph.put_many([*many, ("many-empty", "")], together=2)
        self.assertEqual((total["put"], [one["id"] for one in total["refused"]]), (5, ["many-empty"]))
        gone = self.graph.put_many({"id": identity, "delete": True} for identity, _ in many)
        self.assertEqual(gone["deleted"], 5)

    def test_corrections(self):
        founders = "ASK { organization:Lumenta wdt:P112 person:Ingrid_Solberg }"
        self.assertTrue(self.graph.ask(founders))
        made = self.graph.reject("organization:Lumenta", "founded by", "Ingrid Solberg")["correction"]
        self.assertFalse(self.graph.ask(founders))
        self.assertIn(made, [one["id"] for one in self.graph.corrections()])
        self.graph.undo(made)
        self.assertTrue(self.graph.ask(founders))

    def test_standing_query(self):
        text = "Wanda Prell was born in Brennholt on 3 May 1911."
        sparql = "SELECT ?born { ?p rdfs:label 'Wanda Prell' ; wdt:P569 ?born }"
        with self.graph.events() as events, self.graph.subscribe(sparql) as subscription:
            epochs = []
            listener = threading.Thread(target=lambda: epochs.extend(one["epoch"] for one in events), daemon=True)
            listener.start()
            changes = iter(subscription)
            first = next(changes)
            self.assertEqual((first.snapshot, first.added), (True, []))
            epoch = self.graph.put("standing", text)["epoch"]
            came = next(changes)
            self.assertEqual((came.after, [str(row["born"]) for row in came.added]), (epoch, ["1911-05-03"]))
            last = self.graph.delete("standing")["epoch"]
            went = next(changes)
            self.assertEqual((went.after, went.added, len(went.removed)), (last, [], 1))
            events.close()
            listener.join(10)
            self.assertTrue({epoch, last} <= set(epochs) or not epochs, epochs)

    def test_pandas(self):
        need(self, "pandas")
        table = self.graph.query(FOUNDED)
        self.assertEqual(list(table.columns), ["year", "name", "founder"])
        count = self.graph.query("SELECT ?c (COUNT(*) AS ?n) { ?s a ?c } GROUP BY ?c")
        self.assertEqual(str(count["n"].dtype), "Int64")
        born = self.graph.query("SELECT ?d { ?p wdt:P569 ?d FILTER(DATATYPE(?d) = xsd:date) }")
        self.assertTrue(str(born["d"].dtype).startswith("datetime64"))

    def test_search(self):
        need(self, "pandas")
        found = self.graph.search("Lumenta", by="words", limit=3)
        self.assertIn("Lumenta", list(found["name"]))
        self.assertTrue((found["score"].diff().dropna() <= 0).all(), found)
        texts = self.graph.search("Lumenta", documents=True, by="words")
        self.assertIn("Lumenta", texts["text"][0])
        self.assertEqual(list(texts["id"]), [one for one in texts["id"] if one in {told["id"] for told in self.graph.documents()}])
        part = [one["id"] for one in self.graph.documents(containing="LUMENTA")]
        self.assertEqual(part, [one["id"] for one in self.graph.documents() if "lumenta" in one["id"].lower()])
        self.assertTrue(part)

    def test_networkx(self):
        need(self, "networkx")
        graph = self.graph.graph()
        lumenta = graph.nodes["urn:kgloom:organization:Lumenta"]
        self.assertEqual((lumenta["label"], lumenta["classes"]), ("Lumenta", "Organization"))
        self.assertIn("founded by", {told["label"] for _, _, told in graph.edges(data=True)})
        self.assertGreater(self.graph.graph(entailed=True).number_of_edges(), graph.number_of_edges())

    def test_arrays(self):
        need(self, "numpy")
        told = self.graph.triples()
        lumenta, ingrid = "urn:kgloom:organization:Lumenta", "urn:kgloom:person:Ingrid_Solberg"
        self.assertIn([lumenta, "http://www.wikidata.org/prop/direct/P112", ingrid], told.to_pykeen().tolist())
        self.assertIn("founded by", self.graph.triples(labels=True).relations)
        index, kinds = told.to_pyg()
        self.assertEqual(index.shape, (2, len(kinds)))

    def test_rdflib(self):
        need(self, "rdflib")
        import rdflib
        from rdflib.plugins.stores.sparqlstore import SPARQLStore

        for method in ("GET", "POST", "POST_FORM"):
            for form in ("xml", "json", "csv"):
                with self.subTest(method=method, form=form):
                    store = rdflib.Graph(SPARQLStore(self.graph.endpoint, method=method, returnFormat=form))
                    self.assertEqual([str(who) for (who,) in store.query(EMPLOYED)], self.employed())
        store = rdflib.Graph(SPARQLStore(self.graph.endpoint))
        lumenta = rdflib.URIRef("urn:kgloom:organization:Lumenta")
        self.assertEqual(str(store.value(lumenta, rdflib.RDFS.label)), "Lumenta")
        self.assertGreater(len(store.query("CONSTRUCT WHERE { organization:Lumenta ?p ?o }").graph), 1)
        self.assertTrue(store.query("ASK { organization:Lumenta ?p ?o }").askAnswer)
        with self.assertRaises(Exception):
            SPARQLStore(self.graph.endpoint).add((lumenta, rdflib.RDFS.label, rdflib.Literal("x")))

    def test_sparqlwrapper(self):
        need(self, "SPARQLWrapper")
        import SPARQLWrapper

        for method in ("GET", "POST"):
            for form in (SPARQLWrapper.JSON, SPARQLWrapper.XML, SPARQLWrapper.CSV, SPARQLWrapper.TSV):
                with self.subTest(method=method, form=form):
                    wrapper = SPARQLWrapper.SPARQLWrapper(self.graph.endpoint, returnFormat=form)
                    wrapper.setMethod(method)
                    wrapper.setQuery(EMPLOYED)
                    answer = wrapper.queryAndConvert()
                    text = answer.toxml() if form == SPARQLWrapper.XML else str(answer)
                    for who in self.employed():
                        self.assertIn(who, text)
        wrapper = SPARQLWrapper.SPARQLWrapper(self.graph.endpoint)
        wrapper.setQuery("CONSTRUCT WHERE { organization:Lumenta ?p ?o }")
        for form in (SPARQLWrapper.TURTLE, SPARQLWrapper.N3, SPARQLWrapper.RDFXML):
            with self.subTest(form=form):
                wrapper.setReturnFormat(form)
                answer = wrapper.queryAndConvert()
                self.assertIn("Lumenta", answer.serialize() if hasattr(answer, "serialize") else answer.decode())
        wrapper.setQuery("SELECT {")
        with self.assertRaises(SPARQLWrapper.SPARQLExceptions.QueryBadFormed):
            wrapper.query()

    def test_langchain(self):
        need(self, "langchain_community.graphs", "rdflib")
        from kgloom.langchain import KgloomRdfGraph

        rdf = KgloomRdfGraph(self.graph)
        self.assertIn("<urn:kgloom:Person> (Person", rdf.get_schema)
        self.assertIn("P19> (place of birth", rdf.get_schema)
        self.assertEqual([str(row[0]) for row in rdf.query(EMPLOYED)], self.employed())

    def test_the_page_of_the_package(self):
        known = {}
        try:
            for heading, source in blocks():
                with self.subTest(heading):
                    try:
                        with contextlib.redirect_stdout(io.StringIO()):
                            exec(compile(source, f"README.md, {heading}", "exec"), known)
                    except ImportError as error:
                        self.skipTest(f"{heading}: {error}")
        finally:
            if "graph" in known:
                known["graph"].stop()

    def test_read_only_and_a_second_server(self):
        with self.assertRaisesRegex(kgloom.KgloomError, "ended with"):
            kgloom.start("state")
        with kgloom.start("other-state", "texts/places") as first:
            documents = first.status()["documents"]
        with kgloom.start("other-state", read_only=True) as graph:
            self.assertEqual(graph.status()["documents"], documents)
            self.assertFalse(graph.status()["writable"])
            with self.assertRaises(kgloom.KgloomError):
                graph.put("a", "x")


if __name__ == "__main__":
    unittest.main()
