"""What ``init`` asks, and the file it makes of the answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import typer
from pydantic import ValidationError

from newsletter.config import Settings
from newsletter.config.descriptions import descriptions
from newsletter.config.effective import Plain, effective_settings
from newsletter.config.explain import explain
from newsletter.config.keys import Key, is_list, known_keys
from newsletter.errors import UsageError
from subscribers.listing import join_list, split_list

Answers = Mapping[str, Plain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question for one key; asked if ``when`` holds for the answers so far."""

    key: str
    text: str
    when: Callable[[Answers], bool] = lambda _: True


def _by_model(answers: Answers) -> bool:
    return answers["summaries.kind"] == "openai"


def _by_server(answers: Answers) -> bool:
    return answers["mailer.kind"] == "smtp"


def _by_ses(answers: Answers) -> bool:
    return answers["mailer.kind"] == "ses"


QUESTIONS = (
    Question(key="mail.title", text="Name of the newsletter"),
    Question(key="mail.from", text="Address the mails come from"),
    Question(key="mail.reply_to", text="Address that a person reads"),
    Question(key="mail.postal_address", text="Your postal address, for the end of each mail"),
    Question(key="web.url", text="Web address that the links lead to"),
    Question(key="interests.categories", text='arXiv categories, separated by ";" or ","'),
    Question(key="interests.keywords", text='Keywords, "phrase" or "phrase:weight", same'),
    Question(
        key="summaries.kind",
        text='Summaries: "extractive" takes sentences of the abstracts, "openai" asks a model',
    ),
    Question(
        key="summaries.base_url",
        text="The model's endpoint (Ollama: http://localhost:11434/v1)",
        when=_by_model,
    ),
    Question(key="summaries.model", text="The model's name", when=_by_model),
    Question(key="mailer.kind", text='"maildir" writes files; "smtp" and "ses" send mails'),
    Question(key="mailer.host", text="Mail server", when=_by_server),
    Question(
        key="mailer.tls", text='Protected by "starttls", "implicit" or "none"', when=_by_server
    ),
    Question(key="mailer.port", text="Port, 0 for the usual one", when=_by_server),
    Question(key="mailer.username", text="Login, empty for none", when=_by_server),
    Question(key="mailer.region", text="AWS region, empty for the usual one", when=_by_ses),
    Question(key="mailer.configuration_set", text="Configuration set of SES", when=_by_ses),
)

MAX_LIST_CHARS = 80
"""A list longer than this has a line for each entry."""

HEAD = """\
# Settings of the newsletter. Every other key, with its default: newsletter.example.toml
# Secrets do not stand here: set NEWSLETTER_MAILER__PASSWORD, or NEWSLETTER_MAILER__PASSWORD_FILE
# to the path of a file that holds it; NEWSLETTER_SUMMARIES__API_KEY likewise.
"""


def ask(*, take_defaults: bool) -> dict[str, Plain]:
    """Return an answer for each question that matters, by dotted key; wrong ones are asked again.

    Raises:
        UsageError: the input ended before the last question.
    """
    keys, defaults = known_keys(), _defaults()
    answers: dict[str, Plain] = {}
    for question in QUESTIONS:
        if question.when(answers):
            default = defaults[question.key]
            key = keys[question.key]
            answers[question.key] = (
                default if take_defaults else _asked(question, key, default, answers)
            )
    return answers


def settings_file(answers: Answers) -> str:
    """Return the answers as a settings file."""
    keys, told = known_keys(), descriptions()
    lines = [HEAD]
    section = ""
    for dotted, value in answers.items():
        key = keys[dotted]
        if key.section != section:
            section = key.section
            lines.append(f"\n[{section}]\n")
        lines.append(f"# {told[dotted]}\n{key.name} = {toml_value(value)}\n")
    return "".join(lines)


def toml_value(value: Plain) -> str:
    """Write a value as TOML has it; a JSON string is a TOML string."""
    if isinstance(value, list):
        entries = [toml_value(each) for each in value]
        if sum(map(len, entries)) > MAX_LIST_CHARS:
            return "[\n" + "".join(f"    {entry},\n" for entry in entries) + "]"
        return "[" + ", ".join(entries) + "]"
    return json.dumps(value, ensure_ascii=False)


def _defaults() -> dict[str, Plain]:
    keys = known_keys()
    effective = effective_settings(Settings(), dict.fromkeys(keys, "default"))
    return {each.key: each.value for each in effective} | {"mailer.port": 0}


def _asked(question: Question, key: Key, default: Plain, before: Answers) -> Plain:
    shown = join_list(default, at_commas=True) if isinstance(default, list) else default
    try:
        while True:
            text = typer.prompt(question.text, default=shown, type=str, err=True)
            value = _read(str(text), key)
            wrong = _wrong(key, value, before)
            if wrong is None:
                return value
            typer.echo(wrong, err=True)
    except typer.Abort as error:
        raise UsageError("no answer was given: answer all questions, or add --yes") from error


def _read(text: str, key: Key) -> Plain:
    if is_list(key):
        return list(split_list(text, at_commas=True))
    if key.kind is int and text.strip().isdecimal():
        return int(text)
    return text.strip()


def _wrong(key: Key, value: Plain, before: Answers) -> str | None:
    """Say what is wrong with this answer after those before it; other keys have their turn."""
    keys = known_keys()
    answered = {keys[dotted].name: each for dotted, each in _of_section(key, before).items()}
    try:
        Settings.model_validate({key.section: answered | {key.name: value}})
    except ValidationError as error:
        said = explain(error, origins={key.dotted: "your answer"}, keys=keys).splitlines()
        return "\n".join(line for line in said if line.startswith(f"{key.dotted} ")) or None
    return None


def _of_section(key: Key, answers: Answers) -> Answers:
    return {
        dotted: each for dotted, each in answers.items() if dotted.startswith(f"{key.section}.")
    }
