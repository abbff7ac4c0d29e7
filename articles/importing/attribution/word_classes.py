"""Learns word classes and candidate cues from articles; used in fitting only. No Django in here.

Without a tagger, words that stand between the same neighbours are taken for words of one class.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from articles.importing.attribution.cues import ADVERBS, AUXILIARIES
from articles.importing.attribution.tokens import NAME, NUMBER, ending

#: How many classes, and how many frequent words are classes of their own.
CLASSES, ALONE = 90, 160
_CONTEXTS, _DIMENSIONS, _LEAST = 1200, 60, 5
# No name is what stands small inside sentences so often, and at least by this share as often as large.
_SMALL_SHARE, _SMALL_LEAST = 0.5, 3
_SUFFIXES = ("ing", "ed", "es", "s", "e")
#: Words that belong to cues and are none by themselves.
NO_CUES = (
    AUXILIARIES
    | ADVERBS
    | frozenset(
        {NAME, NUMBER, "the", "a", "in", "of", "for", "on", "that", "by", "with", "as", "at", "out", "up"}
    )
)


def small_words(forms: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return the words that sentences, given as words in their own letters, mostly write small.

    Each stands for itself, so that the result serves as the lexicon of `Tokens` while there is none.
    """
    small: Counter[str] = Counter()
    large: Counter[str] = Counter()
    for sentence in forms:
        for form in sentence[1:]:
            (large if form[0].isupper() else small)[form.lower().replace("’", "'")] += 1
    return {
        word: word
        for word, count in small.items()
        if word[0].isalpha() and count >= _SMALL_LEAST and count >= _SMALL_SHARE * large[word]
    }


def word_classes(sentences: Sequence[Sequence[str]], small: Mapping[str, str]) -> dict[str, str]:
    """Return the class of each word of `small`, learnt from sentences as `Tokens` gives their words.

    Needs scikit-learn.
    """
    import numpy as np
    import scipy.sparse as sparse
    from sklearn.cluster import KMeans
    from sklearn.utils.extmath import randomized_svd

    counts = Counter(word for sentence in sentences for word in sentence)
    vocabulary = [word for word, count in counts.most_common() if count >= _LEAST]
    rank = {word: index for index, word in enumerate(vocabulary)}
    rows: list[int] = []
    columns: list[int] = []
    for sentence in sentences:
        ranks = [rank.get(word, len(vocabulary)) for word in sentence]
        for place, row in enumerate(ranks):
            if row == len(vocabulary):
                continue
            before = ranks[place - 1] if place else 2 * _CONTEXTS
            after = ranks[place + 1] if place + 1 < len(ranks) else 2 * _CONTEXTS
            if before < _CONTEXTS or before == 2 * _CONTEXTS:
                rows.append(row)
                columns.append(before)
            if after < _CONTEXTS or after == 2 * _CONTEXTS:
                rows.append(row)
                columns.append(min(_CONTEXTS + after, 2 * _CONTEXTS + 1))
    size = (len(vocabulary), 2 * _CONTEXTS + 2)
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=size)
    matrix.sum_duplicates()
    matrix.data = np.sqrt(matrix.data)
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = sparse.diags(1 / np.maximum(norms, 1e-9)) @ matrix
    left, strengths, _ = randomized_svd(matrix, min(_DIMENSIONS, len(vocabulary)), random_state=0)
    points = left * strengths
    points /= np.linalg.norm(points, axis=1, keepdims=True) + 1e-9
    labels = KMeans(min(CLASSES, len(vocabulary)), n_init=1, random_state=0, max_iter=60).fit(points).labels_
    alone = {word for word, _ in counts.most_common(ALONE)}
    learnt = {
        word: word if word in alone else str(label) for word, label in zip(vocabulary, labels, strict=True)
    }
    return {
        word: learnt.get(word) or ending(word)
        for word in sorted({*small, *learnt} - {NAME, NUMBER})
        if word[0].isalpha()
    }


def stems(counts: Mapping[str, int], in_cues: Mapping[str, int]) -> dict[str, str]:
    """Return the stem of every word that may be a cue, from how often words occur, and occur in cues."""
    all_of: Counter[str] = Counter()
    cues_of: Counter[str] = Counter()
    for word, count in counts.items():
        if word.isalpha() and word not in NO_CUES:
            all_of[stem(word)] += count
            cues_of[stem(word)] += in_cues.get(word, 0)
    found: dict[str, str] = {}
    for word, count in counts.items():
        if word in NO_CUES:
            continue
        own = in_cues.get(word, 0)
        share = own / count
        often = own >= 2 and share >= 0.06
        if not word[0].isalpha():
            if often:
                found[word] = word
            continue
        root = stem(word)
        related = cues_of[root] >= 3 and cues_of[root] >= 0.1 * all_of[root] and (share >= 0.03 or count < 15)
        if often or related:
            found[word] = root
    # Forms that did not happen to occur: whoever "warned" may be "warning" elsewhere.
    for root, own in cues_of.items():
        if own >= 4 and own >= 0.25 * all_of[root]:
            for form in _forms(root, counts):
                found.setdefault(form, root)
    return dict(sorted(found.items()))


def stem(word: str) -> str:
    """Return what the regular forms of a verb have in common: "warn", "argu"."""
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            word = word[: -len(suffix)]
            break
    word = word.removesuffix("e")
    if word.endswith("i"):
        word = word[:-1] + "y"
    if len(word) > 3 and word[-1] == word[-2] and word[-1] in "bdgklmnprt":
        word = word[:-1]
    return word


def _forms(root: str, counts: Mapping[str, int]) -> list[str]:
    """Return the regular forms of a verb that are not among the known words."""
    bases = [base for base in (root, root + "e") if base in counts]
    forms = []
    for base in bases:
        short = base.removesuffix("e")
        past = short[:-1] + "ied" if short.endswith("y") else short + "ed"
        third = short[:-1] + "ies" if short.endswith("y") else base + "s"
        forms += [past, third, short + "ing"]
    return [form for form in forms if form not in counts]
