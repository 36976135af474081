"""What the README tells people to do works, as it stands there."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from claims.verify import VerificationRefused
from tests.support.demo import free_ports
from tests.support.vectors import JWKS, vectors

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PATIENCE = 120


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def test_it_opens_with_three_sentences_and_a_picture() -> None:
    opening = README.split("## ")[0].split("# Namens\n")[1]
    text, _, picture = opening.strip().partition("\n\n")

    assert 3 == len(re.findall(r"\.(?:\s|$)", text))
    assert (ROOT / re.findall(r"\]\((.*?)\)", picture)[0]).exists()


def test_every_link_leads_somewhere() -> None:
    for file in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text(encoding="utf-8")):
            assert (file.parent / target).exists(), f"{file.name}: {target}"


def test_every_make_target_that_it_names_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z-]+)", README))

    assert {"demo", "install", "test", "check", "bench"} <= named
    assert named <= targets


@pytest.fixture
def made_demo(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[int], str]]:
    """`make demo` on free ports, and what it printed until it was ready."""
    if shutil.which("make") is None or not (ROOT / ".venv").exists():
        pytest.skip("this is not a clone with its .venv and make")
    ports = free_ports(3)
    names = ("PORT", "RP_PORT", "RP2_PORT")
    words = [f"{name}={port}" for name, port in zip(names, ports, strict=True)]
    process = subprocess.Popen(
        [*blocks("sh")[0].split(), *words, f"DATA={tmp_path / 'demo'}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    impatience = threading.Timer(PATIENCE, process.kill)
    impatience.start()
    assert process.stdout is not None
    printed = ""
    for line in process.stdout:
        printed += line
        if line.startswith("Ctrl-C"):
            break
    try:
        yield process, ports, printed
    finally:
        impatience.cancel()
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_make_demo_starts_the_world_and_ctrl_c_ends_it(
    made_demo: tuple[subprocess.Popen[str], list[int], str],
) -> None:
    process, ports, printed = made_demo

    assert f"http://localhost:{ports[1]}" in printed, printed
    assert "eva" in printed
    assert "namens-demo" in printed
    assert all(answers(port) for port in ports)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: make and the demo both get it
    process.wait(timeout=30)
    assert not any(listens(port) for port in ports)


def test_an_operator_comes_from_nothing_to_a_running_server(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    [port] = free_ports(1)
    script = next(block for block in blocks("sh") if "namens serve" in block)
    assert script.endswith("namens serve\n")
    script = script.replace(":8000", f":{port}") + ""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("NAMENS_")}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environ['PATH']}"
    environ["NAMENS_SERVER__BIND"] = f"127.0.0.1:{port}"
    process = subprocess.Popen(
        ["bash", "-e", "-c", script.replace("namens serve\n", "exec namens serve\n")],
        cwd=tmp_path,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        ready = wait_until_it_answers(process, port)
        process.send_signal(signal.SIGTERM)
        printed, told = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()

    assert ready, printed + told
    assert "library-site" in printed
    assert '"represented": "anna"' in printed or "anna" in printed


def test_the_service_providers_lines_verify_a_token() -> None:
    [lines] = [block for block in blocks("python") if "Verifier(" in block]
    vector = next(one for one in vectors("good") if one["call"] == "access_token")
    # the token of the test vectors is of another day, and its issuer is nowhere: keys and clock are brought along
    lines = lines.replace('.nl")\n', '.nl", keys=KEYS, clock=lambda: AT)\n', 1)
    names: dict[str, Any] = {"KEYS": JWKS, "AT": vector["now"]}

    exec(lines, names)  # noqa: S102 - it is our own README

    assert "Bakkerij De Korenbloem" in names["may_submit"](vector["token"])
    with pytest.raises(VerificationRefused):
        names["may_submit"](vector["token"][:-4] + "AAAA")


def test_what_a_relying_party_is_told_to_ask_is_a_request_that_we_read() -> None:
    from claims.formats import AskedDetails, parse_asked

    [asked] = blocks("json")

    assert isinstance(parse_asked(asked), AskedDetails)
    assert json.loads((ROOT / "examples/client.json").read_text())["representation_services"] == [
        json.loads(asked)[0]["service"]
    ]


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/health/ready", headers={"Host": f"localhost:{port}"})
    with connection.getresponse() as response:
        response.read()
    connection.close()
    return response.status in {200, 404}  # the service providers have no such page, and say so


def wait_until_it_answers(process: "subprocess.Popen[str]", port: int) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        if listens(port):
            return answers(port)
        time.sleep(0.1)
    return False
