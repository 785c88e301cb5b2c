"""ask, publish and trace as a user types them, on a project of its own with a tiny question choreography."""

import io
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.choreography.shop import write
from troupe.cli import main

CHECKOUT = Path(__file__).resolve().parents[2]
CONTRACTS = '''"""Questions and answers."""

from typing import Any, ClassVar

from pydantic import Field

from troupe import Event


class QueryReceived(Event, root=True):
    """Somebody asks."""

    example: ClassVar[dict[str, Any]] = {"question": "How many?"}

    question: str = Field(min_length=1, max_length=2000)


class SQLGenerated(Event):
    """It was understood."""

    question: str
    sql: str
    reading: str
    suggestions: list[str] = []


class SQLGenerationError(Event, terminal=True):
    """It was not."""

    reason: str
    suggestions: list[str] = []


class ResultsReady(Event):
    """The rows."""

    question: str
    sql: str
    reading: str
    columns: list[dict[str, Any]]
    rows: list[list[Any]]
    truncated: bool = False


class ViewRendered(Event, terminal=True):
    """The page."""

    html: str
'''
TRANSLATOR = '''"""Understands everything but nonsense."""

import time

from contracts.query import QueryReceived, SQLGenerated, SQLGenerationError
from troupe import Agent

agent = Agent()


@agent.on
def translate(event: QueryReceived) -> SQLGenerated | SQLGenerationError:
    if "nonsense" in event.question:
        return SQLGenerationError(reason="I could not place: nonsense.", suggestions=["How many?"])
    if "slow" in event.question:
        time.sleep(60)
    if "boom" in event.question:
        raise RuntimeError("The translator has no head for this.")
    reading = f"count, as in {event.question}"
    return SQLGenerated(question=event.question, sql="SELECT 1", reading=reading, suggestions=["And why?"])
'''
COUNTER = '''"""Counts."""

from contracts.query import ResultsReady, SQLGenerated
from troupe import Agent

agent = Agent()


@agent.on
def count(event: SQLGenerated) -> ResultsReady:
    columns = [{"name": "what", "type": "text"}, {"name": "n", "type": "integer", "role": "measure", "unit": "pcs"}]
    rows = [["pens [red]\\x1b[31m", 12345], [None, 7]]
    return ResultsReady(**event.model_dump(exclude={"suggestions"}), columns=columns, rows=rows)
'''
PAINTER = '''"""Paints."""

from contracts.query import ResultsReady, ViewRendered
from troupe import Agent

agent = Agent()


@agent.on
def paint(event: ResultsReady) -> ViewRendered:
    return ViewRendered(html="<!doctype html>" + "x" * 300_000)
'''
DEMO = """title: Counting\x20
scenes:
- say: Ada counts.
  publish: QueryReceived
  data: {question: "how many\\e[31m?"}
- say: Ben counts what cannot be counted.
  publish: QueryReceived
  data: {question: nonsense}
  times: 3
  later: 3600
- say: Ada asks for too much.
  publish: QueryReceived
  data: {question: boom}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    for part in ("app.py", "cdk.json", "requirements.txt"):
        shutil.copy(CHECKOUT / part, root)
    for part in ("stacks", "troupe", "functions/platform"):
        shutil.copytree(CHECKOUT / part, root / part, ignore=shutil.ignore_patterns("__pycache__", "test_*"))
    write(root, "contracts/query.py", CONTRACTS)
    write(root, "functions/requirements.txt", (CHECKOUT / "functions/requirements.txt").read_text())
    write(root, "functions/query/translator/agent.py", TRANSLATOR)
    write(root, "functions/query/counter/agent.py", COUNTER)
    write(root, "functions/query/painter/agent.py", PAINTER)
    write(root, "functions/query/demo.yaml", DEMO)
    return root


@dataclass
class Run:
    """What a command did."""

    returncode: int
    stdout: str
    stderr: str


Troupe = Callable[..., Run]


@pytest.fixture
def troupe(project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Troupe:
    """Runs a command in the project; in this process, because importing a cloud takes longer than booting it."""

    def run(*arguments: str, cwd: Path = project, stdin: str = "") -> Run:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = main.run(list(arguments))
        return Run(code, *capsys.readouterr())

    return run


def asked(troupe: Troupe, *arguments: str) -> tuple[int, dict[str, Any]]:
    run = troupe("ask", "--json", *arguments)
    assert run.stdout.count("\n") == 1, run.stderr
    return run.returncode, json.loads(run.stdout)


def test_an_answer_as_json_is_one_object(troupe: Troupe) -> None:
    code, answer = asked(troupe, "--", "-- how many\x1b[31m 'pens' & \"<b>\" 🙂?")
    assert (code, answer["outcome"]) == (0, "answered")
    assert answer["reading"] == "count, as in -- how many\x1b[31m 'pens' & \"<b>\" 🙂?"
    assert (answer["sql"], answer["columns"]) == ("SELECT 1", ["what", "n"])
    assert answer["rows"] == [["pens [red]\x1b[31m", 12345], [None, 7]]
    assert Path(answer["view"]).read_text() == "<!doctype html>" + "x" * 300_000
    types = [event["type"] for event in answer["events"]]
    assert types == ["QueryReceived", "SQLGenerated", "ResultsReady", "ViewRendered"]
    assert [event["depth"] for event in answer["events"]] == [0, 1, 2, 3]
    ids = [event["id"] for event in answer["events"]]
    assert [event["causes"] for event in answer["events"]] == [[], *([id] for id in ids[:3])]
    assert answer["events"][1]["source"] == "troupe.query.translator"


def test_an_answer_for_a_person_has_everything_and_no_escape_sequence(troupe: Troupe) -> None:
    run = troupe("ask", "how many\x1b[31m?")
    assert run.returncode == 0
    assert "\x1b" not in run.stdout
    assert "Read as  count, as in how many?" in run.stdout
    lines = [line.rstrip() for line in run.stdout.splitlines()]
    assert "what        n (pcs)" in lines
    assert "pens [red]   12,345" in lines
    assert "—                 7" in lines
    assert "SQL      SELECT 1" in lines
    page = next(line for line in lines if line.startswith("Page     "))
    assert Path(page.split()[1]).is_file()
    assert "query.translator → SQLGenerated" in run.stdout
    assert "query.painter → ViewRendered  end" in run.stdout
    assert "  • And why?" in lines
    assert "translator" in lines[-1] and "cdk.json" in lines[-1]
    assert "Booting the local cloud" in run.stderr


def test_a_question_not_understood_exits_1_with_the_reason_and_what_would_help(troupe: Troupe) -> None:
    run = troupe("ask", "nonsense")
    assert run.returncode == 1
    assert "Not understood.  I could not place: nonsense." in run.stdout
    assert "What would help: " in run.stdout
    assert "  • How many?" in run.stdout
    code, answer = asked(troupe, "nonsense")
    assert (code, answer["outcome"], answer["rows"], answer["view"]) == (1, "clarification", [], None)
    assert answer["reason"] == "I could not place: nonsense."


def test_an_agent_that_breaks_is_named(troupe: Troupe) -> None:
    code, answer = asked(troupe, "boom")
    assert (code, answer["outcome"]) == (1, "failed")
    assert "query.translator gave up on QueryReceived: " in answer["reason"]
    assert "no head for this" in answer["reason"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("", 'There is no question. Ask something such as: make ask Q="How many?"'),
        (" \t ", "There is no question."),
        ("x" * 100_000, "This question cannot be asked. The data breaks the contract QueryReceived: question: "),
    ],
)
def test_what_is_no_question_is_a_sentence(troupe: Troupe, question: str, said: str) -> None:
    run = troupe("ask", "--json", question)
    assert run.returncode == 1
    assert run.stderr.startswith(said)
    assert run.stderr.count("\n") == 1 and len(run.stderr) < 300
    assert json.loads(run.stdout)["outcome"] == "failed"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x", "begins with postgresql://"),
        ("postgresql://nobody:secret@127.0.0.1:1/none", "The database cannot be reached: "),
    ],
)
def test_a_missing_database_is_a_sentence_without_its_password(troupe: Troupe, url: str, said: str) -> None:
    run = troupe("ask", "--db", url, "How many?")
    assert run.returncode == 1
    assert said in run.stderr
    assert "secret" not in run.stderr + run.stdout
    assert "Traceback" not in run.stderr


def test_the_installed_command_takes_bytes_that_are_no_text(project: Path) -> None:
    command = [sys.executable.encode(), b"-m", b"troupe.cli", b"ask", b"--json", b"caf\xe9?"]
    run = subprocess.run(command, cwd=project, capture_output=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout)["reading"] == "count, as in caf�?"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_being_stopped_at_work_is_no_accident(project: Path, number: int, code: int) -> None:
    command = [sys.executable, "-m", "troupe.cli", "ask", "--json", "slow"]
    process = subprocess.Popen(
        command,
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A run of the tests in the background ignores Ctrl-C, and would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert process.stderr is not None
    while "Letting the agents work" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(1)
    process.send_signal(number)
    said, told = process.communicate(timeout=20)
    assert (process.returncode, said) == (code, "")
    assert told == ("Stopped; nothing is left half-done.\n" if number == signal.SIGINT else "")


def test_a_story_is_told_again_later(troupe: Troupe) -> None:
    asked(troupe, "boom")  # its retries skip ahead in time, beyond all that follows
    code, answer = asked(troupe, "how many?")
    assert code == 0
    for name in (answer["correlation_id"], "last"):
        run = troupe("trace", name)
        assert (run.returncode, run.stderr) == (0, "")
        assert run.stdout.startswith(f"Trace of {answer['correlation_id']}\n")
        assert "query.counter → ResultsReady" in run.stdout


def test_looking_back_synthesizes_nothing(troupe: Troupe, project: Path) -> None:
    asked(troupe, "how many?")
    app = project / "app.py"
    text = app.read_text()
    app.write_text("raise SystemExit('The CDK was loaded.')")
    try:
        assert troupe("trace", "last").returncode == 0
        assert troupe("ask", "how many?").stderr.endswith("The CDK was loaded.\n")
    finally:
        app.write_text(text)


def test_an_unknown_story_is_a_sentence(troupe: Troupe, tmp_path: Path) -> None:
    run = troupe("trace", "\x1b[2Jno-such-id")
    assert run.returncode == 1
    assert run.stderr == "The history knows no correlation no-such-id; `troupe trace last` shows the latest one.\n"
    write(tmp_path, "cdk.json", "{}")
    write(tmp_path, "functions/.keep", "")
    run = troupe("trace", "last", cwd=tmp_path)
    assert (run.returncode, run.stderr) == (1, 'Nothing has been played here yet; begin with: make ask Q="…"\n')


def test_publish_shows_what_the_agents_make_of_it(troupe: Troupe) -> None:
    run = troupe("publish", "QueryReceived", "-", stdin='{"question": "how many?"}')
    assert run.returncode == 0, run.stderr
    assert "QueryReceived  from cli" in run.stdout
    assert "query.painter → ViewRendered  end" in run.stdout


@pytest.mark.parametrize(
    ("type_", "data", "said"),
    [
        ("QueryRecieved", "{}", "There is no event QueryRecieved. Did you mean QueryReceived"),
        ("QueryReceived", "{question", "The data is not JSON: "),
        ("QueryReceived", '{"q": 1}', "The data breaks the contract QueryReceived: question: Field required"),
    ],
)
def test_what_is_no_event_is_not_published(troupe: Troupe, type_: str, data: str, said: str) -> None:
    run = troupe("publish", type_, data)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.startswith(said)
    assert run.stderr.count("\n") == 1


def test_without_the_question_choreography_ask_says_so(troupe: Troupe, tmp_path: Path) -> None:
    write(tmp_path, "cdk.json", "{}")
    write(tmp_path, "functions/.keep", "")
    run = troupe("ask", "How many?", cwd=tmp_path)
    assert run.returncode == 1
    assert run.stderr.startswith("There is nobody to ask: no agent of this project hears QueryReceived.")


def test_agents_lists_their_parts(troupe: Troupe) -> None:
    lines = [" ".join(line.split()) for line in troupe("agents").stdout.splitlines()]
    assert lines[0] == "Agent Hears May publish Needs"
    assert "query.translator QueryReceived SQLGenerated, SQLGenerationError —" in lines
    assert "platform.recorder everything — EventStore" in lines


def test_a_demo_is_played_told_and_kept(troupe: Troupe) -> None:
    run = troupe("demo", "query")
    assert run.returncode == 0, run.stderr
    assert "\x1b" not in run.stdout
    told = " ".join(run.stdout.split())
    assert told.startswith("Counting 1. Ada counts. It begins with QueryReceived. Somebody asks (question: how many?).")
    assert (
        "Enter translator: understands everything but nonsense. It heard QueryReceived and said SQLGenerated." in told
    )
    assert "Enter painter: paints. It heard ResultsReady and said ViewRendered. The page. So it ended" in told
    assert "2. Ben counts what cannot be counted." in told
    assert "The same 2 times more: 2 ended with SQLGenerationError." in told
    assert "translator gave up on QueryReceived at attempt 5 and said AgentFailed" in told
    assert "It is stuck" in told or "it is stuck" in told
    ids = re.findall(r"→ troupe trace (\S+)\n", run.stdout)
    assert len(ids) == 3
    assert "query.painter → ViewRendered  end" in troupe("trace", ids[0]).stdout
    assert "AgentFailed" in troupe("trace", ids[2]).stdout


def test_demos_are_listed_and_what_cannot_be_played_is_a_sentence(troupe: Troupe) -> None:
    run = troupe("demo")
    assert run.returncode == 0
    assert "query   Counting" in run.stdout
    run = troupe("demo", "qwery")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == "There is no domain qwery. Did you mean query?\n"
