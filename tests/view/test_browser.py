"""The watcher is watched: what the other tests claim not to see is seen when it is there."""

from .browser import Browser


def test_scripts_dialogs_requests_and_errors_are_noticed(browser: Browser) -> None:
    page = browser.open(
        """<!doctype html><title>bad</title><script>console.log('ran'); setTimeout(() => alert('hello'))</script>
        <img src="http://picture.invalid/x.png" onerror="console.log('handler ran')">"""
    )
    page.settle(1)
    assert "ran" in page.console
    assert "handler ran" in page.console
    assert page.dialogs == ["hello"]
    assert "http://picture.invalid/x.png" in page.requests


def test_policy_violations_are_noticed(browser: Browser) -> None:
    page = browser.open(
        """<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">
        <title>strict</title><p style="color: red">styled</p>"""
    )
    assert any("Content Security Policy" in message for message in page.console)
