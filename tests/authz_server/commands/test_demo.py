import json
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from authz_server.demo.folder import DemoFolder
from tests.support.commands import Ran, run_namens
from tests.support.demo import PATIENCE, RunningDemo, free_ports, running_demo, start_demo


def is_listening(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except OSError:
        return False
    return True


def processes_of(group: int) -> list[int]:
    """Every process of the demo's own group that is still there."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[2]) == group and fields[0] != "Z":
                found.append(int(folder.name))
    return found


def get(url: str, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", int(url.rpartition(":")[2]), timeout=10)
    connection.request("GET", path, headers={"Host": url.removeprefix("http://")})
    with connection.getresponse() as response:
        response.read()
    connection.close()
    return response.status


def test_all_three_answer_and_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        answers = [get(demo.provider, "/health/ready"), get(demo.desk, "/"), get(demo.insurer, "/")]

        status = demo.interrupt()

        assert [200, 200, 200] == answers
        assert demo.seconds < 30
        assert 0 == status
        assert not any(is_listening(port) for port in demo.ports)
        assert [] == processes_of(demo.process.pid)


def test_a_second_start_is_a_fresh_world(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as first:
        mandates_ended(first)

    with running_demo(tmp_path / "demo") as second:
        ran = run_namens("--config", str(second.data / "namens.toml"), "--json", "mandates", "show", "m0010")

    assert 0 == ran.status
    assert ran.json["mandate"].get("revoked_at") is None


def mandates_ended(demo: RunningDemo) -> None:
    ran = run_namens("--config", str(demo.data / "namens.toml"), "mandates", "revoke", "m0010")
    assert 0 == ran.status, ran.err


def test_the_provider_asks_the_demo_s_own_registers_about_everybody_of_whom_they_tell(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        until = time.monotonic() + PATIENCE
        while (ran := _sources(demo)).status or len(ran.json["sources"]) < 4 or _waits(ran):
            assert time.monotonic() < until, ran
            time.sleep(0.2)

    told = {one["source"]: one["parties"] for one in ran.json["sources"]}
    assert {"court": 2, "insolvency": 1, "population": 3, "trade": 13} == told


def _sources(demo: RunningDemo) -> Ran:
    return run_namens("--config", str(demo.data / "namens.toml"), "--json", "sources", "list")


def _waits(ran: Ran) -> bool:
    """Whether a register was not asked yet, or somebody is left of whom it was not asked."""
    rows = ran.json["sources"]
    assert not any(one["failing"] or one["failed_since"] for one in rows)
    return any(one["stale"] or not one["parties"] for one in rows)


def test_the_command_line_speaks_to_the_same_world_which_serve_refuses(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        config = str(demo.data / "namens.toml")
        shown = run_namens("--config", config, "--json", "mandates", "show", "m0010")
        checked = run_namens("--config", config, "db", "check")
        served = run_namens("--config", config, "--json", "serve")

    assert "bakery" == shown.json["mandate"]["represented"]
    assert 0 == checked.status, checked.err
    assert 1 == served.status
    assert "database_is_a_demo" == json.loads(served.err)["error"]


@pytest.mark.parametrize("name", ["namens.toml", "letter.txt"])
def test_a_folder_that_is_not_a_demos_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('issuer = "https://login.example.nl"\n')

    process = start_demo(tmp_path, *free_ports(3))
    _, told = process.communicate(timeout=PATIENCE)

    assert 1 == process.returncode
    assert "not_a_demo" == json.loads(told)["error"]
    assert [name] == [file.name for file in tmp_path.iterdir()]


def test_a_folder_in_which_another_demo_runs_is_refused(tmp_path: Path) -> None:
    with DemoFolder(tmp_path / "demo").held():
        process = start_demo(tmp_path / "demo", *free_ports(3))
        _, told = process.communicate(timeout=PATIENCE)

    assert 1 == process.returncode
    assert "demo_runs_already" == json.loads(told)["error"]


def test_a_taken_port_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        one, two = free_ports(2)
        process = start_demo(tmp_path / "demo", one, taken.getsockname()[1], two)
        _, told = process.communicate(timeout=PATIENCE)

    assert 1 == process.returncode
    assert "port_taken" == json.loads(told)["error"]
    assert not (tmp_path / "demo").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--port", "9000", "--rp-port", "9000"),
        ("--port", "0"),
        ("--port", "a"),
        ("--rp2-port", "70000"),
        ("--colour", "blue"),
    ],
)
def test_wrong_usage_is_told(words: tuple[str, ...], tmp_path: Path) -> None:
    ran = run_namens("demo", "--data", str(tmp_path / "demo"), *words)

    assert 2 == ran.status
    assert not (tmp_path / "demo").exists()


def test_a_settings_file_is_refused_and_not_passed_over(tmp_path: Path) -> None:
    file, data = str(tmp_path / "namens.toml"), str(tmp_path / "demo")
    for words in (("--config", file, "demo", "--data", data), ("demo", "--data", data, "--config", file)):
        ran = run_namens("--json", *words)

        assert 1 == ran.status
        assert "demo_has_its_own_settings" == json.loads(ran.err)["error"]
        assert not (tmp_path / "demo").exists()


def test_the_card_names_the_program_that_runs(tmp_path: Path) -> None:
    program = tmp_path / "namens"
    program.write_text("from authz_server.cli import main\nmain()\n")
    ports = [str(port) for port in free_ports(3)]
    options = [*("--port", ports[0]), *("--rp-port", ports[1]), *("--rp2-port", ports[2])]
    process = subprocess.Popen(
        [sys.executable, str(program), "demo", *options, "--data", "a demo"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        card = []
        for line in process.stdout:
            card.append(line.rstrip())
            if line.startswith("Ctrl-C"):
                process.terminate()

    assert f"  The command     {program} --config 'a demo/namens.toml' …" in card


def test_a_terminal_that_closes_ends_it_too(tmp_path: Path) -> None:
    with running_demo(tmp_path / "demo") as demo:
        demo.process.send_signal(signal.SIGHUP)

        assert 0 == demo.process.wait(timeout=PATIENCE)
