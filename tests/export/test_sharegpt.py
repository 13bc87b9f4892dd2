"""LLaMA-Factory finds every split by `dataset_info.json`, with the keys that its documentation names."""

import json
from pathlib import Path

from irloom.export.options import ExportOptions
from irloom.export.run import export_run
from irloom.export.sharegpt import describe_datasets
from support.small_run import SmallRun


def test_every_entry_leads_to_rows_with_the_columns_that_it_names(run: SmallRun, tmp_path: Path) -> None:
    options = ExportOptions(form="sharegpt", splits={"train": 0.5, "test": 0.5}, seed=1, absolute=True)
    export_run(run.root, tmp_path / "thermal", options)
    info = json.loads((tmp_path / "thermal/dataset_info.json").read_text())
    assert sorted(info) == ["thermal_test", "thermal_train"]
    for entry in info.values():
        assert entry["formatting"] == "sharegpt"
        columns, tags = entry["columns"], entry["tags"]
        for row in json.loads((tmp_path / "thermal" / entry["file_name"]).read_text()):
            turns = row[columns["messages"]]
            roles = [turn[tags["role_tag"]] for turn in turns]
            assert roles == [tags["user_tag"], tags["assistant_tag"]]
            text = "".join(turn[tags["content_tag"]] for turn in turns)
            assert text.count("<image>") == len(row[columns["images"]]) == 1
            assert Path(row[columns["images"]][0]).is_file()


def test_only_documented_keys_are_written() -> None:
    entry = describe_datasets("out", ["train"])["out_train"]
    assert entry.keys() == {"file_name", "formatting", "columns", "tags"}
    assert entry["columns"].keys() <= {"messages", "images", "system", "tools", "videos", "audios"}
    assert entry["tags"].keys() <= {"role_tag", "content_tag", "user_tag", "assistant_tag", "system_tag"}


def test_a_name_that_is_no_word_becomes_one() -> None:
    assert list(describe_datasets("my data (1)", ["train"])) == ["my_data_1_train"]
    assert list(describe_datasets("…", ["train"])) == ["irloom_train"]
