"""Profile, file and options add up to a configuration; the later one wins, and mistakes are named."""

from pathlib import Path

import pytest

from irloom.cli.main import build_parser, main
from irloom.cli.options import profiles
from irloom.cli.settings import resolve_config
from irloom.errors import ConfigError
from irloom.options import OpenAIOptions, RulesOptions
from irloom.pipelines.infrared.config import InfraredConfig
from irloom.pipelines.registry import find_flow
from irloom.records import TASKS

SOURCE = ("--images", "i", "--captions", "c")
ENDPOINT = ("--profile", "openai", "--model", "m")


def resolve(*options: str) -> InfraredConfig:
    arguments = build_parser().parse_args(["run", "infrared", "--out", "r", *options])
    return resolve_config(InfraredConfig, arguments)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings" / "my.toml"


def write(file: Path, text: str) -> tuple[str, str]:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return "--config", str(file)


def test_the_offline_profile_is_what_nobody_asked_for() -> None:
    config = resolve(*SOURCE)
    assert (config.profile, config.chat, config.concurrency) == ("offline", RulesOptions(), 4)
    assert (config.images, config.captions, config.tasks) == (Path("i"), Path("c"), TASKS)


def test_a_file_wins_over_the_profile_and_options_win_over_the_file(file: Path) -> None:
    given = write(file, 'concurrency = 7\nmax_rounds = 5\n[chat]\nmodel = "file"\ntimeout_s = 9\n')
    config = resolve(
        *SOURCE, "--profile", "openai", *given, "--concurrency", "2", "--base-url", "http://a/v1"
    )
    assert (config.concurrency, config.max_rounds) == (2, 5)
    assert config.chat == OpenAIOptions(model="file", timeout_s=9, base_url="http://a/v1")
    assert resolve(*SOURCE, *ENDPOINT).concurrency == 16, "the profile's own"
    chat = resolve(*SOURCE, *ENDPOINT, *given).chat
    assert isinstance(chat, OpenAIOptions)
    assert (chat.model, chat.timeout_s) == ("m", 9)


def test_a_file_may_name_the_profile_and_an_option_wins_over_it(file: Path) -> None:
    given = write(file, 'profile = "openai"\n[chat]\nmodel = "m"\n')
    config = resolve(*SOURCE, *given)
    assert (config.profile, config.concurrency, config.chat) == ("openai", 16, OpenAIOptions(model="m"))
    given = write(file, 'profile = "openai"\n')
    config = resolve(*SOURCE, *given, "--profile", "offline")
    assert (config.profile, config.chat, config.concurrency) == ("offline", RulesOptions(), 4)


@pytest.mark.parametrize("name", ['"paper-2030"', "5", '["offline"]'])
def test_a_profile_that_is_none_is_named_with_those_there_are(name: str, file: Path) -> None:
    with pytest.raises(
        ConfigError,
        match=r"profile .* there is none of that name; use one of local, local-text, offline, openai, paper",
    ):
        resolve(*SOURCE, *write(file, f"profile = {name}\n"))


def test_a_backend_of_another_kind_replaces_the_whole_table(file: Path) -> None:
    given = write(file, '[chat]\nkind = "rules"\n')
    assert resolve(*SOURCE, "--profile", "openai", *given).chat == RulesOptions()
    given = write(
        file, '[chat]\nkind = "openai"\nmodel = "m"\n[roles.debate]\nkind = "openai"\nmodel = "judge"\n'
    )
    config = resolve(*SOURCE, *given)
    assert config.chat == OpenAIOptions(model="m")
    assert config.chat_for("debate") == OpenAIOptions(model="judge")
    assert config.chat_for("task") == config.chat


@pytest.mark.parametrize("profile", profiles())
def test_every_profile_is_a_configuration(profile: str, file: Path) -> None:
    given = write(file, '[translator]\ncheckpoint = "weights.pt"\n' if profile == "paper" else "")
    config = resolve(
        *SOURCE, *given, "--profile", profile, *(() if profile == "offline" else ("--model", "m"))
    )
    assert config.profile == profile
    if profile in {"local", "paper"}:
        assert getattr(config.translator, "device", None) == getattr(config.scorer, "device", None) == "cuda"


def test_a_small_model_of_ones_own_writes_and_never_judges() -> None:
    options = ["--profile", "local-text", "--model", "m", "--out", "r"]
    infrared = resolve(*SOURCE, *options[:4])
    assert (infrared.chat_for("task").kind, infrared.chat_for("debate").kind) == ("openai", "rules")
    for name, needs in (("cir", ["--images", "i"]), ("imgcoder", ["--problems", "p"])):
        arguments = build_parser().parse_args(["run", name, *needs, *options])
        config = resolve_config(find_flow(name).config, arguments)
        assert config.chat.kind == "openai"
        assert getattr(config, "judging", None) is False


