"""The files by which it is run for real: parsed, and held together with what the code says."""

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from bot.operate import metrics
from bot.operate.examine.environment import KNOWN
from bot.operate.tables import environment_table, metrics_table
from bot.serve import SIGNALS
from bot.settings import Settings
from bot.slack.endpoint import LARGEST_BODY
from bot.slack.front import REQUESTS
from bot.work.jobs import DRAIN
from tests.bench.capacity import Assumed, Costs, costs_of, page, plan

ROOT = Path(__file__).parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
BOTS = ("bot-a", "bot-b")
CADDY = (ROOT / "deploy/Caddyfile").read_text()
UNIT = (ROOT / "deploy/shortlist.service").read_text()
ALERTS = (ROOT / "deploy/alerts.yaml").read_text()
RUNNING = ROOT / "docs/running.md"
IMAGE = re.compile(r"^[\w./-]+:\d+\.\d+[\w.-]*$")
OURS = re.compile(r"\bSHORTLIST_[A-Z_]*[A-Z]\b")


def seconds(said: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(ms|s|m)", said).groups()  # type: ignore[union-attr]
    return float(number) * {"ms": 0.001, "s": 1, "m": 60}[unit]


def inside(block: str) -> Mapping[str, str]:
    """The directives of the Caddyfile, by name, wherever they stand."""
    return dict(line.strip().split(maxsplit=1) for line in block.splitlines() if " " in line.strip())


def test_there_is_a_database_two_bots_and_a_proxy() -> None:
    assert SERVICES.keys() == {"database", *BOTS, "proxy"}
    assert SERVICES["bot-a"] == SERVICES["bot-b"]
    assert COMPOSE["networks"]["database"] == {"internal": True}
    assert [name for name, each in SERVICES.items() if "database" in each["networks"]] == [*BOTS, "database"]
    assert [name for name, each in SERVICES.items() if "ports" in each] == ["proxy"]


@pytest.mark.parametrize("name", SERVICES)
def test_nobody_is_root_or_writes_outside_a_volume(name: str) -> None:
    service = SERVICES[name]
    user, group = service["user"].split(":")
    assert min(int(user), int(group)) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    assert service["restart"] == "unless-stopped"
    assert {"test", "interval", "timeout", "retries"} <= service["healthcheck"].keys()


@pytest.mark.parametrize("name", SERVICES)
def test_images_have_a_version(name: str) -> None:
    assert IMAGE.match(SERVICES[name]["image"])
    assert ":latest" not in (ROOT / "compose.yaml").read_text()
    assert re.findall(r"^FROM \S+:\d+\.\d+\S*$", (ROOT / "deploy/proxy.Dockerfile").read_text(), re.MULTILINE)


def test_volumes_and_files_are_there() -> None:
    used = {volume.split(":")[0] for each in SERVICES.values() for volume in each.get("volumes", ())}
    assert {name for name in used if not name.startswith(".")} == COMPOSE["volumes"].keys()
    assert [name for name in used if name.startswith(".") and not (ROOT / name).is_file()] == []
    assert (ROOT / "deploy" / SERVICES["proxy"]["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize(
    "path", ["compose.yaml", "deploy/env.example", "docs/running.md", "deploy/shortlist.service"]
)
def test_every_variable_that_is_named_is_one_of_shortlist(path: str) -> None:
    named = set(OURS.findall((ROOT / path).read_text()))
    assert named <= set(KNOWN)
    assert named or path.endswith(".service")


def test_the_bots_settings_are_taken() -> None:
    given = SERVICES["bot-a"]["environment"]
    values = {name.removeprefix("SHORTLIST_").lower(): value for name, value in given.items()}
    values["database_url"] = re.sub(r"\$\{[^}]*\}", "s3cret", values["database_url"])
    settings = Settings(_env_file=None, **values)
    assert (settings.host, settings.port, settings.on_sqlite) == ("0.0.0.0", 3000, False)


def test_what_is_needed_from_the_file_is_in_its_example() -> None:
    example = (ROOT / "deploy/env.example").read_text()
    asked = re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text())
    assert {name for name in asked if f"\n{name}=" not in example} == set()
    secret = [
        line for line in example.splitlines() if re.match(r"#? ?\w+(?:KEYS|SECRET|TOKEN|PASSWORD)=", line)
    ]
    assert len(secret) > 4
    assert all(line.endswith("=") for line in secret), "an example holds no secret"


def test_a_stop_has_the_time_it_needs() -> None:
    drain = float(SERVICES["bot-a"]["environment"]["SHORTLIST_DRAIN_SECONDS"])
    needs = drain + REQUESTS + DRAIN
    assert needs + 5 < seconds(SERVICES["bot-a"]["stop_grace_period"])
    asks = inside(CADDY)
    assert seconds(asks["health_interval"]) + seconds(asks["health_timeout"]) <= drain
    assert float(re.findall(r"TimeoutStopSec=(\d+)", UNIT)[0]) > REQUESTS + DRAIN + 5
    assert "KillSignal" not in UNIT, "systemd sends SIGTERM"
    assert len(SIGNALS) == 2


def test_the_proxy_lets_in_what_slack_and_browsers_need_and_nothing_else() -> None:
    asks = inside(CADDY)
    assert set(asks["@open"].removeprefix("path ").split()) == {
        "/slack/events",
        "/slack/install",
        "/slack/oauth_redirect",
        "/healthz",
    }
    port = SERVICES["bot-a"]["environment"]["SHORTLIST_PORT"]
    assert asks["reverse_proxy"].rstrip(" {").split() == [f"{name}:{port}" for name in BOTS]
    assert asks["health_uri"] == "/readyz"
    assert seconds(asks["lb_try_duration"]) < 3, "Slack waits no longer"
    assert int(asks["max_size"].removesuffix("MB")) * 2**20 <= LARGEST_BODY
    assert CADDY.count("{") == CADDY.count("}")
    published = {tuple(port.split(":")) for port in SERVICES["proxy"]["ports"]}
    assert published == {("80", asks["http_port"]), ("443", asks["https_port"])}


def test_the_unit_starts_what_make_setup_makes() -> None:
    unit = dict(line.split("=", 1) for line in UNIT.splitlines() if "=" in line and not line.startswith("#"))
    assert shlex.split(unit["ExecStart"]) == ["/opt/shortlist/.venv/bin/shortlist", "serve"]
    assert unit["User"] != "root"
    assert (unit["NoNewPrivileges"], unit["ProtectSystem"], unit["UMask"]) == ("yes", "strict", "0077")


def words(expression: str) -> Iterator[str]:
    """Names of metrics, as the registry knows them."""
    for name in re.findall(r"\bshortlist_[a-z_]+", expression):
        yield re.sub(r"_(count|sum|bucket|total)$", "", name)


def test_alerts_ask_for_metrics_and_labels_that_there_are() -> None:
    rules = yaml.safe_load(ALERTS)["groups"][0]["rules"]
    known = {family.name: family for family in REGISTRY.collect()}
    labels = {"queue", "state", "status", "kind", "vendor", "outcome", "check", "instance"}
    assert len(rules) >= 3
    for rule in rules:
        assert {name for name in words(rule["expr"]) if name not in known} == set()
        assert set(re.findall(r"(\w+)(?:=|!=|=~|!~)\"", rule["expr"])) <= labels
        assert rule["annotations"]["summary"]


def test_the_page_shows_three_of_them_as_they_are() -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", RUNNING.read_text(), re.DOTALL)
    rules = {each["alert"]: each for each in yaml.safe_load(ALERTS)["groups"][0]["rules"]}
    assert [rules[each["alert"]]["expr"] == each["expr"] for each in yaml.safe_load(shown)] == [True] * 3


def test_every_metric_of_ours_is_in_the_table() -> None:
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("shortlist_")}
    named = {
        re.sub("_total$", "", name) for name in re.findall(r"^\| `(\w+)`", metrics_table(), re.MULTILINE)
    }
    assert named == ours
    assert metrics.ACKS


def test_every_setting_has_a_meaning() -> None:
    rows = [line for line in environment_table().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(KNOWN)
    assert all(len(row.split(" | ")[1]) > 10 for row in rows)


def test_the_page_on_capacity_is_current() -> None:
    text = (ROOT / "docs/capacity.md").read_text()
    assert text == page(costs_of(), Assumed()), "python -m tests.bench.capacity draws it anew"


def test_twice_the_cost_takes_twice_the_machines(tmp_path: Path) -> None:
    path = tmp_path / "performance.json"
    path.write_text('{"command_ms": 80, "look_ms": 21, "ack_ms": 2.4, "of_another_page": 1}')
    once, twice = (plan(1_000_000, costs, Assumed()) for costs in (Costs(), costs_of(path)))
    assert twice.processes == pytest.approx(2 * once.processes, abs=1)
    assert (twice.commits, twice.commands) == (once.commits, once.commands)
    assert plan(1, Costs(), Assumed()).processes == 1
    assert costs_of(tmp_path / "none.json") == Costs()
