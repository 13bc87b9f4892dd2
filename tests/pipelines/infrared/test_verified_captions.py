"""A detector scores each chosen caption: what it is asked, and what comes of its doubts."""

from pathlib import Path

import pytest

from irloom.cli.main import main
from support.chat_server import Asked, ChatServer
from support.coco import CAPTIONS, CocoFiles, write_coco
from support.detector import NUMBER, command, commits, doubting, rows


def test_each_sentence_of_a_caption_is_asked_about_once_with_the_photograph_at_temperature_0(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none")) == 0
    assert server.counts() == {NUMBER: 3}
    asked = server.asked_for(NUMBER)
    assert {one.fields["sentence"] for one in asked} == {
        "A dog number 1 lies on the grass.",
        "A dog number 1 rests.",
        "A bench stands beside it.",
    }
    photograph = (plain.images / "000001.png").read_bytes()
    assert all(one.image == photograph and one.body["temperature"] == 0 for one in asked)
    assert all(one.fields["picture"] == "It is an ordinary picture." for one in asked)
    first, second = rows(out, "pairs")
    assert first["verified"] == {
        "model": server.model,
        "on": "visible",
        "above": 60.0,
        "scores": [{"sentence": "A dog number 1 lies on the grass.", "score": 90.0}],
        "gave_way": [],
    }
    assert [one["score"] for one in second["verified"]["scores"]] == [90.0, 90.0]
    assert first["models"]["detector"] == first["answered_by"]["detector"] == server.model
    assert NUMBER in first["prompts"]
    assert commits(out)[0]["spent"]["detector"]["requests"] == 3


def test_the_infrared_picture_is_shown_where_it_is_asked_for_and_the_photograph_is_not_copied(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none", "--verify-on", "infrared")) == 0
    (image,) = (one for one in (out / "images").rglob("*") if one.is_file())
    assert all(one.image == image.read_bytes() for one in server.asked_for(NUMBER))
    assert all("infrared (thermal)" in one.fields["picture"] for one in server.asked_for(NUMBER))
    assert {row["verified"]["on"] for row in rows(out, "pairs")} == {"infrared"}


@pytest.mark.parametrize(("above", "kept"), [(90, 2), (90.001, 0)])
def test_a_score_that_just_reaches_the_threshold_is_kept(
    above: float, kept: int, server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting()
    assert main(command(server, plain, out, "--tasks", "none", above=above)) == 0
    assert len(rows(out, "pairs")) == kept
    assert len(rows(out, "rejected_pairs")) == 2 - kept


def test_a_caption_that_is_doubted_gives_way_to_the_next_best_clean_candidate(
    server: ChatServer, out: Path, tmp_path: Path
) -> None:
    coco = write_coco(tmp_path / "coco", 1, ["A dog lies beside a bench."])
    rewrites = {"One dog lies beside a bench.": 2, "One brown dog lies beside a bench.": 1, "One dog.": 1}

    def fault(asked: Asked, again: int) -> str | None:
        texts = [text for text, times in rewrites.items() for _ in range(times)]
        return texts[asked.body["seed"] % len(texts)] if asked.prompt == "caption/filter" else None

    server.fault, server.ignore_n = fault, True
    server.see = doubting()
    assert main(command(server, coco, out, "--tasks", "none", "--filter-all", above=0)) == 0
    (free,) = rows(out, "pairs")
    best = free["caption"]
    other = tmp_path / "other"
    server.asked.clear()
    server.see = lambda sentence: 0.1 if sentence == best else 0.9
    assert main(command(server, coco, other, "--tasks", "none", "--filter-all")) == 0
    (pair,) = rows(other, "pairs")
    assert pair["candidates"] == free["candidates"], "nothing but the detector differs"
    clean = sorted((one for one in pair["candidates"] if not one["breaks"]), key=lambda one: -one["score"])
    expected = list(dict.fromkeys(one["text"] for one in clean))[1]
    assert pair["caption"] == expected != best
    assert [one.fields["sentence"] for one in server.asked_for(NUMBER)] == [best, expected], "one by one"
    assert pair["verified"]["gave_way"] == [
        {"text": best, "scores": [{"sentence": best, "score": 10.0}]},
    ]
    assert commits(other)[0]["captions_gave_way"] == 1


def test_a_caption_whose_candidates_are_all_doubted_is_rejected_with_score_threshold_and_sentence(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = doubting("A bench")
    assert main(command(server, plain, out, "--tasks", "none")) == 0
    (pair,) = rows(out, "pairs")
    assert pair["caption_index"] == 0
    (row,) = rows(out, "rejected_pairs")
    assert (row["caption"], row["stage"]) == (1, "verify")
    assert row["reason"] == "The picture does not bear out “A bench stands beside it.” (score 10, below 60)."
    assert [one["score"] for one in row["verified"]["scores"]] == [90.0, 10.0]
    assert commits(out)[0]["captions_rejected_verify"] == 1


def test_what_breaks_a_rule_stands_in_for_nothing(server: ChatServer, coco: CocoFiles, out: Path) -> None:
    server.see = lambda sentence: 0.1
    assert main(command(server, coco, out, "--tasks", "none", "--filter-all", "--candidates", "1")) == 0
    asked = [one.fields["sentence"] for one in server.asked_for(NUMBER)]
    assert not [one for one in asked if "brown" in one or "red" in one or "wooden" in one]
    assert len(rows(out, "rejected_pairs")) == len(CAPTIONS)
    assert commits(out)[0]["outcome"] == "rejected"
    assert any("other candidate" in row["reason"] for row in rows(out, "rejected_pairs"))


def test_a_sample_without_a_kept_caption_gets_no_instruction(
    server: ChatServer, plain: CocoFiles, out: Path
) -> None:
    server.see = lambda sentence: 0.1
    assert main(command(server, plain, out)) == 0
    assert set(server.counts()) == {NUMBER}
    assert rows(out, "instructions") == []
