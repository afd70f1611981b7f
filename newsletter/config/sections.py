"""The sections of the settings, with their defaults."""

import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationInfo, field_validator

from newsletter.config.aws import TableName
from newsletter.config.section import Section
from newsletter.config.texts import (
    FilledLine,
    Line,
    MailAddress,
    OptionalEndpoint,
    OptionalMailAddress,
    Region,
    SecureWebAddress,
    WebAddress,
)

Folder = Annotated[Path, Field(strict=False)]
Lines = Annotated[tuple[FilledLine, ...], Field(strict=False)]
Seconds = Annotated[float, Field(ge=0, le=3600, allow_inf_nan=False)]

EXAMPLE_SENDER = "digest@papers.example.org"
EXAMPLE_OWNER = "owner@example.org"
EXAMPLE_POSTAL_ADDRESS = "Example Street 1, 12345 Example Town"
EXAMPLE_URL = "https://papers.example.org"

_TLS_PORTS = {"starttls": 587, "implicit": 465, "none": 25}
_CONFIGURATION_SET = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SELECTOR = re.compile(r"([A-Za-z0-9]([A-Za-z0-9._-]{0,60}[A-Za-z0-9])?)?")
MIN_KEY_CHARS = 16
MAX_TITLE_CHARS = 80
"""More does not fit the header From, encoded, in every script; and nobody reads it."""


def _at_home(value: Path) -> Path:
    try:
        return value.expanduser()
    except RuntimeError as error:
        raise ValueError(f"{value} names a user whose home is not known") from error


def default_data_dir() -> Path:
    """Return the user's data folder for this program; it need not exist."""
    return user_data_path("arxiv-newsletter")


