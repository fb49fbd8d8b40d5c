"""Makes ranks.json: links, scores with many ties, and the figures that PyKEEN's evaluator gives for them, both sides, every
policy on ties. Out: standard output. Needs: pykeen.

usage: ranks.py > ranks.json
"""
import json

import numpy
import pykeen
import torch
from pykeen.evaluation import RankBasedEvaluator

ENTITIES, RELATIONS = 17, 3
random = numpy.random.default_rng(7)
links = sorted({tuple(int(random.integers(size)) for size in (ENTITIES, RELATIONS, ENTITIES)) for _ in range(160)})
order = random.permutation(len(links))
test = [links[place] for place in sorted(order[:60])]
train = [links[place] for place in sorted(order[60:])]
# By side (0: head, 1: tail), relation, known entity: a score for each candidate, of six values.
scores = random.integers(0, 6, size=(2, RELATIONS, ENTITIES, ENTITIES)).astype(numpy.float32)

evaluator = RankBasedEvaluator(filtered=True)
for side, target in ((0, "head"), (1, "tail")):
    for h, r, t in test:
        known, answer = (t, h) if side == 0 else (h, t)
        row = torch.tensor(scores[side, r, known])
        right = [other for other in range(ENTITIES) if (((other, r, t) if side == 0 else (h, r, other)) in links)]
        filtered = row.clone()
        filtered[[other for other in right if other != answer]] = float("nan")
        evaluator.process_scores_(
            hrt_batch=torch.tensor([[h, r, t]]),
            target=target,
            scores=filtered.unsqueeze(0),
            true_scores=row[answer].reshape(1, 1),
        )
results = evaluator.finalize()
wanted = [
    "count", "inverse_harmonic_mean_rank", "hits_at_1", "hits_at_3", "hits_at_5", "hits_at_10", "arithmetic_mean_rank",
    "adjusted_arithmetic_mean_rank_index",
]
figures = {
    side: {ties: {name: float(results.get_metric(f"{side}.{ties}.{name}")) for name in wanted
                  # PyKEEN gives the last one for realistic ranks alone.
                  if ties == "realistic" or "adjusted" not in name}
           for ties in ("optimistic", "realistic", "pessimistic")}
    for side in ("both", "head", "tail")
}
print(json.dumps({
    "made_with": f"pykeen {pykeen.get_version()}", "entities": ENTITIES, "relations": RELATIONS, "train": train, "test": test,
    "scores": scores.astype(int).reshape(-1).tolist(), "figures": figures,
}))
