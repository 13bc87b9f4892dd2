"""Made sentences: right and wrong as they are said to be, and told apart by nothing but the picture."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from irloom.errors import ConfigError
from irloom.pipelines.align.writer import EMBEDDED, MadeSentence, Phrasebook, Writer, fill
from irloom.records import Sample
from irloom.scene.claims import Claim, Knowledge, count_claims
from support.box_detector import BoxDetector, Guesser
from support.skewed_scenes import LABELS, draw_scenes

Score = Callable[[Sample, str], float]
BOOK = Phrasebook.load(None)
SCENES = draw_scenes(320)
MADE = [
    (scene, one)
    for writer in [Writer.learn(BOOK, LABELS, SCENES, seed=0)]
    for scene in SCENES
    for one in writer.write(scene)
]
IS_RIGHT = [one.label == "correct" for _, one in MADE]


def area(score: Score, about: Callable[[int], int] = lambda place: place) -> float:
    """AUROC of a detector over all sentences; `about` says which image it is shown instead."""
    from sklearn.metrics import roc_auc_score

    places = {scene.id: place for place, scene in enumerate(SCENES)}
    shown = [SCENES[about(places[scene.id])] for scene, _ in MADE]
    scores = [score(scene, one.text) for scene, (_, one) in zip(shown, MADE, strict=True)]
    return float(roc_auc_score(IS_RIGHT, scores))


def half_width() -> float:
    """Of a 95 % interval around 0.5, by the variance of AUROC where nothing is to be told apart."""
    right, wrong = sum(IS_RIGHT), len(IS_RIGHT) - sum(IS_RIGHT)
    return 1.96 * float(((right + wrong + 1) / (12 * right * wrong)) ** 0.5)


def test_there_are_as_many_right_sentences_as_wrong_ones_and_every_kind_that_boxes_tell() -> None:
    kinds = Counter(one.error_type for _, one in MADE)
    assert kinds.pop(None) * 2 == len(MADE)
    assert kinds.keys() == {
        *("Object", "Number", "Location", "Direction", "Relation", "Attribute", "Illusion"),
    }
    assert min(kinds.values()) > 25


def test_the_wrong_words_are_known_and_a_right_sentence_has_none() -> None:
    for _, one in MADE:
        assert bool(one.spans) == (one.label == "incorrect")
        for start, end in one.spans:
            said = one.text[start:end]
            assert said
            assert said == said.strip()
    spans = {one.text[start:end] for _, one in MADE for start, end in one.spans if one.error_type == "Number"}
    assert spans <= {"Two", "two", "three", "four", "five", "six", "seven"}


def test_boxes_tell_right_from_wrong_and_less_of_them_less() -> None:
    found = [area(BoxDetector(LABELS, hidden).score) for hidden in (0, 0.25, 0.5, 1)]
    assert found[0] >= 0.95
    assert found == sorted(found, reverse=True)
    assert found[3] == 0.5, "who sees no box knows nothing"
    assert found[0] - found[1] > 0.05
    assert found[1] - found[2] > 0.05


def test_chance_and_another_picture_tell_nothing() -> None:
    assert abs(area(Guesser().score) - 0.5) < half_width()
    assert abs(area(BoxDetector(LABELS).score, lambda place: (place + 1) % len(SCENES)) - 0.5) < half_width()


def guess_by_words(made: Sequence[tuple[Sample, MadeSentence]]) -> float:
    """AUROC of what words and pairs of words foretell of images that were not learnt from."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    words = CountVectorizer(ngram_range=(1, 2)).fit_transform([one.text for _, one in made])
    is_right = [one.label == "correct" for _, one in made]
    images = [scene.id for scene, _ in made]
    guessed = cross_val_predict(
        LogisticRegression(C=0.1, max_iter=1000),
        *(words, is_right),
        groups=images,
        cv=GroupKFold(5),
        method="predict_proba",
    )
    return float(roc_auc_score(is_right, guessed[:, 1]))


def test_words_alone_tell_nothing_even_where_scenes_are_lopsided() -> None:
    assert abs(guess_by_words(MADE) - 0.5) < 0.05


def test_words_alone_would_tell_much_if_what_is_common_were_not_evened_out() -> None:
    known = Knowledge(LABELS, BOOK.alike)
    seen = count_claims(SCENES, known)
    keys = [key for form, one, two in seen for key in ((form, one, two), (form, two, one))]
    careless = Writer(BOOK, known, dict.fromkeys(keys, 1), seed=0)
    made = [(scene, one) for scene in SCENES for one in careless.write(scene)]
    assert guess_by_words(made) > 0.6


def test_a_sample_gets_the_same_sentences_each_time_and_another_seed_others() -> None:
    first, again = (Writer.learn(BOOK, LABELS, SCENES, 0).write(SCENES[3]) for _ in range(2))
    other = Writer.learn(BOOK, LABELS, SCENES, 1).write(SCENES[3])
    assert first == again
    assert first != other


def test_the_place_in_the_text_tells_nothing() -> None:
    writer = Writer.learn(BOOK, LABELS, SCENES, 0)
    firsts = [sentences[0].label == "correct" for scene in SCENES if (sentences := writer.write(scene))]
    assert 0.4 < sum(firsts) / len(firsts) < 0.6


@pytest.mark.parametrize(
    ("form", "right", "text", "said"),
    [
        ("{a} {thing} is {at} {side} of it.", True, "A dog is on the left of it.", "dog"),
        ("{a} {thing} is {at} {side} of it.", False, "An elephant is on the left of it.", "elephant"),
    ],
)
def test_a_form_is_filled_with_its_articles(form: str, right: bool, text: str, said: str) -> None:
    claim = Claim("Object", "object", "thing", "dog", "elephant", {"side": "left"})
    found, (start, end) = fill(form, claim, right=right)
    assert (found, found[start:end]) == (text, said)


def test_every_phrasing_of_the_embedded_file_holds_the_slot_that_may_be_wrong() -> None:
    slots = {
        **{"object": "thing", "illusion": "thing", "number": "number", "location": "side"},
        **{"direction": "way", "relation": "relation", "touch": "relation", "attribute": "size"},
    }
    assert BOOK.forms.keys() == slots.keys()
    for name, forms in BOOK.forms.items():
        assert len(forms) > 1, "one phrasing is no variety"
        assert all(form.count(f"{{{slots[name]}}}") == 1 for form in forms)


def test_a_file_of_ones_own_is_read_and_a_broken_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text(EMBEDDED.read_text("utf-8").replace("there are {number}", "you see {number}"))
    assert "you see {number} {things} in the picture." in Phrasebook.load(path).forms["number"]
    path.write_text("[forms]\n")
    with pytest.raises(ConfigError, match=r"claims .* cannot be read"):
        Phrasebook.load(path)


def test_an_image_of_which_nothing_is_certain_gets_no_sentence() -> None:
    writer = Writer.learn(BOOK, LABELS, SCENES, 0)
    assert writer.write(Sample(id="x", image="x.png")) == []
    assert isinstance(MADE[0][1], MadeSentence)
