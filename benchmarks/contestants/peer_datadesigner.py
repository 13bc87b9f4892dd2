"""NeMo Data Designer on rows of three dependent columns; runs in its own environment."""

import argparse
from pathlib import Path

import data_designer.config as dd
import pandas as pd
from data_designer.interface import DataDesigner, ResumeMode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--url", "--out"):
        parser.add_argument(name, required=True)
    for name in ("--rows", "--in-flight"):
        parser.add_argument(name, type=int, required=True)
    parser.add_argument("--group", type=int, default=1000, help="rows that are kept together (buffer_size)")
    given = parser.parse_args()
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    seeds, begun = out / "seeds.parquet", (out / "seeds.parquet").exists()
    if not begun:
        texts = [f"scene {row}: infrared road at night" for row in range(given.rows)]
        pd.DataFrame({"row": range(given.rows), "text": texts}).to_parquet(seeds)
    parameters = dd.ChatCompletionInferenceParams(max_parallel_requests=given.in_flight, max_tokens=64)
    model = dd.ModelConfig(
        alias="m", model="m", provider="local", skip_health_check=True, inference_parameters=parameters
    )
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    builder.with_seed_dataset(dd.LocalFileSeedSource(path=str(seeds)))
    before = "text"
    for step in range(3):
        prompt = f"Row {{{{ row }}}} step {step}. Describe: {{{{ {before} }}}}"
        builder.add_column(dd.LLMTextColumnConfig(name=f"step{step}", model_alias="m", prompt=prompt))
        before = f"step{step}"
    provider = dd.ModelProvider(name="local", endpoint=given.url, provider_type="openai", api_key="sk-none")
    designer = DataDesigner(artifact_path=str(out / "artifacts"), model_providers=[provider])
    designer.set_run_config(
        dd.RunConfig(buffer_size=given.group, otel_metrics_port=None, disable_early_shutdown=True)
    )
    resume = ResumeMode.ALWAYS if begun else ResumeMode.NEVER
    made = designer.create(builder, num_records=given.rows, dataset_name="rows", resume=resume)
    print(f"rows {len(made.load_dataset())}")


if __name__ == "__main__":
    main()
