"""The package against a mock of the server. Run: python -m unittest discover connectors/python/tests"""
import datetime
import io
import json
import math
import os
import queue
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from urllib.parse import parse_qs

HERE = Path(__file__).resolve().parent
# The checkout; `KGLOOM_INSTALLED=1` tests what is installed.
if not os.environ.get("KGLOOM_INSTALLED"):
    sys.path.insert(0, str(HERE.parent / "python"))
sys.path.insert(0, str(HERE))

import kgloom  # noqa: E402
from kgloom import _triples, _values  # noqa: E402
from mock import TOKEN, Mock, event  # noqa: E402

XSD = "http://www.w3.org/2001/XMLSchema#"
WDT = "http://www.wikidata.org/prop/direct/"


def has(package):
    try:
        __import__(package)
    except ImportError:
        return False
    return True


def literal(text, datatype=None):
    return {"type": "literal", "value": text, **({"datatype": XSD + datatype} if datatype else {})}


def iri(text):
    return {"type": "uri", "value": text}


def table(**columns):
    """SPARQL's JSON of columns; None is unbound."""
    count = max(map(len, columns.values()), default=0)
    bindings = [{name: cells[row] for name, cells in columns.items() if cells[row] is not None} for row in range(count)]
    return {"head": {"vars": list(columns)}, "results": {"bindings": bindings}}


class WithMock(unittest.TestCase):
    def setUp(self):
        self.mock = Mock().__enter__()
        self.addCleanup(self.mock.__exit__)
        self.graph = kgloom.connect(self.mock.url, TOKEN)


class Values(unittest.TestCase):
    def test_literals_become_values_of_python(self):
        cases = [
            (literal("7", "integer"), 7),
            (literal("-007", "long"), -7),
            (literal("0.5", "decimal"), 0.5),
            (literal("1E3", "double"), 1000.0),
            (literal("true", "boolean"), True),
            (literal("1867-11-07", "date"), datetime.date(1867, 11, 7)),
            (literal("1867-11-07Z", "date"), datetime.date(1867, 11, 7)),
            (literal("-0044-03-15", "date"), "-0044-03-15"),
            (literal("1867", "gYear"), 1867),
            (literal("-0044", "gYear"), -44),
            (literal("1867-11", "gYearMonth"), "1867-11"),
            (literal("2020-01-02T03:04:05.5Z", "dateTime"), datetime.datetime(2020, 1, 2, 3, 4, 5, 500000, datetime.timezone.utc)),
            (literal("2020-01-02T03:04:05", "dateTime"), datetime.datetime(2020, 1, 2, 3, 4, 5)),
            (literal("no number", "integer"), "no number"),
            ({"type": "literal", "value": "Haus", "xml:lang": "de"}, "Haus"),
            (iri("urn:kgloom:person:Ada"), "urn:kgloom:person:Ada"),
            ({"type": "bnode", "value": "b0"}, "_:b0"),
            (
                {"type": "triple", "value": {"subject": iri("urn:a"), "predicate": iri("urn:b"), "object": literal('"x"')}},
                '<<( <urn:a> <urn:b> "\\"x\\"" )>>',
            ),
            (None, None),
        ]
        for cell, expected in cases:
            with self.subTest(cell=cell):
                found = _values.value(cell)
                self.assertEqual(found, expected)
                self.assertIs(type(found), type(expected))
        self.assertTrue(math.isnan(_values.value(literal("NaN", "double"))))
        self.assertEqual(_values.value(literal("INF", "double")), math.inf)

    @unittest.skipUnless(has("pandas"), "no pandas")
    def test_columns_have_types(self):
        import pandas

        frame = _values.frame(
            table(
                whole=[literal("1", "integer"), None],
                year=[literal("1867", "gYear"), literal("-0044", "gYear")],
                real=[literal("1", "integer"), literal("0.5", "decimal")],
                gap=[literal("0.5", "double"), None],
                truth=[literal("true", "boolean"), None],
                date=[literal("1867-11-07", "date"), None],
                early=[literal("-0044-03-15", "date"), literal("1867-11-07", "date")],
                mixed=[literal("1867-11-07", "date"), literal("1868", "gYear")],
                time=[literal("2020-01-02T03:04:05", "dateTime"), None],
                zoned=[literal("2020-01-02T03:04:05+01:00", "dateTime"), literal("2020-01-02T03:04:05Z", "dateTime")],
                name=[iri("urn:a"), None],
                nothing=[None, None],
                vast=[literal("9" * 30, "integer"), None],
            )
        )
        kinds = {name: str(kind) for name, kind in frame.dtypes.items()}
        for name, expected in [("whole", "Int64"), ("year", "Int64"), ("real", "float64"), ("gap", "float64")]:
            self.assertEqual(kinds[name], expected)
        self.assertEqual(kinds["truth"], "boolean")
        self.assertEqual(kinds["vast"], "object")
        for name in ("early", "mixed", "name", "nothing"):
            self.assertTrue(kinds[name].startswith("string"), kinds[name])
        self.assertTrue(pandas.api.types.is_datetime64_any_dtype(frame["date"]))
        self.assertTrue(pandas.api.types.is_datetime64_any_dtype(frame["time"]))
        self.assertIn("UTC", kinds["zoned"])
        self.assertEqual(frame["zoned"][0].hour, 2)
        self.assertEqual(frame["date"][0], pandas.Timestamp("1867-11-07"))
        self.assertEqual(list(frame["mixed"]), ["1867-11-07", "1868"])
        self.assertEqual(frame["early"][0], "-0044-03-15")
        self.assertEqual(frame["vast"][0], int("9" * 30))
        for name in ("whole", "gap", "truth", "date", "time", "name", "nothing", "vast"):
            self.assertTrue(frame[name].isna()[1], name)
        self.assertEqual(frame["whole"].sum(), 1)

    @unittest.skipUnless(has("pandas"), "no pandas")
    def test_no_rows_still_have_columns(self):
        self.assertEqual(list(_values.frame(table(a=[], b=[])).columns), ["a", "b"])
        self.assertEqual(len(_values.frame(table(a=[], b=[]))), 0)


