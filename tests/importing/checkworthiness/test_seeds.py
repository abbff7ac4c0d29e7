"""What an editor would check in the two sample articles ranks above what nobody can check.

The spans are their sentences, in code points, and what each mainly is, as read by people: a statement of
fact, a report of what others say, a statement of law or a quantity is worth checking; opinions, predictions
and rhetoric are not. Lines that are no sentences are left out. The weights were not fitted with these texts.
"""

from __future__ import annotations

from pathlib import Path

from articles.importing.checkworthiness import Sentence, judge
from articles.importing.checkworthiness.ranking import area_under_curve

SEEDS = Path(__file__).parents[3] / "seeds"

# fmt: off
WORTHY = {
    "000_a7328bbeb998593a.txt": [
    (17, 126), (127, 305), (306, 439), (550, 642), (683, 790), (792, 947), (948, 1104), (1105, 1299),
    (1300, 1449), (1689, 1867), (1868, 2031), (2032, 2185), (2186, 2273), (2274, 2361), (2362, 2424),
    (2601, 2732), (2935, 3028), (3029, 3153), (3265, 3373), (3374, 3459),
],
    "003_83fdf76cc6024f85.txt": [
    (0, 52), (55, 165), (166, 260), (262, 514), (1009, 1083), (1084, 1140), (1141, 1198), (1199, 1291),
    (1293, 1456), (1535, 1696), (1697, 1868), (2031, 2070), (2279, 2348), (2350, 2495), (2496, 2524),
    (2525, 2554), (2555, 2892), (2950, 3127), (3129, 3303), (3304, 3559), (3561, 3656), (3657, 3712),
    (4823, 4959), (5343, 5484), (5485, 5525), (6243, 6430), (6431, 6519), (6658, 6755), (6756, 6903),
    (6942, 6992),
],
}
UNWORTHY = {
    "000_a7328bbeb998593a.txt": [
    (440, 549), (643, 682), (1450, 1688), (2425, 2587), (2733, 2934), (3154, 3264), (3460, 3518),
],
    "003_83fdf76cc6024f85.txt": [
    (516, 541), (542, 660), (661, 778), (779, 944), (945, 1007), (1870, 1976), (1977, 2030), (2123, 2278),
    (2893, 2926), (3725, 3786), (3788, 3955), (3956, 3997), (3998, 4029), (4030, 4061), (4062, 4141),
    (4143, 4236), (4237, 4308), (4309, 4502), (4503, 4698), (4699, 4822), (4994, 5184), (5185, 5248),
    (5250, 5342), (5526, 5630), (5631, 5816), (5892, 6014), (6015, 6133), (6134, 6241), (6520, 6657),
    (6904, 6915),
],
}
# fmt: on


def _judged() -> tuple[list[bool], list[float]]:
    labels: list[bool] = []
    scores: list[float] = []
    for name in WORTHY:
        text = (SEEDS / name).read_text(encoding="utf-8")
        spans = sorted(WORTHY[name] + UNWORTHY[name])
        labels += [span in WORTHY[name] for span in spans]
        scores += [
            judgement.score for judgement in judge([Sentence(text[start:end]) for start, end in spans])
        ]
    return labels, scores


def test_what_can_be_checked_ranks_above_opinions_predictions_and_rhetoric() -> None:
    labels, scores = _judged()
    assert len(labels) == 87
    assert area_under_curve(labels, scores) >= 0.85


def test_nearly_all_of_the_ten_highest_can_be_checked() -> None:
    labels, scores = _judged()
    highest = sorted(zip(scores, labels, strict=True), reverse=True)[:10]
    assert sum(label for _, label in highest) >= 9
