"""Fits linear models that pick one of several options, or say yes or no; used in fitting only. No Django in here."""

from __future__ import annotations

from collections.abc import Sequence

# A feature has been seen in so many options, or has no weight; weights nearer to nought than this are nought.
_LEAST, _PRUNED = 12, 0.15
_ROUNDS = 100


class Choices:
    """Choices to learn from: for each the features of its options, and how right each option is.

    With `binary`, each choice is one option, and right (1.0) or wrong (0.0).
    """

    def __init__(self, binary: bool = False) -> None:
        self.binary = binary
        self._index: dict[str, int] = {}
        self._features: list[int] = []
        self._rows: list[int] = [0]
        self._groups: list[int] = [0]
        self._right: list[float] = []

    def add(self, options: Sequence[Sequence[str]], right: Sequence[float]) -> None:
        """Add a choice; `right` sums up to one unless binary."""
        for features in options:
            for feature in features:
                self._features.append(self._index.setdefault(feature, len(self._index)))
            self._rows.append(len(self._features))
        self._right += right
        self._groups.append(len(self._rows) - 1)

    def fit(self, penalty: float) -> dict[str, float]:
        """Return the weights of a conditional logistic regression with an L2 penalty, none where nothing was added.

        Needs scikit-learn.
        """
        if not self._features:
            return {}
        import numpy as np
        import scipy.sparse as sparse
        from scipy.optimize import minimize

        features = np.array(self._features)
        size = (len(self._rows) - 1, len(self._index))
        matrix = sparse.csr_matrix((np.ones(len(features)), features, np.array(self._rows)), shape=size)
        kept = np.flatnonzero(np.bincount(features, minlength=size[1]) >= _LEAST)
        matrix = matrix[:, kept].tocsr()
        turned = matrix.T.tocsr()
        right = np.array(self._right)
        groups = np.array(self._groups)
        lengths = np.diff(groups)
        group_of = np.repeat(np.arange(len(lengths)), lengths)
        starts = groups[:-1]

        def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
            scores = matrix @ weights
            if self.binary:
                likely = 1 / (1 + np.exp(-scores))
                value = (np.logaddexp(0, scores) - right * scores).sum()
            else:
                scores = scores - np.maximum.reduceat(scores, starts)[group_of]
                powers = np.exp(scores)
                sums = np.add.reduceat(powers, starts)
                likely = powers / sums[group_of]
                value = -(right * (scores - np.log(sums)[group_of])).sum()
            gradient = turned @ (likely - right) + penalty * weights
            return float(value + penalty / 2 * (weights @ weights)), gradient

        start = np.zeros(len(kept))
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _ROUNDS}).x
        names = list(self._index)
        pairs = ((names[place], round(float(weight), 1)) for place, weight in zip(kept, found, strict=True))
        return {name: weight for name, weight in sorted(pairs) if abs(weight) >= _PRUNED}
