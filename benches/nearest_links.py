"""What a change of sentence vectors costs link prediction. In: WN18RR-ind (inductive, text alone), vectors of the lines of
WN18RR/entity2text.txt. Out: filtered MRR and Hits@10 over all test triples, both directions, all 40,943 candidates, of a
predictor without training: the train triples of the relation whose heads are nearest say where the tail lies. Needs: numpy.

The vectors: cut -f2 entity2text.txt > texts; cargo run -p kgloom-reader --example encode -- texts ENCODER_DIR f32|int8 2 VECTORS
usage: nearest_links.py LINKPRED_DIR NAME=VECTORS ...
"""
import collections
import os
import sys

import numpy as np

NEIGHBOURS, TEMPERATURE, SHIFTED, MEAN, SEEN = 256, 0.05, 0.7, 0.3, 1.0
root = sys.argv[1]
names = [line.split("\t")[0] for line in open(os.path.join(root, "WN18RR/entity2text.txt"), encoding="utf-8")]
index = {name: number for number, name in enumerate(names)}
relations = {}


def triples(part):
    rows = []
    for line in open(os.path.join(root, "WN18RR-ind", f"ind-{part}.tsv"), encoding="utf-8"):
        head, relation, tail = line.rstrip("\n").split("\t")
        rows.append((index[head], relations.setdefault(relation, len(relations)), index[tail]))
    return np.array(rows)


train, dev, test = triples("train"), triples("dev"), triples("test")
known = collections.defaultdict(set)
for h, r, t in np.concatenate([train, dev, test]):
    known[h, r, 0].add(t)
    known[t, r, 1].add(h)


def ranks(vectors):
    vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    found = []
    for turned in (0, 1):
        for r in range(len(relations)):
            of = train[train[:, 1] == r]
            asked = test[test[:, 1] == r]
            keys, values = (of[:, 0], of[:, 2]) if not turned else (of[:, 2], of[:, 0])
            loops = (keys == values).any()
            for h, _, t in asked:
                query, answer = (h, t) if not turned else (t, h)
                near = vectors[keys] @ vectors[query]
                top = np.argsort(-near, kind="stable")[:NEIGHBOURS]
                weights = np.exp((near[top] - 1) / TEMPERATURE)
                weights /= weights.sum()
                to, from_ = vectors[values[top]], vectors[keys[top]]
                shifted = vectors[query] + weights @ (to - from_)
                mean = weights @ to
                scores = SHIFTED * (vectors @ shifted) / np.linalg.norm(shifted)
                scores += MEAN * (vectors @ mean) / max(np.linalg.norm(mean), 1e-9)
                np.add.at(scores, values[top], SEEN * weights)
                others = list(known[query, r, turned] - {answer})
                scores[others] = -np.inf
                if not loops:
                    scores[query] = -np.inf
                wanted = scores[answer]
                found.append(((scores > wanted).sum() + (scores >= wanted).sum() + 1) / 2)
    return np.array(found)


for argument in sys.argv[2:]:
    name, path = argument.split("=", 1)
    vectors = np.fromfile(path, dtype=np.float32).reshape(len(names), -1)
    found = ranks(vectors)
    print(f"{name}: MRR {np.mean(1 / found):.4f}, Hits@10 {np.mean(found <= 10):.4f}, {len(found)} rankings", flush=True)
