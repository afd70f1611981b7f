"""The five readers of the sample are of five kinds, and lead nowhere."""

from ulid import ULID

from newsletter.sources.sample import SampleSource
from newsletter.sources.sample_readers import sample_readers
from subscribers.model import Frequency, SubscriberState


def test_there_are_five_active_readers_with_ids_of_their_own() -> None:
    readers = sample_readers()
    assert len({str(ULID.from_str(reader.id)) for reader in readers}) == 5
    assert {reader.state for reader in readers} == {SubscriberState.ACTIVE}
    assert all(reader.address.endswith("@example.org") for reader in readers)


def test_the_readers_are_of_five_kinds() -> None:
    systems, chinese, follower, weekly, unlucky = sample_readers()
    assert "KV cache" in [keyword.phrase for keyword in systems.interests.keywords]
    assert chinese.language == "zh-Hans"
    assert follower.interests.authors
    assert follower.interests.exclude
    assert min(keyword.weight for keyword in follower.interests.keywords) < 0
    assert weekly.cadence.frequency is Frequency.WEEKLY
    assert weekly.interests.max_papers == 25
    assert unlucky.interests.keywords


def test_the_unlucky_readers_words_occur_nowhere() -> None:
    source = SampleSource()
    texts = [
        f"{paper.title} {paper.abstract}".casefold()
        for on in source.days
        for category in source.categories
        for paper in source.read(category, on).papers
    ]
    phrases = [keyword.phrase for keyword in sample_readers()[-1].interests.keywords]
    assert not [phrase for phrase in phrases if any(phrase in text for text in texts)]