def test_files_that_backends_name_are_relative_to_the_file_and_names_on_a_hub_stay(file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    (file.parent / "own-clip.pt").touch()
    text = """
        [translator]
        kind = "srgb_tir"
        checkpoint = "weights.pt"
        [scorer]
        kind = "open_clip"
        pretrained = "own-clip.pt"
        """
    config = resolve(*SOURCE, *write(file, text))
    assert getattr(config.translator, "checkpoint", None) == file.parent / "weights.pt"
    assert getattr(config.scorer, "pretrained", None) == str(file.parent / "own-clip.pt")
    assert getattr(config.scorer, "model", None) == "ViT-L-14"
    (file.parent / "clip").mkdir()
    config = resolve(*SOURCE, *write(file, '[scorer]\nkind = "open_clip"\nmodel = "local-dir:clip"\n'))
    assert getattr(config.scorer, "model", None) == f"local-dir:{file.parent / 'clip'}"
    config = resolve(*SOURCE, *write(file, '[scorer]\nkind = "languagebind"\n'))
    assert getattr(config.scorer, "model", None) == "LanguageBind/LanguageBind_Thermal"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "colour: there is no such setting"),
        ("[chat]\nkind = 'rules'\ntemprature = 1", "chat.*temprature: there is no such setting"),
        ("[translator]\npalete = 'ironbow'", "translator.palete: there is no such setting"),
        ("max_rounds = 0", "max_rounds = 0: input should be greater than or equal to 1"),
        ("max_rounds = 'three'", "max_rounds = 'three': input should be a valid integer"),
        ("tasks = ['poem']", "tasks.0 = 'poem': input should be 'conversation', 'reasoning' or"),
        ("tasks = 'none'", "tasks = 'none': input should be a valid tuple"),
        ("[chat]\nkind = 'gemini'", "chat.*: input tag 'gemini' found using 'kind' does not match"),
        ("chat = 'rules'", "chat: 'rules' is no table; write "),
        ("translator = 'radiometric'", "translator.*: input should be a valid dictionary"),
        ("[roles.poet]\nkind = 'rules'", "roles: this flow has no agent 'poet'; it has caption, task"),
        ("[roles.judge]\nkind = 'rules'", "roles: this flow has no agent 'judge'; it has caption"),
        ("[shares]\nreasoning = 2", "the share of 'reasoning' is 2.0; give a number from 0 to 1"),
        ("[shares]\nreasoning = nan", "the share of 'reasoning' is nan"),
        ("images = 5", "images = 5: input is not a valid path"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_file_is_named_by_its_key(text: str, said: str, file: Path) -> None:
    given = write(file, text)
    source = () if text.startswith("images") else SOURCE
    with pytest.raises(ConfigError, match=said):
        resolve(*given, *(source or ("--captions", "c")))


def test_all_mistakes_are_listed_at_once(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"(?s)candidates = 99: .*max_rounds = 0: .*colour: "):
        resolve(*SOURCE, *write(file, "colour = 1\nmax_rounds = 0\ncandidates = 99\n"))


@pytest.mark.parametrize(
    "content", [b"limit = ", b"[chat", b"a = 1\na = 2", "a = 'é'".encode("latin-1"), b"\x00"]
)
def test_a_file_that_is_no_toml_is_named(content: bytes, file: Path) -> None:
    write(file, "")
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=f"--config {file}: "):
        resolve(*SOURCE, "--config", str(file))


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file|Is a directory"):
        resolve(*SOURCE, "--config", str(tmp_path / name))


