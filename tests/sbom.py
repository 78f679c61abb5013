"""Writes the list of packages installed at run time, in CycloneDX 1.6 (`make sbom`), from the lock and what packages say of themselves."""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from assistant import paths
from tests.audit import LOCKS

SBOM = paths.ROOT / "build" / "sbom.json"
PYTHON = paths.ROOT / "build" / "audit" / "bin" / "python"
LICENCES = paths.ROOT / "requirements" / "licences.txt"
VALIDATE = """
import sys
from pathlib import Path
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator
error = make_schemabased_validator(OutputFormat.JSON, SchemaVersion.V1_6).validate_str(Path(sys.argv[1]).read_text())
sys.exit(str(error) if error else 0)
"""


def locked_with_hashes() -> list[tuple[str, str, list[str]]]:
    """Name, version and SHA-256 hashes of every package that the lock has for this platform."""
    text = "\n".join(lock.read_text(encoding="utf-8") for lock in LOCKS)
    blocks = re.findall(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)(.*(?:\n\s+--hash=.*)*)", text, re.MULTILINE)
    return [(name, version, re.findall(r"--hash=sha256:([0-9a-f]{64})", rest)) for name, version, rest in blocks]


def licence_of(name: str) -> str:
    """What a package says its licence is: an SPDX expression, the names of its classifiers, or its first line on it; else nothing."""
    try:
        said = importlib.metadata.metadata(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
    classified = [line.rpartition(" :: ")[2] for line in said.get_all("Classifier") or [] if line.startswith("License ::")]
    named = " AND ".join(name for name in classified if name != "OSI Approved")
    return str(said.get("License-Expression") or named or (said.get("License") or "").strip().partition("\n")[0])


def component(name: str, version: str, hashes: list[str]) -> dict[str, Any]:
    """A package as CycloneDX has it. The hashes are those of all its archives, of which one is installed."""
    canonical = re.sub(r"[-_.]+", "-", name).lower()
    purl = f"pkg:pypi/{canonical}@{version}"
    licence = licence_of(name)
    described: dict[str, Any] = {"type": "library", "bom-ref": purl, "name": canonical, "version": version, "purl": purl}
    described["hashes"] = [{"alg": "SHA-256", "content": content} for content in sorted(set(hashes))]
    return {**described, "licenses": [{"license": {"name": licence}}]} if licence else described


def sbom() -> dict[str, Any]:
    """The whole list; the same each time it is made of the same packages."""
    described = [component(*package) for package in locked_with_hashes()]
    project = {"type": "application", "bom-ref": "dry-needling-assistant", "name": "dry-needling-assistant"}
    components = sorted(described, key=lambda package: package["name"])
    depends = [{"ref": "dry-needling-assistant", "dependsOn": [package["bom-ref"] for package in components]}]
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "metadata": {"component": project}, "components": components,
        "dependencies": depends,
    }  # fmt: skip


def unaccepted(described: dict[str, Any]) -> list[str]:
    """Packages whose licence is on no line of requirements/licences.txt; those that are not installed here say none."""
    known = {line for line in LICENCES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}
    named = [(package["name"], package["licenses"][0]["license"]["name"]) for package in described["components"] if "licenses" in package]
    return [f"{name}: its licence, {licence!r}, is not in {LICENCES.name}." for name, licence in named if licence not in known]


def fault_in(path: Path) -> str:
    """What the schema of CycloneDX 1.6 finds wrong with a file, or nothing."""
    result = subprocess.run([str(PYTHON), "-c", VALIDATE, str(path)], capture_output=True, text=True)
    return result.stderr.strip() if result.returncode else ""


def main() -> None:
    """Command line of `make sbom`."""
    described = sbom()
    SBOM.write_text(json.dumps(described, indent=1) + "\n", encoding="utf-8")
    if faults := [fault for fault in [fault_in(SBOM), *unaccepted(described)] if fault]:
        sys.exit("\n".join(faults))
    print(f"Written: {SBOM.relative_to(paths.ROOT)}, {len(described['components'])} packages.")


if __name__ == "__main__":
    main()
