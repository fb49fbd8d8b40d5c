"""PyKEEN's ComplEx beside kgloom's: seconds an epoch, and seconds until validation MRR passes a mark.

python benches/links_peer.py DATA_DIR EPOCHS THREADS [MARK]

The configuration is that of benches/links_peer.toml: 256 complex numbers an entity, all right answers to a question at
once (cross entropy), inverse relations, Adam at .001, 256 questions a step, N3. Time spent on validation is not counted.
"""

import sys
import time

import torch
from pykeen.evaluation import RankBasedEvaluator
from pykeen.models import ComplEx
from pykeen.regularizers import PowerSumRegularizer
from pykeen.training import LCWATrainingLoop, TrainingCallback
from pykeen.triples import TriplesFactory

data, epochs, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
mark = float(sys.argv[4]) if len(sys.argv) > 4 else 2.0
torch.set_num_threads(threads)
train = TriplesFactory.from_path(f"{data}/train.txt", create_inverse_triples=True)
valid = TriplesFactory.from_path(
    f"{data}/valid.txt", entity_to_id=train.entity_to_id, relation_to_id=train.relation_to_id
)
model = ComplEx(
    triples_factory=train,
    embedding_dim=256,
    loss="crossentropy",
    regularizer=PowerSumRegularizer,
    regularizer_kwargs=dict(weight=0.01, p=3.0, normalize=False),
    entity_initializer="xavier_normal",
    relation_initializer="xavier_normal",
    random_seed=1,
)
CHECK = 5


class Clock(TrainingCallback):
    """Counts the seconds of epochs, without those of validation."""

    def __init__(self):
        super().__init__()
        self.start, self.spent = time.perf_counter(), []

    def post_epoch(self, epoch, epoch_loss, **_):
        self.spent.append(time.perf_counter() - self.start)
        if epoch % CHECK == 0 and mark <= 1.0:
            evaluator = RankBasedEvaluator(filtered=True)
            results = evaluator.evaluate(
                model,
                valid.mapped_triples,
                batch_size=256,
                additional_filter_triples=[train.mapped_triples],
                use_tqdm=False,
            )
            mrr = results.get_metric("both.realistic.inverse_harmonic_mean_rank")
            print(f"epoch {epoch}: {sum(self.spent):.1f} s, validation MRR {mrr:.4f}", flush=True)
            if mrr >= mark:
                print(f"MRR {mark} after {sum(self.spent):.1f} s")
                sys.exit(0)
        self.start = time.perf_counter()


clock = Clock()
loop = LCWATrainingLoop(model=model, triples_factory=train, optimizer="adam", optimizer_kwargs=dict(lr=0.001))
loop.train(train, num_epochs=epochs, batch_size=256, use_tqdm=False, callbacks=clock)
spent = sorted(clock.spent[1:])
print(f"{spent[len(spent) // 2]:.2f} s an epoch (median of {len(spent)})")