def test_paths_in_a_file_are_relative_to_it_and_those_of_options_are_not(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "images = 'photos'\ncaptions = '/data/c.json'\ninstances = '../i.json'\n"
    text += "rules = '~/r.txt'\nlexicon = 'l.toml'\n"
    write(file, text + "[translator]\ntemperatures = 't.toml'\n")
    monkeypatch.chdir(file.parent.parent)
    monkeypatch.setenv("HOME", "/home/me")
    config = resolve("--config", "settings/my.toml", "--prompts", "p").with_absolute_paths()
    folder = file.parent
    assert (config.images, config.captions) == (folder / "photos", Path("/data/c.json"))
    assert config.instances == folder / "../i.json"
    assert (config.rules, config.lexicon) == (Path("/home/me/r.txt"), folder / "l.toml")
    assert getattr(config.translator, "temperatures", None) == folder / "t.toml"
    assert config.prompts == folder.parent / "p"


@pytest.mark.parametrize(
    ("options", "tasks"),
    [
        (["--tasks", "none"], ()),
        (["--tasks", "reasoning"], ("reasoning",)),
        (["--tasks", "reasoning, description"], ("reasoning", "description")),
        (["--tasks", "reasoning,reasoning"], ("reasoning",)),
        ([], TASKS),
    ],
)
def test_tasks_are_a_list_or_none(options: list[str], tasks: tuple[str, ...]) -> None:
    assert resolve(*SOURCE, *options).tasks == tasks


@pytest.mark.parametrize("tasks", ["", "poem", "reasoning,", "none,reasoning", "Reasoning"])
def test_a_task_that_is_none_is_named_with_those_there_are(tasks: str) -> None:
    with pytest.raises(
        ConfigError, match=r"tasks\.\d = .*: input should be 'conversation', 'reasoning' or 'description'"
    ):
        resolve(*SOURCE, "--tasks", tasks)


def test_shares_add_up_over_file_and_options(file: Path) -> None:
    given = write(file, "[shares]\nreasoning = 0.5\ndescription = 0.5\n")
    config = resolve(*SOURCE, *given, "--share", "description=0", "--share", "conversation=0.1")
    assert config.shares == {"reasoning": 0.5, "description": 0.0, "conversation": 0.1}


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("reasoning", "--share reasoning: give it as TASK=PART"),
        ("reasoning=much", "shares.reasoning = 'much': input should be a valid number"),
        ("reasoning=1.5", "the share of 'reasoning' is 1.5; give a number from 0 to 1"),
        ("reasoning=-1", "the share of 'reasoning' is -1"),
        ("reasoning=nan", "the share of 'reasoning' is nan"),
        ("poem=0.5", "input should be 'conversation', 'reasoning' or 'description'"),
    ],
)
def test_a_share_that_is_none_says_how_it_is_given(share: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        resolve(*SOURCE, "--share", share)


def test_switches_and_lists_reach_the_configuration() -> None:
    config = resolve(
        *(
            *SOURCE,
            *ENDPOINT,
            "--no-translation",
            "--no-filtering",
            "--no-scoring",
            "--no-debate",
            "--no-mining",
        ),
        *(
            "--one-request",
            "--original",
            "allow",
            "--judge-sees",
            "captions, image",
            "--seed",
            "3",
            "--limit",
            "5",
        ),
        *("--accepted", "6", "--max-rules", "7", "--candidates", "8"),
    )
    assert not any((config.translation, config.filtering, config.scoring, config.debate, config.mining))
    assert (config.one_request, config.original, config.judge_sees) == (True, "allow", ("captions", "image"))
    assert (config.seed, config.limit, config.accepted, config.max_rules, config.candidates) == (
        3,
        5,
        6,
        7,
        8,
    )


def test_a_switch_of_a_file_stays_where_no_option_speaks_of_it(file: Path) -> None:
    config = resolve(*SOURCE, *write(file, "mining = false\none_request = true\njudge_sees = ['captions']\n"))
    assert (config.mining, config.one_request, config.judge_sees) == (False, True, ("captions",))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--images and --captions missing: say what to read"),
        (["--images", "i"], "--captions missing"),
        ([*SOURCE, "--profile", "openai"], "--model missing: name the chat model of the endpoint"),
        ([*SOURCE, "--model", "m"], "--model and --base-url are for an endpoint: add --profile openai"),
        ([*SOURCE, "--base-url", "http://a"], "--model and --base-url are for an endpoint"),
        (
            [*SOURCE, "--infrared", "d", "--no-translation"],
            "--infrared and --no-translation exclude each other",
        ),
        ([*SOURCE, "--judge-sees", "image"], "the rule engine cannot see"),
        ([*SOURCE, "--judge-sees", "smell"], "judge_sees.0 = 'smell': input should be 'captions' or 'image'"),
        ([*SOURCE, "--limit", "x"], "limit = 'x': input should be a valid integer"),
        ([*SOURCE, "--max-failures", "few"], "max_failures = 'few': input should be a valid number"),
        ([*SOURCE, "--max-requests", "0.5"], "budget.requests = '0.5': input should be a valid integer"),
        ([*SOURCE, "--limit", "0"], "limit = '0': input should be greater than or equal to 1"),
    ],
)
def test_options_that_contradict_or_lack_something_say_so(options: list[str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        resolve(*options)


def test_a_mistake_is_one_message_and_exit_code_2_and_leaves_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "run"
    assert main(["run", "infrared", *SOURCE, "--out", str(out), "--limit", "0"]) == 2
    said = capsys.readouterr().err
    assert (
        said == "irloom: The configuration does not fit.\n"
        "  limit = '0': input should be greater than or equal to 1\n"
    )
    assert not out.exists()


@pytest.mark.parametrize(
    "options", [["--profile", "paper-2030"], ["--bogus"], ["--original", "no"], ["--one-request", "5"]]
)
def test_an_option_that_argparse_refuses_ends_with_2(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        resolve(*SOURCE, *options)
    assert caught.value.code == 2
    assert "error: " in capsys.readouterr().err
