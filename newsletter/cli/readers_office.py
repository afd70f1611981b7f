"""What readers asked for by links, done by ``newsletter run`` too: pauses end, mails go out."""

from newsletter.bootstrap import App
from newsletter.cli.output import counted, fail, note
from newsletter.errors import NewsletterError
from newsletter.ports import Store
from newsletter.web.opening import open_office


def serve_readers(program: App, store: Store) -> int:
    """End pauses that are over and send what readers wait for; return the exit code.

    A server of pages does the same as soon as it is asked; where there is none, or it was not
    running, this makes up for it.
    """
    office = open_office(program, store)
    try:
        office.do_chores()
        sent = office.post.send_due()
    except NewsletterError as error:
        return fail(error)
    if sent:
        note(f"{counted(sent, 'mail', 'mails')} about subscriptions went out.")
    return 0
