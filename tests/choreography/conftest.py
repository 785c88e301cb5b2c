from pathlib import Path

import pytest

from tests.choreography.shop import build_shop


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return build_shop(tmp_path)
