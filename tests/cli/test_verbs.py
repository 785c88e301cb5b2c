"""The verbs that need no cloud, as a user types them: exit code, stdout, stderr."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.choreography.shop import build_shop, edit, write
from troupe.cli import main, project

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    write(tmp_path, "cdk.json", "{}")
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    (tmp_path / "troupe").symlink_to(CHECKOUT / "troupe")
    return build_shop(tmp_path)


def troupe(cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "troupe.cli", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def test_the_project_is_the_nearest_one_above(shop: Path, tmp_path_factory, monkeypatch) -> None:
    monkeypatch.chdir(shop / "functions/shop/stock")
    assert project.root() == shop
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert project.root() == CHECKOUT


def test_check_is_content_with_the_shop(shop: Path) -> None:
    run = troupe(shop, "check")
    assert (run.returncode, run.stderr) == (0, "")
    assert "nothing is wrong" in run.stdout


def test_check_fails_naming_the_place_and_the_way_out(shop: Path) -> None:
    (shop / "functions/shop/stock/agent.py").unlink()
    run = troupe(shop, "check")
    assert run.returncode == 1
    assert "functions/shop/shipping/agent.py:9  unsatisfied-subscription" in run.stdout
    assert "shop.shipping hears StockReserved, which nobody publishes." in run.stdout
    assert "# troupe: allow unsatisfied-subscription, because …" in run.stdout


def test_check_counts_what_is_allowed(shop: Path) -> None:
    addition = "\n\n# troupe: allow unheard-event, because it is new\nclass New(Event):\n    '''New.'''\n"
    write(shop, "contracts/shop.py", (shop / "contracts/shop.py").read_text() + addition)
    run = troupe(shop, "check")
    assert run.returncode == 0
    assert "nothing is wrong (2 allowed with a reason)" in run.stdout


def test_check_releases_contracts_once(shop: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(shop)
    assert main.run(["check", "--release"]) == 0
    assert "Released (new): contracts/released/shop/OrderPlaced.v1.json" in capsys.readouterr().out
    assert main.run(["check", "--release"]) == 0
    assert "Every contract is as it was released." in capsys.readouterr().out
    assert main.run(["check", "--stage", "dev"]) == 2  # says --history goes with it
    assert "--history" in capsys.readouterr().err


def test_graph_is_mermaid_and_nothing_else(shop: Path) -> None:
    run = troupe(shop, "graph")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("flowchart LR\n")
    assert "recorder" not in run.stdout
    assert "recorder" in troupe(shop, "graph", "--platform").stdout


def test_new_agent_says_what_it_wrote(shop: Path) -> None:
    run = troupe(shop, "new", "agent", "shop/book_keeper", "--on", "OrderShipped", "--on", "OrderCancelled")
    assert run.returncode == 0, run.stderr
    assert "wrote functions/shop/book_keeper/agent.py" in run.stdout
    assert troupe(shop, "check").returncode == 0
    again = troupe(shop, "new", "agent", "shop/book_keeper", "--on", "OrderShipped")
    assert again.returncode == 1
    assert again.stderr == "functions/shop/book_keeper is there already; nothing is overwritten.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "Usage: troupe"),
        (["nonsense"], 2, "No such command 'nonsense'"),
        (["check", "--nonsense"], 2, "No such option"),
        (["new", "agent", "a/b"], 2, "Missing option '--on'"),
        (["--help"], 0, ""),
    ],
)
def test_misuse_is_a_sentence(shop: Path, arguments: list[str], code: int, said: str) -> None:
    run = troupe(shop, *arguments)
    assert run.returncode == code
    assert said in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("event: OrderPlaced", "event: int", "functions/shop/stock/agent.py:9: reserve: the parameter event is int"),
        ("agent = Agent()", "agent = Agent(", "functions/shop/stock/agent.py:"),
        (
            "agent = Agent()",
            "agent = Agent()\nopen('nowhere')",
            "functions/shop/stock/agent.py:7: importing this failed",
        ),
    ],
)
def test_a_broken_agent_is_a_sentence(shop: Path, old: str, new: str, said: str) -> None:
    edit(shop, "functions/shop/stock/agent.py", old, new)
    run = troupe(shop, "check")
    assert run.returncode == 1
    assert run.stderr.startswith(said)
    assert run.stderr.count("\n") == 1


def test_a_fault_of_the_engine_is_kept_for_the_report(shop: Path, monkeypatch, capsys) -> None:
    def broken(root: Path) -> None:
        raise KeyError("x\x1b[2J")

    monkeypatch.chdir(shop)
    monkeypatch.setattr("troupe.choreography.graph.read_project", broken)
    assert main.run(["check"]) == 70
    said = capsys.readouterr().err
    assert said.startswith("This is a fault in Troupe: KeyError: ")
    assert "\x1b" not in said
    assert "Traceback" in (shop / ".troupe/fault.txt").read_text()


def test_ctrl_c_is_a_sentence(shop: Path, monkeypatch, capsys) -> None:
    def stopped(root: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.chdir(shop)
    monkeypatch.setattr("troupe.choreography.graph.read_project", stopped)
    assert main.run(["check"]) == 130
    assert capsys.readouterr().err == "Stopped; nothing is left half-done.\n"


def test_being_told_to_end_closes_what_is_open(shop: Path) -> None:
    write(shop, "functions/shop/slow/agent.py", "import time\n\nprint('here', flush=True)\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "troupe.cli", "check"],
        cwd=shop,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "here\n"
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=20)
    assert process.returncode == 143
    assert "Traceback" not in said
