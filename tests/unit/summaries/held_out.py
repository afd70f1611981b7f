"""Answers that the checks were not made for: our own, or made from abstracts of other papers."""

import gzip
import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from newsletter.model import Paper, SummaryText
from newsletter.render.sentences import sentences
from newsletter.summaries.checks.contrast import Contrast
from newsletter.summaries.checks.judge import what_is_wrong
from newsletter.summaries.checks.numbers import known_numbers, numbers_in
from newsletter.summaries.checks.terms import terms_in
from newsletter.summaries.papertext import PaperText
from newsletter.tex.resolve import to_unicode
from tests.factories import make_paper

PAPERS = Path("papers") / "papers_2026-01.jsonl.gz"
EVERY = 12
"""Which share of a month's papers is the batch: as many as a day has."""
OTHER_WORDS = {
    "We": "The authors", "we": "the authors", "our": "their", "Our": "Their", "propose": "suggest",
    "introduce": "present", "show": "find", "demonstrate": "show", "novel": "new",
    "outperforms": "beats", "significantly": "clearly", "achieves": "reaches", "leverages": "uses",
    "However": "But", "approach": "method", "substantially": "much", "crucial": "important",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]+")
_DECIMAL = re.compile(r"(?<![\w.,])\d{1,3}\.\d+(?![\w.,]\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A text that is said to summarise a paper."""

    paper: Paper
    text: SummaryText
    language: str = "en"

    def fault(self, contrast: Contrast, *, paper: Paper | None = None) -> str:
        """Return what the checks say when it is given for this paper, or for another."""
        source = PaperText(paper=paper or self.paper, text=(paper or self.paper).abstract)
        return what_is_wrong(self.text, source, language=self.language, contrast=contrast)


@cache
def month(data: Path) -> Mapping[str, Paper]:
    """Return the papers of a month, none of which was looked at when the checks were made."""
    with gzip.open(data / PAPERS, "rt") as lines:
        return {facts["id"]: _paper(facts) for facts in map(json.loads, lines)}


def batch(data: Path) -> tuple[Paper, ...]:
    """Return as many papers as a day has, with those we wrote about among them."""
    papers = month(data)
    ours = {each["paper"] for each in _file()["good"]}
    return tuple(
        paper for n, (name, paper) in enumerate(papers.items()) if n % EVERY == 0 or name in ours
    )


def written(data: Path) -> tuple[Answer, ...]:
    """Return the summaries that we wrote ourselves."""
    return tuple(
        Answer(
            paper=month(data)[each["paper"]],
            text=_text(each["tldr"], each["points"]),
            language=each["language"],
        )
        for each in _file()["good"]
    )


def failures(good: Sequence[Answer]) -> Iterator[Answer]:
    """Yield each text that is no summary as the TL;DR of an answer that is right otherwise."""
    english, chinese = good[0], good[1]
    for said in (*_file()["bad"]["seen"], *_file()["bad"]["unseen"]):
        right = chinese if max(said) >= "\u4e00" and "の" not in said else english
        yield Answer(
            paper=right.paper, text=_text(said, right.text.points), language=right.language
        )


def reworded(papers: Sequence[Paper]) -> Iterator[Answer]:
    """Yield every second sentence of abstracts, in other words."""
    for paper in papers:
        said = [_in_other_words(each) for each in sentences(" ".join(paper.abstract.split()))]
        if len(said) >= 5 and 60 <= len(said[1]) <= 400:
            yield Answer(paper=paper, text=_text(said[1], said[3:8:2]))


def with_a_wrong_number(papers: Sequence[Paper]) -> Iterator[Answer]:
    """Yield answers in which one decimal number is not the paper's."""
    chance = random.Random(7)
    for answer in reworded(papers):
        found = _DECIMAL.search(answer.text.tldr) or _DECIMAL.search(" ".join(answer.text.points))
        if found is None:
            continue
        wrong = _perturbed(found[0], chance)
        if numbers_in(wrong) <= known_numbers(f"{answer.paper.title} {answer.paper.abstract}"):
            continue
        texts = [each.replace(found[0], wrong) for each in (answer.text.tldr, *answer.text.points)]
        yield Answer(paper=answer.paper, text=_text(texts[0], texts[1:]))


def nearest(paper: Paper, papers: Sequence[Paper]) -> Paper:
    """Return the other paper with the most terms in common."""
    own = terms_in(f"{paper.title} {paper.abstract}")
    others = (each for each in papers if each.id != paper.id)
    return max(others, key=lambda each: len(own & _terms(each)) / len(_terms(each)))


@cache
def _terms(paper: Paper) -> frozenset[str]:
    return terms_in(f"{paper.title} {paper.abstract}")


def _perturbed(number: str, chance: random.Random) -> str:
    match chance.randrange(3):
        case 0:
            place = chance.choice([at for at, char in enumerate(number) if char.isdigit()])
            return number[:place] + str((int(number[place]) % 8) + 2) + number[place + 1 :]
        case 1:
            return str(round(float(number) * 10, 3))
        case _:
            return f"{float(number) + 1.3:.2f}"


def _in_other_words(text: str) -> str:
    return _WORD.sub(lambda word: OTHER_WORDS.get(word[0], word[0]), text)


def _text(tldr: str, points: Sequence[str]) -> SummaryText:
    return SummaryText(tldr=tldr, contributions=(points[0],), results=tuple(points[1:]))


def _file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _paper(facts: Mapping[str, Any]) -> Paper:
    return make_paper(
        id=facts["id"],
        title=to_unicode(facts["title"]),
        abstract=to_unicode(facts["abstract"]),
        title_tex=facts["title"],
        abstract_tex=facts["abstract"],
    )
