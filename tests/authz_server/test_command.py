import subprocess
import sys

_WITHOUT = """
import importlib.util
real = importlib.util.find_spec
import authz_server.command as command
command.find_spec = lambda name: None if name == "click" else real(name)
command.main()
"""


def test_without_the_provider_the_command_says_what_to_install() -> None:
    done = subprocess.run([sys.executable, "-c", _WITHOUT], capture_output=True, text=True, check=False)

    assert 2 == done.returncode
    assert "namens[server]" in done.stderr
    assert "Traceback" not in done.stderr
