"""What every ``SummaryStore`` keeps to."""

from dataclasses import replace
from datetime import timedelta

from newsletter.model import SummaryFault, SummaryOrigin, Usage
from newsletter.ports import SummaryStore
from tests.factories import NOW
from tests.unit.summaries.values import make_key, make_run, make_summary, make_text


class SummaryStoreContract:
    """Run by a class with the fixture ``summaries``."""

    many = 1_200

    def test_what_is_saved_is_known_by_its_whole_key(self, summaries: SummaryStore) -> None:
        one = make_summary(1)
        summaries.save([one, make_summary(2)])
        others = [
            make_key(1, version=2), make_key(1, language="zh-Hans"), make_key(1, model="other"),
            make_key(1, prompt_hash="other"), make_key(3),
        ]  # fmt: skip
        assert summaries.known([one.key, *others]) == {one.key: one}
        assert summaries.known([]) == {}

    def test_every_field_comes_back(self, summaries: SummaryStore) -> None:
        text = make_text(1, tldr="An “odd” one: <b> & 中文 🚀", limitations=("None.",))
        bare = make_summary(
            2,
            text=make_text(2, table=None, results=(), markdown="", key_terms=()),
            origin=SummaryOrigin.EXTRACTIVE,
            fault=SummaryFault.REFUSED,
            why="it speaks of another",
            usage=Usage(),
        )
        summaries.save([make_summary(1, text=text), bare])
        found = summaries.known([make_key(1), bare.key])
        assert found[make_key(1)].text == text
        assert found[bare.key] == bare

    def test_saving_again_replaces(self, summaries: SummaryStore) -> None:
        first = make_summary(1, fault=SummaryFault.UNAVAILABLE, origin=SummaryOrigin.EXTRACTIVE)
        summaries.save([first])
        summaries.save([make_summary(1)])
        assert summaries.known([first.key]) == {first.key: make_summary(1)}

    def test_the_best_is_by_a_model_then_the_newest(self, summaries: SummaryStore) -> None:
        late = NOW + timedelta(hours=1)
        extract = make_summary(
            1, key={"model": "extractive"}, origin=SummaryOrigin.EXTRACTIVE, made_at=late
        )
        old, new = make_summary(1), make_summary(1, key={"model": "newer"}, made_at=late)
        summaries.save([extract])
        assert summaries.best([(extract.paper_id, 1)], "en") == {extract.paper_id: extract}
        summaries.save([new, old])
        assert summaries.best([(extract.paper_id, 1)], "en") == {extract.paper_id: new}

    def test_the_best_is_of_this_version_and_language(self, summaries: SummaryStore) -> None:
        one = make_summary(1)
        summaries.save([one])
        assert summaries.best([(one.paper_id, 2)], "en") == {}
        assert summaries.best([(one.paper_id, 1)], "zh-Hans") == {}
        assert summaries.best([], "en") == {}

    def test_any_number_is_found_at_once(self, summaries: SummaryStore) -> None:
        many = [make_summary(number) for number in range(self.many)]
        summaries.save(many)
        assert len(summaries.best(((one.paper_id, 1) for one in many), "en")) == self.many
        assert len(summaries.known([one.key for one in many])) == self.many

    def test_the_newest_come_first(self, summaries: SummaryStore) -> None:
        for number in range(4):
            made_at = NOW + timedelta(minutes=number)
            summaries.save([make_summary(number, made_at=made_at)])
        assert [one.paper_id for one in summaries.newest(limit=2)] == [
            make_key(3).paper_id, make_key(2).paper_id
        ]  # fmt: skip
        assert len(summaries.newest(limit=9, paper_id=make_key(1).paper_id)) == 1

    def test_forgetting_makes_room_for_another(self, summaries: SummaryStore) -> None:
        chinese = make_summary(1, key={"language": "zh-Hans"})
        summaries.save([make_summary(1), chinese, make_summary(2)])
        assert summaries.forget(chinese.paper_id, language="zh-Hans") == 1
        assert summaries.forget(chinese.paper_id) == 1
        assert summaries.forget(chinese.paper_id) == 0
        assert len(summaries.newest(limit=9)) == 1

    def test_they_are_counted_with_what_they_consumed(self, summaries: SummaryStore) -> None:
        refused = make_summary(3, fault=SummaryFault.REFUSED, origin=SummaryOrigin.EXTRACTIVE)
        summaries.save([make_summary(1), make_summary(2), replace(refused, usage=Usage())])
        counts = summaries.count()
        number, usage = counts["en", "fake", "llm"]
        assert (number, usage.calls, usage.tokens_in, usage.tokens_out) == (2, 2, 1400, 800)
        assert usage.cost_usd is not None
        assert abs(usage.cost_usd - 0.002) < 1e-9
        assert counts["en", "fake", "refused"] == (1, Usage())

    def test_runs_come_back_newest_first(self, summaries: SummaryStore) -> None:
        first = make_run(faults={SummaryFault.STOPPED: 2}, outage="no key")
        second = make_run(began_at=NOW + timedelta(days=1), usage=Usage(calls=1, cost_usd=0.5))
        summaries.add_run(first)
        summaries.add_run(second)
        assert summaries.runs(limit=5) == (second, first)
        assert summaries.runs(limit=1) == (second,)
