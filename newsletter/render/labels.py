"""The words of the mails, per language: data in ``templates/email/labels``."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from newsletter.errors import RenderError
from newsletter.render.environment import template_dir

FALLBACK = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words of one language.

    Attributes:
        tag: BCP 47.
        dir: ``ltr`` or ``rtl``.
        plural_rule: ``one_other`` (English) or ``other`` (one form for all).
        forms: patterns of dates and lists.
        months, weekdays: names, January and Monday first.
        texts, plurals: key → pattern, key → form → pattern.
    """

    tag: str
    dir: str
    plural_rule: str
    forms: Mapping[str, str]
    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    texts: Mapping[str, str]
    plurals: Mapping[str, Mapping[str, str]]

    def text(self, key: str, **fields: object) -> str:
        """Return the label with its fields filled in, not escaped."""
        if key not in self.texts:
            raise RenderError(f"the label {key!r} is missing in language {self.tag!r}")
        return self.texts[key].format(**fields) if fields else self.texts[key]

    def count(self, key: str, number: int) -> str:
        """Return the label in the plural form of ``number``."""
        is_one = self.plural_rule == "one_other" and number == 1
        return self.plurals[key]["one" if is_one else "other"].format(count=f"{number:,}")

    def day(self, day: date) -> str:
        """Write a day out: ``Fri 20 Nov 2026``."""
        return self._day("date_long", day)

    def short_day(self, day: date) -> str:
        """Write a day short: ``20 Nov``."""
        return self._day("date_short", day)

    def days(self, first: date, last: date) -> str:
        """Write a range of days, or the day when it is only one."""
        if first == last:
            return self.day(last)
        return self.forms["range_long"].format(first=self.short_day(first), last=self.day(last))

    def _day(self, form: str, day: date) -> str:
        return self.forms[form].format(
            weekday=self.weekdays[day.weekday()],
            day=day.day,
            month=self.months[day.month - 1],
            year=day.year,
        )

    def listing(self, items: Sequence[str]) -> str:
        """Join names as the language does: ``a, b and c``."""
        if len(items) < 2:
            return "".join(items)
        return self.forms["list_join"].join(items[:-1]) + self.forms["list_last"] + items[-1]


def load_labels(folder: Path) -> dict[str, Labels]:
    """Read every language in ``folder``, by its tag."""
    read = [_read(path) for path in sorted(folder.glob("*.toml"))]
    found = {labels.tag: labels for labels in read}
    if FALLBACK not in found:
        raise RenderError(f"there are no labels in {FALLBACK!r}: install the package again")
    return found


def language_of_mails(language: str) -> str:
    """Return the tag of the labels that a reader of this language gets."""
    return choose_labels(language, load_labels(template_dir() / "email" / "labels")).tag


def _read(path: Path) -> Labels:
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    language = data["language"]
    return Labels(
        tag=language["tag"],
        dir=language["dir"],
        plural_rule=language["plural"],
        forms={key: value for key, value in language.items() if isinstance(value, str)},
        months=tuple(language["months"]),
        weekdays=tuple(language["weekdays"]),
        texts=data["labels"],
        plurals=data["plurals"],
    )


def choose_labels(language: str, available: Mapping[str, Labels]) -> Labels:
    """Choose the closest language: the tag, its shorter forms, a sister (zh, zh-Hans), English."""
    by_tag = {tag.casefold(): labels for tag, labels in available.items()}
    subtags = language.casefold().replace("_", "-").split("-")
    for length in range(len(subtags), 0, -1):
        if labels := by_tag.get("-".join(subtags[:length])):
            return labels
    sisters = [labels for tag, labels in by_tag.items() if tag.split("-")[0] == subtags[0]]
    return sisters[0] if sisters else available[FALLBACK]
