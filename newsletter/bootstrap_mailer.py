"""Put the mailer together: the part of ``bootstrap`` that knows its adapters."""

from newsletter.config.settings import Settings
from newsletter.ports import Clock, Mailer


def make_mailer(settings: Settings, clock: Clock) -> Mailer:
    """Return the mailer of the settings, whoever the mails would be from."""
    mailer = settings.mailer
    if mailer.kind == "smtp":
        from newsletter.mailers.smtp import SmtpMailer

        return SmtpMailer(
            mailer.host,
            mailer.port,
            tls=mailer.tls,
            username=mailer.username or None,
            password=mailer.password.get_secret_value() or None,
            timeout_s=mailer.timeout_s,
            per_domain=mailer.per_domain,
            clock=clock,
        )
    if mailer.kind == "ses":
        from newsletter.delivery.rate import MAX_WORKERS
        from newsletter.mailers.ses import SesMailer, SesOptions

        options = SesOptions(
            configuration_set=mailer.configuration_set,
            region=mailer.region or None,
            endpoint_url=mailer.endpoint_url or None,
            workers=MAX_WORKERS,
            read_timeout_s=mailer.timeout_s,
        )
        return SesMailer(options, clock=clock)
    from newsletter.mailers.maildir import MaildirMailer

    return MaildirMailer(mailer.dir, clock=clock)
