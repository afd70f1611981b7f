"""Whether a text is in the language that was asked for."""

import pytest

from newsletter.summaries.checks.language import is_in

ENGLISH = "We propose a method for sparse attention that is faster than all of the others."
TELEGRAM = "Sparse attention kernel, twice as fast on Hopper GPUs."
CHINESE = "提出了一种基于 FlashAttention 的稀疏注意力方法 SparseX，在 LongBench 上显著优于基线。"
GERMAN = "Wir schlagen ein Verfahren vor, das ohne Beschriftungen auskommt und schneller ist."
JAPANESE = "本論文では、スパース注意のための新しい手法を提案する。"
KOREAN = "우리는 희소 어텐션을 위한 새로운 방법을 제안한다."
RUSSIAN = "Мы предлагаем новый метод разреженного внимания."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"), (TELEGRAM, "en"), (CHINESE, "zh-Hans"), (CHINESE, "zh"), (GERMAN, "de"),
        (JAPANESE, "ja"), (KOREAN, "ko"), (RUSSIAN, "ru"),
    ],
)  # fmt: skip
def test_the_right_language_is_recognised(text: str, language: str) -> None:
    assert is_in(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "zh-Hans"), (CHINESE, "en"), (GERMAN, "en"), (ENGLISH, "de"), (JAPANESE, "zh"),
        (KOREAN, "zh"), (RUSSIAN, "en"), ("", "en"), ("12.5 %", "en"), (ENGLISH, "ru"),
    ],
)  # fmt: skip
def test_another_language_is_refused(text: str, language: str) -> None:
    assert not is_in(text, language)
