"""One request that is refused for ever, or one that was unlucky."""

from irloom.backends.chat.suspicion import Suspicion


def test_a_request_that_alone_is_refused_is_suspected_and_one_among_many_is_not() -> None:
    alone, unlucky, throttled = Suspicion(), Suspicion(), Suspicion()
    for times in range(1, 10):
        alone.add(answered=100 * times, refused=times)
        unlucky.add(answered=100 * times, refused=60 * times)
        throttled.add(answered=0, refused=60 * times)
    assert alone.is_beyond_chance(6)
    assert not alone.is_beyond_chance(9), "the patience that the user asked for"
    assert not unlucky.is_beyond_chance(6)
    assert not throttled.is_beyond_chance(6)
