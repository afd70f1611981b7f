"""What the DNS says about the sender's domain."""

from collections.abc import Iterator, Sequence

from newsletter.doctor.finding import SETTING, Finding, ok, problem, warning
from newsletter.doctor.records import (
    MAX_SPF_LOOKUPS,
    WEAK_RSA_BITS,
    dmarc_records,
    is_dkim_key,
    rsa_bits,
    spf_lookups,
    spf_records,
    spf_terms,
    tags,
)
from newsletter.doctor.resolver import Lookup, Outcome, Resolver

MAX_LABELS = 8
SES_HOST = "amazonses.com"


def check_spf(resolver: Resolver, domain: str, *, include: str = "") -> Iterator[Finding]:
    """Check which servers may send for the domain that bounces go to.

    ``include`` is the host whose record it must include.
    """
    lookup = resolver.texts(domain)
    records = spf_records(lookup.records)
    if lookup.outcome is Outcome.NO_ANSWER:
        yield unanswered("spf", domain, lookup)
    elif not records:
        yield warning(
            "spf",
            f"{domain} has no SPF record: it does not say which servers may send for it",
            fix=f'add a TXT record "v=spf1 {f"include:{include} " if include else "mx "}~all"',
        )
    elif len(records) > 1:
        yield problem(
            "spf",
            f"{domain} has {len(records)} SPF records, so none counts",
            fix="put them together into one",
            exit_code=SETTING,
        )
    else:
        yield _read_spf(domain, spf_terms(records[0]), include)


def _read_spf(domain: str, terms: Sequence[str], include: str) -> Finding:
    if "+all" in terms or "all" in terms:
        return problem(
            "spf",
            f"the SPF record of {domain} lets everybody send",
            fix='end it with "~all" or "-all"',
            exit_code=SETTING,
        )
    if spf_lookups(terms) > MAX_SPF_LOOKUPS:
        return problem(
            "spf",
            f"the SPF record of {domain} needs more than {MAX_SPF_LOOKUPS} look-ups, so it fails",
            fix="take out what is not used any more",
            exit_code=SETTING,
        )
    if include and not any(term.endswith(f"include:{include}") for term in terms):
        return warning(
            "spf",
            f"the SPF record of {domain} does not include {include}",
            fix=f'add "include:{include}" to it',
        )
    return ok("spf", f"{domain} has an SPF record")


def check_dkim(resolver: Resolver, domain: str, *, selector: str = "") -> Iterator[Finding]:
    """Check the key that signatures are compared with; without ``selector`` only that one exists.

    Nothing exists below a name that does not exist. Source: RFC 8020.
    """
    place = f"{selector}._domainkey.{domain}" if selector else f"_domainkey.{domain}"
    lookup = resolver.texts(place)
    keys = [record for record in lookup.records if is_dkim_key(record)]
    if lookup.outcome is Outcome.NO_ANSWER:
        yield unanswered("dkim", place, lookup)
    elif selector:
        yield _read_keys(place, keys)
    elif lookup.outcome is Outcome.NO_NAME:
        yield warning(
            "dkim",
            f"{domain} has no DKIM key: nobody can check a signature of its mails",
            fix="let your mail server sign, put its key into the DNS, set mailer.dkim_selector",
        )
    else:
        yield ok("dkim", f"{domain} has DKIM keys; mailer.dkim_selector would say which to look at")


def _read_keys(place: str, keys: Sequence[str]) -> Finding:
    if len(keys) != 1:
        return problem(
            "dkim",
            f"{place} has {len(keys) or 'no'} DKIM key{'s' if keys else ''}",
            fix="put the key of your mail server there, once, or correct mailer.dkim_selector",
            exit_code=SETTING,
        )
    found = tags(keys[0])
    fix = "make a new key of 2048 bits, and put it into the DNS"
    if not found["p"]:
        return problem("dkim", f"the DKIM key {place} is revoked", fix=fix, exit_code=SETTING)
    bits = rsa_bits(found["p"]) if found.get("k", "rsa") == "rsa" else WEAK_RSA_BITS + 1
    if bits is None or bits < WEAK_RSA_BITS:
        return problem("dkim", f"the DKIM key {place} cannot be used", fix=fix, exit_code=SETTING)
    if bits == WEAK_RSA_BITS:
        return warning("dkim", f"the DKIM key {place} has 1024 bits", fix=fix)
    return ok("dkim", f"there is a DKIM key at {place}")


def check_ses_dkim(resolver: Resolver, domain: str, tokens: Sequence[str]) -> Iterator[Finding]:
    """Check the aliases by which SES keeps the keys of a domain."""
    for token in tokens:
        name = f"{token}._domainkey.{domain}"
        lookup = resolver.aliases(name)
        if lookup.outcome is Outcome.NO_ANSWER:
            yield unanswered("dkim", name, lookup)
            return
        if not any(target.endswith(f".{SES_HOST}") for target in lookup.records):
            yield problem(
                "dkim",
                f"{name} does not lead to SES",
                fix=f"add a CNAME record to {token}.dkim.{SES_HOST}, or as SES names it",
                exit_code=SETTING,
            )
            return
    yield ok("dkim", f"the {len(tokens)} DKIM records of {domain} lead to SES")


def check_dmarc(resolver: Resolver, domain: str) -> Iterator[Finding]:
    """Check what receivers are asked to do with mails that are not from the domain.

    The nearest record counts, from the domain up. Source: RFC 7489 §6.6.3, with the walk up the
    tree of its successor in place of a list of public suffixes.
    """
    for place in _upwards(domain):
        lookup = resolver.texts(f"_dmarc.{place}")
        if lookup.outcome is Outcome.NO_ANSWER:
            yield unanswered("dmarc", f"_dmarc.{place}", lookup)
            return
        if records := dmarc_records(lookup.records):
            yield _read_dmarc(place, records, is_above=place != domain)
            return
    yield warning(
        "dmarc",
        f"{domain} has no DMARC record; large receivers want one of who sends many mails",
        fix=f'add a TXT record "v=DMARC1; p=none" at _dmarc.{domain}, and make it stricter later',
    )


def _read_dmarc(place: str, records: Sequence[str], *, is_above: bool) -> Finding:
    if len(records) > 1:
        return problem(
            "dmarc",
            f"_dmarc.{place} has {len(records)} DMARC records, so none counts",
            fix="keep one",
            exit_code=SETTING,
        )
    found = tags(records[0])
    policy = (found.get("sp") if is_above else None) or found.get("p", "")
    if policy.lower() not in {"none", "quarantine", "reject"}:
        return warning(
            "dmarc",
            f"the DMARC record at _dmarc.{place} has no policy that is one",
            fix='write "p=none", "p=quarantine" or "p=reject" into it',
        )
    return ok("dmarc", f"there is a DMARC record at _dmarc.{place}: {policy.lower()}")


def unanswered(check: str, name: str, lookup: Lookup) -> Finding:
    """Say that the DNS could not be asked: no word on the domain."""
    return warning(
        check,
        f"the DNS says nothing about {name} now ({lookup.why})",
        fix="check this machine's name servers, or name another one with --dns-server",
    )


def _upwards(domain: str) -> tuple[str, ...]:
    labels = domain.split(".")
    starts = range(max(1, len(labels) - 1))
    return tuple(".".join(labels[start:]) for start in starts)[-MAX_LABELS:]
