"""The dashboard and the alerts: every query is PromQL, and asks only for metrics that the code has."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from assistant.paths import ROOT

from .settings import PAGE
from .tools import DEPLOY, read_all, run, tool

ALERTS = [rule for rules in read_all(DEPLOY / "alerts.yml") for group in rules["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
PANELS = DASHBOARD["panels"]
QUERIES = [rule["expr"] for rule in ALERTS] + [target["expr"] for panel in PANELS for target in panel["targets"]]
PARSE = "import json, sys, promql_parser\nfor query in json.load(sys.stdin): promql_parser.parse(query)"


def parse(queries: list[str]) -> subprocess.CompletedProcess[str]:
    filled = [re.sub(r"\$__(rate_interval|range)", "5m", query) for query in queries]
    return subprocess.run([tool("python"), "-c", PARSE], input=json.dumps(filled), capture_output=True, text=True)


def asked(query: str) -> set[str]:
    """The metrics of a query."""
    return set(re.findall(r"\bneedling_\w+", query))


def counted() -> set[str]:
    """The metrics of the code, as Prometheus names them."""
    found = set()
    for path in (ROOT / "assistant").rglob("*.py"):
        for name in re.findall(r"[\"'](needling_[a-z_]+)[\"']", path.read_text(encoding="utf-8")):
            found.add(name)
    return found


def test_every_query_is_promql():
    result = parse(QUERIES)
    assert len(QUERIES) > 20
    assert result.returncode == 0, result.stderr


def test_what_is_no_promql_is_found():
    assert parse(["sum(rate(needling_turns_total[5m])"]).returncode == 1


def test_the_alerts_fire_when_things_go_wrong_and_not_before():
    cases = ROOT / "tests" / "deploy" / "alerts_test.yml"
    result = run("promtool", "test", "rules", cases)
    assert result.returncode == 0, result.stdout
    assert not [rule["alert"] for rule in ALERTS if rule["alert"] not in cases.read_text()]


def test_every_metric_asked_for_is_counted_and_the_other_way_round():
    metrics = {re.sub(r"_(bucket|sum|count)$", "", name) for query in QUERIES for name in asked(query)}
    assert metrics == counted()


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: rule["alert"])
def test_an_alert_says_how_urgent_it_is_and_what_to_do(rule):
    headings = re.findall(r"^#+ (.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert rule["labels"]["severity"] in ("page", "ticket")
    page, anchor = rule["annotations"]["runbook"].split("#")
    assert page == str(PAGE.relative_to(ROOT))
    assert anchor in anchors
    assert rule["annotations"]["summary"].endswith(".")


def test_the_dashboard_asks_the_data_source_that_is_chosen():
    (variable,) = DASHBOARD["templating"]["list"]
    assert (variable["name"], variable["type"], variable["query"]) == ("datasource", "datasource", "prometheus")
    assert {target["datasource"]["uid"] for panel in PANELS for target in panel["targets"]} == {"${datasource}"}


def test_panels_do_not_overlap():
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    taken: set[tuple[int, int]] = set()
    for panel in PANELS:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