class Questions(WithMock):
    def test_rows_are_dicts_with_every_variable(self):
        self.mock.answers["SELECT"] = table(who=[iri("urn:a"), iri("urn:b")], year=[literal("1867", "gYear"), None])
        self.assertEqual(self.graph.rows("SELECT"), [{"who": "urn:a", "year": 1867}, {"who": "urn:b", "year": None}])

    def test_limits_travel_with_the_query(self):
        self.mock.answers["SELECT"] = table(a=[])
        self.graph.rows("SELECT", entailed=True, timeout=2.5, limit=10)
        form = parse_qs(self.mock.seen[-1][4].decode())
        self.assertEqual(form, {"query": ["SELECT"], "entailed": ["true"], "timeout": ["2.5"], "limit": ["10"]})
        self.graph.rows("SELECT")
        self.assertEqual(parse_qs(self.mock.seen[-1][4].decode()), {"query": ["SELECT"]})

    def test_what_is_not_sparql_says_where(self):
        with self.assertRaises(kgloom.KgloomError) as caught:
            self.graph.rows("SELECT {")
        self.assertEqual((caught.exception.status, caught.exception.line, caught.exception.column), (400, 2, 7))
        self.assertEqual(str(caught.exception), "the query is not SPARQL: expected } (400)")

    def test_yes_or_no_and_rows_are_told_apart(self):
        self.mock.answers["ASK"] = {"head": {}, "boolean": True}
        self.mock.answers["SELECT"] = table(a=[])
        self.assertIs(self.graph.ask("ASK"), True)
        with self.assertRaisesRegex(kgloom.KgloomError, "rows"):
            self.graph.ask("SELECT")
        with self.assertRaisesRegex(kgloom.KgloomError, "ask"):
            self.graph.rows("ASK")

    def test_triples_come_as_text(self):
        self.mock.answers["CONSTRUCT"] = '<urn:a> <urn:b> "c" .\n'
        self.assertEqual(self.graph.construct("CONSTRUCT"), '<urn:a> <urn:b> "c" .\n')
        self.assertEqual(self.mock.seen[-1][3]["Accept"], "application/n-triples")

    def test_json_paths(self):
        cases = [
            ("/find", {"found": [1], "more": False}, lambda g: g.find("marwick", class_="Person", limit=3), [1],
             {"text": "marwick", "class": "Person", "limit": "3"}),
            ("/entity", {"iri": "urn:a"}, lambda g: g.entity("urn:a"), {"iri": "urn:a"}, {"iri": "urn:a"}),
            ("/entity", {"facts": []}, lambda g: g.entity("urn:a", relation="in", direction="in", offset=5, limit=2), {"facts": []},
             {"iri": "urn:a", "relation": "in", "direction": "in", "offset": "5", "limit": "2"}),
            ("/neighbourhood", {"nodes": []}, lambda g: g.neighbourhood("urn:a"), {"nodes": []}, {"iri": "urn:a"}),
            ("/explain", {"explanations": [2]}, lambda g: g.explain("Ada", "date of birth", "1815"), [2],
             {"subject": "Ada", "relation": "date of birth", "object": "1815"}),
            ("/ask", {"known": True}, lambda g: g.answer("Who?"), {"known": True}, {"question": "Who?"}),
            ("/status", {"epoch": 1}, lambda g: g.status(), {"epoch": 1}, {}),
            ("/schema", {"classes": []}, lambda g: g.schema(), {"classes": []}, {}),
            ("/rejections", {"rejections": [3], "total": 1}, lambda g: g.rejections(5), [3], {"limit": "5"}),
            ("/corrections", {"corrections": [4]}, lambda g: g.corrections(), [4], {}),
        ]  # fmt: skip
        for path, told, call, expected, parameters in cases:
            with self.subTest(path=path):
                self.mock.told["GET", path] = told
                self.assertEqual(call(self.graph), expected)
                self.assertEqual(self.mock.seen[-1][2], parameters)

    @unittest.skipUnless(has("pandas"), "no pandas")
    def test_search_gives_a_table(self):
        ada = {"iri": "urn:a", "short": "a", "name": "Ada", "class": "Person", "facts": 9, "score": 0.8, "words": 1.5,
               "meaning": 0.4, "interest": 1, "explanation": {"parts": []}}  # fmt: skip
        tom = {"iri": "urn:t", "short": "t", "name": "Tom", "class": None, "facts": 2, "score": 0.1, "meaning": 0.3}
        self.mock.told["GET", "/search"] = {"found": [ada, tom], "plan": "scan", "exact": True, "shares": []}
        found = self.graph.search("a mathematician", class_="Person", where="?x wdt:P19 ?y", by="both", limit=5)
        asked = {"text": "a mathematician", "class": "Person", "where": "?x wdt:P19 ?y", "by": "both", "limit": "5"}
        self.assertEqual(self.mock.seen[-1][2], asked)
        self.assertEqual(list(found.columns), ["iri", "name", "class", "facts", "score", "words", "meaning"])
        self.assertEqual((list(found["name"]), str(found["facts"].dtype)), (["Ada", "Tom"], "Int64"))
        self.assertTrue(found["words"].isna()[1] and found["class"].isna()[1])
        self.assertEqual(found.loc[found["score"] > 0.5, "iri"].tolist(), ["urn:a"])
        spread = self.graph.search("a mathematician", spread=4, explain=True)
        self.assertEqual(self.mock.seen[-1][2], {"text": "a mathematician", "spread": "4", "explain": "true"})
        self.assertEqual(list(spread.columns)[-2:], ["interest", "explanation"])
        self.assertEqual((spread["interest"][0], spread["explanation"][0]), (1, {"parts": []}))

    @unittest.skipUnless(has("pandas"), "no pandas")
    def test_search_for_documents_and_for_nothing(self):
        told = [{"id": "a.txt", "text": "Ada …", "score": 0.5, "words": 0.5}]
        self.mock.told["GET", "/search"] = {"found": told}
        found = self.graph.search("Ada", documents=True)
        self.assertEqual(self.mock.seen[-1][2], {"text": "Ada", "documents": "true"})
        self.assertEqual(list(found.columns), ["id", "text", "score", "words", "meaning"])
        self.assertEqual((found["id"][0], found["score"][0]), ("a.txt", 0.5))
        self.mock.told["GET", "/search"] = {"found": []}
        none = self.graph.search("nobody")
        self.assertEqual((len(none), list(none.columns)[:2]), (0, ["iri", "name"]))
        self.mock.fails["GET", "/search"] = lambda handler: handler.say({"error": "\"X\" is no class"}, 400)
        with self.assertRaisesRegex(kgloom.KgloomError, "no class"):
            self.graph.search("Ada", class_="X")

    def test_a_body_that_breaks_off_is_an_error(self):
        def breaks(handler):
            handler.send_response(200)
            handler.send_header("Transfer-Encoding", "chunked")
            handler.end_headers()
            handler.wfile.write(b'5\r\n{"hea\r\n')
            handler.close_connection = True

        def short(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "100")
            handler.end_headers()
            handler.wfile.write(b"<urn:a> <urn:b> <urn:c> .\n")
            handler.close_connection = True

        for fails in (breaks, short):
            self.mock.fails["POST", "/query"] = fails
            with self.assertRaisesRegex(kgloom.KgloomError, "broke off"):
                self.graph.construct("CONSTRUCT")

    def test_nobody_there(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with self.assertRaises(kgloom.KgloomError) as caught:
            kgloom.connect(url).status()
        self.assertEqual(caught.exception.status, 0)
        self.assertIn("does not answer", str(caught.exception))

    def test_an_error_that_is_no_json(self):
        self.mock.fails["GET", "/status"] = lambda handler: handler.say("bad gateway", 502)
        with self.assertRaisesRegex(kgloom.KgloomError, "bad gateway"):
            self.graph.status()

    def test_addresses(self):
        self.assertEqual(kgloom.connect("localhost:7878").endpoint, "http://localhost:7878/query")
        self.assertEqual(kgloom.connect("https://example.org/graph/").url, "https://example.org/graph")
        with self.assertRaises(ValueError):
            kgloom.connect("ftp://example.org")


class Documents(WithMock):
    def test_put_read_and_delete(self):
        identity = "../texts//a b?#ü.txt"
        answer = self.graph.put(identity, "Ada Lovelace wäre …")
        self.assertEqual((answer["put"], answer["epoch"]), (1, 1))
        self.assertNotIn("/", self.mock.seen[-1][1][len("/documents/") :])
        self.assertEqual(self.mock.seen[-1][3]["Content-Type"], "text/plain; charset=utf-8")
        self.assertEqual(self.graph.text(identity), "Ada Lovelace wäre …")
        self.assertEqual(self.graph.put(identity, "Ada Lovelace wäre …")["unchanged"], 1)
        self.assertEqual(self.graph.delete(identity)["deleted"], 1)
        with self.assertRaises(kgloom.KgloomError) as caught:
            self.graph.delete(identity)
        self.assertEqual(caught.exception.status, 404)

    def test_a_refused_text_is_an_error_with_its_reason(self):
        with self.assertRaises(kgloom.KgloomError) as caught:
            self.graph.put("a", "")
        self.assertEqual(caught.exception.status, 422)
        self.assertIn("a: the text is empty", str(caught.exception))

    def test_what_is_no_document_is_a_type_error_that_says_which(self):
        for wrong in ("abc", b"abc", ("a",), ("a", "b", "c"), ("a", None), (1, "x"), {"id": "a"}, {"text": "x"}, 7, None):
            with self.assertRaisesRegex(TypeError, "document 1"):
                self.graph.put_many([("first", "x"), wrong])
        for wrong, said in ((None, "NoneType"), (b"x", "decode it first"), (7, "int")):
            with self.assertRaisesRegex(TypeError, said):
                self.graph.put("a", wrong)
        with self.assertRaises(TypeError):
            self.graph.put(None, "x")
        self.assertEqual(self.mock.documents, {})
        self.assertEqual(self.graph.put_many([["a", "x"], {"id": "b", "text": "y"}, {"id": "a", "delete": True}])["put"], 2)

    def test_many_go_in_batches_and_a_refusal_stops_nothing(self):
        documents = [("a", "x"), {"id": "b", "text": "y"}, ("c", ""), ("d", "z"), {"id": "a", "delete": True}]
        total = self.graph.put_many(iter(documents), together=2)
        self.assertEqual(total["put"], 3)
        self.assertEqual(total["deleted"], 1)
        self.assertEqual([one["id"] for one in total["refused"]], ["c"])
        self.assertEqual((total["epoch"], total["came_count"], total["went_count"]), (3, 9, 3))
        self.assertEqual(sorted(self.mock.documents), ["b", "d"])
        # A batch of which all is refused is no error either.
        self.assertEqual(len(self.graph.put_many([("e", ""), ("f", "")])["refused"]), 2)
        self.assertIsNone(self.graph.put_many([])["epoch"])

    def test_long_texts_make_smaller_batches(self):
        self.graph.put_many((str(number), "x" * (3 << 20)) for number in range(3))
        self.assertEqual(sum(1 for one in self.mock.seen if one[1] == "/documents"), 3)

    def test_all_pages_of_documents(self):
        self.mock.documents = {name: name for name in "abcde"}
        self.assertEqual([one["id"] for one in self.graph.documents()], list("abcde"))
        self.assertEqual(sum(1 for one in self.mock.seen if one[1] == "/documents"), 3)

    def test_documents_by_a_part_of_their_id(self):
        self.mock.documents = {name: name for name in ("notes/a", "texts/a", "texts/b", "texts/c", "x")}
        self.assertEqual([one["id"] for one in self.graph.documents(containing="texts/")], ["texts/a", "texts/b", "texts/c"])
        self.assertTrue(all(one[2]["containing"] == "texts/" for one in self.mock.seen))

    def test_writing_takes_the_token(self):
        with self.assertRaises(kgloom.KgloomError) as caught:
            kgloom.connect(self.mock.url).put("a", "x")
        self.assertEqual(caught.exception.status, 401)

    def test_corrections_say_what_is_meant(self):
        self.mock.told["POST", "/corrections"] = {"epoch": 2, "correction": "ee7d"}
        self.mock.told["DELETE", "/corrections/ee7d"] = {"epoch": 3, "correction": "ee7d"}
        calls = [
            (lambda g: g.reject("A", "employer", "B"), {"kind": "reject", "subject": "A", "relation": "employer", "object": "B"}),
            (
                lambda g: g.assert_("A", "employer", "B", source="a letter"),
                {"kind": "assert", "subject": "A", "relation": "employer", "object": "B", "source": "a letter"},
            ),
            (lambda g: g.same("A", "B"), {"kind": "same", "one": "A", "other": "B"}),
            (lambda g: g.different("A", "B", document="d"), {"kind": "different", "one": "A", "other": "B", "document": "d"}),
            (lambda g: g.retype("A", "Person"), {"kind": "retype", "name": "A", "class": "Person"}),
        ]
        for call, body in calls:
            self.assertEqual(call(self.graph)["correction"], "ee7d")
            self.assertEqual(json.loads(self.mock.seen[-1][4]), body)
        self.assertEqual(self.graph.undo("ee7d")["epoch"], 3)


class Streams(WithMock):
    def setUp(self):
        super().setUp()
        self.changes = self.mock.streams["/subscriptions/1"] = queue.Queue()
        self.mock.told["DELETE", "/subscriptions/1"] = {}

    def change(self, name, before, after, added=(), removed=()):
        data = {"from": before, "to": after, "vars": ["who"]}
        data["added"] = [{"who": literal(one)} for one in added]
        data["removed"] = [{"who": literal(one)} for one in removed]
        self.changes.put(event(name, after, data))

    def asked(self, method, path="/subscriptions/1"):
        return [one for one in self.mock.seen if one[:2] == (method, path)]

    def test_changes_go_on_after_the_connection_ends(self):
        self.change("snapshot", None, 6, ["Ada"])
        self.changes.put(": still here\n\n")
        self.change("change", 6, 7, ["Tom"])
        self.changes.put(None)
        self.change("change", 7, 9, [], ["Ada"])
        with self.graph.subscribe("SELECT ?who { }") as subscription:
            changes = iter(subscription)
            first, second, third = next(changes), next(changes), next(changes)
            self.assertEqual((first.snapshot, first.after, first.added), (True, 6, [{"who": "Ada"}]))
            self.assertEqual((second.snapshot, second.before, second.after), (False, 6, 7))
            self.assertEqual((third.added, third.removed), ([], [{"who": "Ada"}]))
            self.assertEqual([one[3]["Last-Event-ID"] for one in self.asked("GET")], [None, "7"])
            self.assertEqual(subscription.last, 9)
        self.assertEqual(len(self.asked("DELETE")), 1)
        self.assertEqual(self.asked("POST", "/subscriptions")[0][3]["Content-Type"], "application/sparql-query")

    def test_a_loop_that_is_left_ends_it(self):
        self.change("snapshot", None, 6, ["Ada"])
        for _ in self.graph.subscribe("SELECT ?who { }"):
            break
        self.assertEqual(len(self.asked("DELETE")), 1)

    def test_a_kept_one_goes_on_where_it_was(self):
        self.change("snapshot", None, 6, ["Ada"])
        with self.graph.subscribe("SELECT ?who { }", keep=True) as subscription:
            next(iter(subscription))
        self.change("change", 6, 7, ["Tom"])
        with self.graph.subscription(subscription.location, subscription.last) as again:
            self.assertEqual(next(iter(again)).added, [{"who": "Tom"}])
        self.assertEqual(self.asked("GET")[-1][3]["Last-Event-ID"], "6")
        self.assertEqual(self.asked("DELETE"), [])

    def test_close_wakes_one_that_waits(self):
        subscription = self.graph.subscribe("SELECT ?who { }")
        ended = threading.Event()
        threading.Thread(target=lambda: (list(subscription), ended.set()), daemon=True).start()
        while not self.asked("GET"):
            pass
        subscription.close()
        self.assertTrue(ended.wait(5))

    def test_one_that_is_gone_is_an_error(self):
        with self.assertRaises(kgloom.KgloomError) as caught:
            list(self.graph.subscription("/subscriptions/2"))
        self.assertEqual(caught.exception.status, 404)

    def test_without_a_server_it_gives_up(self):
        subscription = self.graph.subscription("/subscriptions/1", patience=0.2)
        self.mock.fails["GET", "/subscriptions/1"] = lambda handler: handler.say({"error": "loading"}, 503)
        with self.assertRaises(kgloom.KgloomError) as caught:
            list(subscription)
        self.assertEqual(caught.exception.status, 503)

    def test_an_ask_is_true_or_false(self):
        stream = queue.Queue()
        self.mock.streams["/subscriptions/1"] = stream
        told = {"from": None, "to": 6, "vars": ["ask"], "added": [{"ask": False}], "removed": []}
        stream.put(event("snapshot", 6, told))
        stream.put(event("change", 7, {**told, "from": 6, "to": 7, "added": [{"ask": True}], "removed": [{"ask": False}]}))
        with self.graph.subscribe("ASK { }") as changes:
            first, second = [change for _, change in zip(range(2), changes)]
        self.assertEqual((first.added, first.snapshot), ([{"ask": False}], True))
        self.assertEqual((second.added, second.removed), ([{"ask": True}], [{"ask": False}]))

    def test_epochs_are_heard_from_the_call_on(self):
        self.mock.streams["/events"] = queue.Queue()
        events = self.graph.events()
        self.assertEqual([seen[1] for seen in self.mock.seen], ["/events"])
        self.mock.streams["/events"].put(event("epoch", 3, {"epoch": 3}))
        self.assertEqual(next(iter(events)), {"epoch": 3})
        self.assertEqual(len(self.mock.seen), 1)
        events.close()
        del self.mock.streams["/events"]
        with self.assertRaises(kgloom.KgloomError):
            self.graph.events()

    def test_epochs(self):
        self.mock.streams["/events"] = queue.Queue()
        self.mock.streams["/events"].put(event("epoch", 3, {"epoch": 3, "put": 1}))
        with self.graph.events() as events:
            self.assertEqual(next(iter(events)), {"epoch": 3, "put": 1})


ADA, TOM, LONDON = "urn:kgloom:person:Ada", "urn:kgloom:person:Tom", "urn:kgloom:location:London"
FACTS = f"""
<{ADA}> <{_triples.TYPE}> <urn:kgloom:Person> .
<{ADA}> <{_triples.LABEL}> "Ada \\"L\\u00F6ve\\"" .
<{ADA}> <{WDT}P19> <{LONDON}> .
<{ADA}> <{WDT}P569> "1815-12-10"^^<{XSD}date> .
<{TOM}> <{_triples.TYPE}> <urn:kgloom:Person> .
<{TOM}> <{WDT}P26> <{ADA}> .
<{TOM}> <{WDT}P19> <{LONDON}> .
<{LONDON}> <{_triples.TYPE}> <urn:kgloom:Location> .
<{LONDON}> <{_triples.LABEL}> "London"@en .
"""
PREDICTED = f"""
<{ADA}> <{WDT}P27> <urn:kgloom:location:England> .
<urn:link> <urn:kgloom:head> <{ADA}> .
<urn:link> <urn:kgloom:relation> <{WDT}P27> .
<urn:link> <urn:kgloom:tail> <urn:kgloom:location:England> .
<urn:link> <urn:kgloom:probability> "0.61"^^<{XSD}decimal> .
"""
SCHEMA = {
    "classes": [{"iri": "urn:kgloom:Person", "label": "Person"}, {"iri": "urn:kgloom:Location", "label": "Location"}],
    "relations": [
        {"iri": WDT + "P19", "label": "place of birth"},
        {"iri": WDT + "P569", "label": "date of birth"},
        {"iri": WDT + "P26", "label": "spouse"},
    ],
}


class Libraries(WithMock):
    def setUp(self):
        super().setUp()
        self.mock.graphs = {"default": FACTS, "urn:kgloom:predicted": PREDICTED}
        self.mock.told["GET", "/schema"] = SCHEMA

    def test_what_is_no_triple_is_an_error(self):
        self.mock.graphs["default"] = "<urn:a> <urn:b> .\n"
        with self.assertRaisesRegex(kgloom.KgloomError, "no triple"):
            self.graph._facts(False)

    @unittest.skipUnless(has("networkx"), "no networkx")
    def test_networkx(self):
        import networkx

        graph = self.graph.graph()
        self.assertEqual(graph.nodes[ADA], {"label": 'Ada "Löve"', "classes": "Person", "date of birth": "1815-12-10"})
        self.assertEqual(graph.nodes[TOM]["label"], "Tom")
        self.assertEqual(
            graph.edges[TOM, ADA, WDT + "P26"], {"relation": WDT + "P26", "label": "spouse", "predicted": False}
        )
        self.assertEqual((len(graph), graph.number_of_edges()), (3, 3))
        written = io.BytesIO()
        networkx.write_graphml(graph, written)
        self.assertIn(b"date of birth", written.getvalue())

    @unittest.skipUnless(has("networkx"), "no networkx")
    def test_networkx_with_what_is_predicted_and_how_sure_it_is(self):
        facts = [{"relation": {"value": WDT + "P26"}, "direction": "out", "value": {"value": ADA}, "certainty": 0.87}]
        self.mock.told["GET", "/entity"] = {"facts": facts, "total": 1500}
        graph = self.graph.graph(predicted=True, certainty=True, values=False)
        link = graph.edges[ADA, "urn:kgloom:location:England", WDT + "P27"]
        self.assertEqual(link, {"relation": WDT + "P27", "label": "P27", "predicted": True, "certainty": 0.61})
        self.assertEqual(graph.edges[TOM, ADA, WDT + "P26"]["certainty"], 0.87)
        asked = [one[2] for one in self.mock.seen if one[1] == "/entity" and one[2]["iri"] == TOM]
        pages = [(one["direction"], one["offset"], one["limit"]) for one in asked]
        self.assertEqual(pages, [("out", "0", "1000"), ("out", "1000", "1000")])
        self.assertNotIn("certainty", graph.edges[TOM, LONDON, WDT + "P19"])
        self.assertNotIn("date of birth", graph.nodes[ADA])

    @unittest.skipUnless(has("numpy"), "no numpy")
    def test_arrays(self):
        told = self.graph.triples()
        self.assertEqual(told.entities, [LONDON, ADA, TOM])
        self.assertEqual(told.relations, [WDT + "P19", WDT + "P26"])
        self.assertEqual(told.triples.tolist(), [[1, 0, 0], [2, 0, 0], [2, 1, 1]])
        self.assertEqual(told.to_pykeen().tolist()[2], [TOM, WDT + "P26", ADA])
        index, kinds = told.to_pyg()
        self.assertEqual((index.tolist(), kinds.tolist()), ([[1, 2, 2], [0, 0, 1]], [0, 0, 1]))
        self.assertEqual(self.graph.triples(labels=True).to_pykeen().tolist()[0], ['Ada "Löve"', "place of birth", "London"])

    @unittest.skipUnless(has("numpy"), "no numpy")
    def test_a_name_that_two_bear_stays_two(self):
        self.mock.graphs["default"] = FACTS + f'<{TOM}> <{_triples.LABEL}> "London" .\n'
        self.assertEqual(self.graph.triples(labels=True).entities[0], f"London <{LONDON}>")
        self.mock.graphs["default"] = ""
        empty = self.graph.triples()
        self.assertEqual((empty.triples.shape, empty.to_pykeen().shape, empty.to_pyg()[0].shape), ((0, 3), (0, 3), (2, 0)))

    @unittest.skipUnless(has("numpy"), "no numpy")
    def test_what_follows_is_added_where_it_is_asked_for(self):
        self.mock.graphs["urn:kgloom:entailed"] = f"<{ADA}> <{WDT}P26> <{TOM}> .\n"
        self.assertEqual((len(self.graph.triples()), len(self.graph.triples(entailed=True))), (3, 4))


@unittest.skipIf(os.name == "nt", "the mock is a script")
class Starting(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = Path(folder.name) / "state"
        self.program = Path(folder.name) / "kgloom"
        self.program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{HERE / 'mock.py'}' \"$@\"\n")
        self.program.chmod(self.program.stat().st_mode | stat.S_IXUSR)

    def start(self, *inputs, **flags):
        return kgloom.start(self.state, *inputs, program=self.program, **flags)

    def test_it_starts_and_stops(self):
        with self.start("texts", Path("more"), read_only=True, workers=2, ontology=["a.ttl", Path("b.ttl")]) as graph:
            said = graph.status()["arguments"]
            self.assertEqual(said[:5], ["serve", "--state", str(self.state), "--bind", "127.0.0.1:0"])
            self.assertEqual(said[5], "--until-input-ends")
            self.assertEqual(
                said[6:], ["--read-only", "--workers=2", "--ontology=a.ttl", "--ontology=b.ttl", "--", "texts", "more"]
            )
            self.assertEqual(graph.put("a", "x")["put"], 1)
            self.assertEqual(kgloom.connect(self.state).token, TOKEN)
            os.kill(graph.pid, 0)
        self.assertIsNotNone(graph._process.returncode)
        self.assertFalse((self.state / "serve.json").exists())
        graph.stop()
        with self.assertRaisesRegex(kgloom.KgloomError, "does not answer"):
            graph.status()
        with self.assertRaisesRegex(kgloom.KgloomError, "nobody serves"):
            kgloom.connect(self.state)

    def test_what_a_killed_server_left_is_not_taken_for_this_one(self):
        self.state.mkdir()
        (self.state / "serve.json").write_text(json.dumps({"address": "127.0.0.1:1", "token": "old", "pid": 1}))
        with self.start() as graph:
            self.assertEqual(graph.token, TOKEN)

    def test_one_that_ends_says_why(self):
        whole = "ended with 74: error: the folder is in use\n  tip 0\n(?s:.*)  tip 8\nUsage: kgloom serve$"
        with self.assertRaisesRegex(kgloom.KgloomError, whole):
            self.start(fail=True)

    def test_a_folder_that_is_not_there_is_no_address(self):
        for mistyped in ("nostate", "some/folder", self.state / "nothing", "localhost"):
            with self.assertRaisesRegex(kgloom.KgloomError, "there is no folder"):
                kgloom.connect(mistyped)
        for address in ("http://server", "server:7878", "127.0.0.1:7878", "[::1]:7878", "http://127.0.0.1:7878/"):
            self.assertTrue(kgloom.connect(address).url.startswith("http://"))

    def test_the_end_of_the_program_stops_it(self):
        source = f"import kgloom\nprint(kgloom.start({str(self.state)!r}, program={str(self.program)!r}).pid)"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        pid = int(subprocess.run([sys.executable, "-c", source], env=environment, check=True, capture_output=True).stdout)
        with self.assertRaises(ProcessLookupError):
            os.kill(pid, 0)

    def test_it_ends_with_a_program_that_is_killed(self):
        source = f"import kgloom, time\nkgloom.start({str(self.state)!r}, program={str(self.program)!r})\nprint(1, flush=True)\ntime.sleep(60)"
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        starter = subprocess.Popen([sys.executable, "-c", source], env=environment, stdout=subprocess.PIPE)
        self.assertEqual(starter.stdout.readline(), b"1\n")
        self.assertTrue((self.state / "serve.json").exists())
        starter.kill()
        starter.wait()
        starter.stdout.close()
        for _ in range(200):
            if not (self.state / "serve.json").exists():
                break
            time.sleep(0.05)
        self.assertFalse((self.state / "serve.json").exists())

    def test_where_the_program_is(self):
        before = os.environ.get("KGLOOM_BINARY")
        os.environ["KGLOOM_BINARY"] = str(self.program)
        try:
            self.assertEqual(kgloom.binary(), str(self.program))
        finally:
            os.environ.pop("KGLOOM_BINARY")
            if before is not None:
                os.environ["KGLOOM_BINARY"] = before


if __name__ == "__main__":
    unittest.main()
