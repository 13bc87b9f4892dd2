"""A bare asyncio loop over the openai client, without journal and graph: the floor for irloom."""

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable

from openai import AsyncOpenAI, DefaultAioHttpClient

Call = Callable[[str], Awaitable[str]]
STEPS = 3


def parsed_call(client: AsyncOpenAI) -> Call:
    """The client's usual form."""

    async def call(text: str) -> str:
        reply = await client.chat.completions.create(model="m", messages=[{"role": "user", "content": text}])
        return reply.choices[0].message.content or ""

    return call


def raw_call(client: AsyncOpenAI) -> Call:
    """The client's raw-response form, with the arguments handed over unchecked, as irloom's backend does."""
    create = client.chat.completions.with_raw_response.create

    async def call(text: str) -> str:
        body = {"model": "m", "messages": [{"role": "user", "content": text}]}
        reply = await create(model="m", messages=[], extra_body=body)
        return str(json.loads(reply.content)["choices"][0]["message"]["content"])

    return call


async def run_rows(call: Call, rows: int, in_flight: int) -> None:
    """Every row's requests one after the other, `in_flight` rows side by side."""
    numbers = iter(range(rows))

    async def work() -> None:
        for number in numbers:
            text = f"scene {number}: infrared road at night"
            for step in range(STEPS):
                text = await call(f"Row {number} step {step}. Describe: {text}")

    await asyncio.gather(*(work() for _ in range(in_flight)))


async def run(kind: str, url: str, rows: int, in_flight: int) -> None:
    """Make the rows with one form of the client."""
    client = AsyncOpenAI(base_url=url, api_key="x", max_retries=0, http_client=DefaultAioHttpClient())
    async with client:
        call = parsed_call(client) if kind == "parsed" else raw_call(client)
        await run_rows(call, rows, in_flight)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", choices=("parsed", "raw"), required=True)
    parser.add_argument("--url", required=True)
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--in-flight", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(run(given.kind, given.url, given.rows, given.in_flight))


if __name__ == "__main__":
    main()
