"""What the environment sets, and what is said where it cannot be meant."""

import pytest

from facilitate.settings import BadSetting, Settings, from_environment


def test_an_empty_environment_sets_nothing() -> None:
    assert from_environment({}) == Settings()


def test_everything_can_be_set_from_outside() -> None:
    environment = {
        "FACILITATE_DATABASE": "postgresql+psycopg://localhost/forum",
        "FACILITATE_HOST": "0.0.0.0",
        "FACILITATE_PORT": "8443",
        "FACILITATE_ORIGINS": "https://a.example, https://b.example,",
        "FACILITATE_PLAIN_HTTP": "yes",
        "FACILITATE_METRICS_TOKEN": "a-long-one",
    }
    assert from_environment(environment) == Settings(
        database="postgresql+psycopg://localhost/forum",
        host="0.0.0.0",
        port=8443,
        origins=frozenset({"https://a.example", "https://b.example"}),
        plain_http=True,
        metrics_token="a-long-one",
    )


@pytest.mark.parametrize("off", ["", "0", "no"])
def test_cookies_need_tls_unless_somebody_says_otherwise(off: str) -> None:
    assert not from_environment({"FACILITATE_PLAIN_HTTP": off}).plain_http


@pytest.mark.parametrize("port", ["", "http", "80.5"])
def test_a_port_that_is_no_number_is_told(port: str) -> None:
    with pytest.raises(BadSetting, match="FACILITATE_PORT is to be a number"):
        from_environment({"FACILITATE_PORT": port})
