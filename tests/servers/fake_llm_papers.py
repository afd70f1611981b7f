"""What the fake model knows: which paper it is asked about, and a true summary of it."""

import re
from collections.abc import Mapping
from typing import Any

_OTHER_SCRIPTS = re.compile(r"[^\x00-\u024f\u0370-\u03ff\u2000-\u22ff]")
_WORD = re.compile(r"[A-Za-z][A-Za-z-]{3,}(?![\w.])")


def asked_about(text: str, papers: Mapping[str, tuple[str, str]]) -> str:
    """Return the id of the paper whose title stands in the question; empty for none."""
    found = [paper_id for paper_id, (title, _) in papers.items() if title and title in text]
    return max(found, key=lambda each: len(papers[each][0]), default="")


def answer_of(title: str, abstract: str, language: str) -> dict[str, Any]:
    """Make a true answer: the abstract's sentences, or Chinese ones around its terms."""
    return _chinese(title, abstract) if language == "zh-Hans" else _english(title, abstract)


def _english(title: str, abstract: str) -> dict[str, Any]:
    title, abstract = _OTHER_SCRIPTS.sub("", title), _OTHER_SCRIPTS.sub("", abstract)
    sentences = [each.strip() for each in re.split(r"(?<=[.!?])\s+", abstract) if len(each) > 25]
    sentences = [each[:300] for each in sentences] or [
        f"The authors study {title[:150]} in detail."
    ]
    first = f"This work is about {title[:150]}: the authors describe it and what comes of it."
    return _answer(first, sentences, "The paper says: ", _terms(title, abstract))


def _chinese(title: str, abstract: str) -> dict[str, Any]:
    terms = _terms(title, abstract)
    named = "、".join(terms[:5])
    sentences = [f"该工作围绕 {each} 展开研究并给出了分析与讨论" for each in terms] or [
        "该工作给出了分析"
    ]
    first = f"本文提出了一种新的方法，研究的内容涉及 {named}，并通过实验分析了它的效果。"
    return _answer(first, sentences, "论文的内容如下：", terms)


def _answer(first: str, sentences: list[str], lead: str, terms: list[str]) -> dict[str, Any]:
    parts = [sentences[at::4] or sentences[:1] for at in range(4)]
    points = [[each for each in part[:2] if each != first] for part in parts]
    points = [
        [each for each in part if _is_first(each, points[:at])] for at, part in enumerate(points)
    ]
    return {
        "tldr": first[:390],
        "contributions": points[0],
        "method": points[1],
        "results": points[2],
        "limitations": [],
        "table": None,
        "key_terms": terms[:6],
        "sections": {
            "contributions": lead + "\n\n- " + "\n- ".join(sentences[:2]),
            "methods": lead + sentences[0],
            "results": lead + sentences[-1],
            "conclusions": lead + sentences[-1],
        },
    }


def _terms(title: str, abstract: str) -> list[str]:
    """Return the longest words of a paper, those of the title first; they tell it from others."""
    words = [*_WORD.findall(title), *sorted(set(_WORD.findall(abstract)), key=len, reverse=True)]
    return list(dict.fromkeys(words))[:12]


def _is_first(sentence: str, before: list[list[str]]) -> bool:
    return not any(sentence in part for part in before)
