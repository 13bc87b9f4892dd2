"""Detectors: a model says of sentences about images whether they are right (AlignBench, arXiv 2511.20515)."""

from irloom.pipelines.evaluate.benchmark import Benchmark
from irloom.pipelines.evaluate.detect.asks import PROMPTS, pose
from irloom.pipelines.evaluate.detect.config import DetectConfig
from irloom.pipelines.evaluate.detect.reading import RULES, count_strays
from irloom.pipelines.evaluate.detect.source import digest_data, list_notices, read_sentences
from irloom.pipelines.evaluate.flow import evaluation_flow
from irloom.pipelines.flow import Card

benchmark = Benchmark[DetectConfig](
    name="detect",
    help="a model scores whether sentences about images are right: AlignBench and the sets like it",
    description="Ask a detector about labelled sentences, one call for an image and a sentence. A set is "
    "read in the form in which it was published. `irloom resume` goes on without paying twice.",
    config=DetectConfig,
    prompts=PROMPTS,
    load=read_sentences,
    digest=digest_data,
    folder=lambda config: config.spectrum,
    notice=list_notices,
    pose=pose,
    rules=RULES,
    reading=lambda config: "score",
    revision=2,
    tally={"words not in their sentence": count_strays},
    bench="irloom.pipelines.evaluate.detect.bench",
    bench_name="align",
    bench_help="detectors: AUROC by group, position, kind of error; ensembles; what a threshold keeps",
    instead="Labels of sentences are no answers to train on: export the run that made the sentences "
    "(--format alignbench), or read questions.jsonl and answers.jsonl as they are.",
    card=Card(
        making="A detector scored whether sentences about images are right of them.",
        limits=lambda config: ("Scores are of one model under one prompt; they are no ground truth.",),
        tags=("evaluation", "hallucination", "image-text-matching"),
    ),
)
flow = evaluation_flow(benchmark)
