"""Mail over SMTP, against a server that says what a test wants."""

import ssl
from email import message_from_string
from email.policy import default
from pathlib import Path

import pytest
from pydantic import ValidationError

from authz_server.config.sections import MailSettings
from authz_server.notices.mail import MailFolder, Smtp, mail_of
from authz_server.notices.ways import Delivery
from authz_server.notices.words import Message
from tests.support.smtp import MailServer, mail_server

ANNA = "anna@example.nl"
MESSAGE = Message("Namens: er is iets veranderd", "Één regel.\n.\nNog een regel.\n")
NOW = 1_764_028_800


def smtp(server: MailServer, *, trust: ssl.SSLContext | None = None, **more: object) -> Smtp:
    told = {"host": "localhost", "port": server.port, "sender": "no-reply@login.example.nl"} | more
    return Smtp(MailSettings.model_validate(told), trust=trust or server.trust)


def delivered(mail: Smtp) -> Delivery:
    return mail.deliver(ANNA, MESSAGE, id="n1", now=NOW)


def test_a_mail_arrives_over_tls_as_it_was_written(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        assert Delivery.DONE is delivered(smtp(server, user="us", password="a-password-of-ours"))

    (raw,) = server.taken
    mail = message_from_string(raw, policy=default)
    assert ("no-reply@login.example.nl", ANNA) == (mail["From"], mail["To"])
    assert MESSAGE.subject == mail["Subject"]
    assert "auto-generated" == mail["Auto-Submitted"]
    assert "Tue, 25 Nov 2025 00:00:00 +0000" == mail["Date"]
    assert MESSAGE.text.split() == mail.get_content().replace("\n..", "\n.").split()
    told = " ".join(server.said).upper()
    assert told.index("STARTTLS") < told.index("AUTH") < told.index("MAIL")
    assert "EHLO LOGIN.EXAMPLE.NL" in told


def test_a_mail_has_one_name_however_often_it_is_sent(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        mail = smtp(server)
        delivered(mail)
        delivered(mail)
        mail.deliver(ANNA, MESSAGE, id="n2", now=NOW)

    names = [message_from_string(raw)["Message-ID"] for raw in server.taken]
    assert names[0] == names[1] != names[2]


def test_no_mail_and_no_password_goes_to_a_server_without_tls(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls=False) as server:
        mail = smtp(server, user="us", password="a-password-of-ours")

        assert Delivery.LATER is delivered(mail)

    assert [] == server.taken
    assert not [one for one in server.said if one.upper().startswith(("AUTH", "MAIL"))]


def test_no_mail_goes_to_who_shows_a_certificate_that_nobody_trusts(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        assert Delivery.LATER is delivered(smtp(server, trust=ssl.create_default_context()))

    assert [] == server.taken


def test_on_this_very_machine_mail_may_go_without_tls(tmp_path: Path) -> None:
    with mail_server(tmp_path, tls=False) as server:
        assert Delivery.DONE is delivered(smtp(server, security="none"))

    assert 1 == len(server.taken)


@pytest.mark.parametrize(
    ("verb", "answer", "outcome"),
    [
        ("RCPT", "550 no such mailbox", Delivery.NEVER),
        ("RCPT", "451 try later", Delivery.LATER),
        ("MAIL", "550 we do not know you", Delivery.LATER),
        ("DATA", "451 try later", Delivery.LATER),
        ("AUTH", "535 wrong password", Delivery.LATER),
        ("QUIT", "500 what", Delivery.DONE),
    ],
)
def test_what_a_server_says_decides_whether_there_is_another_try(
    tmp_path: Path, verb: str, answer: str, outcome: Delivery
) -> None:
    with mail_server(tmp_path) as server:
        server.answers[verb] = answer
        assert outcome is delivered(smtp(server, user="us", password="a-password-of-ours"))


def test_a_server_that_hangs_up_after_it_took_the_mail_took_it(tmp_path: Path) -> None:
    with mail_server(tmp_path, hangs_up_on="QUIT") as server:
        assert Delivery.DONE is delivered(smtp(server))

    assert 1 == len(server.taken)


def test_where_nobody_listens_it_is_tried_later(tmp_path: Path) -> None:
    with mail_server(tmp_path) as server:
        pass

    assert Delivery.LATER is delivered(smtp(server))


@pytest.mark.parametrize(
    "told",
    [
        {"host": "mail.example.nl"},  # without a sender
        {"folder": "mail"},
        {"host": "mail.example.nl", "folder": "mail", "sender": "a@example.nl"},
        {"host": "mail.example.nl", "sender": "a@example.nl\r\nBcc: b@example.nl"},
        {"host": "mail.example.nl", "sender": "A <a@example.nl>"},
        {"host": "mail.example.nl", "sender": "a@example.nl", "security": "none"},
        {"host": "mail.example.nl", "sender": "a@example.nl", "user": "us"},
        {"host": "mail.example.nl", "sender": "a@example.nl", "password": "x"},
        {"host": "", "sender": "a@example.nl"},
    ],
)
def test_settings_for_mail_that_make_no_sense_are_refused(told: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        MailSettings.model_validate(told)


def test_a_line_that_would_be_another_header_is_never_one(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path, "no-reply@example.nl")

    with pytest.raises(ValueError, match=r"linefeed|newline"):
        folder.deliver(f"{ANNA}\r\nBcc: eve@example.nl", MESSAGE, id="n", now=NOW)

    assert [] == list(tmp_path.iterdir())


def test_mail_is_put_in_a_folder_readable_by_its_owner_alone(tmp_path: Path) -> None:
    mail = mail_of(MailSettings(folder=tmp_path / "mail", sender="no-reply@example.nl"))
    assert mail is not None
    for id in ("n1", "n1", "../../n2"):
        assert Delivery.DONE is mail.deliver(ANNA, MESSAGE, id=id, now=NOW)

    files = list((tmp_path / "mail").iterdir())
    assert 2 == len(files)
    assert {0o600} == {file.stat().st_mode & 0o777 for file in files}
    assert all(file.suffix == ".eml" for file in files)


def test_a_folder_that_cannot_be_written_to_is_tried_later(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file")

    assert Delivery.LATER is MailFolder(tmp_path / "mail", "a@example.nl").deliver(
        ANNA, MESSAGE, id="n", now=NOW
    )


def test_without_settings_there_is_no_mail() -> None:
    assert None is mail_of(MailSettings())
