"""Agents and contracts are found where they lie, and what is wrong with one is said with file and line."""

import subprocess
import sys
from pathlib import Path

import pytest

from troupe.choreography.discovery import DiscoveryError, contracts, discover, location
from troupe.runtime.signature import SignatureError

CONTRACT = '''"""Pings."""
from troupe import Event


class Pinged(Event, root=True):
    """A ping."""

    text: str


class Ponged(Event, terminal=True):
    """A pong."""
'''
AGENT = '''"""Answers pings."""
from contracts.game import Pinged, Ponged
from troupe import Agent

agent = Agent()


@agent.on
def answer(event: Pinged) -> Ponged:
    return Ponged()
'''


def write(root: Path, path: str, text: str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path, "contracts/game.py", CONTRACT)
    write(tmp_path, "functions/game/back_hand/agent.py", AGENT)
    return tmp_path


def test_finds_agents_sorted_by_id_and_their_contracts(project: Path) -> None:
    write(project, "functions/game/ace/agent.py", AGENT)
    assert [agent.id for agent in discover(project)] == ["game.ace", "game.back-hand"]
    assert [contract.__name__ for contract in contracts(project)] == ["Pinged", "Ponged"]
    assert location(contracts(project)[1], project) == "contracts/game.py:11"


def test_an_empty_project_has_no_agents(tmp_path: Path) -> None:
    assert discover(tmp_path) == ()
    assert contracts(tmp_path) == ()


def test_two_projects_in_one_process_do_not_mix_and_keep_their_classes(project: Path, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("other")
    write(other, "contracts/game.py", CONTRACT.replace("Ponged", "Missed"))
    write(other, "functions/game/back_hand/agent.py", AGENT.replace("Ponged", "Missed"))
    first = contracts(project)
    (there,) = discover(other)
    assert [t.__name__ for t in there.handlers[0].publishes] == ["Missed"]
    (here,) = discover(project)
    assert here.handlers[0].publishes == (first[1],)
    assert contracts(project) == first


def test_a_module_of_another_checkout_never_fills_in(project: Path, tmp_path_factory) -> None:
    """As with an editable install of one checkout while another is being read."""
    other = tmp_path_factory.mktemp("other")
    write(other, "functions/game/back_hand/agent.py", AGENT)
    code = (
        "import sys, pathlib; from troupe.choreography.discovery import discover;"
        f"sys.path.append({str(project)!r}); discover(pathlib.Path({str(other)!r}))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"contracts.game is imported, but {other} does not have it" in run.stderr


def test_a_linked_folder_belongs_to_the_project_that_links_it(project: Path, tmp_path_factory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "contracts").symlink_to(project / "contracts")
    (other / "functions").mkdir()
    (other / "functions/game").symlink_to(project / "functions/game")
    assert [agent.id for agent in discover(other)] == ["game.back-hand"]
    link = tmp_path_factory.mktemp("link") / "to"
    link.symlink_to(project)
    assert [agent.id for agent in discover(link)] == ["game.back-hand"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def broken(:\n", "functions/game/lob/agent.py:1: invalid syntax"),
        ('"""Nothing."""\n', "functions/game/lob/agent.py:1: this file has no `agent`"),
        ('"""Odd."""\n\nagent = 3\n', "functions/game/lob/agent.py:3: this file says that `agent` is a int"),
        ("from troupe import Agent\nagent = Agent()\n", "functions/game/lob/agent.py:2: game.lob has no handler"),
        ("import nowhere_at_all\n", "functions/game/lob/agent.py:1: importing this failed with ModuleNotFoundError"),
        ("x = 1\nraise SystemExit('bye')\n", "functions/game/lob/agent.py:2: importing this failed with SystemExit"),
        (AGENT.replace("Agent()", "Agent(id='game.back-hand')"), "the id game.back-hand is already taken"),
        (AGENT.replace("Agent()", "Agent(id='Lob')"), "Lob is not an agent id"),
    ],
)
def test_a_faulty_agent_is_one_sentence_with_file_and_line(project: Path, text: str, sentence: str) -> None:
    write(project, "functions/game/lob/agent.py", text)
    with pytest.raises(DiscoveryError) as caught:
        discover(project)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_line_is_of_the_module_that_broke(project: Path) -> None:
    write(project, "functions/game/lob/spin.py", "\n\n1 / 0\n")
    write(project, "functions/game/lob/agent.py", "from .spin import x\n" + AGENT)
    with pytest.raises(DiscoveryError, match=r"functions/game/lob/spin\.py:3: .*ZeroDivisionError"):
        discover(project)


def test_a_signature_that_cannot_be_wired_passes_through(project: Path) -> None:
    write(project, "functions/game/lob/agent.py", AGENT.replace("event: Pinged", "event: int"))
    with pytest.raises(SignatureError, match=r"agent\.py:8: answer: the parameter event is int"):
        discover(project)


def test_turns_beyond_lambdas_limit_are_found_at_discovery(project: Path) -> None:
    write(project, "functions/game/lob/agent.py", AGENT.replace("Agent()", "Agent(timeout_s=300)"))
    with pytest.raises(SignatureError, match="Lambda allows 900 s"):
        discover(project)


def test_a_folder_that_is_no_python_name_is_refused(project: Path) -> None:
    write(project, "functions/game/drop-shot/agent.py", AGENT)
    with pytest.raises(DiscoveryError, match=r"drop-shot is not a Python name.*rename it to drop_shot"):
        discover(project)


def test_two_contracts_of_one_name_are_refused_naming_both(project: Path) -> None:
    write(project, "contracts/match.py", '"""M."""\nfrom troupe import Event\n\nclass Ponged(Event):\n    """P."""\n')
    with pytest.raises(DiscoveryError, match=r"contracts/match\.py:4: .*declared by contracts/game\.py:11"):
        contracts(project)


def test_a_contract_may_not_take_a_name_of_the_platform(project: Path) -> None:
    write(project, "contracts/match.py", '"""M."""\nfrom troupe import Event\n\nclass Tick(Event):\n    """T."""\n')
    with pytest.raises(DiscoveryError, match=r"the event Tick is already declared by the platform"):
        contracts(project)
