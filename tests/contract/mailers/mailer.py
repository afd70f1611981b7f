"""What every ``Mailer`` does; each adapter's test gives ``mailer`` and ``handed_over``."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from newsletter.errors import MessageRejectedError
from newsletter.model import Receipt
from newsletter.ports import Mailer
from tests.contract.mailers.values import RAW, make_envelope

HandedOver = Callable[[], Sequence[bytes]]


class MailerContract:
    """Tests of the port."""

    def test_the_bytes_arrive_as_they_were_made(
        self, mailer: Mailer, handed_over: HandedOver
    ) -> None:
        receipt = mailer.send(make_envelope())
        assert list(handed_over()) == [RAW]
        assert receipt.provider_id
        assert receipt.accepted_at.tzinfo is not None

    def test_mails_of_several_threads_arrive_once_each(
        self, mailer: Mailer, handed_over: HandedOver
    ) -> None:
        def send(number: int) -> Receipt:
            raw = f"Subject: {number}\r\n\r\nHello.\r\n".encode()
            return mailer.send(make_envelope(number, raw=raw))

        with ThreadPoolExecutor(8) as pool:
            receipts = list(pool.map(send, range(60)))
        arrived = sorted(int(raw.split(b"\r\n")[0].split()[1]) for raw in handed_over())
        assert arrived == list(range(60))
        assert len({receipt.provider_id for receipt in receipts}) == 60

    def test_a_second_mail_of_one_delivery_can_be_seen(
        self, mailer: Mailer, handed_over: HandedOver
    ) -> None:
        mailer.send(make_envelope())
        mailer.send(make_envelope(attempt=2))
        assert list(handed_over()) == [RAW, RAW]

    @pytest.mark.parametrize(
        ("fields", "what"),
        [
            ({"raw": b"Subject: x\r\n\r\nlone\nend\r\n"}, "lone CR"),
            ({"raw": b"Subject: x\r\n\r\nlone\rend\r\n"}, "lone CR"),
            ({"raw": b"Subject: x\r\n\r\n\0\r\n"}, "NUL"),
            ({"raw": b"Subject: x\r\n\r\nno end"}, "CRLF"),
            ({"raw": b"Subject: x\r\n\r\n" + b"z" * 999 + b"\r\n"}, "998"),
            ({"recipient": "a@example.org>\r\nRCPT TO:<b@example.org"}, "recipient"),
            ({"recipient": "Ada <a@example.org>"}, "recipient"),
            ({"recipient": ""}, "recipient"),
            ({"sender": "digest@example.org SIZE=1"}, "sender"),
            ({"delivery_id": "../../etc/cron.d/x"}, "delivery id"),
            ({"delivery_id": ""}, "delivery id"),
        ],
    )
    def test_what_no_server_could_take_is_rejected(
        self, mailer: Mailer, handed_over: HandedOver, fields: dict[str, Any], what: str
    ) -> None:
        with pytest.raises(MessageRejectedError, match=what):
            mailer.send(make_envelope(**fields))
        assert list(handed_over()) == []
