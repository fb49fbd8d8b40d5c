"""Makes classes.json: vectors, classes, and what BLP's protocol tells of them by scikit-learn: a logistic regression whose
weight of rows is chosen on validation, fitted again on training and validation. Out: standard output. Needs: scikit-learn.

usage: classes.py > classes.json
"""
import json

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, balanced_accuracy_score

WIDTH, CLASSES, SIZES = 6, 4, (240, 80, 80)
random = numpy.random.default_rng(5)
centres = random.normal(size=(CLASSES, WIDTH))
classes = random.choice(CLASSES, p=(0.55, 0.25, 0.15, 0.05), size=sum(SIZES))
rows = (centres[classes] + 1.2 * random.normal(size=(len(classes), WIDTH))).astype(numpy.float32)


def fit(c, rows, classes):
    return LogisticRegression(C=c, max_iter=10_000, tol=1e-8).fit(rows, classes)


ends = numpy.cumsum(SIZES)
train, validation, test = (slice(end - size, end) for end, size in zip(ends, SIZES))
weights = [10.0**power for power in range(-4, 2)]
chosen = [accuracy_score(classes[validation], fit(c, rows[train], classes[train]).predict(rows[validation])) for c in weights]
weight = weights[int(numpy.argmax(chosen))]
both = slice(0, ends[1])
answers = fit(weight, rows[both], classes[both]).predict(rows[test])
print(
    json.dumps(
        {
            "by": f"scikit-learn {sklearn.__version__}",
            "width": WIDTH,
            "sizes": SIZES,
            "classes": classes.tolist(),
            "rows": [round(float(x), 6) for x in rows.reshape(-1)],
            "weight": weight,
            "validation_accuracy": max(chosen),
            "accuracy": accuracy_score(classes[test], answers),
            "balanced_accuracy": balanced_accuracy_score(classes[test], answers),
        }
    )
)
