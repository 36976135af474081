"""Mail: over SMTP with TLS, or into a folder where things are tried out."""

import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Protocol

from authz_server.config.sections import MailSettings
from authz_server.events import log_failure
from authz_server.notices.ways import Delivery, name_of, put_file
from authz_server.notices.words import Message
from claims.instants import Instant

__all__ = ["Mail", "MailFolder", "Smtp", "mail_of"]

_PATIENCE: Final = 15.0  # seconds for each step of the conversation: all of it fits in a lease
_NO_SUCH_MAILBOX: Final = 500  # and what is above: it does not get better


class Mail(Protocol):
    """A way to mail addresses."""

    def deliver(self, to: str, message: Message, *, id: str, now: Instant) -> Delivery:
        """Send `message`; `id` is that of the oldest notice in it."""


class Smtp:
    """A server that takes our mail (RFC 5321), reached with TLS unless it is on this very machine.

    `trust` is who may vouch for its certificate: whom this machine trusts, where nothing else is said.
    """

    def __init__(self, settings: MailSettings, *, trust: ssl.SSLContext | None = None) -> None:
        self._settings: Final = settings
        self._trust: Final = trust or ssl.create_default_context()

    def __repr__(self) -> str:
        return "Smtp()"

    def deliver(self, to: str, message: Message, *, id: str, now: Instant) -> Delivery:
        sender = str(self._settings.sender)
        mail = _composed(sender, to, message, id=id, now=now)
        try:
            server = self._connected(sender)
        except (OSError, smtplib.SMTPException) as failure:
            log_failure(failure)
            return Delivery.LATER
        try:
            server.send_message(mail, sender, [to])
        except smtplib.SMTPRecipientsRefused as refused:
            code = refused.recipients[to][0]
            return Delivery.NEVER if code >= _NO_SUCH_MAILBOX else Delivery.LATER
        except (OSError, smtplib.SMTPException) as failure:
            log_failure(failure)
            return Delivery.LATER
        else:
            return Delivery.DONE
        finally:
            with suppress(
                OSError, smtplib.SMTPException
            ):  # it took the mail, or did not: that was said before
                server.quit()
            server.close()

    def _connected(self, sender: str) -> smtplib.SMTP:
        settings = self._settings
        ours = sender.partition("@")[2]  # not looked up, as the library would do
        where = (str(settings.host), settings.port, ours)
        server: smtplib.SMTP
        if settings.security == "tls":
            server = smtplib.SMTP_SSL(*where, timeout=_PATIENCE, context=self._trust)
        else:
            server = smtplib.SMTP(*where, timeout=_PATIENCE)
        try:
            if settings.security == "starttls":
                server.starttls(context=self._trust)
            if settings.user is not None and settings.password is not None:
                server.login(settings.user, settings.password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


class MailFolder:
    """Mail that is put in a folder, a file each."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder: Final = folder
        self._sender: Final = sender

    def deliver(self, to: str, message: Message, *, id: str, now: Instant) -> Delivery:
        mail = _composed(self._sender, to, message, id=id, now=now)
        try:
            put_file(self._folder, f"{name_of(id)}.eml", mail.as_bytes())
        except OSError as failure:
            log_failure(failure)
            return Delivery.LATER
        return Delivery.DONE


def mail_of(settings: MailSettings) -> Mail | None:
    """The way that is set; None where nobody is mailed."""
    if settings.host is not None:
        return Smtp(settings)
    if settings.folder is not None:
        return MailFolder(settings.folder, str(settings.sender))
    return None


def _composed(sender: str, to: str, message: Message, *, id: str, now: Instant) -> EmailMessage:
    """The mail: `sender` and `to` are addresses that were checked. It has one name however often it is sent."""
    mail = EmailMessage(policy=SMTP_POLICY)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(datetime.fromtimestamp(now, UTC))
    mail["Message-ID"] = f"<{name_of(id)}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
    mail.set_content(message.text, cte="quoted-printable")
    return mail
