"""Five invented readers of the sample, each of another kind."""

from dataclasses import replace
from datetime import UTC, datetime, time

from subscribers.interests import AnnounceType, Interests, Keyword
from subscribers.model import Cadence, Frequency, Subscriber, SubscriberState

_JOINED_AT = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def sample_readers() -> tuple[Subscriber, ...]:
    """Return the readers of the sample; their addresses lead nowhere (RFC 2606)."""
    return (
        _systems_reader(),
        _chinese_reader(),
        _follower_of_authors(),
        _weekly_reader(),
        _reader_without_luck(),
    )


def _systems_reader() -> Subscriber:
    interests = Interests(
        categories=("cs.DC", "cs.LG", "cs.CL"),
        keywords=_keywords(
            {
                "LLM serving": 1.0,
                "KV cache": 1.0,
                "prefill": 0.8,
                "decoding": 0.7,
                "speculative decoding": 0.9,
                "mixture of experts": 0.8,
                "FP4": 0.7,
                "FP8": 0.7,
                "quantization": 0.6,
                "all-reduce": 0.7,
                "throughput": 0.5,
                "long-context": 0.3,
                "data-parallel training": 0.5,
                "scale-to-zero": 0.6,
                "inference": 0.3,
                "distributed system": 0.4,
                "federated training": 0.4,
                "checkpoint": 0.4,
            }
        ),
        exclude=("survey",),
        max_papers=15,
    )
    return _reader(1, "ines", interests, timezone="Europe/Lisbon")


def _chinese_reader() -> Subscriber:
    interests = Interests(
        categories=("cs.CL", "cs.AI", "cs.LG"),
        keywords=_keywords(
            {
                "长上下文": 1.0,
                "分词": 0.9,
                "断句": 0.8,
                "大语言模型": 0.7,
                "Chinese": 0.8,
                "tokenizer": 0.8,
                "long context": 1.0,
                "retrieval-augmented generation": 0.9,
                "speculative decoding": 0.6,
                "language model": 0.4,
                "translation": 0.5,
                "RLHF": 0.6,
            }
        ),
        max_papers=12,
    )
    return replace(_reader(2, "wei", interests, timezone="Asia/Shanghai"), language="zh-Hans")


def _follower_of_authors() -> Subscriber:
    interests = Interests(
        categories=("cs.AI", "cs.CL", "cs.LG"),
        keywords=_keywords(
            {
                "agent": 1.0,
                "planner": 0.8,
                "tool use": 0.9,
                "calibration": 0.7,
                "reward model": 0.7,
                "explainable": 0.5,
                "conference": -0.6,
                "benchmark": -0.4,
            }
        ),
        exclude=("survey", "leaderboard"),
        authors=("Ximena Araoz-Lund", "Tobias Quellmann"),
        announce_types=(AnnounceType.NEW, AnnounceType.CROSS, AnnounceType.REPLACE),
        max_papers=10,
    )
    return _reader(3, "tomasz", interests, timezone="America/Toronto")


def _weekly_reader() -> Subscriber:
    interests = Interests(
        categories=("cs.AI", "cs.CL", "cs.DC", "cs.LG"),
        keywords=_keywords(
            {
                "language model": 1.0,
                "agent": 0.8,
                "training": 0.7,
                "memory": 0.6,
                "evaluation": 0.6,
                "scheduling": 0.6,
                "optimization": 0.6,
                "context": 0.5,
                "latency": 0.5,
                "attention": 0.7,
                "users": 0.3,
            }
        ),
        max_papers=25,
    )
    friday = Cadence(frequency=Frequency.WEEKLY, weekday=4, send_at=time(6, 0))
    return replace(_reader(4, "amara", interests, timezone="Europe/London"), cadence=friday)


def _reader_without_luck() -> Subscriber:
    phrases = {"dendrochronology": 1.0, "lute tablature": 1.0, "zymurgy": 0.5}
    interests = Interests(categories=("cs.AI",), keywords=_keywords(phrases))
    return _reader(5, "otto", interests, timezone="Europe/Vienna")


def _keywords(weights: dict[str, float]) -> tuple[Keyword, ...]:
    return tuple(Keyword(phrase=phrase, weight=weight) for phrase, weight in weights.items())


def _reader(number: int, name: str, interests: Interests, *, timezone: str) -> Subscriber:
    return Subscriber(
        id=f"01KDSAMP{number:018d}",
        address=f"{name}@example.org",
        state=SubscriberState.ACTIVE,
        interests=interests,
        timezone=timezone,
        created_at=_JOINED_AT,
        confirmed_at=_JOINED_AT,
    )
