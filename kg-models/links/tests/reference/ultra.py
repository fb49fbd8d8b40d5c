"""Makes ultra.json: a small graph, the scores that ULTRA (Galkin et al. 2023) gives on it with weights by a formula, and
the slopes of a training loss. Written from the paper's equations over dense tables, in double precision; the slopes are
torch's. Out: standard output. Needs: torch.

The direction of messages is that of the published checkpoints: an entity hears its neighbours over its own outgoing
edges, inverse ones among them.

usage: ultra.py > ultra.json
"""
import json
import random

import torch

WIDTH, LAYERS, ENTITIES, RELATIONS = 64, 6, 11, 3
STEPS = 2 * RELATIONS
torch.set_default_dtype(torch.float64)


def tensors():
    """Names and shapes, in the order in which the formula numbers them."""
    for layer in range(LAYERS):
        yield f"relation_model.layers.{layer}.relation.weight", (4, WIDTH)
        yield f"relation_model.layers.{layer}.linear.weight", (WIDTH, 2 * WIDTH)
        yield f"relation_model.layers.{layer}.linear.bias", (WIDTH,)
        yield f"relation_model.layers.{layer}.layer_norm.weight", (WIDTH,)
        yield f"relation_model.layers.{layer}.layer_norm.bias", (WIDTH,)
    for layer in range(LAYERS):
        yield f"entity_model.layers.{layer}.linear.weight", (WIDTH, 2 * WIDTH)
        yield f"entity_model.layers.{layer}.linear.bias", (WIDTH,)
        yield f"entity_model.layers.{layer}.layer_norm.weight", (WIDTH,)
        yield f"entity_model.layers.{layer}.layer_norm.bias", (WIDTH,)
        for part in (0, 2):
            yield f"entity_model.layers.{layer}.relation_projection.{part}.weight", (WIDTH, WIDTH)
            yield f"entity_model.layers.{layer}.relation_projection.{part}.bias", (WIDTH,)
    yield "entity_model.mlp.0.weight", (2 * WIDTH, 2 * WIDTH)
    yield "entity_model.mlp.0.bias", (2 * WIDTH,)
    yield "entity_model.mlp.2.weight", (1, 2 * WIDTH)
    yield "entity_model.mlp.2.bias", (1,)


def weights():
    """A linear congruential generator's numbers, exact in every language; gains are about 1."""
    state, made = 1, {}
    for name, shape in tensors():
        count = 1
        for size in shape:
            count *= size
        bound = 1 / shape[1] ** 0.5 if len(shape) == 2 and shape[0] != 4 else 0.5
        numbers = []
        for _ in range(count):
            state = (1664525 * state + 1013904223) % 2**32
            numbers.append((state / 2**31 - 1) * bound + (1 if "layer_norm.weight" in name else 0))
        made[name] = torch.tensor(numbers, dtype=torch.float32).double().reshape(shape).requires_grad_()
    return made


W = weights()


def linear(name, x):
    return x @ W[f"{name}.weight"].T + W[f"{name}.bias"]


def table(links):
    """steps × entities × entities: 1 where an entity hears another by a step."""
    heard = torch.zeros(STEPS, ENTITIES, ENTITIES)
    for h, r, t in links:
        heard[r, h, t] = 1
        heard[r + RELATIONS, t, h] = 1
    return heard


def meetings(heard):
    """4 × steps × steps: 1 where two steps meet, head and head, tail and tail, head and tail, tail and head."""
    heads, tails = heard.amax(dim=2), heard.amax(dim=1)
    pairs = [(heads, heads), (tails, tails), (heads, tails), (tails, heads)]
    return torch.stack([((one @ other.T) > 0).double() for one, other in pairs])


def walk(prefix, heard, kinds, begin):
    """The layers of either network: nodes × width. kinds(layer) is kinds × width."""
    state = begin
    for layer in range(LAYERS):
        name = f"{prefix}.layers.{layer}"
        sent = state[None] * kinds(layer)[:, None]
        update = (heard @ sent).sum(dim=0) + begin
        hidden = linear(f"{name}.linear", torch.cat([state, update], dim=1))
        mean, variance = hidden.mean(dim=1, keepdim=True), hidden.var(dim=1, keepdim=True, unbiased=False)
        hidden = (hidden - mean) / (variance + 1e-5).sqrt()
        hidden = hidden * W[f"{name}.layer_norm.weight"] + W[f"{name}.layer_norm.bias"]
        state = state + hidden.clamp(min=0)
    return state


def scores(met, heard, relation, tails_asked, known):
    """The score of every entity; the relations' rows are asked for by the relation itself, whichever side is asked."""
    begin = torch.zeros(STEPS, WIDTH)
    begin[relation] = 1
    rows = walk("relation_model", met, lambda layer: W[f"relation_model.layers.{layer}.relation.weight"], begin)
    step = relation if tails_asked else relation + RELATIONS
    begin = torch.zeros(ENTITIES, WIDTH)
    begin = torch.cat([begin[:known], rows[step][None], begin[known + 1:]])

    def kinds(layer):
        name = f"entity_model.layers.{layer}.relation_projection"
        return linear(f"{name}.2", linear(f"{name}.0", rows).clamp(min=0))

    state = walk("entity_model", heard, kinds, begin)
    both = torch.cat([state, rows[step].expand(ENTITIES, WIDTH)], dim=1)
    return linear("entity_model.mlp.2", linear("entity_model.mlp.0", both).clamp(min=0))[:, 0]


draw = random.Random(5)
links = sorted({(draw.randrange(ENTITIES), draw.randrange(RELATIONS), draw.randrange(ENTITIES)) for _ in range(24)})
whole = table(links)
questions = []
for side in ("tail", "head"):
    for relation in range(RELATIONS):
        for known in (0, 4, 9):
            found = scores(meetings(whole), whole, relation, side == "tail", known)
            questions.append({"side": side, "relation": relation, "known": known, "scores": found.tolist()})

# A step of training: tails of the first half are asked, heads of the other; the links of the step are not walked.
batch = [links[place] for place in (1, 4, 9, 13, 17, 20)]
left = table([link for link in links if link not in batch])
examples, loss = [], torch.zeros(())
for place, (h, r, t) in enumerate(batch):
    tails_asked = place < len(batch) // 2
    known, right = (h, t) if tails_asked else (t, h)
    wrong = [draw.randrange(ENTITIES) for _ in range(4)]
    found = scores(meetings(whole), left, r, tails_asked, known)[[right, *wrong]]
    share = (0.7 * found[1:]).softmax(dim=0).detach()
    softplus = torch.nn.functional.softplus
    loss = loss + (softplus(-found[0]) + (share * softplus(found[1:])).sum()) / 2 / len(batch)
    examples.append({"side": "tail" if tails_asked else "head", "link": [h, r, t], "rivals": [right, *wrong]})
loss.backward()
print(json.dumps({
    "made_with": f"torch {torch.__version__}", "entities": ENTITIES, "relations": RELATIONS, "links": links,
    "tensors": list(tensors()), "questions": questions,
    "training": {
        "temperature": 0.7, "examples": examples, "loss": loss.item(),
        # Of each tensor: the slope's length, and its first and last number.
        "slopes": {name: [w.grad.norm().item(), w.grad.flatten()[0].item(), w.grad.flatten()[-1].item()]
                   for name, w in W.items()},
    },
}))
