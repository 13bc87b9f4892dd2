"""How endpoints word what they refuse; each pattern stands for a kind, after public bug reports."""

import re


def _any_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


ACCOUNT_CODES = frozenset(
    {
        "insufficient_quota",
        "billing_hard_limit_reached",
        "billing_not_active",
        "exceeded_current_quota_error",
        "budget_exceeded",
        "arrearage",
        "accountoverdueerror",
        "insufficient_balance",
        "insufficient_credits",
        "account_deactivated",
        "account_suspended",
        "1112",  # Zhipu: locked
        "1113",  # Zhipu: nothing left
        "1121",  # Zhipu: locked
        "30001",  # SiliconFlow
    }
)
ACCOUNT_OVER = _any_of(
    r"balance\b.{0,20}(too low|insufficient|not enough|not sufficient|exhausted)",
    r"(insufficient|not enough) (account )?(balance|credits?|funds)",
    r"budget\b.{0,30}\bexceeded|exceeded\w*.{0,30}\b(token )?budget|\bover (its |the |your )?budget",
    r"arrear|\boverdue\b|in good standing|payment required",
    r"(account|organi[sz]ation|project|subscription|billing|api key|team)\b.{0,60}"
    r"\b(suspended|deactivated|disabled|not active|inactive|frozen|blocked|terminated)\b",
    r"(run|ran|are|is) out of (credits?|funds|balance)|no credits? (left|remaining|available)",
    r"(used|exhausted|consumed|depleted) (all|your).{0,30}\bcredits?\b",
    r"credits?\b.{0,20}\b(exhausted|depleted)|(spending|spend|usage) limits?\b.{0,30}reached",
    r"requires more credits|included credits|purchase (more )?credits",
    r"reached (your|its|the).{0,30}\b(spending|spend|monthly|usage) limits?|recharge|top.?up your account",
    r"欠费|余额不足|余额已用|账户.{0,10}(冻结|停用|锁定)|请充值",
)
KEY_CODES = frozenset(
    {"invalid_api_key", "api_key_invalid", "invalidapikey", "incorrect_api_key", "no_api_key"}
)
WRONG_KEY = _any_of(
    r"api.?key\b.{0,30}(not valid|invalid|incorrect|expired|missing|not found|not provided|required|revoked)",
    r"(invalid|incorrect|wrong|missing|expired|revoked|no|malformed|bad) (or missing )?(virtual )?api.?key",
    r"(invalid|incorrect|expired|missing) (authentication|credentials?|bearer|access token|authorization)",
    r"no connected db|authentication ?error|authentication (failed|fails|required)|not authenticated",
    r"user location is not supported|unsupported (country|region)|not available in your (country|region)",
    r"令牌|身份验证",
)
UNSUPPORTED = _any_of(
    r"unsupported|not support|n['’]t support|unrecogni[sz]ed|unexpected|unknown|not allowed|not permitted",
    r"extra (inputs|fields)|not available|unavailable|not implemented",
    r"invalid (value|type|parameter|'?response_format)|must be (one|1|text)|only .{0,40}supported",
)
SURELY_UNSUPPORTED = _any_of(
    r"unsupported|not support|n['’]t support|unrecogni[sz]ed|unexpected keyword|extra (inputs|fields)",
)
"""For statuses of a server in trouble, whose words are often about something else."""
UNNAMED_PARAMETER = _any_of(
    r"handle the requested parameters|support (all )?the (requested|given) parameters"
)
"""OpenRouter: one of the parameters, and nobody says which."""
ONE_REPLY = _any_of(
    r"(only|at most|exactly|just) (one|1|a single) (completion |response )?"
    r"(choice|candidate|completion|response)|multiple (candidates|choices|completions|responses)"
)
NAMES_N = re.compile(
    r"['\"`]n['\"`]|\bn ?(>|=|must|should|is not|parameter)|parameters?:? ?\[?(\w+, ?)*n\b|\b[rR]ange of n\b"
)
BOUNDS = _any_of(
    r"at most|less than or equal|no more than|(must|should) be|greater than|maximum|out of range|between"
)
MOST_N = _any_of(
    r"\[ ?1 ?, ?(\d+) ?\]",
    r"(?:less than or equal to|at most|no more than|<=|between 1 and|up to|maximum(?: of)?) ?(\d+)",
)
NAMES_FORMAT = _any_of(
    r"response.?format|json.?schema|json_object|json mode|guided|structured output|grammar"
)
BAD_FORMAT = _any_of(r"must be|failed to (parse|compile)|invalid schema|schema is invalid|cannot be compiled")
BAD_SCHEMA = _any_of(
    r"invalid schema|schema (is )?(invalid|must)|must be an object|not permitted|keyword|anyOf|oneOf"
    r"|max(Length|Items)|features? not supported|failed to (parse|compile)|repetition"
)
"""A schema whose bounds or branches are not known there; the form itself may be."""
THINKS = _any_of(r"enable_thinking")
INVALID_JSON = _any_of(
    r"failed to (generate|validate) (valid )?json|(generated|produced|returned|invalid) (an )?invalid json"
    r"|model (produced|generated|returned|output).{0,20}(invalid|malformed) json"
    r"|(output|generation).{0,30}not valid json"
)
INVALID_JSON_CODES = frozenset({"json_validate_failed", "invalid_json_output", "output_parse_failed"})
TOO_LONG = _any_of(
    r"context (length|window|size)|input tokens|prompt is too long|maximum context|exceeds? .{0,30}context"
)
TOO_MANY_TOKENS = _any_of(r"too large|at most|less than or equal|no more than|exceeds")
WRONG_MODEL = _any_of(
    r"(invalid|unknown|no such) model\b|not a valid model|server is pinned to"
    r"|model .{0,120}(does not exist|not found|decommissioned)"
)
NO_IMAGES = _any_of(
    r"image_url is only supported|(does|do) not support (image|vision|multimodal)|support image input"
    r"|image input is not supported|not a multimodal|at most 0 image|image.{0,40}mmproj"
)
NAMES_LOGPROBS = _any_of(r"log.?prob")
NEVER_FITS = _any_of(r"request too large|tokens must be reduced")
"""A rate limit that this one request is above by itself, however long it waits."""
MODERATED = _any_of(
    r"flagged|moderation|content.?(policy|filter|management)|safety|inappropriate"
    r"|data_inspection|sensitive content"
)