class StoreSettings(Section):
    """Where everything is kept."""

    kind: Literal["sqlite", "dynamodb"] = "sqlite"
    """"sqlite": a file on this machine. "dynamodb": two tables of Amazon DynamoDB."""
    data_dir: Folder = Field(default_factory=default_data_dir)
    """The folder of the database and the local secrets. Default: the user's data folder."""
    table: TableName = ""
    """For "dynamodb": the table of people and papers; needed."""
    ledger_table: TableName = ""
    """For "dynamodb": the table of deliveries; needed."""

    @field_validator("data_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return _at_home(value)

    @field_validator("table", "ledger_table")
    @classmethod
    def _named(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("kind") == "dynamodb":
            raise ValueError('it must name a table while store.kind is "dynamodb"')
        return value

    @property
    def path(self) -> Path:
        """Return the database file."""
        return self.data_dir / "newsletter.db"

    @property
    def gate_path(self) -> Path:
        """Return the file in which the processes of this machine share arXiv's pace."""
        return self.data_dir / "gate.db"

    @property
    def pace_path(self) -> Path:
        """Return the file in which the processes of this machine share the rate of sending."""
        return self.data_dir / "pace.db"


class ArxivSettings(Section):
    """How arXiv is read."""

    feed_url: WebAddress = "https://rss.arxiv.org/rss"
    """Base of the feeds; the category is added to it."""
    listing_url: WebAddress = "https://arxiv.org/list"
    """Base of the listings; category and "new" are added to it."""
    search_url: WebAddress = "https://export.arxiv.org/api/query"
    """The search API."""
    contact: OptionalMailAddress = ""
    """Whom arXiv may write to about these requests; part of the user agent."""
    min_interval_s: Seconds = 3.0
    """Seconds between two requests, over all processes. arXiv asks for 3."""
    timeout_s: Annotated[Seconds, Field(gt=0)] = 30.0
    """Seconds to wait for an answer."""
    catch_up_days: Annotated[int, Field(ge=0, le=30)] = 5
    """How many missed announcement days to go back."""
    enrich: bool = True
    """Ask the search API for clean author names and comments."""


class RankingSettings(Section):
    """How papers are scored."""

    method: Literal["bm25", "substring"] = "bm25"
    """"bm25": whole words, weighted by how rare they are. "substring": the plain count."""


class MailSettings(Section):
    """Who the mails are from."""

    title: FilledLine = "arXiv Digest"
    """The newsletter's name."""
    sender: MailAddress = Field(default=EXAMPLE_SENDER, alias="from")
    """The address the mails come from."""
    reply_to: MailAddress = EXAMPLE_OWNER
    """The address that a person reads."""
    postal_address: FilledLine = EXAMPLE_POSTAL_ADDRESS
    """The sender's postal address; the law of many countries wants it in each mail."""
    list_id: Line = ""
    """The list's name for mail filters. Default: "digest." and the domain of "from"."""

    @field_validator("title")
    @classmethod
    def _fits_a_header(cls, value: str) -> str:
        if len(value) > MAX_TITLE_CHARS or "<" in value or ">" in value:
            raise ValueError(f"it may have up to {MAX_TITLE_CHARS} characters, and no < or >")
        return value

    @field_validator("list_id")
    @classmethod
    def _derive(cls, value: str, info: ValidationInfo) -> str:
        sender = str(info.data.get("sender", EXAMPLE_SENDER))
        name = value or "digest." + sender.rpartition("@")[2].removeprefix("digest.")
        if not name.isascii() or any(char in ' <>@"' for char in name):
            raise ValueError("it must look like a host name: digest.papers.example.org")
        return name


class WebSettings(Section):
    """Where the links in the mails lead."""

    url: SecureWebAddress = EXAMPLE_URL
    """Base of all links; https, for mails have no others."""
    proxies: Annotated[Lines, Field(max_length=50)] = ()
    """Addresses or networks of your own proxies: only theirs is the word on who a visitor is."""
    requests_per_address: Annotated[int, Field(ge=1, le=1000)] = 5
    """Sign-ups taken for one address in a day. Of mails it gets one, whatever stands here."""
    requests_per_network: Annotated[int, Field(ge=1, le=100_000)] = 30
    """Sign-ups and other wishes for mail taken from one network in an hour."""
    requests_in_all: Annotated[int, Field(ge=1, le=1_000_000)] = 2000
    """Sign-ups and other wishes for mail taken in an hour, from all the world."""
    refused_domains: Annotated[Lines, Field(max_length=10_000)] = ()
    """Mail domains whose addresses are not taken, and those below them: throw-away ones."""
    form_min_s: Annotated[Seconds, Field(le=60)] = 2.0
    """Seconds that a person needs at least to fill in the form; faster ones must press again."""
    goodbye_mail: bool = True
    """Whether who unsubscribes gets one last mail that says so."""

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            try:
                ip_network(each, strict=False)
            except ValueError as error:
                raise ValueError(
                    f"{each!r} is no IP address or network such as 10.0.0.0/8"
                ) from error
        return value

    @field_validator("refused_domains")
    @classmethod
    def _domains(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(each.lower().lstrip("@.").rstrip(".") for each in value)


class MailerSettings(Section):
    """How the mails go out."""

    kind: Literal["maildir", "smtp", "ses"] = "maildir"
    """"maildir": files in a folder. "smtp": a mail server. "ses": Amazon SES."""
    dir: Folder = Path("out/mail")
    """For "maildir": the folder."""
    host: FilledLine = "localhost"
    """For "smtp": the server."""
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    """For "smtp": how the connection is protected."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """For "smtp": the port; 0 is 587 for "starttls", 465 for "implicit", 25 for "none"."""
    timeout_s: Annotated[Seconds, Field(gt=0)] = 30.0
    """For "smtp" and "ses": seconds to wait for an answer."""
    per_domain: Annotated[int, Field(ge=1)] = 4
    """For "smtp": how many mails at once to readers of one domain."""
    username: Line = ""
    """For "smtp": the login; empty for none."""
    password: SecretStr = SecretStr("")
    """For "smtp": the login's password."""
    dkim_selector: Line = ""
    """For "smtp": under which name your mail server's DKIM key is in the DNS; for `doctor` only."""
    configuration_set: Line = ""
    """For "ses": the configuration set that reports what became of the mails; needed."""
    region: Region = ""
    """For "ses": the AWS region, such as eu-west-1; empty for that of the environment."""
    endpoint_url: OptionalEndpoint = ""
    """For "ses": another address to talk to, for tests; empty for the region's own."""

    @field_validator("dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        return _at_home(value)

    @field_validator("port")
    @classmethod
    def _derive(cls, value: int, info: ValidationInfo) -> int:
        return value or _TLS_PORTS[info.data.get("tls", "starttls")]

    @field_validator("configuration_set")
    @classmethod
    def _named(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.data.get("kind") == "ses":
            raise ValueError('it must name a configuration set of SES while mailer.kind is "ses"')
        if value and not _CONFIGURATION_SET.fullmatch(value):
            raise ValueError('it may have 1 to 64 letters, digits, "-" and "_"')
        return value

    @field_validator("dkim_selector")
    @classmethod
    def _is_selector(cls, value: str) -> str:
        if not _SELECTOR.fullmatch(value):
            raise ValueError("it must be a DKIM selector such as mail or s1.2026")
        return value


class DeliverySettings(Section):
    """How fast the mails go out."""

    workers: Annotated[int, Field(ge=1, le=64)] = 4
    """How many mails are handed over at once."""
    lease_s: Annotated[Seconds, Field(ge=10)] = 300.0
    """Seconds after which a mail that was begun and not finished counts as unknown."""
    rate_per_s: Annotated[float, Field(ge=0, le=10_000, allow_inf_nan=False)] = 0.0
    """Mails per second at most; 0 for as fast as they go. SES's own limit is kept by itself."""
    deadline_h: Annotated[float, Field(ge=0, le=168, allow_inf_nan=False)] = 24.0
    """Hours after which a mail is not sent any more: its papers go into the next. 0 for never."""
    resend_silent: bool = False
    """Whether a mail of unknown outcome may go once more when only its own events are missing."""
    canary_wait_s: Seconds = 60.0
    """For "ses": seconds to wait for what becomes of the first 50 mails of an issue; 0 for none."""


class LogSettings(Section):
    """What is logged, to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is shown."""
    format: Literal["auto", "json", "console"] = "auto"
    """"auto": for people on a terminal, JSON elsewhere."""


class SecretSettings(Section):
    """Secrets that are not given here are made once, in the data folder."""

    token_keys: Annotated[tuple[SecretStr, ...], Field(strict=False, max_length=10)] = ()
    """Keys of the links in the mails: the first signs, all are accepted."""
    address_key: SecretStr = SecretStr("")
    """Key of the hashes by which addresses are looked up. It can never be changed."""

    @field_validator("token_keys", "address_key")
    @classmethod
    def _long_enough(cls, value: tuple[SecretStr, ...] | SecretStr) -> object:
        keys = value if isinstance(value, tuple) else (value,) if value.get_secret_value() else ()
        if any(len(key.get_secret_value()) < MIN_KEY_CHARS for key in keys):
            raise ValueError(f"a key must have at least {MIN_KEY_CHARS} characters")
        return value
