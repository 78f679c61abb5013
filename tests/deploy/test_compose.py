"""The compose file: by its schema, and each container as small a target as it can be."""

from __future__ import annotations

import re

import pytest

from assistant.paths import ROOT

from .tools import DEPLOY, compose, run

SERVICES = compose()["services"]
TEXT = (DEPLOY / "compose.yml").read_text(encoding="utf-8")
SECRET = re.compile(r"SECRET|PASSWORD|TOKEN|KEY")


def test_it_is_as_the_compose_specification_has_it():
    result = run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yml")
    assert result.returncode == 0, result.stdout


def test_the_schema_finds_a_fault(tmp_path):
    (tmp_path / "compose.yml").write_text(TEXT.replace("cap_drop:", "cap_dorp:"))
    assert run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", tmp_path / "compose.yml").returncode == 1


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_is_contained(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["restart"] == "unless-stopped"
    assert service["deploy"]["resources"]["limits"]["memory"]
    assert not {"privileged", "network_mode", "pid", "devices"} & set(service)


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_says_whether_it_is_well(name):
    # The bot's check is in its image
    assert "healthcheck" in SERVICES[name] or name == "bot"


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["caddy"]
    assert {name for name, service in SERVICES.items() if "outside" in service["networks"]} == {"caddy", "bot"}
    assert "inside" not in SERVICES["caddy"]["networks"]
    assert compose()["networks"]["inside"] == {"internal": True}


def test_images_are_pinned():
    own = (ROOT / "pyproject.toml").read_text().split('version = "')[1].split('"')[0]
    for name, service in SERVICES.items():
        tag = service["image"].split(":", 1)[1]
        assert re.match(r"\d+(\.\d+)?-\w+$", tag) or tag == f"${{VERSION:-{own}}}", name


def test_no_secret_has_a_default_and_a_missing_one_is_named():
    for name, how in re.findall(r"\$\{([A-Z0-9_]+)([^}]*)\}", TEXT):
        if SECRET.search(name) or name == "DOMAIN":
            assert how.startswith(":?"), name
    assert {name for name, how in re.findall(r"\$\{([A-Z0-9_]+):\?([^}]+)\}", TEXT)} == {"DOMAIN", "NEEDLING_SECRET", "POSTGRES_PASSWORD"}
    for name, value in re.findall(r"^(?:# )?([A-Z0-9_]+)=(.*)$", (DEPLOY / "example.env").read_text(), re.MULTILINE):
        assert not (SECRET.search(name) and value)


def test_what_is_written_outlives_a_container_or_is_meant_not_to():
    volumes = set(compose()["volumes"])
    mounted = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", []) if not volume.endswith(":ro")}
    assert mounted == volumes == {"certificates", "database"}
