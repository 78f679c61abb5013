"""The manifests: by the schemas of Kubernetes, restricted, and agreeing with each other and with the reverse proxy's file."""

from __future__ import annotations

import re

import pytest

from assistant.paths import ROOT

from .settings import read_by_the_code
from .tools import DEPLOY, read_all, run

HERE = DEPLOY / "kubernetes"
FILES = sorted(path for path in HERE.glob("*.yaml") if path.name not in ("kustomization.yaml", "secret.yaml"))
ALL = [manifest for path in FILES for manifest in read_all(path)]
(KUSTOMIZATION,) = read_all(HERE / "kustomization.yaml")


def of(kind: str) -> dict[str, dict]:
    return {manifest["metadata"]["name"]: manifest for manifest in ALL if manifest["kind"] == kind}


def container_of(name: str) -> dict:
    (container,) = DEPLOYMENTS[name]["spec"]["template"]["spec"]["containers"]
    return container


DEPLOYMENTS = of("Deployment")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_manifest_is_as_kubernetes_has_it(path):
    result = run("kubernetes-validate", "--strict", path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_schemas_find_a_fault(tmp_path):
    (tmp_path / "bot.yaml").write_text((HERE / "bot.yaml").read_text().replace("readinessProbe", "readynessProbe"))
    assert run("kubernetes-validate", "--strict", tmp_path / "bot.yaml").returncode == 1


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_pod_keeps_to_the_restricted_standard(name):
    pod = DEPLOYMENTS[name]["spec"]["template"]["spec"]
    container = container_of(name)
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    secured = container["securityContext"]
    assert secured == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert not [volume for volume in pod["volumes"] if not {"configMap", "emptyDir"} & set(volume)]
    assert of("Namespace")["needling"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_pod_is_probed_and_limited(name):
    container = container_of(name)
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
    assert container["livenessProbe"]["httpGet"]["path"] == "/health"  # a database that is down is no reason to restart
    assert set(container["resources"]["requests"]) == {"cpu", "memory"}
    assert container["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_deployment_is_served_and_kept_up(name):
    labels = DEPLOYMENTS[name]["spec"]["template"]["metadata"]["labels"]
    container = container_of(name)
    assert DEPLOYMENTS[name]["spec"]["selector"]["matchLabels"] == labels
    assert of("Service")[name]["spec"]["selector"] == labels
    assert of("Service")[name]["spec"]["ports"][0]["port"] == container["ports"][0]["containerPort"]
    assert of("PodDisruptionBudget")[name]["spec"]["selector"]["matchLabels"] == labels
    assert DEPLOYMENTS[name]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def test_the_autoscaler_alone_decides_how_many_bots_there_are():
    scaled = of("HorizontalPodAutoscaler")["bot"]["spec"]
    assert scaled["scaleTargetRef"]["name"] in DEPLOYMENTS
    assert "replicas" not in DEPLOYMENTS["bot"]["spec"]
    assert scaled["maxReplicas"] > scaled["minReplicas"] >= 2


def test_nothing_speaks_with_a_pod_that_no_policy_names():
    policies = of("NetworkPolicy")
    assert policies["nothing-by-default"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    for name, deployment in DEPLOYMENTS.items():
        assert policies[name]["spec"]["podSelector"]["matchLabels"] == deployment["spec"]["template"]["metadata"]["labels"]


def test_the_ingress_forwards_what_the_reverse_proxy_does():
    (rule,) = of("Ingress")["needling"]["spec"]["rules"]
    paths = {path["path"] + ("" if path["pathType"] == "Exact" else "/*") for path in rule["http"]["paths"]}
    proxied = re.findall(r"^\t@(?:page|channels) path (.+)$", (DEPLOY / "Caddyfile").read_text(), re.MULTILINE)
    assert len(proxied) == 2
    assert paths == set(" ".join(proxied).split())


def test_the_kustomization_names_every_manifest_but_the_secret_and_pins_the_image():
    assert set(KUSTOMIZATION["resources"]) == {path.name for path in FILES} - {"secret.example.yaml"}
    (image,) = KUSTOMIZATION["images"]
    assert f'version = "{image["newTag"]}"' in (ROOT / "pyproject.toml").read_text()
    used = {container_of(name)["image"] for name in DEPLOYMENTS}
    assert used == {image["name"]}
    for name in KUSTOMIZATION["configMapGenerator"][0]["files"]:
        assert (ROOT / name).is_file()


def test_no_secret_has_a_value():
    given = of("Secret")["needling"]["stringData"]
    assert {"NEEDLING_SECRET", "DATABASE_URL", "REDIS_URL"} <= set(given)
    assert set(given.values()) == {""}


def test_pods_get_only_what_the_code_reads():
    named = {entry["name"] for name in DEPLOYMENTS for entry in container_of(name)["env"]}
    assert named | set(of("Secret")["needling"]["stringData"]) <= read_by_the_code()
