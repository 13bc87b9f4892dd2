"""What endpoints say when they do not answer, in the words of many of them, and what comes of it."""

from typing import Any

import pytest
from PIL import Image

from irloom.errors import EndpointError, EndpointGone, EndpointRefused
from irloom.protocols import ChatReply, ReplySchema
from support.clock import simulated
from support.scripted import Answer, ask, ask_many, give, question, say, scripted, talking

SCHEMA = ReplySchema("verdict", {"type": "object", "properties": {"verdict": {"type": "string"}}})


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


GEMINI_KEY = [
    {
        "error": {
            "code": 400,
            "message": "API key not valid. Please pass a valid API key.",
            "status": "INVALID_ARGUMENT",
            "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}],
        }
    }
]
ENDED = [
    (400, error("Your credit balance is too low to access the Anthropic API.", type="invalid_request_error")),
    (400, {"type": "error", "error": {"message": "You have reached your specified API usage limits."}}),
    (400, error("Budget has been exceeded! Current cost: 0.5, Max budget: 0.1", type="budget_exceeded")),
    (400, error("ExceededBudget: User=x over budget. Spend=2.1, Budget=2.0")),
    (400, error("Access denied, please make sure your account is in good standing.", code="Arrearage")),
    (400, {"code": "Arrearage", "message": "Access denied."}),
    (400, error("This organization has been disabled.", type="invalid_request_error")),
    (402, error("Insufficient Balance")),
    (403, {"code": 30001, "message": "Sorry, your account balance is insufficient"}),
    (403, error("Your team has either used all available credits or reached its monthly spending limit.")),
    (
        403,
        error("The request failed because your account has an overdue balance.", code="AccountOverdueError"),
    ),
    (412, {"error": "Account x is suspended, possibly due to reaching the monthly spending limit"}),
    (429, error("余额不足或无可用资源包,请充值。", code="1113")),
    (429, {"error": {"code": "1113", "message": "Your account is in arrears"}}),
    (
        429,
        error("Your account org-1 is suspended, please check your plan", type="exceeded_current_quota_error"),
    ),
    (429, error("Your account is not active, please check your billing details.", code="billing_not_active")),
    (429, error("You exceeded your current quota", type="insufficient_quota", code="insufficient_quota")),
    (500, error("litellm.BadRequestError: AnthropicException - Your credit balance is too low")),
    (200, error("Insufficient credits. Add more using https://openrouter.ai/credits", code=402)),
    (200, {"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}, "choices": None}),
    (200, {"error": "You have run out of credits"}),
]
KEYS = [
    (400, GEMINI_KEY),
    (400, error("Incorrect API key provided: sk***. You can obtain an API key from https://console.x.ai.")),
    (400, {"code": "Client specified an invalid argument", "error": "Incorrect API key provided: xa***ey"}),
    (400, error("No connected db.", type="no_db_connection")),
    (400, error("User location is not supported for the API use.", status="FAILED_PRECONDITION")),
    (401, {"detail": "Not authenticated"}),
    (403, error("Country, region, or territory not supported", code="unsupported_country_region_territory")),
    (422, {"detail": "Invalid API key"}),
    (500, error("litellm.AuthenticationError: OpenAIException - invalid x-api-key: invalid api key")),
    (200, error("Invalid API-key provided.", code="InvalidApiKey")),
    (200, {"error": {"message": "No auth credentials found", "code": 401}}),
    (200, [{"error": {"code": 401, "message": "API key expired. Please renew the API key."}}]),
]


@pytest.mark.parametrize(("status", "body"), ENDED)
async def test_an_account_that_ended_stops_the_run_at_once_however_it_is_told(status: int, body: Any) -> None:
    async with scripted(say("fine"), give(body, status)) as server, talking(server.url) as chat:
        await chat.chat(question())
        with pytest.raises(EndpointGone, match="no credit left, or is closed"):
            await chat.chat(question())
        with pytest.raises(EndpointGone):
            await chat.chat(question())
    assert len(server.bodies) == 2


@pytest.mark.parametrize(("status", "body"), KEYS)
async def test_a_wrong_key_stops_at_the_first_request_however_it_is_told(status: int, body: Any) -> None:
    async with scripted(give(body, status)) as server:
        results = await ask_many(server.url, 20)
    assert all(isinstance(result, EndpointRefused) for result in results)
    assert "OPENAI_API_KEY" in str(results[0])
    assert len(server.bodies) == 1


PASSING = [
    (429, error("Rate limit reached for requests", code="rate_limit_exceeded"), {}),
    (429, error("Your account reached its usage limit of this minute"), {"Retry-After": "0.5"}),
    (
        429,
        [
            {
                "error": {
                    "code": 429,
                    "message": "You exceeded your current quota, please check your plan and billing details.",
                    "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "0.5s"}],
                }
            }
        ],
        {},
    ),
    (429, error("slow down"), {"llm_provider-retry-after": "0.5"}),
    (200, error("Rate limit exceeded: limit_rpm", code=429), {}),
    (200, error("Provider returned error", code=502), {}),
]


@pytest.mark.parametrize(("status", "body", "headers"), PASSING)
@simulated
async def test_what_passes_is_waited_for(status: int, body: Any, headers: dict[str, str]) -> None:
    async with scripted(give(body, status, headers), say("fine")) as server:
        assert (await ask(server.url)).texts[0].text == "fine"
    assert len(server.bodies) == 2


@pytest.mark.parametrize(("status", "body", "headers"), PASSING[1:4])
@simulated
async def test_the_wait_that_an_endpoint_asks_for_is_kept_wherever_it_stands(
    status: int, body: Any, headers: dict[str, str]
) -> None:
    async with scripted(give(body, status, headers), say("fine")) as server:
        reply = await ask(server.url)
    assert reply.latency_ms >= 490


INVALID_JSON = [
    (400, error("Failed to generate JSON. Please adjust your prompt.", code="json_validate_failed")),
    (400, error("Failed to validate JSON", type="invalid_request_error")),
    (422, error("The model produced invalid JSON")),
    (500, error("Model output malformed JSON that could not be parsed")),
]


@pytest.mark.parametrize(("status", "body"), INVALID_JSON)
@simulated
async def test_json_that_the_provider_threw_away_is_asked_for_again(status: int, body: Any) -> None:
    learnt: dict[str, Any] = {}
    async with scripted(give(body, status), say("{}")) as server:
        await ask(server.url, question(schema=SCHEMA), learnt=learnt)
    assert [asked["response_format"]["type"] for asked in server.bodies] == ["json_schema"] * 2
    assert learnt == {}


# What is learnt


def refuse_while(named: str, status: int, body: Any) -> Answer:
    def answer(asked: dict[str, Any]) -> Any:
        return give(body, status)(asked) if named in asked else say("one")(asked)

    return answer


@pytest.mark.parametrize(
    ("status", "body", "learnt"),
    [
        (400, error("Range of n should be [1, 4]", code="invalid_parameter_error"), 4),
        (400, error("n should be between 1 and 3"), 3),
        (422, {"detail": [{"loc": ["body", "n"], "msg": "Input should be less than or equal to 2"}]}, 2),
        (400, error("Range of n should be [1, 1]"), False),
        (400, error("parameter n must be 1"), False),
        (500, error("litellm.UnsupportedParamsError: ollama does not support parameters: ['n']"), False),
        (500, error("UnsupportedParamsError: x does not support parameters: n"), False),
        (200, error("'n' is not supported", code=400), False),
    ],
)
async def test_how_many_replies_an_endpoint_gives_at_once_is_learnt(
    status: int, body: Any, learnt: Any
) -> None:
    found: dict[str, Any] = {}

    def answer(asked: dict[str, Any]) -> Any:
        n = asked.get("n", 1)
        return give(body, status)(asked) if n > (learnt or 1) else say(*["x"] * n)(asked)

    async with scripted(answer) as server:
        reply = await ask(server.url, question(5), learnt=found)
    assert found == {"n": learnt}
    assert len(reply.texts) == (learnt or 1)


@pytest.mark.parametrize(
    "message",
    [
        "parameter.enable_thinking must be set to false for non-streaming calls",
        "Json mode response is not supported when enable_thinking is true",
    ],
)
async def test_thinking_that_an_endpoint_wants_off_is_switched_off(message: str) -> None:
    learnt: dict[str, Any] = {}

    def answer(asked: dict[str, Any]) -> Any:
        off = asked.get("enable_thinking") is False
        return say("{}")(asked) if off else give(error(message), 400)(asked)

    async with scripted(answer) as server:
        await ask(server.url, question(schema=SCHEMA), learnt=learnt)
    assert learnt == {"enable_thinking": False}
    assert [asked["response_format"]["type"] for asked in server.bodies] == ["json_schema"] * 2


@pytest.mark.parametrize(
    ("status", "message", "hint"),
    [
        (500, "litellm.UnsupportedParamsError: vertex does not support parameters: ['seed']", "send_seed"),
        (501, "seed is not supported by this backend", "send_seed"),
        (404, "Unrecognized request argument supplied: seed", "send_seed"),
        (400, "Unknown parameter: 'top_k'.", "extra_body"),
        (404, "No endpoints found that can handle the requested parameters.", "send_seed"),
    ],
)
async def test_a_refused_parameter_is_recognised_at_any_status(status: int, message: str, hint: str) -> None:
    async with scripted(give(error(message), status)) as server:
        with pytest.raises(EndpointRefused, match="parameter") as caught:
            await ask(server.url, extra_body={"top_k": 3})
    assert hint in str(caught.value)
    assert len(server.bodies) == 1


async def test_an_unnamed_refused_parameter_is_looked_for_among_those_that_can_be_done_without() -> None:
    message = "No endpoints found that can handle the requested parameters."
    async with scripted(refuse_while("response_format", 404, error(message))) as server:
        reply = await ask(server.url, question(schema=SCHEMA))
    assert reply.sent["mode"] == "text"


@pytest.mark.parametrize("status", [400, 422, 500])
async def test_a_prompt_cache_key_is_sent_until_it_is_refused(status: int) -> None:
    learnt: dict[str, Any] = {}
    refusing = refuse_while("prompt_cache_key", status, error("Unrecognized argument: prompt_cache_key"))
    async with (
        scripted(say("fine"), refusing) as server,
        talking(server.url, learnt, prompt_cache_key="mine") as chat,
    ):
        for _ in range(3):
            await chat.chat(question(prompt="debate/judge"))
    keys = [asked.get("prompt_cache_key") for asked in server.bodies]
    assert keys == ["mine/debate/judge", "mine/debate/judge", None, None]
    assert learnt == {"prompt_cache_key": False}


@pytest.mark.parametrize(
    ("prompt", "hint"),
    [
        ("debate/judge_seeing", "--judge-sees"),
        ("score/yes_no", "[scorer.chat]"),
        ("edit/verify_rest", "--no-judging"),
        ("edit/propose", "[roles.proposer]"),
        ("figure/quiz", "--no-quizzing"),
    ],
)
async def test_advice_for_a_model_that_is_blind_fits_who_asked(prompt: str, hint: str, tmp_path: Any) -> None:
    Image.new("L", (2, 2)).save(tmp_path / "1.png")
    body = error("image input is not supported - hint: if this is unexpected, you may need the mmproj")
    async with scripted(give(body, 500)) as server:
        with pytest.raises(EndpointRefused) as caught:
            await ask(server.url, question(prompt=prompt, images=(tmp_path / "1.png",)))
    assert hint in str(caught.value)
    assert ("--judge-sees" in str(caught.value)) == prompt.startswith("debate")


async def test_the_input_in_a_complaint_is_not_taken_for_its_words() -> None:
    detail = [
        {
            "loc": ["body", "messages", 0],
            "msg": "too odd",
            "input": "A sign: account suspended, invalid api key",
        }
    ]
    async with scripted(say("fine"), give({"detail": detail}, 422)) as server, talking(server.url) as chat:
        assert isinstance(await chat.chat(question()), ChatReply)
        with pytest.raises(EndpointError):
            await chat.chat(question())
